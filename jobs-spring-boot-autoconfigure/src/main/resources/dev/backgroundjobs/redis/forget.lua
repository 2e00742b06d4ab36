-- forget: drops a schedule and all that is known of its slots. Its runs are jobs like any other, and stay.
-- ARGV  1=schedule 2=the latest revision that is meant 3='1' if it goes on in another queue: no earlier revision may
--       come back here
-- Returns  {'OK', 1 if this call dropped it, else 0} | {'SCHEMA', version}
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local schedule = ARGV[1]
local definition = redis.call('HGET', slots, schedule .. '\0d')
local revision = tonumber(string.match(definition or '', '^%d+') or '')
if not revision or revision > tonumber(ARGV[2]) then
  return {'OK', 0}
end
redis.call('HDEL', slots, schedule, schedule .. '\0d', schedule .. '\0r', schedule .. '\0f', schedule .. '\0j',
  schedule .. '\0w', schedule .. PAUSED)
if ARGV[3] == '1' then
  redis.call('HSET', slots, schedule .. '\0d', ARGV[2])
end
return {'OK', 1}
