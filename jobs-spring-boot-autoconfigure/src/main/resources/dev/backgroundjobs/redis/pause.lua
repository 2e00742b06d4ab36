-- pause: stops or starts giving out jobs. What runs goes on, and calls are accepted; claims answer PAUSED meanwhile.
-- ARGV  1='1' to pause, '0' to resume
-- Returns  {'OK', 1 if this call changed it, else 0} | {'SCHEMA', version}
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local pauses, paused = ARGV[1] == '1', redis.call('HEXISTS', meta, 'p') == 1
if pauses == paused then
  return {'OK', 0}
end
redis.call('HSETNX', meta, 'v', SCHEMA)
if pauses then
  redis.call('HSET', meta, 'p', string.format('%.0f', now))
else
  redis.call('HDEL', meta, 'p')
  -- it wakes the next one if it leaves jobs
  wake()
end
return {'OK', 1}
