/* Stands in for the C library's header, which refuses to compile for WebAssembly: there are no signals,
 * but Lua names this type. */
#ifndef LUA_PORT_SIGNAL_H
#define LUA_PORT_SIGNAL_H

typedef int sig_atomic_t;

#endif
