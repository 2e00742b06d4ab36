-- @include records
-- inspect: the figures of a partition at one moment. Reads only; its cost does not depend on the number of jobs.
-- Returns  {'OK', now, paused (1 or 0), queued, scheduled, retrying, running, dead, finished, records, tombstones,
--       due ms of the oldest queued job (0: none), counters as name, value, ..., waiting steps}
local tombs = tonumber(redis.call('HGET', counters, 'tombstones') or '') or 0
local waiting, oldest = 0, nil
for _, list in ipairs(ready) do
  waiting = waiting + redis.call('LLEN', list)
  local heads = redis.call('LRANGE', list, 0, 9)
  if #heads > 0 then
    local records, dead_hints = redis.call('HMGET', jobs, unpack(heads)), redis.call('HMGET', tombstones, unpack(heads))
    for k = 1, #heads do
      if records[k] and not dead_hints[k] then
        oldest = earliest(oldest, due_of(records[k]))
        break
      end
    end
  end
end
return {'OK', now, redis.call('HEXISTS', meta, 'p'), waiting - tombs, redis.call('ZCARD', scheduled),
  redis.call('ZCARD', retrying), redis.call('HLEN', running), redis.call('ZCARD', dead),
  redis.call('ZCARD', finished), redis.call('HLEN', jobs), tombs, oldest or 0, redis.call('HGETALL', counters), redis.call('HLEN', chained)}
