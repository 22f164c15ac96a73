/* The buffer that the host shares with the module: it holds the source before `compute` and the answer
 * after it. */
#ifndef LUA_WASM_BUFFER_H
#define LUA_WASM_BUFFER_H

#include <stddef.h>
#include <stdint.h>

enum { BUFFER_SIZE = 65536 };

extern unsigned char shared_buffer[BUFFER_SIZE];

/* Whether `length` bytes at `address` lie inside the module's memory. Addresses come from the host. */
int lies_in_memory(const void *address, uint32_t length);

#endif
