-- Lines for people. A status prints without quotes in a terminal too, and cannot break its line.
local lines = {}

local function say(label, text)
  lines[#lines + 1] = { ok = string.format(text and '%-12s  %s' or '%s', label, text) }
end

-- 10000 as 10,000.
local function count_text(number)
  local text, before = string.format('%.0f', number), nil
  repeat
    before, text = text, string.gsub(text, '^(%d+)(%d%d%d)', '%1,%2')
  until text == before
  return text
end

-- A length of time, in microseconds, in the largest unit that it fills and the next; never shorter than it is.
local function span_text(span)
  local seconds = math.ceil(span / 1000000)
  if span > 0 and span < 1000000 then return math.ceil(span / 1000) .. ' ms' end
  if seconds < 60 then return seconds .. ' s' end
  if seconds < 3600 then
    return math.floor(seconds / 60) .. ' min' .. (seconds % 60 > 0 and ' ' .. seconds % 60 .. ' s' or '')
  end
  local minutes = math.ceil(seconds / 60)
  if minutes < 2880 then
    return math.floor(minutes / 60) .. ' h' .. (minutes % 60 > 0 and ' ' .. minutes % 60 .. ' min' or '')
  end
  local hours = math.ceil(minutes / 60)
  return math.floor(hours / 24) .. ' d' .. (hours % 24 > 0 and ' ' .. hours % 24 .. ' h' or '')
end

-- A time, in microseconds since the epoch, by the calendar; rounded up, so that it has come when the second begins.
local function date_text(time)
  local seconds = math.ceil(time / 1000000)
  local year, month, day = civil_from_days(math.floor(seconds / 86400))
  return string.format('%04d-%02d-%02d %02d:%02d:%02d UTC', year, month, day,
    math.floor(seconds / 3600) % 24, math.floor(seconds / 60) % 60, seconds % 60)
end

local function in_text(now, time)
  return 'in ' .. span_text(math.max(0, time - now)) .. ', at ' .. date_text(time)
end
