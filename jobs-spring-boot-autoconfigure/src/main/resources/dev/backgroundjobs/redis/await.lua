-- @include partition
-- await: notes that a process waits for the end of jobs, or does not wait any more.
-- ARGV  1=its channel 2='1' to wait, '0' to wait no more 3...=ids, at most 200
-- Returns  {'OK', now, per id: 1 the job has not ended, and the channel will be told of its end, 0 otherwise} |
--       {'SCHEMA', version}
-- Of more than eight processes that wait for one job the first are not told any more: they ask.
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local MOST = 8
local channel, waits = ',' .. ARGV[1], ARGV[2] == '1'
local ids, answers, changes, left = {unpack(ARGV, 3)}, {}, {}, {}
expect('ZCARD', dead, finished)
for k, noted in ipairs(redis.call('HMGET', awaited, unpack(ids))) do
  local id, channels = ids[k], noted or ''
  local from, to = string.find(channels .. ',', channel .. ',', 1, true)
  answers[k] = 0
  if waits and from then
    answers[k] = 1
  elseif waits and redis.call('HEXISTS', jobs, id) == 1 and not redis.call('ZSCORE', dead, id)
    and not redis.call('ZSCORE', finished, id) then
    local _, others = string.gsub(channels, ',', ',')
    answers[k] = 1
    changes[#changes + 1] = id
    changes[#changes + 1] = (others < MOST and channels or string.match(channels, '^,[^,]+(.*)$')) .. channel
  elseif from then
    local rest = string.sub(channels, 1, from - 1) .. string.sub(channels, to)
    local list = rest == '' and left or changes
    list[#list + 1] = id
    list[#list + 1] = rest ~= '' and rest or nil
  end
end
if #changes > 0 then
  redis.call('HSET', awaited, unpack(changes))
  redis.call('HSET', meta, 'aw', 1)
end
if #left > 0 then
  redis.call('HDEL', awaited, unpack(left))
  if redis.call('HLEN', awaited) == 0 then
    redis.call('HDEL', meta, 'aw')
  end
end
return {'OK', now, answers}
