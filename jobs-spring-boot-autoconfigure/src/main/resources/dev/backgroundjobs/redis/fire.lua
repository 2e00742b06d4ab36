-- fire: enqueues the job of one slot of a schedule, unless that slot or a later one has been fired.
-- ARGV  1=schedule 2=slot ms 3=id 4=record without times
-- Returns  {'OK', now} | {'ALREADY', last slot} | {'PAUSED'} the schedule is: this slot is left out | {'EARLY', ms to wait} the caller's clock is ahead |
--       {'SCHEMA', version}
local schedule, slot, id = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local newer = newer_schema()
if newer then
  begin()
  return {'SCHEMA', newer}
end
local last = tonumber(redis.call('HGET', slots, schedule) or '')
if last and slot <= last then
  begin()
  return {'ALREADY', last}
end
if slot > now + 2000 then
  begin()
  return {'EARLY', slot - now}
end
if redis.call('HEXISTS', slots, schedule .. PAUSED) == 1 then
  begin()
  return {'PAUSED'}
end
local due = math.max(now, slot)
local record = stamp(ARGV[4], due)
expect('HLEN', jobs)
expect_numbers(counters, {'enqueued'})
expect('SCARD', waiters)
if due > now then
  expect('ZCARD', scheduled)
else
  expect('LLEN', ready_list(record))
end
redis.call('HSET', slots, schedule, slot)
redis.call('HSETNX', meta, 'v', SCHEMA)
redis.call('HSET', jobs, id, record)
if due > now then
  redis.call('ZADD', scheduled, due, id)
  note_due(due)
else
  redis.call('RPUSH', ready_list(record), id)
end
count('enqueued', 1)
wake()
return {'OK', now}
