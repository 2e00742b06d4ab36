-- @include ends, outbox
-- enqueue: appends a batch of jobs, once, however often it is sent.
-- ARGV  1=producer 2=sequence 3='check' if ids may exist already, 'unique' and ms to keep a job that is replaced and
--       whose caller asked for it if some jobs are unique, else '' 4=capacity, the most jobs the partition may
--       hold that have not ended ('' for any number), then per job: id, record without times, due ('0' now, '+ms' from
--       now, '@ms' at a time, 'w' and the id of a job: when that has completed; 'j<policy> <due> <ms> <number>
--       <family>': a join, when its children have ended, or so long after these are due; 'c<due>': a child,
--       'c<due> <partition>': one that goes there, through the outbox; behind that of a unique job, after a space
--       each, what to do if its lock is held and for how many ms it holds it itself)
--       What to do: E leave it at the job that exists, X refuse the batch, R cancel a job that waits and take its
--       place, D give a job that waits this record and the later of both due times. Of one that waits no more R and D
--       are E.
-- The steps of a chain stand one behind the other, the children of a join behind it. All of them are new, or none is
-- enqueued.
-- Returns  {'OK', now, ids that exist already, met} | {'FULL', jobs that have not ended, ids that are not added} the
--       batch does not fit: nothing applied | {'TAKEN', place, holder, '1' if that is of this batch, ...} locks are held
--       of jobs that refuse then: nothing applied | {'DUP', last, how, met} applied before: 0 with its jobs, 1 empty, 2
--       refused as FULL or TAKEN | {'GAP', last} batches are missing: nothing applied | {'SCHEMA', version}
--       Met is what jobs were met: place from 1, I (the id exists), E, R or D, and the id of the job that was met.
-- A batch whose outcome is unknown is abandoned by sending it empty until that is answered. FULL and TAKEN use up the
-- sequence, so that a late copy of a refused batch is a duplicate, too.
-- Reads first. The first write needs memory, so a full Redis refuses the batch and nothing has changed.
local producer, sequence, check, capacity = ARGV[1], tonumber(ARGV[2]), ARGV[3] ~= '', tonumber(ARGV[4])
local keep_replaced = tonumber(string.match(ARGV[3], '^unique (%d+)$') or '')
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
  local how, met = sequence == last and string.match(entry, '^%d+(%a)'), {}
  if sequence == last then
    for job in string.gmatch(entry, ' ([^ :]+)') do
      met[#met + 1] = job
    end
  end
  return {'DUP', last, how == 'e' and 1 or how == 'f' and 2 or 0, met}
end

-- A kept job whose time is over exists no more, though no claim has come by to forget it.
local existing, new, overdue = {}, {}, {}
if check and #ARGV >= FIRST then
  local ids = {}
  for k = FIRST, #ARGV, 3 do
    ids[#ids + 1] = ARGV[k]
  end
  local found = redis.call('HMGET', jobs, unpack(ids))
  for k = 1, #ids do
    local kept_until = found[k] and tonumber(redis.call('ZSCORE', finished, ids[k]) or '')
    if kept_until and kept_until <= now then
      overdue[ids[k]] = true
    elseif found[k] then
      existing[ids[k]] = true
    end
  end
end

local function time_of(due)
  local sign = string.sub(due, 1, 1)
  local at = sign == '+' and now + tonumber(string.sub(due, 2)) or sign == '@' and tonumber(string.sub(due, 2)) or now
  return math.max(now, at)
end

-- What was met, by the place in ARGV of the job that met it; which jobs of the batch are not added; which are
-- replaced by others of the batch; jobs that are cancelled, that are moved, and locks that are taken.
local met, left_out, outdone, cancelled, moved, locks, taken = {}, {}, {}, {}, {}, {}, {'TAKEN'}

local function meet(k, how, id)
  met[#met + 1] = (k - FIRST) / 3 + 1 .. how .. id
end

-- Who holds a lock, looked up once for a batch: a job of this batch has a place in it, one that waits has a record.
local function find_holder(key, found)
  local id, until_ms = holder_of(found)
  local held, record = holds(key, id, until_ms)
  return held and {id = id, record = record}
end

local function later(due, other)
  return string.format('@%.0f', math.max(time_of(due), time_of(other)))
end

-- A job that gets another record keeps its level, and is kept if it was to be.
local function in_place_of(record, sent)
  local flags = string.byte(sent, 3) + (retained(record) and not retained(sent) and 1 or 0)
  return string.sub(record, 1, 1) .. string.sub(sent, 2, 2) .. string.char(flags) .. string.sub(sent, 4)
end

local function debounce(holder, k)
  if holder.k then
    ARGV[holder.k + 1] = in_place_of(ARGV[holder.k + 1], ARGV[k + 1])
    ARGV[holder.k + 2] = later(ARGV[holder.k + 2], ARGV[k + 2])
    return
  end
  local job = holder.moved
  if not job then
    local due = redis.call('ZSCORE', scheduled, holder.id)
    local retry = not due and redis.call('ZSCORE', retrying, holder.id)
    job = {id = holder.id, record = holder.record, due = '@' .. (due or retry or '0'), zset = due and scheduled
      or retry and retrying}
    holder.moved = job
    moved[#moved + 1] = job
  end
  job.sent, job.due = in_place_of(job.sent or job.record, ARGV[k + 1]), later(job.due, ARGV[k + 2])
  if retained(job.sent) and not retained(holder.record) then
    local flags = string.byte(holder.record, 3) + 1
    holder.record = string.sub(holder.record, 1, 2) .. string.char(flags) .. string.sub(holder.record, 4)
  end
end

-- Decides about one unique job. Returns what it is to do: be added, or not.
local function decide(k, key, ends, holder, how, ms)
  local waits = holder and (holder.k or holder.record)
  if holder and how == 'X' then
    taken[#taken + 1], taken[#taken + 2], taken[#taken + 3] = (k - FIRST) / 3 + 1, holder.id, holder.k and '1' or '0'
    return false
  end
  if holder and not (waits and (how == 'R' or how == 'D')) then
    meet(k, 'E', holder.id)
    return false
  end
  local id = ARGV[k]
  if holder and how == 'D' then
    meet(k, how, holder.id)
    debounce(holder, k)
    id = holder.id
  elseif holder then
    meet(k, how, holder.id)
    if holder.k then
      outdone[holder.k] = true
    else
      cancelled[#cancelled + 1] = holder
      if holder.moved then
        holder.moved.gone = true
      end
    end
  end
  locks[key] = ends == 'T' and string.format('%s:%.0f', id, now + ms) or id
  return id == ARGV[k]
end

local function meet_holders()
  local keys, fields, holders, placed = {}, {}, {}, {}
  for k = FIRST, #ARGV, 3 do
    local lock = not existing[ARGV[k]] and lock_at(ARGV[k + 1], 4)
    if lock then
      keys[k] = lock
      fields[#fields + 1] = lock.key
    end
  end
  if #fields == 0 then
    return
  end
  for f, found in ipairs(redis.call('HMGET', unique, unpack(fields))) do
    local key = fields[f]
    if holders[key] == nil then
      holders[key] = found and find_holder(key, found) or false
    end
  end
  for k = FIRST, #ARGV, 3 do
    local lock, id = keys[k], ARGV[k]
    if not lock then
      placed[id] = true
    elseif not placed[id] then
      local due, how, ms = string.match(ARGV[k + 2], '^(%S+) (%a) (%d+)$')
      ARGV[k + 2] = due
      if decide(k, lock.key, lock.ends, holders[lock.key], how, ms) then
        holders[lock.key] = {id = id, k = k}
        placed[id] = true
      else
        left_out[k] = true
      end
    end
  end
end

if keep_replaced then
  meet_holders()
end
local minute = math.floor(now / 60000)
if #taken > 1 then
  redis.call('HSET', sequences, producer, sequence .. 'f:' .. minute)
  return taken
end

local bodies, queued, queued_records, delayed, refused, outdone_kept, steps = {}, {}, {}, {}, {}, {}, {}
local added, first_due = 0, nil
local joined, leaving, gone = {}, {}, 0

local function belongs(sign)
  return sign == 'w' or sign == 'c'
end

local function waits(k)
  return belongs(string.sub(ARGV[k + 2] or '', 1, 1))
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
    meet(k, 'I', id)
  elseif outdone[k] then
    new[id] = true
    if retained(ARGV[k + 1]) then
      bodies[#bodies + 1] = id
      bodies[#bodies + 1] = stamp(ARGV[k + 1], time_of(due))
      outdone_kept[#outdone_kept + 1] = id
    end
  elseif not left_out[k] then
    new[id] = check or nil
    local at = time_of(due)
    local waiting = sign == 'w' or sign == 'j'
    local record = waiting and stamp_waiting(ARGV[k + 1]) or stamp(ARGV[k + 1], at)
    if target == '' then
      added = added + 1
      bodies[#bodies + 1] = id
      bodies[#bodies + 1] = record
    end
    if waiting then
      steps[#steps + 1] = id
      steps[#steps + 1] = sign == 'w' and string.sub(due, 2) or id
      if sign == 'j' then
        local policy, children_due, within, number, family = string.match(due, '^j(%u) (%S+) (%d+) (%d+) (.*)$')
        joined[#joined + 1] = {id = id, deadline = math.min(LAST, time_of(children_due) + tonumber(within)),
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

if capacity and added > #cancelled then
  local more, unfinished = added - #cancelled, redis.call('HLEN', jobs)
  if unfinished + more > capacity then
    unfinished = unfinished - redis.call('ZCARD', dead) - redis.call('ZCARD', finished)
  end
  if unfinished + more > capacity then
    redis.call('HSET', sequences, producer, sequence .. 'f:' .. minute)
    local known = {}
    for id in pairs(existing) do
      known[#known + 1] = id
    end
    for _, job in ipairs(met) do
      local place, how = string.match(job, '^(%d+)(%a)')
      if how ~= 'I' then
        known[#known + 1] = ARGV[FIRST + 3 * (tonumber(place) - 1)]
      end
    end
    return {'FULL', unfinished, known}
  end
end
if #cancelled > 0 or #moved > 0 or next(outdone) then
  expect_all()
  local hinted = {'\0'}
  for _, list in ipairs({cancelled, moved}) do
    for _, job in ipairs(list) do
      hinted[#hinted + 1] = job.id
    end
  end
  expect_numbers(tombstones, hinted)
elseif #bodies > 0 then
  expect('HLEN', jobs)
  expect_numbers(counters, {'enqueued'})
  expect('SCARD', waiters)
  if #queued > 0 then
    expect('LLEN', ready[1], ready[2], ready[3])
  end
end
if #steps > 0 then
  expect('HLEN', chained)
end
if next(overdue) then
  expect('HLEN', meta, attempts)
  expect_numbers(counters, {'forgotten'})
end
if #joined > 0 then
  expect('HLEN', joins, outbox_sequences)
  expect('ZCARD', deadlines, outbox)
  expect_numbers(counters, {'sent'})
end
redis.call('HSET', sequences, producer, sequence .. (#ARGV < FIRST and 'e' or '')
  .. (#met > 0 and ' ' .. table.concat(met, ' ') or '') .. ':' .. minute)
redis.call('HSETNX', meta, 'v', SCHEMA)
for id in pairs(overdue) do
  forget_kept({id})
end

-- A job that is not popped from its ready list leaves its hint there.
local function leave_ready_list(id)
  redis.call('HINCRBY', tombstones, id, 1)
  count('tombstones', 1)
end

for _, job in ipairs(cancelled) do
  if redis.call('ZREM', scheduled, job.id) == 0 and redis.call('ZREM', retrying, job.id) == 0 then
    leave_ready_list(job.id)
  end
  end_cancelled(job.id, job.record, keep_replaced, '0')
end
-- A job that is moved was enqueued when it was.
local function move(job)
  local due = time_of(job.due)
  local record = stamp(job.sent, due)
  redis.call('HSET', jobs, job.id, string.sub(record, 1, 9) .. string.sub(job.record, 10, 15) .. string.sub(record, 16))
  if not job.zset and due > now then
    leave_ready_list(job.id)
  end
  if job.zset or due > now then
    redis.call('ZADD', job.zset or scheduled, due, job.id)
    note_due(due)
  end
end

for _, job in ipairs(moved) do
  if not job.gone then
    move(job)
  end
end
local outdone_in_all = 0
for _ in pairs(outdone) do
  outdone_in_all = outdone_in_all + 1
end
if #bodies > 0 then
  redis.call('HSET', jobs, unpack(bodies))
end
for _, id in ipairs(outdone_kept) do
  keep(id, redis.call('HGET', jobs, id) or '', keep_replaced, 'CANCELLED', '0')
end
count('enqueued', added + outdone_in_all + gone)
count('cancelled', outdone_in_all)
local held = {}
for key, holder in pairs(locks) do
  held[#held + 1] = key
  held[#held + 1] = holder
end
if #held > 0 then
  redis.call('HSET', unique, unpack(held))
end
if added > 0 then
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
  count('sent', gone)
  if #queued > 0 or first_due and (not head or first_due < head) then
    wake()
  end
end
return {'OK', now, refused, met}
