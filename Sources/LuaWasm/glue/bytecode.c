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

enum { READER_FUNCTION = 1, READER_STARTED };

/* The reader that `load` is given in place of the script's own: passes text on piece by piece, but
 * collects a binary chunk whole to look at it before Lua does. */
static int guarded_reader(lua_State *L) {
  int started = lua_toboolean(L, lua_upvalueindex(READER_STARTED));
  lua_pushboolean(L, 1);
  lua_replace(L, lua_upvalueindex(READER_STARTED));
  lua_pushvalue(L, lua_upvalueindex(READER_FUNCTION));
  lua_call(L, 0, 1);
  size_t length = 0;
  const char *piece = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
  if (started || piece == NULL || !is_binary(piece, length)) return 1;

  luaL_Buffer chunk;
  lua_settop(L, 1);
  luaL_buffinit(L, &chunk);
  lua_pushvalue(L, 1);
  luaL_addvalue(&chunk);
  for (;;) {
    lua_pushvalue(L, lua_upvalueindex(READER_FUNCTION));
    lua_call(L, 0, 1);
    if (!lua_isstring(L, -1)) {
      if (lua_isnil(L, -1)) break;
      return luaL_error(L, "reader function must return a string");
    }
    if (lua_rawlen(L, -1) == 0 && lua_type(L, -1) == LUA_TSTRING) break;
    luaL_addvalue(&chunk);
  }
  lua_pop(L, 1);
  luaL_pushresult(&chunk);
  const char *bytes = lua_tolstring(L, -1, &length);
  if (!is_known(L, bytes, length)) return luaL_error(L, REFUSAL);
  /* From here on the script's reader is at its end. */
  return 1;
}

/* load(chunk [, chunkname [, mode [, env]]]) */
static int guarded_load(lua_State *L) {
  size_t length;
  const char *chunk = lua_tolstring(L, 1, &length);
  if (chunk != NULL) {
    if (is_binary(chunk, length) && !is_known(L, chunk, length)) {
      luaL_pushfail(L);
      lua_pushliteral(L, REFUSAL);
      return 2;
    }
  } else if (lua_isfunction(L, 1)) {
    lua_pushvalue(L, 1);
    lua_pushboolean(L, 0);
    lua_pushcclosure(L, guarded_reader, 2);
    lua_replace(L, 1);
  }
  return lua_load_function(L);
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
