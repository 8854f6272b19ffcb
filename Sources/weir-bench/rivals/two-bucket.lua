-- The counter of this window, and that of the one before, weighted by how much of it still lies in the trailing window.
-- KEYS[1] the current counter, KEYS[2] the previous   ARGV limit, window in milliseconds
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local weight = 1 - now % window / window
local previous = tonumber(redis.call('GET', KEYS[2]) or 0)
local current = tonumber(redis.call('GET', KEYS[1]) or 0)
if previous * weight + current >= limit then return { 0, window - now % window } end
if redis.call('INCR', KEYS[1]) == 1 then redis.call('PEXPIRE', KEYS[1], window * 2) end
return { 1, math.floor(limit - previous * weight - current - 1) }
