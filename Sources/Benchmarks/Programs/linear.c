// Linear algebra: elimination, products of vectors and matrices, a tridiagonal system.
enum { SIZE = 24 };
static double a[SIZE][SIZE + 1], x[SIZE], lower[256], diagonal[256], upper[256], right[256];
static double dot(const double *p, const double *q, int count) {
  double sum = 0;
  for (int i = 0; i < count; i++) sum += p[i] * q[i];
  return sum;
}
static void axpy(double factor, const double *p, double *q, int count) {
  for (int i = 0; i < count; i++) q[i] += factor * p[i];
}
static void fill(unsigned seed) {
  for (int i = 0; i < SIZE; i++)
    for (int j = 0; j <= SIZE; j++) {
      seed = seed * 1664525u + 1013904223u;
      a[i][j] = (double)(seed >> 8) / 65536.0 + (i == j ? 300.0 : 0.0);
    }
}
static double solve(void) {
  for (int k = 0; k < SIZE; k++) {
    int pivot = k;
    for (int i = k + 1; i < SIZE; i++)
      if (__builtin_fabs(a[i][k]) > __builtin_fabs(a[pivot][k])) pivot = i;
    for (int j = k; pivot != k && j <= SIZE; j++) {
      double t = a[k][j];
      a[k][j] = a[pivot][j];
      a[pivot][j] = t;
    }
    for (int i = k + 1; i < SIZE; i++) axpy(-a[i][k] / a[k][k], &a[k][k], &a[i][k], SIZE + 1 - k);
  }
  for (int i = SIZE - 1; i >= 0; i--)
    x[i] = (a[i][SIZE] - dot(&a[i][i + 1], &x[i + 1], SIZE - 1 - i)) / a[i][i];
  return dot(x, x, SIZE);
}
static double tridiagonal(void) {
  for (int i = 0; i < 256; i++) {
    lower[i] = -1;
    upper[i] = -1;
    diagonal[i] = 2.5;
    right[i] = i & 7;
  }
  for (int i = 1; i < 256; i++) {
    double factor = lower[i] / diagonal[i - 1];
    diagonal[i] -= factor * upper[i - 1];
    right[i] -= factor * right[i - 1];
  }
  right[255] /= diagonal[255];
  for (int i = 254; i >= 0; i--) right[i] = (right[i] - upper[i] * right[i + 1]) / diagonal[i];
  return right[128];
}
__attribute__((export_name("run"))) double run(unsigned count) {
  double sum = 0;
  while (count--) {
    fill(count);
    sum += solve() + tridiagonal();
  }
  return sum;
}
