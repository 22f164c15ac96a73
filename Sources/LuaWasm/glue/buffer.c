#include "buffer.h"

#include "export.h"

enum { MEMORY_PAGE_SIZE = 65536 };

_Alignas(16) unsigned char shared_buffer[BUFFER_SIZE];

int lies_in_memory(const void *address, uint32_t length) {
  uint64_t end = (uint64_t)(uintptr_t)address + length;
  return end <= (uint64_t)__builtin_wasm_memory_size(0) * MEMORY_PAGE_SIZE;
}

EXPORT(get_buffer_ptr) void *get_buffer_ptr(void) { return shared_buffer; }

EXPORT(get_buffer_size) uint32_t get_buffer_size(void) { return BUFFER_SIZE; }
