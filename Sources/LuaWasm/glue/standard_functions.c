#include "standard_functions.h"

#include <string.h>

#include "lauxlib.h"

/* The index is the place in this list, so the list only ever grows at its end. The first part is common to
 * all builds of lua.wasm: it has names that are no functions and names of functions that Lua 5.4 dropped,
 * which keep their place. The second part is ours. */
static const char *const names[] = {
    "print", "type", "tonumber", "tostring", "pairs", "ipairs", "next", "pcall", "xpcall", "error",
    "assert", "select", "rawget", "rawset", "rawequal", "getmetatable", "setmetatable",
    "math.abs", "math.acos", "math.asin", "math.atan", "math.atan2", "math.ceil", "math.cos", "math.cosh",
    "math.deg", "math.exp", "math.floor", "math.fmod", "math.frexp", "math.huge", "math.ldexp", "math.log",
    "math.log10", "math.max", "math.min", "math.modf", "math.pi", "math.pow", "math.rad", "math.random",
    "math.randomseed", "math.sin", "math.sinh", "math.sqrt", "math.tan", "math.tanh",
    "string.byte", "string.char", "string.dump", "string.find", "string.format", "string.gmatch",
    "string.gsub", "string.len", "string.lower", "string.match", "string.rep", "string.reverse",
    "string.sub", "string.upper",
    "table.concat", "table.insert", "table.maxn", "table.remove", "table.sort",

    "collectgarbage", "load", "rawlen", "require", "warn",
    "coroutine.close", "coroutine.create", "coroutine.isyieldable", "coroutine.resume",
    "coroutine.running", "coroutine.status", "coroutine.wrap", "coroutine.yield",
    "debug.gethook", "debug.getinfo", "debug.getlocal", "debug.getmetatable", "debug.getupvalue",
    "debug.getuservalue", "debug.setcstacklimit", "debug.sethook", "debug.setlocal", "debug.setmetatable",
    "debug.setupvalue", "debug.setuservalue", "debug.traceback", "debug.upvalueid", "debug.upvaluejoin",
    "ext.table", "io.flush", "io.type", "io.write",
    "math.tointeger", "math.type", "math.ult",
    "os.clock", "os.date", "os.difftime", "os.time",
    "string.pack", "string.packsize", "string.unpack",
    "table.create", "table.move", "table.pack", "table.unpack",
    "utf8.char", "utf8.codepoint", "utf8.codes", "utf8.len", "utf8.offset",
};

enum { NAME_COUNT = sizeof names / sizeof *names };

/* Keys of two tables in the registry: index + 1 -> function, and function -> index. */
static const char functions, indices;

/* Pushes what the globals hold under a name with at most one dot, nil when there is nothing. */
static void push_global(lua_State *L, const char *name) {
  const char *dot = strchr(name, '.');
  lua_pushglobaltable(L);
  if (dot != NULL) {
    lua_pushlstring(L, name, (size_t)(dot - name));
    lua_rawget(L, -2);
    lua_remove(L, -2);
    name = dot + 1;
  }
  lua_pushstring(L, name);
  lua_rawget(L, -2);
  lua_remove(L, -2);
}

void standard_functions_setup(lua_State *L) {
  lua_createtable(L, NAME_COUNT, 0);
  lua_createtable(L, 0, NAME_COUNT);
  for (int i = 0; i < NAME_COUNT; i++) {
    push_global(L, names[i]);
    if (lua_isfunction(L, -1)) {
      lua_pushvalue(L, -1);
      lua_pushinteger(L, i);
      lua_rawset(L, -4);
    } else {
      lua_pop(L, 1);
      lua_pushboolean(L, 0);
    }
    lua_rawseti(L, -3, i + 1);
  }
  lua_rawsetp(L, LUA_REGISTRYINDEX, &indices);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &functions);
}

uint16_t standard_function_index(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &indices);
  lua_pushvalue(L, index);
  if (lua_rawget(L, -2) != LUA_TNUMBER) {
    luaL_error(L, "only standard functions and functions written in Lua can be passed to the host");
  }
  uint16_t found = (uint16_t)lua_tointeger(L, -1);
  lua_pop(L, 2);
  return found;
}

void standard_function_push(lua_State *L, uint16_t function_index) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &functions);
  if (lua_rawgeti(L, -1, (lua_Integer)function_index + 1) != LUA_TFUNCTION) {
    luaL_error(L, "standard function %d (%s) is not in this build", function_index,
               function_index < NAME_COUNT ? names[function_index] : "unknown");
  }
  lua_remove(L, -2);
}
