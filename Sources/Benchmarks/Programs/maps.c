// Hash maps, one with open addressing and one with chains, sets of bits, and a cache that forgets.
struct entry { unsigned key, value; };
static struct entry open[2048];
static unsigned mix(unsigned x) { x ^= x >> 16; x *= 0x7feb352du; x ^= x >> 15; x *= 0x846ca68bu; return x ^ x >> 16; }
static unsigned *slot(unsigned key) {
  unsigned i = mix(key) & 2047;
  while (open[i].key && open[i].key != key) i = (i + 1) & 2047;
  open[i].key = key;
  return &open[i].value;
}
struct link { unsigned key, count; struct link *next; };
static struct link links[1024], *buckets[256];
static unsigned linkCount;
static unsigned count(unsigned key) {
  struct link **at = &buckets[(key * 2654435761u) >> 24];
  for (struct link *l = *at; l; l = l->next)
    if (l->key == key) return ++l->count;
  struct link *l = &links[linkCount++];
  l->key = key;
  l->count = 1;
  l->next = *at;
  *at = l;
  return 1;
}
static unsigned bits[64];
static unsigned setBits(unsigned limit) {
  for (unsigned i = 0; i < 64; i++) bits[i] = ~0u;
  for (unsigned i = 2; i * i < 2048; i++)
    if (bits[i >> 5] >> (i & 31) & 1)
      for (unsigned j = i * i; j < 2048; j += i) bits[j >> 5] &= ~(1u << (j & 31));
  unsigned sum = 0;
  for (unsigned i = 0; i < limit; i++) sum += bits[i >> 5] >> (i & 31) & 1;
  for (unsigned i = 0; i < 64; i++) {
    unsigned w = bits[i];
    while (w) { w &= w - 1; sum++; }
  }
  return sum;
}
static unsigned short ages[64];
static unsigned names[64];
static unsigned cached(unsigned name, unsigned now) {
  unsigned oldest = 0;
  for (unsigned i = 0; i < 64; i++) {
    if (names[i] == name) { ages[i] = (unsigned short)now; return 1; }
    if (ages[i] < ages[oldest]) oldest = i;
  }
  names[oldest] = name;
  ages[oldest] = (unsigned short)now;
  return 0;
}
__attribute__((export_name("run"))) unsigned run(unsigned repeat) {
  unsigned sum = 0;
  while (repeat--) {
    for (unsigned i = 0; i < 2048; i++) open[i].key = open[i].value = 0;
    for (unsigned i = 0; i < 256; i++) buckets[i] = 0;
    linkCount = 0;
    unsigned seed = repeat;
    for (unsigned i = 0; i < 3000; i++) {
      seed = seed * 1664525u + 1013904223u;
      *slot((seed >> 22) + 1) += i;
      sum += count(seed >> 23) + cached(seed >> 26, i);
    }
    sum += setBits(1500) + *slot(77);
  }
  return sum;
}
