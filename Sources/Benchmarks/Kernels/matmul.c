// Products of two square matrices.
#define SIZE 64
static double a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];
__attribute__((export_name("run"))) unsigned run(unsigned count) {
  for (unsigned i = 0; i < SIZE; i++)
    for (unsigned j = 0; j < SIZE; j++) {
      a[i][j] = i + 0.5 * j;
      b[i][j] = i * 0.25 - j;
    }
  while (count--)
    for (unsigned i = 0; i < SIZE; i++)
      for (unsigned j = 0; j < SIZE; j++) {
        double sum = 0;
        for (unsigned k = 0; k < SIZE; k++) sum += a[i][k] * b[k][j];
        c[i][j] = sum;
      }
  return (unsigned)(int)c[SIZE / 2][SIZE / 3];
}
