/* Precompiled functions. Lua runs bytecode without checking it, and forged bytecode corrupts the state, so
 * this state loads only what it dumped itself. */
#ifndef LUA_WASM_BYTECODE_H
#define LUA_WASM_BYTECODE_H

#include <stddef.h>

#include "lua.h"

/* Prepares the list of dumped functions, and puts guarded `load` and `string.dump` in place of Lua's. */
void bytecode_setup(lua_State *L);

/* Pushes the bytecode of the Lua function at `index` as a string, debug information included. */
void bytecode_dump(lua_State *L, int index);

/* Pushes the function whose bytecode this is; its variable _ENV is the globals, other upvalues are nil.
 * A Lua error when this state did not make the bytecode. */
void bytecode_load(lua_State *L, const char *bytes, size_t length);

#endif
