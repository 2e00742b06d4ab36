-- @include chains
-- cancel: takes out a job that does not run, and the steps that wait behind it; one that runs is asked to stop.
-- ARGV  1=id 2=ms to keep a job whose caller asked for it 3, 4=what stands before and after a worker in the name of
--       its channel
-- Returns  {'OK', 1 if this call cancelled it, 2 if it runs and is asked to stop, else 0, number of
--       messages appended to the outbox, joins that died of it (three a join: id, name, why)} | {'SCHEMA', version}
-- Whoever runs it learns that with its next renewal, or at once if it hears the message. Unless it completes, the job
-- ends with this attempt, whatever ends that.
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local id = ARGV[1]
local record, token = redis.call('HGET', jobs, id), redis.call('HGET', running, id)
if not record or redis.call('ZSCORE', dead, id) or redis.call('ZSCORE', finished, id) then
  return {'OK', 0}
end
if token then
  local flags = redis.call('HGET', cancellations, token) or ''
  if not string.find(flags .. ',', ':' .. id .. ',', 1, true) then
    redis.call('HSET', cancellations, token, flags .. ',' .. ARGV[2] .. ':' .. id)
  end
  redis.pcall('PUBLISH', ARGV[3] .. string.match(token, '^(.*):') .. ARGV[4], 'cancel ' .. token)
  return {'OK', 2}
end
expect_all()
expect_numbers(tombstones, {id})
expect_chains()
local joined = in_join(record)
if joined then
  expect_joins()
end
if redis.call('HDEL', chained, id) == 0 and redis.call('ZREM', scheduled, id) == 0
  and redis.call('ZREM', retrying, id) == 0 then
  redis.call('HINCRBY', tombstones, id, 1)
  count('tombstones', 1)
end
end_cancelled(id, record, tonumber(ARGV[2]), '0')
cancel_behind(id, record, tonumber(ARGV[2]), 'CANCELLED')
if joined then
  forget_join(id)
end
return {'OK', 1, send_marks(), joins_died}
