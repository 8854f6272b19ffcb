--[[
Keep which group of an application has the raised limits of production: one at the most.

The limits lie with the group, in another slot of a cluster, where raise.lua writes them. So a grant is two steps: claim
here, then raise there under the version that the claim was given. A withdrawal is three: withdraw here, raise there
with no figures, free here. Until it is free no other group can claim it, and a step that comes late carries an old
version and changes nothing. Whoever dies between two steps does it all again; that is harmless at any time.
It has to be a script: finding it free and taking it must be one step, or two operators would both take it.

KEYS[1]  the application's claim, `weir:{a=crm}/production`
KEYS[2]  optional: the application's audit trail, `weir:{a=crm}/audit`, which is found without too. A cluster that is
         told it does all of this at one node, or nothing, while the slot moves
ARGV[1]  claim     takes it for a group, if it is free or that group has it
         withdraw  begins to take it back from the group that has it
         free      ends that, if nothing came between
         show      reads, never writes
ARGV[2]  claim: the group as in its keys, `g=acme`, printable ASCII
         free: the version that the withdrawal was given
         otherwise ''
ARGV[3]  optional: who does it, for the application's audit trail, printable ASCII; `library` if left out

Reply    status, version, group
         status  1 done, under this version
                 0 not done: claim: another group has it; withdraw: nobody has it; free: something came between
                -2 unreadable: the key, or that of the trail, holds something else, which is left as it is; version 0
                   and no group
         group   the one that has it now, for withdraw the one that it is taken back from; '' if nobody has it

Stored   a hash: version, which counts up and is never deleted, or an old step could come back; and while it is not
         free: group, and state, which is granted or withdrawing. It never expires, nor does the trail,
         weir:{a=crm}/audit, a stream of about the last 1,000 deeds, as `VERSION STATE GROUP` before and after.

Try it   redis-cli --eval lua/claim.lua 'weir:{a=try}/production' , claim g=acme
]]

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
