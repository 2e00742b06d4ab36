-- @include ends, outbox
-- Jobs that wait for several others, their children. The hash of joins holds of each that waits: its policy (S skip,
-- F fail, A await the retry of dead children), how many children have not ended, bytes of results, number of
-- children, and what their ids begin with; and a mark of each child that has ended, '=' and its result, or '!' and why
-- there is none.

-- How many bytes of results a join is given.
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
  -- Not the join any more: what has its id now is another job.
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

