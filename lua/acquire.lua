--[[
Decide a batch of requests, each over several windows at once, and charge what is admitted.

A request is admitted when its cost fits every window it names; otherwise nothing is charged anywhere. Requests are
decided in order, each seeing what the ones before it took. It has to be a script: reading, deciding and charging must
be one step, or two instances would both take the last unit.

A window never holds more than its limit in any trailing period, and gives units back at most one slice late: an
admission at time t counts in the slice that ends at (floor(t / w) + 1) * w and leaves when that end is a whole window
old. The slice w is 1 ms for limits up to 128, so there the count is a log exact to the millisecond; above, it is the
window divided by its slices, rounded up.

KEYS[i]  the windows' keys, all different, all in one hash slot
ARGV[1]  the rules, a flat JSON array, three integers a rule:
           limit (units; -1 counts and never refuses), window (microseconds), slices
ARGV[2]  the requests, a flat JSON array of runs; a run is `count` requests of one shape:
           count, least, most, n, then n rule indexes, then n key indexes for each of its requests
           least = most = cost    all of it or nothing
           least < most           as many units as fit, at least `least`
           0 and 0                a peek: reads, never writes
           -c and -c              a refund: takes c back from the newest entries, never below zero
ARGV[3]  tests only: the time in microseconds since the epoch; production reads the server's clock

Reply    flat integers: the time, then for each request: status, detail, and for each of its windows: used, reset
           status  1 allowed       detail = units charged
                   0 denied        detail = microseconds to wait until `least` fits if nobody else comes
                  -1 never         detail = the largest cost that could ever fit
                  -2 unreadable    detail = which of its windows holds something else, from 1; that is left as it is
           used    units in the window now; reset: microseconds until the oldest of them leave, 0 if there are none

Stored   one string a key: layout byte, total (6 bytes), base time (7), then entries, oldest first, of slice end minus
         base and cost; the layout says how wide the two are. Always with an expiry: the key dies with its last entry.
         Times and counts are integers below 2^53, which a Lua number holds exactly.

Try it   redis-cli --eval lua/acquire.lua weir:try , '[5,60000000,128]' '[1,1,1,1,1,1]'
]]

local ceil, min, max = math.ceil, math.min, math.max
local byte, format, sub = string.byte, string.format, string.sub
local pack, unpack_struct = struct.pack, struct.unpack

local LOG_LIMIT = 128 -- up to this limit a window is a log, exact to the millisecond
local LOG_SLICE = 1000
local CEILING = 2 ^ 48 - 1 -- where a window that only counts stops counting
local TOLERATED_STEP = 1000000 -- a clock that goes back by more than this is believed
local HEADER, HEADER_SIZE = '>BI6I7', 14

-- How wide an entry's time and cost are, by layout byte. Narrow entries keep a full window near one kilobyte. Made when
-- first asked for: a call needs one or two of the eight.
local TIME_WIDTHS, COST_WIDTHS = { 5, 5, 5, 5, 6, 6, 6, 6 }, { 1, 2, 4, 6, 1, 2, 4, 6 }
local layouts = {}

local function layout_of(id)
  local layout, time_width, cost_width = layouts[id], TIME_WIDTHS[id], COST_WIDTHS[id]
  if not layout and time_width then
    layout = {
      id = id,
      entry = '>I' .. time_width .. 'I' .. cost_width,
      size = time_width + cost_width,
      times = 2 ^ (8 * time_width),
      costs = 2 ^ (8 * cost_width),
    }
    layouts[id] = layout
  end
  return layout
end

local function layout_for(span, cost)
  for id = 1, 8 do
    if span < 2 ^ (8 * TIME_WIDTHS[id]) and cost < 2 ^ (8 * COST_WIDTHS[id]) then return layout_of(id) end
  end
end

-- A window in memory: `last_end` and `last_cost` are its newest entry, `body` from `at` on are the packed others.

local function is_empty(window) return window.total == 0 end

local function find_oldest(window)
  if window.at <= #window.body then
    local offset, cost = unpack_struct(window.layout.entry, window.body, window.at)
    window.oldest_end, window.oldest_cost = window.base + offset, cost
  else
    window.oldest_end, window.oldest_cost = window.last_end, window.last_cost
  end
end

local function drop_oldest(window)
  window.total = window.total - window.oldest_cost
  if window.at <= #window.body then
    window.at = window.at + window.layout.size
    find_oldest(window)
  else
    window.last_end, window.last_cost = 0, 0
  end
end

local function drop_newest(window)
  local body, layout = window.body, window.layout
  window.total = window.total - window.last_cost
  if window.at <= #body then
    local offset, cost = unpack_struct(layout.entry, body, #body - layout.size + 1)
    window.last_end, window.last_cost = window.base + offset, cost
    window.body = sub(body, 1, #body - layout.size)
    find_oldest(window)
  else
    window.last_end, window.last_cost = 0, 0
  end
end

-- Pack every entry anew, in a layout and from a base that hold the newest one too.
local function widen(window, period)
  local old, base, widest = window.layout, window.oldest_end, window.last_cost
  local ends, costs = {}, {}
  for at = window.at, #window.body, old.size do
    local offset, cost = unpack_struct(old.entry, window.body, at)
    ends[#ends + 1], costs[#costs + 1] = window.base + offset - base, cost
    widest = max(widest, cost)
  end
  local new, parts = layout_for(max(2 * period, window.last_end - base), widest), {}
  for i = 1, #ends do parts[i] = pack(new.entry, ends[i], costs[i]) end
  window.layout, window.base, window.body, window.at = new, base, table.concat(parts), 1
end

local function packed_newest(window, period)
  local layout = window.layout
  if window.last_cost >= layout.costs or window.last_end - window.base >= layout.times then
    widen(window, period)
    layout = window.layout
  end
  return pack(layout.entry, window.last_end - window.base, window.last_cost)
end

local function add(window, slice_end, cost, period)
  if is_empty(window) then
    window.body, window.at, window.base = '', 1, slice_end
    window.layout = layout_for(2 * period, cost)
    window.last_end, window.last_cost = slice_end, cost
    find_oldest(window)
  elseif window.last_end == slice_end then
    window.last_cost = window.last_cost + cost
    if window.oldest_end == slice_end then window.oldest_cost = window.last_cost end
  else
    local newest = packed_newest(window, period)
    window.body = window.body .. newest
    window.last_end, window.last_cost = slice_end, cost
  end
  window.total = window.total + cost
end

local function take_back(window, cost)
  while cost > 0 and not is_empty(window) do
    if window.last_cost > cost then
      window.last_cost, window.total = window.last_cost - cost, window.total - cost
      if window.oldest_end == window.last_end then window.oldest_cost = window.last_cost end
      return
    end
    cost = cost - window.last_cost
    drop_newest(window)
  end
end

local function new_window(layout, total, base, body, last_end, last_cost)
  return {
    layout = layout, total = total, base = base, at = 1, body = body, last_end = last_end, last_cost = last_cost,
    oldest_end = last_end, oldest_cost = last_cost, changed = false, moved = false, rule = false,
  }
end

-- The window that a stored value describes, or nothing if the value is not one of ours.
local function parse(value)
  local layout = layout_of(byte(value, 1))
  if not layout or #value < HEADER_SIZE + layout.size or (#value - HEADER_SIZE) % layout.size ~= 0 then return end
  local _, total, base = unpack_struct(HEADER, value)
  local newest = #value - layout.size
  local offset, cost = unpack_struct(layout.entry, value, newest + 1)
  local window = new_window(layout, total, base, sub(value, HEADER_SIZE + 1, newest), base + offset, cost)
  if newest > HEADER_SIZE then find_oldest(window) end
  if total < cost or cost == 0 or window.oldest_end > window.last_end then return end
  return window
end

-- Whether the entries are in order and add up; too slow for every call, so asked only before entries are moved or taken.
local function adds_up(window)
  local layout, sum, newest = window.layout, window.last_cost, -1
  for at = window.at, #window.body, layout.size do
    local offset, cost = unpack_struct(layout.entry, window.body, at)
    if offset <= newest or cost == 0 then return false end
    newest, sum = offset, sum + cost
  end
  return sum == window.total and window.base + newest < window.last_end
end

-- Let go of what has left, and bring entries that lie in the future (the clock was set back) to the current slice.
local function settle(window, rule, now)
  while window.last_end ~= 0 and window.oldest_end + rule.period <= now do
    if window.oldest_cost > window.total then return end
    drop_oldest(window)
  end
  if is_empty(window) ~= (window.last_end == 0) then return end
  if not is_empty(window) and window.last_end - rule.slice - now > TOLERATED_STEP then
    if not adds_up(window) then return end
    local ahead = 0
    while not is_empty(window) and window.last_end > rule.slice_end do
      ahead = ahead + window.last_cost
      drop_newest(window)
    end
    add(window, rule.slice_end, ahead, rule.period)
    window.moved = true
  end
  return window
end

-- Microseconds until `cost` fits in a window that now lacks the room for it.
local function wait_for(window, rule, cost, now)
  local excess = window.total + cost - rule.limit
  local layout = window.layout
  for at = window.at, #window.body, layout.size do
    local offset, freed = unpack_struct(layout.entry, window.body, at)
    excess = excess - freed
    if excess <= 0 then return window.base + offset + rule.period - now end
  end
  return window.last_end + rule.period - now
end

local now = tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local rules, rule_numbers = {}, cjson.decode(ARGV[1])
for i = 1, #rule_numbers, 3 do
  local limit, period, slices = rule_numbers[i], rule_numbers[i + 1], rule_numbers[i + 2]
  -- Written so that NaN, which compares false with everything, is refused too.
  if not (limit >= -1 and limit <= 2 ^ 31 and period >= 1000 and period <= 366 * 86400000000 and slices >= 1
      and slices <= 1024) then
    error('rule ' .. (i + 2) / 3 .. ' needs a limit of -1 to 2^31, a window of 1 ms to 366 days, 1 to 1024 slices')
  end
  local slice = limit >= 0 and limit <= LOG_LIMIT and LOG_SLICE or ceil(period / slices)
  rules[#rules + 1] = {
    limit = limit >= 0 and limit or CEILING, observes = limit < 0, period = period, slice = slice,
    slice_end = now - now % slice + slice,
  }
end

-- Every key is read once. MGET shows another type as missing, so what seems missing is asked for once more.
local values = redis.call('MGET', unpack(KEYS))
local windows, missing = {}, {}
for i = 1, #KEYS do
  if not values[i] then missing[#missing + 1] = KEYS[i] end
end
local foreign = #missing > 0 and redis.call('EXISTS', unpack(missing)) > 0

local function open(index, rule)
  local value, window = values[index], nil
  if value then
    window = parse(value)
    window = window and settle(window, rule, now)
  elseif not KEYS[index] then
    error('there is no key ' .. tostring(index))
  elseif not (foreign and redis.call('EXISTS', KEYS[index]) > 0) then
    window = new_window(false, 0, 0, '', 0, 0)
  end
  if window then window.rule = rule end
  windows[index] = window or false
  return window
end

local requests = cjson.decode(ARGV[2])
local reply, filled, position = { now }, 1, 1
local opened, applied = {}, {}

-- Status and detail of one request over the first n opened windows; charges them if it is admitted.
local function decide(n, least, most)
  if most < 0 then
    for i = 1, n do
      local window = opened[i]
      if not is_empty(window) then
        take_back(window, -most)
        window.changed = true
      end
    end
    return 1, most
  end

  local room, ceiling = most, CEILING
  for i = 1, n do
    local rule = applied[i]
    if not rule.observes then
      room = min(room, rule.limit - opened[i].total)
      ceiling = min(ceiling, rule.limit)
    end
  end
  if least > ceiling then return -1, ceiling end
  if room < least then
    local wait = 0
    for i = 1, n do
      local window, rule = opened[i], applied[i]
      if not rule.observes and window.total + least > rule.limit then
        wait = max(wait, wait_for(window, rule, least, now))
      end
    end
    return 0, wait
  end

  for i = 1, n do
    local window, rule = opened[i], applied[i]
    local cost = min(room, CEILING - window.total)
    if cost > 0 then
      add(window, max(rule.slice_end, window.last_end), cost, rule.period)
      window.changed = true
    end
  end
  return 1, room
end

while position <= #requests do
  local count, least, most, n = requests[position], requests[position + 1], requests[position + 2], requests[position + 3]
  position = position + 4
  for i = 1, n do
    applied[i] = rules[requests[position + i - 1]] or error('there is no rule ' .. tostring(requests[position + i - 1]))
  end
  position = position + n
  for _ = 1, count do
    local unreadable
    for i = 1, n do
      local index = requests[position + i - 1]
      local window = windows[index]
      if window == nil then window = open(index, applied[i]) end
      if window and window.rule ~= applied[i] then error('key ' .. index .. ' is used under two rules in one batch') end
      if window and most < 0 and not is_empty(window) and not adds_up(window) then window = nil end
      if not window then unreadable = unreadable or i end
      opened[i] = window
    end
    position = position + n

    local status, detail = -2, unreadable
    if not unreadable then
      status, detail = decide(n, least, most)
      -- What had to be moved stays where it is now, or each refusal would move it again and its end would recede.
      for i = 1, n do
        if opened[i].moved and most ~= 0 then opened[i].changed = true end
      end
    end
    reply[filled + 1], reply[filled + 2] = status, detail
    filled = filled + 2
    for i = 1, n do
      local window = opened[i]
      if window and not is_empty(window) then
        reply[filled + 1], reply[filled + 2] = window.total, window.oldest_end + applied[i].period - now
      else
        reply[filled + 1], reply[filled + 2] = 0, 0
      end
      filled = filled + 2
    end
  end
end

-- Every changed key is written once. SET comes first because Redis refuses it when memory is full, and then nothing has
-- been written yet; a script that began with DEL would be let past that limit.
local emptied = {}
for index, window in pairs(windows) do
  if window and window.changed then
    if is_empty(window) then
      emptied[#emptied + 1] = KEYS[index]
    else
      local period = window.rule.period
      local newest = packed_newest(window, period)
      local value = pack(HEADER, window.layout.id, window.total, window.base) .. sub(window.body, window.at) .. newest
      redis.call('SET', KEYS[index], value, 'PXAT', format('%d', (window.last_end + period) / 1000 + 2))
    end
  end
end
if #emptied > 0 then redis.call('DEL', unpack(emptied)) end

return reply
