/* The text that a script prints, captured for the answer. */
#ifndef LUA_WASM_OUTPUT_H
#define LUA_WASM_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

/* Bytes kept of one run's output. What goes beyond is dropped, and "..." takes its place. */
enum { OUTPUT_LIMIT = 63488, OUTPUT_MAXIMUM = OUTPUT_LIMIT + 3 };

/* Forgets the output so far. */
void output_reset(void);

void output_write(const char *text, size_t length);

/* `format` holds one %s, for `argument`; what Lua itself would print to standard error. */
void output_write_error(const char *format, const char *argument);

/* The output so far, "..." at its end included if something was dropped; `length` becomes its bytes. */
const char *output_text(uint32_t *length);

#endif
