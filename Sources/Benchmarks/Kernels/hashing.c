// A hash table with open addressing: insertions and searches of 64-bit keys.
static unsigned long long keys[16384];
static unsigned values[16384];
static unsigned slot(unsigned long long key) {
  unsigned at = (unsigned)(key * 0x9E3779B97F4A7C15ull >> 50);
  while (keys[at] && keys[at] != key) at = (at + 1) & 16383;
  return at;
}
__attribute__((export_name("run"), no_builtin("memset"))) unsigned run(unsigned count) {
  unsigned sum = 0;
  while (count--) {
    for (unsigned i = 0; i < 16384; i++) keys[i] = 0;
    unsigned long long key = 88172645463325252ull;
    for (unsigned i = 0; i < 8000; i++) {
      key ^= key << 13;
      key ^= key >> 7;
      key ^= key << 17;
      unsigned at = slot(key & 0xFFFF | 1);
      keys[at] = key & 0xFFFF | 1;
      sum += values[at]++;
    }
  }
  return sum;
}
