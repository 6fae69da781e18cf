-- kernels/strings.c; a string is a table of bytes from 0 that ends with 0
local function slen(s)
  local i = 0
  while s[i] ~= 0 do i = i + 1 end
  return i
end

local function scmp(a, b)
  local i = 0
  while a[i] ~= 0 and a[i] == b[i] do i = i + 1 end
  return a[i] - b[i]
end

local function mcpy(d, s, from, n)
  for i = 0, n - 1 do d[i] = s[from + i] end
end

local function find(h, p)
  local i = 0
  while h[i] ~= 0 do
    local j = 0
    while p[j] ~= 0 and h[i + j] == p[j] do j = j + 1 end
    if p[j] == 0 then return i end
    i = i + 1
  end
  return 0xffff
end

local function enc1(v)
  if v < 26 then return 65 + v end
  if v < 52 then return 97 + v - 26 end
  if v < 62 then return 48 + v - 52 end
  return v == 62 and 43 or 47
end

local function dec1(c)
  if c >= 65 and c <= 90 then return c - 65 end
  if c >= 97 and c <= 122 then return c - 97 + 26 end
  if c >= 48 and c <= 57 then return c - 48 + 52 end
  return c == 43 and 62 or 63
end

local function b64enc(d, s, n)
  local o = 0
  for i = 0, n - 3, 3 do
    local v = s[i] << 16 | s[i + 1] << 8 | s[i + 2]
    d[o] = enc1(v >> 18)
    d[o + 1] = enc1(v >> 12 & 63)
    d[o + 2] = enc1(v >> 6 & 63)
    d[o + 3] = enc1(v & 63)
    o = o + 4
  end
  d[o] = 0
  return o
end

local function b64dec(d, s, n)
  local o = 0
  for i = 0, n - 1, 4 do
    local v = dec1(s[i]) << 18 | dec1(s[i + 1]) << 12 | dec1(s[i + 2]) << 6 | dec1(s[i + 3])
    d[o] = v >> 16 & 255
    d[o + 1] = v >> 8 & 255
    d[o + 2] = v & 255
    o = o + 3
  end
  return o
end

return function(n)
  local src, dst, out, pat = {}, {}, {}, {}
  local sum = 0
  for i = 0, 699 do src[i] = 97 + (i * i + 3 * i) % 23 end
  src[700] = 0
  for r = 0, n - 1 do
    mcpy(pat, src, r * 37 % 690, 5)
    pat[5] = 0
    sum = sum * 31 + find(src, pat) & 0xffffffff
    mcpy(dst, src, 0, 701)
    dst[r * 13 % 700] = 97 + r % 26
    sum = sum * 31 + slen(dst) + scmp(src, dst) & 0xffffffff
    local o = b64enc(dst, src, 699)
    local l = b64dec(out, dst, o)
    out[l] = 0
    sum = sum * 31 + l + dst[r % o] + scmp(src, out) & 0xffffffff
    src[r * 11 % 700] = 97 + (sum >> 8) % 23 & 255
  end
  return sum
end
