-- @include partition
-- renew: extends leases, also those that have expired but that nobody has swept.
-- ARGV  1=lease ms, then the tokens
-- Returns  {'OK', now, tokens whose lease is lost, cancelled jobs of the others: token, id, ...} | {'SCHEMA', version}
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local until_ms, lost, cancelled = now + tonumber(ARGV[1]), {}, {}
local some_cancelled = redis.call('HLEN', cancellations) > 0
for k = 2, #ARGV do
  if redis.call('ZSCORE', leases, ARGV[k]) then
    redis.call('ZADD', leases, 'XX', 'GT', until_ms, ARGV[k])
    for id in pairs(some_cancelled and cancelled_of(ARGV[k]) or {}) do
      cancelled[#cancelled + 1] = ARGV[k]
      cancelled[#cancelled + 1] = id
    end
  else
    lost[#lost + 1] = ARGV[k]
  end
end
return {'OK', now, lost, cancelled}
