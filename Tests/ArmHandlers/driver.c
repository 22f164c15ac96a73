// Executes handlers on random operands, each in a world of its own that lies at the same addresses on every
// processor, and prints a sum of what each of them did, for comparison.
//
// usage: driver ROUNDS [HANDLER]     with a handler, a line for each round

#include <stddef.h>
#include <stdint.h>

typedef void handler(const void *code, uint64_t *slots, uint64_t accumulator, void *memory, void *context);

enum kind {
  END, SLOT, HEADER, REFERENCE, FUNCTION_REFERENCE, LANE, INDEX, OFFSET16, OFFSET32, OFFSET64, ANY32, ANY64,
  COUNT16, COUNT32, COST, COUNTER, RELATIVE, ENTRIES, SHUFFLE,
};
struct field { uint16_t offset; uint8_t kind; uint16_t parameter; };
struct operation {
  const char *name;
  handler *handler;
  uint16_t size;
  uint8_t accumulator, hasImportedCells;
  struct field fields[64];
};

#include "table.h"

// MARK: - The system

static long call(long number, long a, long b, long c, long d, long e, long f) {
#ifdef __aarch64__
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d, x4 __asm__("x4") = e, x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
#else
  register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "+a"(number) : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return number;
#endif
}

#ifdef __aarch64__
enum { WRITE = 64, EXIT = 93, MAP = 222 };
// No C library is there for this processor.
void *memset(void *to, int value, size_t count) {
  for (volatile char *byte = to; count; count--) *byte++ = (char)value;
  return to;
}
void *memcpy(void *to, const void *from, size_t count) {
  volatile char *target = to;
  for (const char *source = from; count; count--) *target++ = *source++;
  return to;
}
void run(long *stack);
__asm__(".globl _start\n_start:\n mov x0, sp\n bl run\n");
#else
enum { WRITE = 1, EXIT = 60, MAP = 9 };
#endif

static char output[1 << 16];
static size_t used;
static void flush(void) { call(WRITE, 1, (long)output, (long)used, 0, 0, 0); used = 0; }
static void put(char byte) { output[used++] = byte; if (used == sizeof output) flush(); }
static void text(const char *word) { while (*word) put(*word++); }
static void hex(uint64_t value) { for (int shift = 60; shift >= 0; shift -= 4) put("0123456789abcdef"[value >> shift & 15]); }
static void named(const char *name, uint64_t value) { put(' '); text(name); put(' '); hex(value); }

// MARK: - Operands

static uint64_t seed;
static uint64_t random64(void) {
  uint64_t z = seed += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}
static uint64_t below(uint64_t limit) { return random64() % limit; }

// Where the meaning of an instruction changes: bounds of the integer types, halves, denormals, infinities, and
// NaNs, quiet and signalling, with and without a sign.
static const double edges[] = {
  0, 1, 2, 0.5, 1.5, 2.5, 3, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 8388608, 8388607.5, 16777216,
  2147483647, 2147483647.5, 2147483648, 4294967295, 4294967295.5, 4294967296, 4503599627370495.5, 4503599627370496,
  9223372036854774784.0, 9223372036854775808.0, 18446744073709549568.0, 18446744073709551616.0, 3.4028234663852886e38,
  3.4028235677973366e38, 1e39, 1.7976931348623157e308, 1.1754943508222875e-38, 1.401298464324817e-45, 7e-46,
  2.2250738585072014e-308, 5e-324, 0x1.fffffep-127,
};
static const uint64_t bits64[] = {
  0x7ff0000000000000, 0x7ff8000000000000, 0x7ff0000000000001, 0x7ff4000000000000, 0x7ffdeadbeef00000,
  0x7fffffffffffffff, 0x000fffffffffffff, 0, 1,
};
static const uint32_t bits32[] = {
  0x7f800000, 0x7fc00000, 0x7f800001, 0x7fa00000, 0x7fdeadbe, 0x7fffffff, 0x007fffff, 0x00800000, 0, 1,
};
#define COUNT(list) (sizeof list / sizeof *list)

static uint32_t value32(void) {
  uint64_t choice = random64();
  uint32_t sign = (uint32_t)(choice >> 40) & 0x80000000, value;
  switch (choice & 7) {
  case 0: case 1: return sign | bits32[(choice >> 8) % COUNT(bits32)];
  case 2: case 3: case 4: {
    float edge = (float)edges[(choice >> 8) % COUNT(edges)];
    __builtin_memcpy(&value, &edge, 4);
    return (value ^ sign) + (uint32_t)(choice >> 20) % 3 - 1;
  }
  case 5: return (uint32_t)(int32_t)edges[(choice >> 8) % 20] ^ (uint32_t)-(int32_t)(choice >> 20 & 1);
  case 6: return (uint32_t)below(80);
  default: return (uint32_t)random64();
  }
}
static uint64_t value64(void) {
  uint64_t choice = random64(), sign = choice & 1ull << 63, value;
  switch (choice & 7) {
  case 0: return sign | bits64[(choice >> 8) % COUNT(bits64)];
  case 1: case 2: {
    double edge = edges[(choice >> 8) % COUNT(edges)];
    __builtin_memcpy(&value, &edge, 8);
    return (value ^ sign) + (choice >> 20) % 3 - 1;
  }
  case 3: case 4: case 5: { uint64_t low = value32(); return low | (uint64_t)value32() << 32; }
  case 6: return below(320);
  default: return random64();
  }
}

// MARK: - The world

enum {
  SLOTS = 64, USED = 24, MEMORY = 256, CODE_AT = 1 << 15, OTHER_CODE_AT = 1 << 14, OBJECT_AT = 72, CELLS = 8,
};
static uint8_t *world;
#define PLACE(name, type, offset) static type *name(void) { return (type *)(world + (offset)); }
PLACE(code, uint8_t, CODE_AT)
PLACE(slots, uint64_t, 1 << 17)
PLACE(memories, uint64_t, 1 << 18)      // two of them
PLACE(objects, uint64_t, 3 << 17)
PLACE(globals, uint64_t, 1 << 19)
PLACE(cells, uint64_t, (1 << 19) + 4096)
PLACE(records, uint64_t, (1 << 19) + 8192)
PLACE(elements, uint64_t, (1 << 19) + 12288)
PLACE(context, uint64_t, (1 << 19) + 16384)
PLACE(landed, uint64_t, (1 << 19) + 20480)
PLACE(marks, uint64_t, (1 << 19) + 24576)

/// The next handler of every operation.
static void land(const void *code, uint64_t *slots, uint64_t accumulator, void *memory, void *context) {
  landed()[0] = (uint64_t)code;
  landed()[1] = (uint64_t)slots;
  landed()[2] = accumulator;
  landed()[3] = (uint64_t)memory;
  landed()[4] = (uint64_t)context;
}

/// References to the two functions, and to the object.
static uint64_t functionReference(void) { return below(4) ? (uint64_t)(records() + 4 * below(2)) : 0; }
static uint64_t reference(uint64_t isFunction) {
  if (isFunction) return functionReference();
  return below(8) ? (uint64_t)objects() + OBJECT_AT : 0;
}

static void fillWorld(const struct operation *operation) {
  for (int k = -128; k < 256; k++) ((uint64_t *)code())[k] = (uint64_t)land;
  int small = below(2);
  for (int k = 0; k < SLOTS + 32; k++) slots()[k] = k >= SLOTS ? 0 : small && below(2) ? below(300) : value64();
  for (int k = 0; k < 2 * MEMORY / 8 + 16; k++) memories()[k] = value64();
  for (int k = 0; k < 64; k++) objects()[k] = value64();
  objects()[OBJECT_AT / 8 - 1] = below(12);
  for (int k = 0; k <= CELLS; k++) cells()[k] = value64();
  for (int k = 0; k < 2 * CELLS; k++)
    globals()[k] = operation->hasImportedCells ? (uint64_t)(cells() + k / 2) : value64();
  // The instance: globals, tables, memories, functions, codes, index; see InstanceState.
  uint64_t *instance = records() + 64, *table = instance + 8, *memory = table + 8, *functions = memory + 16;
  uint64_t *codes = functions + 8, *lists = codes + 8;
  for (int k = 0; k < 2; k++) {
    // FunctionRecord: type and index, code, instance. FunctionCode: entry, the header's slot, stub.
    uint64_t entry = (uint64_t)(world + OTHER_CODE_AT + 256 * k);
    records()[4 * k] = (uint64_t)k | (uint64_t)k << 32;
    records()[4 * k + 1] = (uint64_t)(codes + 4 * k);
    records()[4 * k + 2] = below(4) ? (uint64_t)instance : 0;
    codes[4 * k] = entry;
    codes[4 * k + 1] = 30 + 2 * (uint64_t)k;
    *(uint64_t *)(entry - 8) = (k ? 5000ull : 40) | below(60) << 32;
    *(uint64_t *)entry = (uint64_t)land;
    functions[k] = (uint64_t)(records() + 4 * k);
    // TableStorage: elements, count. MemoryStorage: base, bytes, exponent of the page's size.
    table[2 * k] = (uint64_t)(elements() + 8 * k);
    table[2 * k + 1] = 8 - (uint64_t)k;
    memory[3 * k] = (uint64_t)memories() + MEMORY * (uint64_t)k;
    memory[3 * k + 1] = MEMORY - 16 * (uint64_t)k;
    memory[3 * k + 2] = 4;
    lists[k] = (uint64_t)(table + 2 * k);
    lists[2 + k] = (uint64_t)(memory + 3 * k);
  }
  for (int k = 0; k < 16; k++) elements()[k] = functionReference();
  for (int k = 0; k < 16; k++) marks()[k] = 0;
  uint64_t state[] = {(uint64_t)globals(), (uint64_t)lists, (uint64_t)(lists + 2), (uint64_t)functions,
                      (uint64_t)codes, 0};
  for (size_t k = 0; k < COUNT(state); k++) instance[k] = state[k];
  for (int k = 0; k < 32; k++) context()[k] = 0;
  for (int k = 0; k < 5; k++) landed()[k] = 0;
  context()[AT_budget / 8] = below(4) ? 1000 : below(60);
  context()[AT_memorySize / 8] = MEMORY;
  for (int k = 0; k < 5; k++) context()[AT_lastAddress / 8 + k] = MEMORY - (1u << k);
  context()[AT_stackEnd / 8] = (uint64_t)(slots() + 4096);
  context()[AT_globals / 8] = (uint64_t)globals();
  context()[AT_codes / 8] = (uint64_t)codes;
  context()[AT_instance / 8] = (uint64_t)instance;
  context()[AT_memoryBase / 8] = (uint64_t)memories();
}

/// Where a jump of the operation leads, as a distance from one of its parts: never into the operation itself.
static int32_t distance(const struct operation *operation, int part) {
  int words = operation->size / 8, to = (int)below(48) - 24;
  return 8 * (to >= 0 ? to + words + 1 : to) - part;
}

static void put16(size_t offset, uint64_t value) { uint16_t v = (uint16_t)value; __builtin_memcpy(code() + offset, &v, 2); }
static void put32(size_t offset, uint64_t value) { uint32_t v = (uint32_t)value; __builtin_memcpy(code() + offset, &v, 4); }
static void put64(size_t offset, uint64_t value) { __builtin_memcpy(code() + offset, &value, 8); }

static void fillFields(const struct operation *operation) {
  for (const struct field *field = operation->fields; field->kind != END; field++) {
    size_t at = field->offset;
    uint64_t slot = below(USED);
    switch ((enum kind)field->kind) {
    case SLOT: put16(at, slot); break;
    case HEADER:
      // Where no other field leads: the slot is read after others are written.
      slot += USED + 1;
      put16(at, slot);
      slots()[slot] = (uint64_t)(world + OTHER_CODE_AT + 512);
      slots()[slot + 1] = (uint64_t)(slots() + below(8));
      *(uint64_t *)(world + OTHER_CODE_AT + 504) = below(60) << 48;
      *(uint64_t *)(world + OTHER_CODE_AT + 512) = (uint64_t)land;
      break;
    case REFERENCE:
      put16(at, slot);
      slots()[slot] = reference(field->parameter);
      break;
    case LANE: put16(at, below(field->parameter)); break;
    case INDEX: put32(at, below(2)); break;
    case OFFSET16: put16(at, below(8) ? below(100) : random64()); break;
    case OFFSET32: put32(at, below(8) || field->parameter ? below(100) : random64()); break;
    case OFFSET64: put64(at, below(8) ? below(100) : random64()); break;
    case ANY32: put32(at, value32()); break;
    case ANY64: put64(at, value64()); break;
    case COUNT16: put16(at, below(8)); break;
    case COUNT32: put32(at, field->parameter ? 1 + below(field->parameter) : below(40)); break;
    case COST: put16(at, below(60)); break;
    case COUNTER: put64(at, (uint64_t)(marks() + below(8))); break;
    case RELATIVE: put32(at, (uint64_t)(int64_t)distance(operation, field->parameter)); break;
    case ENTRIES:
      for (int k = 0; k < 8; k++) {
        put32(at + 8 * (size_t)k, (uint64_t)(int64_t)distance(operation, field->parameter));
        put32(at + 8 * (size_t)k + 4, below(60));
      }
      break;
    case SHUFFLE:
      for (size_t k = 0; k < field->parameter; k++) put32(at + 4 * k, below(8 * (USED - 1)));
      break;
    case END: case FUNCTION_REFERENCE: break;
    }
  }
}

/// What tells one round from another, in order.
static uint64_t sum(void) {
  uint64_t sum = 0xcbf29ce484222325;
#define MIX(value) (sum = (sum ^ (value)) * 0x100000001b3, sum ^= sum >> 29)
  for (int k = 0; k < SLOTS + 32; k++) MIX(slots()[k]);
  for (int k = 0; k < 2 * MEMORY / 8; k++) MIX(memories()[k]);
  for (int k = 0; k < 64; k++) MIX(objects()[k]);
  for (int k = 0; k < 2 * CELLS; k++) MIX(globals()[k]);
  for (int k = 0; k <= CELLS; k++) MIX(cells()[k]);
  for (int k = 0; k < 16; k++) MIX(elements()[k]);
  for (int k = 0; k < 16; k++) MIX(marks()[k]);
  for (int k = 0; k < 20; k++) MIX(context()[k]);
  for (int k = 0; k < 5; k++) MIX(landed()[k]);
  return sum;
}

static int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

/// What a reader needs to see of one round: operands as they were, and what changed.
static void show(const struct operation *operation, uint64_t round, const uint64_t *before, uint64_t accumulator) {
  text("round ");
  hex(round);
  named("sum", sum());
  named("accumulator", accumulator);
  named("then", landed()[2]);
  named("exit", context()[14]);
  for (const struct field *field = operation->fields; field->kind != END; field++) {
    uint16_t slot;
    __builtin_memcpy(&slot, code() + field->offset, 2);
    if (field->kind == ANY32) { uint32_t v; __builtin_memcpy(&v, code() + field->offset, 4); named("immediate", v); }
    if (field->kind != SLOT) continue;
    named("slot", slot);
    named("was", before[slot]);
    named("and", before[slot + 1]);
    named("is", slots()[slot]);
    named("and", slots()[slot + 1]);
  }
  put('\n');
}

void run(long *stack) {
  long count = stack[0];
  char **words = (char **)(stack + 1);
  uint64_t rounds = 0;
  for (const char *digit = count > 1 ? words[1] : "100"; *digit; digit++) rounds = rounds * 10 + (uint64_t)(*digit - '0');
  const char *only = count > 2 ? words[2] : 0;
  world = (uint8_t *)call(MAP, 0x200000000, 1 << 20, 3, 0x32, -1, 0);
  if (world != (uint8_t *)0x200000000) call(EXIT, 70, 0, 0, 0, 0, 0);
  for (size_t index = 0; index < COUNT(table); index++) {
    const struct operation *operation = &table[index];
    if (only && !same(only, operation->name)) continue;
    seed = 0;
    for (const char *letter = operation->name; *letter; letter++) seed = seed * 131 + (uint64_t)*letter;
    uint64_t total = 0;
    for (uint64_t round = 0; round < rounds; round++) {
      fillWorld(operation);
      fillFields(operation);
      uint64_t accumulator = operation->accumulator == SLOT ? below(USED)
        : operation->accumulator == REFERENCE ? reference(0)
        : operation->accumulator == FUNCTION_REFERENCE ? reference(1) : value64();
      uint64_t before[SLOTS + 8];
      if (only) for (int k = 0; k < SLOTS + 8; k++) before[k] = slots()[k];
      operation->handler(code(), slots(), accumulator, memories(), context());
      total = (total + sum()) * 0x9e3779b97f4a7c15;
      total ^= total >> 31;
      if (only) show(operation, round, before, accumulator);
    }
    text(operation->name);
    put(' ');
    hex(total);
    put('\n');
  }
  flush();
  call(EXIT, 0, 0, 0, 0, 0, 0);
}

#ifndef __aarch64__
int main(int count, char **words) {
  long stack[4] = {count > 3 ? 3 : count};
  for (int k = 0; k < stack[0]; k++) stack[k + 1] = (long)words[k];
  run(stack);
  return 0;
}
#endif
