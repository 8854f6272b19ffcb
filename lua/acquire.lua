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
ARGV[2]  numbers, none below 0: a flat JSON array, or, if none is above 255 and there are 7,000 at most, a zero byte
         and then a byte for each. They are: how many of the keys are windows, how many are limits, then runs. A run is
         `count` requests of one shape: count, least, most, n, then n rules, n pools, then for each of its requests n
         windows, its limits, and an index for each window that has a pool; all of them are numbers from 1 within their
         kind, 0 is none. The pool of a window is the place in the request of the window that it is a part of, which is
         no part itself. In a run of the same rules and pools as the one before, n may be 0, and neither is said again.
           least = most = cost    all of it or nothing
           least < most           as many units as fit, at least `least`
           0 and 0                a peek: reads, never writes
           c and 0                a refund: takes c back from the newest entries, never below zero; what a part gives
                                  back, its pool gives back from the same slices
         A run `0, index, rule` asks for all parts in an index.
ARGV[3]  tests only: the time in microseconds since the epoch; production reads the server's clock

Reply    flat integers: the time, then for each request: if anything but all of it was done, status and detail; and for
         each of its windows: used, reset
           status -1 denied        detail = microseconds to wait until `least` fits if nobody else comes
                  -2 never         detail = the largest cost that could ever fit; 0 if an operator has blocked it
                  -3 unreadable    detail = which of its windows holds something else, from 1; that is left as it is
                  -4 no limit      detail = for which of its windows an operator has set something that is no limit
                  -5 in part       detail = units charged, fewer than `most`; a refund never says it, even if it found
                                   less than `c` there
           used    units in the window now; reset: microseconds until the oldest of them leave, 0 if there are none
         for a run that asks for parts: how many, and for each its name, used and reset
         and in the end, for each window whose limit is not its rule's: the window, its limit

Stored   one string a key, of unsigned integers, the first byte the highest:
           head     layout (1 byte, which no text begins with: it tells the widths of the rest, see layout_of), base
                    (4 bytes, units of 4 seconds since the epoch), when the key expires (milliseconds after the base)
           entries  all but the newest, oldest first: end of the slice (milli- or microseconds after the base), cost
           tail     the newest entry, likewise; the total; where the oldest entry begins that counts (2 bytes, from 1)
         Most charges write the tail alone. Always with an expiry: the key dies at most ten seconds after its last entry
         has left. Times and counts are integers below 2^53, which a Lua number holds exactly.

Try it   redis-cli --eval lua/acquire.lua weir:try , '[5,60000000,128]' '[1,0,1,1,1,1,1,0,1,0]'
]]

-- Redis runs this file anew for each call, and to make its functions and tables is a large part of what a decision
-- costs. So what most decisions do, the straight way below, is written out in place, and functions for the rest are
-- made by rare_steps(), when the first of them is needed. Each local of the file that a function uses is captured anew
-- by every call, at the cost of ten steps: so rare_steps() has locals of its own, and window-places stands twice.
local call, keys = redis.call, KEYS
local ceil, byte, char, format, sub = math.ceil, string.byte, string.char, string.format, string.sub
local pack, unpack_struct = struct.pack, struct.unpack

local CEILING = 2 ^ 48 - 1 -- where a window that only counts stops counting
local LARGEST_LIMIT = 2 ^ 31
local BASE_UNIT = 4000000 -- so that 4 bytes reach beyond the year 2500
local LAST_PLACE = 65535 -- what 2 bytes hold
local DONE, DENIED, NEVER, UNREADABLE, NO_LIMIT, IN_PART = 0, -1, -2, -3, -4, -5
local FEW_REQUESTS = 8 -- that go together at first, if over several windows: work on any behind an unusual one is lost
local LONGEST_IN_PLACE = 400 -- bytes; Redis doubles the room of a string that grows in place, so a longer one does not

-- part: window-places
-- The places in a window, which is an array: one with names for its fields takes twice as long to make.
local TOTAL, NEWEST, COST, OLDEST = 1, 2, 3, 4 -- units; end and units of the newest entry; end of the oldest
local RULE, LAYOUT, BASE, EXPIRY = 5, 6, 7, 8
local RAW, FIRST, STOP = 9, 10, 11 -- the packed entries: from FIRST up to, not including, the newest one at STOP
local IS_PACKED, IS_WHOLE = 12, 13 -- whether the newest is unchanged at STOP; whether all of it has to be written
local STATE = 14 -- AS_STORED, DUE to be written if anything but a peek asks, or CHANGED
local REFUSED, REFUSED_AT, STATUS, DETAIL = 15, 16, 17, 18 -- the last cost refused, the total then, what was said
local AS_STORED, DUE, CHANGED = 0, 1, 2
-- end of part: window-places

local now = tonumber(ARGV[3])
if not now then
  local time = call('TIME')
  now = time[1] * 1000000 + time[2]
end

local function make_rule(limit, period, slices, declared)
  local LOG_LIMIT = 128 -- up to this limit a window is a log, exact to the millisecond
  local LOG_SLICE = 1000
  local TOLERATED_STEP = 1000000 -- a clock that goes back by more than this is believed
  -- A key may outlive its last entry by this, or by an eighth of its window if that is less. To move its expiry makes a
  -- decision half as dear again; so it seldom has to be, even where a million keys share a server's 200,000 a second.
  local LONGEST_REST = 10000000
  local widest = ceil(period / slices)
  local slice = limit <= LOG_LIMIT and LOG_SLICE or widest
  return {
    limit = limit, period = period, slices = slices, slice = slice, slice_end = now - now % slice + slice,
    -- Under another limit its slices may have been as wide as this: an end so far ahead is no sign of a clock set back.
    latest = now + (slice > widest and slice or widest) + TOLERATED_STEP,
    rest = period < 8 * LONGEST_REST and period / 8 or LONGEST_REST,
    observes = false, declared = declared, ends = nil, after = nil,
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

-- As JSON, each number costs seventeen times as much.
local requests = byte(ARGV[2]) == 0 and { byte(ARGV[2], 2, -1) } or cjson.decode(ARGV[2])
local window_count, limits_count = requests[1], requests[2]

-- Every window is read once. MGET shows another type as missing, so what seems missing is asked for once more, when
-- the first of them is decided over.
local values = call('MGET', unpack(keys, 1, window_count))
local is_any_limited = limits_count > 0
  and call('EXISTS', unpack(keys, window_count + 1, window_count + limits_count)) > 0

-- How the parts of a stored value are packed, by its first byte: 0x80 + 32 if times are in milliseconds, not in
-- microseconds, + 8 * (bytes of a time - 3) + bytes of a cost. What is narrow for most windows keeps a full one below
-- one kilobyte, and one that is seldom used very small.
local layouts = {}

local function layout_of(id)
  local known = layouts[id]
  if known then return known end
  local cost_width = id % 8
  local time_width = (id - cost_width) / 8 % 4 + 3
  if id < 0x80 or id > 0xBF or cost_width < 1 or cost_width > 6 then return nil end
  local unit = id >= 0xA0 and 1000 or 1
  local expiry_width = unit == 1 and time_width - 1 or time_width
  -- One digit each, for which `..` alone would take the long way by a floating-point number.
  local entry, expiry = 'I' .. char(48 + time_width) .. 'I' .. char(48 + cost_width), 'I' .. char(48 + expiry_width)
  local layout = {
    id = id, unit = unit, entry = '>' .. entry, size = time_width + cost_width, start = expiry_width + 6,
    times = 256 ^ time_width * unit, costs = 256 ^ cost_width, totals = 256 ^ (cost_width + 1),
    expiries = 256 ^ expiry_width * 1000,
    head = '>BI4' .. expiry, head_and_entry = '>I4' .. expiry .. entry,
    head_and_end = '>BI4' .. expiry .. 'I' .. char(48 + time_width), places = {},
    tail = '>' .. entry .. 'I' .. char(49 + cost_width) .. 'I2', tail_size = time_width + 2 * cost_width + 3,
  }
  layouts[id] = layout
  return layout
end

local windows = {} -- by the number of their key; false if it holds something else
-- What the straight way has decided, by the number of the window: the new tail and where it goes, if it was charged,
-- or all of its value and, if that has moved, when the key expires; and the rule. Such a window is not in `windows`; of
-- one that is there, no tail is here, and in place of its rule DONE, or the status that tells why it is false.
local tails, places, expiries, ruled = {}, {}, {}, {}
local has_ends -- whether any limit that an operator has set has an end
local index_of -- the keys of the indexes of parts, by window
-- By place in a request; all but the first two only where some windows are parts of others.
local declared, opened, pool_at, index_at, part_at, order = {}, {}
-- With room for eight at once: Lua would enlarge the table step by step.
local reply, filled, position = { now, nil, nil, nil, nil, nil, nil, nil }, 1, 3

-- What the straight way does not need, or seldom: windows in full, more room for an entry, refunds, most refusals; and
-- what operators have set, of which it asks only whether there is any.
local made

local function rare_steps()
  if made then return made end
  local max, min, find, match = math.max, math.min, string.find, string.match
  local call, keys = redis.call, KEYS
  local byte, format, sub, pack, unpack_struct = string.byte, string.format, string.sub, struct.pack, struct.unpack
  local LATEST_DATE = 2 ^ 53 / 1000000 -- seconds since the epoch
  local NAMES_AT_ONCE = 1000
  local MOST_AT_ONCE = 64 -- limits of one owner, which are read together
  local FIELDS_FOR_ONE = 6 -- so many of a hash are read at the cost of asking for one
  local DONE, DENIED, NEVER, UNREADABLE, NO_LIMIT = 0, -1, -2, -3, -4

  -- part: window-places
  -- The places in a window, which is an array: one with names for its fields takes twice as long to make.
  local TOTAL, NEWEST, COST, OLDEST = 1, 2, 3, 4 -- units; end and units of the newest entry; end of the oldest
  local RULE, LAYOUT, BASE, EXPIRY = 5, 6, 7, 8
  local RAW, FIRST, STOP = 9, 10, 11 -- the packed entries: from FIRST up to, not including, the newest one at STOP
  local IS_PACKED, IS_WHOLE = 12, 13 -- whether the newest is unchanged at STOP; whether all of it has to be written
  local STATE = 14 -- AS_STORED, DUE to be written if anything but a peek asks, or CHANGED
  local REFUSED, REFUSED_AT, STATUS, DETAIL = 15, 16, 17, 18 -- the last cost refused, the total then, what was said
  local AS_STORED, DUE, CHANGED = 0, 1, 2
  -- end of part: window-places

  -- The layout for a window of a rule whose entries end at, and cost, no more than this.
  local function layout_for(rule, span, cost, unit)
    -- The whole window, its slice and its rest have room, and as much again, so that the base holds for a while.
    local least = 3 * rule.period + 2 * BASE_UNIT
    if span < least then span = least end
    span = span / unit
    local id = 0x80 + (unit == 1 and 0 or 32)
      + (span < 2 ^ 24 and 0 or span < 2 ^ 32 and 8 or span < 2 ^ 40 and 16 or 24)
      + (cost < 2 ^ 8 and 1 or cost < 2 ^ 16 and 2 or cost < 2 ^ 24 and 3 or cost < 2 ^ 32 and 4 or 6)
    return layout_of(id)
  end

  -- Begins a window that holds nothing.
  local function start(window, slice_end)
    window[BASE], window[RAW], window[FIRST], window[STOP] = slice_end - slice_end % BASE_UNIT, '', 1, 1
    window[LAYOUT], window[IS_WHOLE] = layout_for(window[RULE], 0, 1, slice_end % 1000 == 0 and 1000 or 1), true
    window[NEWEST], window[COST], window[OLDEST] = slice_end, 0, slice_end
  end

  -- Packs every entry but the newest anew, in a layout and from a base that hold the newest one too.
  local function widen(window)
    local old, raw, newest = window[LAYOUT], window[RAW], window[NEWEST]
    local base, unit = window[OLDEST] - window[OLDEST] % BASE_UNIT, newest % 1000 == 0 and 1000 or 1
    local widest = max(window[COST], window[TOTAL] / 256)
    local ends, costs = {}, {}
    for at = window[FIRST], window[STOP] - 1, old.size do
      local offset, cost = unpack_struct(old.entry, raw, at)
      local slice_end = window[BASE] + offset * old.unit
      ends[#ends + 1], costs[#costs + 1] = slice_end - base, cost
      if slice_end % 1000 ~= 0 then unit = 1 end
      widest = max(widest, cost)
    end
    local new, parts = layout_for(window[RULE], newest - base, widest, unit), {}
    for i = 1, #ends do parts[i] = pack(new.entry, ends[i] / unit, costs[i]) end
    window[LAYOUT], window[BASE], window[RAW], window[FIRST] = new, base, table.concat(parts), 1
    window[STOP], window[IS_PACKED], window[IS_WHOLE] = #window[RAW] + 1, false, true
  end

  -- Adds an entry after one that is not packed.
  local function append(window, slice_end)
    local offset, layout = window[NEWEST] - window[BASE], window[LAYOUT]
    if window[COST] >= layout.costs or offset >= layout.times or offset % layout.unit ~= 0 then
      widen(window)
      offset, layout = window[NEWEST] - window[BASE], window[LAYOUT]
    end
    local newest = pack(layout.entry, offset / layout.unit, window[COST])
    window[RAW], window[IS_WHOLE] = sub(window[RAW], 1, window[STOP] - 1) .. newest, true
    window[STOP] = #window[RAW] + 1
    window[NEWEST], window[COST] = slice_end, 0
  end

  local function drop_newest(window)
    window[TOTAL], window[IS_WHOLE] = window[TOTAL] - window[COST], true
    if window[FIRST] < window[STOP] then
      local layout = window[LAYOUT]
      window[STOP] = window[STOP] - layout.size
      local offset, cost = unpack_struct(layout.entry, window[RAW], window[STOP])
      window[NEWEST], window[COST], window[IS_PACKED] = window[BASE] + offset * layout.unit, cost, true
    else
      window[NEWEST], window[COST] = 0, 0
    end
  end

  -- Whether the entries are in order and add up; too slow for every call, so asked only before some are moved or taken.
  local function adds_up(window)
    local layout, sum, newest = window[LAYOUT], window[COST], -1
    for at = window[FIRST], window[STOP] - 1, layout.size do
      local offset, cost = unpack_struct(layout.entry, window[RAW], at)
      if offset <= newest or cost == 0 then return false end
      newest, sum = offset, sum + cost
    end
    return sum == window[TOTAL] and window[BASE] + newest * layout.unit < window[NEWEST]
  end

  -- Brings entries that lie in the future, as the clock was set back, to the current slice. False if they do
  -- not add up.
  local function bring_back(window)
    if not adds_up(window) then return false end
    local slice_end, ahead = window[RULE].slice_end, 0
    while window[NEWEST] > slice_end do
      ahead = ahead + window[COST]
      drop_newest(window)
    end
    if window[TOTAL] == 0 then
      start(window, slice_end)
    elseif window[NEWEST] ~= slice_end then
      window[STOP], window[NEWEST], window[COST] = window[STOP] + window[LAYOUT].size, slice_end, 0
    end
    window[TOTAL], window[COST] = window[TOTAL] + ahead, window[COST] + ahead
    window[IS_PACKED], window[STATE] = false, DUE
    return true
  end

  -- Reads a stored value and lets go of what has left; false if it turns out not to be one of ours.
  local function read(value, rule)
    local layout = layout_of(byte(value, 1) or 0)
    local stop = layout and #value - layout.tail_size + 1
    if not layout or stop < layout.start then return false end
    local base, expiry, oldest, oldest_cost = unpack_struct(layout.head_and_entry, value, 2)
    local newest, cost, total, first = unpack_struct(layout.tail, value, stop)
    if first < layout.start or first > stop or (stop - first) % layout.size ~= 0 then return false end
    if first ~= layout.start then oldest, oldest_cost = unpack_struct(layout.entry, value, first) end
    local unit, left = layout.unit, now - rule.period
    base = base * BASE_UNIT
    newest, oldest, expiry = base + newest * unit, base + oldest * unit, base + expiry * 1000
    while oldest <= left do
      if oldest_cost > total or oldest > newest then return false end
      total = total - oldest_cost
      if first == stop then
        newest = 0
        break
      end
      first = first + layout.size
      oldest, oldest_cost = unpack_struct(layout.entry, value, first)
      oldest = base + oldest * unit
    end
    if cost == 0 or newest == 0 and total ~= 0 or newest > 0 and (total < cost or oldest > newest) then return false end
    local window = {
      total, newest, cost, oldest, rule, layout, base, expiry, value, first, stop, true, false,
      newest + rule.period > expiry and total > 0 and DUE or AS_STORED,
    }
    if newest > rule.latest and not bring_back(window) then return false end
    return window
  end

  -- What is stored of a window after its first charge, and when its key expires; false if it needs a wider layout.
  local function first_charge(rule, cost)
    local window, slice_end = { [RULE] = rule }, rule.slice_end
    start(window, slice_end)
    local layout, base, expiry = window[LAYOUT], window[BASE], slice_end + rule.period + rule.rest + 999
    expiry = expiry - expiry % 1000
    if cost >= layout.costs or expiry - base >= layout.expiries then return false end
    return pack(layout.head, layout.id, base / BASE_UNIT, (expiry - base) / 1000)
      .. pack(layout.tail, (slice_end - base) / layout.unit, cost, cost, layout.start), format('%d', expiry / 1000)
  end

  local is_any_foreign -- whether any window that seems missing is of another type; nil as long as nobody asked

  -- Whether what MGET shows as missing is of another type.
  local function is_foreign(w)
    if is_any_foreign == nil then
      local missing = {}
      for other = 1, window_count do
        if not values[other] then missing[#missing + 1] = keys[other] end
      end
      is_any_foreign = call('EXISTS', unpack(missing)) > 0
    end
    return is_any_foreign and call('EXISTS', keys[w]) > 0
  end

  -- The window that the straight way has charged, as if it had been charged by the general one.
  local function reopen(w, rule)
    local value, tail, place = values[w], tails[w], places[w]
    local window = read(place and sub(value, 1, place) .. tail or tail, rule)
    window[IS_PACKED], window[STATE] = false, CHANGED
    if place then
      window[RAW] = value
    else
      window[IS_WHOLE], window[EXPIRY] = true, value and read(value, rule)[EXPIRY] or 0
    end
    return window
  end

  -- Takes back from the newest entries, and from the same slices of the window that this one is a part of, if any.
  local function take_back(window, cost, pool)
    -- Takes back from one slice, as much as there is in it.
    local function take_from_slice(slice_end, taken)
      pool[STATE], pool[REFUSED] = CHANGED, nil
      if pool[TOTAL] == 0 then return end
      if pool[NEWEST] == slice_end then return take_back(pool, min(taken, pool[COST])) end
      local layout, raw = pool[LAYOUT], pool[RAW]
      for at = pool[FIRST], pool[STOP] - 1, layout.size do
        local offset, held = unpack_struct(layout.entry, raw, at)
        if pool[BASE] + offset * layout.unit == slice_end then
          local left = max(0, held - taken)
          local entry = left > 0 and pack(layout.entry, offset, left) or ''
          pool[RAW], pool[TOTAL] = sub(raw, 1, at - 1) .. entry .. sub(raw, at + layout.size), pool[TOTAL] - held + left
          if left == 0 then pool[STOP] = pool[STOP] - layout.size end
          pool[OLDEST], pool[IS_WHOLE] = pool[NEWEST], true
          if pool[FIRST] < pool[STOP] then
            pool[OLDEST] = pool[BASE] + unpack_struct(layout.entry, pool[RAW], pool[FIRST]) * layout.unit
          end
          return
        end
      end
    end

    -- The same total may soon be made of other entries, which leave at other times.
    window[STATE], window[REFUSED] = CHANGED, nil
    while cost > 0 and window[TOTAL] > 0 do
      if pool then take_from_slice(window[NEWEST], min(cost, window[COST])) end
      if window[COST] > cost then
        window[COST], window[TOTAL], window[IS_PACKED] = window[COST] - cost, window[TOTAL] - cost, false
        return
      end
      cost = cost - window[COST]
      drop_newest(window)
    end
  end

  -- Microseconds until a cost fits a window, at least `from`. A limit that ends gives way to the one after it.
  local function fits_after(window, rule, cost, from)
    if rule.observes then return from end
    local wait
    if cost <= rule.limit then
      local excess = window[TOTAL] + cost - rule.limit
      if excess > 0 then
        local layout, leaves = window[LAYOUT], window[NEWEST]
        for at = window[FIRST], window[STOP] - 1, layout.size do
          local offset, freed = unpack_struct(layout.entry, window[RAW], at)
          excess = excess - freed
          if excess <= 0 then
            leaves = window[BASE] + offset * layout.unit
            break
          end
        end
        wait = max(from, leaves + rule.period - now)
      else
        wait = from
      end
    end
    if rule.ends and not (wait and now + wait < rule.ends) then
      return fits_after(window, rule.after, cost, max(from, rule.ends - now))
    end
    return wait
  end

  -- Status and detail of a request that does not fit its n windows.
  local function refuse_all(n, cost)
    local wait, before = 0, nil
    repeat
      before = wait
      for i = 1, n do wait = wait and fits_after(opened[i], opened[i][RULE], cost, wait) end
    -- Only where limits end, what fits at one time may not fit at a later one.
    until wait == before or not wait or not has_ends
    if wait then return DENIED, wait end

    local ceiling = CEILING
    for i = 1, n do
      local rule = opened[i][RULE]
      while rule.ends do rule = rule.after end
      if not rule.observes then ceiling = min(ceiling, rule.limit) end
    end
    return NEVER, ceiling
  end

  -- Who is refused by one full window is refused as the one before, as long as that is as it was.
  local function refuse(n, cost)
    local window = opened[1]
    if n == 1 and window[REFUSED] == cost and window[REFUSED_AT] == window[TOTAL] then
      return window[STATUS], window[DETAIL]
    end
    local status, detail = refuse_all(n, cost)
    if n == 1 then
      window[REFUSED], window[REFUSED_AT], window[STATUS], window[DETAIL] = cost, window[TOTAL], status, detail
    end
    return status, detail
  end

  -- part: limit-text
  -- What an operator has set: the limit, and when it ends, if it does. False if that is no limit.
  local function read_limit(text)
    local limit, ends = match(text, '^(%d+) ?(%d*)$')
    limit, ends = tonumber(limit), tonumber(ends)
    if not limit or limit > LARGEST_LIMIT or ends and ends > LATEST_DATE then return false end
    return limit, ends and ends * 1000000
  end
  -- end of part: limit-text

  -- By the number of an owner: what operators have set, by field, once it was read; until then, how much it is.
  -- NOT_ONES if there is something else, false if there is nothing.
  local NOT_ONES = -1
  local set_for, asked = {}, {}

  -- Whether operators have set anything for an owner.
  local function is_limited(limits)
    if limits == 0 then return false end
    local set = set_for[limits]
    if set == nil then
      set = redis.pcall('HLEN', keys[window_count + limits])
      if type(set) == 'table' then set = find(set.err, '^WRONGTYPE') and NOT_ONES or error(set.err) end
      if set == 0 then set = false end
      set_for[limits] = set
    end
    return set ~= false
  end

  -- What operators have set for a window, and for its production. All of an owner's is read together as soon as as many
  -- windows were asked about as that costs.
  local function set_limits(limits, field)
    local key, set = keys[window_count + limits], set_for[limits]
    if type(set) == 'number' then
      asked[limits] = (asked[limits] or 0) + 1
      if set > MOST_AT_ONCE or set > FIELDS_FOR_ONE * asked[limits] then
        return call('HMGET', key, field, 'production' .. field)
      end
      local fields = call('HGETALL', key)
      set = {}
      for i = 1, #fields, 2 do set[fields[i]] = fields[i + 1] end
      set_for[limits] = set
    end
    return { set[field], set['production' .. field] }
  end

  -- The rule for one window with the limit that an operator has set, if any; false if that cannot be read.
  local function rule_in_force(w, rule, limits)
    if not is_limited(limits) then return rule end
    if set_for[limits] == NOT_ONES then return false end
    local found = set_limits(limits, match(keys[w], '}([^}]*)$') or keys[w])
    for i = 2, 1, -1 do
      if found[i] then
        local limit, ends = read_limit(found[i])
        if not limit then return false end
        -- A contract raises a limit; it never lowers one.
        local is_raise = i == 2
        if is_raise then limit = max(limit, rule.limit) end
        if (not ends or ends > now) and not (is_raise and rule.observes) then
          local after = rule
          rule = make_rule(limit, after.period, after.slices, after.declared)
          rule.ends, rule.after = ends, after
          if ends then has_ends = true end
        end
      end
    end
    return rule
  end

  -- A part's rule with the slices of its pool.
  local function in_step(rule, pool)
    local copy = {}
    for name, setting in pairs(rule) do copy[name] = setting end
    copy.slice, copy.slice_end = pool.slice, pool.slice_end
    return copy
  end

  -- Opens a window of the next request; by a rule, if nothing was decided over it yet. A part has an index, and the
  -- slices of its pool, so that what both are charged leaves both at once. False if that cannot be.
  local function open(w, rule, limits, index, pool)
    local value, before, window, status = values[w], ruled[w], false, DONE
    if value == nil then error('there is no window ' .. tostring(w)) end
    if not before then
      if limits > 0 then rule = rule_in_force(w, rule, limits) end
      if index then index_of[w] = index end
      if rule and pool and rule.slice ~= pool[RULE].slice then rule = in_step(rule, pool[RULE]) end
    end
    if not rule then
      status = NO_LIMIT
    elseif tails[w] then
      window = reopen(w, before)
    elseif value then
      window = read(value, before or rule)
    elseif not is_foreign(w) then
      window = { 0, 0, 0, 0, rule, false, 0, 0, '', 1, 1, false, true, AS_STORED }
    end
    if not window and status == DONE then status = UNREADABLE end
    windows[w], tails[w], places[w], ruled[w] = window, nil, nil, status
    return window
  end

  -- Charges a window that has room for it, a part in the slice of its pool.
  local function charge(window, cost, pool)
    local units, newest, slice_end = window[TOTAL], window[NEWEST], window[RULE].slice_end
    if slice_end < newest then slice_end = newest end
    if pool and slice_end < pool[NEWEST] then slice_end = pool[NEWEST] end
    window[TOTAL], window[STATE] = units + cost, CHANGED
    if slice_end == newest then
      window[COST] = window[COST] + cost
    elseif units == 0 then
      start(window, slice_end)
      window[COST] = cost
    elseif window[IS_PACKED] then
      window[NEWEST], window[COST], window[STOP] = slice_end, cost, window[STOP] + window[LAYOUT].size
    else
      append(window, slice_end)
      window[COST] = cost
    end
    window[IS_PACKED] = false
  end

  -- Tells the parts in an index that count, behind so much of a reply: how many, and of each its name, used and reset.
  local function tell_parts(index, rule, reply, filled)
    local names = call('ZRANGEBYSCORE', index, format('%d', now / 1000), '+inf')
    local count_at, count = filled + 1, 0
    filled = count_at
    for start = 1, #names, NAMES_AT_ONCE do
      local parts = {}
      for i = start, min(#names, start + NAMES_AT_ONCE - 1) do parts[#parts + 1] = index .. ':' .. names[i] end
      for i, value in ipairs(call('MGET', unpack(parts))) do
        local window = value and read(value, rule)
        if window and window[TOTAL] > 0 then
          reply[filled + 1], reply[filled + 2] = names[start + i - 1], window[TOTAL]
          reply[filled + 3] = window[OLDEST] + rule.period - now
          filled, count = filled + 3, count + 1
        end
      end
    end
    reply[count_at] = count
    return filled
  end

  made = {
    first_charge = first_charge, is_foreign = is_foreign, is_limited = is_limited, in_step = in_step, open = open,
    charge = charge, adds_up = adds_up, take_back = take_back, refuse = refuse, widen = widen, tell_parts = tell_parts,
  }
  return made
end

-- What is the same for all requests of a shape: how many windows, how many numbers a request has, and whether some of
-- its windows are parts of others.
local n, length, has_parts

while position <= #requests do
  local count, least, most = requests[position], requests[position + 1], requests[position + 2]
  local is_common -- whether its requests charge something: only these have a straight way
  -- In how many places the next requests have windows of their own, and in which. By the other places: the window that
  -- they share, which has only to be added to; up to which total; and when its oldest units leave.
  local own_count, own, shared, bounds, resets
  if count == 0 then
    local index = keys[window_count + limits_count + requests[position + 1]]
    filled = rare_steps().tell_parts(index, rules[requests[position + 2]], reply, filled)
    position = position + 3
  else
    local new = requests[position + 3]
    if new > 0 then
      n, length, has_parts = new, new + 1, false
      for i = 1, n do
        local rule, pool = requests[position + 3 + i], requests[position + 3 + n + i]
        declared[i] = rules[rule] or error('there is no rule ' .. tostring(rule))
        if pool > 0 then has_parts = true end
      end
      if has_parts then
        -- What others are parts of is opened first.
        local last = n
        index_of, pool_at, index_at, part_at, order = index_of or {}, {}, {}, {}, {}
        for i = n, 1, -1 do
          local pool = requests[position + 3 + n + i]
          pool_at[i] = pool
          if pool > 0 then part_at[pool], order[last], last = i, i, last - 1 end
        end
        for i = n, 1, -1 do
          if pool_at[i] == 0 then order[last], last = i, last - 1 end
        end
        for i = 1, n do
          if pool_at[i] > 0 then index_at[i], length = length, length + 1 end
        end
      end
    elseif not n then
      error('the first run has no windows')
    end
    position = position + 4 + 2 * new
    if least > 0 and least <= most then is_common, own_count = true, n end
  end

  local decided = 0 -- how many requests of the run
  local is_refused -- whether the one before was, with several windows: the next one often is too
  local together = is_common and n > 1 and FEW_REQUESTS or count -- how many go the straight way at once
  while decided < count do
    -- The straight way: common requests, without a table for what is theirs alone, which can be told and written by its
    -- two ends. They go it together: the windows in the first place of each, then those in the second, and so on, up to
    -- the first request with anything unusual. What that one and those behind it were charged is undone, and it is left
    -- to what follows, which can do everything.
    local is_straight, is_known = is_common and not is_refused, n == 1 or count == 1 and filled == 1
    while is_straight do
      local wanted, was_known = count - decided < together and count - decided or together, is_known
      if not is_known then
        -- What was decided over before, or is the next one's too, is opened, if what it would be charged is clear.
        own, own_count, is_known = own or {}, 0, true
        for k = 1, n do
          local i = has_parts and order[k] or k
          local w, rule, pool_place = requests[position + i - 1], declared[i], has_parts and pool_at[i] or 0
          local window, pool = windows[w], shared and shared[pool_place] and opened[pool_place]
          if window == nil and not ruled[w] and (decided == count - 1 or w ~= requests[position + length + i - 1]) then
            own_count = own_count + 1
            own[own_count] = i
            if shared then shared[i] = nil end
          else
            local is_clear = pool_place == 0 or pool
            for other = 1, n do
              if other ~= i and requests[position + other - 1] == w then is_clear = false end
            end
            if is_clear and window == nil then
              window = rare_steps().open(w, rule, is_any_limited and requests[position + n] or 0,
                pool and keys[window_count + limits_count + requests[position + index_at[i]]], pool)
            end
            if not (is_clear and window) or window[RULE].declared ~= rule or window[TOTAL] == 0 or window[STATE] == DUE
              or window[TOTAL] + most > window[RULE].limit or pool and window[RULE].slice ~= pool[RULE].slice then
              wanted, own_count = 0, 0
              break
            end
            opened[i] = window
            if not shared then shared, bounds, resets = {}, {}, {} end
            shared[i], bounds[i], resets[i] = w, window[RULE].limit, window[OLDEST] + window[RULE].period - now
          end
        end
      end
      local passed, width = wanted, 2 * n
      local refused_total, refused_reset -- of the one behind those that have passed, if it is refused
      local is_unusual -- whether that one is, and stays so when it is looked at once more
      if n > 1 then
        -- A table grows well from its front only.
        for at = filled + 1, filled + wanted * width do reply[at] = 0 end
        for i = 1, shared and wanted > 0 and n or 0 do
          local w, at, told_at, fitting = shared[i], position + i - 1, filled + 2 * i - 1, 0
          if w then
            local units, bound, reset = opened[i][TOTAL] + most, bounds[i], resets[i]
            while fitting < passed and units <= bound and requests[at] == w do
              reply[told_at], reply[told_at + 1] = units, reset
              units, fitting, at, told_at = units + most, fitting + 1, at + length, told_at + width
            end
            passed = fitting
          end
        end
      end

      for k = 1, own_count do
        -- What is the same for all windows in this place, then for those of the same layout.
        local place, fitting = own and own[k] or k, passed
        local rule, pool_place = declared[place], has_parts and pool_at[place] or 0
        if pool_place > 0 then
          local pool = shared and shared[pool_place] and opened[pool_place]
          local pool_rule = pool and pool[RULE] or declared[pool_place]
          if rule.slice ~= pool_rule.slice then rule = rare_steps().in_step(rule, pool_rule) end
          -- A part is charged in the slice of its pool.
          if pool_at[pool_place] > 0 or pool and pool[NEWEST] > rule.slice_end or rule.slice_end > rule.latest then
            fitting = 0
          end
        end
        local limit, slice_end, period, left = rule.limit, rule.slice_end, rule.period, now - rule.period
        local longest, limits_at = period + rule.rest + 2000, n + 1 - place
        local id, head, head_and_end, tail_format, entry, unit, begin, size, before_tail
        local costs, times, expiry_bound, highest, texts
        local first_value, first_expiry -- what is stored after a first charge, and until when; false if unusual
        local moved_expiry, moved_text -- the expiry of what is charged now
        local first_at, going, told_at = position + place - 1, 0, filled + 2 * place - 1
        for at = first_at, first_at + (fitting - 1) * length, length do
          local w = requests[at]
          local window, value = windows[w], values[w]
          local status, detail, units, reset = DONE, nil, nil, nil
          if window then
            -- Others were decided over it. If it is the only one, it has only to be added to, or refuses as before.
            local in_force, total = window[RULE], window[TOTAL]
            if n > 1 or in_force.declared ~= rule then break end
            units, reset = total + most, window[OLDEST] + period - now
            if units <= in_force.limit then
              if window[STATE] ~= CHANGED or window[IS_PACKED] or window[NEWEST] < in_force.slice_end then break end
              window[TOTAL], window[COST] = units, window[COST] + most
            elseif window[REFUSED] == least and window[REFUSED_AT] == total and window[STATE] ~= DUE then
              status, detail, units = window[STATUS], window[DETAIL], total
              if total == 0 then reset = 0 end
            else
              break
            end
          elseif ruled[w] or is_any_limited and rare_steps().is_limited(requests[at + limits_at]) then
            break
          elseif value then
            if not id then
              local layout = layout_of(byte(value, 1) or 0)
              if not layout or most >= layout.costs or slice_end % layout.unit ~= 0 then break end
              id, unit, begin, size = layout.id, layout.unit, layout.start, layout.size
              before_tail = layout.tail_size - 1
              head, head_and_end, tail_format, entry = layout.head, layout.head_and_end, layout.tail, layout.entry
              costs, times, expiry_bound, texts = layout.costs, layout.times, layout.expiries, layout.places
              highest = limit < layout.totals and limit or layout.totals - 1
            end
            local stop = #value - before_tail
            if stop < begin then break end
            local its_id, base, expiry, oldest = unpack_struct(head_and_end, value)
            if its_id ~= id then
              id = nil
              break
            end
            local newest, cost, total, first = unpack_struct(tail_format, value, stop)
            if first ~= begin then
              if first < begin or first > stop or (stop - first) % size ~= 0 then break end
              oldest = unpack_struct(entry, value, first)
            end
            base = base * BASE_UNIT
            newest, oldest = base + newest * unit, base + oldest * unit
            while oldest <= left do
              local _, gone = unpack_struct(entry, value, first)
              -- Also where the next entry would not be whole: such a value is not one of ours.
              if gone > total or oldest > newest or first + size > stop then
                total = 0
                break
              end
              total, first = total - gone, first + size
              oldest = base + unpack_struct(entry, value, first) * unit
            end
            local offset = slice_end - base
            local spare = expiry * 1000 - offset
            if cost == 0 or total < cost or oldest > newest then break end
            units, reset = total + most, oldest - left
            if units > highest then
              -- It is refused until the oldest entry has left, if that is enough.
              local _, freed = unpack_struct(entry, value, first)
              if own_count > 1 or shared and has_ends or rule.observes or least < most or most > limit or units <= limit
                or units - freed > limit or newest > slice_end or spare < period or w == requests[at + length]
                or (stop - begin) % size ~= 0 then
                break
              end
              status, detail, units = DENIED, reset, total
            else
              if offset >= times then break end
              if newest < slice_end then
                cost = most
                stop = stop + size
              elseif newest == slice_end and cost + most < costs then
                cost = cost + most
              else
                break
              end
              local text = spare >= period and spare <= longest and texts[stop]
              if not text then
                if (stop - begin) % size ~= 0 then break end
                if spare < period or spare > longest then
                  -- Its key has to live longer.
                  if not moved_expiry then
                    moved_expiry = slice_end + period + rule.rest + 999
                    moved_expiry = moved_expiry - moved_expiry % 1000
                    moved_text = format('%d', moved_expiry / 1000)
                  end
                  if moved_expiry - base >= expiry_bound then break end
                  expiry, expiries[w] = (moved_expiry - base) / 1000, moved_text
                elseif stop > LAST_PLACE then
                  break
                elseif stop <= LONGEST_IN_PLACE then
                  text = format('%d', stop - 1)
                  texts[stop] = text
                elseif newest == slice_end then
                  text = format('%d', stop - 1)
                end
              end
              if text then
                tails[w] = pack(tail_format, offset / unit, cost, units, first)
                places[w] = text
              else
                tails[w] = pack(head, id, base / BASE_UNIT, expiry) .. sub(value, first, stop - 1)
                  .. pack(tail_format, offset / unit, cost, units, begin)
              end
            end
            ruled[w] = rule
          else
            if first_value == nil then first_value, first_expiry = rare_steps().first_charge(rule, most) end
            if not first_value or most > limit or value == nil or rare_steps().is_foreign(w) then break end
            units, reset = most, slice_end - left
            tails[w], expiries[w], ruled[w] = first_value, first_expiry, rule
          end

          if status ~= DONE then
            if n > 1 then
              refused_total, refused_reset = units, reset
              break
            end
            reply[told_at], reply[told_at + 1] = status, detail
            told_at = told_at + 2
          end
          reply[told_at] = units
          reply[told_at + 1] = reset
          told_at = told_at + width
          going = going + 1
        end
        if n == 1 then filled = told_at - 1 end

        if going < passed then
          -- What the places before have charged for this request, and for those behind it, is undone.
          for before = 1, k - 1 do
            local first_at = position + (own and own[before] or before) - 1
            for at = first_at + going * length, first_at + (passed - 1) * length, length do
              local w = requests[at]
              tails[w], places[w], expiries[w], ruled[w] = nil, nil, nil, nil
            end
          end
          local w = requests[first_at + going * length]
          passed, is_unusual = going, windows[w] == nil and not ruled[w]
        end
      end

      if n > 1 then
        for i = 1, shared and passed > 0 and n or 0 do
          if shared[i] then rare_steps().charge(opened[i], passed * most, has_parts and opened[pool_at[i]]) end
        end
        for k = 1, has_parts and own_count or 0 do
          local place = own and own[k] or k
          local last = refused_total and passed or passed - 1
          for at = position, pool_at[place] > 0 and position + last * length or 0, length do
            index_of[requests[at + place - 1]] = keys[window_count + limits_count + requests[at + index_at[place]]]
          end
        end
        filled = filled + passed * width
      end
      position, decided = position + passed * length, decided + passed
      if n == 1 or is_unusual or passed < 1 and not refused_total and not was_known then
        is_straight = false
      elseif passed == wanted then
        together = 4 * together
      end
      if n > 1 and passed < wanted then
        -- What is refused leaves the others as they are known.
        together, is_known = (is_unusual or refused_total) and 1 or passed > 2 and passed or 2, refused_total
      end
      if refused_total then
        -- The others would have room for it, also when its own has.
        reply[filled + 1], reply[filled + 2] = DENIED, refused_reset
        for i = 1, n do
          local total, reset = refused_total, refused_reset
          if shared and shared[i] then total, reset = opened[i][TOTAL], resets[i] end
          reply[filled + 2 * i + 1], reply[filled + 2 * i + 2] = total, reset
        end
        filled, position, decided = filled + width + 2, position + length, decided + 1
      end
      is_straight = is_straight and decided < count
    end
    if decided == count then break end

    local room, status, detail = most, DONE, nil
    for k = 1, n do
      local i = has_parts and order[k] or k
      local w = requests[position + i - 1]
      local window, pool_place = windows[w], has_parts and pool_at[i] or 0
      if window == nil then
        window = rare_steps().open(w, declared[i], is_any_limited and requests[position + n] or 0,
          pool_place > 0 and keys[window_count + limits_count + requests[position + index_at[i]]], opened[pool_place])
      end
      opened[i] = window
      if window then
        local rule = window[RULE]
        if rule.declared ~= declared[i] then error('window ' .. w .. ' is used under two rules in one batch') end
        local left = rule.limit - window[TOTAL]
        if left < room and not rule.observes then room = left end
      elseif status == DONE or i < detail then
        status, detail = ruled[w], i
      end
    end

    if status == DONE and least > most then
      for i = 1, n do
        if status == DONE and opened[i][TOTAL] > 0 and not rare_steps().adds_up(opened[i]) then
          status, detail = UNREADABLE, i
        end
      end
      for i = 1, n do
        local place = has_parts and pool_at[i] or 0
        if status == DONE and opened[i][TOTAL] > 0 and not (has_parts and part_at[i]) then
          rare_steps().take_back(opened[i], least, place > 0 and part_at[place] == i and opened[place])
        end
      end
    elseif status == DONE and room < least then
      status, detail = rare_steps().refuse(n, least)
    elseif status == DONE then
      if room < most then status, detail = IN_PART, room end
      for i = 1, n do
        local window = opened[i]
        local cost = window[TOTAL] + room > CEILING and CEILING - window[TOTAL] or room
        if cost > 0 then rare_steps().charge(window, cost, has_parts and opened[pool_at[i]]) end
      end
    end

    if status ~= DONE then
      reply[filled + 1], reply[filled + 2] = status, detail
      filled = filled + 2
    end
    for i = 1, n do
      local window = opened[i]
      local units = status ~= UNREADABLE and status ~= NO_LIMIT and window[TOTAL] or 0
      if units > 0 then
        reply[filled + 1], reply[filled + 2] = units, window[OLDEST] + window[RULE].period - now
        -- What had to be moved stays where it is now, or each refusal would move it again and its end would recede. And
        -- a key whose window has become longer has to live longer, even if it is only refused.
        if window[STATE] == DUE and least + most > 0 then window[STATE] = CHANGED end
      else
        reply[filled + 1], reply[filled + 2] = 0, 0
      end
      filled = filled + 2
    end

    position, decided = position + length, decided + 1
    -- A refused one has changed nothing: who asks for the same is answered the same.
    local refusal_width, is_same = 2 * n + 2, status ~= DONE and status ~= IN_PART
    is_refused = is_same and n > 1
    while is_same and decided < count do
      for at = position, position + length - 1 do
        if requests[at] ~= requests[at - length] then
          is_same = false
          break
        end
      end
      if is_same then
        for at = filled + 1, filled + refusal_width do reply[at] = reply[at - refusal_width] end
        filled, position, decided = filled + refusal_width, position + length, decided + 1
      end
    end
  end
end

if is_any_limited then
  for w = 1, window_count do
    local rule = windows[w] and windows[w][RULE]
    if rule and rule.limit ~= rule.declared.limit then
      reply[filled + 1], reply[filled + 2] = w, rule.limit
      filled = filled + 2
    end
  end
end

-- Every changed key is written once, and only its tail where nothing before it has changed. The first write is a SET or
-- a SETRANGE, because Redis refuses these when memory is full, and then nothing has been written yet; a script that
-- began with DEL would be let past that limit.
local emptied, listed
-- Neighbours often share these, and to format a number costs more than to compare it.
local last_place, place_text, last_expiry, expiry_text
for w = 1, window_count do
  local tail = tails[w]
  if tail then
    local place = places[w]
    if place then
      call('SETRANGE', keys[w], place, tail)
    elseif expiries[w] then
      call('SET', keys[w], tail, 'PXAT', expiries[w])
      if index_of and index_of[w] then
        listed = listed or {}
        listed[#listed + 1] = w
      end
    else
      call('SET', keys[w], tail, 'KEEPTTL')
    end
  elseif windows[w] and windows[w][STATE] == CHANGED then
    local window = windows[w]
    if window[TOTAL] == 0 then
      emptied = emptied or {}
      emptied[#emptied + 1] = keys[w]
    else
      local rule, layout, base, expiry, stop = window[RULE], window[LAYOUT], window[BASE], window[EXPIRY], window[STOP]
      local newest, cost, units = window[NEWEST], window[COST], window[TOTAL]
      local rest, offset = expiry - newest - rule.period, newest - base
      local is_off = rest < 0 or rest > rule.rest + 2000
      if is_off then
        expiry = newest + rule.period + rule.rest + 999
        expiry = expiry - expiry % 1000
        window[EXPIRY] = expiry
      end
      if cost >= layout.costs or units >= layout.totals or offset >= layout.times or offset % layout.unit ~= 0
        or is_off and expiry - base >= layout.expiries then
        rare_steps().widen(window)
        layout, base, stop = window[LAYOUT], window[BASE], window[STOP]
        offset = newest - base
      end
      offset = offset / layout.unit
      if is_off or window[IS_WHOLE] or window[FIRST] > LAST_PLACE
        or stop > LONGEST_IN_PLACE and stop + layout.tail_size > #window[RAW] + 1 then
        local value = pack(layout.head, layout.id, base / BASE_UNIT, (expiry - base) / 1000)
          .. sub(window[RAW], window[FIRST], stop - 1) .. pack(layout.tail, offset, cost, units, layout.start)
        if is_off then
          if expiry ~= last_expiry then last_expiry, expiry_text = expiry, format('%d', expiry / 1000) end
          call('SET', keys[w], value, 'PXAT', expiry_text)
          if index_of and index_of[w] then
            listed = listed or {}
            listed[#listed + 1] = w
          end
        else
          call('SET', keys[w], value, 'KEEPTTL')
        end
      else
        if stop ~= last_place then last_place, place_text = stop, format('%d', stop - 1) end
        call('SETRANGE', keys[w], place_text, pack(layout.tail, offset, cost, units, window[FIRST]))
      end
    end
  end
end
if emptied then call('DEL', unpack(emptied)) end

-- A part is in its index for as long as its key lives. Something else under the index's key spoils the listing alone.
for i = 1, listed and #listed or 0 do
  local w = listed[i]
  local index, ends = index_of[w], tails[w] and expiries[w] or format('%d', windows[w][EXPIRY] / 1000)
  redis.pcall('ZREMRANGEBYSCORE', index, '-inf', format('%d', now / 1000))
  redis.pcall('ZADD', index, ends, sub(keys[w], #index + 2))
  local last = redis.pcall('ZRANGE', index, -1, -1, 'WITHSCORES')
  if last[2] then redis.pcall('PEXPIREAT', index, last[2]) end
end

return reply
