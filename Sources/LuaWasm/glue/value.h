/* Values as bytes: how they stand in an answer and in an external table. A tag, then what the tag says;
 * all numbers little-endian. */
#ifndef LUA_WASM_VALUE_H
#define LUA_WASM_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include "lua.h"

/* Where an encoded value goes. What does not fit is counted all the same. */
typedef struct {
  unsigned char *bytes;
  size_t capacity;
  /* Bytes asked for so far, `capacity` at most of them written. */
  size_t length;
} ByteWriter;

void write_bytes(ByteWriter *writer, const void *bytes, size_t length);
void write_uint32(ByteWriter *writer, uint32_t value);

static inline int fits(const ByteWriter *writer) { return writer->length <= writer->capacity; }

/* Who is to read a value: of a function the host gets the bytecode as it is, a later reader of an external
 * table gets it sealed (bytecode.h). */
typedef enum { FOR_HOST, FOR_TABLE } Reader;

/* Writes the value at `index`. A plain table is made an external one first. A Lua error when the type has
 * no encoding; whether it fitted is for the caller to see. */
void value_encode(lua_State *L, int index, Reader reader, ByteWriter *writer);

/* Pushes the value. A Lua error when the bytes are not one whole value. */
void value_decode(lua_State *L, const unsigned char *bytes, size_t length);

#endif
