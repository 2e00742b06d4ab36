-- enqueue: appends a batch of jobs, once, however often it is sent.
-- ARGV  1=producer 2=sequence 3='check' if ids may exist already, else '' 4=capacity, the most jobs the partition may
--       hold that have not ended ('' for any number), then per job: id, record without times, due ('0' now, '+ms' from
--       now, '@ms' at a time, 'w' and the id of a job: when that has completed; 'j<policy> <deadline> <number>
--       <family>': a join, when its children have ended, or at its deadline ('+ms' or '@ms'); 'c<due>': a child,
--       'c<due> <partition>': one that goes there, through the outbox)
-- The steps of a chain stand one behind the other, the children of a join behind it. All of them are new, or none is
-- enqueued.
-- Returns  {'OK', now, ids that exist already} | {'FULL', jobs that have not ended, ids that exist already} the batch
--       does not fit: nothing applied | {'DUP', last, how} applied before: 0 with its jobs, 1 empty, 2 refused as FULL |
--       {'GAP', last} batches are missing: nothing applied | {'SCHEMA', version}
-- A batch whose outcome is unknown is abandoned by sending it empty until that is answered. FULL uses up the
-- sequence, so that a late copy of a refused batch is a duplicate, too.
-- Reads first. The first write needs memory, so a full Redis refuses the batch and nothing has changed.
local producer, sequence, check, capacity = ARGV[1], tonumber(ARGV[2]), ARGV[3] == 'check', tonumber(ARGV[4])
local FIRST = 5
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
  local how = sequence == last and string.match(entry, '^%d+(%a)')
  return {'DUP', last, how == 'e' and 1 or how == 'f' and 2 or 0}
end

local existing, new = {}, {}
if check and #ARGV >= FIRST then
  local ids = {}
  for k = FIRST, #ARGV, 3 do
    ids[#ids + 1] = ARGV[k]
  end
  local found = redis.call('HMGET', jobs, unpack(ids))
  for k = 1, #ids do
    existing[ids[k]] = found[k] and true or nil
  end
end
local bodies, queued, queued_records, delayed, refused, steps = {}, {}, {}, {}, {}, {}
local joined, leaving, gone = {}, {}, 0
local first_due

local function belongs(sign)
  return sign == 'w' or sign == 'c'
end

local function waits(k)
  return belongs(string.sub(ARGV[k + 2] or '', 1, 1))
end

local function time_of(due)
  local sign = string.sub(due, 1, 1)
  return sign == '+' and now + tonumber(string.sub(due, 2))
    or sign == '@' and math.max(now, tonumber(string.sub(due, 2))) or now
end

-- A child belongs to another partition: it goes there at once.
local function leave(id, record, target)
  leaving[target] = leaving[target] or {}
  table.insert(leaving[target], #id .. ' ' .. #record .. ' ' .. id .. record)
  gone = gone + 1
end

local function is_new(k)
  if existing[ARGV[k]] or new[ARGV[k]] then
    return false
  end
  return not waits(k + 3) or is_new(k + 3)
end

local accepted
for k = FIRST, #ARGV, 3 do
  local id, due = ARGV[k], ARGV[k + 2]
  local sign = string.sub(due, 1, 1)
  if not belongs(sign) then
    accepted = not check or is_new(k)
  end
  local target = ''
  if sign == 'c' then
    due, target = string.match(due, '^c(%S+) ?(.*)$')
  end
  if not accepted then
    refused[#refused + 1] = id
  else
    new[id] = check or nil
    local at = time_of(due)
    local waiting = sign == 'w' or sign == 'j'
    local record = waiting and stamp_waiting(ARGV[k + 1]) or stamp(ARGV[k + 1], at)
    if target == '' then
      bodies[#bodies + 1] = id
      bodies[#bodies + 1] = record
    end
    if waiting then
      steps[#steps + 1] = id
      steps[#steps + 1] = sign == 'w' and string.sub(due, 2) or id
      if sign == 'j' then
        local policy, deadline, rest = string.match(due, '^j(%u) (%S+) (.*)$')
        local number, family = string.match(rest, '^(%d+) (.*)$')
        joined[#joined + 1] = {id = id, deadline = time_of(deadline),
          entry = policy .. ' ' .. number .. ' 0 ' .. number .. ' ' .. family}
        first_due = earliest(first_due, joined[#joined].deadline)
      end
    elseif target ~= '' then
      leave(id, record, target)
    elseif at > now then
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

local minute = math.floor(now / 60000)
if capacity and #bodies > 0 then
  local added, unfinished = #bodies / 2, redis.call('HLEN', jobs)
  if unfinished + added > capacity then
    unfinished = unfinished - redis.call('ZCARD', dead) - redis.call('ZCARD', finished)
  end
  if unfinished + added > capacity then
    redis.call('HSET', sequences, producer, sequence .. 'f:' .. minute)
    local known = {}
    for id in pairs(existing) do
      known[#known + 1] = id
    end
    return {'FULL', unfinished, known}
  end
end
if #bodies > 0 then
  expect('HLEN', jobs)
  expect_numbers(counters, {'enqueued'})
  expect('SCARD', waiters)
  if #queued > 0 then
    expect('LLEN', ready[1], ready[2], ready[3])
  end
  if #steps > 0 then
    expect('HLEN', chained)
  end
  if #joined > 0 then
    expect('HLEN', joins, outbox_sequences)
    expect('ZCARD', deadlines, outbox)
    expect_numbers(counters, {'sent'})
  end
end
redis.call('HSET', sequences, producer, sequence .. (#ARGV < FIRST and 'e:' or ':') .. minute)
redis.call('HSETNX', meta, 'v', SCHEMA)
if #bodies > 0 then
  redis.call('HSET', jobs, unpack(bodies))
  push(queued, queued_records, false)
  if #steps > 0 then
    redis.call('HSET', meta, 'ch', 1)
    redis.call('HSET', chained, unpack(steps))
  end
  for _, join in ipairs(joined) do
    redis.call('HSET', meta, 'jo', 1)
    redis.call('HSET', joins, join.id, join.entry)
    redis.call('ZADD', deadlines, join.deadline, join.id)
  end
  for target, texts in pairs(leaving) do
    append(target, last_for(target), table.concat(texts))
    redis.call('HSET', meta, 'ob', 1)
  end
  if #delayed > 0 then
    redis.call('ZADD', scheduled, unpack(delayed))
  end
  if first_due then
    note_due(first_due)
  end
  count('enqueued', #bodies / 2 + gone)
  count('sent', gone)
  if #queued > 0 or first_due and (not head or first_due < head) then
    wake()
  end
end
return {'OK', now, refused}
