-- kernels/crc32.c
local function crc_bits(p, len, c)
  for i = 0, len - 1 do
    c = c ~ p[i]
    for _ = 1, 8 do
      if c & 1 ~= 0 then c = c >> 1 ~ 0xedb88320 else c = c >> 1 end
    end
  end
  return c
end

local function crc_tab(tab, p, len, c)
  for i = 0, len - 1 do
    c = tab[(c ~ p[i]) & 255] ~ c >> 8
  end
  return c
end

return function(n)
  local tab, buf = {}, {}
  for i = 0, 255 do tab[i] = crc_bits({ [0] = i }, 1, 0) end
  for i = 0, 2047 do buf[i] = i * 7 + (i >> 3) & 255 end
  local c = 0xffffffff
  for r = 0, n - 1 do
    c = crc_tab(tab, buf, 2048, c)
    c = crc_bits(buf, 256, c)
    buf[r & 2047] = c & 255
  end
  return ~c & 0xffffffff
end
