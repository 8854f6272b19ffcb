--[[
One step of copying an owner from another server: stores what lua/export.lua has printed. What is there already is left
as it is, unless told otherwise.

KEYS[1]  the owner's audit trail, weir:{g=acme}/audit: keys of other owners are refused
ARGV     optional: replace, to overwrite what is there
         by NAME: who does it
         last, the lines of lua/export.lua in one argument, which redis-cli -x reads from its input

Reply    lines: how many keys were stored, left as they were, or had expired meanwhile; and the cursor to go on with, or
         done. The audit trails of both servers become one, of the last thousand deeds; an entry there tells which keys
         were stored, and which of them replaced. A value that this server cannot read, or a trail that is none, ends
         the step with an error; what came before that is stored and on record, and the step can be done again.

Bound    20 µs a key, and 15 ms where two trails of a thousand deeds become one; lua/export.lua says how many keys there
         are in a step

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

-- part: moving
-- While a slot of a cluster moves, two nodes have some of its keys each, and neither answers about two that it has not.
-- Then nothing is done: what is written to one can be in the way of what the other has still to hand over.
local function refuse_while_moving(key)
  local owner = string.match(key or '', '^[^{}]+:{[^{}]+}')
  local reply = owner and redis.pcall('EXISTS', owner .. '/', owner .. '//')
  if type(reply) == 'table' and string.find(reply.err, 'non local key', 1, true) then
    refuse('the slot of ' .. owner .. ' is on its way to another node: try again when it is there')
  end
end
-- end of part: moving

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

local ENTRIES = 1000 -- of a trail that are kept
local NAMES = 100 -- of keys that an entry tells

local byte_of = {}
for byte = 0, 255 do byte_of[string.format('%02x', byte)] = string.char(byte) end

-- Whether it was stored, and whether it took the place of something; or what is wrong.
local function restore(key, expiry, value, is_overwriting)
  local is_there = redis.call('EXISTS', key) == 1
  local arguments = { key, expiry == '-1' and '0' or expiry, value, 'ABSTTL', is_overwriting and 'REPLACE' or nil }
  local reply = redis.pcall('RESTORE', unpack(arguments))
  if not reply.err then return true, is_there end
  if string.find(reply.err, 'BUSYKEY', 1, true) then return false end
  return nil, key .. ' cannot be stored, so this step ends here: ' .. reply.err
end

local function id_of(entry)
  local time, number = string.match(entry[1], '^(%d+)-(%d+)$')
  return tonumber(time), tonumber(number)
end

-- The newest entries of two trails, the oldest of them first; both are given with the newest first. What is in both, at
-- one millisecond, is there once, and of two with one id one moves behind the other. Also how many are the other's.
local function merged(own, other)
  local times, copies = {}, {}
  local function text_of(entry) return string.match(entry[1], '^%d+') .. ' ' .. table.concat(entry[2], '\n') end
  for _, entry in ipairs(own) do
    local text = text_of(entry)
    copies[text] = (copies[text] or 0) + 1
  end
  local news = {}
  for _, entry in ipairs(other) do
    local text = text_of(entry)
    local count = copies[text] or 0
    if count > 0 then copies[text] = count - 1 else news[#news + 1] = entry end
  end
  local newest, at, news_at = {}, 1, 1
  while #newest < ENTRIES and (own[at] or news[news_at]) do
    local time, number = -1, -1
    if own[at] then time, number = id_of(own[at]) end
    local other_time, other_number = -1, -1
    if news[news_at] then other_time, other_number = id_of(news[news_at]) end
    if other_time > time or other_time == time and other_number > number then
      newest[#newest + 1], times[#times + 1], news_at = news[news_at], { other_time, other_number }, news_at + 1
    else
      newest[#newest + 1], times[#times + 1], at = own[at], { time, number }, at + 1
    end
  end
  local entries, last, last_number = {}, -1, -1
  for i = #newest, 1, -1 do
    local time, number = times[i][1], times[i][2]
    if time < last or time == last and number <= last_number then time, number = last, last_number + 1 end
    last, last_number = time, number
    entries[#entries + 1] = { string.format('%.0f-%.0f', time, number), newest[i][2] }
  end
  return entries, news_at - 1
end

-- The trails of both servers become one. The other's has to be stored to be read, so what is here is put back where
-- that turns out to be no trail, or to say nothing that is not here.
local function restore_trail(key, value)
  local own = redis.call('DUMP', key)
  local own_entries = redis.call('XREVRANGE', key, '+', '-', 'COUNT', ENTRIES)
  local is_stored, problem = restore(key, '-1', value, true)
  if is_stored == nil then return nil, problem end
  local function put_back()
    if own then redis.call('RESTORE', key, '0', own, 'REPLACE') else redis.call('DEL', key) end
  end
  if redis.call('TYPE', key).ok ~= 'stream' then
    put_back()
    return nil, key .. ' is no audit trail on the other server, so this step ends here'
  end
  if not own then return true end
  local entries, news = merged(own_entries, redis.call('XREVRANGE', key, '+', '-', 'COUNT', ENTRIES))
  if news == 0 then
    put_back()
    return false
  end
  redis.call('DEL', key)
  for _, entry in ipairs(entries) do redis.call('XADD', key, entry[1], unpack(entry[2])) end
  return true
end

-- Names of keys, without what they all begin with; of very many, how many more.
local function names_text(keys, owner)
  local names = {}
  for i = 1, math.min(#keys, NAMES) do names[i] = string.sub(keys[i], #owner + 1) end
  if #keys > NAMES then names[#names + 1] = string.format('and %d more', #keys - NAMES) end
  return #names > 0 and table.concat(names, ' ') or '-'
end

local trail, text = KEYS[1], ARGV[#ARGV]
local owner = string.match(trail or '', '^(.*})/audit$')
if #KEYS ~= 1 or not owner then refuse('the key is the audit trail of the owner, such as weir:{g=acme}/audit') end
local is_overwriting = ARGV[1] == 'replace'
local arguments = {}
for i = 1, #ARGV - 1 do arguments[i] = ARGV[i] end
local who = take_name(arguments)
refuse_while_moving(KEYS[1])
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
    -- The trail is first: where it cannot be stored, nothing is.
    local value = string.gsub(digits, '%x%x', byte_of)
    table.insert(found, key == trail and 1 or #found + 1, { key = key, expiry = expiry, value = value })
  else
    refuse('this is no line of lua/export.lua for ' .. owner .. ': ' .. string.sub(line, 1, 80))
  end
end
if not cursor then refuse('the last argument is what lua/export.lua has printed') end

local stored, replaced, left, expired, problem = {}, {}, 0, 0, nil
for _, entry in ipairs(found) do
  if entry.expiry ~= '-1' and tonumber(entry.expiry) <= now then
    expired = expired + 1
  else
    local is_stored, detail
    if entry.key == trail then
      is_stored, detail = restore_trail(entry.key, entry.value)
    else
      is_stored, detail = restore(entry.key, entry.expiry, entry.value, is_overwriting)
    end
    if is_stored == nil then
      problem = detail
      break
    end
    if is_stored then stored[#stored + 1] = entry.key else left = left + 1 end
    if is_stored and detail then replaced[#replaced + 1] = entry.key end
  end
end
if #stored > 0 then record(trail, who, 'import', 'keys', names_text(replaced, owner), names_text(stored, owner)) end
if problem then refuse(problem .. string.format(' (%d keys are stored and on record)', #stored)) end
return {
  { ok = 'stored        ' .. #stored }, { ok = 'left alone    ' .. left }, { ok = 'expired       ' .. expired },
  { ok = 'cursor        ' .. cursor },
}
