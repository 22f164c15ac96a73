// A Fourier transform, a heat equation on a grid, and integration of a curve.
enum { COUNT = 256, SIDE = 32 };
static double re[COUNT], im[COUNT], cosines[COUNT], sines[COUNT], grid[SIDE][SIDE], next[SIDE][SIDE];
static void prepare(void) {
  double c = 0.99969881869620425, s = 0.024541228522912288, x = 1, y = 0;
  for (int i = 0; i < COUNT; i++) {
    cosines[i] = x;
    sines[i] = y;
    double t = x * c - y * s;
    y = x * s + y * c;
    x = t;
  }
}
static void transform(void) {
  for (int i = 1, j = 0; i < COUNT; i++) {
    int bit = COUNT >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      double t = re[i];
      re[i] = re[j];
      re[j] = t;
    }
  }
  for (int length = 2; length <= COUNT; length <<= 1)
    for (int i = 0; i < COUNT; i += length)
      for (int k = 0; k < length / 2; k++) {
        int p = i + k, q = p + length / 2, w = k * (COUNT / length);
        double u = re[q] * cosines[w] - im[q] * sines[w], v = re[q] * sines[w] + im[q] * cosines[w];
        re[q] = re[p] - u;
        im[q] = im[p] - v;
        re[p] += u;
        im[p] += v;
      }
}
static double heat(int steps) {
  for (int i = 0; i < SIDE; i++)
    for (int j = 0; j < SIDE; j++) grid[i][j] = i == 0 ? 100 : 0;
  while (steps--) {
    for (int i = 1; i < SIDE - 1; i++)
      for (int j = 1; j < SIDE - 1; j++)
        next[i][j] = grid[i][j] + 0.1 * (grid[i - 1][j] + grid[i + 1][j] + grid[i][j - 1] + grid[i][j + 1] - 4 * grid[i][j]);
    for (int i = 1; i < SIDE - 1; i++)
      for (int j = 1; j < SIDE - 1; j++) grid[i][j] = next[i][j];
  }
  return grid[SIDE / 2][SIDE / 2];
}
static double integral(int count) {
  double sum = 0, step = 1.0 / count;
  for (int i = 0; i < count; i++) {
    double x = (i + 0.5) * step;
    sum += 4.0 / (1.0 + x * x);
  }
  return sum * step;
}
__attribute__((export_name("run"))) double run(unsigned count) {
  double sum = 0;
  prepare();
  while (count--) {
    for (int i = 0; i < COUNT; i++) {
      re[i] = (i * 37) % 101;
      im[i] = 0;
    }
    transform();
    sum += re[3] + heat(6) + integral(2000);
  }
  return sum;
}
