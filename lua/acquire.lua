--[[
Decide a batch of requests, each over several windows at once, and charge what is admitted.

A request is admitted when its cost fits every window it names; otherwise nothing is charged anywhere. Requests are
decided in order, each seeing what the ones before it took. It has to be a script: reading, deciding and charging must
be one step, or two instances would both take the last unit.

A window never holds more than its limit in any trailing period, and gives units back at most one slice late: an
admission at time t counts in the slice that ends at (floor(t / w) + 1) * w and leaves when that end is a whole window
old. The slice w is 1 ms for limits up to 128, so there the count is a log exact to the millisecond; above, it is the
window divided by its slices, rounded up.

KEYS     three kinds, one after the other, all different, all in one hash slot
           windows   a string each, see below
           limits    a hash for each owner: what an operator has set in place of a rule's limit. Field: what follows
                     the last } in the window's key. Value: `LIMIT` or `LIMIT UNTIL`, until in seconds since the
                     epoch; 0 blocks. The field `production` + that name holds a raise by contract, and yields to it.
           indexes   a sorted set for each window that is told by its parts: the parts that count, until when
ARGV[1]  the rules, a flat JSON array, three integers a rule:
           limit (units; -1 counts and never refuses), window (microseconds), slices
ARGV[2]  a flat JSON array: how many of the keys are windows, how many are limits, then runs. A run is `count` requests
         of one shape: count, least, most, n, then n rules, n pools, then for each of its requests n windows, its
         limits, and an index for each window that has a pool; all of them are numbers from 1 within their kind, 0 is
         none. The pool of a window is the place in the request of the window that it is a part of.
           least = most = cost    all of it or nothing
           least < most           as many units as fit, at least `least`
           0 and 0                a peek: reads, never writes
           -c and -c              a refund: takes c back from the newest entries, never below zero; what a part gives
                                  back, its pool gives back from the same slices
         A run `0, index, rule` asks for all parts in an index.
ARGV[3]  tests only: the time in microseconds since the epoch; production reads the server's clock

Reply    flat integers: the time, then for each request: status, detail, and for each of its windows: used, reset
           status  1 allowed       detail = units charged; of a refund, minus what was asked for, even if less was there
                   0 denied        detail = microseconds to wait until `least` fits if nobody else comes
                  -1 never         detail = the largest cost that could ever fit; 0 if an operator has blocked it
                  -2 unreadable    detail = which of its windows holds something else, from 1; that is left as it is
                  -3 no limit      detail = for which of its windows an operator has set something that is no limit
           used    units in the window now; reset: microseconds until the oldest of them leave, 0 if there are none
         for a run that asks for parts: how many, and for each its name, used and reset
         and in the end, for each window whose limit is not its rule's: the window, its limit

Stored   one string a key: layout byte, total (6 bytes), base time (7), when the key expires (milliseconds, 6), then
         entries, oldest first, of slice end minus base and cost; the layout says how wide the two are. Always with an
         expiry: the key dies at most a second after its last entry has left.
         Times and counts are integers below 2^53, which a Lua number holds exactly.

Try it   redis-cli --eval lua/acquire.lua weir:try , '[5,60000000,128]' '[1,0,1,1,1,1,1,0,1,0]'
]]

local ceil, min, max = math.ceil, math.min, math.max
local byte, format, match, sub = string.byte, string.format, string.match, string.sub
local pack, unpack_struct = struct.pack, struct.unpack

local LOG_LIMIT = 128 -- up to this limit a window is a log, exact to the millisecond
local LOG_SLICE = 1000
local CEILING = 2 ^ 48 - 1 -- where a window that only counts stops counting
local TOLERATED_STEP = 1000000 -- a clock that goes back by more than this is believed
local LONGEST_REST = 1000000 -- a key may outlive its last entry by this, so that not every write has to move its expiry
local LARGEST_LIMIT = 2 ^ 31
local LATEST_DATE = 2 ^ 53 / 1000000 -- seconds since the epoch
local NAMES_AT_ONCE = 1000
local HEADER, HEADER_SIZE = '>BI6I7I6', 20

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

-- The windows in memory, by the index w of their key; a table for each field, not for each window, for there are many.
-- `newest_…` is the newest entry; the others are packed in `raw` from `first` up to, not including, `stop`. While
-- `is_packed`, the newest entry stands unchanged in `raw` from `stop` on.
local total, base, expiry, layout_at, raw, first, stop, is_packed = {}, {}, {}, {}, {}, {}, {}, {}
local newest_end, newest_cost, oldest_end, oldest_cost = {}, {}, {}, {}
local rule_of, is_moved, is_changed = {}, {}, {}

local function find_oldest(w)
  if first[w] < stop[w] then
    local offset, cost = unpack_struct(layout_at[w].entry, raw[w], first[w])
    oldest_end[w], oldest_cost[w] = base[w] + offset, cost
  else
    oldest_end[w], oldest_cost[w] = newest_end[w], newest_cost[w]
  end
end

local function drop_oldest(w)
  total[w] = total[w] - oldest_cost[w]
  if first[w] < stop[w] then
    first[w] = first[w] + layout_at[w].size
    find_oldest(w)
  else
    newest_end[w], newest_cost[w] = 0, 0
  end
end

local function drop_newest(w)
  total[w] = total[w] - newest_cost[w]
  if first[w] < stop[w] then
    local layout = layout_at[w]
    stop[w] = stop[w] - layout.size
    local offset, cost = unpack_struct(layout.entry, raw[w], stop[w])
    newest_end[w], newest_cost[w], is_packed[w] = base[w] + offset, cost, true
    find_oldest(w)
  else
    newest_end[w], newest_cost[w] = 0, 0
  end
end

-- Pack every entry anew, in a layout and from a base that hold the newest one too.
local function widen(w, period)
  local old, new_base, widest = layout_at[w], oldest_end[w], newest_cost[w]
  local ends, costs = {}, {}
  for at = first[w], stop[w] - 1, old.size do
    local offset, cost = unpack_struct(old.entry, raw[w], at)
    ends[#ends + 1], costs[#costs + 1] = base[w] + offset - new_base, cost
    widest = max(widest, cost)
  end
  local new, parts = layout_for(max(2 * period, newest_end[w] - new_base), widest), {}
  for i = 1, #ends do parts[i] = pack(new.entry, ends[i], costs[i]) end
  layout_at[w], base[w], raw[w], first[w], is_packed[w] = new, new_base, table.concat(parts), 1, false
  stop[w] = #raw[w] + 1
end

local function packed_newest(w, period)
  local layout = layout_at[w]
  if is_packed[w] then return sub(raw[w], stop[w], stop[w] + layout.size - 1) end
  if newest_cost[w] >= layout.costs or newest_end[w] - base[w] >= layout.times then
    widen(w, period)
    layout = layout_at[w]
  end
  return pack(layout.entry, newest_end[w] - base[w], newest_cost[w])
end

local function add(w, slice_end, cost, period)
  if total[w] == 0 then
    layout_at[w], base[w], raw[w], first[w], stop[w] = layout_for(2 * period, cost), slice_end, '', 1, 1
    newest_end[w], newest_cost[w], is_packed[w] = slice_end, cost, false
    oldest_end[w], oldest_cost[w] = slice_end, cost
  elseif newest_end[w] == slice_end then
    newest_cost[w], is_packed[w] = newest_cost[w] + cost, false
    if oldest_end[w] == slice_end then oldest_cost[w] = newest_cost[w] end
  else
    if is_packed[w] then
      stop[w] = stop[w] + layout_at[w].size
    else
      local newest = packed_newest(w, period)
      raw[w] = sub(raw[w], 1, stop[w] - 1) .. newest
      stop[w] = #raw[w] + 1
    end
    newest_end[w], newest_cost[w], is_packed[w] = slice_end, cost, false
  end
  total[w] = total[w] + cost
end

-- Takes back from the newest entries, and from the same slices of the window that this one is a part of, if any.
local take_back

-- Takes back from one slice, as much as there is in it.
local function take_from_slice(w, slice_end, cost)
  if total[w] == 0 then return end
  if newest_end[w] == slice_end then return take_back(w, min(cost, newest_cost[w])) end
  local layout = layout_at[w]
  for at = first[w], stop[w] - 1, layout.size do
    local offset, held = unpack_struct(layout.entry, raw[w], at)
    if base[w] + offset == slice_end then
      local left = max(0, held - cost)
      local entry = left > 0 and pack(layout.entry, offset, left) or ''
      raw[w] = sub(raw[w], 1, at - 1) .. entry .. sub(raw[w], at + layout.size)
      if left == 0 then stop[w] = stop[w] - layout.size end
      total[w] = total[w] - held + left
      return find_oldest(w)
    end
  end
end

function take_back(w, cost, pool)
  while cost > 0 and total[w] > 0 do
    if pool then take_from_slice(pool, newest_end[w], min(cost, newest_cost[w])) end
    if newest_cost[w] > cost then
      newest_cost[w], total[w], is_packed[w] = newest_cost[w] - cost, total[w] - cost, false
      if oldest_end[w] == newest_end[w] then oldest_cost[w] = newest_cost[w] end
      return
    end
    cost = cost - newest_cost[w]
    drop_newest(w)
  end
end

-- Read a stored value; false if it is not one of ours.
local function parse(w, value)
  local layout = layout_of(byte(value, 1))
  if not layout or #value < HEADER_SIZE + layout.size or (#value - HEADER_SIZE) % layout.size ~= 0 then return false end
  local _
  _, total[w], base[w], expiry[w] = unpack_struct(HEADER, value)
  layout_at[w], raw[w], first[w], stop[w], is_packed[w] = layout, value, HEADER_SIZE + 1, #value - layout.size + 1, true
  local offset, cost = unpack_struct(layout.entry, value, stop[w])
  newest_end[w], newest_cost[w] = base[w] + offset, cost
  find_oldest(w)
  return total[w] >= cost and cost > 0 and oldest_end[w] <= newest_end[w]
end

-- Whether the entries are in order and add up; too slow for every call, so asked only before some are moved or taken.
local function adds_up(w)
  local layout, sum, newest = layout_at[w], newest_cost[w], -1
  for at = first[w], stop[w] - 1, layout.size do
    local offset, cost = unpack_struct(layout.entry, raw[w], at)
    if offset <= newest or cost == 0 then return false end
    newest, sum = offset, sum + cost
  end
  return sum == total[w] and base[w] + newest < newest_end[w]
end

-- Let go of what has left, and bring entries that lie in the future (the clock was set back) to the current slice.
-- False if the value turns out not to be one of ours.
local function settle(w, rule, now)
  while newest_end[w] ~= 0 and oldest_end[w] + rule.period <= now do
    if oldest_cost[w] > total[w] then return false end
    drop_oldest(w)
  end
  if (total[w] == 0) ~= (newest_end[w] == 0) or total[w] < newest_cost[w] then return false end
  if total[w] > 0 and newest_end[w] - rule.widest - now > TOLERATED_STEP then
    if not adds_up(w) then return false end
    local ahead = 0
    while total[w] > 0 and newest_end[w] > rule.slice_end do
      ahead = ahead + newest_cost[w]
      drop_newest(w)
    end
    add(w, rule.slice_end, ahead, rule.period)
    is_moved[w] = true
  end
  return true
end

-- Microseconds until `cost` fits in a window that now lacks the room for it.
local function wait_for(w, rule, cost, now)
  local excess = total[w] + cost - rule.limit
  local layout = layout_at[w]
  for at = first[w], stop[w] - 1, layout.size do
    local offset, freed = unpack_struct(layout.entry, raw[w], at)
    excess = excess - freed
    if excess <= 0 then return base[w] + offset + rule.period - now end
  end
  return newest_end[w] + rule.period - now
end

local now = tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local function make_rule(limit, period, slices)
  local slice = limit <= LOG_LIMIT and LOG_SLICE or ceil(period / slices)
  return {
    limit = limit, period = period, slices = slices, slice = slice, slice_end = now - now % slice + slice,
    -- Under another limit its slices may have been as wide as this: an end so far ahead is no sign of a clock set back.
    widest = max(slice, ceil(period / slices)), rest = min(LONGEST_REST, period / 8),
  }
end

local rules, rule_numbers = {}, cjson.decode(ARGV[1])
for i = 1, #rule_numbers, 3 do
  local limit, period, slices = rule_numbers[i], rule_numbers[i + 1], rule_numbers[i + 2]
  -- Written so that NaN, which compares false with everything, is refused too.
  if not (limit >= -1 and limit <= LARGEST_LIMIT and period >= 1000 and period <= 366 * 86400000000 and slices >= 1
      and slices <= 1024) then
    error('rule ' .. (i + 2) / 3 .. ' needs a limit of -1 to 2^31, a window of 1 ms to 366 days, 1 to 1024 slices')
  end
  local rule = make_rule(limit >= 0 and limit or CEILING, period, slices)
  rule.observes, rule.declared = limit < 0, rule
  rules[#rules + 1] = rule
end

local requests = cjson.decode(ARGV[2])
local window_count, limits_count = requests[1], requests[2]

-- Every window is read once. MGET shows another type as missing, so what seems missing is asked for once more.
local values = redis.call('MGET', unpack(KEYS, 1, window_count))
local missing = {}
for w = 1, window_count do
  if not values[w] then missing[#missing + 1] = KEYS[w] end
end
local is_any_foreign = #missing > 0 and redis.call('EXISTS', unpack(missing)) > 0
local is_any_limited = limits_count > 0
  and redis.call('EXISTS', unpack(KEYS, window_count + 1, window_count + limits_count)) > 0

-- What an operator has set: the limit, and when it ends, if it does. False if that is no limit.
local function read_limit(text)
  local limit, ends = match(text, '^(%d+) ?(%d*)$')
  limit, ends = tonumber(limit), tonumber(ends)
  if not limit or limit > LARGEST_LIMIT or ends and ends > LATEST_DATE then return false end
  return limit, ends and ends * 1000000
end

-- The rule for one window with the limit that an operator has set, if any; false if that cannot be read.
local function rule_in_force(w, rule, limits)
  local key, field = KEYS[window_count + limits], match(KEYS[w], '[^}]*$')
  local kind = redis.call('TYPE', key).ok
  if kind == 'none' then return rule end
  if kind ~= 'hash' then return false end
  local found = redis.call('HMGET', key, field, 'production' .. field)
  for i = 2, 1, -1 do
    if found[i] then
      local limit, ends = read_limit(found[i])
      if not limit then return false end
      -- A contract raises a limit; it never lowers one.
      local is_raise = i == 2
      if is_raise then limit = max(limit, rule.limit) end
      if (not ends or ends > now) and not (is_raise and rule.observes) then
        local after = rule
        rule = make_rule(limit, after.period, after.slices)
        rule.declared, rule.ends, rule.after = after.declared, ends, after
      end
    end
  end
  return rule
end

-- A part's rule with the slices of its pool, so that what both are charged leaves both at once.
local function in_step(rule, pool)
  if rule.slice == pool.slice then return rule end
  local copy = {}
  for name, value in pairs(rule) do copy[name] = value end
  copy.slice, copy.slice_end = pool.slice, pool.slice_end
  return copy
end

local has_no_limit = {} -- the windows for which an operator has set something that is no limit

-- Makes the window of a key ready for use under a rule; `rule_of` is false from then on if it cannot be used.
local function open(w, rule, limits, pool)
  if not KEYS[w] or w > window_count then error('there is no window ' .. tostring(w)) end
  if is_any_limited and limits > 0 then rule = rule_in_force(w, rule, limits) end
  if not rule then
    rule_of[w], has_no_limit[w] = false, true
    return
  end
  if pool then rule = in_step(rule, pool) end
  local value = values[w]
  if value then
    rule_of[w] = parse(w, value) and settle(w, rule, now) and rule
  elseif is_any_foreign and redis.call('EXISTS', KEYS[w]) > 0 then
    rule_of[w] = false
  else
    total[w], expiry[w], newest_end[w], rule_of[w] = 0, 0, 0, rule
  end
end

local reply, filled, position = { now }, 1, 3
local declared, opened, ruling = {}, {}, {} -- by place in a request: the rule, the window, the rule that holds for it
local pool_at, part_at = {}, {} -- by place: of the window that it is a part of; of the first part of it
local index_of = {}

-- Microseconds until `cost` fits, at least `from`; nil if never. A limit that ends gives way to the one after it.
local function fits_after(w, rule, cost, from)
  if rule.observes then return from end
  local wait
  if cost <= rule.limit then
    wait = total[w] + cost > rule.limit and max(from, wait_for(w, rule, cost, now)) or from
  end
  if rule.ends and not (wait and now + wait < rule.ends) then
    return fits_after(w, rule.after, cost, max(from, rule.ends - now))
  end
  return wait
end

-- The shortest wait after which `cost` fits all n windows at once.
local function wait_for_all(n, cost)
  local wait, before = 0, nil
  repeat
    before = wait
    for i = 1, n do
      wait = fits_after(opened[i], ruling[i], cost, wait)
      if not wait then return nil end
    end
  -- Only where limits end, what fits at one time may not fit at a later one.
  until wait == before or not is_any_limited
  return wait
end

-- Status and detail of one request over the first n opened windows; charges them if it is admitted.
local function decide(n, least, most)
  if most < 0 then
    for i = 1, n do
      local w, place = opened[i], pool_at[i]
      local pool = part_at[place] == i and opened[place]
      if total[w] > 0 and not part_at[i] then
        take_back(w, -most, pool)
        is_changed[w] = true
        if pool then is_changed[pool] = true end
      end
    end
    return 1, most
  end

  local room, ceiling = most, CEILING
  for i = 1, n do
    local rule = ruling[i]
    if not rule.observes then
      room = min(room, rule.limit - total[opened[i]])
      while rule.ends do rule = rule.after end
      ceiling = min(ceiling, rule.limit)
    end
  end
  if room < least then
    local wait = wait_for_all(n, least)
    if wait then return 0, wait end
    return -1, ceiling
  end

  for i = 1, n do
    local w, rule = opened[i], ruling[i]
    local cost = min(room, CEILING - total[w])
    if cost > 0 then
      local slice_end = max(rule.slice_end, newest_end[w])
      if pool_at[i] > 0 then slice_end = max(slice_end, newest_end[opened[pool_at[i]]]) end
      add(w, slice_end, cost, rule.period)
      is_changed[w] = true
    end
  end
  return 1, room
end

-- Opens the windows of the request that begins at `position`. Returns its status if one cannot be used, and which.
local function open_all(n)
  local limits, index = requests[position + n], position + n
  local status, place
  for i = 1, n do
    local w, pool = requests[position + i - 1], nil
    if pool_at[i] > 0 then
      local at = pool_at[i]
      pool = requests[position + at - 1]
      if rule_of[pool] == nil then open(pool, declared[at], limits) end
      index = index + 1
      index_of[w] = KEYS[window_count + limits_count + requests[index]]
    end
    if rule_of[w] == nil then open(w, declared[i], limits, rule_of[pool]) end
    local rule = rule_of[w]
    if rule and rule.declared ~= declared[i] then error('window ' .. w .. ' is used under two rules in one batch') end
    if not rule and not status then status, place = has_no_limit[w] and -3 or -2, i end
    opened[i], ruling[i] = w, rule
  end
  position = index + 1
  return status, place
end

local function decide_run()
  local count, n = requests[position], requests[position + 3]
  local least, most = requests[position + 1], requests[position + 2]
  position = position + 4
  for i = 1, n do part_at[i] = nil end
  for i = 1, n do
    local rule, pool = requests[position + i - 1], requests[position + n + i - 1]
    declared[i], pool_at[i] = rules[rule] or error('there is no rule ' .. tostring(rule)), pool
    if pool > 0 and not part_at[pool] then part_at[pool] = i end
  end
  position = position + 2 * n
  for _ = 1, count do
    local status, detail = open_all(n)
    if most < 0 then
      for i = 1, n do
        if not status and total[opened[i]] > 0 and not adds_up(opened[i]) then status, detail = -2, i end
      end
    end
    if not status then
      status, detail = decide(n, least, most)
      -- What had to be moved stays where it is now, or each refusal would move it again and its end would recede. And a
      -- key whose window has become longer has to live longer, even if it is only refused.
      for i = 1, n do
        local w = opened[i]
        if most ~= 0 and (is_moved[w] or total[w] > 0 and newest_end[w] + ruling[i].period > expiry[w] * 1000) then
          is_changed[w] = true
        end
      end
    end
    reply[filled + 1], reply[filled + 2] = status, detail
    filled = filled + 2
    for i = 1, n do
      local w, rule = opened[i], ruling[i]
      if status >= -1 and total[w] > 0 then
        reply[filled + 1], reply[filled + 2] = total[w], oldest_end[w] + rule.period - now
      else
        reply[filled + 1], reply[filled + 2] = 0, 0
      end
      filled = filled + 2
    end
  end
end

-- Tells the parts that count: how many, and of each its name, used and reset.
local function tell_parts()
  local index = KEYS[window_count + limits_count + requests[position + 1]]
  local rule = rules[requests[position + 2]]
  position = position + 3
  local names = redis.call('ZRANGEBYSCORE', index, format('%d', now / 1000), '+inf')
  local count_at, count = filled + 1, 0
  filled = count_at
  for start = 1, #names, NAMES_AT_ONCE do
    local keys = {}
    for i = start, min(#names, start + NAMES_AT_ONCE - 1) do keys[#keys + 1] = index .. ':' .. names[i] end
    for i, value in ipairs(redis.call('MGET', unpack(keys))) do
      local w = #KEYS + 1
      KEYS[w] = keys[i]
      if value and parse(w, value) and settle(w, rule, now) and total[w] > 0 then
        reply[filled + 1], reply[filled + 2] = names[start + i - 1], total[w]
        reply[filled + 3] = oldest_end[w] + rule.period - now
        filled, count = filled + 3, count + 1
      end
    end
  end
  reply[count_at] = count
end

while position <= #requests do
  if requests[position] == 0 then tell_parts() else decide_run() end
end

if is_any_limited then
  for w = 1, window_count do
    if rule_of[w] and rule_of[w].limit ~= rule_of[w].declared.limit then
      reply[filled + 1], reply[filled + 2] = w, rule_of[w].limit
      filled = filled + 2
    end
  end
end

-- Every changed key is written once. SET comes first because Redis refuses it when memory is full, and then nothing has
-- been written yet; a script that began with DEL would be let past that limit.
local emptied, listed = {}, {}
for w in pairs(is_changed) do
  if total[w] == 0 then
    emptied[#emptied + 1] = KEYS[w]
  else
    local rule = rule_of[w]
    local leaves = newest_end[w] + rule.period
    local is_off = expiry[w] * 1000 < leaves or expiry[w] * 1000 > leaves + rule.rest + 2000
    if is_off then expiry[w] = ceil((leaves + rule.rest) / 1000) + 1 end
    local newest = packed_newest(w, rule.period)
    local header = pack(HEADER, layout_at[w].id, total[w], base[w], expiry[w])
    local value = header .. sub(raw[w], first[w], stop[w] - 1) .. newest
    if is_off then
      redis.call('SET', KEYS[w], value, 'PXAT', format('%d', expiry[w]))
      if index_of[w] then listed[#listed + 1] = w end
    else
      redis.call('SET', KEYS[w], value, 'KEEPTTL')
    end
  end
end
if #emptied > 0 then redis.call('DEL', unpack(emptied)) end

-- A part is in its index for as long as its key lives. Something else under the index's key spoils the listing alone.
for _, w in ipairs(listed) do
  local index, ends = index_of[w], format('%d', expiry[w])
  redis.pcall('ZREMRANGEBYSCORE', index, '-inf', format('%d', now / 1000))
  redis.pcall('ZADD', index, ends, sub(KEYS[w], #index + 2))
  local last = redis.pcall('ZRANGE', index, -1, -1, 'WITHSCORES')
  if last[2] then redis.pcall('PEXPIREAT', index, last[2]) end
end

return reply
