-- Days since the epoch of a date of the Gregorian calendar, and back: days_from_civil and civil_from_days of Howard
-- Hinnant, "chrono-Compatible Low-Level Date Algorithms". A year begins in March there, so that a leap day is its last.
local function days_from_civil(year, month, day)
  if month <= 2 then year = year - 1 end
  local leap_days = floor(year / 4) - floor(year / 100) + floor(year / 400)
  local day_of_year = floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return year * 365 + leap_days + day_of_year - 719468
end

local function civil_from_days(days)
  local era = floor((days + 719468) / 146097)
  local day_of_era = days + 719468 - era * 146097
  local leap_days = floor(day_of_era / 1460) - floor(day_of_era / 36524) + floor(day_of_era / 146096)
  local year_of_era = floor((day_of_era - leap_days) / 365)
  local day_of_year = day_of_era - (year_of_era * 365 + floor(year_of_era / 4) - floor(year_of_era / 100))
  local month = floor((5 * day_of_year + 2) / 153)
  local day = day_of_year - floor((153 * month + 2) / 5) + 1
  month = month < 10 and month + 3 or month - 9
  return era * 400 + year_of_era + (month <= 2 and 1 or 0), month, day
end
