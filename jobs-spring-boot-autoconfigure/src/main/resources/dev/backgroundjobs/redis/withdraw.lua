-- withdraw: a schedule is no more among those of a namespace, unless it was declared again meanwhile.
-- KEYS  1=recurring (see declare) 2=canary
-- ARGV  1=schedule 2=what was found there
-- Returns  {'OK', 1 if this call withdrew it, else 0}
redis.call('HDEL', KEYS[1], '\0')
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then
  return {'OK', 0}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = tonumber(redis.call('HGET', KEYS[1], '\0revision') or '') or 0
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], '\0revision', string.format('%.0f', math.max(last + 1, now)))
return {'OK', 1}
