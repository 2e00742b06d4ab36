-- @include chains
-- settle: says what became of claimed jobs, of any leases, in one batch. Only the owner is heard: what is not (or no
-- longer) claimed under the given token is stale and changes nothing, so a repeated settle is harmless.
-- ARGV  per outcome: ids (joined by commas: jobs of one claim that ended alike), token, verb, ms, text; at most 500
--       jobs in all
--       C complete  ms=how long to keep it (0: delete), text=the record to keep; of a unique job also if it is deleted
--       N continue  complete, and the step behind it is due. text=length of the record to keep, a space, that record, and
--                   the result
--       R retry     ms=delay, text=failure
--       B bury      text=failure
--       L release   text='1' if the job had started: back to the front, no retry used
--       K cancel    ms=how long to keep it if its caller asked for that: it has stopped because it was cancelled
--       P park      ms=delay, text=reason: it could not be run here, no retry used
--       U park      the same, because nobody here knows how to run it: since when that is so is remembered
--       Z snooze    ms=delay: it asked to be run again later, no retry used
--       S start     no outcome: from now on the job runs with nothing beside it, at least for as long as its lease
--                   ends within ms if it is renewed no more; the job stays claimed
-- A job that was cancelled while it ran ends so with any outcome but C and N, and no step behind it runs.
-- A child of a join marks there, once, that it has ended: N, K, and B if its join does not wait for dead children.
-- A step behind it that belongs to another partition is appended to the outbox, with those behind it: relay and receive
-- bring them there.
-- Returns  {'OK', now, which jobs were stale: their places, from 1, which were cancelled instead, number of messages appended
--       to the outbox, joins that died of it (three a join: id, name, why)} | {'SCHEMA', version}
begin()
local state = redis.call('HMGET', meta, 'v', 'aw')
if state[1] and (tonumber(state[1]) or SCHEMA + 1) > SCHEMA then
  return {'SCHEMA', state[1]}
end
local some_awaited = state[2]
local all, outcomes, unfinished, unfinished_at = {}, {}, {}, {}
for at = 1, #ARGV, 5 do
  local outcome = {token = ARGV[at + 1], verb = ARGV[at + 2], ms = tonumber(ARGV[at + 3]), text = ARGV[at + 4]}
  for id in string.gmatch(ARGV[at], '[^,]+') do
    local k = #all + 1
    all[k], outcomes[k] = id, outcome
    if outcome.verb ~= 'C' then
      unfinished[#unfinished + 1], unfinished_at[#unfinished + 1] = id, k
    end
  end
end
local owners, records = redis.call('HMGET', running, unpack(all)), {}
-- The record of a job that has succeeded is not read: it goes, or another takes its place.
if #unfinished > 0 then
  for n, record in ipairs(redis.call('HMGET', jobs, unpack(unfinished))) do
    records[unfinished_at[n]] = record
  end
end
local some_failed = redis.call('EXISTS', attempts) == 1
local counted = some_failed and attempts_of(all) or {}
local head = earliest(score(scheduled), score(retrying))
local some_cancelled = redis.call('EXISTS', cancellations) == 1

local accepted, settled, stale, per_token = {}, {}, {}, {}
local gone, forgotten, kept, released, released_records = {}, {}, {}, {}, {}
local delayed, snoozed, buried, changes, cleared, bodies = {}, {}, {}, {}, {}, {}
local counts = {completed = 0, retried = 0, released = 0, parked = 0, cancelled = 0, snoozed = 0}
local flags, cancelled_instead, ended, locks = {}, {}, {}, {}
local broken, continued, messages, queued, queued_records, chained_gone = {}, {}, {}, {}, {}, {}
-- Children of joins that have ended, and what is said of it.
local children = {}
local first_due
local kept_bytes, claimed_at = 0, {}

local function add(list, ...)
  for _, value in ipairs({...}) do
    list[#list + 1] = value
  end
end

local function delay(id, ms, list)
  local due = now + ms
  add(list or delayed, due, id)
  first_due = earliest(first_due, due)
  return due
end

local function says(k, id, how)
  children[#children + 1] = {id = id, record = records[k], how = how}
end

local verbs = {}

-- The lock of a unique job is free when the job has ended, unless the job has succeeded and the lock has a time.
local function free(id, record, succeeded)
  local lock = lock_of(record)
  if lock then
    locks[#locks + 1] = {id = id, key = lock.key, stays = succeeded and lock.ends == 'T'}
  end
end

local function ends(k, state, id, token, ms, record_bytes)
  if some_awaited then
    ended[#ended + 1] = id
  end
  if ms == 0 then
    gone[#gone + 1] = id
    if some_failed then
      add(forgotten, id)
    end
    return
  end
  claimed_at[token] = claimed_at[token] or string.match(redis.call('HGET', claims, token) or '', '^%d+') or '0'
  local has_failed = some_failed and counted[4 * k - 3] + counted[4 * k - 2] + counted[4 * k - 1] > 0
  local bytes = size_of(id, record_bytes, some_failed, not has_failed)
  add(kept, now + ms, id)
  kept_bytes = kept_bytes + bytes
  add(cleared, id .. ':w', id .. ':s', id .. ':p')
  add(changes, id .. ':o', ended_as(state, claimed_at[token], bytes))
end

function verbs.C(k, id, token, ms, text)
  counts.completed = counts.completed + 1
  ends(k, 'SUCCEEDED', id, token, ms, #text)
  free(id, text, true)
  if ms > 0 then
    add(bodies, id, text)
  end
end

-- The record to keep, and the result.
local function record_and_result(text)
  local length, from = string.match(text, '^(%d+) ()')
  return string.sub(text, from, from + length - 1), string.sub(text, from + length)
end

function verbs.N(k, id, token, ms, text)
  local record, result = record_and_result(text)
  verbs.C(k, id, token, ms, record)
  local link = link_of(records[k])
  if link and link.child then
    says(k, id, '=' .. result)
    return
  end
  continued[#continued + 1] = {id = id, record = records[k], result = result}
end

local function breaks(k, id, ms)
  local link = link_of(records[k])
  if link and link.child then
    says(k, id, '!CANCELLED')
  elseif behind(records[k]) > 0 then
    broken[#broken + 1] = {id = id, record = records[k], ms = ms}
  end
end

function verbs.K(k, id, token, ms)
  counts.cancelled = counts.cancelled + 1
  breaks(k, id, ms)
  ends(k, 'CANCELLED', id, token, retained(records[k]) and ms or 0, #records[k])
  free(id, records[k])
end

function verbs.R(k, id, token, ms, text)
  counts.retried = counts.retried + 1
  local used = counted[4 * k - 3] or 0
  local attempt = 1 + used + (counted[4 * k - 2] or 0) + (counted[4 * k - 1] or 0)
  add(changes, id .. ':f', used + 1, failure_field(id, attempt), failure_value(attempt, text))
  add(cleared, id .. ':w', id .. ':s', id .. ':p')
  add(bodies, id, with_due(records[k], delay(id, ms)))
end

function verbs.B(k, id, token, ms, text)
  local attempt = 1 + (counted[4 * k - 3] or 0) + (counted[4 * k - 2] or 0) + (counted[4 * k - 1] or 0)
  add(changes, failure_field(id, attempt), failure_value(attempt, text))
  add(cleared, id .. ':w', id .. ':s', id .. ':p')
  add(buried, now, id)
  local link = link_of(records[k])
  if link and link.dies then
    says(k, id, '!DEAD')
  end
  if some_awaited then
    ended[#ended + 1] = id
  end
  free(id, records[k])
end

function verbs.L(k, id, token, ms, text)
  counts.released = counts.released + 1
  add(released, id)
  add(released_records, records[k])
  if text == '1' then
    add(changes, id .. ':r', (counted[4 * k - 1] or 0) + 1)
    if (counted[4 * k] or 0) > 0 then
      add(cleared, id .. ':p')
    end
  end
end

function verbs.Z(k, id, token, ms)
  counts.snoozed = counts.snoozed + 1
  add(changes, id .. ':r', (counted[4 * k - 1] or 0) + 1)
  add(cleared, id .. ':w', id .. ':s', id .. ':p')
  add(bodies, id, with_due(records[k], delay(id, ms, snoozed)))
end

local function park(k, id, ms, text)
  counts.parked = counts.parked + 1
  add(changes, id .. ':u', (counted[4 * k] or 0) + 1, id .. ':w', text)
  delay(id, ms)
end

function verbs.P(k, id, token, ms, text)
  park(k, id, ms, text)
  add(cleared, id .. ':p')
end

function verbs.U(k, id, token, ms, text)
  local known = (counted[4 * k] or 0) > 0 and redis.call('HGET', attempts, id .. ':p')
  park(k, id, ms, text)
  if not known then
    add(changes, id .. ':p', string.format('%.0f', now))
  end
end

for k = 1, #all do
  local id, outcome = all[k], outcomes[k]
  local token, verb, ms, text = outcome.token, outcome.verb, outcome.ms, outcome.text
  if owners[k] ~= token or settled[id] or verb ~= 'C' and not records[k] then
    stale[#stale + 1] = k
  elseif verb == 'S' then
    settled[id] = true
    add(changes, id .. ':s', token .. ' ' .. string.format('%.0f', now + ms))
  else
    accepted[#accepted + 1] = id
    settled[id] = true
    per_token[token] = (per_token[token] or 0) + 1
    if some_cancelled and flags[token] == nil then
      flags[token] = cancelled_of(token) or false
    end
    local keep = flags[token] and flags[token][id]
    if keep then
      flags[token][id] = nil
      if verb == 'N' then
        breaks(k, id, keep)
        verb, text = 'C', record_and_result(text)
      end
      if verb ~= 'C' then
        verb, ms = 'K', keep
        add(cancelled_instead, k)
      end
    end
    verbs[verb](k, id, token, ms, text)
  end
end
if #accepted == 0 and #changes == 0 then
  return {'OK', now, stale, {}, 0}
end

-- A step belongs elsewhere: it goes there with all that wait behind it.
local function send(target, id, record)
  local parts, ids = {}, {}
  while record do
    parts[#parts + 1] = #id .. ' ' .. #record .. ' ' .. id .. record
    ids[#parts] = id
    local link, before = link_of(record), id
    id = link and local_id(link.successor) or ''
    record = id ~= '' and redis.call('HGET', chained, id) == before and redis.call('HGET', jobs, id)
  end
  if some_awaited then
    add(ended, unpack(ids))
  end
  messages[#messages + 1] = {target = target, ids = ids, text = table.concat(parts)}
end

for _, step in ipairs(continued) do
  local link = link_of(step.record)
  local id = link and local_id(link.successor) or ''
  local record = id ~= '' and redis.call('HGET', chained, id) == step.id and redis.call('HGET', jobs, id)
  if record then
    local target = string.match(link.successor, '^(.*)~')
    record = with_result(record, step.result)
    if target == here() then
      record = due_now(record)
      add(bodies, id, record)
      add(chained_gone, id)
      queued[#queued + 1], queued_records[#queued_records + 1] = id, record
    else
      send(target, id, record)
    end
  end
end

local freed = {}
if #locks > 0 then
  local keys = {}
  for k, lock in ipairs(locks) do
    keys[k] = lock.key
  end
  for k, entry in ipairs(redis.call('HMGET', unique, unpack(keys))) do
    local holder, until_ms = holder_of(entry or '')
    if holder == locks[k].id and not (locks[k].stays and until_ms) then
      add(freed, locks[k].key)
    end
  end
end

expect('HLEN', jobs, attempts)
local tokens, counted_up = {}, {'buried', 'sent'}
for token in pairs(per_token) do
  tokens[#tokens + 1] = token
end
for counter in pairs(counts) do
  counted_up[#counted_up + 1] = counter
end
if #tokens > 0 then
  expect_numbers(open, tokens)
end
expect_numbers(counters, counted_up)
expect('ZCARD', leases)
if #kept > 0 then
  expect('ZCARD', finished)
end
if some_awaited then
  expect('HLEN', awaited)
end
if #buried > 0 then
  expect('ZCARD', dead)
end
if #released > 0 or #queued > 0 then
  expect('LLEN', ready[1], ready[2], ready[3])
end
if #broken > 0 then
  expect_chains()
  expect('ZCARD', finished)
end
if #children > 0 then
  expect_joins()
end
local previous = {}
if #messages > 0 then
  expect('ZCARD', outbox)
  expect('HLEN', meta)
  for _, message in ipairs(messages) do
    previous[message.target] = last_for(message.target)
  end
end
if #released > 0 or #queued > 0 or first_due then
  expect('SCARD', waiters)
end

if #accepted > 0 then
  redis.call('HDEL', running, unpack(accepted))
end
for token, ids in pairs(flags) do
  if ids and next(ids) then
    local rest = {}
    for id, ms in pairs(ids) do
      rest[#rest + 1] = ',' .. string.format('%.0f', ms) .. ':' .. id
    end
    redis.call('HSET', cancellations, token, table.concat(rest))
  elseif ids then
    redis.call('HDEL', cancellations, token)
  end
end
for token, number in pairs(per_token) do
  if redis.call('HINCRBY', open, token, -number) <= 0 then
    redis.call('ZREM', leases, token)
    redis.call('HDEL', claims, token)
    redis.call('HDEL', open, token)
  end
end
if #chained_gone > 0 then
  redis.call('HDEL', chained, unpack(chained_gone))
end
if #freed > 0 then
  redis.call('HDEL', unique, unpack(freed))
end
if #gone > 0 then
  redis.call('HDEL', jobs, unpack(gone))
  forget_attempts(forgotten)
end
for _, step in ipairs(broken) do
  cancel_behind(step.id, step.record, step.ms)
end
for _, message in ipairs(messages) do
  redis.call('HDEL', chained, unpack(message.ids))
  redis.call('HDEL', jobs, unpack(message.ids))
  count('sent', #message.ids)
  previous[message.target] = append(message.target, previous[message.target], message.text)
end
if #messages > 0 then
  redis.call('HSET', meta, 'ob', 1)
end
if #bodies > 0 then
  redis.call('HSET', jobs, unpack(bodies))
end
if #changes > 0 then
  redis.call('HSET', attempts, unpack(changes))
end
if #cleared > 0 then
  redis.call('HDEL', attempts, unpack(cleared))
end
if #kept > 0 then
  redis.call('ZADD', finished, unpack(kept))
  note_kept(kept_bytes)
end
if #buried > 0 then
  redis.call('ZADD', dead, unpack(buried))
  redis.call('HSET', meta, 'dx', 1)
  count('buried', #buried / 2)
end
if #delayed > 0 then
  redis.call('ZADD', retrying, unpack(delayed))
end
if #snoozed > 0 then
  redis.call('ZADD', scheduled, unpack(snoozed))
end
if first_due then
  note_due(first_due)
end
push(released, released_records, true)
push(queued, queued_records, false)
announce(ended)
local marked_elsewhere = 0
if #children > 0 then
  for _, child in ipairs(children) do
    mark(child.id, child.record, child.how)
  end
  marked_elsewhere = send_marks()
end
for counter, by in pairs(counts) do
  count(counter, by)
end
if #released > 0 or #queued > 0 or first_due and (not head or first_due < head) then
  wake()
end
return {'OK', now, stale, cancelled_instead, #messages + marked_elsewhere, joins_died}
