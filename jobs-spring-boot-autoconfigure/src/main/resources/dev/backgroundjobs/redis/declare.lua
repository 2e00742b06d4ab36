-- declare: says which schedules there are in a namespace, in which queue, and whose definition of each holds.
-- Of the definitions that living processes declare the one holds that was new last: an old process does not undo what a
-- newer one has declared, nor if it is the first to come back when all were away. One that a process of the
-- application has disabled, and none declares, counts from when it is declared again.
-- KEYS  1=recurring (HASH schedule -> '<revision> <queue> <D|C> <declared until ms> <fingerprint> <former queues, the
--       last one first, or -> <superseded fingerprints> <application that declares it>'; '\0revision' -> revision of all of them) 2=canary
-- ARGV  1='D' a living process declares them | 'C' created at run time 2=ms that a declaration holds 3=application, then
--       per schedule: id, queue, fingerprint of its definition ('-': disabled)
-- Returns  {'OK', now, {per schedule: 'HOLDS' | 'SUPERSEDED' | 'TAKEN' | 'DISABLED' | 'NONE' to disable, revision,
--       former queues or ''}}
local origin, ttl, application, REVISION = ARGV[1], tonumber(ARGV[2]), ARGV[3], '\0revision'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ids = {}
for k = 4, #ARGV, 3 do
  ids[#ids + 1] = ARGV[k]
end
local kept = redis.call('HMGET', KEYS[1], REVISION, unpack(ids))
-- a clock that goes on tells revisions apart also when Redis has lost the last ones
local revision = string.format('%.0f', math.max((tonumber(kept[1] or '') or 0) + 1, now))
local answers, writes, changed, DISABLED = {}, {}, false, '-'

-- The place of a definition among those that were superseded; one that was not is newer than all of them.
local function age(former, print)
  local place = 0
  for one in string.gmatch(former, '[^,]+') do
    place = place + 1
    if one == print then
      return place
    end
  end
  return math.huge
end

-- The last eight definitions that were superseded, in the order in which they were new: one that holds again keeps its place.
local function superseded(former, print)
  if print == DISABLED or age(former, print) < math.huge then
    return former
  end
  local prints = {}
  for one in string.gmatch(former, '[^,]+') do
    prints[#prints + 1] = one
  end
  prints[#prints + 1] = print
  return table.concat(prints, ',', math.max(1, #prints - 7))
end

-- The queues in which a schedule was before, the last one first: what is known of its slots may still be in any of them.
local function formers(place, from, queue)
  local queues = {}
  for one in string.gmatch(place .. ',' .. from, '[^,]+') do
    if one ~= queue and one ~= '-' and #queues < 8 then
      queues[#queues + 1] = one
    end
  end
  return #queues > 0 and table.concat(queues, ',') or '-'
end

for n, id in ipairs(ids) do
  local queue, print = ARGV[3 * n + 2], ARGV[3 * n + 3]
  local held, place, by, till, other, from, former, owner =
    string.match(kept[n + 1] or '', '^(%d+) (%S+) (%a) (%d+) (%S+) (%S+) (%S*) (.*)$')
  local lives = held and (by == 'C' or tonumber(till) > now)
  local status = 'HOLDS'
  if print == DISABLED then
    status = held and not lives and owner == application and 'DISABLED' or 'NONE'
    former = held and superseded(former, other)
  elseif lives and by ~= origin then
    status = 'TAKEN'
  elseif lives and other ~= print and origin == 'D' and age(former, print) < age(former, other) then
    status = 'SUPERSEDED'
  elseif not held or other ~= print or by ~= origin then
    from = held and formers(place, from, queue) or '-'
    former = held and origin == 'D' and superseded(former, other) or ''
    held, place, changed = revision, queue, true
  end
  if status == 'HOLDS' or status == 'DISABLED' then
    writes[#writes + 1] = id
    writes[#writes + 1] = table.concat({held, place, origin,
      string.format('%.0f', origin == 'D' and now + ttl or 0), print, from, former, application}, ' ')
  end
  answers[3 * n - 2], answers[3 * n - 1] = status, held or ''
  answers[3 * n] = status == 'HOLDS' and from ~= '-' and from or ''
end
if origin == 'D' then
  -- needs no memory, so that processes go on to declare what they have while Redis is full
  redis.call('HDEL', KEYS[1], '\0')
end
if #writes > 0 then
  redis.call('HSET', KEYS[1], unpack(writes))
end
if changed then
  redis.call('HSET', KEYS[1], REVISION, revision)
end
return {'OK', now, answers}
