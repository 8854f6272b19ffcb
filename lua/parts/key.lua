-- What a key of Weir is made of; nil and the reason if it is none. Its fields: prefix; owner, such as g=acme; kind,
-- which is window, index, warned or kept (what never expires); rule and parts of a window; name of what is kept.
local function read_key(key)
  local prefix, owner, rest = string.match(key, '^([%w_.-]+):{([^{}]*)}([:/][^{}]*)$')
  if not prefix then return nil, 'a key looks like weir:{g=acme}:group or weir:{g=acme}/limits' end
  if #prefix > 16 then return nil, 'the prefix is longer than 16 characters' end

  -- The value of a part, with its letter: a hash of 22 characters, or a name.
  local function fault_in(part)
    local letter, value = string.match(part, '^([tegau])=(.*)$')
    if not letter then return part .. ' has no letter: t= token, e= endpoint, g= group, a= application, u= user' end
    local hash = string.match(value, '^~(.*)$') or (letter == 't' or letter == 'u') and value
    if hash then
      if #hash ~= 22 or string.find(hash, '[^%w_-]') then return part .. ' needs a hash of 22 characters' end
    elseif string.find(string.gsub(value, '%%%x%x', ''), '[^%w_./-]') or #value > 64 then
      return part .. ' is not percent-encoded, or longer than 64 characters'
    end
  end

  local fault = fault_in(owner)
  if fault then return nil, fault end
  local found = { prefix = prefix, owner = owner, rest = rest, parts = {} }
  if string.sub(rest, 1, 1) == '/' then
    local name = string.match(rest, '^/(%l+)')
    local is_known = name == 'limits' or name == 'production' or name == 'sites' or name == 'objects' or name == 'audit'
    if not is_known then return nil, rest .. ' is nothing that Weir keeps' end
    found.kind, found.name = 'kept', string.sub(rest, 2)
    if rest ~= '/' .. name and not ((name == 'sites' or name == 'objects') and string.find(rest, '^/%l+:[%w_-]+$')) then
      return nil, rest .. ' is nothing that Weir keeps'
    end
    return found
  end
  local words = {}
  for word in string.gmatch(rest, ':([^:]*)') do words[#words + 1] = word end
  found.rule, found.kind = words[1], 'window'
  if not string.find(words[1], '^[%w_.-]+$') then return nil, 'a rule has a name of A-Z a-z 0-9 - _ .' end
  local last, order = 0, 'tegau'
  for i = 2, #words do
    if i == #words and words[i] == 'warned' then
      found.kind = 'warned'
    else
      fault = fault_in(words[i])
      if fault then return nil, fault end
      local place = string.find(order, string.sub(words[i], 1, 1), 1, true)
      if place <= last then return nil, 'parts stand in the order t e g a u, each once' end
      last = place
      found.parts[#found.parts + 1] = words[i]
    end
  end
  return found
end
