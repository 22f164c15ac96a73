// Arithmetic on 64 bits: powers and primes, long numbers, random numbers, hashes, fixed point.
typedef unsigned long long u64;
static u64 power(u64 base, u64 exponent, u64 modulus) {
  u64 r = 1;
  base %= modulus;
  while (exponent) {
    if (exponent & 1) r = r * base % modulus;
    base = base * base % modulus;
    exponent >>= 1;
  }
  return r;
}
static u64 rotate(u64 x, int by) { return x << by | x >> (64 - by); }
static u64 state[4];
static u64 next(void) {
  u64 result = rotate(state[1] * 5, 7) * 9, t = state[1] << 17;
  state[2] ^= state[0];
  state[3] ^= state[1];
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= t;
  state[3] = rotate(state[3], 45);
  return result;
}
static unsigned long_[64], product[128];
static void multiply(void) {
  for (int i = 0; i < 128; i++) product[i] = 0;
  for (int i = 0; i < 64; i++) {
    u64 carry = 0;
    for (int j = 0; j < 64; j++) {
      u64 t = (u64)long_[i] * long_[j] + product[i + j] + carry;
      product[i + j] = (unsigned)t;
      carry = t >> 32;
    }
    product[i + 64] = (unsigned)carry;
  }
}
static u64 hash(const unsigned char *p, int count) {
  u64 h = 14695981039346656037ull;
  for (int i = 0; i < count; i++) h = (h ^ p[i]) * 1099511628211ull;
  return h;
}
static long long root(long long v) {
  long long low = 0, high = 1ll << 31;
  while (high - low > 1) {
    long long middle = (low + high) / 2;
    if (middle * middle <= v) low = middle; else high = middle;
  }
  return low;
}
static int collatz(u64 n) { int steps = 0; while (n != 1) { n = n & 1 ? 3 * n + 1 : n >> 1; steps++; } return steps; }
__attribute__((export_name("run"))) u64 run(unsigned count) {
  u64 sum = 0;
  while (count--) {
    for (int i = 0; i < 4; i++) state[i] = 88172645463325252ull * (u64)(i + 1) + count;
    for (int i = 0; i < 500; i++) sum += next() >> 40;
    for (int i = 0; i < 64; i++) long_[i] = (unsigned)next();
    multiply();
    sum += product[64] + hash((const unsigned char *)product, 512) + power(3, 1000003, 998244353);
    for (int i = 1; i < 20; i++) sum += (u64)root((long long)i * 1234567890123ll) + (u64)collatz((u64)i * 97);
  }
  return sum;
}
