-- enqueue: appends a batch of jobs, once, however often it is sent.
-- ARGV  1=producer 2=sequence 3='check' if ids may exist already, else '', then per job: id, record without
--       times, due ('0' now, '+ms' from now, '@ms' at a time)
-- Returns  {'OK', now, ids that exist already} | {'DUP', last, 1 if it was applied empty, else 0} applied before |
--       {'GAP', last} batches are missing: nothing applied | {'SCHEMA', version}
-- A batch whose outcome is unknown is abandoned by sending it empty until that is answered.
-- Reads first. The first write needs memory, so a full Redis refuses the batch and nothing has changed.
local producer, sequence, check = ARGV[1], tonumber(ARGV[2]), ARGV[3] == 'check'
local newer = newer_schema()
if newer then
  begin()
  return {'SCHEMA', newer}
end
local entry = redis.call('HGET', sequences, producer)
local last = entry and tonumber(string.match(entry, '^%d+')) or 0
if sequence ~= last + 1 then
  begin()
  if sequence > last then
    return {'GAP', last}
  end
  return {'DUP', last, sequence == last and string.find(entry, '^%d+e') and 1 or 0}
end

local existing = {}
if check and #ARGV > 3 then
  local ids = {}
  for k = 4, #ARGV, 3 do
    ids[#ids + 1] = ARGV[k]
  end
  local found = redis.call('HMGET', jobs, unpack(ids))
  for k = 1, #ids do
    existing[ids[k]] = found[k] and true or nil
  end
end
local bodies, queued, queued_records, delayed, refused = {}, {}, {}, {}, {}
local first_due
for k = 4, #ARGV, 3 do
  local id, due = ARGV[k], ARGV[k + 2]
  if existing[id] then
    refused[#refused + 1] = id
  else
    existing[id] = check or nil
    local sign = string.sub(due, 1, 1)
    local at = sign == '+' and now + tonumber(string.sub(due, 2)) or sign == '@' and tonumber(string.sub(due, 2)) or now
    at = math.max(now, at)
    local record = stamp(ARGV[k + 1], at)
    bodies[#bodies + 1] = id
    bodies[#bodies + 1] = record
    if at > now then
      delayed[#delayed + 1] = at
      delayed[#delayed + 1] = id
      first_due = earliest(first_due, at)
    else
      queued[#queued + 1] = id
      queued_records[#queued_records + 1] = record
    end
  end
end
local head = first_due and earliest(score(scheduled), score(retrying))

redis.call('HSET', sequences, producer, sequence .. (#ARGV == 3 and 'e:' or ':') .. math.floor(now / 60000))
redis.call('HSETNX', meta, 'v', SCHEMA)
if #bodies > 0 then
  redis.call('HSET', jobs, unpack(bodies))
  push(queued, queued_records, false)
  if #delayed > 0 then
    redis.call('ZADD', scheduled, unpack(delayed))
    note_due(first_due)
  end
  count('enqueued', #bodies / 2)
  if #queued > 0 or first_due and (not head or first_due < head) then
    wake()
  end
end
return {'OK', now, refused}
