-- @include locks
-- What there is to do when jobs have ended.

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

-- meta.fb: the bytes that kept jobs take. It changes with them, in the same script, by what the end of each says.
local function note_kept(bytes)
  bytes = bytes + (tonumber(redis.call('HGET', meta, 'fb') or '') or 0)
  if bytes > 0 then
    redis.call('HSET', meta, 'fb', string.format('%.0f', bytes))
  else
    redis.call('HDEL', meta, 'fb')
  end
end

-- What a job takes that is kept: its record, what it said of itself and how it failed. Its id in three keys takes about
-- 350 bytes, and each field 80 besides its value. Who never failed has the first two fields at most.
local function size_of(id, record_bytes, has_attempts, never_failed)
  local bytes = 350 + record_bytes
  if has_attempts then
    local fields = {}
    for k = 1, never_failed and 2 or #SAID do
      fields[k] = id .. SAID[k]
    end
    for _, value in ipairs(redis.call('HMGET', attempts, unpack(fields))) do
      bytes = bytes + (value and 80 + #value or 0)
    end
  end
  return bytes
end

local function ended_as(state, started, bytes)
  return state .. ' ' .. started .. ' ' .. string.format('%.0f %.0f', now, bytes)
end

-- What each of some kept jobs was counted as. One that was kept by an earlier build was counted as its record.
local function sizes_of(ids)
  local fields, sizes = {}, {}
  for k, id in ipairs(ids) do
    fields[k] = id .. ':o'
  end
  for k, ended in ipairs(#ids > 0 and redis.call('HMGET', attempts, unpack(fields)) or {}) do
    sizes[k] = tonumber(string.match(ended or '', '^%u+ %d+ %d+ (%d+)') or '') or redis.call('HSTRLEN', jobs, ids[k])
  end
  return sizes
end

-- Nobody asks for some kept jobs any more. Returns the bytes that they took.
local function forget_kept(ids)
  local bytes = 0
  for _, size in ipairs(sizes_of(ids)) do
    bytes = bytes + size
  end
  note_kept(-bytes)
  redis.call('ZREM', finished, unpack(ids))
  redis.call('HDEL', jobs, unpack(ids))
  forget_attempts(ids)
  count('forgotten', #ids)
  return bytes
end

local function keep(id, record, ms, state, started)
  local bytes = size_of(id, #record, true)
  redis.call('ZADD', finished, now + ms, id)
  note_kept(bytes)
  redis.call('HSET', attempts, id .. ':o', ended_as(state, started, bytes))
end

-- Ends a cancelled job: it is kept for a while if its caller asked for that.
local function end_cancelled(id, record, ms, started)
  unlock(id, record)
  if retained(record) then
    keep(id, record, ms, 'CANCELLED', started)
    redis.call('HDEL', attempts, id .. ':w', id .. ':s', id .. ':p')
  else
    redis.call('HDEL', jobs, id)
    forget_attempts({id})
  end
  announce({id})
  count('cancelled', 1)
end

