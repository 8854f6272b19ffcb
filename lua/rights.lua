--[[
Which of Weir's commands the user may not run. Called by each new connection, so that a missing right shows at start-up and
not at the first request that needs it. It changes nothing: every command is called so that it finds nothing to do.

KEYS[1]  a key that nothing is stored under, as the keys of Weir begin: weir:{rights}/rights
ARGV     the commands, in lower case

Reply    the missing rights as an ACL has them, such as +setrange; ~ if the key itself may not be used; old if the server
         does not know what Weir needs of it

Try it   redis-cli --eval lua/rights.lua 'weir:{rights}/rights' , get set del
]]

local key = KEYS[1]

-- How to call each command with nothing to do; the others are asked with the key alone.
local arguments = {
  hexists = { key, 'f' }, hget = { key, 'f' }, hmget = { key, 'f' }, hdel = { key, 'f' }, mget = { key },
  pexpireat = { key, '1' },
  -- Redis reads the arguments before it does anything, and these are one too many, or no number.
  hset = { key, 'f', 'v', 'f' }, zadd = { key, 'none', 'm' },
  xadd = { key, 'NOMKSTREAM', '*', 'f', 'v' },
  set = { key, 'v', 'XX', 'PXAT', '1' }, setrange = { key, '0', '' },
  time = {},
  zrange = { key, '0', '0' }, zrangebyscore = { key, '0', '0' }, zremrangebyscore = { key, '0', '0' },
}

local missing = {}
for _, command in ipairs(ARGV) do
  local answer = redis.pcall(command, unpack(arguments[command] or { key }))
  local problem = type(answer) == 'table' and answer.err or ''
  if string.find(problem, 'keys', 1, true) and string.find(problem, 'access', 1, true) then return { '~' } end
  if string.find(problem, 'syntax error', 1, true) then return { 'old' } end
  -- Redis 7 says: The user executing the script can't run this command or subcommand.
  if string.find(problem, 'NOPERM', 1, true) or string.find(problem, "can't run this command", 1, true) then
    missing[#missing + 1] = '+' .. command
  end
end
return missing
