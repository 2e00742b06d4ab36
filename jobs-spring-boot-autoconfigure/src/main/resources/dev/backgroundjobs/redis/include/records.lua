-- @include partition
-- What a script reads in the records of jobs, and writes there.
-- Record header: level(1) version(1) flags(1) due(6) enqueued(6), times in milliseconds, big-endian. With EXPIRES
-- follows expires(6); a producer sends in its place how long after its due time the job expires. With UNIQUE follows
-- the lock of a unique job, length(1) text: a letter for what the lock is held until ('F' it has ended, 'S' it has
-- started, 'T' a time is over), and the key.

-- The flags.
local RETAINED, EXPIRES, UNIQUE, CHAINED = 1, 2, 4, 16

local LAST = 2 ^ 48 - 1

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

-- The flags of which this version knows the sections.
local function known_flags(record)
  local flags = string.byte(record, 3)
  return string.sub(record, 2, 2) == '1' and flags and math.floor(flags / 8) % 2 == 0 and flags < 64
end

local function retained(record)
  return flag(record, RETAINED)
end

local function due_of(record)
  return read6(record, 4)
end

local function with_due(record, due)
  return string.sub(record, 1, 3) .. time6(due) .. string.sub(record, 10)
end

-- When a job may no longer be started, unless it has been started before; nil: for ever.
-- Bytes that nobody can read are no such time: workers park them.
local function expires_of(record)
  return #record >= 21 and known_flags(record) and flag(record, EXPIRES) and read6(record, 16) or nil
end

local function stamp(record, due)
  local expires = flag(record, EXPIRES)
  return string.sub(record, 1, 3) .. time6(due) .. time6(now)
    .. (expires and time6(math.min(LAST, due + read6(record, 4))) .. string.sub(record, 10) or string.sub(record, 4))
end

-- The record of a step whose predecessor has not completed: when it is due, and so when it expires, is not known.
local function stamp_waiting(record)
  return string.sub(record, 1, 3) .. time6(now) .. time6(now) .. string.sub(record, 4)
end

-- With CHAINED, the last section, and never beside a lock: the whole ids of the successor ('' if it is the last step)
-- and of the predecessor ('' if it is the first, '*' if it is a join: its predecessors are children), each behind a
-- length byte, the number of steps behind(1; plus 128 if the successor is given the result; of a child 64, or 65 if it
-- has failed once it is dead), and the hole(4): how many bytes of the
-- record stand behind the place where the predecessor's result belongs; all bits set: none belongs there.
local function link_of(record)
  if not known_flags(record) or not flag(record, CHAINED) then
    return nil
  end
  local from = flag(record, EXPIRES) and 22 or 16
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

local function name_of(record)
  if not known_flags(record) then
    return nil
  end
  local link = link_of(record)
  local at = link and link.hole + 3 or flag(record, EXPIRES) and 21 or 15
  if flag(record, UNIQUE) then
    at = at + 1 + (string.byte(record, at + 1) or 0)
  end
  local high, low = string.byte(record, at + 1, at + 2)
  return low and string.sub(record, at + 3, at + 2 + high * 256 + low)
end

-- A step becomes due: its predecessor has completed.
local function due_now(record)
  record = with_due(record, now)
  return flag(record, EXPIRES) and string.sub(record, 1, 15) .. time6(math.min(LAST, now + read6(record, 16)))
    .. string.sub(record, 22) or record
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

