-- @include partition
-- define: keeps the definitions of schedules of this queue beside their slots. One that is not newer than what is kept
-- changes nothing; a new one counts from now on, and no slot before is fired for it, nor the one that waits. One that comes
-- from another queue is not fired before it has arrived: until then it keeps what was known here, and the revision of which
-- that was known.
-- ARGV  1='1' to begin with a write that needs no memory, then per schedule: id, revision, 'D' declared by methods or
--       'C' created ('d', 'c': it comes from another queue), misfire policy, overlap policy, ms after which a slot is
--       missed, text, record of a run without times
-- Returns  {'OK', now} | {'SCHEMA', version}
local DEFINITION, RECORD, KNOWN = '\0d', '\0r', '\0k'
local newer = newer_schema()
if newer then
  begin()
  return {'SCHEMA', newer}
end
local writes, gone = {}, {}
for k = 2, #ARGV, 8 do
  local kept = redis.call('HMGET', slots, ARGV[k], ARGV[k] .. DEFINITION)
  local revision = tonumber(string.match(kept[2] or '', '^%d+') or '')
  if not revision or revision < tonumber(ARGV[k + 1]) then
    -- the first slot of a schedule that is new, here and elsewhere, may be this very moment
    local comes = ARGV[k + 2] ~= string.upper(ARGV[k + 2])
    local is_new = not revision and not comes
    local done = math.max(tonumber(kept[1] or '') or 0, is_new and now - 1 or now)
    local definition = string.format('%s %.0f %s %s %s %s\n', ARGV[k + 1], now, ARGV[k + 2], ARGV[k + 3], ARGV[k + 4],
      ARGV[k + 5]) .. ARGV[k + 6]
    gone[#gone + 1] = ARGV[k] .. '\0w'
    writes[#writes + 1] = {ARGV[k], done, ARGV[k] .. DEFINITION, definition, ARGV[k] .. RECORD, ARGV[k + 7]}
    local known = string.match(kept[2] or '', '^(%d+) %d+ %u ')
    if known and comes then
      table.insert(writes[#writes], ARGV[k] .. KNOWN)
      table.insert(writes[#writes], known)
    elseif kept[2] and not known and not comes then
      -- what is left here is of another one
      gone[#gone + 1] = ARGV[k] .. '\0f'
      gone[#gone + 1] = ARGV[k] .. PAUSED
      gone[#gone + 1] = ARGV[k] .. KNOWN
    end
  end
end
expect('HLEN', meta)
if ARGV[1] == '1' then
  begin()
end
if #gone > 0 then
  redis.call('HDEL', slots, unpack(gone))
end
for _, fields in ipairs(writes) do
  redis.call('HSET', slots, unpack(fields))
end
if #writes > 0 then
  redis.call('HSETNX', meta, 'v', SCHEMA)
end
return {'OK', now}
