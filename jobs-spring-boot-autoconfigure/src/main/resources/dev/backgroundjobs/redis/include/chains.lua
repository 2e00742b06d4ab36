-- @include joins
-- Steps that wait for the one before them.

local function expect_chains()
  expect('HLEN', chained)
end

-- A step will never complete: those that wait behind it are cancelled, and its join hears of it.
local function cancel_behind(id, record, ms, how)
  local link = link_of(record)
  if link and link.child then
    mark(id, record, '!' .. how)
    return
  end
  while link and link.successor ~= '' do
    local successor = local_id(link.successor)
    if redis.call('HGET', chained, successor) ~= id then
      return
    end
    redis.call('HDEL', chained, successor)
    id, record = successor, redis.call('HGET', jobs, successor) or ''
    link = link_of(record)
    end_cancelled(id, record, ms, '0')
  end
end

-- How many jobs a job takes along when it is deleted.
local function behind(record)
  local link = link_of(record)
  return link and link.behind or 0
end

