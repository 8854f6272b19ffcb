--[[
Set or remove a limit in place of a rule's or a quota's own, for one subject. It holds from the next decision of every
instance on.

KEYS[1]  the owner's limits, a hash: weir:{g=acme}/limits
ARGV[1]  the field: what follows the } in the key that it is for, such as :group or /sites
ARGV[2]  the limit, 0 to 2^31; 0 blocks; - removes it
ARGV[3]  optional: when it ends, in whole seconds since the epoch; from then on the rule's own limit holds again
ARGV[4]  tests only: the time in microseconds since the epoch; production reads the server's clock

Reply    status, and what was set before, or nothing
           status  1 done   0 there was nothing to remove   -1 the end is not in the future; nothing was changed
                  -2 something else is under the key; it was left as it is

Try it   redis-cli --eval lua/limit.lua 'weir:{g=try}/limits' , :group 100000
]]

local LARGEST_LIMIT = 2 ^ 31
local LATEST_DATE = 2 ^ 53 / 1000000 -- seconds since the epoch

local key, field, limit, ends = KEYS[1], ARGV[1], ARGV[2], ARGV[3] or ''

if not field or not string.match(field, '^[:/].') then
  error('the field is what follows the } in a key, such as :group or /sites')
end
if limit ~= '-' and not (string.match(limit or '', '^%d+$') and #limit <= 10 and tonumber(limit) <= LARGEST_LIMIT) then
  error('the limit is a whole number from 0 to 2147483648, or - to remove it')
end
if ends ~= '' and not (string.match(ends, '^%d+$') and tonumber(ends) <= LATEST_DATE) then
  error('the end is a time in whole seconds since the epoch, such as that of: date -u -d 2030-01-01 +%s')
end

local now = tonumber(ARGV[4])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local kind = redis.call('TYPE', key).ok
if kind ~= 'hash' and kind ~= 'none' then return { -2, '' } end
local before = redis.call('HGET', key, field)
if limit == '-' then return { redis.call('HDEL', key, field), before or '' } end
if ends ~= '' and ends * 1000000 <= now then return { -1, before or '' } end
redis.call('HSET', key, field, ends == '' and limit or limit .. ' ' .. ends)
return { 1, before or '' }
