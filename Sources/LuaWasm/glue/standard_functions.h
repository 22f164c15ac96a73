/* The registry of standard functions: what a C function's value carries to the host instead of code. */
#ifndef LUA_WASM_STANDARD_FUNCTIONS_H
#define LUA_WASM_STANDARD_FUNCTIONS_H

#include <stdint.h>

#include "lua.h"

/* Notes the standard functions as they are now, before any script can replace them. */
void standard_functions_setup(lua_State *L);

/* The index of the C function at `index`; a Lua error when it is not a standard one. */
uint16_t standard_function_index(lua_State *L, int index);

/* Pushes the function; a Lua error when there is none of that index in this build. */
void standard_function_push(lua_State *L, uint16_t function_index);

#endif
