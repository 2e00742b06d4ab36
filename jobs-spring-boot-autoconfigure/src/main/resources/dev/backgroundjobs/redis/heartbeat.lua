-- heartbeat: a worker says that it lives and what it works on; entries that have expired are dropped.
-- KEYS  1=workers (ZSET worker -> expiry) 2=worker (HASH worker -> description) 3=queues (HASH queue -> largest
--       number of partitions ever used) 4=canary
-- ARGV  1=worker ('' for a process that only enqueues) 2=ms until the entry expires (0: the worker leaves)
--       3=description, then per known queue: name, partitions
-- Returns  {'OK', now, number of workers that live, per known queue: largest number of partitions ever used}
redis.call('ZREM', KEYS[1], '\0')
-- a key of another type stops the script here, not half way
redis.call('HLEN', KEYS[2])
redis.call('HLEN', KEYS[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local largest = {}
for k = 4, #ARGV, 2 do
  local known, number = tonumber(redis.call('HGET', KEYS[3], ARGV[k]) or '') or 0, tonumber(ARGV[k + 1])
  if number > known then
    redis.call('HSET', KEYS[3], ARGV[k], ARGV[k + 1])
  end
  largest[#largest + 1] = math.max(known, number)
end
if ARGV[1] ~= '' then
  if ARGV[2] == '0' then
    redis.call('ZREM', KEYS[1], ARGV[1])
    redis.call('HDEL', KEYS[2], ARGV[1])
  else
    redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
    redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
  end
end
local expired = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 200)
if #expired > 0 then
  redis.call('ZREM', KEYS[1], unpack(expired))
  redis.call('HDEL', KEYS[2], unpack(expired))
end
return {'OK', now, redis.call('ZCARD', KEYS[1]), largest}
