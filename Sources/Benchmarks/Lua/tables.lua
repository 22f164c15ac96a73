-- Tables: array and hash parts, insertion, sorting.
local list, index = {}, {}
local seed = 42
for i = 1, 8000 do
  seed = (seed * 1103515245 + 12345) % 2147483648
  list[i] = seed
  index["k" .. seed % 997] = i
end
table.sort(list)
local sum = 0
for _, value in pairs(index) do sum = sum + value end
for i = 1, #list, 7 do sum = sum ~ list[i] end
return sum
