-- @include chains
-- dead: a page of dead letters, looked at, queued again or deleted. They are in the order in which they died.
-- ARGV  1='list', 'retry' or 'delete' 2=time and 3=id at which the page before ended ('': begin) 4=how many to look at,
--       at most 500 5=only jobs of this name ('': any) 6=how many to change at most
--       7=ms to keep a cancelled step whose caller asked for it
-- Returns  {'OK', now, number of dead letters before, number looked at, time and id at which this page ends ('' if
--       nothing is left), ids, times of death of what was looked at, number of messages appended to the outbox, joins that
--       died of it (three a join: id, name, why)} | {'SCHEMA', version}
--       list: the latest first, all ids of the page; else the oldest first, the ids that were changed
-- A unique job is not queued again while another job holds its lock. A page ends early when its records are large. What was dead at the cursor need not be any more.
local verb, cursor_time, cursor_id, name = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[5]
if verb ~= 'list' then
  begin()
end
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local MOST_BYTES = 4 * 1024 * 1024
local total = redis.call('ZCARD', dead)

-- Redis compares bytes, Lua compares as the server's language has it.
local function is_before(time, id, other_time, other)
  if time ~= other_time then
    return time < other_time
  end
  for k = 1, math.min(#id, #other) do
    local one, two = string.byte(id, k), string.byte(other, k)
    if one ~= two then
      return one < two
    end
  end
  return #id < #other
end

-- How many stand before the cursor; whether what it names is still there.
local function rank()
  local low, high = 0, total
  while low < high do
    local middle = math.floor((low + high) / 2)
    local found = redis.call('ZRANGE', dead, middle, middle, 'WITHSCORES')
    if is_before(tonumber(found[2]), found[1], cursor_time, cursor_id) then
      low = middle + 1
    else
      high = middle
    end
  end
  local found = redis.call('ZRANGE', dead, low, low)
  return low, found[1] == cursor_id
end

local from, to
if verb == 'list' then
  local last = cursor_time and rank() or total
  from, to = math.max(0, last - tonumber(ARGV[4])), last - 1
else
  local first, found = 0, false
  if cursor_time then
    first, found = rank()
  end
  from = found and first + 1 or first
  to = math.min(total, from + tonumber(ARGV[4])) - 1
end
local page, examined, times, bytes = {}, {}, {}, 0
if from <= to then
  page = redis.call(verb == 'list' and 'ZREVRANGE' or 'ZRANGE', dead, verb == 'list' and total - 1 - to or from,
    verb == 'list' and total - 1 - from or to, 'WITHSCORES')
end
for k = 1, #page, 2 do
  bytes = bytes + redis.call('HSTRLEN', jobs, page[k])
  if bytes > MOST_BYTES and #examined > 0 then
    break
  end
  examined[#examined + 1] = page[k]
  times[#examined] = page[k + 1]
end

local chosen, records, locks = examined, {}, {}
if verb ~= 'list' and #examined > 0 then
  local most = tonumber(ARGV[6])
  chosen, records = {}, redis.call('HMGET', jobs, unpack(examined))
  local matching, taken = {}, 0
  for k = 1, #examined do
    taken = taken + 1 + (verb == 'delete' and behind(records[k] or '') or 0)
    if #chosen == most or taken > 500 and k > 1 then
      for rest = #examined, k, -1 do
        examined[rest] = nil
      end
      break
    end
    local meant = records[k] and (name == '' or name_of(records[k]) == name)
    local may, key = true, nil
    if meant and verb == 'retry' then
      may, key = may_lock_again(examined[k], records[k])
      may = may and not (key and locks[key])
    end
    if meant and may then
      if key then
        locks[key] = examined[k]
      end
      chosen[#chosen + 1] = examined[k]
      matching[#matching + 1] = records[k]
    end
  end
  records = matching
end
local more = verb == 'list' and from + #page / 2 - #examined > 0 or verb ~= 'list' and from + #examined < total
local ends = {'', ''}
if more and #examined > 0 then
  ends = {page[2 * #examined], examined[#examined]}
end

local function retry()
  local counted, changes, fresh, bodies = attempts_of(chosen), {}, {}, {}
  for k = 1, #chosen do
    local id, used = chosen[k], counted[4 * k - 3] + counted[4 * k - 2] + counted[4 * k - 1]
    changes[2 * k - 1], changes[2 * k] = id .. ':r', used + 1
    bodies[2 * k - 1], bodies[2 * k] = id, with_due(records[k], now)
    for _, field in ipairs({':f', ':l', ':u', ':w', ':p'}) do
      fresh[#fresh + 1] = id .. field
    end
  end
  redis.call('HSET', attempts, unpack(changes))
  redis.call('HDEL', attempts, unpack(fresh))
  redis.call('HSET', jobs, unpack(bodies))
  for key, id in pairs(locks) do
    redis.call('HSET', unique, key, id)
  end
  push(chosen, records, false)
  count('requeued', #chosen)
  wake()
end

if verb ~= 'list' and #chosen > 0 then
  expect_all()
  expect_chains()
  for _, record in ipairs(records) do
    if in_join(record) then
      expect_joins()
      break
    end
  end
  redis.call('ZREM', dead, unpack(chosen))
  if verb == 'retry' then
    retry()
  else
    redis.call('HDEL', jobs, unpack(chosen))
    forget_attempts(chosen)
    count('deleted', #chosen)
    for k, id in ipairs(chosen) do
      cancel_behind(id, records[k], tonumber(ARGV[7]), 'DELETED')
    end
  end
end
return {'OK', now, total, #examined, ends[1], ends[2], chosen, verb == 'list' and times or {},
  send_marks(), joins_died}
