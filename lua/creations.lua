--[[
The objects that a user has created: show the count and the quota, correct them.

KEYS[1]  the user's objects, weir:{u=HASH}/objects
KEYS[2]  the user's limits, weir:{u=HASH}/limits
ARGV     show LIMIT GROWTH
         add COUNT LIMIT GROWTH by NAME        counts more; refused where the quota has no room
         give-back COUNT LIMIT GROWTH by NAME  counts less, never below zero
         forget-date LIMIT GROWTH by NAME      what has grown is gone; growth begins when the quota is reached again
         COUNT up to 2^31. LIMIT and GROWTH (a month) are those of your service; with a lower limit, `add` may store
         that the quota was reached, and growth begins. NAME is who does it.

Reply    lines. A deed leaves an entry in the owner's audit trail, weir:{u=HASH}/audit. What is decided and stored is
         lua/create.lua.

Bound    0.2 ms

Try it   redis-cli --eval lua/creations.lua 'weir:{u=try}/objects' 'weir:{u=try}/limits' , add 3 5000 100 by anna
]]

local floor, match = math.floor, string.match
local LARGEST = 2 ^ 31

local create -- the whole of lua/create.lua, below

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

local objects, limits = KEYS[1], KEYS[2]
local owner = owner_of(KEYS)
if #KEYS ~= 2 or objects ~= owner .. '/objects' or limits ~= owner .. '/limits' then
  refuse("the keys are a user's objects and limits, such as weir:{u=HASH}/objects weir:{u=HASH}/limits")
end

local function text_of(count) return string.format('%.0f', count) end

-- Asks lua/create.lua with the limit and the growth that stand from a place in the arguments on.
local function ask(count, place)
  local limit, growth = read_count(ARGV[place], 'LIMIT', LARGEST), read_count(ARGV[place + 1], 'GROWTH', LARGEST)
  local reply = create({ objects, limits }, { text_of(count), text_of(count), text_of(limit), text_of(growth) })
  if reply[2] == -2 then refuse(objects .. ' holds something else than a count of objects') end
  if reply[2] == -3 then refuse('what is set in ' .. limits .. ' in place of the quota is no limit; remove it') end
  return reply
end

local function tell(reply)
  local now, used, limit, reached, growth = reply[1], reply[4], reply[5], reply[6], reply[7]
  say('objects', count_text(used) .. ' of ' .. count_text(limit))
  say('reached', reached < 0 and 'not yet' or date_text(reached))
  say('grows', growth < 0 and (reached < 0 and 'not before the quota is reached' or 'no more') or in_text(now, growth))
  return lines
end

create = function(KEYS, ARGV)
-- script: create

local floor, fmod, max, min = math.floor, math.fmod, math.max, math.min
local find, format, match = string.find, string.format, string.match

local LARGEST_LIMIT = 2 ^ 31 -- of limit, growth and units
local CEILING = 2 ^ 48 - 1 -- where growth stops
local LARGEST_NUMBER = 2 ^ 53 - 1
local LATEST_DATE = 2 ^ 53 / 1000000 -- seconds since the epoch
local DAY = 86400000000 -- microseconds
local OPERATION_LIFE = '86400' -- seconds

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

-- A time as its month, its day in the month and the time of day. Months are counted through: year * 12 + month - 1.
local function parts(time)
  local time_of_day = fmod(time, DAY)
  local year, month, day = civil_from_days((time - time_of_day) / DAY)
  return year * 12 + month - 1, day, time_of_day
end

local function first_day(month) return days_from_civil(floor(month / 12), month % 12 + 1, 1) end

-- So many calendar months later, or the last day of the month if that is shorter.
local function plus_months(time, months)
  local month, day, time_of_day = parts(time)
  local first = first_day(month + months)
  local length = first_day(month + months + 1) - first
  return (first + min(day, length) - 1) * DAY + time_of_day
end

local function whole_months(from, to)
  if to < from then return 0 end -- the clock was set back
  local months = parts(to) - parts(from)
  if plus_months(from, months) > to then months = months - 1 end
  return months
end

-- Written so that NaN, which compares false with everything, is refused too.
local function argument(place, name, smallest, largest)
  local number = tonumber(ARGV[place])
  if not (number and number >= smallest and number <= largest and number % 1 == 0) then
    error(format('%s must be a whole number from %d to %d', name, smallest, largest))
  end
  return number
end

if #KEYS < 2 or #KEYS > 3 then error('the keys are the quota, the limits and, if there is one, the operation') end
local least = argument(1, 'least', -LARGEST_LIMIT, LARGEST_LIMIT)
local most = argument(2, 'most', -LARGEST_LIMIT, LARGEST_LIMIT)
if least > most then error('least must not be above most') end
if least < 0 and least ~= most then error('a release needs least and most to be the same') end
local declared, growth = argument(3, 'the limit', 0, LARGEST_LIMIT), argument(4, 'the growth', 0, LARGEST_LIMIT)
local base = declared -- or what an operator has set
local now
if ARGV[5] and ARGV[5] ~= '' then
  now = argument(5, 'the time', 0, LARGEST_NUMBER)
else
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local function failure(status) return { now, status, 0, 0, 0, -1, -1 } end

-- What a command reads; nil if the key is of another type. Any other error ends the script, as it would anywhere.
local function read(command, ...)
  local reply = redis.pcall(command, ...)
  if type(reply) ~= 'table' or not reply.err then return reply end
  if not find(reply.err, 'WRONGTYPE', 1, true) then redis.call(command, ...) end
end

-- The number that a text is; nil if it is none of ours.
local function number_in(text)
  local number = match(text, '^%d+$') and tonumber(text)
  return number and number <= LARGEST_NUMBER and number or nil
end

-- part: limit-text
-- What an operator has set: the limit, and when it ends, if it does. False if that is no limit.
local function read_limit(text)
  local limit, ends = match(text, '^(%d+) ?(%d*)$')
  limit, ends = tonumber(limit), tonumber(ends)
  if not limit or limit > LARGEST_LIMIT or ends and ends > LATEST_DATE then return false end
  return limit, ends and ends * 1000000
end
-- end of part: limit-text

local charged_before
if KEYS[3] then
  local operation = read('GET', KEYS[3])
  if operation == nil then return failure(-2) end
  if operation then
    local its_least, its_most, its_charged = match(operation, '^(%-?%d+) (%-?%d+) (%-?%d+)$')
    charged_before = tonumber(its_charged)
    if not charged_before or math.abs(charged_before) > LARGEST_LIMIT then return failure(-2) end
    if tonumber(its_least) ~= least or tonumber(its_most) ~= most then return failure(-1) end
  end
end

local stored = read('HMGET', KEYS[1], 'used', 'reached')
local override = read('HGET', KEYS[2], match(KEYS[1], '[^}]*$'))
if not stored or override == nil then return failure(-2) end

-- From here on, false is what is missing and nil what cannot be read.
local used, reached = stored[1] and number_in(stored[1]), stored[2] and number_in(stored[2])
if used == false and redis.call('EXISTS', KEYS[1]) == 0 then used = 0 end
if not used or reached == nil then return failure(-2) end

if override then
  local limit, ends = read_limit(override)
  if not limit then return failure(-3) end
  if not ends or ends > now then base = limit end
end

-- The limit as it is now, and when it grows next.
local function grown()
  if not reached or base == 0 or growth == 0 then return base, -1 end
  local months = whole_months(reached, now)
  return min(base + growth * months, CEILING), plus_months(reached, months + 1)
end

local limit, next_growth = grown()
if charged_before then return { now, 2, charged_before, used, limit, reached or -1, next_growth } end

local status, charged = 1, 0
if most < 0 then
  charged = -min(-most, used)
else
  charged = max(0, min(most, limit - used))
  if charged < least then status, charged = 0, 0 end
end
used = used + charged
-- A limit that was lowered for a while must not begin a growth that is for life.
local is_first = most > 0 and base > 0 and used >= max(base, declared) and not reached
if is_first then
  reached = now
  limit, next_growth = grown()
end

-- HSET comes first because Redis refuses it when memory is full, and then nothing has been written yet.
if charged ~= 0 or is_first then
  local fields = { 'used', format('%d', used) }
  if is_first then fields[3], fields[4] = 'reached', format('%d', reached) end
  redis.call('HSET', KEYS[1], unpack(fields))
end
if KEYS[3] and status == 1 and most ~= 0 then
  redis.call('SET', KEYS[3], format('%d %d %d', least, most, charged), 'EX', OPERATION_LIFE)
end

return { now, status, charged, used, limit, reached or -1, next_growth }
-- end of script: create
end

local deed = ARGV[1]
if deed == 'show' then
  if #ARGV ~= 3 then refuse('show needs LIMIT GROWTH') end
  return tell(ask(0, 2))
end
local who = take_name(ARGV)
refuse_while_moving(KEYS[1])
local trail = trail_of(limits)
if not is_trail(trail) then refuse(trail .. ' holds something else than an audit trail') end
if deed == 'add' or deed == 'give-back' then
  if #ARGV ~= 6 then refuse(deed .. ' needs COUNT LIMIT GROWTH by NAME') end
  local count = read_count(ARGV[2], 'COUNT', LARGEST)
  if count == 0 then refuse('COUNT must be at least 1') end
  local reply = ask(deed == 'add' and count or -count, 3)
  if reply[2] == 0 then
    refuse('the quota has no room: ' .. count_text(reply[4]) .. ' of ' .. count_text(reply[5]) .. ' objects')
  end
  if reply[3] ~= 0 then
    record(trail, who, 'creations', '/objects', text_of(reply[4] - reply[3]), text_of(reply[4]))
  end
  return tell(reply)
elseif deed == 'forget-date' then
  if #ARGV ~= 5 then refuse('forget-date needs LIMIT GROWTH by NAME') end
  local before = ask(0, 2)
  if before[6] >= 0 then
    record(trail, who, 'growth', '/objects', 'since ' .. date_text(before[6]), '-')
    redis.call('HDEL', objects, 'reached')
  end
  return tell(ask(0, 2))
end
refuse('the deed must be show, add, give-back or forget-date')
