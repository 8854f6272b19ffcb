--[[
Has the script of an earlier version asked and heard as instances of that version ask and hear it, for a caller that
speaks to the present one. So both can decide in one test: what they share is what is stored.

The earlier one reads JSON alone, with the rules of every run, and of a refund -c and -c; it answers each request with
a status and a detail, also if all was done: 1 allowed, 0 denied, -1 never, -2 unreadable, -3 no limit.

KEYS, ARGV, reply    those of lua/acquire.lua, but for runs that ask for parts
]]

local function earlier(KEYS, ARGV)
  -- The earlier script stands here.
end

local DONE, IN_PART = 1, -5
local byte = string.byte

local asked = byte(ARGV[2]) == 0 and { byte(ARGV[2], 2, -1) } or cjson.decode(ARGV[2])
local said, requests = { asked[1], asked[2] }, {}
local position = 3

local function say(count)
  for _ = 1, count do
    said[#said + 1] = asked[position]
    position = position + 1
  end
end

local shape, windows, pooled = {}, 0, 0
while asked[position] do
  local count, least, most, n = unpack(asked, position, position + 3)
  position = position + 4
  if n > 0 then
    shape, windows, pooled = { unpack(asked, position, position + 2 * n - 1) }, n, 0
    for place = n + 1, 2 * n do
      if shape[place] > 0 then pooled = pooled + 1 end
    end
    position = position + 2 * n
  end
  if least > most then least, most = -least, -least end
  for _, number in ipairs({ count, least, most, windows, unpack(shape) }) do said[#said + 1] = number end
  for _ = 1, count do
    say(windows + 1 + pooled)
    requests[#requests + 1] = { most = most, windows = windows }
  end
end

local heard = earlier(KEYS, { ARGV[1], cjson.encode(said), ARGV[3] })
local reply, place = { heard[1] }, 2
for _, request in ipairs(requests) do
  local status, detail = heard[place], heard[place + 1]
  if status ~= DONE or detail ~= request.most then
    reply[#reply + 1] = status == DONE and IN_PART or status - 1
    reply[#reply + 1] = detail
  end
  for i = place + 2, place + 1 + 2 * request.windows do reply[#reply + 1] = heard[i] end
  place = place + 2 + 2 * request.windows
end
for i = place, #heard do reply[#reply + 1] = heard[i] end
return reply
