-- @include partition
-- report: keeps what running jobs say of themselves: their progress, and lines of their log.
-- ARGV  1=most lines and 2=most bytes of a log, then per job: id, token, attempt, progress ('' none), new lines of its
--       log, each '<ms ago> <text>' and a line feed; at most 50 jobs
-- Returns  {'OK', now} | {'SCHEMA', version}
-- What somebody says who is not the owner any more is not kept.
begin()
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
local most_lines, most_bytes, FIRST, EACH = tonumber(ARGV[1]), tonumber(ARGV[2]), 3, 5
local ids, fields, changes = {}, {}, {}
for at = FIRST, #ARGV, EACH do
  ids[#ids + 1] = ARGV[at]
  fields[#fields + 1] = ARGV[at] .. ':t'
end
local owners, logs = redis.call('HMGET', running, unpack(ids)), redis.call('HMGET', attempts, unpack(fields))

local function bounded(log)
  local _, lines = string.gsub(log, '\n', '')
  local from = 1
  while lines > most_lines or lines > 0 and #log - from + 1 > most_bytes do
    from = string.find(log, '\n', from, true) + 1
    lines = lines - 1
  end
  return string.sub(log, from)
end

for k = 1, #ids do
  local at = FIRST + (k - 1) * EACH
  local token, attempt, progress, lines = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  if owners[k] == token then
    if progress ~= '' then
      changes[#changes + 1] = ids[k] .. ':g'
      changes[#changes + 1] = string.format('%.0f', now) .. ' ' .. progress
    end
    if lines ~= '' then
      changes[#changes + 1] = fields[k]
      changes[#changes + 1] = bounded((logs[k] or '') .. string.gsub(lines, '(%d+) ([^\n]*\n)', function(ago, text)
        return string.format('%.0f', now - ago) .. ' ' .. attempt .. ' ' .. text
      end))
    end
  end
end
if #changes > 0 then
  redis.call('HSET', attempts, unpack(changes))
end
return {'OK', now}
