-- @include joins
-- receive: takes a message from the outbox of another partition, once, however often it is sent: a step of a chain that is
-- due, and those that wait behind it; or children of a join elsewhere; or what became of children of joins here.
-- ARGV  1=partition it comes from, as ids name it 2=its number 3=number of the one before it 4='1' if no message to this
--       partition stands before it in the outbox 5=jobs, as relay shows them
-- Returns  {'OK', now, id of a job that exists: nothing applied; '', joins that died of it (three a join: id, name, why)} | {'DUP', last} received before | {'GAP', last} the one before it is missing: nothing applied |
--       {'SCHEMA', version}
-- What stands first in the outbox is taken whatever is missing: all before it has been confirmed, so this partition has
-- lost it.
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local source, sequence = 'o:' .. ARGV[1], tonumber(ARGV[2])
local last = tonumber(string.match(redis.call('HGET', sequences, source) or '', '^%d+') or '') or 0
if sequence <= last then
  return {'DUP', string.format('%.0f', last)}
end
if tonumber(ARGV[3]) > last and ARGV[4] ~= '1' then
  return {'GAP', string.format('%.0f', last)}
end
local ids, records, marks, at = {}, {}, {}, 1
while at <= #ARGV[5] do
  local of_id, of_record, from = string.match(ARGV[5], '^(%d+) (%d+) ()', at)
  of_id, of_record = tonumber(of_id), tonumber(of_record)
  local content = string.sub(ARGV[5], from + of_id, from + of_id + of_record - 1)
  if of_id == 0 then
    marks[#marks + 1] = content
  else
    ids[#ids + 1] = string.sub(ARGV[5], from, from + of_id - 1)
    records[#records + 1] = content
  end
  at = from + of_id + of_record
end
local existing = #ids > 0 and redis.call('HMGET', jobs, unpack(ids)) or {}
local exists
for k = 1, #ids do
  exists = exists or existing[k] and ids[k]
end
local first_link = link_of(records[1] or '')
local children = first_link and first_link.child
expect('HLEN', meta, chained)
expect_numbers(counters, {'received'})
if #ids > 0 then
  expect('LLEN', ready[1], ready[2], ready[3])
  expect('ZCARD', scheduled)
end
if #marks > 0 then
  expect_joins()
end
expect('SCARD', waiters)
redis.call('HSET', sequences, source, ARGV[2] .. ':' .. math.floor(now / 60000))
redis.call('HSETNX', meta, 'v', SCHEMA)
redis.call('HSET', meta, 'ch', 1)
if children then
  redis.call('HSET', meta, 'jo', 1)
end
for _, text in ipairs(marks) do
  local join, child, how = string.match(text, '^(%S+) (%S+) (.*)$')
  take_mark(join, child, how)
end
send_marks()
-- Somebody who lost that it had sent them sends them again.
if exists then
  return {'OK', now, exists, joins_died}
end
if #ids == 0 then
  return {'OK', now, '', joins_died}
end
local first_due
for k = 1, #ids do
  local record, due = records[k], children and due_of(records[k]) or now
  if due > now then
    redis.call('ZADD', scheduled, due, ids[k])
    first_due = earliest(first_due, due)
  elseif children or k == 1 then
    record = children and record or due_now(record)
    redis.call('RPUSH', ready_list(record), ids[k])
  else
    redis.call('HSET', chained, ids[k], ids[k - 1])
  end
  redis.call('HSET', jobs, ids[k], record)
end
if first_due then
  note_due(first_due)
end
count('received', #ids)
wake()
return {'OK', now, '', joins_died}
