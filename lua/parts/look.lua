-- Peeks at windows of one owner through the script that decides: for each, used, reset and limit, or what is wrong.
-- Without limits only what is used is told. `now` is passed on, so that all that is told is of one time. Also the rules
-- and their numbers, as they were passed.
local function look(now, windows, rules, limits)
  local keys, numbers, runs, order = {}, {}, { #windows, limits and 1 or 0 }, {}
  -- One run for all windows of a rule.
  local places, number_of = {}, {}
  for i, rule in ipairs(rules) do
    keys[i] = windows[i]
    local number = number_of[rule]
    if not number then
      number = #places + 1
      number_of[rule], places[number] = number, {}
      numbers[number] = string.format('%.0f,%.0f,%.0f', rule.limit, rule.period, rule.slices)
    end
    places[number][#places[number] + 1] = i
  end
  for number, their_places in ipairs(places) do
    runs[#runs + 1] = #their_places .. ',0,0,1,' .. number .. ',0'
    for _, i in ipairs(their_places) do runs[#runs + 1], order[#order + 1] = i .. (limits and ',1' or ',0'), i end
  end
  keys[#keys + 1] = limits
  local rules_text = '[' .. table.concat(numbers, ',') .. ']'
  local reply = acquire(keys, { rules_text, '[' .. table.concat(runs, ',') .. ']', string.format('%.0f', now) })
  local found, at = {}, 2
  for _, i in ipairs(order) do
    local limit, status = rules[i].limit, nil
    if reply[at] < 0 then status, at = reply[at], at + 2 end
    found[i] = {
      used = reply[at], reset = reply[at + 1], limit = limit >= 0 and limit or nil,
      fault = status == -3 and 'the key holds something else than a window'
        or status == -4 and 'what is set in place of its limit is no limit' or nil,
    }
    at = at + 2
  end
  for place = at, #reply, 2 do found[reply[place]].limit = reply[place + 1] end
  return found, rules_text, number_of
end

-- What is wrong with the length of a window, if its key lives longer than such a window can: to the end of the newest
-- slice, a window more, and the rest that the decisions allow. Two seconds are for a clock that differs.
local function length_fault(window, rule, widest)
  local life = redis.call('PTTL', window) * 1000
  local slice, rest = math.ceil(rule.period / rule.slices), math.min(rule.period / 8, 10000000)
  local longest = rule.period + math.max(1000, slice, widest or 0) + rest + 2000000
  if life <= longest then return nil end
  return 'the key lives for ' .. span_text(life) .. ', longer than a window of ' .. rule.window
    .. ' can: give the rule that it is counted by'
end

-- Which limit is in force, and why.
local function limit_text(now, window, rule, limits, limit)
  local field = string.match(window, '}([^}]*)$') or window
  local stored = redis.call('HMGET', limits, field, 'production' .. field)
  local own = rule.limit < 0 and 'counts only' or count_text(rule.limit) .. ' in ' .. rule.window
  local override, ends = read_limit(stored[1] or '')
  local raise = read_limit(stored[2] or '')
  if override and (not ends or ends > now) then
    return (override == 0 and 'blocked' or count_text(override) .. ' in ' .. rule.window)
      .. ' by an override, ' .. (ends and 'which ends ' .. in_text(now, ends) or 'until it is removed')
      .. "; the rule's own: " .. own
  elseif raise and limit and limit == raise and raise > rule.limit and rule.limit >= 0 then
    return count_text(limit) .. ' in ' .. rule.window .. " by a production grant; the rule's own: " .. own
  end
  return own .. ", the rule's own" .. (override and '; an override has ended ' .. date_text(ends) or '')
end

local function used_text(used, limit)
  if not limit then return count_text(used) end
  return count_text(used) .. ' of ' .. count_text(limit)
    .. (limit > 0 and ', ' .. math.floor(100 * used / limit) .. ' %' or '')
end
