-- Lua itself as a process: runs a script for each line it reads, and answers seconds of processor time and bits.
--
-- usage: lua lua-peer.lua lua MODULE SCRIPT
local file = assert(io.open(arg[3], "rb"))
local source = file:read("a")
file:close()
for _ in io.lines() do
  collectgarbage()
  local start = os.clock()
  local result = load(source, "=input")()
  local seconds = os.clock() - start
  local format = math.type(result) == "float" and "<d" or "<i8"
  io.write(seconds, " ", string.unpack("<i8", string.pack(format, result)), "\n")
  io.flush()
end
