// The spectral norm of an infinite matrix, by floats.
#define SIZE 100
static double u[SIZE], v[SIZE], t[SIZE];
static double element(unsigned i, unsigned j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }
static void times(const double *x, double *y) {
  for (unsigned i = 0; i < SIZE; i++) {
    double sum = 0;
    for (unsigned j = 0; j < SIZE; j++) sum += element(i, j) * x[j];
    y[i] = sum;
  }
}
static void timesTransposed(const double *x, double *y) {
  for (unsigned i = 0; i < SIZE; i++) {
    double sum = 0;
    for (unsigned j = 0; j < SIZE; j++) sum += element(j, i) * x[j];
    y[i] = sum;
  }
}
__attribute__((export_name("run"))) unsigned run(unsigned count) {
  for (unsigned i = 0; i < SIZE; i++) u[i] = 1;
  while (count--) {
    times(u, t);
    timesTransposed(t, v);
    times(v, t);
    timesTransposed(t, u);
  }
  double uv = 0, vv = 0;
  for (unsigned i = 0; i < SIZE; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  return (unsigned)(__builtin_sqrt(uv / vv) * 1e9);
}
