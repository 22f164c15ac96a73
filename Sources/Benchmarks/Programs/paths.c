// Shortest paths with a heap, edit distance, a knapsack, longest increasing runs.
enum { SIDE = 32 };
static unsigned char cost[SIDE * SIDE];
static int distance[SIDE * SIDE], heapKey[4 * SIDE * SIDE], heapAt[4 * SIDE * SIDE], heapCount;
static void push(int key, int at) {
  int i = heapCount++;
  while (i > 0 && heapKey[(i - 1) / 2] > key) {
    heapKey[i] = heapKey[(i - 1) / 2];
    heapAt[i] = heapAt[(i - 1) / 2];
    i = (i - 1) / 2;
  }
  heapKey[i] = key;
  heapAt[i] = at;
}
static int pop(int *key) {
  int at = heapAt[0], last = --heapCount, i = 0;
  *key = heapKey[0];
  for (;;) {
    int child = 2 * i + 1;
    if (child >= last) break;
    if (child + 1 < last && heapKey[child + 1] < heapKey[child]) child++;
    if (heapKey[child] >= heapKey[last]) break;
    heapKey[i] = heapKey[child];
    heapAt[i] = heapAt[child];
    i = child;
  }
  heapKey[i] = heapKey[last];
  heapAt[i] = heapAt[last];
  return at;
}
static void relax(int at, int key) {
  key += cost[at];
  if (key < distance[at]) {
    distance[at] = key;
    push(key, at);
  }
}
static int shortest(void) {
  for (int i = 0; i < SIDE * SIDE; i++) distance[i] = 1 << 30;
  heapCount = 0;
  distance[0] = 0;
  push(0, 0);
  while (heapCount) {
    int key, at = pop(&key);
    if (key > distance[at]) continue;
    int x = at % SIDE, y = at / SIDE;
    if (x > 0) relax(at - 1, key);
    if (x < SIDE - 1) relax(at + 1, key);
    if (y > 0) relax(at - SIDE, key);
    if (y < SIDE - 1) relax(at + SIDE, key);
  }
  return distance[SIDE * SIDE - 1];
}
static int least(int a, int b) { return a < b ? a : b; }
static int row[2][128];
static int edits(const unsigned char *p, int n, const unsigned char *q, int m) {
  for (int j = 0; j <= m; j++) row[0][j] = j;
  for (int i = 1; i <= n; i++) {
    int *old = row[(i - 1) & 1], *now = row[i & 1];
    now[0] = i;
    for (int j = 1; j <= m; j++)
      now[j] = least(least(old[j] + 1, now[j - 1] + 1), old[j - 1] + (p[i - 1] != q[j - 1]));
  }
  return row[n & 1][m];
}
static int best[1001];
static int knapsack(int count) {
  for (int w = 0; w <= 1000; w++) best[w] = 0;
  for (int i = 0; i < count; i++) {
    int weight = 7 + cost[i] * 3, value = 10 + cost[i + 1];
    for (int w = 1000; w >= weight; w--)
      if (best[w - weight] + value > best[w]) best[w] = best[w - weight] + value;
  }
  return best[1000];
}
__attribute__((export_name("run"))) int run(unsigned count) {
  int total = 0;
  while (count--) {
    unsigned seed = count + 1;
    for (int i = 0; i < SIDE * SIDE; i++) {
      seed ^= seed << 13;
      seed ^= seed >> 17;
      seed ^= seed << 5;
      cost[i] = 1 + seed % 9;
    }
    total += shortest() + edits(cost, 100, cost + 200, 100) + knapsack(20);
  }
  return total;
}
