--[[
The sites that a group has registered: list, add, remove.

KEYS[1]  the group's sites, weir:{g=acme}/sites
KEYS[2]  the group's limits, weir:{g=acme}/limits
ARGV     list QUOTA [CURSOR]
         add SITE APPLICATION QUOTA by NAME
         remove SITE by NAME
         SITE in its one form, as the list shows it: host in lower case, without https://, without :80, :443 or a final
         dot, without a slash at its end; compared letter by letter. APPLICATION without a=. QUOTA is that of your
         service, 0 to 2^31, where nothing is set. NAME is who does it.

Reply    lines. A deed leaves an entry in the group's audit trail, weir:{g=acme}/audit. What is decided and stored is
         lua/register.lua.

Bound    a list is of 100 sites or so a step; 0.2 ms, a full step 1 ms

Try it   redis-cli --eval lua/sites.lua 'weir:{g=try}/sites' 'weir:{g=try}/limits' , add shop.example.com crm 6 by anna
]]

local floor, match = math.floor, string.match

local register -- the whole of lua/register.lua, below

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

local sites, limits = KEYS[1], KEYS[2]
local owner = owner_of(KEYS)
if #KEYS ~= 2 or sites ~= owner .. '/sites' or limits ~= owner .. '/limits' then
  refuse("the keys are a group's sites and its limits, such as weir:{g=acme}/sites weir:{g=acme}/limits")
end

local function ask(arguments)
  local reply = register({ sites, limits }, arguments)
  if reply[2] == -2 then refuse(sites .. ' holds something else than sites') end
  if reply[2] == -3 then refuse('what is set in ' .. limits .. ' in place of the quota is no limit; remove it') end
  return reply
end

-- The time and the application of a registration.
local function read_site(text)
  local registered, application = match(text, '^(%d+) (%S+)$')
  if not registered then return 'something else is stored: ' .. text end
  return date_text(tonumber(registered)) .. ' by ' .. application
end

local function list()
  local quota = string.format('%.0f', read_count(ARGV[2], 'the quota', 2 ^ 31))
  local reply = ask({ 'count', '', '', quota })
  say('sites', count_text(reply[3]) .. ' of ' .. count_text(reply[4]))
  local cursor = read_cursor(ARGV[3] or '0')
  local step = redis.call('HSCAN', sites, cursor, 'COUNT', '100')
  local names, stored = {}, {}
  for i = 1, #step[2], 2 do names[#names + 1], stored[step[2][i]] = step[2][i], step[2][i + 1] end
  table.sort(names)
  for _, name in ipairs(names) do say(string.format('  %-28s  %s', name, read_site(stored[name]))) end
  if step[1] ~= '0' then say('cursor', step[1] .. ' to go on with') end
  return lines
end

local function change(deed)
  local who, site = take_name(ARGV), ARGV[2]
  refuse_while_moving(KEYS[1])
  local trail = trail_of(limits)
  if not is_trail(trail) then refuse(trail .. ' holds something else than an audit trail') end
  local reply
  if deed == 'add' then
    if #ARGV ~= 6 then refuse('add needs SITE APPLICATION QUOTA by NAME') end
    local quota = string.format('%.0f', read_count(ARGV[4], 'the quota', 2 ^ 31))
    reply = ask({ 'register', site, ARGV[3], quota })
    if reply[2] == 0 then
      refuse('the quota has no room: ' .. count_text(reply[3]) .. ' of ' .. count_text(reply[4]) .. ' sites')
    end
    if reply[2] == 1 then record(trail, who, 'site', '/sites', '-', ARGV[2] .. ' ' .. ARGV[3]) end
  else
    if #ARGV ~= 4 then refuse('remove needs SITE by NAME') end
    -- Whatever is there can be removed, also what lua/register.lua would not take for a site.
    local kind = redis.call('TYPE', sites).ok
    if kind ~= 'hash' and kind ~= 'none' then refuse(sites .. ' holds something else than sites') end
    local stored = redis.call('HGET', sites, site)
    if stored then
      record(trail, who, 'site', '/sites', site .. ' ' .. (match(stored, '%s(%S+)$') or '-'), '-')
      redis.call('HDEL', sites, site)
    end
    reply = { 0, stored and 1 or 2, redis.call('HLEN', sites) }
  end
  if reply[2] == 2 then
    say(site, deed == 'add' and 'was registered already' or 'was not registered')
  else
    say(site, deed == 'add' and 'registered' or 'removed')
  end
  say('sites', deed == 'add' and count_text(reply[3]) .. ' of ' .. count_text(reply[4]) or count_text(reply[3]))
  return lines
end

register = function(KEYS, ARGV)
-- script: register

local format, match = string.format, string.match

local LARGEST_LIMIT = 2 ^ 31
local LATEST_DATE = 2 ^ 53 / 1000000 -- seconds since the epoch
local DAY = 86400 -- seconds

local sites, limits, operation = KEYS[1], KEYS[2], KEYS[3]
local deed, site, application = ARGV[1], ARGV[2] or '', ARGV[3] or ''
if not limits or #KEYS > 3 then error('the keys are the sites, the limits and perhaps an operation') end
if deed ~= 'register' and deed ~= 'unregister' and deed ~= 'count' then
  error('the deed must be register, unregister or count')
end
if deed == 'count' then
  if site ~= '' then error('a count has no site') end
  if operation then error('a count has no operation') end
elseif not match(site, '^[!-~]+$') then
  error('the site must be printable ASCII without spaces')
end
if deed ~= 'register' then
  if application ~= '' then error('only a registration has an application') end
elseif not match(application, '^[!-~]+$') then
  error('the application must be printable ASCII without spaces')
end
local quota = tonumber(match(ARGV[4] or '', '^%d+$'))
if not quota or quota > LARGEST_LIMIT then error('the quota must be a whole number from 0 to 2^31') end
local now = tonumber(match(ARGV[5] or '', '^%d+$'))
if not now then
  if ARGV[5] and ARGV[5] ~= '' then error('the time must be whole microseconds since the epoch') end
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
if now >= 2 ^ 53 then error('the time must be below 2^53') end

local function is_foreign(key, expected)
  local found = redis.call('TYPE', key).ok
  return found ~= expected and found ~= 'none'
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

-- The quota with what is set in its place, if anything; false if that cannot be read.
local function quota_in_force(declared)
  if is_foreign(limits, 'hash') then return false end
  local field = match(sites, '[^}]*$')
  local found = redis.call('HMGET', limits, 'production' .. field, field)
  for i = 1, 2 do
    if found[i] then
      local limit, ends = read_limit(found[i])
      if not limit then return false end
      -- A contract raises a quota; it never lowers one.
      if i == 1 then limit = math.max(limit, declared) end
      if not ends or ends > now then declared = limit end
    end
  end
  return declared
end

-- The operation comes first: whoever repeats one under a wrong name hears of that, whatever else is the matter.
local note, is_repeated = deed .. ' ' .. site, false
if operation then
  if is_foreign(operation, 'string') then return { now, -2, 0, 0 } end
  local noted = redis.call('GET', operation)
  if noted and noted ~= note then return { now, -1, 0, 0 } end
  is_repeated = noted ~= false
end
if is_foreign(sites, 'hash') then return { now, -2, 0, 0 } end
quota = quota_in_force(quota)
if not quota then return { now, -3, 0, 0 } end
local count = redis.call('HLEN', sites)
if is_repeated then return { now, 3, count, quota } end
if deed == 'count' then return { now, 1, count, quota } end

local is_registered = redis.call('HEXISTS', sites, site) == 1
if deed == 'register' and not is_registered and count >= quota then return { now, 0, count, quota } end

if is_registered == (deed == 'register') then return { now, 2, count, quota } end
-- A full server refuses the first of these, or lets all of them pass.
if operation then redis.call('SET', operation, note, 'EX', DAY) end
if deed == 'register' then
  redis.call('HSET', sites, site, format('%d', now) .. ' ' .. application)
  return { now, 1, count + 1, quota }
end
redis.call('HDEL', sites, site)
return { now, 1, count - 1, quota }
-- end of script: register
end

if ARGV[1] == 'list' then return list() end
if ARGV[1] == 'add' or ARGV[1] == 'remove' then return change(ARGV[1]) end
refuse('the deed must be list, add or remove')
