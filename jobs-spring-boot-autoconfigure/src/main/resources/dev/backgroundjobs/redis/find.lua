-- @include attempts
-- find: what is known of some jobs, each seen at one moment. Reads only. A step that is on its way to another partition is
-- found in the outbox, if it is among the first there.
-- ARGV  ids
-- Returns  {'OK', now, per id: false | {state, record, due ms ('' as in the record), started ms (''), finished ms
--       (''), fields of the attempts as in FIELDS}}
local answers = {}

local function on_its_way(wanted)
  for _, message in ipairs(redis.call('ZRANGE', outbox, 0, 19)) do
    local at = string.find(message, '\n', 1, true) + 1
    while at <= #message do
      local of_id, of_record, from = string.match(message, '^(%d+) (%d+) ()', at)
      of_id, of_record = tonumber(of_id), tonumber(of_record)
      if string.sub(message, from, from + of_id - 1) == wanted then
        return string.sub(message, from + of_id, from + of_id + of_record - 1)
      end
      at = from + of_id + of_record
    end
  end
end

for k, id in ipairs(ARGV) do
  local record = redis.call('HGET', jobs, id)
  local leaving = not record and string.find(id, '%.c?%d+$') and on_its_way(id)
  record = record or leaving
  if not record then
    answers[k] = false
  else
    local token, state, due, started, ended = redis.call('HGET', running, id), 'QUEUED', '', '', ''
    local in_scheduled, in_retrying = redis.call('ZSCORE', scheduled, id), redis.call('ZSCORE', retrying, id)
    local in_dead, in_finished = redis.call('ZSCORE', dead, id), redis.call('ZSCORE', finished, id)
    if token then
      state, started = 'RUNNING', string.match(redis.call('HGET', claims, token) or '', '^%d+') or ''
    elseif in_scheduled then
      state, due = 'SCHEDULED', in_scheduled
    elseif in_retrying then
      state, due = 'RETRYING', in_retrying
    elseif leaving or redis.call('HEXISTS', chained, id) == 1 then
      state = 'WAITING'
    elseif in_dead then
      state, ended = 'DEAD', in_dead
    elseif in_finished then
      state, started, ended = string.match(redis.call('HGET', attempts, id .. ':o') or '', '^(%u+) (%d+) (%d+)')
    end
    local fields = {}
    for f, field in ipairs(FIELDS) do
      fields[f] = id .. field
    end
    answers[k] = {state or 'SUCCEEDED', record, due, started or '', ended or '',
      redis.call('HMGET', attempts, unpack(fields))}
  end
end
return {'OK', now, answers}
