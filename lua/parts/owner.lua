-- What all keys of an owner begin with, such as weir:{g=acme}; refused where the keys are not all of one.
local function owner_of(keys)
  local owner = string.match(keys[1] or '', '^[%w_.-]+:{[^{}]+}')
  if not owner then refuse('the first key must be like weir:{g=acme}:group, not ' .. (keys[1] or 'missing')) end
  for _, key in ipairs(keys) do
    if string.sub(key, 1, #owner) ~= owner or not string.find(key, '^[:/][^{}]+$', #owner + 1) then
      refuse(key .. ' is not of ' .. owner .. ', as the first key is')
    end
  end
  return owner
end

local function check_window(key)
  if string.find(key, '}/') then refuse(key .. ' is kept for good, and is no window') end
end
