-- When something ends, in seconds since the epoch, from a text: 2030-01-31 (its first moment, UTC), or a time from now
-- on, such as 12h or 7d. '' if it does not end.
local function read_end(text, now)
  if not text then return '' end
  local year, month, day = string.match(text, '^(%d%d%d%d)-(%d%d)-(%d%d)$')
  if year then
    local days = days_from_civil(tonumber(year), tonumber(month), tonumber(day))
    if string.format('%d-%d-%d', civil_from_days(days)) == string.format('%d-%d-%d', year, month, day) then
      return string.format('%.0f', days * 86400)
    end
  end
  local span = read_span(text)
  if not span then refuse('an end is a date such as 2030-01-31, or a time such as 12h or 7d, not ' .. text) end
  return string.format('%.0f', math.floor((now + span) / 1000000))
end
