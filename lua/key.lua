--[[
Is a key one of Weir's, and what do its parts say? Reads.

KEYS[1]  the key
ARGV     none

Reply    lines: what it is, whose, and what is stored under it; an error that says what is wrong with it if it is none

Bound    0.2 ms

Try it   redis-cli --eval lua/key.lua 'weir:{g=acme}:group'
]]

-- What a key of Weir is made of; nil and the reason if it is none. Its fields: prefix; owner, such as g=acme; kind,
-- which is window, index, warned or kept (what never expires); rule and parts of a window; name of what is kept.
local function read_key(key)
  local prefix, owner, rest = string.match(key, '^([%w_.-]+):{([^{}]*)}([:/][^{}]*)$')
  if not prefix then return nil, 'a key looks like weir:{g=acme}:group or weir:{g=acme}/limits' end
  if #prefix > 16 then return nil, 'the prefix is longer than 16 characters' end

  -- The value of a part, with its letter: a hash of 22 characters, or a name.
  local function fault_in(part)
    local letter, value = string.match(part, '^([tegau])=(.*)$')
    if not letter then return part .. ' has no letter: t= token, e= endpoint, g= group, a= application, u= user' end
    local hash = string.match(value, '^~(.*)$') or (letter == 't' or letter == 'u') and value
    if hash then
      if #hash ~= 22 or string.find(hash, '[^%w_-]') then return part .. ' needs a hash of 22 characters' end
    elseif string.find(string.gsub(value, '%%%x%x', ''), '[^%w_./-]') or #value > 64 then
      return part .. ' is not percent-encoded, or longer than 64 characters'
    end
  end

  local fault = fault_in(owner)
  if fault then return nil, fault end
  local found = { prefix = prefix, owner = owner, rest = rest, parts = {} }
  if string.sub(rest, 1, 1) == '/' then
    local name = string.match(rest, '^/(%l+)')
    local is_known = name == 'limits' or name == 'production' or name == 'sites' or name == 'objects' or name == 'audit'
    if not is_known then return nil, rest .. ' is nothing that Weir keeps' end
    found.kind, found.name = 'kept', string.sub(rest, 2)
    if rest ~= '/' .. name and not ((name == 'sites' or name == 'objects') and string.find(rest, '^/%l+:[%w_-]+$')) then
      return nil, rest .. ' is nothing that Weir keeps'
    end
    return found
  end
  local words = {}
  for word in string.gmatch(rest, ':([^:]*)') do words[#words + 1] = word end
  found.rule, found.kind = words[1], 'window'
  if not string.find(words[1], '^[%w_.-]+$') then return nil, 'a rule has a name of A-Z a-z 0-9 - _ .' end
  local last, order = 0, 'tegau'
  for i = 2, #words do
    if i == #words and words[i] == 'warned' then
      found.kind = 'warned'
    else
      fault = fault_in(words[i])
      if fault then return nil, fault end
      local place = string.find(order, string.sub(words[i], 1, 1), 1, true)
      if place <= last then return nil, 'parts stand in the order t e g a u, each once' end
      last = place
      found.parts[#found.parts + 1] = words[i]
    end
  end
  return found
end

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

local PARTS = { t = 'token', e = 'endpoint', g = 'group', a = 'application', u = 'user' }

-- A part as it stands in keys, in words.
local function part_text(part)
  local letter, value = string.match(part, '^(.)=(.*)$')
  if letter == 't' or letter == 'u' then return PARTS[letter], value .. ', by its hash' end
  local hash = string.match(value, '^~(.*)$')
  return PARTS[letter], hash and hash .. ', the hash of a long name' or value
end

if #KEYS ~= 1 then refuse('there must be one key') end
local key = KEYS[1]
local found, fault = read_key(key)
if not found then refuse('this is no key of Weir: ' .. fault) end

local KEPT = {
  limits = 'limits in place of rules and quotas, kept for good', sites = 'registered sites, kept for good',
  objects = 'the count of created objects, kept for good', audit = 'the audit trail, kept for good',
  production = 'grants of raised limits, kept for good',
}
say('key', key)
local owner_kind, owner = part_text(found.owner)
say('owner', owner_kind .. ' ' .. (owner == '' and '(empty)' or owner))
if found.kind == 'kept' then
  say('is', KEPT[found.name] or 'an operation that was done, remembered for a day')
else
  local kind = redis.call('TYPE', key).ok
  local is_index = kind == 'zset' and #found.parts == 0
  say('is', is_index and 'the index of what a group is told by' or found.kind == 'warned'
    and 'the note that a warning was given' or 'a window')
  say('rule', found.rule)
  for _, part in ipairs(found.parts) do say(part_text(part)) end
  say('limits in', found.prefix .. ':{' .. found.owner .. '}/limits, field ' .. found.rest)
end
local life = redis.call('PTTL', key)
local kind = redis.call('TYPE', key).ok
say('stored', kind == 'none' and 'nothing' or 'a ' .. kind .. (life >= 0 and ', for ' .. span_text(life * 1000)
  or ', without an end'))
local expected = found.name == 'audit' and 'stream' or KEPT[found.name] and 'hash' or 'string'
if kind ~= 'none' and kind ~= expected and not (found.kind == 'window' and kind == 'zset' and #found.parts == 0) then
  say('fault', 'a ' .. expected .. ' should stand here; what asks for this key fails until that is gone')
end
return lines
