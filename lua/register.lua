--[[
Keep the set of sites that a group has registered, with a quota on how many different ones there may be.

A site that is registered already costs nothing, whichever application asks and whatever the quota is by now. It has to
be a script: counting and adding must be one step, or two instances would both take the last place.

KEYS[1]  the group's sites, `weir:{g=acme}/sites`
KEYS[2]  what an operator has set for the group, `weir:{g=acme}/limits`, a hash. Field: what follows the last } in
         KEYS[1]. Value: `LIMIT` or `LIMIT UNTIL`, until in seconds since the epoch; 0 lets no new site in. The field
         `production` + that name holds a raise by contract, and yields to it.
KEYS[3]  optional, not for `count`: the key of this operation, so that repeating it does nothing
ARGV[1]  register    adds the site if it is new and the quota has room
         unregister  removes it
         count       reads, never writes
ARGV[2]  the site's identity, printable ASCII; '' for count
ARGV[3]  the application that registers it, printable ASCII; '' for the others
ARGV[4]  the quota, 0 to 2^31, where nothing is set under KEYS[2]
ARGV[5]  tests only: the time in microseconds since the epoch; '' or none is the server's clock

Reply    four integers: the time, status, how many sites are registered now, the quota in force
         status  0 refused      the quota has no room
                 1 done         registered, removed or counted
                 2 nothing to do: it was registered already, or there is none to remove
                 3 done before, under this operation key; nothing is done now
                -1 the operation key was used for another deed or site; count and quota are 0
                -2 unreadable   a key holds something else, which is left as it is; count and quota are 0
                -3 no limit     what is set under KEYS[2] is no limit; count and quota are 0

Stored   sites      a hash: identity -> `MICROSECONDS APPLICATION` of the first registration. It never expires, and is
                    gone with its last site.
         operation  a string, `DEED SITE`, for a day; only after status 1

Try it   redis-cli --eval lua/register.lua 'weir:{g=try}/sites' 'weir:{g=try}/limits' , register shop.example crm 6
]]

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
