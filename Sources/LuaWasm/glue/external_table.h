/* External tables: tables whose entries the host keeps. In Lua such a table holds its id in the field
 * `__ext_table_id`; a shared metatable sends every access to the host. */
#ifndef LUA_WASM_EXTERNAL_TABLE_H
#define LUA_WASM_EXTERNAL_TABLE_H

#include <stdint.h>

#include "lua.h"

/* Makes the metatable and the global `ext`. */
void external_table_setup(lua_State *L);

/* An id that no table has yet. A Lua error when there is none left. */
uint32_t external_table_new_id(lua_State *L);

/* Ids from `next` up are free; smaller than what this module gave out itself is ignored. */
void external_table_reserve(uint32_t next);

/* Pushes the table of this id. */
void external_table_push(lua_State *L, uint32_t id);

/* The id of the table at `index`. A plain table is copied into a new external table, and so are the plain
 * tables in it, each once: cycles and shared tables keep their shape. A Lua error when they are nested
 * deeper than 32, or when a key or value cannot be stored. */
uint32_t external_table_of(lua_State *L, int index);

/* Deletes every entry. */
void external_table_clear(lua_State *L, uint32_t id);

#endif
