--[[
Count what a user creates against a lifetime quota that grows by the month once it has been reached.

A creation is admitted while `used` stays within the limit. The first one that finds or leaves `used` at the base limit
stores the time, once and for ever; from then on the limit is base + growth * months. The k-th month is over k calendar
months (UTC) after that time, at the same time of day, on the last day of a month that is too short. Growth that is not
used stays. No timer runs: the months are computed from the stored time. It has to be a script: reading, deciding and
charging must be one step, or two instances would both take the last place.

KEYS[1]  the quota, a hash
KEYS[2]  the owner's limits, a hash: what an operator has set in place of the base limit. Field: what follows the last
         } in KEYS[1]. Value: `LIMIT` or `LIMIT UNTIL`, until in seconds since the epoch; 0 blocks, whatever has grown
KEYS[3]  optional, the operation: a call that succeeded is remembered under it for a day, and not done again.
         All keys are in one hash slot.
ARGV[1]  least: the fewest units that are of use
ARGV[2]  most: the most units that are wanted, up to 2^31
           least = most = c   all of it or nothing
           least < most       as many units as fit, at least `least`
           0 and 0            a peek: reads, never writes, is never refused
           -c and -c          a release: gives c back, never below zero
ARGV[3]  the base limit (units), 0 to 2^31; 0 blocks
ARGV[4]  the growth (units a month), 0 to 2^31
ARGV[5]  tests only: the time in microseconds since the epoch; if it is '' or missing the server's clock decides

Reply    seven integers: time, status, charged, used, limit, reached, next growth; times in microseconds since the epoch
           status   1 done
                    2 done before under this operation: `charged` tells what was charged then, nothing is charged now
                    0 refused, nothing is charged
                   -1 the operation was used for something else, another least or most
                   -2 a key holds something else, which is left as it is
                   -3 what an operator has set is no limit
           charged  the units; of a release, minus those that it gave back
           limit    as it is now, with what has grown
           reached  when the base limit was first reached, -1 if it was not
           next growth  -1 if the base limit was not reached, does not grow, or is blocked
         Below 0, charged, used and limit are 0, reached and next growth -1.

Stored   KEYS[1]: `used` and, once the base limit was reached, `reached` (microseconds); never with an expiry.
         KEYS[3]: the string `LEAST MOST CHARGED`, with a life of 86,400 s.
         All numbers are decimal integers below 2^53, which a Lua number holds exactly.

Try it   redis-cli --eval lua/create.lua 'weir:{try}/objects' 'weir:{try}/limits' , 1 1 5000 100
]]

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
