-- kernels/mandel.c
return function(n)
  local sum = 0
  local sc = 3.0 / n
  for y = 0, n - 1 do
    for x = 0, n - 1 do
      local cr, ci, zr, zi = x * sc - 2.0, y * sc - 1.5, 0.0, 0.0
      local it = 0
      while it < 60 do
        local a, b = zr * zr, zi * zi
        if a + b > 4.0 then break end
        zi = 2.0 * zr * zi + ci
        zr = a - b + cr
        it = it + 1
      end
      sum = sum * 3 + it & 0xffffffff
    end
  end
  return sum
end
