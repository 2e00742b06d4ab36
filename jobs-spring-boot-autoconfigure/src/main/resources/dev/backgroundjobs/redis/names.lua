-- @include records
-- names: the names of jobs that wait, as far as a look at the first of each place shows them. Reads only.
-- ARGV  1=how many of each place to look at, at most 100
-- Returns  {'OK', now, number looked at, names and how many of each: name, number, ...}
-- Jobs that nobody could run are among those that wait for their next attempt.
local MOST_BYTES = 4 * 1024 * 1024
local last, ids, bytes, seen = tonumber(ARGV[1]) - 1, {}, 0, {}
for _, place in ipairs({retrying, ready[1], ready[2], ready[3], scheduled}) do
  local range = (place == retrying or place == scheduled) and 'ZRANGE' or 'LRANGE'
  for _, id in ipairs(redis.call(range, place, 0, last)) do
    bytes = bytes + redis.call('HSTRLEN', jobs, id)
    if not seen[id] and bytes <= MOST_BYTES then
      seen[id] = true
      ids[#ids + 1] = id
    end
  end
end
local counts, names, examined = {}, {}, 0
for _, record in ipairs(#ids > 0 and redis.call('HMGET', jobs, unpack(ids)) or {}) do
  local name = record and name_of(record)
  examined = examined + (record and 1 or 0)
  if name then
    counts[name] = (counts[name] or 0) + 1
  end
end
for name, number in pairs(counts) do
  names[#names + 1] = name
  names[#names + 1] = number
end
return {'OK', now, examined, names}
