-- What every script needs that works on one partition of a queue: the names of its keys (always all of
-- them, in the order of RedisKeys), the clock, and wake-ups.
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

local function count(counter, by)
  if by > 0 then
    redis.call('HINCRBY', counters, counter, by)
  end
end

-- Which jobs of a lease were cancelled while they ran: id -> ms to keep them; nil: none.
local function cancelled_of(token)
  local flags, ids = redis.call('HGET', cancellations, token), {}
  for ms, id in string.gmatch(flags or '', ',(%d+):([^,]+)') do
    ids[id] = tonumber(ms)
  end
  return flags and ids
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

