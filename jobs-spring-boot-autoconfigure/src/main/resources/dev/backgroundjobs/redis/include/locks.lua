-- @include attempts
-- The locks of unique jobs.

-- The lock of a unique job, in a record whose first section begins at a byte (16 in a stored one); nil: there is none.
local function lock_at(record, at)
  if not flag(record, UNIQUE) or string.sub(record, 2, 2) ~= '1' then
    return nil
  end
  at = flag(record, EXPIRES) and at + 6 or at
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

