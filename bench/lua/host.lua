-- Calls one program and times each call: host.lua NAME N... prints for every N "checksum nanoseconds", CPU time of the process.
local folder = arg[0]:match("^(.*[/\\])") or ""
local program = dofile(folder .. arg[1] .. ".lua")
for i = 2, #arg do
  local n = math.tointeger(tonumber(arg[i]))
  local start = os.clock()
  local sum = program(n)
  print(string.format("%d %.0f", sum, (os.clock() - start) * 1e9))
end
