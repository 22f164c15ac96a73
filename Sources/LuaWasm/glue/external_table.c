#include "external_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "lauxlib.h"
#include "value.h"

#define ID_FIELD "__ext_table_id"
#define METATABLE "external table"

enum {
  /* Longest encoded value. A longer one could be stored, but not told from a missing one when read. */
  VALUE_CAPACITY = 65536,
  DEPTH_LIMIT = 32,
  /* Sizes of the buffer for the list of keys: first try and last. */
  KEYS_CAPACITY = 4096,
  KEYS_CAPACITY_LIMIT = 1 << 23,
};

static uint32_t next_id = 1;

/* On its way to or from the host. One for all: every use is over before Lua can run again. */
static unsigned char value_bytes[VALUE_CAPACITY];

/* --- Identity ------------------------------------------------------------------------------------- */

uint32_t external_table_new_id(lua_State *L) {
  if (next_id == UINT32_MAX) luaL_error(L, "no external table id is left");
  return next_id++;
}

void external_table_reserve(uint32_t next) {
  if (next > next_id) next_id = next;
}

void external_table_push(lua_State *L, uint32_t id) {
  if (id < UINT32_MAX) external_table_reserve(id + 1);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, ID_FIELD);
  lua_pushinteger(L, id);
  lua_rawset(L, -3);
  luaL_setmetatable(L, METATABLE);
}

/* The id of the external table at `index`, 0 when the value is something else. */
static uint32_t id_at(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index)) return 0;
  luaL_getmetatable(L, METATABLE);
  int is_external = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  if (!is_external) return 0;
  lua_pushvalue(L, index);
  lua_pushliteral(L, ID_FIELD);
  lua_rawget(L, -2);
  lua_Integer id = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : 0;
  lua_pop(L, 2);
  if (id < 1 || id > UINT32_MAX) luaL_error(L, "external table without a valid " ID_FIELD);
  return (uint32_t)id;
}

/* The id of the external table that is an argument of a metamethod. */
static uint32_t check_id(lua_State *L, int argument) {
  uint32_t id = id_at(L, argument);
  if (id == 0) luaL_typeerror(L, argument, METATABLE);
  return id;
}

/* --- Keys ----------------------------------------------------------------------------------------- */

/* Pushes the text of a number: the shortest that reads back as the same. A float that is integral is the
 * same key as the integer, as in any Lua table. */
static void push_number_key(lua_State *L, int index) {
  int is_integral;
  lua_Integer integer = lua_tointegerx(L, index, &is_integral);
  if (is_integral) {
    lua_pushfstring(L, "%I", (LUAI_UACINT)integer);
    return;
  }
  lua_Number number = lua_tonumber(L, index);
  if (isnan(number)) luaL_error(L, "an external table has no key NaN");
  char text[32];
  int precision = 14;
  do {
    snprintf(text, sizeof text, "%.*g", precision++, number);
  } while (precision <= 17 && strtod(text, NULL) != number);
  lua_pushstring(L, text);
}

/* Pushes the text of the key at `index` and answers it. */
static const char *push_key(lua_State *L, int index, size_t *length) {
  switch (lua_type(L, index)) {
    case LUA_TSTRING:
      lua_pushvalue(L, index);
      break;
    case LUA_TNUMBER:
      push_number_key(L, index);
      break;
    default:
      luaL_error(L, "keys of an external table are strings or numbers, not a %s", luaL_typename(L, index));
  }
  return lua_tolstring(L, -1, length);
}

/* Makes the text at the top the integer that it is the text of, if any: keys that were integers come back
 * as integers. */
static void restore_integer_key(lua_State *L) {
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  if (length == 0 || length > 20 || (text[0] != '-' && (text[0] < '0' || text[0] > '9'))) return;
  if (lua_stringtonumber(L, text) != length + 1) return;
  if (lua_isinteger(L, -1)) {
    lua_pushfstring(L, "%I", (LUAI_UACINT)lua_tointeger(L, -1));
    int is_canonical = lua_rawequal(L, -1, -3);
    lua_pop(L, 1);
    if (is_canonical) {
      lua_replace(L, -2);
      return;
    }
  }
  lua_pop(L, 1);
}

/* --- Entries -------------------------------------------------------------------------------------- */

/* Pushes the value stored under a key, nil when there is none. */
static void push_entry(lua_State *L, uint32_t id, const char *key, size_t key_length) {
  int32_t length = js_ext_table_get(id, key, (uint32_t)key_length, value_bytes, VALUE_CAPACITY);
  if (length <= 0) {
    lua_pushnil(L);
    return;
  }
  if (length > VALUE_CAPACITY) luaL_error(L, "the host answered with more bytes than there is room for");
  value_decode(L, value_bytes, (size_t)length);
}

/* Stores the value at `value`, no plain table, under the key at `key`. Leaves the key's text on the stack.
 * The key comes first: making its text may run a finalizer, which may use `value_bytes`. */
static void store_entry(lua_State *L, uint32_t id, int key, int value) {
  size_t key_length;
  const char *key_text = push_key(L, key, &key_length);
  ByteWriter writer = {value_bytes, VALUE_CAPACITY, 0};
  value_encode(L, value, FOR_TABLE, &writer);
  if (!fits(&writer)) {
    luaL_error(L, "a value of %d bytes is too long for an external table (at most %d)", (int)writer.length,
               (int)VALUE_CAPACITY);
  }
  if (js_ext_table_set(id, key_text, (uint32_t)key_length, value_bytes, (uint32_t)writer.length) != 0) {
    luaL_error(L, "the host refused to store key '%s' in external table %d", key_text, (int)id);
  }
}

/* --- Conversion of plain tables ------------------------------------------------------------------- */

/* Copies the plain table at `table` into an external one and answers its id. `copies` is the index of a
 * table from the plain tables copied so far to their ids. */
static uint32_t copy_table(lua_State *L, int table, int copies, int depth) {
  luaL_checkstack(L, 12, "table for the host");
  lua_pushvalue(L, table);
  if (lua_rawget(L, copies) == LUA_TNUMBER) {
    uint32_t id = (uint32_t)lua_tointeger(L, -1);
    lua_pop(L, 1);
    return id;
  }
  lua_pop(L, 1);
  if (depth == DEPTH_LIMIT) {
    luaL_error(L, "tables nested deeper than %d cannot become external tables", (int)DEPTH_LIMIT);
  }
  uint32_t id = external_table_new_id(L);
  lua_pushvalue(L, table);
  lua_pushinteger(L, id);
  lua_rawset(L, copies);

  lua_pushnil(L);
  while (lua_next(L, table)) {
    int value = lua_gettop(L);
    if (lua_istable(L, value) && id_at(L, value) == 0) {
      external_table_push(L, copy_table(L, value, copies, depth + 1));
      lua_replace(L, value);
    }
    store_entry(L, id, value - 1, value);
    lua_settop(L, value - 1);
  }
  return id;
}

uint32_t external_table_of(lua_State *L, int index) {
  index = lua_absindex(L, index);
  uint32_t id = id_at(L, index);
  if (id != 0) return id;
  lua_newtable(L);
  id = copy_table(L, index, lua_gettop(L), 0);
  lua_pop(L, 1);
  return id;
}

/* --- Keys, listed --------------------------------------------------------------------------------- */

/* Pushes the host's list of keys, joined with newlines, and answers whether there is any key. */
static int push_key_list(lua_State *L, uint32_t id) {
  for (uint32_t capacity = KEYS_CAPACITY; capacity <= KEYS_CAPACITY_LIMIT; capacity *= 2) {
    void *keys = lua_newuserdatauv(L, capacity, 0);
    int32_t length = js_ext_table_keys(id, keys, capacity);
    int32_t size = js_ext_table_size(id);
    if (length >= 0 && (uint32_t)length <= capacity) {
      lua_pushlstring(L, keys, (size_t)length);
      lua_remove(L, -2);
      return length > 0 || size > 0; /* one empty key and no key at all look alike */
    }
    lua_pop(L, 1);
    if (size <= 0) {
      lua_pushliteral(L, "");
      return 0;
    }
  }
  return luaL_error(L, "external table %d has more keys than can be listed", (int)id);
}

/* Pushes the key at `*position` of a list and moves on. Answers 0 at the end. A key that contains a newline
 * cannot be told from two keys. */
static int push_next_key(lua_State *L, const char *list, size_t length, size_t *position) {
  if (*position > length) return 0;
  const char *start = list + *position;
  const char *newline = memchr(start, '\n', length - *position);
  size_t key_length = newline != NULL ? (size_t)(newline - start) : length - *position;
  lua_pushlstring(L, start, key_length);
  *position += key_length + 1;
  return 1;
}

void external_table_clear(lua_State *L, uint32_t id) {
  size_t length, position = 0;
  if (push_key_list(L, id)) {
    const char *list = lua_tolstring(L, -1, &length);
    while (push_next_key(L, list, length, &position)) {
      size_t key_length;
      const char *key = lua_tolstring(L, -1, &key_length);
      js_ext_table_delete(id, key, (uint32_t)key_length);
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
}

/* --- Metamethods ---------------------------------------------------------------------------------- */

static int get_field(lua_State *L) {
  uint32_t id = check_id(L, 1);
  size_t key_length;
  const char *key = push_key(L, 2, &key_length);
  push_entry(L, id, key, key_length);
  return 1;
}

static int set_field(lua_State *L) {
  uint32_t id = check_id(L, 1);
  lua_settop(L, 3);
  if (lua_isnil(L, 3)) {
    size_t key_length;
    const char *key = push_key(L, 2, &key_length);
    js_ext_table_delete(id, key, (uint32_t)key_length);
    return 0;
  }
  if (lua_istable(L, 3)) {
    external_table_push(L, external_table_of(L, 3));
    lua_replace(L, 3);
  }
  store_entry(L, id, 2, 3);
  return 0;
}

static int size(lua_State *L) {
  int32_t entries = js_ext_table_size(check_id(L, 1));
  lua_pushinteger(L, entries > 0 ? entries : 0);
  return 1;
}

static int are_equal(lua_State *L) {
  lua_pushboolean(L, id_at(L, 1) == id_at(L, 2));
  return 1;
}

static int to_string(lua_State *L) {
  lua_pushfstring(L, "external table %I", (LUAI_UACINT)check_id(L, 1));
  return 1;
}

enum { KEY_LIST = 1, KEY_POSITION };

/* The iterator of pairs(): goes over the keys as they were listed at the start, and passes over those that
 * have been deleted since. */
static int next_entry(lua_State *L) {
  uint32_t id = check_id(L, 1);
  size_t length;
  const char *list = lua_tolstring(L, lua_upvalueindex(KEY_LIST), &length);
  size_t position = (size_t)lua_tointeger(L, lua_upvalueindex(KEY_POSITION));
  lua_settop(L, 1);
  while (push_next_key(L, list, length, &position)) {
    size_t key_length;
    const char *key = lua_tolstring(L, -1, &key_length);
    push_entry(L, id, key, key_length);
    if (lua_isnil(L, -1)) {
      lua_settop(L, 1);
      continue;
    }
    lua_pushinteger(L, (lua_Integer)position);
    lua_replace(L, lua_upvalueindex(KEY_POSITION));
    lua_insert(L, -2);
    restore_integer_key(L);
    lua_insert(L, -2);
    return 2;
  }
  lua_pushinteger(L, (lua_Integer)length + 1);
  lua_replace(L, lua_upvalueindex(KEY_POSITION));
  return 0;
}

static int all_pairs(lua_State *L) {
  uint32_t id = check_id(L, 1);
  int has_keys = push_key_list(L, id);
  lua_pushinteger(L, has_keys ? 0 : (lua_Integer)lua_rawlen(L, -1) + 1);
  lua_pushcclosure(L, next_entry, 2);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

/* ext.table(): a new external table, empty. */
static int new_table(lua_State *L) {
  external_table_push(L, external_table_new_id(L));
  return 1;
}

void external_table_setup(lua_State *L) {
  static const luaL_Reg metamethods[] = {
      {"__index", get_field}, {"__newindex", set_field}, {"__len", size},     {"__eq", are_equal},
      {"__pairs", all_pairs}, {"__tostring", to_string}, {NULL, NULL},
  };
  luaL_newmetatable(L, METATABLE);
  luaL_setfuncs(L, metamethods, 0);
  lua_pop(L, 1);

  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, new_table);
  lua_setfield(L, -2, "table");
  lua_setglobal(L, "ext");
}
