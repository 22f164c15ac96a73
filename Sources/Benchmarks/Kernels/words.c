// Counts words and searches text, byte by byte.
static char text[16384];
static unsigned length(const char *s) {
  const char *e = s;
  while (*e) e++;
  return (unsigned)(e - s);
}
static const char *find(const char *text, const char *word) {
  unsigned count = length(word);
  for (; *text; text++) {
    unsigned i = 0;
    while (i < count && text[i] == word[i]) i++;
    if (i == count) return text;
  }
  return 0;
}
__attribute__((export_name("run"))) unsigned run(unsigned count) {
  unsigned seed = 7, sum = 0;
  for (unsigned i = 0; i < sizeof text - 1; i++) {
    seed = seed * 1103515245u + 12345u;
    unsigned letter = seed >> 16 & 31;
    text[i] = letter > 25 ? ' ' : 'a' + letter;
  }
  while (count--) {
    int inside = 0;
    for (const char *s = text; *s; s++) {
      if (*s == ' ') inside = 0;
      else if (!inside) {
        inside = 1;
        sum++;
      }
    }
    const char *found = find(text, "zqxj");
    sum += found ? (unsigned)(found - text) : 1;
  }
  return sum;
}
