-- A cursor, or a half of one; refused where Redis would not take it, as it is no number of 64 bits.
local LARGEST_CURSOR = '18446744073709551615'

local function read_cursor(text)
  local digits = string.match(text or '', '^%d+$')
  if not digits or #digits > #LARGEST_CURSOR or #digits == #LARGEST_CURSOR and digits > LARGEST_CURSOR then
    refuse('the cursor is 0 at first, then what the step before said, not ' .. (text or 'missing'))
  end
  return digits
end
