--[[
One bounded step of copying an owner to another server: its limits, quotas, grants, audit trail and windows. Reads.

KEYS[1]  what all keys of the owner begin with: weir:{g=acme}
ARGV[1]  the cursor: 0 to begin with, then what the step before said
ARGV[2]  optional: how many keys to look at, 1 to 10000; 100 unless given. All keys of the server are looked at

Reply    lines that lua/import.lua takes, printable: `weir-export 1 CURSOR OWNER`, with `done` for the last cursor, then
         for each key `KEY EXPIRY VALUE`, expiry in milliseconds since the epoch or -1, value as of DUMP, in hexadecimal

Bound    as many keys as asked for, give or take a few, and 200,000 bytes of values; of more it is an error that says to
         ask for fewer: 0.3 ms for 100 keys of others, 1.5 ms for 100 of the owner's. A single key is told whole, as it
         cannot be parted: 20,000 overrides of one owner hold up Redis for some 20 ms

Try it   redis-cli --eval lua/export.lua 'weir:{g=try}' , 0
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

-- part: cursor
-- A cursor, or a half of one; refused where Redis would not take it, as it is no number of 64 bits.
local LARGEST_CURSOR = '18446744073709551615'

local function read_cursor(text)
  local digits = string.match(text or '', '^%d+$')
  if not digits or #digits > #LARGEST_CURSOR or #digits == #LARGEST_CURSOR and digits > LARGEST_CURSOR then
    refuse('the cursor is 0 at first, then what the step before said, not ' .. (text or 'missing'))
  end
  return digits
end
-- end of part: cursor

local MOST_BYTES = 200000 -- of values in a step, before they are printed

local owner, cursor = KEYS[1], ARGV[1]
if #KEYS ~= 1 or not string.find(owner, '^[%w_.-]+:{[%w_./=%%~-]+}$') then
  refuse('the key is what all keys of the owner begin with, such as weir:{g=acme}')
end
cursor = read_cursor(cursor)
local count = ARGV[2] and read_count(ARGV[2], 'how many keys', 10000) or 100
if count == 0 then refuse('how many keys must be at least 1') end

refuse_while_moving(owner)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local step = redis.call('SCAN', cursor, 'MATCH', owner .. '*', 'COUNT', string.format('%d', count))
local digits_of = {}
for byte = 0, 255 do digits_of[string.char(byte)] = string.format('%02x', byte) end
local bytes = 0
local lines = { string.format('weir-export 1 %s %s', step[1] == '0' and 'done' or step[1], owner) }
for _, key in ipairs(step[2]) do
  local value, life = redis.call('DUMP', key), redis.call('PTTL', key)
  -- A key may have expired since the scan, and a name with a space is not one of Weir's.
  if value and not string.find(key, '[^!-~]') then
    bytes = bytes + #value
    if bytes > MOST_BYTES and count > 1 then
      refuse(string.format('these keys are more than %d bytes: ask for fewer than %d at once, from the same cursor',
        MOST_BYTES, count))
    end
    local digits = string.gsub(value, '.', digits_of)
    lines[#lines + 1] = string.format('%s %s %s', key, life < 0 and '-1' or string.format('%.0f', now + life), digits)
  end
end
return lines
