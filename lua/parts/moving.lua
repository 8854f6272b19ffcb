-- While a slot of a cluster moves, two nodes have some of its keys each, and neither answers about two that it has not.
-- Then nothing is done: what is written to one can be in the way of what the other has still to hand over.
local function refuse_while_moving(key)
  local owner = string.match(key or '', '^[^{}]+:{[^{}]+}')
  local reply = owner and redis.pcall('EXISTS', owner .. '/', owner .. '//')
  if type(reply) == 'table' and string.find(reply.err, 'non local key', 1, true) then
    refuse('the slot of ' .. owner .. ' is on its way to another node: try again when it is there')
  end
end
