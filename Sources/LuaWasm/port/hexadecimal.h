/* Hexadecimal floats. The C library's strtod, which here has no long double to compute in, rounds those of
 * more than 53 bits wrongly, and its printf writes thirteen digits where twelve are asked for. */
#ifndef LUA_PORT_HEXADECIMAL_H
#define LUA_PORT_HEXADECIMAL_H

#include <stddef.h>

/* The number that the text begins with, rounded to the nearest, ties to even. `*end` is where it ends, the
 * text itself when there is none. The same grammar as that of strtod: blanks, a sign, 0x, digits with at most
 * one point, and an exponent of two. */
double hexadecimal_number(const char *text, char **end);

/* Writes the number as snprintf does by a format with one conversion, `a` or `A`. */
int hexadecimal_text(char *text, size_t size, const char *format, double number);

#endif
