-- The generic cell rate algorithm: one theoretical arrival time a key; a full burst and a full refill fit one window.
-- KEYS[1] the arrival time   ARGV limit, window in milliseconds
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2]) * 1000
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval = window / limit
local arrival = math.max(now, tonumber(redis.call('GET', KEYS[1]) or now)) + interval
local allowed_at = arrival - window
if now < allowed_at then return { 0, math.ceil((allowed_at - now) / 1000) } end
redis.call('SET', KEYS[1], string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000))
return { 1, math.floor((now - allowed_at) / interval) }
