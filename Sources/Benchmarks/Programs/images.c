// Pictures and sound: filters over bytes, mixing of samples, a palette, a game of life.
enum { WIDTH = 64, HEIGHT = 48 };
static unsigned char image[HEIGHT][WIDTH], result[HEIGHT][WIDTH], cells[2][34][34];
static short samples[2][1024];
static unsigned palette[256], screen[WIDTH * HEIGHT];
static int clamp(int v) { return v < 0 ? 0 : v > 255 ? 255 : v; }
static void blur(void) {
  for (int y = 1; y < HEIGHT - 1; y++)
    for (int x = 1; x < WIDTH - 1; x++) {
      int sum = 0;
      for (int j = -1; j <= 1; j++)
        for (int i = -1; i <= 1; i++) sum += image[y + j][x + i];
      result[y][x] = (unsigned char)(sum / 9);
    }
}
static unsigned edges(void) {
  unsigned total = 0;
  for (int y = 1; y < HEIGHT - 1; y++)
    for (int x = 1; x < WIDTH - 1; x++) {
      int h = result[y][x + 1] - result[y][x - 1], v = result[y + 1][x] - result[y - 1][x];
      if (h < 0) h = -h;
      if (v < 0) v = -v;
      image[y][x] = (unsigned char)clamp(h + v);
      total += h + v > 20;
    }
  return total;
}
static void mix(int volume) {
  for (int i = 0; i < 1024; i++) {
    int v = (samples[0][i] * volume + samples[1][i] * (256 - volume)) >> 8;
    samples[0][i] = (short)(v > 32767 ? 32767 : v < -32768 ? -32768 : v);
  }
}
static void paint(void) {
  const unsigned char *from = &result[0][0];
  for (int i = 0; i < WIDTH * HEIGHT; i++) screen[i] = palette[from[i]];
}
static unsigned blend(unsigned a, unsigned b, unsigned alpha) {
  unsigned rb = (a & 0xFF00FF) + (((b & 0xFF00FF) - (a & 0xFF00FF)) * alpha >> 8);
  unsigned g = (a & 0x00FF00) + (((b & 0x00FF00) - (a & 0x00FF00)) * alpha >> 8);
  return (rb & 0xFF00FF) | (g & 0x00FF00);
}
static unsigned life(int now) {
  unsigned alive = 0;
  for (int y = 1; y <= 32; y++)
    for (int x = 1; x <= 32; x++) {
      int n = cells[now][y - 1][x - 1] + cells[now][y - 1][x] + cells[now][y - 1][x + 1] + cells[now][y][x - 1]
        + cells[now][y][x + 1] + cells[now][y + 1][x - 1] + cells[now][y + 1][x] + cells[now][y + 1][x + 1];
      cells[!now][y][x] = n == 3 || (n == 2 && cells[now][y][x]);
      alive += cells[!now][y][x];
    }
  return alive;
}
__attribute__((export_name("run"))) unsigned run(unsigned count) {
  unsigned sum = 0, seed = 5;
  for (int i = 0; i < 256; i++) palette[i] = (unsigned)i * 0x10305;
  for (int i = 0; i < 1024; i++) samples[0][i] = (short)(i * 77), samples[1][i] = (short)(i * 113);
  for (int y = 0; y < 34; y++) for (int x = 0; x < 34; x++) cells[0][y][x] = (x * y + x) % 3 == 1;
  while (count--) {
    for (int y = 0; y < HEIGHT; y++)
      for (int x = 0; x < WIDTH; x++) {
        seed = seed * 69069u + 1;
        image[y][x] = (unsigned char)(seed >> 24);
      }
    blur();
    sum += edges() + life((int)(count & 1));
    mix(100);
    paint();
    for (int i = 1; i < WIDTH * HEIGHT; i++) screen[i] = blend(screen[i], screen[i - 1], 96);
    sum ^= screen[777] + (unsigned)samples[0][9];
  }
  return sum;
}
