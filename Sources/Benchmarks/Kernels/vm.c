// An interpreter of a small machine with a stack: switches, loads and stores.
enum { PUSH, ADD, SUB, MUL, DUP, SWAP, LOAD, STORE, JUMP, JUMPZ, LESS, HALT };
static const int program[] = {PUSH, 0, STORE, 0, PUSH, 0, STORE, 1, LOAD, 1, PUSH, 1000, LESS, JUMPZ, 33, LOAD, 0, LOAD,
                              1,    DUP, MUL, ADD, STORE, 0, LOAD, 1, PUSH, 1, ADD, STORE, 1, JUMP, 8, HALT};
static int stack[64], memory[8];
static int execute(void) {
  int *top = stack;
  for (const int *at = program;;) switch (*at++) {
      case PUSH: *++top = *at++; break;
      case ADD: top--; *top += top[1]; break;
      case SUB: top--; *top -= top[1]; break;
      case MUL: top--; *top *= top[1]; break;
      case DUP: top[1] = *top; top++; break;
      case SWAP: { int t = *top; *top = top[-1]; top[-1] = t; break; }
      case LOAD: *++top = memory[*at++]; break;
      case STORE: memory[*at++] = *top--; break;
      case JUMP: at = program + *at; break;
      case JUMPZ: at = *top-- ? at + 1 : program + *at; break;
      case LESS: top--; *top = *top < top[1]; break;
      case HALT: return memory[0];
    }
}
__attribute__((export_name("run"))) unsigned run(unsigned count) {
  unsigned sum = 0;
  while (count--) sum += (unsigned)execute();
  return sum;
}
