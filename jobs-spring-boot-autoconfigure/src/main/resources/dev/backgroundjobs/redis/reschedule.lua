-- @include attempts
-- reschedule: changes when a job is due that waits for its time, SCHEDULED or RETRYING. One that is due by that is queued
-- at once, like one that claim promotes.
-- ARGV  1=id 2=due: '0' now, '+ms' from now, '@ms'
-- Returns  {'OK', when it is due, 0 if it does not wait for its time, or is past
--       the time until which it may be started} | {'SCHEMA', version}
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local id, sign = ARGV[1], string.sub(ARGV[2], 1, 1)
local record = redis.call('HGET', jobs, id)
local place = record and (redis.call('ZSCORE', scheduled, id) and scheduled
  or redis.call('ZSCORE', retrying, id) and retrying)
if not place or is_late(id, record) then
  return {'OK', 0}
end
expect_all()
expect_numbers(counters, {'rescheduled'})
local ms = tonumber(string.sub(ARGV[2], 2)) or 0
local due = sign == '+' and now + ms or sign == '@' and math.max(now, ms) or now
local head = earliest(score(scheduled), score(retrying))

-- What may be late is late as long after the new time as it was after the old one.
local function moved()
  if #record < 15 or string.sub(record, 2, 2) ~= '1' then
    return record
  end
  local expires, by = expires_of(record), due - due_of(record)
  local result = with_due(record, due)
  return expires and string.sub(result, 1, 15) .. time6(math.max(0, math.min(LAST, expires + by)))
    .. string.sub(result, 22) or result
end

redis.call('HSET', jobs, id, moved())
if due <= now then
  redis.call('ZREM', place, id)
  push({id}, {record}, false)
  count('promoted', 1)
  wake()
else
  redis.call('ZADD', place, due, id)
  note_due(due)
  count('rescheduled', 1)
  if due < head then
    wake()
  end
end
return {'OK', due}
