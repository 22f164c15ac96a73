-- Runs the steps of one fixture in a stock Lua, each as a chunk named "script", and notes how each ended.
--
--     lua5.4 driver.lua RESULTS MARK STEP...
--
-- RESULTS is the file that gets one line a step; MARK is written to standard output behind each step, so
-- that the reader can tell their outputs apart; each STEP is a file with the step's source.

local format, pack, math_type = string.format, string.pack, math.type
local open, stdout, pcall, load, type = io.open, io.stdout, pcall, load, type
local tostring, getmetatable, table_pack, dump = tostring, debug.getmetatable, table.pack, string.dump

local results = assert(open(arg[1], "wb"))
local mark = arg[2]
local sources = {}
for i = 3, #arg do
  local file = assert(open(arg[i], "rb"))
  sources[#sources + 1] = file:read("a")
  file:close()
end
arg = nil
-- The program lua5.4 starts its state in the generational mode, the library in the incremental one.
collectgarbage("incremental")
stdout:setvbuf("no")

local function hexadecimal(text)
  return (text:gsub(".", function(byte) return format("%02x", byte:byte()) end))
end

-- The names of standard functions. A function of several names keeps the first in the order of names.
local names = {}
for library_name, library in pairs(package.loaded) do
  for name, value in pairs(library) do
    if type(value) == "function" then
      local full = library_name == "_G" and name or library_name .. "." .. name
      if not names[value] or full < names[value] then names[value] = full end
    end
  end
end

local describe = {
  ["nil"] = function() return "nil" end,
  boolean = function(value) return "boolean " .. tostring(value) end,
  number = function(value)
    if math_type(value) == "integer" then return format("integer %d", value) end
    return "float " .. hexadecimal(pack(">d", value))
  end,
  string = function(value) return "string " .. hexadecimal(value) end,
  ["function"] = function(value)
    local name = names[value]
    if name then return "c-function " .. name end
    local is_lua, bytecode = pcall(dump, value)
    return is_lua and "function " .. hexadecimal(bytecode) or "foreign C function"
  end,
}

-- The message of an error object, as the glue of lua.wasm makes it.
local function message(object)
  if type(object) == "string" then return object end
  local metatable = getmetatable(object)
  if type(object) == "number" or metatable and metatable.__tostring ~= nil then
    local ok, text = pcall(tostring, object)
    if ok or type(text) == "string" then return text end
    return "(error object could not be described)"
  end
  return "(error object is a " .. type(object) .. " value)"
end

local close = results.close
for _, source in ipairs(sources) do
  -- An empty source is an answer without a value.
  local line = "none"
  if source ~= "" then
    local chunk, syntax_error = load(source, "=script", "t")
    if not chunk then
      line = "error " .. hexadecimal(syntax_error)
    else
      local answer = table_pack(pcall(chunk))
      if answer[1] then
        local value
        if answer.n > 1 then value = answer[answer.n] end
        line = (describe[type(value)] or type)(value)
      else
        line = "error " .. hexadecimal(message(answer[2]))
      end
    end
  end
  results:write(line, "\n")
  results:flush()
  stdout:write(mark)
end
close(results)
