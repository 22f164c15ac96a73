/* The standard libraries as a script finds them. */
#ifndef LUA_WASM_LIBRARIES_H
#define LUA_WASM_LIBRARIES_H

#include "lua.h"

/* Opens the libraries. What needs files, processes or an environment is replaced by functions that say in
 * an error that it is not available; `io` can write to the captured output; `require` finds what
 * `package.preload` and searchers written in Lua offer. */
void libraries_setup(lua_State *L);

#endif
