-- preflight: which commands may this user not run? Tries each of those that the other scripts use on a key that
-- does not exist. Commands that take things out come first; those that put things in are tried only where what they
-- put in can be taken out again, so nothing is left and nobody sees the key.
-- KEYS  1=a key that does not exist
-- Returns  {'OK', name of each command that is not permitted, ...}
local key = KEYS[1]
local refused = {'OK'}

local function may(command, ...)
  local reply = redis.pcall(command, ...)
  local said = type(reply) == 'table' and reply.err or ''
  if string.find(said, 'user executing the script', 1, true) or string.find(said, 'NOPERM', 1, true) then
    refused[#refused + 1] = string.lower(command)
    return false
  end
  return true
end

may('TIME')
may('EXISTS', key)
may('HGET', key, 'f')
may('HMGET', key, 'f')
may('HGETALL', key)
may('HKEYS', key)
may('HLEN', key)
may('HEXISTS', key, 'f')
may('HSTRLEN', key, 'f')
may('HSCAN', key, 0)
may('LLEN', key)
may('LRANGE', key, 0, 0)
may('ZSCORE', key, 'm')
may('ZCARD', key)
may('ZRANGE', key, 0, 0)
may('ZRANGEBYSCORE', key, 0, 0)
may('ZREVRANGE', key, 0, 0)
if may('HDEL', key, 'f') then
  may('HSET', key, 'f', '1')
  redis.pcall('HDEL', key, 'f')
  may('HSETNX', key, 'f', '1')
  redis.pcall('HDEL', key, 'f')
  may('HINCRBY', key, 'f', 1)
  redis.pcall('HDEL', key, 'f')
end
if may('LPOP', key) then
  may('LPUSH', key, 'v')
  redis.pcall('LPOP', key)
  may('RPUSH', key, 'v')
  redis.pcall('LPOP', key)
end
may('SCARD', key)
may('SPOP', key)
if may('SREM', key, 'v') then
  may('SADD', key, 'v')
  redis.pcall('SREM', key, 'v')
end
if may('ZREM', key, 'm') then
  may('ZADD', key, 1, 'm')
  redis.pcall('ZREM', key, 'm')
end
return refused
