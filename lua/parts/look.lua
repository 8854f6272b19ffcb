-- Peeks at windows of one owner through the script that decides: for each, used, reset and limit, or what is wrong.
-- `now` is passed on, so that all that is told is of one time. limits may be nil.
local function look(now, windows, rules, limits)
  local keys, numbers, runs = {}, {}, { #windows, limits and 1 or 0 }
  for i, rule in ipairs(rules) do
    keys[i] = windows[i]
    for _, number in ipairs({ rule.limit, rule.period, rule.slices }) do
      numbers[#numbers + 1] = string.format('%.0f', number)
    end
    for _, number in ipairs({ 1, 0, 0, 1, i, 0, i, limits and 1 or 0 }) do runs[#runs + 1] = number end
  end
  keys[#keys + 1] = limits
  local rules_text = '[' .. table.concat(numbers, ',') .. ']'
  local reply = acquire(keys, { rules_text, '[' .. table.concat(runs, ',') .. ']', string.format('%.0f', now) })
  local found = {}
  for i, rule in ipairs(rules) do
    local at = 4 * i - 2
    local status = reply[at]
    found[i] = {
      status = status, used = reply[at + 2], reset = reply[at + 3], limit = rule.limit >= 0 and rule.limit or nil,
      fault = status == -2 and 'the key holds something else than a window'
        or status == -3 and 'what is set in place of its limit is no limit' or nil,
    }
  end
  for at = 4 * #windows + 2, #reply, 2 do found[reply[at]].limit = reply[at + 1] end
  return found, rules_text
end

-- Which limit is in force, and why.
local function limit_text(now, window, rule, limits, limit)
  local field = string.match(window, '}([^}]*)$') or window
  local stored = limits and redis.call('HMGET', limits, field, 'production' .. field) or {}
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
