// Iterations of the Mandelbrot set over a square of points.
__attribute__((export_name("run"))) unsigned run(unsigned size) {
  unsigned sum = 0;
  for (unsigned y = 0; y < size; y++)
    for (unsigned x = 0; x < size; x++) {
      double cr = 3.0 * x / size - 2.0, ci = 2.0 * y / size - 1.0, zr = 0, zi = 0;
      unsigned count = 0;
      while (count < 50 && zr * zr + zi * zi <= 4) {
        double t = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = t;
        count++;
      }
      sum += count;
    }
  return sum;
}
