/* The part of the C library that would ask the system for something. Defined here, the library's own
 * members stay out of the link and with them every WASI import. None of it is reached by a script: the
 * Lua functions above it are replaced (libraries.c). */
#include <stdio.h>
#include <time.h>

FILE *const stdin = NULL;
FILE *const stdout = NULL;
FILE *const stderr = NULL;

/* Where printf would complain that it cannot print a long double, which nothing here asks of it. The size
 * is at least that of the library's own structure. */
_Alignas(16) char __stderr_FILE[256];

/* A module without a clock: os.time() and os.clock() answer 0. */
time_t time(time_t *result) {
  if (result) *result = 0;
  return 0;
}

clock_t clock(void) { return 0; }

/* No files. */
FILE *fopen(const char *name, const char *mode) {
  (void)name, (void)mode;
  return NULL;
}

FILE *freopen(const char *name, const char *mode, FILE *file) {
  (void)name, (void)mode, (void)file;
  return NULL;
}

int fclose(FILE *file) {
  (void)file;
  return EOF;
}

int getc(FILE *file) {
  (void)file;
  return EOF;
}

size_t fread(void *bytes, size_t size, size_t count, FILE *file) {
  (void)bytes, (void)size, (void)count, (void)file;
  return 0;
}

char *fgets(char *line, int capacity, FILE *file) {
  (void)line, (void)capacity, (void)file;
  return NULL;
}

int fputs(const char *text, FILE *file) {
  (void)text, (void)file;
  return EOF;
}

int feof(FILE *file) {
  (void)file;
  return 1;
}

int ferror(FILE *file) {
  (void)file;
  return 0;
}

int fflush(FILE *file) {
  (void)file;
  return 0;
}
