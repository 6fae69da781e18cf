-- kernels/sieve.c
local SIZE = 8190

return function(n)
  local flags = {}
  local sum = 0
  for r = 0, n - 1 do
    local count = 0
    for i = 0, SIZE do flags[i] = 1 end
    for i = 2, SIZE do
      if flags[i] ~= 0 then
        for k = i + i, SIZE, i do flags[k] = 0 end
        count = count + 1
      end
    end
    sum = sum * 31 + count + r & 0xffffffff
  end
  return sum
end
