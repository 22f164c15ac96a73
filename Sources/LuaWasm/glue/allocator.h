/* The allocator of the Lua state. */
#ifndef LUA_WASM_ALLOCATOR_H
#define LUA_WASM_ALLOCATOR_H

#include <stddef.h>
#include <stdint.h>

/* A `lua_Alloc`. Refuses what would bring the heap above HEAP_LIMIT bytes, so that Lua collects garbage
 * and then raises "not enough memory" while there is still room to report it. */
void *allocator_reallocate(void *unused, void *block, size_t old_size, size_t new_size);

/* Bytes that Lua holds now. */
uint32_t allocator_bytes_in_use(void);

#endif
