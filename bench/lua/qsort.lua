-- kernels/qsort.c
local N = 800

local function qs(v, lo, hi)
  local i, j, p = lo, hi, v[(lo + hi) // 2]
  while i <= j do
    while v[i] < p do i = i + 1 end
    while v[j] > p do j = j - 1 end
    if i <= j then
      v[i], v[j] = v[j], v[i]
      i = i + 1
      j = j - 1
    end
  end
  if lo < j then qs(v, lo, j) end
  if i < hi then qs(v, i, hi) end
end

local function sift(v, i, n)
  local x = v[i]
  local c = 2 * i + 1
  while c < n do
    if c + 1 < n and v[c + 1] > v[c] then c = c + 1 end
    if v[c] <= x then break end
    v[i] = v[c]
    i = c
    c = 2 * i + 1
  end
  v[i] = x
end

local function hs(v, n)
  for i = n // 2 - 1, 0, -1 do sift(v, i, n) end
  for i = n - 1, 1, -1 do
    v[0], v[i] = v[i], v[0]
    sift(v, 0, i)
  end
end

local function fill(v, seed)
  for i = 0, N - 1 do
    seed = seed * 1664525 + 1013904223 & 0xffffffff
    v[i] = (seed >> 4) - 100000000
  end
  return seed
end

local function check(v)
  local s = 0
  for i = 0, N - 1 do
    if i > 0 and v[i - 1] > v[i] then return 0xdead end
    s = s * 31 + v[i] & 0xffffffff
  end
  return s
end

return function(n)
  local v = {}
  local seed, sum = 12345, 0
  for _ = 1, n do
    seed = fill(v, seed)
    qs(v, 0, N - 1)
    sum = sum * 17 + check(v) & 0xffffffff
    seed = fill(v, seed)
    hs(v, N)
    sum = sum * 17 + check(v) & 0xffffffff
  end
  return sum
end
