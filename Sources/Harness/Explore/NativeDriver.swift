// The program that another Lua runs to be given scripts.
import LuaHost

enum NativeDriver {
  /// Reads scripts from standard input, a line with length and mark before each, and answers each with what it put
  /// out, the mark, a letter for the kind of its end, and the encoded value or message.
  static let text =
    """
    local G, read, write, flush = _G, io.read, io.write, io.flush
    local exit, sethook, debugset = os.exit, debug.sethook, debug.setmetatable
    local load, pcall, type, next, rawget, rawset, tostring = load, pcall, type, next, rawget, rawset, tostring
    local pack, mathtype, getmetatable, collect = string.pack, math.type, debug.getmetatable, collectgarbage
    local tonumber, match, tpack, select = tonumber, string.match, table.pack, select
    io.stdout:setvbuf("full", 1 << 16)
    local registry = {}
    do
      local number = 0
      for name in ([[\(StandardFunctions.names.joined(separator: " "))]]):gmatch("%S+") do
        local value = G
        for part in name:gmatch("[^.]+") do value = type(value) == "table" and value[part] or nil end
        if type(value) == "function" then registry[value] = number end
        number = number + 1
      end
    end
    for name in ([[io os debug package require dofile loadfile warn arg collectgarbage]]):gmatch("%S+") do
      G[name] = nil
    end
    string.dump, math.random, math.randomseed = nil, nil, nil
    local meta = getmetatable("")
    local kept = {}
    for _, library in next, { G, string, table, math, coroutine, utf8, meta } do
      local copy = {}
      for key, value in next, library do copy[key] = value end
      kept[library] = copy
    end
    local function restore()
      for library, copy in next, kept do
        debugset(library, nil)
        for key in next, library do if copy[key] == nil then rawset(library, key, nil) end end
        for key, value in next, copy do rawset(library, key, value) end
      end
      debugset("", meta)
      for _, value in next, { false, 0, print } do debugset(value, nil) end
      debugset(nil, nil)
    end
    local function encoded(value)
      local kind = type(value)
      if kind == "nil" then return "\\0" end
      if kind == "boolean" then return value and "\\1\\1" or "\\1\\0" end
      if kind == "string" then return pack("<Bs4", 4, value) end
      if kind == "number" then
        return mathtype(value) == "integer" and pack("<Bi8", 2, value) or pack("<Bd", 3, value)
      end
      if kind == "function" and registry[value] then return pack("<BI2", 6, registry[value]) end
    end
    local function described(value)
      if type(value) == "string" then return value end
      local m = getmetatable(value)
      if type(value) == "number" or type(m) == "table" and rawget(m, "__tostring") ~= nil then
        local good, text = pcall(tostring, value)
        if good or type(text) == "string" then return text end
        return "(error object could not be described)"
      end
      return "(error object is a " .. type(value) .. " value)"
    end
    local function answer(mark, letter, text)
      write(mark, letter, pack("<s4", text))
      flush()
    end
    local function finish(mark, good, ...)
      sethook()
      if not good then return answer(mark, "e", described((...))) end
      local count = select("#", ...)
      local value
      if count > 0 then value = select(count, ...) end
      local text = encoded(value)
      if text then return answer(mark, "v", text) end
      answer(mark, "x", "")
    end
    while true do
      local line = read("l")
      if not line then exit(0) end
      local length, mark = match(line, "^(%d+) (.*)$")
      length = tonumber(length)
      local source = length == 0 and "" or read(length)
      local chunk, message = load(source, "=script", "t", G)
      if chunk then
        sethook(function() exit(9) end, "", 100000000)
        finish(mark, pcall(chunk))
      else
        answer(mark, "e", message)
      end
      restore()
      collect("step", 100)
    end
    """
}
