/* The export that runs a script.
 *
 * An answer is `r >= 0` bytes in the shared buffer: u32 length of the captured output, the output, one
 * encoded value. An error is a message of `-r - 1` bytes in the shared buffer. */
#include <stdint.h>
#include <string.h>

#include "buffer.h"
#include "export.h"
#include "lauxlib.h"
#include "output.h"
#include "state.h"
#include "value.h"

/* Scripts are named "script" in messages and tracebacks. */
#define CHUNK_NAME "=script"

/* What to run next, NULL when there is nothing. */
static const char *source_text;
static uint32_t source_length;

static int32_t report(const char *message, size_t length) {
  static const char ellipsis[] = "...";
  if (length > BUFFER_SIZE) {
    length = BUFFER_SIZE;
    memcpy(shared_buffer, message, length);
    memcpy(shared_buffer + length - (sizeof ellipsis - 1), ellipsis, sizeof ellipsis - 1);
  } else {
    memcpy(shared_buffer, message, length);
  }
  return -(int32_t)length - 1;
}

/* Writes the answer with the value at `index` and answers its length. A Lua error when it does not fit. */
static size_t write_answer(lua_State *L, int index) {
  uint32_t output_length;
  const char *output = output_text(&output_length);
  ByteWriter writer = {shared_buffer, BUFFER_SIZE, 0};
  write_uint32(&writer, output_length);
  write_bytes(&writer, output, output_length);
  size_t head_length = writer.length;
  value_encode(L, index, FOR_HOST, &writer);
  if (!fits(&writer)) {
    luaL_error(L, "the answer does not fit into %d bytes (output %d, value %d)", (int)BUFFER_SIZE,
               (int)head_length, (int)(writer.length - head_length));
  }
  return writer.length;
}

/* Loads and runs the source; answers the length of the answer. Scripts can get at this function by
 * debug.getinfo, hence no pointer among its arguments. */
static int run_source(lua_State *L) {
  if (source_text == NULL) return luaL_error(L, "only the host can start a script");
  const char *text = source_text;
  source_text = NULL;
  lua_settop(L, 0);
  if (luaL_loadbufferx(L, text, source_length, CHUNK_NAME, "t") != LUA_OK) return lua_error(L);
  lua_call(L, 0, LUA_MULTRET);
  if (lua_gettop(L) > 1) lua_replace(L, 1); /* the last of several results */
  lua_settop(L, 1);                         /* nil without any */
  lua_pushinteger(L, (lua_Integer)write_answer(L, 1));
  return 1;
}

/* Makes a message of the error object at 1, which is no string. Without an address, which would tie the
 * message to one build. */
static int describe_error(lua_State *L) {
  if (lua_type(L, 1) == LUA_TNUMBER || luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL) {
    luaL_tolstring(L, 1, NULL);
  } else {
    lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
  }
  return 1;
}

/* Reports the error object at the top of the stack. */
static int32_t report_error(lua_State *L) {
  if (lua_type(L, -1) != LUA_TSTRING) {
    lua_pushcfunction(L, describe_error);
    lua_pushvalue(L, -2);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK && lua_type(L, -1) != LUA_TSTRING) {
      static const char message[] = "(error object could not be described)";
      return report(message, sizeof message - 1);
    }
  }
  size_t length;
  const char *message = lua_tolstring(L, -1, &length);
  return report(message, length);
}

EXPORT(compute) int32_t compute(const char *text, uint32_t length) {
  static const char not_initialised[] = "Lua state not initialized: call init first";
  static const char too_long[] = "source is longer than 65536 bytes";
  static const char out_of_range[] = "source lies outside of the module's memory";
  lua_State *L = state;
  if (L == NULL) return report(not_initialised, sizeof not_initialised - 1);
  if (length == 0) return 0;
  if (length > BUFFER_SIZE) return report(too_long, sizeof too_long - 1);
  if (!lies_in_memory(text, length)) return report(out_of_range, sizeof out_of_range - 1);

  output_reset();
  source_text = text;
  source_length = length;
  lua_pushcfunction(L, run_source);
  int32_t result = lua_pcall(L, 0, 1, 0) == LUA_OK ? (int32_t)lua_tointeger(L, -1) : report_error(L);
  lua_settop(L, 0);
  return result;
}
