-- @include locks
-- retry-dead: queues a dead job again. Its retries start afresh; its attempts go on counting.
-- ARGV  1=id
-- Returns  {'OK', 1 if this call queued it, else 0} | {'SCHEMA', version}
-- A unique job stays dead while another job holds its lock.
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local id = ARGV[1]
expect_all()
local record = redis.call('HGET', jobs, id)
if not record or not redis.call('ZSCORE', dead, id) then
  return {'OK', 0}
end
local may, key = may_lock_again(id, record)
if not may then
  return {'OK', 0}
end
redis.call('ZREM', dead, id)
if key then
  redis.call('HSET', unique, key, id)
end
local counted = attempts_of({id})
redis.call('HSET', attempts, id .. ':r', counted[1] + counted[2] + counted[3] + 1)
redis.call('HDEL', attempts, id .. ':f', id .. ':l', id .. ':u', id .. ':w', id .. ':p')
redis.call('HSET', jobs, id, with_due(record, now))
redis.call('RPUSH', ready_list(record), id)
count('requeued', 1)
wake()
return {'OK', 1}
