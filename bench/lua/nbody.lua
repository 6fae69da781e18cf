-- kernels/nbody.c; arrays begin at 1
local px, py, pz, vx, vy, vz, ms = {}, {}, {}, {}, {}, {}, {}

local function sq(x)
  local g = x > 1.0 and x * 0.5 or 1.0
  for _ = 1, 8 do g = 0.5 * (g + x / g) end
  return g
end

local function step(dt)
  for i = 1, 5 do
    for j = i + 1, 5 do
      local dx, dy, dz = px[i] - px[j], py[i] - py[j], pz[i] - pz[j]
      local d2 = dx * dx + dy * dy + dz * dz + 0.01
      local mag = dt / (d2 * sq(d2))
      local mi, mj = ms[i], ms[j]
      vx[i] = vx[i] - dx * mj * mag
      vy[i] = vy[i] - dy * mj * mag
      vz[i] = vz[i] - dz * mj * mag
      vx[j] = vx[j] + dx * mi * mag
      vy[j] = vy[j] + dy * mi * mag
      vz[j] = vz[j] + dz * mi * mag
    end
  end
  for i = 1, 5 do
    px[i] = px[i] + dt * vx[i]
    py[i] = py[i] + dt * vy[i]
    pz[i] = pz[i] + dt * vz[i]
  end
end

-- The number without its fraction.
local function whole(x)
  return x < 0 and math.ceil(x) or math.floor(x)
end

return function(n)
  for i = 1, 5 do
    local q = i - 1.0
    px[i], py[i], pz[i] = q * 2.0 - 3.0, 1.0 - q * 0.5, q * 0.25
    vx[i], vy[i], vz[i] = 0.125 * q, 0.25 - 0.0625 * q, 0.03125 * q
    ms[i] = 1.0 + q * 0.5
  end
  for _ = 1, n do step(0.0009765625) end
  local sum = 0
  for i = 1, 5 do
    local moved = whole(px[i] * 1000.0) + 7 * whole(vy[i] * 1000.0) + 13 * whole(pz[i] * 1000.0)
    sum = sum * 31 + moved & 0xffffffff
  end
  return sum
end
