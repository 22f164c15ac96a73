/* SHA-256 (FIPS 180-4) of a whole message. */
#ifndef LUA_WASM_SHA256_H
#define LUA_WASM_SHA256_H

#include <stddef.h>

enum { SHA256_LENGTH = 32 };

void sha256(const void *message, size_t length, unsigned char digest[SHA256_LENGTH]);

#endif
