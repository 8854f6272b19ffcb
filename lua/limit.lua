--[[
Set or remove a limit in place of a rule's or a quota's own, for one subject. It holds from the next decision of every
instance on.

KEYS[1]  the owner's limits, a hash: weir:{g=acme}/limits
KEYS[2]  optional: the owner's audit trail, weir:{g=acme}/audit, which is found without too. A cluster that is told
         it does all of this at one node, or nothing, while the owner's slot moves
ARGV[1]  the field: what follows the } in the key that it is for, such as :group or /sites
ARGV[2]  the limit, 0 to 2^31; 0 blocks; - removes it
ARGV[3]  optional: when it ends, in whole seconds since the epoch; from then on the rule's own limit holds again
ARGV[4]  tests only: the time in microseconds since the epoch; '' or none is the server's clock
ARGV[5]  optional: who does it, for the owner's audit trail, printable ASCII; `library` if left out

Reply    status, and what was set before, or nothing
           status  1 done   0 there was nothing to remove   -1 the end is not in the future; nothing was changed
                  -2 something else is under the key, or under that of the trail; it was left as it is

Stored   the field: `LIMIT` or `LIMIT UNTIL`, until in seconds since the epoch. It never expires, nor does the trail,
         weir:{g=acme}/audit, a stream of about the last 1,000 deeds: by, deed, on, old, new; `-` is the rule's own.
         0.1 ms, whatever is set.

Try it   redis-cli --eval lua/limit.lua 'weir:{g=try}/limits' , :group 100000
]]

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
