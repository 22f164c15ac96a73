#include "debug_limits.h"

#include "lauxlib.h"

static lua_CFunction lua_getlocal_function;
static lua_CFunction lua_setlocal_function;
static lua_CFunction lua_setupvalue_function;

/* The arguments ([thread,] level, ...) of the functions about locals. */
typedef struct {
  lua_State *thread;
  /* Index of the level among the arguments. */
  int argument;
  /* Whether there is such a level, and then its record. */
  int is_level;
  lua_Debug record;
} Level;

static Level check_level(lua_State *L) {
  Level level = {.thread = L, .argument = 1};
  if (lua_isthread(L, 1)) {
    level.thread = lua_tothread(L, 1);
    level.argument = 2;
  }
  if (lua_isfunction(L, level.argument)) return level;
  lua_Integer number = luaL_checkinteger(L, level.argument);
  level.is_level = number >= 0 && number <= LUAI_MAXSTACK &&
                   lua_getstack(level.thread, (int)number, &level.record);
  if (level.is_level) lua_getinfo(level.thread, "S", &level.record);
  return level;
}

static int is_c_function(const Level *level) { return level->is_level && level->record.what[0] == 'C'; }

/* debug.getlocal([thread,] f, local): none for a C function. Its locals are temporaries, among them string
 * buffers that a script could free under the function that fills them. */
static int limited_getlocal(lua_State *L) {
  Level level = check_level(L);
  luaL_checkinteger(L, level.argument + 1);
  if (is_c_function(&level)) {
    luaL_pushfail(L);
    return 1;
  }
  return lua_getlocal_function(L);
}

/* Whether the local variable has a name of its own. What has none, "(temporary)" or "(for state)", is what
 * the interpreter trusts. */
static int is_named(Level *level, int local) {
  const char *name = lua_getlocal(level->thread, &level->record, local);
  if (name == NULL) return 1; /* no such variable: nothing will be set */
  lua_pop(level->thread, 1);
  return name[0] != '(';
}

/* Whether a script may give the local variable the value at `value`. */
static int may_set(lua_State *L, Level *level, int local, int value) {
  if (!level->is_level || local < 0) return 1; /* no level: an error in time; a vararg: no one trusts it */
  luaL_argcheck(L, lua_checkstack(level->thread, 1), 1, "stack overflow");
  if (!is_named(level, local)) return 0;
#if LUA_VERSION_NUM >= 505
  /* The variable of a numeric loop is itself what the interpreter counts with: its type has to stay. */
  if (local > 1 && !is_named(level, local - 1)) {
    lua_getlocal(level->thread, &level->record, local);
    int same_type = lua_type(level->thread, -1) == lua_type(L, value) &&
                    lua_isinteger(level->thread, -1) == lua_isinteger(L, value);
    lua_pop(level->thread, 1);
    return same_type;
  }
#else
  (void)value;
#endif
  return 1;
}

/* debug.setlocal([thread,] level, local, value): named variables and varargs of Lua functions only. */
static int limited_setlocal(lua_State *L) {
  luaL_argcheck(L, !lua_isfunction(L, lua_isthread(L, 1) ? 2 : 1), 1, "level expected");
  Level level = check_level(L);
  lua_Integer local = luaL_checkinteger(L, level.argument + 1);
  luaL_checkany(L, level.argument + 2);
  lua_settop(L, level.argument + 2);
  if (is_c_function(&level) || !may_set(L, &level, (int)local, level.argument + 2)) {
    luaL_pushfail(L);
    return 1;
  }
  return lua_setlocal_function(L);
}

/* debug.setupvalue(f, up, value): Lua functions only. */
static int limited_setupvalue(lua_State *L) {
  luaL_checkany(L, 3);
  luaL_checkinteger(L, 2);
  luaL_checktype(L, 1, LUA_TFUNCTION);
  if (lua_iscfunction(L, 1)) return 0;
  return lua_setupvalue_function(L);
}

static lua_CFunction limit(lua_State *L, const char *name, lua_CFunction limited) {
  lua_getfield(L, -1, name);
  lua_CFunction original = lua_tocfunction(L, -1);
  lua_pop(L, 1);
  lua_pushcfunction(L, limited);
  lua_setfield(L, -2, name);
  return original;
}

void debug_limits_setup(lua_State *L) {
  lua_getglobal(L, "debug");
  lua_getlocal_function = limit(L, "getlocal", limited_getlocal);
  lua_setlocal_function = limit(L, "setlocal", limited_setlocal);
  lua_setupvalue_function = limit(L, "setupvalue", limited_setupvalue);
  lua_pop(L, 1);
}
