-- A counter for each minute of the clock: admits up to twice the limit around the turn of a minute.
-- KEYS[1] the counter   ARGV limit, window in milliseconds
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if count > tonumber(ARGV[1]) then return { 0, redis.call('PTTL', KEYS[1]) } end
return { 1, tonumber(ARGV[1]) - count }
