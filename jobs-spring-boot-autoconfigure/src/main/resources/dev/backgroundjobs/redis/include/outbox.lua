-- @include partition
-- Messages for other partitions.

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

