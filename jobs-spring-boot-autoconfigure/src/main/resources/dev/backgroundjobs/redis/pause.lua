-- pause: stops or starts giving out jobs, or firing one schedule. What runs goes on, and calls are accepted; claims
-- answer PAUSED meanwhile, and so does fire.
-- ARGV  1='1' to pause, '0' to resume 2=schedule ('': the queue)
-- Returns  {'OK', 1 if this call changed it, else 0} | {'SCHEMA', version}
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
if pauses == paused then
  return {'OK', 0}
end
expect('SCARD', waiters)
redis.call('HSETNX', meta, 'v', SCHEMA)
if pauses then
  redis.call('HSET', hash, field, string.format('%.0f', now))
else
  redis.call('HDEL', hash, field)
  -- it wakes the next one if it leaves jobs
  wake()
end
return {'OK', 1}
