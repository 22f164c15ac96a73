/* The names follow FIPS 180-4: message schedule W, working variables a to h. */
#include "sha256.h"

#include <stdint.h>
#include <string.h>

enum { BLOCK_LENGTH = 64 };

/* First 32 bits of the fractional parts of the cube roots of the first 64 primes (4.2.2). */
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate_right(uint32_t x, unsigned n) { return x >> n | x << (32 - n); }

static uint32_t load_big_endian(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void store_big_endian(unsigned char *bytes, uint32_t x) {
  bytes[0] = (unsigned char)(x >> 24);
  bytes[1] = (unsigned char)(x >> 16);
  bytes[2] = (unsigned char)(x >> 8);
  bytes[3] = (unsigned char)x;
}

/* Adds one block to the hash value (6.2.2). */
static void add_block(uint32_t hash[8], const unsigned char *block) {
  uint32_t W[64];
  for (int t = 0; t < 16; t++) W[t] = load_big_endian(block + 4 * t);
  for (int t = 16; t < 64; t++) {
    uint32_t sigma0 = rotate_right(W[t - 15], 7) ^ rotate_right(W[t - 15], 18) ^ W[t - 15] >> 3;
    uint32_t sigma1 = rotate_right(W[t - 2], 17) ^ rotate_right(W[t - 2], 19) ^ W[t - 2] >> 10;
    W[t] = sigma1 + W[t - 7] + sigma0 + W[t - 16];
  }
  uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3];
  uint32_t e = hash[4], f = hash[5], g = hash[6], h = hash[7];
  for (int t = 0; t < 64; t++) {
    uint32_t Sigma1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
    uint32_t Sigma0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
    uint32_t choice = (e & f) ^ (~e & g);
    uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
    uint32_t T1 = h + Sigma1 + choice + round_constants[t] + W[t];
    uint32_t T2 = Sigma0 + majority;
    h = g, g = f, f = e, e = d + T1;
    d = c, c = b, b = a, a = T1 + T2;
  }
  hash[0] += a, hash[1] += b, hash[2] += c, hash[3] += d;
  hash[4] += e, hash[5] += f, hash[6] += g, hash[7] += h;
}

void sha256(const void *message, size_t length, unsigned char digest[SHA256_LENGTH]) {
  /* Fractional parts of the square roots of the first eight primes (5.3.3). */
  uint32_t hash[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  const unsigned char *bytes = message;
  size_t rest = length;
  for (; rest >= BLOCK_LENGTH; rest -= BLOCK_LENGTH, bytes += BLOCK_LENGTH) add_block(hash, bytes);

  /* Padding (5.1.1): a one bit, zeros, and the length in bits as 64. */
  unsigned char block[BLOCK_LENGTH] = {0};
  memcpy(block, bytes, rest);
  block[rest] = 0x80;
  if (rest >= BLOCK_LENGTH - 8) {
    add_block(hash, block);
    memset(block, 0, sizeof block);
  }
  uint64_t bits = (uint64_t)length * 8;
  store_big_endian(block + BLOCK_LENGTH - 8, (uint32_t)(bits >> 32));
  store_big_endian(block + BLOCK_LENGTH - 4, (uint32_t)bits);
  add_block(hash, block);
  for (int i = 0; i < 8; i++) store_big_endian(digest + 4 * i, hash[i]);
}
