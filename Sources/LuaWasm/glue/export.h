/* Marks a function as an export of the module under its own name. */
#ifndef LUA_WASM_EXPORT_H
#define LUA_WASM_EXPORT_H

#define EXPORT(name) __attribute__((export_name(#name)))

#endif
