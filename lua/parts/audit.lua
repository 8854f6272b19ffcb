-- The audit trail of the owner of a key: a stream that never expires and keeps about the last thousand deeds.
local function trail_of(key) return (string.match(key, '^.*}') or key) .. '/audit' end

local function is_trail(key)
  local kind = redis.call('TYPE', key).ok
  return kind == 'stream' or kind == 'none'
end

-- Who did what on what, as it was and as it is from now on; the id is the time. Where it can, a deed is recorded before
-- it is done, as the first write: a server that is full refuses that one, and then nothing has been done.
local function record(trail, who, deed, subject, old, new)
  return redis.call('XADD', trail, 'MAXLEN', '~', '1000', '*',
    'by', who, 'deed', deed, 'on', subject, 'old', old, 'new', new)
end
