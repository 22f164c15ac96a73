/* The functions that the host provides: everything that the module imports.
 *
 * A table is named by an id from 1 up; the host makes it when something is first stored in it. Keys and
 * values are bytes, of which the host keeps its own copy. */
#ifndef LUA_WASM_HOST_H
#define LUA_WASM_HOST_H

#include <stdint.h>

#define IMPORT(name) __attribute__((import_module("env"), import_name(#name)))

/* 0 when stored, anything else when refused. */
IMPORT(js_ext_table_set)
int32_t js_ext_table_set(uint32_t table, const void *key, uint32_t key_length, const void *value,
                         uint32_t value_length);

/* Bytes written to `value`; -1 without such a table or key, or when they are more than `capacity`. */
IMPORT(js_ext_table_get)
int32_t js_ext_table_get(uint32_t table, const void *key, uint32_t key_length, void *value, uint32_t capacity);

/* 0 also when the key was not there; -1 without such a table. */
IMPORT(js_ext_table_delete)
int32_t js_ext_table_delete(uint32_t table, const void *key, uint32_t key_length);

/* Entries in the table, 0 without such a table. */
IMPORT(js_ext_table_size)
int32_t js_ext_table_size(uint32_t table);

/* Bytes written: the keys joined with newlines; -1 without such a table or when they do not fit. */
IMPORT(js_ext_table_keys)
int32_t js_ext_table_keys(uint32_t table, void *keys, uint32_t capacity);

#endif
