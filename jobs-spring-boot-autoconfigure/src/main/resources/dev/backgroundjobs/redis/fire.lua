-- @include records
-- fire: enqueues a run of a schedule for one of its slots, unless that slot or a later one is done with, or its policies
-- leave it out; or a run now, whatever its slots.
-- ARGV  1=schedule 2=revision of its definition ('': whichever holds, a run now) 3=slot ms 4=id of the run
-- Returns  {status, now, up to which slot all are done with, slot that waits for the end of the run before or 0}: OK |
--       ALREADY | WAITING for the end of the run before | OVERLAPPED it has not ended: left out | MISSED too late: left
--       out | PAUSED | EARLY the caller's clock is ahead | CHANGED another definition holds, or this one
--       has not arrived | GONE there is none;
--       or {'SCHEMA', version}
local DEFINITION, RECORD, FIRED, RUNS, WAITING = '\0d', '\0r', '\0f', '\0j', '\0w'
local schedule, revision, slot, id = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local newer = newer_schema()
if newer then
  begin()
  return {'SCHEMA', newer}
end
local found = redis.call('HMGET', slots, schedule, schedule .. DEFINITION, schedule .. RECORD, schedule .. PAUSED,
  schedule .. RUNS, schedule .. WAITING)
local done, waiting = tonumber(found[1] or '') or 0, tonumber(found[6] or '')
local held, origin, misfire, overlap, threshold =
  string.match(found[2] or '', '^(%d+) %d+ (%a) ([%u_]+) ([%u_]+) (%d+)\n')
local triggered = revision == ''

-- Nothing is enqueued.
local function answer(status)
  begin()
  return {status, now, done, waiting or 0}
end

-- Nothing is enqueued, and the slot is done with.
local function leave_out(status)
  begin()
  redis.call('HSET', slots, schedule, slot)
  return {status, now, slot, waiting or 0}
end

-- The runs that have not ended. A dead one has; one that is kept after its end is no job that lives.
local function living(runs)
  local alive = {}
  for run in string.gmatch(runs or '', '[^,]+') do
    if redis.call('HEXISTS', jobs, run) == 1 and not redis.call('ZSCORE', dead, run)
      and not redis.call('ZSCORE', finished, run) then
      alive[#alive + 1] = run
    end
  end
  return alive
end

if not held then
  return answer('GONE')
elseif not triggered then
  if revision ~= held or origin == string.lower(origin) then
    return answer('CHANGED')
  elseif found[4] then
    return answer('PAUSED')
  elseif slot ~= waiting and slot <= done then
    return answer('ALREADY')
  elseif slot > now + 2000 then
    return answer('EARLY')
  elseif slot ~= waiting and misfire == 'SKIP' and slot < now - tonumber(threshold) then
    return leave_out('MISSED')
  end
end
if triggered and (redis.call('HEXISTS', jobs, id) == 1
  or string.find(',' .. (found[5] or '') .. ',', ',' .. id .. ',', 1, true)) then
  return answer('ALREADY')
end
local runs = overlap ~= 'ALLOW' and living(found[5]) or {}
if not triggered and waiting and slot ~= waiting and #runs == 0 then
  -- that one comes first
  return answer('WAITING')
elseif not triggered and #runs > 0 then
  if slot == waiting then
    return answer('WAITING')
  elseif overlap ~= 'QUEUE_ONE' or waiting then
    return leave_out('OVERLAPPED')
  end
  begin()
  redis.call('HSET', slots, schedule, slot, schedule .. WAITING, slot)
  return {'WAITING', now, slot, slot}
end

local due = triggered and now or math.max(now, slot)
local record = stamp(found[3], due)
expect('HLEN', jobs)
expect_numbers(counters, {'enqueued'})
expect('SCARD', waiters)
if due > now then
  expect('ZCARD', scheduled)
else
  expect('LLEN', ready_list(record))
end
-- those of triggers may be many
runs[#runs + 1] = id
if #runs > 10 then
  table.remove(runs, 1)
end
redis.call('HSET', slots, schedule .. RUNS, table.concat(runs, ','))
if not triggered then
  done = math.max(done, slot)
  redis.call('HSET', slots, schedule, done, schedule .. FIRED, slot)
  if slot == waiting then
    redis.call('HDEL', slots, schedule .. WAITING)
    waiting = nil
  end
end
redis.call('HSETNX', meta, 'v', SCHEMA)
redis.call('HSET', jobs, id, record)
if due > now then
  redis.call('ZADD', scheduled, due, id)
  note_due(due)
else
  redis.call('RPUSH', ready_list(record), id)
end
count('enqueued', 1)
wake()
return {'OK', now, done, waiting or 0}
