// Sorts numbers by recursion.
static int data[8192];
static void sort(int *low, int *high) {
  while (low < high) {
    int pivot = low[(high - low) / 2], *i = low, *j = high;
    while (i <= j) {
      while (*i < pivot) i++;
      while (*j > pivot) j--;
      if (i <= j) {
        int t = *i;
        *i++ = *j;
        *j-- = t;
      }
    }
    if (j - low < high - i) {
      sort(low, j);
      low = i;
    } else {
      sort(i, high);
      high = j;
    }
  }
}
__attribute__((export_name("run"))) unsigned run(unsigned count) {
  unsigned seed = 1;
  while (count--) {
    for (unsigned i = 0; i < 8192; i++) data[i] = (int)(seed = seed * 1664525u + 1013904223u) >> 4;
    sort(data, data + 8191);
  }
  return (unsigned)data[4096];
}
