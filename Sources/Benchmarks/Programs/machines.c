// Interpreters as they are written in C: one with registers, one with a stack of numbers, one for characters.
enum { LOADI, MOVE, ADDR, SUBR, MULR, ADDI, BLT, BNE, JMP, RET };
struct instruction { unsigned char op, a, b, c; };
static const struct instruction loop[] = {{LOADI, 0, 0, 0}, {LOADI, 1, 0, 0}, {LOADI, 2, 200, 0}, {ADDR, 0, 0, 1},
  {MULR, 3, 1, 1}, {SUBR, 0, 3, 0}, {ADDI, 1, 1, 1}, {BLT, 1, 2, 3}, {RET, 0, 0, 0}};
static int registers(const struct instruction *code) {
  int r[16];
  for (unsigned pc = 0;;) {
    struct instruction i = code[pc++];
    switch (i.op) {
      case LOADI: r[i.a] = i.b | i.c << 8; break;
      case MOVE: r[i.a] = r[i.b]; break;
      case ADDR: r[i.a] = r[i.b] + r[i.c]; break;
      case SUBR: r[i.a] = r[i.b] - r[i.c]; break;
      case MULR: r[i.a] = r[i.b] * r[i.c]; break;
      case ADDI: r[i.a] = r[i.b] + (signed char)i.c; break;
      case BLT: if (r[i.a] < r[i.b]) pc = i.c; break;
      case BNE: if (r[i.a] != r[i.b]) pc = i.c; break;
      case JMP: pc = i.c; break;
      default: return r[i.a];
    }
  }
}
enum { NUMBER, PLUS, TIMES, COPY, OVER, ROTATE, FETCH, PUT, AGAIN, END };
static const short words[] = {NUMBER, 0, PUT, 1, NUMBER, 150, PUT, 0, FETCH, 0, FETCH, 0, TIMES, FETCH, 1, PLUS, COPY, PUT,
  1, OVER, TIMES, PUT, 2, FETCH, 0, NUMBER, -1, PLUS, COPY, PUT, 0, AGAIN, 8, FETCH, 1, END};
static int cells[8], data[64];
static int forth(void) {
  const short *ip = words;
  int *sp = data;
  for (;;) {
    switch (*ip++) {
      case NUMBER: *sp++ = *ip++; break;
      case PLUS: sp--; sp[-1] += sp[0]; break;
      case TIMES: sp--; sp[-1] *= sp[0]; break;
      case COPY: sp[0] = sp[-1]; sp++; break;
      case OVER: sp[0] = sp > data + 1 ? sp[-2] : 1; sp++; break;
      case ROTATE: { int t = sp[-1]; sp[-1] = sp[-2]; sp[-2] = t; break; }
      case FETCH: *sp++ = cells[*ip++]; break;
      case PUT: cells[*ip++] = *--sp; break;
      case AGAIN: if (*--sp) ip = words + *ip; else ip++; break;
      default: return *--sp;
    }
  }
}
static unsigned char tape[256];
static unsigned brain(const char *p) {
  unsigned char *at = tape;
  unsigned out = 0;
  for (; *p; p++) switch (*p) {
      case '+': ++*at; break;
      case '-': --*at; break;
      case '>': at++; break;
      case '<': at--; break;
      case '.': out = out * 31 + *at; break;
      case '[': if (!*at) for (int n = 1; n;) { p++; n += (*p == '[') - (*p == ']'); } break;
      case ']': if (*at) for (int n = 1; n;) { p--; n += (*p == ']') - (*p == '['); } break;
    }
  return out;
}
__attribute__((export_name("run"))) unsigned run(unsigned count) {
  unsigned sum = 0;
  while (count--) {
    sum += (unsigned)registers(loop) + (unsigned)forth();
    for (int i = 0; i < 256; i++) tape[i] = 0;
    sum += brain("++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.");
  }
  return sum;
}
