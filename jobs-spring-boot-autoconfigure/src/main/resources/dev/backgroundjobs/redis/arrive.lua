-- @include partition
-- arrive: a schedule that has come from another queue is fired here from now on, and goes on where it was there.
-- ARGV  1=schedule 2=revision of its definition, then what forget has found there, '' if nothing: 3=up to which slot all
--       are done with 4=latest slot fired 5=slot that waits 6=since when it is paused
-- Returns  {'OK', 1 by this call, 2 it had arrived already, 0 another definition is here} | {'SCHEMA', version}
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local schedule = ARGV[1]
local found = redis.call('HMGET', slots, schedule, schedule .. '\0d')
local revision, begun, origin, rest = string.match(found[2] or '', '^(%d+) (%d+) (%a)( .*)$')
if revision ~= ARGV[2] then
  return {'OK', 0}
end
if origin == string.upper(origin) then
  return {'OK', 2}
end
redis.call('HSET', slots, schedule, math.max(tonumber(found[1] or '') or 0, tonumber(ARGV[3]) or 0), schedule .. '\0d',
  table.concat({revision, begun, string.upper(origin) .. rest}, ' '))
for k, field in ipairs({'\0f', '\0w', PAUSED}) do
  if ARGV[3 + k] ~= '' then
    redis.call('HSET', slots, schedule .. field, ARGV[3 + k])
  end
end
return {'OK', 1}
