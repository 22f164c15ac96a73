/* Stands in for the C library's header, which refuses to compile for WebAssembly: errors travel by
 * LUAI_TRY and LUAI_THROW (lua_port.h). Lua 5.5 still names the type in a structure. */
#ifndef LUA_PORT_SETJMP_H
#define LUA_PORT_SETJMP_H

typedef int jmp_buf;

#endif
