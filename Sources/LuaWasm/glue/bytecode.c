#include "bytecode.h"

#include <string.h>

#include "lauxlib.h"
#include "sha256.h"

#define REFUSAL "binary chunk was not made by this state (only what its own string.dump gave can be loaded)"
#define SEAL_REFUSAL "stored function was not made by this build, or is damaged; store it again"

/* What a seal is the digest of, before the bytecode: modules of the same Lua read each other's functions. */
#define SEAL_LABEL "function of lua.wasm, " LUA_VERSION ":"

/* Key of the registry's table of known dumps: SHA-256 of the bytecode -> true. Digests, because a state
 * may dump many and large functions and has to remember them all. */
static const char known_dumps;

static lua_CFunction lua_load_function;
static lua_CFunction lua_dump_function;

static void push_digest(lua_State *L, const char *bytes, size_t length) {
  unsigned char digest[SHA256_LENGTH];
  sha256(bytes, length, digest);
  lua_pushlstring(L, (const char *)digest, sizeof digest);
}

/* Remembers the bytecode in the string at the top. */
static void remember(lua_State *L) {
  size_t length;
  const char *bytes = lua_tolstring(L, -1, &length);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &known_dumps);
  push_digest(L, bytes, length);
  lua_pushboolean(L, 1);
  lua_rawset(L, -3);
  lua_pop(L, 1);
}

static int is_known(lua_State *L, const char *bytes, size_t length) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &known_dumps);
  push_digest(L, bytes, length);
  lua_rawget(L, -2);
  int known = lua_toboolean(L, -1);
  lua_pop(L, 2);
  return known;
}

static int is_binary(const char *bytes, size_t length) { return length > 0 && bytes[0] == LUA_SIGNATURE[0]; }

/* string.dump(function [, strip]) */
static int guarded_dump(lua_State *L) {
  int results = lua_dump_function(L);
  remember(L);
  return results;
}

/* Where `load` has the script's reader, and what that answered last. */
enum { READER = 1, PIECE = 5 };

/* Calls the script's reader. Pushes what it answers and returns 1, or nothing and 0 at the end. */
static int call_reader(lua_State *L) {
  luaL_checkstack(L, 4, "too many nested functions");
  lua_pushvalue(L, READER);
  lua_call(L, 0, 1);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return 0;
  }
  if (!lua_isstring(L, -1)) luaL_error(L, "reader function must return a string");
  return 1;
}

/* The lua_Reader of `load`: passes text on piece by piece, but collects a binary chunk whole to look at it before Lua
 * does. No function of Lua's stands between the script's reader and `load`, as levels of the stack can be seen. */
static const char *read_piece(lua_State *L, void *data, size_t *length) {
  int *has_started = data, is_first = !*has_started;
  *has_started = 1;
  *length = 0;
  if (!call_reader(L)) return NULL;
  const char *piece = lua_tolstring(L, -1, length);
  if (is_first && is_binary(piece, *length)) {
    luaL_Buffer chunk;
    lua_replace(L, PIECE);
    luaL_buffinit(L, &chunk);
    lua_pushvalue(L, PIECE);
    luaL_addvalue(&chunk);
    while (call_reader(L)) {
      if (lua_rawlen(L, -1) == 0 && lua_type(L, -1) == LUA_TSTRING) {
        lua_pop(L, 1);
        break;
      }
      luaL_addvalue(&chunk);
    }
    luaL_pushresult(&chunk);
    piece = lua_tolstring(L, -1, length);
    if (!is_known(L, piece, *length)) {
      lua_pushliteral(L, REFUSAL);
      lua_error(L);
    }
  }
  lua_replace(L, PIECE);
  return lua_tolstring(L, PIECE, length);
}

/* load(chunk [, chunkname [, mode [, env]]]) */
static int guarded_load(lua_State *L) {
  size_t length;
  const char *chunk = lua_tolstring(L, 1, &length);
  if (chunk == NULL ? !lua_isfunction(L, 1) : !is_binary(chunk, length) || is_known(L, chunk, length))
    return lua_load_function(L);
  const char *mode = luaL_optstring(L, 3, "bt");
#if LUA_VERSION_NUM >= 505
  if (strchr(mode, 'B') != NULL) luaL_argerror(L, 3, "invalid mode");
#endif
  const char *name = luaL_optstring(L, 2, chunk != NULL ? chunk : "=(load)");
  if (chunk != NULL) {
    luaL_pushfail(L);
    lua_pushliteral(L, REFUSAL);
    return 2;
  }
  int has_environment = !lua_isnone(L, 4), has_started = 0;
  lua_settop(L, PIECE);
  if (lua_load(L, read_piece, &has_started, name, mode) != LUA_OK) {
    luaL_pushfail(L);
    lua_insert(L, -2);
    return 2;
  }
  if (has_environment) {
    lua_pushvalue(L, 4);
    if (lua_setupvalue(L, -2, 1) == NULL) lua_pop(L, 1);
  }
  return 1;
}

/* Puts `guarded` in place of the function `name` of the table at the top, which it answers. */
static lua_CFunction replace_function(lua_State *L, const char *name, lua_CFunction guarded) {
  lua_getfield(L, -1, name);
  lua_CFunction original = lua_tocfunction(L, -1);
  lua_pop(L, 1);
  lua_pushcfunction(L, guarded);
  lua_setfield(L, -2, name);
  return original;
}

void bytecode_setup(lua_State *L) {
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &known_dumps);
  lua_pushglobaltable(L);
  lua_load_function = replace_function(L, "load", guarded_load);
  lua_getfield(L, -1, "string");
  lua_dump_function = replace_function(L, "dump", guarded_dump);
  lua_pop(L, 2);
}

/* Pushes the seal of the bytecode at `index`. */
static void push_seal(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_pushliteral(L, SEAL_LABEL);
  lua_pushvalue(L, index);
  lua_concat(L, 2);
  size_t length;
  const char *bytes = lua_tolstring(L, -1, &length);
  push_digest(L, bytes, length);
  lua_remove(L, -2);
}

/* Drops the seal from the string at the top, if it has its own, and answers whether it had. */
static int open_seal(lua_State *L) {
  size_t length;
  const char *bytes = lua_tolstring(L, -1, &length);
  if (length <= SHA256_LENGTH) return 0;
  lua_pushlstring(L, bytes, length - SHA256_LENGTH);
  push_seal(L, -1);
  int is_sealed = memcmp(lua_tostring(L, -1), bytes + length - SHA256_LENGTH, SHA256_LENGTH) == 0;
  lua_pop(L, 1);
  lua_remove(L, is_sealed ? -2 : -1);
  return is_sealed;
}

void bytecode_dump(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_pushcfunction(L, guarded_dump);
  lua_pushvalue(L, index);
  lua_call(L, 1, 1);
}

void bytecode_dump_sealed(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_pushcfunction(L, lua_dump_function);
  lua_pushvalue(L, index);
  lua_call(L, 1, 1);
  push_seal(L, -1);
  lua_concat(L, 2);
}

void bytecode_load(lua_State *L, const char *bytes, size_t length) {
  /* A copy: the caller's bytes may lie in a buffer that a finalizer, run by a collection, overwrites. */
  lua_pushlstring(L, bytes, length);
  int is_sealed = open_seal(L);
  const char *bytecode = lua_tolstring(L, -1, &length);
  if (!is_sealed && !is_known(L, bytecode, length)) luaL_error(L, SEAL_REFUSAL);
  if (luaL_loadbufferx(L, bytecode, length, "=stored", "b") != LUA_OK) lua_error(L);
  lua_remove(L, -2);
  /* Lua gives the globals to the first upvalue, whichever it is. That is as good as can be without names. */
  const char *name;
  for (int i = 1; (name = lua_getupvalue(L, -1, i)) != NULL; i++) {
    lua_pop(L, 1);
    if (strcmp(name, "(no name)") == 0) break;
    if (strcmp(name, "_ENV") == 0) {
      lua_pushglobaltable(L);
    } else {
      lua_pushnil(L);
    }
    lua_setupvalue(L, -2, i);
  }
}
