/* Included before the first line of every Lua source file (-include): what has to be a macro for Lua to
 * run without exceptions, files, processes or a clock. The Lua sources themselves stay as released, but for what
 * `build` amends. */
#ifndef LUA_PORT_H
#define LUA_PORT_H

#include <stddef.h>
#include <stdlib.h>

/* `require` finds what `package.preload` holds: no file, hence no path, and no environment to have another in. */
#define LUA_PATH_DEFAULT ""
#define LUA_CPATH_DEFAULT ""
#define getenv(name) ((char *)NULL)

/* luaconf.h gives its core and library macros only to files that say that they are one of the two; they
 * all are, and would say so too late. */
#define LUA_CORE
#define LUA_LIB
#include "luaconf.h"

/* Limits: runaway recursion meets "stack overflow" well before the heap's end. */
#undef LUAI_MAXSTACK
#define LUAI_MAXSTACK 200000

/* Hexadecimal floats, which the C library rounds wrongly both ways. */
#include "hexadecimal.h"
#undef lua_strx2number
#define lua_strx2number(text, end) hexadecimal_number((text), (end))
#undef lua_number2strx
#define lua_number2strx(L, text, size, format, number) \
  ((void)(L), hexadecimal_text((text), (size), (format), (number)))

/* Errors (ldo.c). The guarded statement of LUAI_TRY is always `(*f)(L, ud)`, whether it is passed as a
 * statement (5.4) or as two names (5.5). Lua may throw past inner levels, to one further out; those in
 * between pass the error on. See unwind.h. */
#include "unwind.h"
#define luai_jmpbuf int
#define LUAI_THROW(L, c) (unwind_target = (c), unwind_throw())
#define LUAI_TRY(L, c, ...) \
  { if (unwind_try(f, L, ud) && unwind_target != (c)) unwind_throw(); }

/* The seed of the string hash: fixed, or the order of pairs() would differ from run to run. */
#define luai_makeseed(...) 0x2F6E2B1u

/* Text goes to the captured output. */
#include "output.h"
#define lua_writestring(s, l) output_write((s), (l))
#define lua_writeline() output_write("\n", 1)
#define lua_writestringerror(format, argument) output_write_error((format), (argument))

/* The C library has no `tmpnam` and no `system`; the functions that would call them are taken away. */
#define LUA_TMPNAMBUFSIZE 1
#define lua_tmpnam(buffer, error) { (void)(buffer); error = 1; }
#define l_system(command) ((void)(command), 0)

#endif
