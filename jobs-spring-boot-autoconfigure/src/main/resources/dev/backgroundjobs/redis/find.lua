-- find: what is known of some jobs, each seen at one moment. Reads only.
-- ARGV  ids
-- Returns  {'OK', now, per id: false | {state, record, due ms ('' as in the record), started ms (''), finished ms
--       (''), fields of the attempts as in FIELDS}}
local answers = {}
for k, id in ipairs(ARGV) do
  local record = redis.call('HGET', jobs, id)
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
