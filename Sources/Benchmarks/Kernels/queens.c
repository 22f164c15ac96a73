// Counts the ways to place queens, with sets of bits and recursion.
static unsigned place(unsigned all, unsigned columns, unsigned left, unsigned right) {
  if (columns == all) return 1;
  unsigned count = 0;
  for (unsigned free = all & ~(columns | left | right); free; free &= free - 1) {
    unsigned bit = free & -free;
    count += place(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return count;
}
__attribute__((export_name("run"))) unsigned run(unsigned size) { return place((1u << size) - 1, 0, 0, 0); }
