/* How a Lua error leaves the functions that it runs through.
 *
 * WebAssembly without exceptions cannot drop call frames, so every frame returns by itself:
 * `unwind_throw` raises a flag and returns; a pass after the link (LuaUnwind) puts `leave if the flag is up`
 * behind every call that may come back with the flag up; `unwind_try` is where that ends. */
#ifndef LUA_WASM_UNWIND_H
#define LUA_WASM_UNWIND_H

struct lua_State;

/* Raises the flag. The compiler is told that it does not return: no code of the caller runs after it. */
_Noreturn void unwind_throw(void);

/* The level that the error is for. */
extern const void *unwind_target;

/* Calls `function(L, argument)`. Afterwards the flag is down and the C stack is where it was before the
 * call. Answers 1 when the flag had been up, else 0. */
int unwind_try(void (*function)(struct lua_State *, void *), struct lua_State *L, void *argument);

#endif
