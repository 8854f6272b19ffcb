-- What is wrong with the arguments is said without the place in the script.
local function refuse(text) error(text, 0) end

-- The name after `by`, the last two of the arguments.
local function take_name(arguments)
  local name = arguments[#arguments]
  if #arguments < 2 or arguments[#arguments - 1] ~= 'by' or not string.find(name, '^[!-~]+$') or #name > 64 then
    refuse('say who does it: the last two arguments are by and your name, such as: by anna')
  end
  return name
end

local function read_count(text, name, largest)
  local count = tonumber(string.match(text or '', '^%d+$'))
  if not count or count > largest then
    refuse(string.format('%s must be a whole number from 0 to %.0f, not %s', name, largest, text or 'missing'))
  end
  return count
end
