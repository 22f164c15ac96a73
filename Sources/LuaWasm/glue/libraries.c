#include "libraries.h"

#include <stdio.h>
#include <string.h>

#include "debug_limits.h"
#include "lauxlib.h"
#include "lualib.h"
#include "output.h"

/* --- What is not there ---------------------------------------------------------------------------- */

static const char *const unavailable_names[] = {
    "dofile",       "loadfile",     "debug.debug",        "debug.getregistry", "io.close",
    "io.lines",     "io.open",      "io.popen",           "io.read",           "io.tmpfile",
    "os.execute",   "os.exit",      "os.getenv",          "os.remove",         "os.rename",
    "os.setlocale", "os.tmpname",   "package.loadlib",    "package.searchpath",
};

static int unavailable(lua_State *L) {
  return luaL_error(L, "%s is not available in this host", lua_tostring(L, lua_upvalueindex(1)));
}

static void replace_unavailable(lua_State *L) {
  for (size_t i = 0; i < sizeof unavailable_names / sizeof *unavailable_names; i++) {
    const char *name = unavailable_names[i];
    const char *dot = strchr(name, '.');
    lua_pushglobaltable(L);
    if (dot != NULL) {
      lua_pushlstring(L, name, (size_t)(dot - name));
      lua_gettable(L, -2);
      lua_remove(L, -2);
    }
    lua_pushstring(L, dot != NULL ? dot + 1 : name);
    lua_pushstring(L, name);
    lua_pushcclosure(L, unavailable, 1);
    lua_settable(L, -3);
    lua_pop(L, 1);
  }
}

/* --- io ------------------------------------------------------------------------------------------- */

/* The stock name of the type, which messages show, and where the registry keeps the only object of it. */
#define STREAM LUA_FILEHANDLE
#define STREAM_OBJECT "captured output"

static void write_arguments(lua_State *L, int first) {
  int last = lua_gettop(L);
  for (int i = first; i <= last; i++) {
    size_t length;
#if LUA_VERSION_NUM < 505
    /* As the stock function of 5.4 does: 1.0 is written "1", unlike anywhere else. */
    if (lua_type(L, i) == LUA_TNUMBER && !lua_isinteger(L, i)) {
      char number[32];
      length = (size_t)snprintf(number, sizeof number, LUA_NUMBER_FMT, lua_tonumber(L, i));
      output_write(number, length);
      continue;
    }
#endif
    const char *text = luaL_checklstring(L, i, &length);
    output_write(text, length);
  }
}

/* io.write(...) answers the stream, as the stock one does. */
static int io_write(lua_State *L) {
  write_arguments(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, STREAM_OBJECT);
  return 1;
}

static int io_flush(lua_State *L) {
  lua_getfield(L, LUA_REGISTRYINDEX, STREAM_OBJECT);
  return 1;
}

/* io.input() and io.output(): the stream; no other can be chosen. */
static int io_current(lua_State *L) {
  if (!lua_isnoneornil(L, 1) && !luaL_testudata(L, 1, STREAM)) return unavailable(L);
  lua_getfield(L, LUA_REGISTRYINDEX, STREAM_OBJECT);
  return 1;
}

static int io_type(lua_State *L) {
  luaL_checkany(L, 1);
  if (luaL_testudata(L, 1, STREAM)) {
    lua_pushliteral(L, "file");
  } else {
    luaL_pushfail(L);
  }
  return 1;
}

static int stream_write(lua_State *L) {
  luaL_checkudata(L, 1, STREAM);
  write_arguments(L, 2);
  lua_settop(L, 1);
  return 1;
}

static int stream_flush(lua_State *L) {
  luaL_checkudata(L, 1, STREAM);
  lua_settop(L, 1);
  return 1;
}

static int stream_setvbuf(lua_State *L) {
  luaL_checkudata(L, 1, STREAM);
  lua_pushboolean(L, 1);
  return 1;
}

static int stream_to_string(lua_State *L) {
  lua_pushliteral(L, "file (captured output)");
  return 1;
}

/* io.stdin, io.stdout and io.stderr are one object: all that is written ends in the captured output, and
 * there is nothing to read. */
static void open_io(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"flush", io_flush}, {"type", io_type}, {"write", io_write}, {NULL, NULL}};
  static const luaL_Reg methods[] = {
      {"flush", stream_flush}, {"setvbuf", stream_setvbuf}, {"write", stream_write}, {NULL, NULL}};
  static const char *const current_names[] = {"input", "output"};
  static const char *const unavailable_methods[] = {"close", "lines", "read", "seek"};
  luaL_newlib(L, functions);
  for (size_t i = 0; i < sizeof current_names / sizeof *current_names; i++) {
    lua_pushfstring(L, "io.%s", current_names[i]);
    lua_pushcclosure(L, io_current, 1);
    lua_setfield(L, -2, current_names[i]);
  }
  lua_newuserdatauv(L, 0, 0);
  luaL_newmetatable(L, STREAM);
  luaL_newlib(L, methods);
  for (size_t i = 0; i < sizeof unavailable_methods / sizeof *unavailable_methods; i++) {
    lua_pushfstring(L, "file:%s", unavailable_methods[i]);
    lua_pushcclosure(L, unavailable, 1);
    lua_setfield(L, -2, unavailable_methods[i]);
  }
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, stream_to_string);
  lua_setfield(L, -2, "__tostring");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, STREAM_OBJECT);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "stdin");
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "stdout");
  lua_setfield(L, -2, "stderr");

  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_pushvalue(L, -2);
  lua_setfield(L, -2, LUA_IOLIBNAME);
  lua_pop(L, 1);
  lua_setglobal(L, LUA_IOLIBNAME);
}

/* --- package -------------------------------------------------------------------------------------- */

/* Keeps the first of the searchers, which looks into package.preload; the others look for files. */
static void drop_file_searchers(lua_State *L) {
  lua_getglobal(L, LUA_LOADLIBNAME);
  lua_getfield(L, -1, "searchers");
  for (lua_Integer i = luaL_len(L, -1); i > 1; i--) {
    lua_pushnil(L);
    lua_rawseti(L, -2, i);
  }
  lua_pop(L, 2);
}

/* --- warn ----------------------------------------------------------------------------------------- */

static int warnings_are_on;
static int warning_continues;

/* Warnings, off at the start, go to the captured output; "@on" and "@off" switch them (manual,
 * lua_WarnFunction). */
static void handle_warning(void *unused, const char *message, int to_be_continued) {
  (void)unused;
  if (!warning_continues && !to_be_continued && message[0] == '@') {
    if (strcmp(message, "@on") == 0) warnings_are_on = 1;
    if (strcmp(message, "@off") == 0) warnings_are_on = 0;
    return;
  }
  if (warnings_are_on) {
    static const char prefix[] = "Lua warning: ";
    if (!warning_continues) output_write(prefix, sizeof prefix - 1);
    output_write(message, strlen(message));
    if (!to_be_continued) output_write("\n", 1);
  }
  warning_continues = to_be_continued;
}

void libraries_setup(lua_State *L) {
  static const luaL_Reg libraries[] = {
      {LUA_GNAME, luaopen_base},          {LUA_LOADLIBNAME, luaopen_package},
      {LUA_COLIBNAME, luaopen_coroutine}, {LUA_TABLIBNAME, luaopen_table},
      {LUA_STRLIBNAME, luaopen_string},   {LUA_MATHLIBNAME, luaopen_math},
      {LUA_UTF8LIBNAME, luaopen_utf8},    {LUA_OSLIBNAME, luaopen_os},
      {LUA_DBLIBNAME, luaopen_debug},     {NULL, NULL},
  };
  for (const luaL_Reg *library = libraries; library->func != NULL; library++) {
    luaL_requiref(L, library->name, library->func, 1);
    lua_pop(L, 1);
  }
  open_io(L);
  drop_file_searchers(L);
  replace_unavailable(L);
  debug_limits_setup(L);
  lua_setwarnf(L, handle_warning, NULL);
}
