-- @include chains
-- delete: takes out a job in any state but running, with all that is known of it. The steps that wait behind it are
-- cancelled.
-- ARGV  1=id 2=ms to keep a cancelled step whose caller asked for it
-- Returns  {'OK', 1 if this call deleted it, else 0, number of messages appended to the outbox, joins that died of it (three a join: id, name, why)} | {'SCHEMA', version}
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local id = ARGV[1]
local record = redis.call('HGET', jobs, id)
if not record or redis.call('HEXISTS', running, id) == 1 then
  return {'OK', 0}
end
expect_all()
expect_numbers(tombstones, {id})
expect_chains()
local joined = in_join(record)
if joined then
  expect_joins()
end
local ended = redis.call('ZREM', finished, id) == 1
if ended then
  note_kept(-sizes_of({id})[1])
end
if not ended and redis.call('ZREM', scheduled, id) == 0 and redis.call('ZREM', retrying, id) == 0
  and redis.call('ZREM', dead, id) == 0 and redis.call('HDEL', chained, id) == 0 then
  redis.call('HINCRBY', tombstones, id, 1)
  count('tombstones', 1)
end
unlock(id, record)
redis.call('HDEL', jobs, id)
forget_attempts({id})
announce({id})
-- a job that had ended was counted then; it is only forgotten before its time
count(ended and 'forgotten' or 'deleted', 1)
-- behind a step that has succeeded nobody waits any more
if not ended then
  cancel_behind(id, record, tonumber(ARGV[2]), 'DELETED')
end
if joined then
  forget_join(id)
end
return {'OK', 1, send_marks(), joins_died}
