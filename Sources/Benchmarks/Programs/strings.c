// What C programs do with strings: copies, comparisons, numbers to text and back, tokens, a matcher of patterns.
static char buffer[4096], other[4096];
static unsigned length(const char *s) { unsigned n = 0; while (s[n]) n++; return n; }
static int compare(const char *a, const char *b) {
  while (*a && *a == *b) { a++; b++; }
  return (unsigned char)*a - (unsigned char)*b;
}
static void copy(char *to, const char *from, unsigned count) {
  for (unsigned i = 0; i < count; i++) to[i] = from[i];
}
static int same(const char *a, const char *b, unsigned count) {
  for (unsigned i = 0; i < count; i++) if (a[i] != b[i]) return 0;
  return 1;
}
static char *number(char *at, unsigned value) {
  char digits[12];
  int n = 0;
  do { digits[n++] = '0' + value % 10; value /= 10; } while (value);
  while (n) *at++ = digits[--n];
  return at;
}
static const char *parse(const char *at, unsigned *value) {
  unsigned v = 0;
  while (*at >= '0' && *at <= '9') v = v * 10 + (unsigned)(*at++ - '0');
  *value = v;
  return at;
}
static int isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static unsigned tokens(const char *at) {
  unsigned sum = 0;
  while (*at) {
    if (*at == ' ' || *at == ',') at++;
    else if (*at >= '0' && *at <= '9') { unsigned v; at = parse(at, &v); sum += v; }
    else if (isLetter(*at)) { while (isLetter(*at)) { sum = sum * 31 + (unsigned char)*at; at++; } }
    else { at++; sum++; }
  }
  return sum;
}
static int matches(const char *pattern, const char *text) {
  for (;; pattern++, text++) {
    if (!*pattern) return !*text;
    if (*pattern == '*') {
      do { if (matches(pattern + 1, text)) return 1; } while (*text++);
      return 0;
    }
    if (!*text || (*pattern != '?' && *pattern != *text)) return 0;
  }
}
static unsigned upper(char *s) {
  unsigned changed = 0;
  for (; *s; s++) if (*s >= 'a' && *s <= 'z') { *s -= 32; changed++; }
  return changed;
}
static void reverse(char *s, unsigned n) {
  for (unsigned i = 0, j = n - 1; i < j; i++, j--) { char c = s[i]; s[i] = s[j]; s[j] = c; }
}
__attribute__((export_name("run"))) unsigned run(unsigned count) {
  unsigned sum = 0;
  while (count--) {
    char *at = buffer;
    for (unsigned i = 0; i < 200; i++) {
      at = number(at, i * 7919u + count);
      copy(at, i & 1 ? ", " : " if", i & 1 ? 2 : 3);
      at += i & 1 ? 2 : 3;
      *at++ = ' ';
    }
    *at = 0;
    unsigned n = length(buffer);
    copy(other, buffer, n + 1);
    sum += tokens(buffer) + (unsigned)compare(buffer, other) + (unsigned)same(buffer, other, n);
    sum += (unsigned)matches("*7?1*if*", buffer) + upper(other);
    reverse(other, n);
    sum += (unsigned char)other[9];
  }
  return sum;
}
