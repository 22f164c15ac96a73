// Geometry: particles, rotations, rays and spheres, in both widths of floating-point numbers.
struct vector { float x, y, z; };
struct particle { struct vector at, by; float mass; };
static struct particle particles[64];
static struct vector plus(struct vector a, struct vector b) { return (struct vector){a.x + b.x, a.y + b.y, a.z + b.z}; }
static struct vector times(struct vector a, float f) { return (struct vector){a.x * f, a.y * f, a.z * f}; }
static float dot(struct vector a, struct vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static void step(float dt) {
  for (int i = 0; i < 64; i++) {
    struct particle *p = &particles[i];
    p->by.y -= 9.81f * dt;
    p->at = plus(p->at, times(p->by, dt));
    if (p->at.y < 0) {
      p->at.y = -p->at.y;
      p->by.y *= -0.9f;
    }
  }
}
static float energy(void) {
  float sum = 0;
  for (int i = 0; i < 64; i++)
    sum += particles[i].mass * (0.5f * dot(particles[i].by, particles[i].by) + 9.81f * particles[i].at.y);
  return sum;
}
static double m[3][3], v[3];
static void turn(void) {
  double r[3];
  for (int i = 0; i < 3; i++) {
    r[i] = 0;
    for (int j = 0; j < 3; j++) r[i] += m[i][j] * v[j];
  }
  for (int i = 0; i < 3; i++) v[i] = r[i];
}
struct sphere { double x, y, z, radius; };
static const struct sphere spheres[] = {{0, 0, 5, 1}, {1, 1, 7, 2}, {-2, 0, 6, 1.5}, {0, -3, 9, 2.5}};
static double trace(double dx, double dy, double dz) {
  double nearest = 1e30;
  for (int i = 0; i < 4; i++) {
    const struct sphere *s = &spheres[i];
    double b = dx * s->x + dy * s->y + dz * s->z;
    double c = s->x * s->x + s->y * s->y + s->z * s->z - s->radius * s->radius;
    double d = b * b - (dx * dx + dy * dy + dz * dz) * c;
    if (d > 0) {
      double t = b - __builtin_sqrt(d);
      if (t > 0 && t < nearest) nearest = t;
    }
  }
  return nearest < 1e30 ? 1 / nearest : 0;
}
static double polynomial(double x) {
  static const double c[] = {1, -0.5, 0.25, -0.125, 0.0625, -0.03125};
  double r = 0;
  for (int i = 5; i >= 0; i--) r = r * x + c[i];
  return r;
}
static int escape(double x, double y) {
  double a = 0, b = 0;
  int n = 0;
  while (n < 50 && a * a + b * b < 4) { double t = a * a - b * b + x; b = 2 * a * b + y; a = t; n++; }
  return n;
}
__attribute__((export_name("run"))) double run(unsigned count) {
  double sum = 0;
  for (int i = 0; i < 64; i++)
    particles[i] = (struct particle){{(float)i, 10, 1}, {1, (float)(i & 3), 0}, 1 + (float)(i & 7)};
  for (int i = 0; i < 3; i++) { v[i] = i + 1; for (int j = 0; j < 3; j++) m[i][j] = i == j ? 0.8 : 0.1 * (j - i); }
  while (count--) {
    for (int i = 0; i < 10; i++) step(0.01f);
    sum += energy();
    for (int i = 0; i < 30; i++) turn();
    for (int y = -8; y < 8; y++)
      for (int x = -8; x < 8; x++) sum += trace(x / 8.0, y / 8.0, 1) + polynomial(x * 0.1) + escape(x / 4.0, y / 6.0);
    sum += v[0];
  }
  return sum;
}
