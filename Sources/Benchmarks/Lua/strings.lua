-- Strings: concatenation, searching, substitution and upper-casing.
local parts = {}
for i = 1, 3000 do parts[#parts + 1] = "item" .. i .. ";" end
local text = table.concat(parts)
local count = 0
for word in text:gmatch("%a+%d+") do count = count + #word end
local changed = text:gsub("item(%d)", "<%1>")
return count + #changed + #text:upper():rep(3)
