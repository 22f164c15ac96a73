-- Formatting and parsing of numbers and text.
local out = {}
for i = 1, 3000 do
  out[#out + 1] = string.format("%05d|%-8s|%8.3f|%x", i, "n" .. i, i / 7, i * 31)
end
local sum = 0
for i = 1, #out do sum = sum + tonumber(out[i]:sub(1, 5)) + #out[i] end
return sum
