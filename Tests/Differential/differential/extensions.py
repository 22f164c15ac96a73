"""What bodies hold beyond numbers: vectors, exceptions in both forms, objects, atomic and wide arithmetic."""
from . import operations as ops
from .body import BodyGenerator
from .tree import FUNCTION_LABEL, Node, constant, leaf, op

STRUCT = '(ref null $s0)'
SUBSTRUCT = '(ref null $s1)'
WORDS = '(ref null $a0)'
BYTES = '(ref null $a1)'
OBJECTS = '(ref null $a2)'
LONGS = '(ref null $a3)'
FLOATS = '(ref null $a4)'
HEAP_TYPES = ['anyref', 'eqref', 'i31ref', STRUCT, SUBSTRUCT, WORDS, BYTES, OBJECTS, LONGS, FLOATS]
ARRAYS = {WORDS: ('$a0', 'i32', ''), BYTES: ('$a1', 'i32', 'su'), OBJECTS: ('$a2', STRUCT, ''),
          LONGS: ('$a3', 'i64', ''), FLOATS: ('$a4', 'f64', '')}
# Fields of $s0; $s1 adds one.
FIELDS = ['i32', 'f64', STRUCT, 'i8', 'i64', 'anyref']


class Generator(BodyGenerator):
    # MARK: Vectors

    def make_vector_load(self, type, depth):
        if not self.module.vector_memories:
            return None
        memory = self.random.choice(self.module.vector_memories)
        if self.chance(0.75):
            name, width = self.random.choice(ops.VECTOR_LOADS)
            return op(name + self.immediate(memory, width), [self.address(memory, depth)], type)
        width = self.random.choice((1, 2, 4, 8))
        lane = self.random.randrange(16 // width)
        return op(f'v128.load{width * 8}_lane{self.immediate(memory, width)} {lane}',
                  [self.address(memory, depth), self.expression('v128', depth)], type)

    def statement_vector_store(self, depth):
        if not self.module.vector_memories:
            return None
        memory = self.random.choice(self.module.vector_memories)
        nodes = [self.address(memory, depth), self.expression('v128', depth)]
        if self.chance(0.6):
            return op('v128.store' + self.immediate(memory, 16), nodes)
        width = self.random.choice((1, 2, 4, 8))
        return op(f'v128.store{width * 8}_lane{self.immediate(memory, width)} {self.random.randrange(16 // width)}', nodes)

    def make_shuffle(self, type, depth):
        lanes = ' '.join(str(self.random.randrange(32)) for _ in range(16))
        return op(f'i8x16.shuffle {lanes}', self.operands(('v128', 'v128'), depth), type)

    def make_extract(self, type, depth):
        shape = self.random.choice([shape for shape, lane in ops.LANE_TYPE.items() if lane == type])
        sign = f'_{self.random.choice("su")}' if shape in ('i8x16', 'i16x8') else ''
        return op(f'{shape}.extract_lane{sign} {self.random.randrange(ops.LANES[shape])}',
                  [self.expression('v128', depth)], type)

    def make_replace(self, type, depth):
        shape, lane = self.random.choice(list(ops.LANE_TYPE.items()))
        nodes = [self.expression('v128', depth), self.expression(lane, depth)]
        if lane in ('f32', 'f64'):
            nodes.append(leaf(self.canonical(lane)))
        return op(f'{shape}.replace_lane {self.random.randrange(ops.LANES[shape])}', nodes, type)

    def make_relaxed(self, type, depth):
        name, operands, result = self.random.choice(ops.RELAXED)
        node = op(name, self.operands(operands, depth), result)
        shape = name.split('.')[0]
        return op(self.canonical(shape), [node], type) if shape in ('f32x4', 'f64x2') else node

    # MARK: Wide arithmetic and atomics

    def make_wide_arithmetic(self, type, depth):
        name, operands = self.random.choice(ops.WIDE)
        node = op(name, self.operands(operands, depth), 'i64', 'i64')
        return self.adapt(node, ('i64', 'i64'), self.random.randrange(2))

    def atomic_address(self, memory, depth):
        mask = 1016 if self.chance(0.97) else 1023
        type = memory.index_type
        return op(f'{type}.const {mask}\n{type}.and', [self.expression(type, depth)], type)

    def make_atomic(self, type, depth):
        memory = self.module.memories[0]
        width, bytes = self.random.choice(ops.ATOMIC_WIDTHS[type])
        offset = ' offset=8' if self.chance(0.3) else ''
        nodes = [self.atomic_address(memory, depth)]
        kind = self.random.random()
        if kind < 0.15:
            suffix = f'{width}_u' if width else ''
            return op(f'{type}.atomic.load{suffix}{offset}', nodes, type)
        if kind < 0.3:
            nodes.append(self.expression(type, depth))
            node = op(f'{type}.atomic.store{width}{offset}', nodes)
            return Node([([node, self.expression(type, depth)], '')], (type,))
        operation = self.random.choice(ops.ATOMIC_OPERATIONS)
        if operation == 'cmpxchg':
            if width and not self.module.has('narrow-cmpxchg'):
                width = ''
            nodes.append(self.expression(type, depth))
        nodes.append(self.expression(type, depth))
        return op(ops.atomic_name(type, width, operation) + offset, nodes, type)

    # MARK: Exceptions

    def throw(self, depth):
        tag, types = self.random.choice(self.module.tags)
        return op(f'throw {tag}', self.operands(types, depth))

    def statement_throw(self, depth):
        return Node([([self.condition(depth)], f'if {self.label()}'), ([self.throw(depth)], 'end')], ())

    def protected(self, types, depth):
        """Statements of which one may throw, then the operands."""
        nodes = self.statements(depth)
        if self.chance(0.6):
            nodes.append(self.statement_throw(depth))
        if self.chance(0.4):
            nodes.append(self.statement_call(depth))
        return nodes + self.operands(types, depth)

    def make_try_table(self, type, depth):
        """A block that an exception leaves with its payload, around a try_table that gives the same types."""
        tag, payload = self.random.choice(self.module.tags)
        kind = self.random.choice(('catch', 'catch', 'catch_ref', 'catch_all', 'catch_all_ref'))
        if kind.startswith('catch_all'):
            payload = ()
        types = payload + (('exnref',) if kind.endswith('_ref') else ())
        label = self.label()
        clauses = [f'({kind}{"" if "all" in kind else " " + tag} {label})']
        # A second clause that leaves for some label around that takes the payload as it is.
        for other, other_types in self.module.tags:
            found = [name for name, carried in self.labels if carried == other_types]
            if found and self.chance(0.3):
                clauses.insert(self.random.randrange(2), f'(catch {other} {self.random.choice(found)})')
        self.labels.append((label, types))
        inner_label = self.label()
        # The clauses' labels are counted from outside of the try_table.
        self.labels.append((inner_label, (type,)))
        inner = Node([((), f'try_table {inner_label} (result {type}) {" ".join(clauses)}'),
                      (self.protected((type,), depth), 'end')], (type,))
        self.labels.pop()
        self.labels.pop()
        result = self.local(type)
        block = Node([((), f'block {label}{self.signature((), types)}'),
                      ([op(f'local.set {result}', [inner]), *self.operands(types, depth)], 'end')], types)
        nodes = [block]
        rest = types
        if kind.endswith('_ref'):
            rest = types[:-1]
            if self.chance(0.3):
                exception = self.local('exnref')
                nodes.append(leaf(f'local.set {exception}'))
                nodes.append(Node([([leaf(f'local.get {exception}\nref.is_null', 'i32')], f'if {self.label()}'),
                                   ((), 'else'),
                                   ([leaf(f'local.get {exception}\nthrow_ref')], 'end')], ()))
            else:
                nodes.append(self.popped('exnref'))
        nodes += [self.popped(other) for other in reversed(rest)]
        nodes.append(leaf(f'local.get {result}', type))
        return Node([(nodes, '')], (type,))

    def make_legacy_try(self, type, depth):
        label = self.label()
        self.labels.append((label, (type,)))
        self.tries.append(label)
        body = self.protected((type,), depth)
        self.tries.pop()
        if self.chance(0.15):
            # A delegate's label is one around its try; the function's own is the outermost.
            self.labels.pop()
            target = self.random.choice(self.tries) if self.tries and self.chance(0.8) else FUNCTION_LABEL
            return Node([((), f'try {label} (result {type})'), (body, f'delegate {target}')], (type,))
        parts = [((), f'try {label} (result {type})')]
        previous = body
        self.catches.append(label)
        for tag, payload in self.random.sample(self.module.tags, self.random.randint(0, 2)):
            parts.append((previous, f'catch {tag}'))
            previous = [*self.consumed(payload), *self.handler(depth), *self.operands((type,), depth)]
        if len(parts) == 1 or self.chance(0.5):
            parts.append((previous, 'catch_all'))
            previous = [*self.handler(depth), *self.operands((type,), depth)]
        self.catches.pop()
        self.labels.pop()
        parts.append((previous, 'end'))
        return Node(parts, (type,))

    def handler(self, depth):
        nodes = self.statements(depth, 1)
        if self.chance(0.3):
            target = self.random.choice(self.catches)
            nodes.append(Node([([self.condition(depth)], f'if {self.label()}'), ([leaf(f'rethrow {target}')], 'end')], ()))
        return nodes

    # MARK: Objects

    def make_object(self, type, depth):
        random = self.random
        kind = random.random()
        if kind < 0.05:
            return leaf(constant(type), type)
        if type in (STRUCT, SUBSTRUCT):
            name, fields = ('$s0', FIELDS) if type == STRUCT else ('$s1', FIELDS + ['f32'])
            if kind < 0.2:
                return leaf(f'struct.new_default {name}', type)
            if kind < 0.6:
                types = ['i32' if field == 'i8' else field for field in fields]
                return op(f'struct.new {name}', self.operands(types, min(depth, 2)), type)
            if type == SUBSTRUCT:
                source = random.choice((STRUCT, 'anyref', 'eqref'))
                return self.guarded_cast(source, SUBSTRUCT, depth)
            if kind < 0.8:
                return op('struct.get $s0 2', [self.some_object('$s0', depth)], type)
            if kind < 0.9:
                return op('array.get $a2', [self.some_array(OBJECTS, depth), self.index(depth)], type)
            return self.expression(SUBSTRUCT, depth)
        if type in ARRAYS:
            name, element, _ = ARRAYS[type]
            length = random.choice((8, 9, 16, 40))
            if kind < 0.3:
                return op(f'array.new {name}', [self.expression(element, depth), leaf(f'i32.const {length}', 'i32')], type)
            if kind < 0.5:
                return leaf(f'i32.const {length}\narray.new_default {name}', type)
            if kind < 0.7:
                count = random.randint(8, 12)
                return op(f'array.new_fixed {name} {count}', [self.leaf(element) for _ in range(count)], type)
            if kind < 0.8 and type != OBJECTS:
                return leaf(f'i32.const {random.choice((0, 1, 4))}\ni32.const {random.choice((8, 8, 9, 40))}\n'
                            f'array.new_data {name} $d1', type)
            return self.guarded_cast('anyref', type, depth)
        if type == 'i31ref' or kind < 0.3:
            return op('ref.i31', [self.expression('i32', depth)], type)
        return self.expression(random.choice(HEAP_TYPES[2:]), depth)

    def guarded_cast(self, source, type, depth):
        """A cast that mostly holds: it is tested first."""
        if self.chance(0.05):
            return op(f'ref.cast {type}', [self.expression(source, depth)], type)
        label = self.label()
        plain = type.replace('null ', '')
        nodes = [self.expression(source, depth), leaf(f'br_on_cast {label} {self.reference(source)} {plain}'),
                 leaf('drop'), self.leaf(type)]
        return Node([((), f'block {label} (result {type})'), (nodes, 'end')], (type,))

    def reference(self, type):
        return {'anyref': '(ref null any)', 'eqref': '(ref null eq)', 'i31ref': '(ref null i31)'}.get(type, type)

    def some_object(self, name, depth):
        """A reference that is hardly ever null, for what traps on null."""
        type = f'(ref null {name})'
        if self.chance(0.02):
            return self.expression(type, depth)
        label = self.label()
        return Node([((), f'block {label} (result (ref {name}))'),
                     ([self.expression(type, depth), leaf(f'br_on_non_null {label}'), leaf(f'struct.new_default {name}')],
                      'end')], (type,))

    def some_array(self, type, depth):
        name = ARRAYS[type][0]
        if self.chance(0.02):
            return self.expression(type, depth)
        label = self.label()
        return Node([((), f'block {label} (result (ref {name}))'),
                     ([self.expression(type, depth), leaf(f'br_on_non_null {label}'),
                       leaf(f'i32.const 8\narray.new_default {name}')], 'end')], (type,))

    def index(self, depth):
        if self.chance(0.01):
            return self.expression('i32', depth)
        return op('i32.const 7\ni32.and', [self.expression('i32', depth)], 'i32')

    def make_field(self, type, depth):
        name = self.random.choice(('$s0', '$s1'))
        positions = [index for index, field in enumerate(FIELDS) if field == type or field == 'i8' and type == 'i32']
        if type == 'f32':
            name, positions = '$s1', [6]
        if positions and self.chance(0.5):
            position = self.random.choice(positions)
            sign = f'_{self.random.choice("su")}' if position == 3 else ''
            return op(f'struct.get{sign} {name} {position}', [self.some_object(name, depth)], type)
        arrays = [array for array, (_, element, _) in ARRAYS.items() if element == type]
        if not arrays:
            return None
        array = self.random.choice(arrays)
        name, _, signs = ARRAYS[array]
        sign = f'_{self.random.choice(signs)}' if signs else ''
        return op(f'array.get{sign} {name}', [self.some_array(array, depth), self.index(depth)], type)

    def make_object_test(self, type, depth):
        kind = self.random.random()
        source = self.random.choice(HEAP_TYPES)
        if kind < 0.3:
            target = self.random.choice((STRUCT, SUBSTRUCT, '(ref $s1)', '(ref i31)', WORDS, '(ref $a1)', '(ref eq)',
                                         '(ref null struct)', '(ref array)', '(ref null none)'))
            return op(f'ref.test {target}', [self.expression('anyref', depth)], type)
        if kind < 0.5:
            return op('ref.eq', [self.expression(self.random.choice(HEAP_TYPES[1:]), depth) for _ in range(2)], type)
        if kind < 0.7:
            return op('array.len', [self.some_array(self.random.choice(list(ARRAYS)), depth)], type)
        if kind < 0.85:
            label = self.label()
            return Node([([self.expression('i31ref', depth)], 'ref.as_non_null' if self.chance(0.02) else
                          f'block {label} (param i31ref) (result (ref i31))\nbr_on_non_null {label}\ni32.const 9\nref.i31\nend'),
                         ((), f'i31.get_{self.random.choice("su")}')], (type,))
        return op('ref.is_null', [self.expression(source, depth)], type)

    def statement_object(self, depth):
        kind = self.random.random()
        if kind < 0.4:
            name = self.random.choice(('$s0', '$s1'))
            position = self.random.randrange(len(FIELDS))
            field = FIELDS[position]
            return op(f'struct.set {name} {position}',
                      [self.some_object(name, depth), self.expression('i32' if field == 'i8' else field, depth)])
        array = self.random.choice(list(ARRAYS))
        name, element, _ = ARRAYS[array]
        if kind < 0.65:
            return op(f'array.set {name}', [self.some_array(array, depth), self.index(depth), self.expression(element, depth)])
        small = lambda high: leaf(f'i32.const {self.random.randrange(high)}', 'i32')
        if kind < 0.75:
            return op(f'array.fill {name}', [self.some_array(array, depth), self.index(depth),
                                             self.expression(element, depth), small(3)])
        if kind < 0.85:
            return op(f'array.copy {name} {name}', [self.some_array(array, depth), small(5), self.some_array(array, depth),
                                                    small(5), small(4)])
        if kind < 0.9 and array != OBJECTS:
            return op(f'array.init_data {name} $d1', [self.some_array(array, depth), small(4), small(9), small(4)])
        # Garbage, while what the stack holds must stay.
        count = self.add_local('i32', False)
        label = self.label()
        amount = self.random.choice((3, 20, 100))
        what = self.random.choice(('i32.const 3000\narray.new_default $a1', 'struct.new_default $s1',
                                   'i32.const 100\narray.new_default $a3', 'ref.null $s0\ni32.const 30\narray.new $a2'))
        return leaf(f'i32.const {amount}\nlocal.set {count}\nloop {label}\n{what}\ndrop\nlocal.get {count}\ni32.const 1\n'
                    f'i32.sub\nlocal.tee {count}\nbr_if {label}\nend')

    def make_held_object(self, type, depth):
        """A new object below garbage on the operand stack."""
        return Node([([self.make_object(type, depth), self.statement_object(depth)], '')], (type,))
