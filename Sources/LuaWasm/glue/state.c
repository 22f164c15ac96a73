#include "state.h"

#include <stdint.h>
#include <string.h>

#include "allocator.h"
#include "buffer.h"
#include "bytecode.h"
#include "export.h"
#include "external_table.h"
#include "lauxlib.h"
#include "libraries.h"
#include "standard_functions.h"

lua_State *state;

/* Ids of the external tables behind `_home` and `_io`, 0 before `init`. */
static uint32_t home_id, io_id;

/* Whether `_home` is the global `Memory` as well. */
static int has_memory_alias = 1;

static void set_home(lua_State *L) {
  external_table_push(L, home_id);
  if (has_memory_alias) {
    lua_pushvalue(L, -1);
    lua_setglobal(L, "Memory");
  }
  lua_setglobal(L, "_home");
}

static int set_up(lua_State *L) {
  libraries_setup(L);
  bytecode_setup(L);
  external_table_setup(L);
  standard_functions_setup(L);
  uint32_t first_id = external_table_new_id(L);
  if (home_id == 0) home_id = first_id;
  set_home(L);
  io_id = external_table_new_id(L);
  external_table_push(L, io_id);
  lua_setglobal(L, "_io");
  return 0;
}

static lua_State *new_state(void) {
#if LUA_VERSION_NUM >= 505
  return lua_newstate(allocator_reallocate, NULL, luaL_makeseed(NULL));
#else
  return lua_newstate(allocator_reallocate, NULL);
#endif
}

extern void __wasm_call_ctors(void);

/* 0 when the state is ready, now or since an earlier call; -1 when it could not be made. */
EXPORT(init) int32_t init(void) {
  if (state != NULL) return 0;
  /* Calling it by name tells the linker that this module is a library; it would otherwise wrap every
   * export in a start and an end of a program. */
  __wasm_call_ctors();
  lua_State *L = new_state();
  if (L == NULL) return -1;
  lua_pushcfunction(L, set_up);
  if (lua_pcall(L, 0, 0, 0) != LUA_OK) return -1;
  state = L;
  return 0;
}

/* Runs a function without results in the state; an error in it has no one to be told to. */
static void run_quietly(lua_CFunction function) {
  if (state == NULL) return;
  lua_pushcfunction(state, function);
  lua_pcall(state, 0, 0, 0);
  lua_settop(state, 0);
}

static int collect_garbage(lua_State *L) {
  lua_gc(L, LUA_GCCOLLECT);
  return 0;
}

EXPORT(run_gc) void run_gc(void) { run_quietly(collect_garbage); }

/* Writes three u32: bytes of the shared buffer, bytes that Lua holds, pages of memory. */
EXPORT(get_memory_stats) void get_memory_stats(void *statistics) {
  uint32_t values[3] = {BUFFER_SIZE, allocator_bytes_in_use(), (uint32_t)__builtin_wasm_memory_size(0)};
  if (lies_in_memory(statistics, sizeof values)) memcpy(statistics, values, sizeof values);
}

static int attach_home(lua_State *L) {
  set_home(L);
  return 0;
}

/* Makes another external table `_home`; before `init` too. 0 is no table and changes nothing. */
EXPORT(attach_memory_table) void attach_memory_table(uint32_t id) {
  if (id == 0) return;
  home_id = id;
  run_quietly(attach_home);
}

EXPORT(get_memory_table_id) uint32_t get_memory_table_id(void) { return home_id; }

EXPORT(get_io_table_id) uint32_t get_io_table_id(void) { return io_id; }

static int clear_io(lua_State *L) {
  external_table_clear(L, io_id);
  return 0;
}

EXPORT(clear_io_table) void clear_io_table(void) { run_quietly(clear_io); }

/* Tables that scripts make from now on get ids from `next` up. */
EXPORT(sync_external_table_counter) void sync_external_table_counter(uint32_t next) {
  external_table_reserve(next);
}

static int set_alias(lua_State *L) {
  if (has_memory_alias) {
    lua_getglobal(L, "_home");
  } else {
    lua_pushnil(L);
  }
  lua_setglobal(L, "Memory");
  return 0;
}

/* Whether `_home` is the global `Memory` too: from the start unless switched off. */
EXPORT(set_memory_alias_enabled) void set_memory_alias_enabled(int32_t enabled) {
  has_memory_alias = enabled != 0;
  run_quietly(set_alias);
}
