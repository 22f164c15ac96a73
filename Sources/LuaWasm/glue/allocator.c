#include "allocator.h"

#include <stdlib.h>

#ifndef HEAP_LIMIT
#error "HEAP_LIMIT: the bytes that Lua may allocate, set by the build from the memory's maximum"
#endif

static uint32_t bytes_in_use;

void *allocator_reallocate(void *unused, void *block, size_t old_size, size_t new_size) {
  (void)unused;
  if (block == NULL) old_size = 0; /* Lua passes the kind of the new object in its place */
  if (new_size == 0) {
    free(block);
    bytes_in_use -= (uint32_t)old_size;
    return NULL;
  }
  if (new_size > old_size && new_size - old_size > HEAP_LIMIT - bytes_in_use) return NULL;
  void *moved = realloc(block, new_size);
  if (moved != NULL) bytes_in_use += (uint32_t)new_size - (uint32_t)old_size;
  return moved;
}

uint32_t allocator_bytes_in_use(void) { return bytes_in_use; }
