-- @include partition
-- forget: drops a schedule and all that is known of its slots. Its runs are jobs like any other, and stay.
-- ARGV  1=schedule 2=the latest revision that is meant 3='1' if it goes on in another queue: no earlier revision may
--       come back here, and what is known of its slots stays until that has arrived there, '2' when it has
-- Returns  {'OK', 1 if this call dropped it, else 0}, and unless a later revision is here, if it goes on: up to which slot
--       all are done with, the latest that was fired, the one that waits, since when it is paused, and of which
--       revision that was known here, '' if nothing | {'SCHEMA', version}
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local schedule = ARGV[1]
local definition = redis.call('HGET', slots, schedule .. '\0d')
local revision = tonumber(string.match(definition or '', '^%d+') or '')
if ARGV[3] == '1' and (not revision or revision <= tonumber(ARGV[2])) then
  local here = revision and string.find(definition, '\n', 1, true) and 1 or 0
  local known = string.match(definition or '', '^(%d+) %d+ %u ') or redis.call('HGET', slots, schedule .. '\0k')
  local kept = known and redis.call('HMGET', slots, schedule, schedule .. '\0f', schedule .. '\0w', schedule .. PAUSED) or {}
  redis.call('HDEL', slots, schedule .. '\0r', schedule .. '\0j')
  redis.call('HSET', slots, schedule .. '\0d', ARGV[2])
  if known then
    redis.call('HSET', slots, schedule .. '\0k', known)
  else
    -- it had not arrived here
    redis.call('HDEL', slots, schedule, schedule .. '\0f', schedule .. '\0w', schedule .. PAUSED)
  end
  return {'OK', here, kept[1] or '', kept[2] or '', kept[3] or '', kept[4] or '', known or ''}
elseif not revision or revision > tonumber(ARGV[2]) then
  return {'OK', 0}
end
redis.call('HDEL', slots, schedule, schedule .. '\0d', schedule .. '\0r', schedule .. '\0f', schedule .. '\0j',
  schedule .. '\0w', schedule .. PAUSED, schedule .. '\0k')
if ARGV[3] == '2' then
  redis.call('HSET', slots, schedule .. '\0d', ARGV[2])
end
return {'OK', 1}
