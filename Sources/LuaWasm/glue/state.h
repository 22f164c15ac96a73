/* The one Lua state of an instance. */
#ifndef LUA_WASM_STATE_H
#define LUA_WASM_STATE_H

#include "lua.h"

/* NULL before `init`. Its stack is empty between two calls from the host. */
extern lua_State *state;

#endif
