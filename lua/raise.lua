--[[
Raise a group's limits for production on behalf of an application, or withdraw that.

The version comes from claim.lua, which sees to it that an application raises one group at the most. What each
application last said stays here for ever, a withdrawal too: a step that comes late finds a greater version and changes
nothing. It has to be a script: the figures in force are the greatest over all applications of the group, and must be
written together with what they follow from.

KEYS[1]  what each application raises the group to, `weir:{g=acme}/production`
KEYS[2]  the group's limits, `weir:{g=acme}/limits`
KEYS[3]  optional: the group's audit trail, `weir:{g=acme}/audit`, which is found without too. A cluster that is told
         it does all of this at one node, or nothing, while the slot moves
ARGV[1]  the application as in its keys, `a=crm`, printable ASCII
ARGV[2]  the version, from 1, below 2^53
ARGV[3]  calls, 1 to 2^31, or `-` where they are not raised
ARGV[4]  sites, likewise; `-` and `-` is a withdrawal
ARGV[5]  the name of the limit on calls, what follows the last } in the key of its window; `:group` if left out
ARGV[6]  optional: who does it, for the group's audit trail, printable ASCII; `library` if left out

Reply    four integers: status, version, calls in force, sites in force; -1 for a figure that nobody raises
         status  1 done; the same again changes nothing
                 0 overtaken: a greater version has been here, which is the one replied; nothing is done
                -2 unreadable: a key, or that of the trail, holds something else, which is left as it is; 0, -1 and -1

Stored   production  a hash: application -> `VERSION CALLS SITES`, with `-` where not raised, and the name of the limit
                     on calls as a fourth word if it is not `:group`. It never expires.
         limits      the field `production:group`, that is `production` and the name of the limit, and the field
                     `production/sites`: the greatest figure over all applications. Not there if nobody raises it.
         trail       weir:{g=acme}/audit, a stream of about the last 1,000 deeds; what changes nothing leaves no entry

Try it   redis-cli --eval lua/raise.lua 'weir:{g=try}/production' 'weir:{g=try}/limits' , a=crm 1 50000 -
]]

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
