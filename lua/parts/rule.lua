-- A rule from a text: LIMIT/WINDOW or LIMIT/WINDOW/SLICES, such as 5/1m, 10000/1d or 100000/30d/512. The limit is - if
-- the rule only counts; the window has a unit: ms, s, m, h or d; slices are 128 unless given.
local UNITS = { ms = 1000, s = 1000000, m = 60000000, h = 3600000000, d = 86400000000 }

local function read_span(text)
  local number, unit = string.match(text or '', '^(%d+)(%l+)$')
  return number and UNITS[unit] and tonumber(number) * UNITS[unit]
end

local function read_rule(text)
  local limit, window, slices = string.match(text or '', '^([%d-]+)/(%w+)/?(%d*)$')
  local period = read_span(window)
  limit = limit == '-' and -1 or tonumber(limit)
  if not limit or limit < -1 or not period then
    refuse('a rule is LIMIT/WINDOW, such as 5/1m, 10000/1d or -/1d, not ' .. (text or 'missing'))
  end
  slices = tonumber(slices) or 128
  if limit > 2 ^ 31 or period < 1000 or period > 366 * UNITS.d or slices < 1 or slices > 1024 then
    refuse('a rule has a limit up to 2^31, a window of 1ms to 366d and 1 to 1024 slices, not ' .. text)
  end
  return { limit = limit, period = period, slices = slices, window = window }
end
