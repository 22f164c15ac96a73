-- Integer loops over an array: the sieve of Eratosthenes.
local count, n = 0, 60000
local composite = {}
for i = 2, n do
  if not composite[i] then
    count = count + 1
    for j = i * i, n, i do composite[j] = true end
  end
end
return count
