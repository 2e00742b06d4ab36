-- @include partition
-- pause: stops or starts giving out jobs, or firing one schedule. What runs goes on, and calls are accepted; claims
-- answer PAUSED meanwhile, and so does fire: the slots of a pause are left out, and so is the one that waits.
-- ARGV  1='1' to pause, '0' to resume 2=schedule ('': the queue)
-- Returns  {'OK', 1 if this call changed it, else 0, now} | {'SCHEMA', version}
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local hash, field = meta, 'p'
if ARGV[2] ~= '' then
  hash, field = slots, ARGV[2] .. PAUSED
end
local pauses, paused = ARGV[1] == '1', redis.call('HEXISTS', hash, field) == 1
local done = ARGV[2] ~= '' and redis.call('HGET', slots, ARGV[2])
if pauses == paused or done == false and ARGV[2] ~= '' then
  return {'OK', 0, now}
end
expect('SCARD', waiters)
redis.call('HSETNX', meta, 'v', SCHEMA)
if ARGV[2] ~= '' then
  redis.call('HDEL', slots, ARGV[2] .. '\0w')
end
if pauses then
  redis.call('HSET', hash, field, string.format('%.0f', now))
else
  redis.call('HDEL', hash, field)
  if ARGV[2] ~= '' then
    -- what a pause has left out is not made up for
    redis.call('HSET', slots, ARGV[2], math.max(tonumber(done or '') or 0, now))
  end
  -- it wakes the next one if it leaves jobs
  wake()
end
return {'OK', 1, now}
