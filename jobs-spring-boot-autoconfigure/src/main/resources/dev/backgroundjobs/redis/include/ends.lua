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

