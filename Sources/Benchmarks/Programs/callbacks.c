// Pointers to functions, sorts that take a comparison, visitors, small classes and queues of events.
typedef int comparison(const void *, const void *);
static int ascending(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
static int descending(const void *a, const void *b) { return *(const int *)b - *(const int *)a; }
static int byLow(const void *a, const void *b) { return (*(const int *)a & 255) - (*(const int *)b & 255); }
static comparison *volatile orders[] = {ascending, descending, byLow};
static int values[256];
static void insertion(int *p, int count, comparison *compare) {
  for (int i = 1; i < count; i++) {
    int v = p[i], j = i;
    while (j > 0 && compare(&p[j - 1], &v) > 0) { p[j] = p[j - 1]; j--; }
    p[j] = v;
  }
}
static void shell(int *p, int count, comparison *compare) {
  for (int gap = count / 2; gap > 0; gap /= 2)
    for (int i = gap; i < count; i++)
      for (int j = i - gap; j >= 0 && compare(&p[j], &p[j + gap]) > 0; j -= gap) {
        int t = p[j]; p[j] = p[j + gap]; p[j + gap] = t;
      }
}
struct shape;
struct methods { double (*area)(const struct shape *); void (*grow)(struct shape *, double); };
struct shape { const struct methods *methods; double width, height; };
static double boxArea(const struct shape *s) { return s->width * s->height; }
static double roundArea(const struct shape *s) { return 0.785398 * s->width * s->height; }
static void growBoth(struct shape *s, double by) { s->width += by; s->height += by; }
static void growWidth(struct shape *s, double by) { s->width += by; }
static const struct methods box = {boxArea, growBoth}, round_ = {roundArea, growWidth};
static struct shape shapes[64];
struct event { unsigned time; void (*act)(unsigned); };
static struct event queue[64];
static unsigned head, tail, done;
static void post(unsigned time, void (*act)(unsigned)) {
  queue[tail & 63] = (struct event){time, act};
  tail++;
}
static void tock(unsigned time) { done += time; }
static void tick(unsigned time) {
  done ^= time;
  if (time < 400) { post(time + 3, tick); post(time + 1, tock); }
}
__attribute__((export_name("run"))) int run(unsigned count) {
  double sum = 0;
  for (int i = 0; i < 64; i++) shapes[i] = (struct shape){i & 1 ? &box : &round_, i, 1};
  while (count--) {
    for (unsigned k = 0; k < 3; k++) {
      unsigned seed = count + k;
      for (int i = 0; i < 256; i++) { seed = seed * 1103515245u + 12345u; values[i] = (int)(seed >> 12); }
      if (k == 1) insertion(values, 64, orders[k]); else shell(values, 256, orders[k]);
      sum += values[128];
    }
    for (int i = 0; i < 64; i++) { shapes[i].methods->grow(&shapes[i], 0.5); sum += shapes[i].methods->area(&shapes[i]); }
    head = tail = 0;
    post(0, tick);
    while (head != tail) { struct event e = queue[head++ & 63]; e.act(e.time); }
  }
  return (int)sum + (int)done;
}
