--[[
Grant raised limits to the one production group of an application, change them, withdraw them. The application and the
group lie in different slots, so each is a few lines; every line that succeeds prints the next one, ready to be run.

KEYS     of an application: weir:{a=crm}/production
         of a group: weir:{g=acme}/production and weir:{g=acme}/limits
ARGV     application   show
                       claim GROUP by NAME          the first line of a grant or a change; GROUP as in its keys, g=acme
                       withdraw by NAME             the first line of a withdrawal
                       free VERSION by NAME         its last
         group         show
                       raise APPLICATION VERSION CALLS SITES [FIELD] by NAME
                       lower APPLICATION VERSION [FIELD] by NAME
         VERSION is what the line before said. APPLICATION as in its keys, a=crm. CALLS and SITES 1 to 2^31, or - to
         leave one. FIELD is that of the rule whose calls are raised, `:group` unless the service's quotas name another,
         as in `:calls`; what was raised under another name ends. NAME is who does it.

Reply    lines. A deed leaves an entry in the audit trail of the application or the group. What is decided and stored is
         lua/claim.lua and lua/raise.lua: one group for an application at the most, and what comes late changes nothing.

Bound    0.2 ms; of a group, one field for each application that ever raised it, whatever else is set for it

Try it   redis-cli --eval lua/grant.lua 'weir:{a=try}/production' , claim g=acme by anna
]]

local floor, match = math.floor, string.match

local claim, raise -- the whole of lua/claim.lua and lua/raise.lua, below
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

local function next_line(keys, arguments)
  say('next', 'redis-cli --eval lua/grant.lua ' .. keys .. ' , ' .. arguments)
end

local prefix, owner = match(KEYS[1] or '', '^(.*):{([ga]=[^{}]*)}/production$')
if not prefix then refuse('the key is like weir:{a=crm}/production, or weir:{g=acme}/production of a group') end
local deed = ARGV[1]
local who = deed == 'show' and '-' or take_name(ARGV)
if deed ~= 'show' then refuse_while_moving(KEYS[1]) end

local function keys_of_group(group)
  return string.format("'%s:{%s}/production' '%s:{%s}/limits'", prefix, group, prefix, group)
end

local function version_text(text) return string.format('%.0f', read_count(text, 'the version', 2 ^ 53 - 1)) end

local function of_application()
  local argument
  if deed == 'claim' then
    argument = match(ARGV[2], '^g=[!-~]+$') or refuse('the group is written as in its keys, such as g=acme')
  elseif deed == 'free' then
    argument = version_text(ARGV[2])
  elseif deed ~= 'withdraw' and deed ~= 'show' then
    refuse('the deed on an application must be show, claim, withdraw or free')
  end
  local reply = claim({ KEYS[1] }, { deed, argument or '', who })
  local status, version, group = reply[1], string.format('%.0f', reply[2]), reply[3]
  if status == -2 then refuse(KEYS[1] .. ' or its audit trail holds something else') end
  if status == 0 and deed == 'claim' then
    refuse(group .. ' has the raised limits of ' .. owner .. '; withdraw them first')
  elseif status == 0 and deed == 'withdraw' then
    refuse('no group has raised limits by ' .. owner)
  elseif status == 0 then
    refuse('version ' .. argument .. ' is not being withdrawn; begin again with withdraw')
  end
  say('application', owner)
  say('version', version)
  if deed == 'show' then
    local state = redis.call('HGET', KEYS[1], 'state')
    say('group', group == '' and 'none' or group .. (state == 'withdrawing' and ', being withdrawn' or ''))
  elseif deed == 'claim' then
    say('group', group .. ' may be raised, and no other')
    next_line(keys_of_group(group), 'raise ' .. owner .. ' ' .. version .. ' CALLS SITES by ' .. who)
  elseif deed == 'withdraw' then
    say('group', group .. ', being withdrawn')
    next_line(keys_of_group(group), 'lower ' .. owner .. ' ' .. version .. ' by ' .. who)
  else
    say('group', 'none; another may be granted')
  end
  return lines
end

local function figure_text(figure) return figure < 0 and 'not raised' or count_text(figure) end

local function of_group()
  if deed == 'show' then
    local stored = redis.pcall('HGETALL', KEYS[1])
    if stored.err then refuse(KEYS[1] .. ' holds something else than grants') end
    say('group', owner)
    for i = 1, #stored, 2 do
      local version, calls, sites = match(stored[i + 1], '^(%d+) (%S+) (%S+)')
      if not version then refuse(stored[i] .. ' has said something that is no grant: ' .. stored[i + 1]) end
      local figures = {}
      if calls ~= '-' then figures[1] = count_text(tonumber(calls)) .. ' calls' end
      if sites ~= '-' then figures[#figures + 1] = count_text(tonumber(sites)) .. ' sites' end
      say('  by ' .. stored[i], (figures[1] and table.concat(figures, ', ') or 'withdrawn') .. ', version ' .. version)
    end
    if #stored == 0 then say('  no grants') end
    return lines
  elseif deed ~= 'raise' and deed ~= 'lower' then
    refuse('the deed on a group must be show, raise or lower')
  end
  local application = match(ARGV[2], '^a=[!-~]+$') or refuse('the application is as in its keys, such as a=crm')
  local version = version_text(ARGV[3])
  local calls, sites = '-', '-'
  local count = deed == 'raise' and 7 or 5
  local field = #ARGV == count + 1 and ARGV[count - 1] or ':group'
  if #ARGV ~= count and #ARGV ~= count + 1 or not match(field, '^:[%w_.-]+$') then
    refuse(deed .. ' needs APPLICATION VERSION' .. (deed == 'raise' and ' CALLS SITES' or '') .. ' [:RULE] by NAME')
  end
  if deed == 'raise' then
    calls, sites = ARGV[4], ARGV[5]
    if calls == '-' and sites == '-' then refuse('give calls or sites; to withdraw, begin with withdraw') end
    for _, figure in ipairs({ calls, sites }) do
      if figure ~= '-' and read_count(figure, 'a figure', 2 ^ 31) == 0 then refuse('0 raises nothing') end
    end
  end
  local reply = raise({ KEYS[1], KEYS[2] }, { application, version, calls, sites, field, who })
  if reply[1] == -2 then refuse('a key of ' .. owner .. ' holds something else') end
  if reply[1] == 0 then
    refuse(string.format('version %.0f has been here; begin again with the application', reply[2]))
  end
  say('group', owner)
  say('calls', figure_text(reply[3]))
  say('sites', figure_text(reply[4]))
  if deed == 'lower' then
    next_line("'" .. prefix .. ':{' .. application .. "}/production'", 'free ' .. version .. ' by ' .. who)
  end
  return lines
end

claim = function(KEYS, ARGV)
-- script: claim

local format, match = string.format, string.match

local LARGEST_VERSION = 2 ^ 53 - 1

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

-- A version, or nil if the text is none.
local function read_version(text)
  local version = tonumber(match(text or '', '^%d+$'))
  return version and version <= LARGEST_VERSION and version or nil
end

local key, deed, argument, who = KEYS[1], ARGV[1], ARGV[2], ARGV[3] or 'library'
if not key or #KEYS > 2 then error('the keys are the claim of an application, and its audit trail') end
if deed ~= 'claim' and deed ~= 'withdraw' and deed ~= 'free' and deed ~= 'show' then
  error('the deed must be claim, withdraw, free or show')
end
local freed = deed == 'free' and read_version(argument)
if deed == 'claim' and not match(argument or '', '^[!-~]+$') then
  error('the group must be printable ASCII without spaces')
elseif deed == 'free' and not freed then
  error('the version must be a whole number below 2^53')
end
if not match(who, '^[!-~]+$') then error('who does it must be printable ASCII without spaces') end

local kind = redis.call('TYPE', key).ok
local trail = KEYS[2] or trail_of(key)
if kind ~= 'hash' and kind ~= 'none' or not is_trail(trail) then return { -2, 0, '' } end
local stored = redis.call('HMGET', key, 'version', 'group', 'state')
local version, group, state = read_version(stored[1] or '0'), stored[2] or '', stored[3] or ''
local is_free = group == '' and state == ''
local is_ours = version and (is_free or group ~= '' and (state == 'granted' or state == 'withdrawing'))
if not is_ours or kind == 'hash' and version == 0 then return { -2, 0, '' } end

if deed == 'show' then return { 1, version, group } end

local before = format('%d', version) .. ' ' .. (is_free and 'free' or state .. ' ' .. group)

if deed == 'free' then
  if state ~= 'withdrawing' or version ~= freed then return { 0, version, group } end
  record(trail, who, deed, 'production', before, format('%d free', version))
  -- The version stays behind.
  redis.call('HDEL', key, 'group', 'state')
  return { 1, version, '' }
end

if deed == 'claim' then
  if not is_free and group ~= argument then return { 0, version, group } end
  group, state = argument, 'granted'
else
  if is_free then return { 0, version, '' } end
  state = 'withdrawing'
end
version = version + 1
if version > LARGEST_VERSION then error('there are no more versions') end
record(trail, who, deed, 'production', before, format('%d ', version) .. state .. ' ' .. group)
redis.call('HSET', key, 'version', format('%d', version), 'group', group, 'state', state)
return { 1, version, group }
-- end of script: claim
end

raise = function(KEYS, ARGV)
-- script: raise

local format, match, max = string.format, string.match, math.max

local LARGEST_LIMIT = 2 ^ 31
local LARGEST_VERSION = 2 ^ 53 - 1

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

-- A version, or nil if the text is none.
local function read_version(text)
  local version = tonumber(match(text or '', '^%d+$'))
  return version and version >= 1 and version <= LARGEST_VERSION and version or nil
end

-- A figure, -1 if the limit is not raised, or nil if the text is neither.
local function read_figure(text)
  if text == '-' then return -1 end
  local figure = tonumber(match(text or '', '^%d+$'))
  return figure and figure >= 1 and figure <= LARGEST_LIMIT and figure or nil
end

local function figure_text(figure)
  return figure < 0 and '-' or format('%d', figure)
end

local production, limits = KEYS[1], KEYS[2]
if not limits or #KEYS > 3 then
  error('the keys are what applications raise, the limits, and the audit trail')
end
local application, version = ARGV[1], read_version(ARGV[2])
local calls, sites, calls_name = read_figure(ARGV[3]), read_figure(ARGV[4]), ARGV[5] or ':group'
if not match(application or '', '^[!-~]+$') then error('the application must be printable ASCII without spaces') end
if not version then error('the version must be a whole number from 1, below 2^53') end
if not calls or not sites then error('calls and sites must be whole numbers from 1 to 2^31, or -') end
local who = ARGV[6] or 'library'
if not match(who, '^[!-~]+$') then error('who does it must be printable ASCII without spaces') end
if not match(calls_name, '^:[!-~]+$') then error('the limit on calls needs a name of its own, such as :group') end

local function write_figure(name, figure)
  if figure < 0 then
    redis.call('HDEL', limits, name)
  else
    redis.call('HSET', limits, name, figure_text(figure))
  end
end

local function is_foreign(key)
  local found = redis.call('TYPE', key).ok
  return found ~= 'hash' and found ~= 'none'
end

local trail = KEYS[3] or trail_of(production)
if is_foreign(production) or is_foreign(limits) or not is_trail(trail) then return { -2, 0, -1, -1 } end

-- The greatest figures of the other applications, and what this one has said.
local most_calls, most_sites, said, names = -1, -1, nil, { [':group'] = true }
local entries = redis.call('HGETALL', production)
for i = 1, #entries, 2 do
  local entry_version, entry_calls, entry_sites, rest = match(entries[i + 1], '^(%S+) (%S+) (%S+)(.*)$')
  local name = rest and match(rest, '^ (:[!-~]+)$')
  entry_version, entry_calls, entry_sites =
    read_version(entry_version), read_figure(entry_calls), read_figure(entry_sites)
  if not entry_version or not entry_calls or not entry_sites or rest ~= '' and not name then
    return { -2, 0, -1, -1 }
  end
  names[name or ':group'] = true
  if entries[i] == application then
    said = { version = entry_version, calls = entry_calls, sites = entry_sites, text = entries[i + 1] }
  else
    most_calls, most_sites = max(most_calls, entry_calls), max(most_sites, entry_sites)
  end
end

if said and said.version > version then
  return { 0, said.version, max(most_calls, said.calls), max(most_sites, said.sites) }
end

most_calls, most_sites = max(most_calls, calls), max(most_sites, sites)
local text = format('%d', version) .. ' ' .. figure_text(calls) .. ' ' .. figure_text(sites)
  .. (calls_name == ':group' and '' or ' ' .. calls_name)
if not said or said.text ~= text then record(trail, who, 'raise', application, said and said.text or '-', text) end
redis.call('HSET', production, application, text)
-- A raise under another rule's name has had its day.
for name in pairs(names) do
  if name ~= calls_name then redis.call('HDEL', limits, 'production' .. name) end
end
write_figure('production' .. calls_name, most_calls)
write_figure('production/sites', most_sites)
return { 1, version, most_calls, most_sites }
-- end of script: raise
end

if string.sub(owner, 1, 1) == 'a' then
  if #KEYS ~= 1 then refuse('an application has one key') end
  return of_application()
end
if #KEYS ~= 2 or KEYS[2] ~= prefix .. ':{' .. owner .. '}/limits' then
  refuse('a group has two keys: ' .. keys_of_group(owner))
end
return of_group()
