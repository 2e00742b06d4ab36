-- @include partition
-- arrive: a schedule that has come from other queues is fired here from now on, and goes on where it was when it was fired
-- last: there, or here before it left.
-- ARGV  1=schedule 2=revision of its definition, then what forget has found where it was known last, '' if
--       nothing: 3=up to which slot all are done with 4=latest slot fired 5=slot that waits 6=since when it is paused 7=of which
--       revision that was known
-- Returns  {'OK', 1 by this call, 2 it had arrived already, 0 another definition is here} | {'SCHEMA', version}
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local schedule = ARGV[1]
local found = redis.call('HMGET', slots, schedule, schedule .. '\0d', schedule .. '\0k')
local revision, begun, origin, rest = string.match(found[2] or '', '^(%d+) (%d+) (%a)( .*)$')
if revision ~= ARGV[2] then
  return {'OK', 0}
end
if origin == string.upper(origin) then
  return {'OK', 2}
end
redis.call('HDEL', slots, schedule .. '\0k')
redis.call('HSET', slots, schedule .. '\0d', table.concat({revision, begun, string.upper(origin) .. rest}, ' '))
local theirs, own = tonumber(ARGV[7]), tonumber(found[3] or '')
if theirs and (not own or theirs > own) then
  redis.call('HDEL', slots, schedule .. '\0f', schedule .. '\0w', schedule .. PAUSED)
  redis.call('HSET', slots, schedule, math.max(tonumber(found[1] or '') or 0, tonumber(ARGV[3]) or 0))
  for k, field in ipairs({'\0f', '\0w', PAUSED}) do
    if ARGV[3 + k] ~= '' then
      redis.call('HSET', slots, schedule .. field, ARGV[3 + k])
    end
  end
end
return {'OK', 1}
