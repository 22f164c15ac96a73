/* What a script may not do through the debug library. Functions written in C trust their locals, their
 * upvalues and the registry; a script that changes those could corrupt the state. */
#ifndef LUA_WASM_DEBUG_LIMITS_H
#define LUA_WASM_DEBUG_LIMITS_H

#include "lua.h"

/* Puts limited versions of `getlocal`, `setlocal` and `setupvalue` in place. The library is open. */
void debug_limits_setup(lua_State *L);

#endif
