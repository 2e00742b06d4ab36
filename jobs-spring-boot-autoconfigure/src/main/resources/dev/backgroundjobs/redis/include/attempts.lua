-- @include records
-- What is known of the attempts of jobs.

-- The fields of a job in the hash of attempts.
local FIELDS = {':f', ':l', ':r', ':u', ':w', ':o', ':e0', ':e1', ':e2', ':e3', ':e4', ':e5', ':e6', ':e7', ':e8',
  ':e9', ':s', ':p', ':g', ':t'}

-- Those of them that may be long: what it said of itself, and how it failed.
local SAID = {':g', ':t', ':e0', ':e1', ':e2', ':e3', ':e4', ':e5', ':e6', ':e7', ':e8', ':e9'}

local function forget_attempts(ids)
  if #ids == 0 or redis.call('EXISTS', attempts) == 0 then
    return
  end
  for _, id in ipairs(ids) do
    local fields = {}
    for k, field in ipairs(FIELDS) do
      fields[k] = id .. field
    end
    redis.call('HDEL', attempts, unpack(fields))
  end
end

-- Retries used, leases lost, other returns and unknown-job returns of each job, four in a row.
local function attempts_of(ids)
  local fields = {}
  for _, id in ipairs(ids) do
    local k = #fields
    fields[k + 1], fields[k + 2], fields[k + 3], fields[k + 4] = id .. ':f', id .. ':l', id .. ':r', id .. ':u'
  end
  local values = redis.call('HMGET', attempts, unpack(fields))
  for k = 1, #values do
    values[k] = tonumber(values[k] or '') or 0
  end
  return values
end

-- Past its time, and never started before.
local function is_late(id, record)
  local expires = expires_of(record)
  if not expires or now <= expires then
    return false
  end
  local counted = attempts_of({id})
  return counted[1] + counted[2] + counted[3] == 0
end

-- Field and value under which a failed attempt is remembered: a ring of ten.
local function failure_field(id, attempt)
  return id .. ':e' .. (attempt - 1) % 10
end

local function failure_value(attempt, text)
  return attempt .. ' ' .. string.format('%.0f', now) .. ' ' .. text
end

