-- receive: takes a message from the outbox of another partition, once, however often it is sent: a step of a chain that is
-- due, and those that wait behind it.
-- ARGV  1=partition it comes from, as ids name it 2=its number 3=number of the one before it 4='1' if no message to this
--       partition stands before it in the outbox 5=jobs, as relay shows them
-- Returns  {'OK', now} | {'OK', now, id of a job that exists: nothing applied} | {'DUP', last} received before | {'GAP', last} the one before it is missing: nothing applied |
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
local ids, records, at = {}, {}, 1
while at <= #ARGV[5] do
  local of_id, of_record, from = string.match(ARGV[5], '^(%d+) (%d+) ()', at)
  of_id, of_record = tonumber(of_id), tonumber(of_record)
  ids[#ids + 1] = string.sub(ARGV[5], from, from + of_id - 1)
  records[#records + 1] = string.sub(ARGV[5], from + of_id, from + of_id + of_record - 1)
  at = from + of_id + of_record
end
local existing = redis.call('HMGET', jobs, unpack(ids))
expect('HLEN', meta, chained)
expect_numbers(counters, {'received'})
expect('LLEN', ready_list(records[1]))
expect('SCARD', waiters)
redis.call('HSET', sequences, source, ARGV[2] .. ':' .. math.floor(now / 60000))
redis.call('HSETNX', meta, 'v', SCHEMA)
redis.call('HSET', meta, 'ch', 1)
-- Somebody who lost what it had sent sends it again, or the caller chose the id of a job that exists.
for k = 1, #ids do
  if existing[k] then
    return {'OK', now, ids[k]}
  end
end
for k = 1, #ids do
  redis.call('HSET', jobs, ids[k], k == 1 and due_now(records[1]) or records[k])
  if k > 1 then
    redis.call('HSET', chained, ids[k], ids[k - 1])
  end
end
redis.call('RPUSH', ready_list(records[1]), ids[1])
count('received', #ids)
wake()
return {'OK', now}
