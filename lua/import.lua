--[[
One step of copying an owner from another server: stores what lua/export.lua has printed. What is there already is left
as it is, unless told otherwise.

KEYS[1]  the owner's audit trail, weir:{g=acme}/audit: keys of other owners are refused
ARGV     optional: replace, to overwrite what is there
         by NAME: who does it
         last, the lines of lua/export.lua in one argument, which redis-cli -x reads from its input

Reply    lines: how many keys were stored, left as they were, or had expired meanwhile; and the cursor to go on with, or
         done. Leaves an entry in the audit trail, behind those of the other server. A server that cannot read the value
         of a key says so; what came before that is stored, and the step can be done again.

Bound    20 µs a key; lua/export.lua says how many there are in a step

Try it   redis-cli --eval lua/export.lua w:{g=a} , 0 | redis-cli -x EVAL "$(cat lua/import.lua)" 1 'w:{g=a}/audit' by x
]]

-- part: arguments
-- What is wrong with the arguments is said without the place in the script.
local function refuse(text) error(text, 0) end

-- The name after `by`, the last two of the arguments.
local function take_name(arguments)
  local name = arguments[#arguments]
  if #arguments < 2 or arguments[#arguments - 1] ~= 'by' or not string.find(name, '^[!-~]+$') or #name > 64 then
    refuse('say who does it: the last two arguments are by and your name, such as: by anna')
  end
  return name
end

local function read_count(text, name, largest)
  local count = tonumber(string.match(text or '', '^%d+$'))
  if not count or count > largest then
    refuse(string.format('%s must be a whole number from 0 to %.0f, not %s', name, largest, text or 'missing'))
  end
  return count
end
-- end of part: arguments

-- part: audit
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
-- end of part: audit

local byte_of = {}
for byte = 0, 255 do byte_of[string.format('%02x', byte)] = string.char(byte) end

local function restore(key, expiry, value, is_overwriting)
  local arguments = { key, expiry == '-1' and '0' or expiry, value, 'ABSTTL', is_overwriting and 'REPLACE' or nil }
  local reply = redis.pcall('RESTORE', unpack(arguments))
  if not reply.err then return true end
  if string.find(reply.err, 'BUSYKEY', 1, true) then return false end
  refuse(key .. ' cannot be stored, so this step ends here: ' .. reply.err)
end

-- A trail of this server that began after the other's ended, such as by the import itself, is put behind it.
local function restore_trail(key, value)
  if redis.call('EXISTS', key) == 0 then return restore(key, '-1', value, false) end
  local own, entries = redis.call('DUMP', key), redis.call('XRANGE', key, '-', '+')
  restore(key, '-1', value, true)
  for _, entry in ipairs(entries) do
    if redis.pcall('XADD', key, entry[1], unpack(entry[2])).err then return not restore(key, '-1', own, true) end
  end
  return true
end

local trail, text = KEYS[1], ARGV[#ARGV]
local owner = string.match(trail or '', '^(.*})/audit$')
if #KEYS ~= 1 or not owner then refuse('the key is the audit trail of the owner, such as weir:{g=acme}/audit') end
local is_overwriting = ARGV[1] == 'replace'
local arguments = {}
for i = 1, #ARGV - 1 do arguments[i] = ARGV[i] end
local who = take_name(arguments)
if #ARGV ~= (is_overwriting and 4 or 3) then refuse('the arguments are: replace or nothing, by NAME, and the lines') end
if not is_trail(trail) then refuse(trail .. ' holds something else than an audit trail') end

-- Everything is read before anything is written.
local time = redis.call('TIME')
local now, cursor, found = time[1] * 1000 + math.floor(time[2] / 1000), nil, {}
for line in string.gmatch(text, '[^\r\n]+') do
  local step, from = string.match(line, '^weir%-export 1 (%w+) (%S+)$')
  local key, expiry, digits = string.match(line, '^(%S+) (%-?%d+) (%x+)$')
  if step then
    if from ~= owner then refuse('the lines are of ' .. from .. ', the trail is of ' .. owner) end
    cursor = step
  elseif key and #digits % 2 == 0 and string.sub(key, 1, #owner) == owner then
    found[#found + 1] = { key = key, expiry = expiry, value = string.gsub(digits, '%x%x', byte_of) }
  else
    refuse('this is no line of lua/export.lua for ' .. owner .. ': ' .. string.sub(line, 1, 80))
  end
end
if not cursor then refuse('the last argument is what lua/export.lua has printed') end

local stored, left, expired = 0, 0, 0
for _, entry in ipairs(found) do
  if entry.expiry ~= '-1' and tonumber(entry.expiry) <= now then
    expired = expired + 1
  else
    local is_stored
    if entry.key == trail then
      is_stored = restore_trail(entry.key, entry.value)
    else
      is_stored = restore(entry.key, entry.expiry, entry.value, is_overwriting)
    end
    if is_stored then stored = stored + 1 else left = left + 1 end
  end
end
if stored > 0 then record(trail, who, 'import', 'keys', '-', string.format('%d', stored)) end
return {
  { ok = 'stored        ' .. stored }, { ok = 'left alone    ' .. left }, { ok = 'expired       ' .. expired },
  { ok = 'cursor        ' .. cursor },
}
