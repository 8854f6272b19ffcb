--[[
What was done by hand to an owner, and by whom? Reads.

KEYS[1]  the owner's audit trail, weir:{g=acme}/audit
ARGV[1]  optional: how many entries, the newest first, 1 to 100; 20 unless given
ARGV[2]  optional: the cursor, which a call before said; entries older than that

Reply    lines: time, name, deed, on what, what it was and what it is from then on; `-` is nothing. What the library
         does for a service bears its clientName. The same: redis-cli XREVRANGE 'weir:{g=acme}/audit' + - COUNT 20

Bound    0.3 ms for 20 entries, 1.5 ms for 100

Try it   redis-cli --eval lua/audit.lua 'weir:{g=try}/audit' , 20
]]

local floor, match = math.floor, string.match

-- part: calendar
-- Days since the epoch of a date of the Gregorian calendar, and back: days_from_civil and civil_from_days of Howard
-- Hinnant, "chrono-Compatible Low-Level Date Algorithms". A year begins in March there, so that a leap day is its last.
local function days_from_civil(year, month, day)
  if month <= 2 then year = year - 1 end
  local leap_days = floor(year / 4) - floor(year / 100) + floor(year / 400)
  local day_of_year = floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return year * 365 + leap_days + day_of_year - 719468
end

local function civil_from_days(days)
  local era = floor((days + 719468) / 146097)
  local day_of_era = days + 719468 - era * 146097
  local leap_days = floor(day_of_era / 1460) - floor(day_of_era / 36524) + floor(day_of_era / 146096)
  local year_of_era = floor((day_of_era - leap_days) / 365)
  local day_of_year = day_of_era - (year_of_era * 365 + floor(year_of_era / 4) - floor(year_of_era / 100))
  local month = floor((5 * day_of_year + 2) / 153)
  local day = day_of_year - floor((153 * month + 2) / 5) + 1
  month = month < 10 and month + 3 or month - 9
  return era * 400 + year_of_era + (month <= 2 and 1 or 0), month, day
end
-- end of part: calendar

-- part: words
-- Lines for people. A status prints without quotes in a terminal too, and cannot break its line.
local lines = {}

local function say(label, text)
  lines[#lines + 1] = { ok = string.format(text and '%-12s  %s' or '%s', label, text) }
end

-- 10000 as 10,000.
local function count_text(number)
  local text, before = string.format('%.0f', number), nil
  repeat
    before, text = text, string.gsub(text, '^(%d+)(%d%d%d)', '%1,%2')
  until text == before
  return text
end

-- A length of time, in microseconds, in the largest unit that it fills and the next; never shorter than it is.
local function span_text(span)
  local seconds = math.ceil(span / 1000000)
  if span > 0 and span < 1000000 then return math.ceil(span / 1000) .. ' ms' end
  if seconds < 60 then return seconds .. ' s' end
  if seconds < 3600 then
    return math.floor(seconds / 60) .. ' min' .. (seconds % 60 > 0 and ' ' .. seconds % 60 .. ' s' or '')
  end
  local minutes = math.ceil(seconds / 60)
  if minutes < 2880 then
    return math.floor(minutes / 60) .. ' h' .. (minutes % 60 > 0 and ' ' .. minutes % 60 .. ' min' or '')
  end
  local hours = math.ceil(minutes / 60)
  return math.floor(hours / 24) .. ' d' .. (hours % 24 > 0 and ' ' .. hours % 24 .. ' h' or '')
end

-- A time, in microseconds since the epoch, by the calendar; rounded up, so that it has come when the second begins.
local function date_text(time)
  local seconds = math.ceil(time / 1000000)
  local year, month, day = civil_from_days(math.floor(seconds / 86400))
  return string.format('%04d-%02d-%02d %02d:%02d:%02d UTC', year, month, day,
    math.floor(seconds / 3600) % 24, math.floor(seconds / 60) % 60, seconds % 60)
end

local function in_text(now, time)
  return 'in ' .. span_text(math.max(0, time - now)) .. ', at ' .. date_text(time)
end
-- end of part: words

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

-- part: owner
-- What all keys of an owner begin with, such as weir:{g=acme}; refused where the keys are not all of one.
local function owner_of(keys)
  local owner = string.match(keys[1] or '', '^[%w_.-]+:{[^{}]+}')
  if not owner then refuse('the first key must be like weir:{g=acme}:group, not ' .. (keys[1] or 'missing')) end
  for _, key in ipairs(keys) do
    if string.sub(key, 1, #owner) ~= owner or not string.find(key, '^[:/][^{}]+$', #owner + 1) then
      refuse(key .. ' is not of ' .. owner .. ', as the first key is')
    end
  end
  return owner
end

local function check_window(key)
  if string.find(key, '}/') then refuse(key .. ' is kept for good, and is no window') end
end
-- end of part: owner

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

if #KEYS ~= 1 or KEYS[1] ~= owner_of(KEYS) .. '/audit' then
  refuse('the key is the audit trail of an owner, such as weir:{g=acme}/audit')
end
local count = ARGV[1] and read_count(ARGV[1], 'how many', 100) or 20
if count == 0 then refuse('how many must be at least 1') end
local cursor
if ARGV[2] then
  local time, number = match(ARGV[2], '^(%d+)%-(%d+)$')
  if not time then refuse('the cursor is what a call before said') end
  cursor = read_cursor(time) .. '-' .. read_cursor(number)
end
local newest = cursor and '(' .. cursor or '+'
local entries = redis.pcall('XREVRANGE', KEYS[1], newest, '-', 'COUNT', string.format('%d', count))
if entries.err then refuse(KEYS[1] .. ' holds something else than an audit trail') end
for _, entry in ipairs(entries) do
  local fields = {}
  for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
  local time = tonumber(match(entry[1], '^(%d+)')) * 1000
  say(string.format('%s  %-10s  %-9s  %-20s  %s -> %s', date_text(time), fields.by or '?', fields.deed or '?',
    fields.on or '?', fields.old or '?', fields.new or '?'))
end
if #entries == 0 then say(cursor and 'nothing older' or 'nothing was done by hand') end
if #entries == count then say('cursor', entries[count][1] .. ' to go on with') end
return lines
