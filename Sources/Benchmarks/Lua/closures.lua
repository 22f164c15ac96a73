-- Closures: counters, upvalues and higher-order functions.
local function counter(step)
  local n = 0
  return function(x) n = n + step * x; return n end
end
local counters = {}
for i = 1, 50 do counters[i] = counter(i) end
local function compose(f, g) return function(x) return g(f(x)) end end
local total = 0
for round = 1, 300 do
  for i = 1, #counters do total = total + compose(counters[i], function(v) return v % 1000 end)(round) end
end
return total
