"""Makes function bodies: well-typed, ending after bounded time, and full of what a translator from stack code to
register code has to get right."""
from . import operations as ops
from .tree import FUNCTION_LABEL, Node, constant, leaf, op

INTEGERS = ('i32', 'i64')
FLOATS = ('f32', 'f64')
NUMBERS = INTEGERS + FLOATS

I32 = [0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 33, 63, 64, 127, 128, 255, 256, 1000, 32767, 32768, 65535, 65536,
       0x7fffffff, 0x7ffffffe, -0x80000000, -0x7fffffff, -1, -2, -8, -16, -128, -129, -32768, -32769, -65536]
I64 = I32 + [0x80000000, 0xffffffff, 0x100000000, 0x100000001, -0x80000001, -0x100000000, 0x7fffffffffffffff,
             -0x8000000000000000, -0x7fffffffffffffff, 0x123456789abcdef, -0x123456789abcdef]
F_COMMON = ['0', '-0', '1', '-1', '0.5', '1.5', '2.5', '-3.5', '3', '100', '1e10', '-1e10', 'inf', '-inf', 'nan',
            '0x1p+31', '-0x1p+31', '0x1p+32', '0x1p+63', '-0x1p+63', '0x1p+64', '4294967040', '0x1p-126']
F32 = F_COMMON + ['nan:0x200000', '-nan', '0x1p-149', '0x1.fffffep+127', '16777217', '0x1.fffffep+30']
F64 = F_COMMON + ['nan:0x4000000000000', '-nan', '0x1p-1074', '0x1.fffffffffffffp+1023', '2147483647.5',
                  '-2147483648.9', '4294967295.9', '9007199254740993', '0x1.fffffffffffffp+62']

FUEL_CHECKS = (
    'global.get $fuel\ni32.const 1\ni32.sub\nglobal.set $fuel\nglobal.get $fuel\ni32.const 0\ni32.le_s\nif',
    'global.get $fuel\ni32.const 1\ni32.lt_s\nif',
)


class BodyGenerator:
    """Generates one function. `module` gives signatures, functions, globals, tables, memories and the features."""

    def __init__(self, module, function, random, size):
        self.module = module
        self.function = function
        self.random = random
        self.budget = size
        self.labels = [(FUNCTION_LABEL, function.results)]
        self.catches = []
        self.tries = []
        self.loop_depth = 0
        self.local_types = list(function.parameters)
        # Indices by type, of those that any code may write.
        self.usable = {}
        for index, type in enumerate(function.parameters):
            self.usable.setdefault(type, []).append(index)
        kinds = list(NUMBERS) * 2 + module.other_types
        for _ in range(random.randrange(3, 12)):
            self.add_local(random.choice(kinds))
        for type in ('i32', 'i64', 'f32', 'f64'):
            self.add_local(type)
        if random.random() < 0.01:
            for _ in range(random.choice((300, 2000, 5000))):
                self.add_local(random.choice(INTEGERS))
        self.scratch = {type: self.add_local(type, False) for type in FLOATS}
        if module.has('simd'):
            self.scratch['v128'] = self.add_local('v128', False)

    # MARK: Choices

    def add_local(self, type, usable=True):
        index = len(self.local_types)
        self.local_types.append(type)
        self.function.locals.append(type)
        if usable:
            self.usable.setdefault(type, []).append(index)
        return index

    def chance(self, probability):
        return self.random.random() < probability

    def local(self, type):
        found = self.usable.get(type)
        return self.random.choice(found) if found else self.add_local(type)

    def any_type(self):
        if self.module.other_types and self.chance(0.25):
            return self.random.choice(self.module.other_types)
        return self.random.choice(NUMBERS)

    def types(self, low, high):
        return tuple(self.any_type() for _ in range(self.random.randint(low, high)))

    def label(self):
        self.module.label_count += 1
        return f'$l{self.module.label_count}'

    # MARK: Constants and leaves

    def constant(self, type):
        random = self.random
        if type == 'i32':
            value = random.choice(I32) if random.random() < 0.8 else random.getrandbits(32) - (1 << 31)
            return leaf(f'i32.const {value}', type)
        if type == 'i64':
            value = random.choice(I64) if random.random() < 0.8 else random.getrandbits(64) - (1 << 63)
            return leaf(f'i64.const {value}', type)
        if type in FLOATS:
            if random.random() < 0.8:
                return leaf(f'{type}.const {random.choice(F32 if type == "f32" else F64)}', type)
            return leaf(f'{type}.const {random.uniform(-1000, 1000)!r}', type)
        if type == 'v128':
            if random.random() < 0.5:
                shape = random.choice(('i8x16', 'i16x8', 'i32x4'))
                lanes = ' '.join(str(random.choice((0, 1, 2, 127, -1, -128, 5))) for _ in range(ops.LANES[shape]))
                return leaf(f'v128.const {shape} {lanes}', type)
            return leaf(f'v128.const i64x2 {random.choice(I64)} {random.choice(I64)}', type)
        return leaf(constant(type), type)

    def leaf(self, type):
        if self.chance(0.7):
            return leaf(f'local.get {self.local(type)}', type)
        return self.constant(type)

    # MARK: Expressions

    def expression(self, type, depth):
        self.budget -= 1
        if self.budget <= 0 or depth <= 0:
            return self.leaf(type)
        make = self.random.choice(self.module.makers[type])
        node = make(self, type, depth - 1)
        return node if node is not None else self.leaf(type)

    def operands(self, types, depth):
        """Nodes that leave the types, now and then several by one node, with statements between."""
        nodes = []
        index = 0
        while index < len(types):
            count = 1
            if index + 1 < len(types) and self.chance(0.12) and self.budget > 0 and depth > 0:
                count = self.random.randint(2, len(types) - index)
                nodes.append(self.block(tuple(types[index:index + count]), depth - 1))
            else:
                nodes.append(self.expression(types[index], depth))
            index += count
            if self.chance(0.08):
                nodes.append(self.statement(depth - 1))
        return nodes

    def make_local(self, type, depth):
        return leaf(f'local.get {self.local(type)}', type)

    def make_constant(self, type, depth):
        return self.constant(type)

    def make_tee(self, type, depth):
        local = self.local(type)
        value = self.expression(type, depth)
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            value = op(f'local.tee {local}', [value], type)
            if self.chance(0.5):
                local = self.local(type)
        return value

    def make_pending_write(self, type, depth):
        """Reads of a local on the stack below a write to it."""
        candidates = [row for row in self.module.operations[type] if row[1] == (type, type)]
        if not candidates:
            return None
        local = self.local(type)
        write = self.random.choice(('set', 'tee', 'between'))
        read = leaf(f'local.get {local}', type)
        name = self.random.choice(candidates)[0]
        if write == 'between':
            nodes = [read, op(f'local.set {local}', [self.expression(type, depth)]), self.expression(type, depth)]
        elif write == 'tee':
            nodes = [read, op(f'local.tee {local}', [self.expression(type, depth)], type)]
        else:
            nodes = [read, leaf(f'local.get {local}', type),
                     op(f'local.set {local}', [self.expression(type, depth)]), leaf(f'local.get {local}', type)]
            return self.checked(self.random.choice(candidates)[0], (type, type),
                                [nodes[0], self.checked(name, (type, type), nodes[1:], type)], type)
        return self.checked(name, (type, type), nodes, type)

    def make_operation(self, type, depth):
        rows = self.module.operations[type]
        if not rows:
            return None
        name, operands, result = self.random.choice(rows)
        if len(operands) == 2 and operands[0] == operands[1] and self.chance(0.15):
            local = self.local(operands[0])
            nodes = [leaf(f'local.get {local}', operands[0]) for _ in range(2)]
        else:
            nodes = self.operands(operands, depth)
        return self.checked(name, operands, nodes, result)

    def checked(self, name, operands, nodes, result):
        """The instruction with its NaNs made canonical where their bits would be seen."""
        shown = ops.SHOWS_NAN.get(name)
        if shown is not None:
            position, type = shown
            if position == len(operands) - 1:
                nodes = [*nodes, leaf(self.canonical(type))]
        node = op(name, nodes, result)
        if name in ops.CONVERSIONS_OF_NANS:
            # Wasmtime does not make these canonical.
            return op(self.canonical(ops.CONVERSIONS_OF_NANS[name], always=True), [node], result)
        shape = ops.vector_shows_nan(name) if result == 'v128' else None
        if shape is not None:
            return op(self.canonical(shape), [node], 'v128')
        return node

    def canonical(self, type, always=False):
        """Text that makes a NaN on the stack the positive canonical one, unless the engines do that."""
        if not always and self.module.has('vector-nans' if 'x' in type else 'scalar-nans'):
            return 'nop'
        if self.chance(0.3):
            return f'call $canonical_{type}'
        nan = {'f32': 'f32.const nan', 'f64': 'f64.const nan', 'f32x4': 'v128.const f32x4 nan nan nan nan',
               'f64x2': 'v128.const f64x2 nan nan'}[type]
        local = self.scratch['v128' if 'x' in type else type]
        get = f'local.get {local}'
        last = 'v128.bitselect' if 'x' in type else 'select'
        return f'local.tee {local}\n{nan}\n{get}\n{get}\n{type}.eq\n{last}'

    def make_division(self, type, depth):
        name = self.random.choice(ops.DIVISIONS[type])
        nodes = self.operands((type, type), depth)
        if self.chance(0.96):
            nodes.append(leaf(self.random.choice((f'{type}.const 1\n{type}.or', f'drop\n{type}.const 7',
                                                  f'drop\n{type}.const 3\n'))))
        return op(name, nodes, type)

    def make_truncation(self, type, depth):
        name, source = self.random.choice(ops.TRUNCATIONS[type])
        if self.chance(0.94):
            inner = op(f'{source}.convert_i32_{"u" if name.endswith("u") else "s"}', [self.expression('i32', depth)],
                       source)
            if name.startswith('i32'):
                inner = op(f'{source}.const 4\n{source}.div', [inner], source)
            return op(name, [inner], type)
        return op(name, [self.expression(source, depth)], type)

    def make_condition(self, type, depth):
        return self.condition(depth)

    def condition(self, depth):
        """An i32 that is branched on: comparisons, plain and hidden."""
        kind = self.random.random()
        if kind < 0.5 or depth <= 0:
            name, operands, result = self.random.choice(self.module.comparisons)
            node = self.checked(name, operands, self.operands(operands, depth), result)
        elif kind < 0.6:
            node = self.expression('i32', depth)
        elif kind < 0.7:
            node = op('i32.and' if self.chance(0.5) else 'i32.or', [self.condition(depth - 1), self.condition(depth - 1)],
                      'i32')
        elif kind < 0.76 and self.module.other_types:
            type = self.random.choice(self.module.other_types)
            node = op('v128.any_true' if type == 'v128' else 'ref.is_null', [self.expression(type, depth)], 'i32')
        elif kind < 0.86:
            node = op(f'local.tee {self.local("i32")}', [self.condition(depth - 1)], 'i32')
        elif kind < 0.93:
            node = op('i64.eqz', [op('i64.extend_i32_u', [self.condition(depth - 1)], 'i64')], 'i32')
        else:
            node = self.leaf('i32')
        while self.chance(0.2):
            node = op('i32.eqz', [node], 'i32')
        return node

    def make_select(self, type, depth):
        nodes = [*self.operands((type, type), depth), self.condition(depth)]
        typed = type not in NUMBERS and type != 'v128' or self.chance(0.3)
        return op(f'select (result {type})' if typed else 'select', nodes, type)

    def make_global(self, type, depth):
        names = self.module.globals.get(type)
        return leaf(f'global.get {self.random.choice(names)}', type) if names else None

    def make_sequence(self, type, depth):
        if self.chance(0.5):
            return Node([([self.statement(depth), self.expression(type, depth)], '')], (type,))
        return Node([([self.expression(type, depth), self.statement(depth)], '')], (type,))

    def make_adapted(self, type, depth):
        """Several values of which one is wanted."""
        types = self.types(1, 4)
        position = self.random.randint(0, len(types))
        types = types[:position] + (type,) + types[position:]
        return self.adapt(self.block(types, depth), types, position)

    def adapt(self, node, types, position):
        """The value at `position` of those that the node leaves."""
        nodes = [node]
        for other in reversed(types[position + 1:]):
            nodes.append(self.popped(other))
        if position:
            local = self.local(types[position])
            nodes.append(leaf(f'local.set {local}'))
            nodes += [self.popped(other) for other in reversed(types[:position])]
            nodes.append(leaf(f'local.get {local}', types[position]))
        return Node([(nodes, '')], (types[position],))

    def popped(self, type):
        return leaf('drop' if self.chance(0.4) else f'local.set {self.local(type)}')

    # MARK: Deep stacks and wide carries

    def reduction(self, type, count):
        """Text of `count` instructions that each join two values of the type."""
        names = [name for name, operands, _ in self.module.operations[type] if operands == (type, type)]
        names = [name for name in names if name not in ops.SHOWS_NAN and not ops.vector_shows_nan(name)]
        return '\n'.join(self.random.choice(names) for _ in range(count))

    def make_deep(self, type, depth):
        if type not in NUMBERS:
            return None
        count = self.random.choice((5, 12, 40, 130, 300))
        self.budget -= count // 8
        nodes = []
        for _ in range(count):
            kind = self.random.random()
            if kind < 0.55:
                nodes.append(leaf(f'local.get {self.local(type)}', type))
            elif kind < 0.8:
                nodes.append(self.constant(type))
            elif kind < 0.9:
                nodes.append(self.expression(type, min(depth, 2)))
            else:
                local = self.local(type)
                nodes.append(op(f'local.set {local}', [self.leaf(type)]))
                nodes.append(leaf(f'local.get {local}', type))
            if self.chance(0.02):
                nodes.append(self.statement(min(depth, 2)))
        return op(self.reduction(type, count - 1), nodes, type)

    def make_wide(self, type, depth):
        """Many values carried by branches to one label."""
        if type not in NUMBERS:
            return None
        count = self.random.choice((2, 3, 5, 9, 20, 60))
        self.budget -= count // 4
        types = (type,) * count
        label = self.label()
        self.labels.append((label, types))
        nodes = [self.leaf(type) if self.chance(0.8) else self.expression(type, depth) for _ in range(count)]
        for _ in range(self.random.randint(1, 3)):
            nodes += [self.condition(depth), leaf(f'br_if {label}')]
            if self.chance(0.5):
                changed = self.random.randint(1, min(count, 4))
                nodes += [self.popped(type) for _ in range(changed)]
                nodes += [self.leaf(type) for _ in range(changed)]
        self.labels.pop()
        block = Node([((), f'block {label} (result {" ".join(types)})'), (nodes, 'end')], types)
        return op(self.reduction(type, count - 1), [block], type)

    # MARK: Blocks

    def signature(self, parameters, results):
        text = ''
        if parameters:
            text += f' (param {" ".join(parameters)})'
        if results:
            text += f' (result {" ".join(results)})'
        return text

    def consumed(self, types):
        """Nodes that take values that are on the stack, the last first. The first value may go on as operand."""
        nodes = [self.popped(type) for type in reversed(types[1:])]
        if not types:
            return nodes
        first = types[0]
        rows = [row for row in self.module.by_first.get(first, ()) if len(row[1]) <= 2]
        if not rows or self.chance(0.3):
            return nodes + [self.popped(first)]
        name, operands, result = self.random.choice(rows)
        rest = self.operands(operands[1:], 1)
        return nodes + [self.used(self.checked(name, operands, [leaf('', first), *rest], result), result)]

    def used(self, node, type):
        return op('drop' if self.chance(0.3) else f'local.set {self.local(type)}', [node])

    def statements(self, depth, most=2):
        return [self.statement(depth) for _ in range(self.random.randint(0, most))]

    def block(self, results, depth, kind=None):
        random = self.random
        kind = kind or random.choice(('block', 'block', 'block', 'loop', 'if', 'if'))
        parameters = self.types(1, 3) if self.chance(0.2) else ()
        before = self.operands(parameters, depth)
        if kind == 'if':
            before.append(self.condition(depth))
        label = self.label()
        self.labels.append((label, parameters if kind == 'loop' else results))
        text = f'{kind} {label}{self.signature(parameters, results)}'
        if kind == 'loop':
            body = [self.fuel_check(), *self.consumed(parameters), *self.statements(depth)]
            if self.chance(0.7):
                body.append(op(f'br_if {label}', [*self.operands(parameters, depth), self.condition(depth)], *parameters))
                body += self.consumed(parameters)
            parts = [(before, text), (body + self.operands(results, depth), 'end')]
        elif kind == 'if':
            arms = [[*self.consumed(parameters), *self.statements(depth), *self.operands(results, depth)]
                    for _ in range(2)]
            if parameters == results and self.chance(0.5):
                parts = [(before, text), (arms[0], 'end')]
            else:
                parts = [(before, text), (arms[0], 'else'), (arms[1], 'end')]
        else:
            body = [*self.consumed(parameters), *self.statements(depth)]
            parts = [(before, text), (body + self.operands(results, depth), 'end')]
        self.labels.pop()
        return Node(parts, results)

    def fuel_check(self):
        """Leaves the function when too many loops and calls have begun."""
        results = '\n'.join(constant(type) for type in self.function.results)
        if self.chance(0.5):
            return leaf(f'{FUEL_CHECKS[0]}\n{results}\nreturn\nend')
        return leaf(f'{FUEL_CHECKS[1]}\n{results}\nreturn\nend\nglobal.get $fuel\ni32.const -1\ni32.add\nglobal.set $fuel')

    def make_block(self, type, depth):
        return self.block((type,), depth)

    def make_counted(self, type, depth):
        """A loop with a counter that nothing else writes, counting up or down."""
        if self.loop_depth >= 2:
            return None
        counter = self.add_local(self.random.choice(INTEGERS), False)
        kind = self.function.locals[counter - len(self.function.parameters)]
        count = self.random.randint(2, 6)
        label = self.label()
        self.loop_depth += 1
        # A loop's label must not be a target of other branches here, so it is not pushed.
        body = self.statements(depth, 3)
        value = self.expression(type, depth)
        self.loop_depth -= 1
        step = self.random.choice(('down', 'tee', 'up'))
        get = f'local.get {counter}\n{kind}.const 1'
        if step == 'down':
            end = f'{get}\n{kind}.sub\nlocal.set {counter}\nlocal.get {counter}\n{kind}.const 0\n{kind}.ne'
        elif step == 'tee':
            end = f'{get}\n{kind}.sub\nlocal.tee {counter}\n{kind}.eqz\ni32.eqz'
        else:
            end = f'{get}\n{kind}.add\nlocal.tee {counter}\n{kind}.const {count}\n{kind}.lt_{self.random.choice("su")}'
        start = 0 if step == 'up' else count
        begin = leaf(f'{kind}.const {start}\nlocal.set {counter}')
        local = self.local(type)
        loop = Node([((), f'loop {label}'),
                     ([*body, op(f'local.set {local}', [value]), leaf(f'{end}\nbr_if {label}')], 'end')], ())
        return Node([([begin, loop, leaf(f'local.get {local}', type)], '')], (type,))

    def make_switch(self, type, depth):
        return self.switch((type,) if self.chance(0.7) else (type,) + self.types(1, 3), depth)

    def switch(self, types, depth):
        """br_table over nested blocks that all carry the same."""
        count = self.random.randint(1, 6)
        labels = [self.label() for _ in range(count)]
        for label in reversed(labels):
            self.labels.append((label, types))
        around = [name for name, carried in self.labels if carried == types]
        targets = [self.random.choice(around) for _ in range(self.random.choice((1, 2, 4, 8, 40)))]
        index = self.expression('i32', depth)
        if self.chance(0.8):
            index = op(f'i32.const {self.random.choice((1, 3, 7, 63))}\ni32.and', [index], 'i32')
        node = op('br_table ' + ' '.join(targets), [*self.operands(types, depth), index], *types)
        signature = self.signature((), types)
        for label in labels:
            self.labels.pop()
            node = Node([((), f'block {label}{signature}'), ([node], 'end')], types)
            if label != labels[-1]:
                nodes = [node, *[self.popped(type) for type in reversed(types)], *self.statements(depth, 1),
                         *self.operands(types, depth)]
                node = Node([(nodes, '')], types)
        if len(types) == 1:
            return node
        return self.adapt(node, types, 0)

    def make_branch_if(self, type, depth):
        found = [label for label in self.labels if label[1] and label[1][-1] == type]
        if not found:
            return None
        label, types = self.random.choice(found)
        node = op(f'br_if {label}', [*self.operands(types, depth), self.condition(depth)], *types)
        return node if len(types) == 1 else self.adapt(node, types, len(types) - 1)

    def make_branch(self, type, depth):
        """Code behind a jump is reached by nobody and typed all the same."""
        kind = self.random.random()
        if kind < 0.5 and self.labels:
            label, types = self.random.choice(self.labels)
            node = op(f'br {label}', self.operands(types, depth), type)
        elif kind < 0.9:
            node = op('return', self.operands(self.function.results, depth), type)
        else:
            node = leaf('unreachable', type)
        # Mostly only now and then.
        label = self.label()
        return Node([([self.condition(depth)], f'if {label} (result {type})'), ([node], 'else'),
                     ([self.expression(type, depth)], 'end')], (type,))

    # MARK: Memory

    def address(self, memory, depth):
        """Mostly in bounds, now and then near the end of the address space."""
        type = memory.index_type
        kind = self.random.random()
        small = self.random.choice((1, 4, 8, 16, 100))
        if kind < 0.15:
            return leaf(f'{type}.const {self.random.choice((0, 1, 4, 100, 1000, 4000, 8191))}', type)
        if kind < 0.156:
            end = self.random.choice((-1, -4, -8, -16, 65528, 65532, 65535, 65536, 65520))
            return leaf(f'{type}.const {end}', type)
        if kind < 0.159:
            return self.expression(type, depth)
        masked = op(f'{type}.const {self.random.choice((255, 1023, 1020, 2047))}\n{type}.and',
                    [self.expression(type, depth)], type)
        if kind < 0.5:
            return masked
        if kind < 0.505:
            return op(f'{type}.const -{small}\n{type}.add', [masked], type)
        if kind < 0.51:
            return op(f'{type}.const {small}\n{type}.sub', [masked], type)
        if kind < 0.7:
            return op(f'{type}.const {small}\n{type}.add', [masked], type)
        local = self.local(type)
        if kind < 0.85:
            # A local plus something computed, both bounded.
            set = op(f'local.set {local}', [masked])
            scaled = op(f'{type}.const 3\n{type}.and\n{type}.const 2\n{type}.shl', [self.leaf(type)], type)
            return Node([([set, leaf(f'local.get {local}', type), scaled], f'{type}.add')], (type,))
        return op(f'local.tee {local}', [masked], type)

    def immediate(self, memory, width, natural=False):
        kind = self.random.random()
        text = '' if memory.index == 0 else f' {memory.name}'
        if kind < 0.5:
            pass
        elif kind < 0.994:
            text += f' offset={self.random.choice((1, 2, 4, 8, 16, 64, 255, 1024, 4096)) if not natural else 8}'
        elif memory.index_type == 'i32':
            text += f' offset={self.random.choice((65528, 65535, 65536, 0x7fffffff, 0xfffffff0, 0xffffffff))}'
        else:
            text += f' offset={self.random.choice((65528, 65536, 0xffffffff, 0x100000000, 0xffffffffffffffff))}'
        if not natural and self.chance(0.3):
            text += f' align={self.random.choice([a for a in (1, 2, 4, 8, 16) if a <= width])}'
        return text

    def memory(self):
        return self.random.choice(self.module.memories)

    def make_load(self, type, depth):
        memory = self.memory()
        name, width = self.random.choice(ops.LOADS[type])
        return op(name + self.immediate(memory, width), [self.address(memory, depth)], type)

    def statement_store(self, depth):
        memory = self.memory()
        type = self.random.choice(NUMBERS)
        name, width = self.random.choice(ops.STORES[type])
        nodes = [self.address(memory, depth), self.expression(type, depth)]
        if type in FLOATS:
            nodes.append(leaf(self.canonical(type)))
        return op(name + self.immediate(memory, width), nodes)

    def make_memory_size(self, type, depth):
        memory = self.memory()
        if memory.index_type != type:
            return None
        suffix = '' if memory.index == 0 else f' {memory.name}'
        if self.chance(0.6):
            return leaf(f'memory.size{suffix}', type)
        return op(f'memory.grow{suffix}', [leaf(f'{type}.const {self.random.choice((0, 1, 1, 2, 100000))}', type)], type)

    def length(self, type, depth):
        if self.chance(0.01):
            return self.expression(type, depth)
        return op(f'{type}.const 127\n{type}.and', [self.expression(type, depth)], type)

    def statement_bulk(self, depth):
        memory, other = self.memory(), self.memory()
        type = memory.index_type
        suffix = '' if memory.index == 0 else f' {memory.name}'
        kind = self.random.random()
        if kind < 0.4:
            return op(f'memory.fill{suffix}', [self.address(memory, depth), self.expression('i32', depth),
                                              self.length(type, depth)])
        if kind < 0.8:
            names = '' if memory.index == 0 and other.index == 0 else f' {memory.name} {other.name}'
            length = 'i32' if 'i32' in (type, other.index_type) else 'i64'
            return op(f'memory.copy{names}', [self.address(memory, depth), self.address(other, depth),
                                             self.length(length, depth)])
        if kind < 0.97:
            nodes = [self.address(memory, depth), leaf(f'i32.const {self.random.choice((0, 1, 7))}', 'i32'),
                     leaf(f'i32.const {self.random.choice((0, 1, 9, 20))}', 'i32')]
            return op(f'memory.init{suffix} $d0', nodes)
        return leaf('data.drop $d0')

    # MARK: Tables

    def statement_table(self, depth):
        small = lambda high: leaf(f'i32.const {self.random.randrange(high)}', 'i32')
        type, table, length = self.random.choice((('funcref', '$functions', 40), ('externref', '$externals', 10)))
        index = op('i32.const 7\ni32.and', [self.expression('i32', depth)], 'i32')
        # The functions' own places stay: only the last eight change.
        if table == '$functions':
            index = op(f'i32.const {self.module.table_size - 8}\ni32.add', [index], 'i32')
        kind = self.random.random()
        if kind < 0.4:
            return op(f'table.set {table}', [index, self.expression(type, depth)])
        if kind < 0.6:
            return op(f'table.fill {table}', [index, self.expression(type, depth), small(3)])
        if kind < 0.8:
            return op(f'table.copy {table} {table}', [index, small(10), small(3)])
        if kind < 0.97 and table == '$functions':
            return op('table.init $functions $e0', [index, small(2), small(3)])
        if kind < 0.98:
            return leaf('elem.drop $e0')
        return self.used(op(f'table.grow {table}', [self.expression(type, depth), small(4)], 'i32'), 'i32')

    def make_table_get(self, type, depth):
        table = {'funcref': '$functions', 'externref': '$externals'}.get(type)
        if table is None:
            return None
        index = op('i32.const 7\ni32.and', [self.expression('i32', depth)], 'i32')
        return op(f'table.get {table}', [index], type)

    def make_table_size(self, type, depth):
        return leaf(f'table.size {self.random.choice(("$functions", "$externals"))}', 'i32')

    def make_function_reference(self, type, depth):
        return leaf(f'ref.func ${self.random.choice(self.module.callable)[0]}', type)

    def make_is_null(self, type, depth):
        if not self.module.reference_types:
            return None
        return op('ref.is_null', [self.expression(self.random.choice(self.module.reference_types), depth)], 'i32')

    # MARK: Calls

    def called(self, signature, depth, tail=False):
        """A call of a function of the signature, with its arguments."""
        parameters, results = self.module.signatures[signature]
        nodes = self.operands(parameters, depth)
        prefix = 'return_call' if tail else 'call'
        kind = self.random.random()
        names = self.module.by_signature[signature]
        if tail and not self.module.has('twin-tail'):
            direct = [name for name in names if not name.startswith('p')]
        else:
            direct = names
        if kind < 0.45 and direct:
            imported = [name for name in direct if name.startswith('p')]
            return op(f'{prefix} ${self.random.choice(imported if imported and self.chance(0.4) else direct)}', nodes,
                      *results)
        if tail and not self.module.has('twin-tail') and self.module.table_has_imports:
            return None
        if kind < 0.75 or not self.module.has('call-ref'):
            first = self.module.table_start[signature]
            index = self.random.random()
            if index < 0.4:
                where = leaf(f'i32.const {first + self.random.randrange(4)}', 'i32')
            elif index < 0.995:
                where = op(f'i32.const 3\ni32.and\ni32.const {first}\ni32.add', [self.expression('i32', depth)], 'i32')
            else:
                where = op(f'i32.const 63\ni32.and', [self.expression('i32', depth)], 'i32')
            return op(f'{prefix}_indirect $functions (type $g{signature})', [*nodes, where], *results)
        reference = f'(ref null $g{signature})'
        target = self.expression(reference, 2) if self.chance(0.1) else self.make_signature_reference(reference, 0)
        if self.chance(0.3):
            target = op(f'local.tee {self.local(reference)}', [target], reference)
        return op(f'{prefix}_ref $g{signature}', [*nodes, target], *results)

    def make_signature_reference(self, type, depth):
        names = self.module.by_signature[int(type[len('(ref null $g'):-1])]
        return leaf(f'ref.func ${self.random.choice(names)}', type)

    def make_call(self, type, depth):
        found = [index for index, (_, results) in enumerate(self.module.signatures) if type in results]
        if not found:
            return None
        signature = self.random.choice(found)
        results = self.module.signatures[signature][1]
        node = self.called(signature, depth)
        if len(results) == 1:
            return node
        position = self.random.choice([index for index, other in enumerate(results) if other == type])
        return self.adapt(node, results, position)

    def statement_call(self, depth):
        signature = self.random.randrange(len(self.module.signatures))
        results = self.module.signatures[signature][1]
        return Node([([self.called(signature, depth), *[self.popped(type) for type in reversed(results)]], '')], ())

    def statement_tail_call(self, depth):
        node = self.tail_call(depth)
        return node and Node([([self.condition(depth)], f'if {self.label()}'), ([node], 'end')], ())

    def tail_call(self, depth):
        found = [index for index, (_, results) in enumerate(self.module.signatures) if results == self.function.results]
        if not found or not self.module.has('tail-calls'):
            return None
        same = [index for index in found if self.module.signatures[index][0] == self.function.parameters]
        node = self.called(self.random.choice(same if same and self.chance(0.4) else found), depth, tail=True)
        if node is not None:
            node.types = ()
        return node

    # MARK: Statements

    def statement(self, depth):
        self.budget -= 1
        if self.budget <= 0 or depth <= 0:
            type = self.any_type()
            return op(f'local.set {self.local(type)}', [self.leaf(type)])
        make = self.random.choice(self.module.statements)
        return make(self, depth - 1) or leaf('nop')

    def statement_set(self, depth):
        type = self.any_type()
        return op(f'local.set {self.local(type)}', [self.expression(type, depth)])

    def statement_drop(self, depth):
        return op('drop', [self.expression(self.any_type(), depth)])

    def statement_global(self, depth):
        type = self.any_type()
        names = [name for name in self.module.globals.get(type, ())]
        if not names:
            return None
        nodes = [self.expression(type, depth)]
        return op(f'global.set {self.random.choice(names)}', nodes)

    def statement_block(self, depth):
        return self.block((), depth)

    def statement_wide_if(self, depth):
        types = self.types(1, 5)
        return Node([([self.block(types, depth), *[self.popped(type) for type in reversed(types)]], '')], ())

    def statement_branch_if(self, depth):
        if not self.labels:
            return None
        label, types = self.random.choice(self.labels)
        node = op(f'br_if {label}', [*self.operands(types, depth), self.condition(depth)], *types)
        return Node([([node, *[self.popped(type) for type in reversed(types)]], '')], ())

    def statement_if(self, depth):
        label = self.label()
        arms = [self.statements(depth, 3) for _ in range(2)]
        if self.labels and self.chance(0.3):
            target, types = self.random.choice(self.labels)
            arms[0].append(op(f'br {target}', self.operands(types, depth)))
        if self.chance(0.5):
            return Node([([self.condition(depth)], f'if {label}'), (arms[0], 'end')], ())
        return Node([([self.condition(depth)], f'if {label}'), (arms[0], 'else'), (arms[1], 'end')], ())

    def statement_switch(self, depth):
        type = self.any_type()
        return self.used(self.switch((type,), depth), type)

    # MARK: The whole body

    def generate(self, depth):
        function = self.function
        body = [self.fuel_check()]
        body += self.prologue()
        for _ in range(self.random.randint(1, 7)):
            body.append(self.statement(depth))
        if self.chance(0.7):
            body += self.digest()
        last = self.tail_call(depth) if self.chance(0.4) else None
        body += [last] if last is not None else self.operands(function.results, depth)
        function.body = body

    def generate_forwarding(self, call):
        """Nothing but a tail call of the peer's function of the same signature, which may be this one again."""
        body = [self.fuel_check()] if self.chance(0.5) else []
        self.function.body = body + [op(call, self.operands(self.function.parameters, 1))]
        if not self.function.parameters:
            self.function.locals = []

    def prologue(self):
        """Gives locals something other than zeros to work on, and structures and arrays instead of nulls."""
        nodes = []
        for type, indices in list(self.usable.items()):
            for index in indices[:40]:
                if index < len(self.function.parameters):
                    continue
                if type.startswith('(ref null $') and self.chance(0.8):
                    nodes.append(op(f'local.set {index}', [self.expression(type, 1)]))
                elif type in NUMBERS and self.chance(0.6):
                    nodes.append(op(f'local.set {index}', [self.leaf(type)]))
        return nodes

    def digest(self):
        """Mixes locals into a global, so that what was computed can be seen."""
        nodes = []
        for type in NUMBERS + (('v128',) if self.module.has('simd') else ()):
            for index in self.usable.get(type, ())[-self.random.randint(0, 5):]:
                code = {'i32': 'i64.extend_i32_u', 'i64': 'nop', 'f32': 'call $canonical_f32\ni32.reinterpret_f32\n'
                        'i64.extend_i32_u', 'f64': 'call $canonical_f64\ni64.reinterpret_f64',
                        'v128': 'i64x2.extract_lane 1'}[type]
                nodes.append(leaf(f'local.get {index}\n{code}\nglobal.get $gl\ni64.const 0x100000001b3\ni64.mul\n'
                                  'i64.xor\nglobal.set $gl'))
        return nodes
