-- Stands before every script that works on one partition of a queue: the names of its keys (always all of
-- them, in the order of RedisKeys), the clock, the record's header, due times and wake-ups.
-- The last key, the canary, never exists: while a cluster migrates the slot Redis then answers TRYAGAIN before
-- anything has run, instead of stopping the script half way.
local meta, jobs = KEYS[1], KEYS[2]
local ready = {KEYS[3], KEYS[4], KEYS[5]}
local scheduled, retrying, running = KEYS[6], KEYS[7], KEYS[8]
local claims, open, leases = KEYS[9], KEYS[10], KEYS[11]
local attempts, dead, finished = KEYS[12], KEYS[13], KEYS[14]
local sequences, waiters, tombstones, counters, slots = KEYS[15], KEYS[16], KEYS[17], KEYS[18], KEYS[19]
local cancellations = KEYS[20]
local chained, outbox, outbox_sequences, awaited = KEYS[21], KEYS[22], KEYS[23], KEYS[24]
local joins, deadlines, unique = KEYS[25], KEYS[26], KEYS[27]

-- Behind the name of a schedule among the slots: present while it is paused.
local PAUSED = '\0paused'

local SCHEMA = 1
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- The first write of every script but enqueue and fire. It changes nothing, but Redis refuses a script that
-- needs memory only until the script has written: so a full Redis drains, and a replica says READONLY.
local function begin()
  redis.call('HDEL', claims, '\0')
end

-- A key that holds another type than ours has to stop a script before its first write, not half way. So a script looks
-- here at the keys that it may write to and has not read; a look costs a quarter of a microsecond.
local function expect(size, ...)
  for k = 1, select('#', ...) do
    redis.call(size, (select(k, ...)))
  end
end

-- What is counted up must be a number, or it would stop a script half way, too.
local function expect_numbers(key, fields)
  local values = redis.call('HMGET', key, unpack(fields))
  for k = 1, #fields do
    if values[k] and (#values[k] > 18 or not string.match(values[k], '^-?%d+$')) then
      error('WRONGTYPE Field \'' .. fields[k] .. '\' of key \'' .. key .. '\' holds no number: delete that field')
    end
  end
end

local COUNTERS = {'enqueued', 'promoted', 'recovered', 'completed', 'retried', 'released', 'parked', 'buried',
  'cancelled', 'deleted', 'requeued', 'expired', 'forgotten', 'trimmed', 'dropped',
  'tombstones'}

local function expect_all()
  expect('HLEN', meta, jobs, running, claims, open, attempts, sequences, tombstones, cancellations,
    awaited, unique)
  expect_numbers(counters, COUNTERS)
  expect('LLEN', ready[1], ready[2], ready[3])
  expect('ZCARD', scheduled, retrying, leases, dead, finished)
  expect('SCARD', waiters)
end

local function newer_schema()
  local version = redis.call('HGET', meta, 'v')
  return version and (tonumber(version) or SCHEMA + 1) > SCHEMA and version
end

local LAST = 2 ^ 48 - 1

-- Record header: level(1) version(1) flags(1) due(6) enqueued(6), times in milliseconds, big-endian. With flag 2
-- follows expires(6); a producer sends in its place how long after its due time the job expires. With flag 4 follows
-- the lock of a unique job, length(1) text: a letter for what the lock is held until ('F' it has ended, 'S' it has
-- started, 'T' a time is over), and the key.
local function time6(ms)
  local bytes = {}
  for k = 6, 1, -1 do
    bytes[k] = string.char(ms % 256)
    ms = math.floor(ms / 256)
  end
  return table.concat(bytes)
end

local function read6(record, from)
  local ms = 0
  for k = from, from + 5 do
    ms = ms * 256 + (string.byte(record, k) or 0)
  end
  return ms
end

local function flag(record, value)
  return math.floor((string.byte(record, 3) or 0) / value) % 2 == 1
end

local function stamp(record, due)
  local expires = flag(record, 2)
  return string.sub(record, 1, 3) .. time6(due) .. time6(now)
    .. (expires and time6(math.min(LAST, due + read6(record, 4))) .. string.sub(record, 10) or string.sub(record, 4))
end

-- The record of a step whose predecessor has not completed: when it is due, and so when it expires, is not known.
local function stamp_waiting(record)
  return string.sub(record, 1, 3) .. time6(now) .. time6(now) .. string.sub(record, 4)
end

local function with_due(record, due)
  return string.sub(record, 1, 3) .. time6(due) .. string.sub(record, 10)
end

local function due_of(record)
  return read6(record, 4)
end

-- The flags of which this version knows the sections.
local function known_flags(record)
  local flags = string.byte(record, 3)
  return string.sub(record, 2, 2) == '1' and flags and math.floor(flags / 8) % 2 == 0 and flags < 64
end

-- With flag 16, the last section, and never beside a lock: the whole ids of the successor ('' if it is the last step)
-- and of the predecessor ('' if it is the first, '*' if it is a join: its predecessors are children), each behind a
-- length byte, the number of steps behind(1; plus 128 if the successor is given the result; of a child 64, or 65 if it
-- has failed once it is dead), and the hole(4): how many bytes of the
-- record stand behind the place where the predecessor's result belongs; all bits set: none belongs there.
local function link_of(record)
  if not known_flags(record) or not flag(record, 16) then
    return nil
  end
  local from = flag(record, 2) and 22 or 16
  local length = string.byte(record, from) or 0
  local at = from + length + 1
  local join = string.sub(record, at, at + 1) == '\1*'
  at = at + 1 + (string.byte(record, at) or 0)
  local number = (string.byte(record, at) or 0) % 128
  return {successor = string.sub(record, from + 1, from + length), behind = number < 64 and number or 0,
    child = number >= 64, dies = number == 65, join = join, hole = at + 1}
end

local function local_id(id)
  return string.match(id, '[^~]*$')
end

-- A step becomes due: its predecessor has completed.
local function due_now(record)
  record = with_due(record, now)
  return flag(record, 2) and string.sub(record, 1, 15) .. time6(math.min(LAST, now + read6(record, 16)))
    .. string.sub(record, 22) or record
end

-- When a job may no longer be started, unless it has been started before; nil: for ever.
-- Bytes that nobody can read are no such time: workers park them.
local function expires_of(record)
  return #record >= 21 and known_flags(record) and flag(record, 2) and read6(record, 16) or nil
end

local function retained(record)
  return flag(record, 1)
end

-- The lock of a unique job, in a record whose first section begins at a byte (16 in a stored one); nil: there is none.
local function lock_at(record, at)
  if not flag(record, 4) or string.sub(record, 2, 2) ~= '1' then
    return nil
  end
  at = flag(record, 2) and at + 6 or at
  local text = string.sub(record, at + 1, at + (string.byte(record, at) or 0))
  return {key = string.sub(text, 2), ends = string.sub(text, 1, 1)}
end

local function lock_of(record)
  return lock_at(record, 16)
end

-- Who holds a lock, by its entry, and until when if it is held for a time.
local function holder_of(entry)
  local id, until_ms = string.match(entry, '^([^:]+):?(%d*)$')
  return id, tonumber(until_ms)
end

local function ready_list(record)
  return ready[(string.byte(record) or 0) - 47] or ready[2]
end

-- Appends jobs to their ready lists, in order; at the front they keep their order too.
local function push(ids, records, front)
  local lists = {}
  for k = 1, #ids do
    if records[k] then
      local list = ready_list(records[k])
      lists[list] = lists[list] or {}
      table.insert(lists[list], front and 1 or #lists[list] + 1, ids[k])
    end
  end
  for list, members in pairs(lists) do
    redis.call(front and 'LPUSH' or 'RPUSH', list, unpack(members))
  end
end

local function score(zset)
  local head = redis.call('ZRANGE', zset, 0, 0, 'WITHSCORES')
  return head[2] and tonumber(head[2])
end

local function earliest(one, other)
  return one and other and math.min(one, other) or one or other
end

-- meta.nx: no job becomes due and no lease ends before it.
local function note_due(ms)
  local next_due = tonumber(redis.call('HGET', meta, 'nx') or '')
  if not next_due or ms < next_due then
    redis.call('HSET', meta, 'nx', ms)
  end
end

-- Tells one idle container that there is something to claim. Those that do not hear it any more are dropped.
local function wake()
  for _ = 1, 8 do
    local channel = redis.call('SPOP', waiters)
    if not channel then
      return
    end
    local heard = redis.pcall('PUBLISH', channel, meta)
    if type(heard) ~= 'number' or heard > 0 then
      return
    end
  end
end

-- Tells those who wait for jobs that these have ended. Whoever does not hear it finds out by asking.
-- meta.aw is there while somebody waits, so that those who read meta anyway know when there is nothing to do.
local function announce(ids)
  if #ids == 0 or redis.call('HEXISTS', meta, 'aw') == 0 then
    return
  end
  local told, ended = {}, {}
  for k, channels in ipairs(redis.call('HMGET', awaited, unpack(ids))) do
    if channels then
      ended[#ended + 1] = ids[k]
      for channel in string.gmatch(channels, '[^,]+') do
        told[channel] = (told[channel] or meta .. ' ') .. ids[k] .. ','
      end
    end
  end
  if #ended > 0 then
    redis.call('HDEL', awaited, unpack(ended))
    if redis.call('HLEN', awaited) == 0 then
      redis.call('HDEL', meta, 'aw')
    end
  end
  for channel, message in pairs(told) do
    redis.pcall('PUBLISH', channel, message)
  end
end

local function count(counter, by)
  if by > 0 then
    redis.call('HINCRBY', counters, counter, by)
  end
end

-- The fields of a job in the hash of attempts.
local FIELDS = {':f', ':l', ':r', ':u', ':w', ':o', ':e0', ':e1', ':e2', ':e3', ':e4', ':e5', ':e6', ':e7', ':e8',
  ':e9', ':s', ':p', ':g', ':t'}

local function forget_attempts(ids)
  if #ids == 0 or redis.call('EXISTS', attempts) == 0 then
    return
  end
  for _, id in ipairs(ids) do
    local fields = {}
    for k, field in ipairs(FIELDS) do
      fields[k] = id .. field
    end
    redis.call('HDEL', attempts, unpack(fields))
  end
end

-- Retries used, leases lost, other returns and unknown-job returns of each job, four in a row.
local function attempts_of(ids)
  local fields = {}
  for _, id in ipairs(ids) do
    local k = #fields
    fields[k + 1], fields[k + 2], fields[k + 3], fields[k + 4] = id .. ':f', id .. ':l', id .. ':r', id .. ':u'
  end
  local values = redis.call('HMGET', attempts, unpack(fields))
  for k = 1, #values do
    values[k] = tonumber(values[k] or '') or 0
  end
  return values
end

-- Past its time, and never started before.
local function is_late(id, record)
  local expires = expires_of(record)
  if not expires or now <= expires then
    return false
  end
  local counted = attempts_of({id})
  return counted[1] + counted[2] + counted[3] == 0
end

-- Field and value under which a failed attempt is remembered: a ring of ten.
local function failure_field(id, attempt)
  return id .. ':e' .. (attempt - 1) % 10
end

local function failure_value(attempt, text)
  return attempt .. ' ' .. string.format('%.0f', now) .. ' ' .. text
end

-- meta.fb: the bytes of the records of kept jobs. It changes with them, in the same script.
local function note_kept(bytes)
  bytes = bytes + (tonumber(redis.call('HGET', meta, 'fb') or '') or 0)
  if bytes > 0 then
    redis.call('HSET', meta, 'fb', string.format('%.0f', bytes))
  else
    redis.call('HDEL', meta, 'fb')
  end
end

local function bytes_of(ids)
  local bytes = 0
  for _, id in ipairs(ids) do
    bytes = bytes + redis.call('HSTRLEN', jobs, id)
  end
  return bytes
end

-- Which jobs of a lease were cancelled while they ran: id -> ms to keep them; nil: none.
local function cancelled_of(token)
  local flags, ids = redis.call('HGET', cancellations, token), {}
  for ms, id in string.gmatch(flags or '', ',(%d+):([^,]+)') do
    ids[id] = tonumber(ms)
  end
  return flags and ids
end

-- The record of the job that an entry says holds a lock, if it lives; true if the lock goes on without it: a job that
-- is gone has succeeded if its lock has a time, as any other end frees it. What has its id now may be another job.
-- An entry that cannot be read (no id) locks nobody out.
local function living_holder(key, id, until_ms)
  if not id or until_ms and until_ms <= now then
    return nil
  end
  local record = redis.call('HGET', jobs, id)
  local lock = record and lock_of(record)
  if not lock or lock.key ~= key or redis.call('ZSCORE', finished, id) then
    return until_ms ~= nil
  end
  return not redis.call('ZSCORE', dead, id) and record
end

-- Whether a job still holds the lock that an entry says it holds, and its record if it waits to be run. One that can
-- no longer be started holds none, though no claim has come by to expire it.
local function holds(key, id, until_ms)
  local record = living_holder(key, id, until_ms)
  if type(record) ~= 'string' then
    return record
  end
  local until_start = lock_of(record).ends == 'S'
  if redis.call('HEXISTS', running, id) == 1 then
    return not until_start
  end
  if is_late(id, record) then
    return false
  end
  if until_start then
    local counted = attempts_of({id})
    if counted[1] + counted[2] + counted[3] > 0 then
      return false
    end
  end
  return true, record
end

-- Frees the lock of a job that has ended, unless another one has taken it. Nothing fails here: whoever wants a lock
-- finds out by itself if its holder is gone.
local function unlock(id, record)
  local lock = lock_of(record)
  local entry = lock and redis.pcall('HGET', unique, lock.key)
  if type(entry) == 'string' and holder_of(entry) == id then
    redis.call('HDEL', unique, lock.key)
  end
end

-- A dead job that is to be queued again has to get its lock back. Whether it may; and then its lock, if it needs one.
local function may_lock_again(id, record)
  local lock = lock_of(record)
  if not lock or lock.ends == 'S' then
    return true
  end
  local entry = redis.call('HGET', unique, lock.key)
  if entry then
    local holder, until_ms = holder_of(entry)
    if holder ~= id and holds(lock.key, holder, until_ms) then
      return false
    end
  end
  return true, lock.key
end

-- Ends a cancelled job: it is kept for a while if its caller asked for that.
local function end_cancelled(id, record, ms, started)
  unlock(id, record)
  if retained(record) then
    redis.call('ZADD', finished, now + ms, id)
    note_kept(#record)
    redis.call('HSET', attempts, id .. ':o', 'CANCELLED ' .. started .. ' ' .. string.format('%.0f', now))
    redis.call('HDEL', attempts, id .. ':w', id .. ':s', id .. ':p')
  else
    redis.call('HDEL', jobs, id)
    forget_attempts({id})
  end
  announce({id})
  count('cancelled', 1)
end

-- The result of its predecessor takes its place among the arguments of a step.
local function with_result(record, result)
  local link = link_of(record)
  if not link then
    -- written by a newer version, which puts results elsewhere
    return record
  end
  local tail = 0
  for k = link.hole, link.hole + 3 do
    tail = tail * 256 + (string.byte(record, k) or 0)
  end
  if tail == 2 ^ 32 - 1 then
    return record
  end
  local at = #record - tail
  return string.sub(record, 1, link.hole - 1) .. '\255\255\255\255' .. string.sub(record, link.hole + 4, at) .. result
    .. string.sub(record, at + 1)
end

-- This partition, as whole ids name it.
local this_partition

local function here()
  if this_partition then
    return this_partition
  end
  local queue, number = string.match(meta, '([^.]*)}:m$'), '0'
  if string.find(queue, '/', 1, true) then
    queue, number = string.match(queue, '^(.*)/(%d+)$')
  end
  this_partition = queue .. '~' .. number
  return this_partition
end

-- Appends a message for another partition to the outbox. Numbers follow the clock, so that they are not used again by
-- a server that has lost the last of them.
local function append(target, previous, text)
  local sequence = math.max(now, (tonumber(redis.call('HGET', outbox_sequences, '') or '') or 0) + 1)
  local number = string.format('%.0f', sequence)
  redis.call('ZADD', outbox, number, number .. ' ' .. previous .. ' ' .. target .. '\n' .. text)
  redis.call('HSET', outbox_sequences, '', number, target, number)
  return number
end

local function last_for(target)
  return string.match(redis.call('HGET', outbox_sequences, target) or '', '^%d+$') or '0'
end

-- A join waits for its children: joins holds its policy (S skip, F fail, A await the retry of dead children), how
-- many children have not ended, bytes of results, number of children, and what their ids begin with; and a mark of
-- each child that has ended, '=' and its result, or '!' and why there is none. Who is over has no entry.
local MOST_RESULTS = 256 * 1024

-- The work that a script may do for the joins that it decides: bytes of results, and some for each child. Those
-- beyond it are decided by the next claims, as their deadline is moved to now.
local MOST_DECIDED = 256 * 1024
local decided, postponed = 0, false

-- Joins that die in a script, three a join: id, name, why.
local joins_died = {}

local function expect_joins()
  expect('HLEN', meta, jobs, joins, chained, attempts, awaited, outbox_sequences)
  expect('ZCARD', deadlines, dead, finished, outbox)
  expect('LLEN', ready[1], ready[2], ready[3])
  expect('SCARD', waiters)
  expect_numbers(counters, {'buried', 'cancelled'})
end

local function name_of(record)
  if not known_flags(record) then
    return nil
  end
  local link = link_of(record)
  local at = link and link.hole + 3 or flag(record, 2) and 21 or 15
  if flag(record, 4) then
    at = at + 1 + (string.byte(record, at + 1) or 0)
  end
  local high, low = string.byte(record, at + 1, at + 2)
  return low and string.sub(record, at + 3, at + 2 + high * 256 + low)
end

local function in_join(record)
  local link = link_of(record)
  return link and (link.child or link.join)
end

-- What the script knows of joins: send_marks writes it.
local known_joins = {}

local function join_of(id)
  if known_joins[id] ~= nil then
    return known_joins[id]
  end
  local policy, left, bytes, total, family = string.match(redis.call('HGET', joins, id) or '',
    '^(%u) (%d+) (%d+) (%d+) (.*)$')
  known_joins[id] = policy and {id = id, policy = policy, open = tonumber(left), bytes = tonumber(bytes),
    total = tonumber(total), family = family} or false
  return known_joins[id]
end

-- Whether this script has worked enough for joins: the first one is always decided.
local function decides_later(join)
  local work = join.bytes + 128 * (join.total + 8)
  if decided > 0 and decided + work > MOST_DECIDED then
    return true
  end
  decided = decided + work
  return false
end

-- The join waits no more. Gives the results, in the order of the children, and the number of the first that failed.
local function end_join(join)
  local fields, results, failed, why = {}, {}, nil, nil
  for k = 1, join.total do
    fields[k] = join.id .. ':' .. k
  end
  for k, value in ipairs(redis.call('HMGET', joins, unpack(fields))) do
    local sign = value and string.sub(value, 1, 1)
    results[k] = sign == '=' and #value > 1 and string.sub(value, 2) or 'null'
    if sign == '!' and not failed then
      failed, why = k, string.sub(value, 2)
    end
  end
  known_joins[join.id] = false
  redis.call('HDEL', joins, join.id, unpack(fields))
  if redis.call('HGET', chained, join.id) == join.id then
    redis.call('HDEL', chained, join.id)
  end
  redis.call('ZREM', deadlines, join.id)
  return '[' .. table.concat(results, ',') .. ']', failed, why
end

local function forget_join(id)
  local join = join_of(id)
  if join then
    end_join(join)
  end
end

-- It is due, or dead if a child has failed, as its policy says, or is missing; whoever retries it then runs it with
-- what there was.
local function decide_join(join)
  if decides_later(join) then
    join.changed, postponed = true, true
    redis.call('ZADD', deadlines, now, join.id)
    note_due(now)
    wake()
    return
  end
  local record = redis.call('HGET', chained, join.id) == join.id and redis.call('HGET', jobs, join.id)
  local results, failed, why = end_join(join)
  -- Taken out by somebody who knows no joins: what has its id now is another job.
  if not record then
    return
  end
  local failure
  if join.policy ~= 'S' and failed then
    failure = 'CHILD_FAILED\nChild ' .. failed .. ' of ' .. join.total .. ', \'' .. join.family .. '.c' .. failed
      .. '\', is ' .. why .. '\n'
  elseif join.policy ~= 'S' and join.open > 0 then
    failure = 'DEADLINE_PASSED\n' .. join.open .. ' of ' .. join.total
      .. ' children had not succeeded when the time was over\n'
  end
  if failure then
    local d = #joins_died
    joins_died[d + 1], joins_died[d + 2], joins_died[d + 3] = join.id, name_of(record) or '',
      string.match(failure, '^[^\n]*')
  end
  record = with_result(due_now(record), results)
  redis.call('HSET', jobs, join.id, record)
  if not failure then
    redis.call('RPUSH', ready_list(record), join.id)
    wake()
    return
  end
  redis.call('HSET', attempts, failure_field(join.id, 1), failure_value(1, failure))
  redis.call('ZADD', dead, now, join.id)
  redis.call('HSET', meta, 'dx', 1)
  announce({join.id})
  count('buried', 1)
end

-- The first mark of each child counts.
local function take_mark(id, child, mark)
  local join, family, index = join_of(id), string.match(child, '^(.*)%.c(%d+)$')
  if not join or join.family ~= family then
    return
  end
  if #mark + join.bytes > MOST_RESULTS then
    mark = '!TOO_LARGE: the results of all children take more than 256 KiB'
  end
  if redis.call('HSETNX', joins, id .. ':' .. index, mark) == 0 then
    return
  end
  local failed = string.sub(mark, 1, 1) == '!'
  join.open, join.bytes = join.open - 1, join.bytes + #mark
  if failed and join.policy ~= 'S' or join.open <= 0 then
    decide_join(join)
  else
    join.changed = true
  end
end

-- Returns whether the script may look at another one.
local function pass_deadline(id)
  local join = join_of(id)
  if join then
    decide_join(join)
  else
    redis.call('ZREM', deadlines, id)
  end
  return not known_joins[id]
end

-- Marks for joins elsewhere: target -> texts.
local marks_elsewhere = {}

-- A child has ended: its join hears of it, here or with send_marks.
local function mark(id, record, how)
  local link = link_of(record)
  local target, join = string.match(link.successor, '^(.*)~(.*)$')
  if target == here() then
    take_mark(join, id, how)
  elseif target then
    local text = join .. ' ' .. id .. ' ' .. how
    marks_elsewhere[target] = marks_elsewhere[target] or {}
    table.insert(marks_elsewhere[target], '0 ' .. #text .. ' ' .. text)
  end
end

-- Writes what joins have heard, and appends what is said to those elsewhere; gives the number of messages.
local function send_marks()
  local messages = 0
  for id, join in pairs(known_joins) do
    if join and join.changed then
      redis.call('HSET', joins, id, join.policy .. ' ' .. join.open .. ' ' .. join.bytes .. ' ' .. join.total .. ' '
        .. join.family)
    end
  end
  for target, texts in pairs(marks_elsewhere) do
    append(target, last_for(target), table.concat(texts))
    messages = messages + 1
  end
  if messages > 0 then
    redis.call('HSET', meta, 'ob', 1)
  end
  return messages
end

-- A step will never complete: those that wait behind it are cancelled, and its join hears of it.
local function expect_chains()
  expect('HLEN', chained)
end

local function cancel_behind(id, record, ms, how)
  local link = link_of(record)
  if link and link.child then
    mark(id, record, '!' .. how)
    return
  end
  while link and link.successor ~= '' do
    local successor = local_id(link.successor)
    if redis.call('HGET', chained, successor) ~= id then
      return
    end
    redis.call('HDEL', chained, successor)
    id, record = successor, redis.call('HGET', jobs, successor) or ''
    link = link_of(record)
    end_cancelled(id, record, ms, '0')
  end
end

-- How many jobs a job takes along when it is deleted.
local function behind(record)
  local link = link_of(record)
  return link and link.behind or 0
end
