-- What an operator has set: the limit, and when it ends, if it does. False if that is no limit.
local function read_limit(text)
  local limit, ends = match(text, '^(%d+) ?(%d*)$')
  limit, ends = tonumber(limit), tonumber(ends)
  if not limit or limit > LARGEST_LIMIT or ends and ends > LATEST_DATE then return false end
  return limit, ends and ends * 1000000
end
