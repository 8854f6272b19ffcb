--[[
Limits in place of a rule's or a quota's own: set, list, remove; block and unblock. They hold from the next decision of
every instance on.

KEYS[1]  the owner's limits, weir:{g=acme}/limits
ARGV     list [CURSOR]
         set FIELD LIMIT [END] by NAME    LIMIT 0 to 2^31
         remove FIELD by NAME             the rule's own limit, or a production grant, is in force again
         block FIELD [END] by NAME        the same as a limit of 0
         unblock FIELD by NAME            removes it, if it is a block
         FIELD is what follows the } in the key that it is for: :group, :application:a=crm, /sites. END is a date such
         as 2030-01-31, its first moment in UTC, or a time from now on, such as 12h or 7d. NAME is who does it.

Reply    lines. A deed leaves an entry in the owner's audit trail, weir:{g=acme}/audit. What is decided and stored is
         lua/limit.lua.

Bound    a list is of 100 fields or so a step; 0.2 ms, a full step 1 ms

Try it   redis-cli --eval lua/override.lua 'weir:{g=try}/limits' , block :group 7d by anna
]]

local floor, match = math.floor, string.match
local LARGEST_LIMIT = 2 ^ 31
local LATEST_DATE = 2 ^ 53 / 1000000 -- seconds since the epoch
local FIELDS_AT_ONCE = '100'

local limit -- the whole of lua/limit.lua, below

-- part: limit-text
-- What an operator has set: the limit, and when it ends, if it does. False if that is no limit.
local function read_limit(text)
  local limit, ends = match(text, '^(%d+) ?(%d*)$')
  limit, ends = tonumber(limit), tonumber(ends)
  if not limit or limit > LARGEST_LIMIT or ends and ends > LATEST_DATE then return false end
  return limit, ends and ends * 1000000
end
-- end of part: limit-text

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

-- part: rule
-- A rule from a text: LIMIT/WINDOW or LIMIT/WINDOW/SLICES, such as 5/1m, 10000/1d or 100000/30d/512. The limit is - if
-- the rule only counts; the window has a unit: ms, s, m, h or d; slices are 128 unless given.
local UNITS = { ms = 1000, s = 1000000, m = 60000000, h = 3600000000, d = 86400000000 }

local function read_span(text)
  local number, unit = string.match(text or '', '^(%d+)(%l+)$')
  return number and UNITS[unit] and tonumber(number) * UNITS[unit]
end

local function read_rule(text)
  local limit, window, slices = string.match(text or '', '^([%d-]+)/(%w+)/?(%d*)$')
  local period = read_span(window)
  limit = limit == '-' and -1 or tonumber(limit)
  if not limit or limit < -1 or not period then
    refuse('a rule is LIMIT/WINDOW, such as 5/1m, 10000/1d or -/1d, not ' .. (text or 'missing'))
  end
  slices = tonumber(slices) or 128
  if limit > 2 ^ 31 or period < 1000 or period > 366 * UNITS.d or slices < 1 or slices > 1024 then
    refuse('a rule has a limit up to 2^31, a window of 1ms to 366d and 1 to 1024 slices, not ' .. text)
  end
  return { limit = limit, period = period, slices = slices, window = window }
end
-- end of part: rule

-- When something ends, in seconds since the epoch, from a text: 2030-01-31 (its first moment, UTC), or a time from now
-- on, such as 12h or 7d. '' if it does not end.
local function read_end(text, now)
  if not text then return '' end
  local year, month, day = string.match(text, '^(%d%d%d%d)-(%d%d)-(%d%d)$')
  if year then
    local days = days_from_civil(tonumber(year), tonumber(month), tonumber(day))
    if string.format('%d-%d-%d', civil_from_days(days)) == string.format('%d-%d-%d', year, month, day) then
      if days * 86400 > LATEST_DATE then refuse('an end is 2255-06-05 at the latest; without one it has none') end
      return string.format('%.0f', days * 86400)
    end
  end
  local span = read_span(text)
  if not span then refuse('an end is a date such as 2030-01-31, or a time such as 12h or 7d, not ' .. text) end
  local ends = math.floor((now + span) / 1000000)
  if ends > LATEST_DATE then refuse('an end is 2255-06-05 at the latest; without one it has none') end
  return string.format('%.0f', ends)
end

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

local key = KEYS[1]
if #KEYS ~= 1 or key ~= owner_of(KEYS) .. '/limits' then
  refuse('the key is the limits of an owner, such as weir:{g=acme}/limits')
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

-- What is stored under a field, in words.
local function stored_text(text)
  local figure, ends = read_limit(text)
  if not figure then return 'no limit: ' .. text .. '; every request fails until it is removed' end
  local end_text = ends and (ends > now and ', ends ' .. in_text(now, ends) or ', has ended ' .. date_text(ends)) or ''
  return (figure == 0 and 'blocked' or count_text(figure)) .. end_text
end

local function list(cursor)
  local step = redis.pcall('HSCAN', key, read_cursor(cursor or '0'), 'COUNT', FIELDS_AT_ONCE)
  if step.err then refuse(key .. ' holds something else than limits') end
  local fields, texts = {}, {}
  for i = 1, #step[2], 2 do fields[#fields + 1], texts[step[2][i]] = step[2][i], step[2][i + 1] end
  table.sort(fields)
  say('limits', key)
  for _, field in ipairs(fields) do
    local raised = match(field, '^production(.*)$')
    local by = raised and ', by a production grant' or ''
    say(string.format('  %-28s  %s%s', raised or field, stored_text(texts[field]), by))
  end
  if #fields == 0 and step[1] == '0' then say('  none') end
  if step[1] ~= '0' then say('cursor', step[1] .. ' to go on with') end
  return lines
end

local function change(field, figure, ends, deed)
  local who = take_name(ARGV)
  refuse_while_moving(KEYS[1])
  if not match(field or '', '^[:/].') then refuse('the field is what follows the } in a key: :group or /sites') end
  local reply = limit({ key }, { field, figure, ends, string.format('%.0f', now), who })
  local before = reply[2] ~= '' and stored_text(reply[2]) or "the rule's own"
  if reply[1] == -2 then refuse(key .. ' or its audit trail holds something else') end
  if reply[1] == -1 then refuse('the end is not in the future; nothing was changed') end
  if reply[1] == 0 then
    say(field, 'nothing was set')
  else
    say(field, deed or stored_text(ends == '' and figure or figure .. ' ' .. ends))
    say('before', before)
  end
  return lines
end

-- An argument that is not there if `by` stands in its place.
local function optional(place) return place <= #ARGV - 2 and ARGV[place] or nil end

limit = function(KEYS, ARGV)
-- script: limit

local LARGEST_LIMIT = 2 ^ 31
local LATEST_DATE = 2 ^ 53 / 1000000 -- seconds since the epoch

local key, field, limit, ends, who = KEYS[1], ARGV[1], ARGV[2], ARGV[3] or '', ARGV[5] or 'library'

if not field or not string.match(field, '^[:/].') then
  error('the field is what follows the } in a key, such as :group or /sites')
end
if limit ~= '-' and not (string.match(limit or '', '^%d+$') and #limit <= 10 and tonumber(limit) <= LARGEST_LIMIT) then
  error('the limit is a whole number from 0 to 2147483648, or - to remove it')
end
if ends ~= '' and not (string.match(ends, '^%d+$') and tonumber(ends) <= LATEST_DATE) then
  error('the end is a time in whole seconds since the epoch, such as that of: date -u -d 2030-01-01 +%s')
end

if not string.match(who, '^[!-~]+$') then error('who does it must be printable ASCII without spaces') end

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

local now = tonumber(ARGV[4])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local kind, trail = redis.call('TYPE', key).ok, KEYS[2] or trail_of(key)
if kind ~= 'hash' and kind ~= 'none' or not is_trail(trail) then return { -2, '' } end
local before = redis.call('HGET', key, field)
if limit == '-' then
  if not before then return { 0, '' } end
  record(trail, who, 'override', field, before, '-')
  redis.call('HDEL', key, field)
  return { 1, before }
end
if ends ~= '' and ends * 1000000 <= now then return { -1, before or '' } end
local value = ends == '' and limit or limit .. ' ' .. ends
record(trail, who, 'override', field, before or '-', value)
redis.call('HSET', key, field, value)
return { 1, before or '' }
-- end of script: limit
end

local deed, field = ARGV[1], optional(2)
if deed == 'list' then return list(ARGV[2]) end
take_name(ARGV)
local most = deed == 'set' and 6 or deed == 'block' and 5 or 4
if #ARGV > most then refuse('there are too many arguments for ' .. deed) end
if deed == 'set' then
  local figure = read_count(optional(3), 'the limit', LARGEST_LIMIT)
  return change(field, string.format('%.0f', figure), read_end(optional(4), now))
elseif deed == 'block' then
  return change(field, '0', read_end(optional(3), now))
elseif deed == 'remove' then
  return change(field, '-', '', "the rule's own again")
elseif deed == 'unblock' then
  local stored = redis.pcall('HGET', key, field or '')
  if type(stored) == 'table' then refuse(key .. ' holds something else than limits') end
  if not stored or read_limit(stored) ~= 0 then refuse((field or 'this') .. ' is not blocked by an override') end
  return change(field, '-', '', "the rule's own again")
end
refuse('the deed must be list, set, remove, block or unblock')
