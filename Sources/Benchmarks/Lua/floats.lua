-- Floating-point arithmetic: a small n-body step and trigonometry.
local x, y, vx, vy = 1.0, 0.0, 0.0, 1.0
for i = 1, 40000 do
  local r2 = x * x + y * y
  local a = -1.0 / (r2 * r2 ^ 0.5)
  vx, vy = vx + a * x * 0.001, vy + a * y * 0.001
  x, y = x + vx * 0.001, y + vy * 0.001
end
local s = 0
for i = 1, 5000 do s = s + math.sin(i) * math.cos(i / 3) end
return x + y + s
