#include "value.h"

#include <string.h>

#include "bytecode.h"
#include "external_table.h"
#include "lauxlib.h"
#include "standard_functions.h"

enum Tag {
  TAG_NIL = 0,
  TAG_BOOLEAN = 1,        /* one byte */
  TAG_INTEGER = 2,        /* i64 */
  TAG_FLOAT = 3,          /* f64 */
  TAG_STRING = 4,         /* u32 length, bytes */
  TAG_LUA_FUNCTION = 5,   /* u32 length, bytecode, in tables with its seal */
  TAG_C_FUNCTION = 6,     /* u16 index of a standard function */
  TAG_EXTERNAL_TABLE = 7, /* u32 id */
};

/* WebAssembly is little-endian, so numbers are written as they lie in memory. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "values are little-endian");
_Static_assert(sizeof(lua_Integer) == 8 && sizeof(lua_Number) == 8, "numbers are 64 bits wide");

void write_bytes(ByteWriter *writer, const void *bytes, size_t length) {
  if (fits(writer) && length <= writer->capacity - writer->length) {
    memcpy(writer->bytes + writer->length, bytes, length);
  }
  writer->length += length;
}

void write_uint32(ByteWriter *writer, uint32_t value) { write_bytes(writer, &value, sizeof value); }

static void write_tag(ByteWriter *writer, enum Tag tag) {
  unsigned char byte = (unsigned char)tag;
  write_bytes(writer, &byte, 1);
}

/* A tag and the string at the top, which it pops. */
static void write_string(lua_State *L, ByteWriter *writer, enum Tag tag) {
  size_t length;
  const char *bytes = lua_tolstring(L, -1, &length);
  write_tag(writer, tag);
  write_uint32(writer, (uint32_t)length);
  write_bytes(writer, bytes, length);
  lua_pop(L, 1);
}

static void write_number(lua_State *L, int index, ByteWriter *writer) {
  if (lua_isinteger(L, index)) {
    lua_Integer integer = lua_tointeger(L, index);
    write_tag(writer, TAG_INTEGER);
    write_bytes(writer, &integer, sizeof integer);
  } else {
    lua_Number number = lua_tonumber(L, index);
    write_tag(writer, TAG_FLOAT);
    write_bytes(writer, &number, sizeof number);
  }
}

/* Nothing that can run a collection, and with it a finalizer, comes between the first and the last byte:
 * the writer's bytes may be those that a finalizer's own access to an external table uses. */
void value_encode(lua_State *L, int index, Reader reader, ByteWriter *writer) {
  luaL_checkstack(L, 4, "value for the host");
  switch (lua_type(L, index)) {
    case LUA_TNIL:
      write_tag(writer, TAG_NIL);
      return;
    case LUA_TBOOLEAN: {
      unsigned char truth = (unsigned char)lua_toboolean(L, index);
      write_tag(writer, TAG_BOOLEAN);
      write_bytes(writer, &truth, 1);
      return;
    }
    case LUA_TNUMBER:
      write_number(L, index, writer);
      return;
    case LUA_TSTRING:
      lua_pushvalue(L, index);
      write_string(L, writer, TAG_STRING);
      return;
    case LUA_TFUNCTION:
      if (lua_iscfunction(L, index)) {
        uint16_t function = standard_function_index(L, index);
        write_tag(writer, TAG_C_FUNCTION);
        write_bytes(writer, &function, sizeof function);
      } else {
        if (reader == FOR_TABLE) {
          bytecode_dump_sealed(L, index);
        } else {
          bytecode_dump(L, index);
        }
        write_string(L, writer, TAG_LUA_FUNCTION);
      }
      return;
    case LUA_TTABLE: {
      uint32_t id = external_table_of(L, index);
      write_tag(writer, TAG_EXTERNAL_TABLE);
      write_uint32(writer, id);
      return;
    }
    default:
      luaL_error(L, "a %s cannot be passed to the host", luaL_typename(L, index));
  }
}

static uint32_t read_uint32(const unsigned char *bytes) {
  uint32_t value;
  memcpy(&value, bytes, sizeof value);
  return value;
}

void value_decode(lua_State *L, const unsigned char *bytes, size_t length) {
  size_t rest = length - 1;
  const unsigned char *payload = bytes + 1;
  switch (length == 0 ? -1 : bytes[0]) {
    case TAG_NIL:
      if (rest != 0) break;
      lua_pushnil(L);
      return;
    case TAG_BOOLEAN:
      if (rest != 1) break;
      lua_pushboolean(L, payload[0]);
      return;
    case TAG_INTEGER: {
      lua_Integer integer;
      if (rest != sizeof integer) break;
      memcpy(&integer, payload, sizeof integer);
      lua_pushinteger(L, integer);
      return;
    }
    case TAG_FLOAT: {
      lua_Number number;
      if (rest != sizeof number) break;
      memcpy(&number, payload, sizeof number);
      lua_pushnumber(L, number);
      return;
    }
    case TAG_STRING:
      if (rest < 4 || read_uint32(payload) != rest - 4) break;
      lua_pushlstring(L, (const char *)payload + 4, rest - 4);
      return;
    case TAG_LUA_FUNCTION:
      if (rest < 4 || read_uint32(payload) != rest - 4) break;
      bytecode_load(L, (const char *)payload + 4, rest - 4);
      return;
    case TAG_C_FUNCTION: {
      uint16_t function;
      if (rest != sizeof function) break;
      memcpy(&function, payload, sizeof function);
      standard_function_push(L, function);
      return;
    }
    case TAG_EXTERNAL_TABLE:
      if (rest != 4 || read_uint32(payload) == 0) break;
      external_table_push(L, read_uint32(payload));
      return;
  }
  luaL_error(L, "the host gave %d bytes that are no value", (int)length);
}
