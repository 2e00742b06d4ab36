-- @include partition
-- relay: shows what waits in the outbox of a partition for others, or takes out what has arrived there.
-- ARGV  1='read' 2=number of the last message seen ('': begin) | 1='done', then numbers of messages that have been received
-- Returns  {'OK', now, messages, the oldest first, at most 50} | {'SCHEMA', version}
--       A message: number, number of the one before it for the same target ('0': none), target as ids name it, newline, then
--       per job, in the order of the chain: length of its id, length of its record, id, record (or, with an empty id: a join, a child, and
--       how that has ended)
-- Numbers are never used again, so a late copy of 'done' is harmless.
local MOST_BYTES = 1024 * 1024
if ARGV[1] == 'done' then
  begin()
end
local newer = newer_schema()
if newer then
  return {'SCHEMA', newer}
end
if ARGV[1] == 'read' then
  local messages, bytes = {}, 0
  for _, message in ipairs(redis.call('ZRANGEBYSCORE', outbox, ARGV[2] == '' and '-inf' or '(' .. ARGV[2], '+inf',
    'LIMIT', 0, 50)) do
    bytes = bytes + #message
    if #messages > 0 and bytes > MOST_BYTES then
      break
    end
    messages[#messages + 1] = message
  end
  return {'OK', now, messages}
end
expect('ZCARD', outbox)
expect('HLEN', meta)
for k = 2, #ARGV do
  for _, message in ipairs(redis.call('ZRANGEBYSCORE', outbox, ARGV[k], ARGV[k])) do
    redis.call('ZREM', outbox, message)
  end
end
if redis.call('EXISTS', outbox) == 0 then
  redis.call('HDEL', meta, 'ob')
end
return {'OK', now, {}}
