-- Nested numeric loops: iterations over a corner of the Mandelbrot set.
local total = 0
for py = 0, 47 do
  for px = 0, 47 do
    local cx, cy = px / 24 - 1.5, py / 24 - 1.0
    local x, y, n = 0.0, 0.0, 0
    while n < 60 and x * x + y * y < 4 do
      x, y = x * x - y * y + cx, 2 * x * y + cy
      n = n + 1
    end
    total = total + n
  end
end
return total
