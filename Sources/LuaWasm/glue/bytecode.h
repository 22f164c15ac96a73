/* Precompiled functions. Lua runs bytecode without checking it, and forged bytecode corrupts the state. So
 * `load` takes only what the same state dumped, and from external tables come only functions under a seal,
 * a digest that says that a module like this one wrote these bytes. The seal is no secret: scripts cannot
 * forge functions because a table's bytes that are tagged as a function are always a dump. It keeps out what
 * a host, a file or another build spoiled, in any instance and after any time. */
#ifndef LUA_WASM_BYTECODE_H
#define LUA_WASM_BYTECODE_H

#include <stddef.h>

#include "lua.h"

/* Prepares the list of dumped functions, and puts guarded `load` and `string.dump` in place of Lua's. */
void bytecode_setup(lua_State *L);

/* Pushes the bytecode of the Lua function at `index` as a string, debug information included. */
void bytecode_dump(lua_State *L, int index);

/* The same with the seal behind it, for an external table. */
void bytecode_dump_sealed(lua_State *L, int index);

/* Pushes the function whose bytecode this is; its variable _ENV is the globals, other upvalues are nil.
 * A Lua error unless the bytecode is sealed or this state dumped it. */
void bytecode_load(lua_State *L, const char *bytes, size_t length);

#endif
