// A compressor that looks for earlier matches, and what undoes it.
static unsigned char input[16384], output[32768], back[16384];
static unsigned heads[4096];
__attribute__((export_name("run"), no_builtin("memset"))) unsigned run(unsigned count) {
  unsigned seed = 3, sum = 0;
  for (unsigned i = 0; i < sizeof input; i++) {
    seed = seed * 1664525u + 1013904223u;
    input[i] = seed >> 30 ? (seed >> 24 & 7) + 'a' : i & 15;
  }
  while (count--) {
    for (unsigned i = 0; i < 4096; i++) heads[i] = 0;
    unsigned at = 0, end = 0;
    while (at + 4 < sizeof input) {
      unsigned hash = (input[at] | input[at + 1] << 8 | input[at + 2] << 16) * 2654435761u >> 20;
      unsigned from = heads[hash], length = 0;
      heads[hash] = at + 1;
      if (from--)
        while (length < 255 && at + length < sizeof input && input[from + length] == input[at + length]) length++;
      if (length > 3 && at - from < 65536) {
        output[end++] = 1;
        output[end++] = length;
        output[end++] = (at - from) & 255;
        output[end++] = (at - from) >> 8;
        at += length;
      } else {
        output[end++] = 0;
        output[end++] = input[at++];
      }
    }
    unsigned place = 0;
    for (unsigned i = 0; i < end;) {
      if (output[i]) {
        unsigned length = output[i + 1], distance = output[i + 2] | output[i + 3] << 8;
        for (; length; length--, place++) back[place] = back[place - distance];
        i += 4;
      } else {
        back[place++] = output[i + 1];
        i += 2;
      }
    }
    sum += end + back[place - 1];
  }
  return sum;
}
