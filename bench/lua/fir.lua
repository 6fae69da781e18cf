-- kernels/fir.c
return function(n)
  local h, x, y = {}, {}, {}
  local en = 0
  for i = 0, 23 do h[i] = i * 911 % 4001 - 2000 end
  for i = 0, 223 do x[i] = i * 7919 % 30011 - 15000 end
  for r = 0, n - 1 do
    for i = 0, 199 do
      local acc = 1 << 14
      for k = 0, 23 do acc = acc + h[k] * x[i + k] end
      acc = acc // 32768
      if acc > 32767 then acc = 32767 end
      if acc < -32768 then acc = -32768 end
      y[i] = acc
    end
    for i = 0, 199 do en = en + y[i] * x[i] end
    x[r % 224] = (y[r % 200] + r + 0x8000 & 0xffff) - 0x8000
  end
  return (en ~ en >> 32) & 0xffffffff
end
