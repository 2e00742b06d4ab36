-- cancel: takes out a job that has not started.
-- ARGV  1=id 2=ms to keep a job whose caller asked for it
-- Returns  {'OK', 1 if this call cancelled it, else 0} | {'SCHEMA', version}
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local id = ARGV[1]
local record = redis.call('HGET', jobs, id)
if not record or redis.call('HEXISTS', running, id) == 1 or redis.call('ZSCORE', dead, id)
  or redis.call('ZSCORE', finished, id) then
  return {'OK', 0}
end
if redis.call('ZREM', scheduled, id) == 0 and redis.call('ZREM', retrying, id) == 0 then
  redis.call('HINCRBY', tombstones, id, 1)
  count('tombstones', 1)
end
if retained(record) then
  redis.call('ZADD', finished, now + tonumber(ARGV[2]), id)
  redis.call('HSET', attempts, id .. ':o', 'CANCELLED 0 ' .. string.format('%.0f', now))
else
  redis.call('HDEL', jobs, id)
  forget_attempts({id})
end
count('cancelled', 1)
return {'OK', 1}
