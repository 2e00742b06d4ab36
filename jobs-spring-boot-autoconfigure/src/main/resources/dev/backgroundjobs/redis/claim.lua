-- @include chains
-- claim: promotes what is due, recovers what lost its worker, and gives up to n jobs to a worker under one lease.
-- ARGV  1=worker 2=sequence 3=n (0: only pass a wake-up on) 4=lease ms 5=channel of the container 6=lease losses
--       after which a job is buried 7='1' to recover expired leases 8=first level to look at (0..2) 9=ms a dead
--       letter is kept 10=ms an expired job is kept whose caller asked for it 11=bytes that kept jobs may take in all
--       12=dead letters that may be kept
-- Returns  {'OK' | 'EMPTY' | 'PAUSED', now, ms until something is due (-1 unknown), ids, records, attempts (four
--       numbers a job; empty: all zero), ids buried on the way, number of jobs that expired, since when
--       nobody has known how to run each (false: somebody has; empty: all of them), what was recovered (three a
--       job, those buried among them: id, name, number of the attempt that lost its worker), 1 if the outbox is not
--       empty, else 0, ids of dead letters that were dropped because there are too many, jobs that
--       had been cancelled before they lost their worker (two a job: id, name), joins that died (three a join: id,
--       name, why), number of kept jobs that were trimmed, number of dead letters
--       that were dropped} | {'OLD', last} this sequence is over | {'SCHEMA', version}
-- A repeated claim gets the same answer, without what was settled meanwhile; its lease begins anew.
begin()
local worker, sequence, n, lease = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local channel, max_losses, recover, first_level = ARGV[5], tonumber(ARGV[6]), ARGV[7] == '1', tonumber(ARGV[8])
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local token = worker .. ':' .. ARGV[2]
local state = redis.call('HMGET', meta, 'p', 'nx', 'jn', 'ch', 'ob', 'aw', 'fb', 'dx', 'jo', 'ul', 'fo')
local paused, next_due = state[1], tonumber(state[2] or '')
-- Since the first chain was enqueued here.
local some_chained = state[4]
-- Since the first join, or child of one, came here.
local some_joined = state[9]
-- The last page of locks held many that were over.
local locks_over = state[10]
-- The last claim may have left jobs that were kept long enough.
local overdue = state[11]

-- A claim's content: the time of the claim, then the ids.
local function ids_of(claim)
  local ids = {}
  for id in string.gmatch(claim, ',([^,]+)') do
    ids[#ids + 1] = id
  end
  return ids
end

local died, expired, expired_records, recovered, dropped, stopped = {}, {}, {}, {}, {}, {}
-- How many kept jobs went before their time, and how many dead letters went.
local trimmed, dropped_in_all = 0, 0

local function answer(ids, records)
  local counted = {}
  if #ids > 0 and redis.call('EXISTS', attempts) == 1 then
    counted = attempts_of(ids)
  end
  if postponed then
    next_due = now
  end
  local parked = false
  for k = 4, #counted, 4 do
    parked = parked or counted[k] > 0
  end
  local since = {}
  if parked then
    for k = 1, #ids do
      since[k] = ids[k] .. ':p'
    end
    since = redis.call('HMGET', attempts, unpack(since))
  end
  return {#ids > 0 and 'OK' or paused and 'PAUSED' or 'EMPTY', now, next_due and math.max(0, next_due - now) or -1,
    ids, records, counted, died, #expired, since, recovered,
    state[5] and 1 or 0, dropped, stopped, joins_died, trimmed, dropped_in_all}
end

local repeated = redis.call('HGET', claims, token)
if repeated then
  local ids = ids_of(repeated)
  local owners, mine = redis.call('HMGET', running, unpack(ids)), {}
  for k = 1, #ids do
    if owners[k] == token then
      mine[#mine + 1] = ids[k]
    end
  end
  local given = answer(mine, #mine > 0 and redis.call('HMGET', jobs, unpack(mine)) or {})
  redis.call('ZADD', leases, 'XX', 'GT', now + lease, token)
  return given
end
local entry = redis.call('HGET', sequences, worker)
local last = entry and tonumber(string.match(entry, '^%d+')) or 0
if sequence <= last then
  return {'OLD', last}
end

local function promote(zset)
  local due = redis.call('ZRANGEBYSCORE', zset, '-inf', now, 'LIMIT', 0, 200)
  if #due > 0 then
    redis.call('ZREM', zset, unpack(due))
    push(due, redis.call('HMGET', jobs, unpack(due)), false)
    count('promoted', #due)
  end
end

-- The first loss of a lease may be anybody's fault: the job goes back to the front. From the second on it is a
-- suspect: it waits, longer each time, and workers run it alone. Only a loss that it suffered while it ran alone is
-- held against it, so that a job that only ran beside the guilty one is never buried. (Who allows one loss at most
-- has decided otherwise.) A job may also take longer to kill its worker than it is left alone for: after eight losses
-- more than are allowed any loss counts that follows a start alone, or it would go on for ever.
local function recover_jobs(lost, lost_leases)
  local records, counted, marks = redis.call('HMGET', jobs, unpack(lost)), attempts_of(lost), {}
  for k = 1, #lost do
    marks[k] = lost[k] .. ':s'
  end
  marks = redis.call('HMGET', attempts, unpack(marks))
  local suspect_from = math.min(2, max_losses - 1)
  local front, front_records, buried, delayed, changes, reasons = {}, {}, {}, {}, {}, {}
  for k = 1, #lost do
    local id, losses = lost[k], counted[4 * k - 2] + 1
    local attempt = counted[4 * k - 3] + losses + counted[4 * k - 1]
    local marked, until_ms = string.match(marks[k] or '', '^(%S+) (%d+)$')
    local started_alone = marked == lost_leases[k].token
    local alone = started_alone and lost_leases[k].ended <= tonumber(until_ms)
    local guilty = alone or started_alone and losses >= max_losses + 8
    local how = alone and ', while nothing ran beside it' or guilty and ', long after it was started alone' or ''
    local q = #changes
    local r = #recovered
    recovered[r + 1], recovered[r + 2], recovered[r + 3] = id, name_of(records[k] or '') or '', attempt
    changes[q + 1], changes[q + 2] = id .. ':l', losses
    changes[q + 3] = failure_field(id, attempt)
    changes[q + 4] = failure_value(attempt, 'LEASE_LOST\nIts worker died, or could not renew its lease' .. how .. '\n')
    reasons[3 * k - 2], reasons[3 * k - 1], reasons[3 * k] = id .. ':w', id .. ':s', id .. ':p'
    if losses >= max_losses and (guilty or max_losses == 1) then
      buried[#buried + 1] = now
      buried[#buried + 1] = id
      died[#died + 1] = id
      unlock(id, records[k] or '')
      local link = some_joined and link_of(records[k] or '')
      if link and link.dies then
        mark(id, records[k], '!DEAD')
      end
    elseif losses < suspect_from then
      front[#front + 1] = id
      front_records[#front_records + 1] = records[k]
    else
      delayed[#delayed + 1] = now + math.floor(lease / 6 * 2 ^ math.min(losses, 8) * (0.5 + time[2] % 1000 / 1000))
      delayed[#delayed + 1] = id
    end
  end
  redis.call('HSET', attempts, unpack(changes))
  redis.call('HDEL', attempts, unpack(reasons))
  push(front, front_records, true)
  if #delayed > 0 then
    redis.call('ZADD', retrying, unpack(delayed))
  end
  if #buried > 0 then
    redis.call('ZADD', dead, unpack(buried))
    redis.call('HSET', meta, 'dx', 1)
    count('buried', #buried / 2)
    announce(died)
  end
  count('recovered', #lost)
end

-- A job that was cancelled while it ran ends with the lease of its worker.
local function recover_leases()
  local lost, lost_leases, cancelled = {}, {}, {}
  local ended = redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'WITHSCORES', 'LIMIT', 0, 20)
  for e = 1, #ended, 2 do
    if #lost + #cancelled >= 200 then
      break
    end
    local expired = ended[e]
    local claim, flagged = redis.call('HGET', claims, expired), cancelled_of(expired)
    redis.call('ZREM', leases, expired)
    redis.call('HDEL', claims, expired)
    redis.call('HDEL', cancellations, expired)
    redis.call('HDEL', open, expired)
    local ids = claim and ids_of(claim) or {}
    local owners = #ids > 0 and redis.call('HMGET', running, unpack(ids)) or {}
    for k = 1, #ids do
      if owners[k] == expired and flagged and flagged[ids[k]] then
        cancelled[#cancelled + 1] = {id = ids[k], ms = flagged[ids[k]], started = string.match(claim, '^%d+')}
      elseif owners[k] == expired then
        lost[#lost + 1] = ids[k]
        lost_leases[#lost] = {token = expired, ended = tonumber(ended[e + 1])}
      end
    end
  end
  for _, job in ipairs(cancelled) do
    local record = redis.call('HGET', jobs, job.id) or ''
    stopped[#stopped + 1], stopped[#stopped + 2] = job.id, name_of(record) or ''
    redis.call('HDEL', running, job.id)
    end_cancelled(job.id, record, job.ms, job.started)
    cancel_behind(job.id, record, job.ms, 'CANCELLED')
  end
  if #lost > 0 then
    redis.call('HDEL', running, unpack(lost))
    recover_jobs(lost, lost_leases)
  end
end

local minute = math.floor(now / 60000)
local tidies = tonumber(state[3] or '') ~= minute
local crowded = tonumber(state[7] or '') or 0
crowded = crowded > tonumber(ARGV[11]) and crowded - tonumber(ARGV[11])
if some_chained then
  expect_chains()
end
if some_joined then
  expect_joins()
end
if tidies or crowded or state[8] or locks_over or overdue or next_due and next_due <= now then
  expect_all()
end

if next_due and next_due <= now then
  promote(scheduled)
  promote(retrying)
  if recover then
    recover_leases()
  end
  local due, lease_end = earliest(score(scheduled), score(retrying)), score(leases)
  if some_joined then
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', deadlines, '-inf', now, 'LIMIT', 0, 10)) do
      if not pass_deadline(id) then
        break
      end
    end
    due = earliest(due, score(deadlines))
  end
  next_due = earliest(due, lease_end)
  if next_due then
    redis.call('HSET', meta, 'nx', next_due)
  else
    redis.call('HDEL', meta, 'nx')
  end
  if not recover then
    next_due = due
  end
end

-- What is kept is forgotten in steps: a claim takes out so many jobs at most, and the next one goes on while there are
-- more. Dead letters come first, as there are few of them, and leave room for jobs that are kept.
local removable = 150

local function drop(old)
  local records, taken = some_chained and #old > 0 and redis.call('HMGET', jobs, unpack(old)) or {}, 0
  for k = 1, #old do
    taken = taken + 1 + behind(records[k] or '')
    if taken > removable and k > 1 then
      old[k] = nil
    end
  end
  removable = removable - math.min(taken, removable)
  if #old == 0 then
    return
  end
  redis.call('ZREM', dead, unpack(old))
  redis.call('HDEL', jobs, unpack(old))
  forget_attempts(old)
  count('dropped', #old)
  dropped_in_all = dropped_in_all + #old
  for k = 1, #old do
    cancel_behind(old[k], records[k] or '', tonumber(ARGV[10]), 'DEAD')
  end
end

local function past(zset, until_ms)
  return removable > 0 and redis.call('ZRANGEBYSCORE', zset, '-inf', until_ms, 'LIMIT', 0, removable) or {}
end

-- There are new dead letters: if there are too many now, the oldest go.
if state[8] or #died > 0 then
  local over = redis.call('ZCARD', dead) - tonumber(ARGV[12])
  if over > 0 then
    dropped = redis.call('ZRANGE', dead, 0, math.min(removable, over) - 1)
    drop(dropped)
  end
  if over <= #dropped then
    redis.call('HDEL', meta, 'dx')
  end
end

-- What was kept long enough is looked for once a minute, and with the next claim if there may be more.
if tidies or overdue then
  drop(past(dead, now - tonumber(ARGV[9])))
end
local more = removable == 0
removable = removable + 50
if tidies or overdue then
  local old = past(finished, now)
  if #old > 0 then
    local bytes = forget_kept(old)
    crowded = crowded and crowded - bytes
    removable = removable - #old
  end
  if more or removable == 0 then
    redis.call('HSET', meta, 'fo', 1)
  elseif overdue then
    redis.call('HDEL', meta, 'fo')
  end
end

-- Kept jobs take too many bytes: the first to be forgotten go now.
if crowded and crowded > 0 and removable > 0 then
  local first, old, bytes = redis.call('ZRANGE', finished, 0, removable - 1), {}, 0
  local sizes = sizes_of(first)
  for k = 1, #first do
    if bytes < crowded then
      bytes = bytes + sizes[k]
      old[k] = first[k]
    end
  end
  if #old > 0 then
    forget_kept(old)
    trimmed = #old
    count('trimmed', trimmed)
  else
    redis.call('HDEL', meta, 'fb')
  end
end

-- Locks that are over, a page at a time, and the next page with the next claim while there are many. It reads no
-- record: a lock without a time is freed by the end of its job, and enqueue believes no other that is left behind.
local function is_over(entry)
  local id, until_ms = holder_of(entry)
  if until_ms then
    return until_ms <= now
  end
  return not id or redis.call('HEXISTS', jobs, id) == 0
end

local function forget_locks()
  local page, over = redis.call('HSCAN', unique, redis.call('HGET', meta, 'uc') or '0', 'COUNT', 200), {}
  redis.call('HSET', meta, 'uc', page[1])
  for k = 1, #page[2], 2 do
    if is_over(page[2][k + 1]) then
      over[#over + 1] = page[2][k]
    end
  end
  for _, key in ipairs(over) do
    redis.call('HDEL', unique, key)
  end
  if #over * 8 > #page[2] then
    redis.call('HSET', meta, 'ul', 1)
  elseif locks_over then
    redis.call('HDEL', meta, 'ul')
  end
end

if locks_over or tidies and redis.call('HLEN', unique) > 0 then
  forget_locks()
end

if tidies then
  redis.call('HSET', meta, 'jn', minute)
  local page = redis.call('HSCAN', sequences, redis.call('HGET', meta, 'jc') or '0', 'COUNT', 200)
  redis.call('HSET', meta, 'jc', page[1])
  for k = 1, #page[2], 2 do
    -- what has come from an outbox may come again after any time
    if string.sub(page[2][k], 1, 2) ~= 'o:'
      and (tonumber(string.match(page[2][k + 1], '%d+$') or '') or minute) < minute - 1440 then
      redis.call('HDEL', sequences, page[2][k])
    end
  end
end

local ids, records, seen, popped_in_all, expired_in_all = {}, {}, {}, 0, 0

-- Takes from what was popped only what is still a job: a tombstone stands for the hint of a job that was taken out
-- of its ready list without being popped.
local function take(popped)
  local bodies, owners = redis.call('HMGET', jobs, unpack(popped)), redis.call('HMGET', running, unpack(popped))
  local buried = redis.call('EXISTS', tombstones) == 1
  for k = 1, #popped do
    local id = popped[k]
    if buried and redis.call('HEXISTS', tombstones, id) == 1 then
      local hints = tonumber(redis.call('HGET', tombstones, id)) or 1
      if hints <= 1 then
        redis.call('HDEL', tombstones, id)
      else
        redis.call('HSET', tombstones, id, hints - 1)
      end
      redis.call('HINCRBY', counters, 'tombstones', -1)
    elseif bodies[k] and not owners[k] and not seen[id] then
      seen[id] = true
      if is_late(id, bodies[k]) then
        expired[#expired + 1] = id
        expired_records[#expired] = bodies[k]
        expired_in_all = expired_in_all + 1 + behind(bodies[k])
      else
        ids[#ids + 1] = id
        records[#records + 1] = bodies[k]
      end
    end
  end
end

local function expire()
  local gone, kept, ends, bytes = {}, {}, {}, 0
  for k, id in ipairs(expired) do
    unlock(id, expired_records[k])
    if retained(expired_records[k]) then
      local size = size_of(id, #expired_records[k], true)
      bytes = bytes + size
      kept[#kept + 1] = now + tonumber(ARGV[10])
      kept[#kept + 1] = id
      ends[#ends + 1] = id .. ':o'
      ends[#ends + 1] = ended_as('EXPIRED', '0', size)
    else
      gone[#gone + 1] = id
    end
  end
  if #kept > 0 then
    redis.call('ZADD', finished, unpack(kept))
    note_kept(bytes)
    redis.call('HSET', attempts, unpack(ends))
  end
  if #gone > 0 then
    redis.call('HDEL', jobs, unpack(gone))
    forget_attempts(gone)
  end
  announce(expired)
  count('expired', #expired)
  for k, id in ipairs(expired) do
    cancel_behind(id, expired_records[k], tonumber(ARGV[10]), 'EXPIRED')
  end
end

if n > 0 and not paused
  and redis.call('LLEN', ready[1]) + redis.call('LLEN', ready[2]) + redis.call('LLEN', ready[3]) > 0 then
  expect('HLEN', jobs, running, open, attempts, tombstones)
  expect_numbers(counters, {'tombstones', 'expired', 'cancelled'})
  expect('ZCARD', leases, finished)
  expect('SCARD', waiters)
  if state[6] then
    expect('HLEN', awaited)
  end
end
for offset = 0, 2 do
  local list = ready[(first_level + offset) % 3 + 1]
  while not paused and #ids < n and popped_in_all < 500 and expired_in_all < 200 do
    local popped = redis.call('LPOP', list, n - #ids)
    if not popped or #popped == 0 then
      break
    end
    popped_in_all = popped_in_all + #popped
    take(popped)
  end
end
if (popped_in_all >= 500 or expired_in_all >= 200) and #ids < n then
  next_due = now
end
if #expired > 0 then
  expire()
  -- one of them may have been the last child of a join
  next_due = some_joined and now or next_due
end

if some_joined and send_marks() > 0 then
  state[5] = '1'
end
if channel ~= '' then
  redis.call(#ids < n and 'SADD' or 'SREM', waiters, channel)
end
if #ids == 0 and n > 0 then
  return answer(ids, records)
end
if #ids > 0 then
  local owned = {}
  for k = 1, #ids do
    owned[2 * k - 1] = ids[k]
    owned[2 * k] = token
  end
  redis.call('HSET', running, unpack(owned))
  redis.call('HSET', claims, token, string.format('%.0f', now) .. ',' .. table.concat(ids, ','))
  redis.call('HSET', open, token, #ids)
  redis.call('HSET', sequences, worker, ARGV[2] .. ':' .. minute)
  redis.call('ZADD', leases, now + lease, token)
  note_due(now + lease)
  next_due = earliest(next_due, now + lease)
end
if not paused and redis.call('EXISTS', waiters) == 1 then
  for k = 1, 3 do
    if redis.call('EXISTS', ready[k]) == 1 then
      wake()
      break
    end
  end
end
return answer(ids, records)
