// Recursion and backtracking: permutations, towers, a puzzle of numbers, knights, partitions, parsing.
static int order[8], found;
static void permute(int k) {
  if (k == 7) { found += order[0] < order[6]; return; }
  for (int i = k; i < 7; i++) {
    int t = order[k]; order[k] = order[i]; order[i] = t;
    permute(k + 1);
    t = order[k]; order[k] = order[i]; order[i] = t;
  }
}
static unsigned moves;
static void tower(int n, int from, int to, int by) {
  if (!n) return;
  tower(n - 1, from, by, to);
  moves += (unsigned)(from * 3 + to);
  tower(n - 1, by, to, from);
}
static int tak(int x, int y, int z) { return y >= x ? z : tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)); }
static int gcd(int a, int b) { return b ? gcd(b, a % b) : a; }
static unsigned partitions(int n, int largest) {
  if (n == 0) return 1;
  unsigned sum = 0;
  for (int k = n < largest ? n : largest; k > 0; k--) sum += partitions(n - k, k);
  return sum;
}
static int puzzle[16];
static int fits(int at, int v) {
  int r = at / 4, c = at % 4;
  for (int i = 0; i < 4; i++) {
    if (puzzle[r * 4 + i] == v || puzzle[i * 4 + c] == v) return 0;
    if (puzzle[(r / 2 * 2 + i / 2) * 4 + c / 2 * 2 + i % 2] == v) return 0;
  }
  return 1;
}
static int fill(int at) {
  if (at == 16) return 1;
  int n = 0;
  for (int v = 1; v <= 4; v++)
    if (fits(at, v)) {
      puzzle[at] = v;
      n += fill(at + 1);
      puzzle[at] = 0;
    }
  return n;
}
static const char *at;
static int expression(void);
static int factor(void) {
  if (*at == '(') { at++; int v = expression(); at++; return v; }
  int v = 0;
  while (*at >= '0' && *at <= '9') v = v * 10 + *at++ - '0';
  return v;
}
static int term(void) {
  int v = factor();
  while (*at == '*') { at++; v *= factor(); }
  return v;
}
static int expression(void) {
  int v = term();
  while (*at == '+' || *at == '-') { if (*at++ == '+') v += term(); else v -= term(); }
  return v;
}
__attribute__((export_name("run"))) int run(unsigned count) {
  int sum = 0;
  while (count--) {
    for (int i = 0; i < 8; i++) order[i] = i;
    permute(0);
    tower(9, 0, 1, 2);
    sum += tak(9, 6, 2) + gcd(1071 * 13, 462 * 13) + (int)partitions(18, 18) + fill(0);
    at = "(1+2*3)*(4+5)-6*(7-8*(9+10))+11*12*(13-14)";
    sum += expression() + found + (int)moves;
  }
  return sum;
}
