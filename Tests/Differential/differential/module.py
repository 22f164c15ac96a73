"""Makes modules of generated functions: what they import from a peer, share with it, and export for the comparison."""
from . import operations as ops
from .body import FLOATS, INTEGERS, NUMBERS
from .extensions import HEAP_TYPES, Generator
from .tree import Function, ModuleTree, constant

# What a module may use; which engine has it is in engines.py.
FEATURES = ['simd', 'simd-other-memories', 'relaxed-simd', 'tail-calls', 'twin-tail', 'call-ref', 'legacy-exceptions',
            'exceptions', 'gc', 'memory64', 'multi-memory', 'extended-const', 'wide-arithmetic', 'atomics',
            'narrow-cmpxchg', 'scalar-nans', 'vector-nans']

TAGS = [('$t0', ('i32',)), ('$t1', ('i64', 'f64')), ('$t2', ())]


class Memory:
    def __init__(self, index, index_type):
        self.index = index
        self.index_type = index_type
        self.name = f'$m{index}'


def shared_signatures(random, features):
    """Signatures that all modules of a case have in common, so that they can call each other."""
    kinds = list(NUMBERS) + (['v128'] if 'simd' in features else [])
    # The first ones have integers only and are called without a wrapper as well.
    signatures = [((), ('i32',)), (('i64', 'i32'), ('i64', 'i32'))]
    for result in kinds:
        count = random.randint(1, 4)
        signatures.append((tuple(random.choice(kinds) for _ in range(count)), (result,)))
    for _ in range(3):
        parameters = tuple(random.choice(kinds) for _ in range(random.randint(0, 6)))
        results = tuple(random.choice(kinds) for _ in range(random.choice((0, 2, 3, 5))))
        signatures.append((parameters, results))
    # A signature that differs from another in its parameters alone, for tail calls between frames of two sizes.
    parameters, results = random.choice(signatures)
    signatures.append((parameters + tuple(random.choice(kinds) for _ in range(random.randint(1, 12))), results))
    return signatures


class GeneratedModule:
    """Everything that the function generator asks for, and the module's text."""

    def __init__(self, random, features, signatures, imports, count, size):
        self.random = random
        self.features = features
        self.signatures = signatures
        self.label_count = 0
        self.imports = imports
        self.size = size
        self.reference_types = ['funcref', 'externref']
        self.other_types = ['funcref', 'externref']
        if self.has('simd'):
            self.other_types += ['v128'] * 3
        if self.has('exceptions'):
            self.other_types.append('exnref')
        if self.has('gc'):
            self.other_types += HEAP_TYPES
            self.reference_types += HEAP_TYPES
        if self.has('call-ref'):
            self.other_types += [f'(ref null $g{index})' for index in range(len(signatures))]
        self.memories = [Memory(0, 'i64' if self.has('memory64') and random.random() < 0.5 else 'i32')]
        if imports:
            self.memories[0].index_type = 'i32'
        if self.has('multi-memory'):
            self.memories += [Memory(index, random.choice(('i32', 'i64')) if self.has('memory64') else 'i32')
                              for index in (1, 2)]
        self.vector_memories = [memory for memory in self.memories if self.has('simd-other-memories')
                                or memory.index == 0 and memory.index_type == 'i32']
        self.tags = TAGS if self.has('exceptions') or self.has('legacy-exceptions') else []
        self.globals = {}
        # Of the exports, all integers.
        self.wrapper_types, self.result_types, self.state_types = {}, {}, []
        self.collect_functions(count)
        self.collect_makers()
        self.tree = ModuleTree()
        self.write()

    def has(self, feature):
        return feature in self.features

    # MARK: Functions

    def collect_functions(self, count):
        """(name, signature) of imported and defined functions; every signature has at least one."""
        self.imported = [(f'p{index}', index) for index in range(len(self.signatures))] if self.imports else []
        indices = list(range(len(self.signatures)))
        indices += [self.random.randrange(len(self.signatures)) for _ in range(max(0, count - len(indices)))]
        self.defined = [(f'f{index}', signature) for index, signature in enumerate(indices)]
        self.callable = self.imported + self.defined
        self.by_signature = {index: [name for name, other in self.callable if other == index]
                             for index in range(len(self.signatures))}
        # Four places a signature, then eight that code changes.
        self.table_start = {index: index * 4 for index in range(len(self.signatures))}
        self.table = []
        for index in range(len(self.signatures)):
            names = self.by_signature[index]
            self.table += [self.random.choice(names) for _ in range(4)]
        self.table_has_imports = any(name.startswith('p') for name in self.table)
        self.table_size = len(self.table) + 8

    # MARK: What is chosen how often

    def collect_makers(self):
        G = Generator
        rows = list(ops.SCALAR)
        if self.has('simd'):
            rows += ops.VECTOR
        types = list(NUMBERS) + [type for type in dict.fromkeys(self.other_types)]
        # Arithmetic on one type is chosen more often than comparisons and conversions.
        self.operations = {type: [row for row in rows if row[2] == type for _ in
                                  range(1 if set(row[1]) != {type} or type == 'v128' else 4)] for type in types}
        self.comparisons = [row for row in ops.SCALAR if row[2] == 'i32' and row[0].split('.')[1].split('_')[0] in
                            ('eq', 'ne', 'lt', 'gt', 'le', 'ge', 'eqz')]
        self.by_first = {}
        for row in rows:
            self.by_first.setdefault(row[1][0], []).append(row)
        self.makers = {}
        for type in types:
            makers = [G.make_local] * 6 + [G.make_constant] * 3 + [G.make_tee] * 4 + [G.make_select] * 3
            makers += [G.make_sequence] * 2 + [G.make_block] * 4 + [G.make_counted, G.make_switch, G.make_branch]
            makers += [G.make_branch_if] * 2 + [G.make_call] * 2 + [G.make_adapted, G.make_global]
            if type in NUMBERS or type == 'v128':
                makers += [G.make_operation] * 22 + [G.make_pending_write] * 4
            if type in NUMBERS:
                makers += [G.make_load] * 4 + [G.make_wide] + ([G.make_deep] if self.random.random() < 0.3 else [])
            if type in INTEGERS:
                makers += [G.make_division] * 2 + [G.make_truncation, G.make_memory_size]
            if type == 'i32':
                makers += [G.make_condition] * 6 + [G.make_is_null, G.make_table_size]
            if type in ('funcref', 'externref'):
                makers += [G.make_table_get] * 4
            if type == 'funcref':
                makers += [G.make_function_reference] * 6
            if type.startswith('(ref null $g'):
                makers += [G.make_signature_reference] * 30
            if self.has('exceptions') and type != 'exnref':
                makers += [G.make_try_table] * 4
            if self.has('legacy-exceptions'):
                makers += [G.make_legacy_try] * 4
            if self.has('simd'):
                if type == 'v128':
                    makers += [G.make_vector_load] * 4 + [G.make_shuffle] * 2 + [G.make_replace] * 2
                    if self.has('relaxed-simd'):
                        makers += [G.make_relaxed] * 4
                elif type in NUMBERS:
                    makers += [G.make_extract] * 3
            if self.has('gc'):
                if type in HEAP_TYPES:
                    makers += [G.make_object] * 16 + [G.make_held_object] * 3
                if type == 'i32':
                    makers += [G.make_object_test] * 6
                if type in NUMBERS or type in ('anyref', HEAP_TYPES[3]):
                    makers += [G.make_field] * 5
            if self.has('wide-arithmetic') and type == 'i64':
                makers += [G.make_wide_arithmetic] * 5
            if self.has('atomics') and type in INTEGERS:
                makers += [G.make_atomic] * 5
            self.makers[type] = makers
        statements = [G.statement_set] * 6 + [G.statement_drop] + [G.statement_global] * 2 + [G.statement_block] * 2
        statements += [G.statement_store] * 4 + [G.statement_branch_if] * 2 + [G.statement_if] * 3
        statements += [G.statement_switch, G.statement_wide_if, G.statement_call, G.statement_bulk, G.statement_table]
        if self.has('tail-calls'):
            statements += [G.statement_tail_call] * 4
        if self.tags:
            statements += [G.statement_throw] * 2
        if self.has('simd'):
            statements += [G.statement_vector_store] * 2
        if self.has('gc'):
            statements += [G.statement_object] * 5
        self.statements = statements

    # MARK: Text

    def signature_text(self, index):
        parameters, results = self.signatures[index]
        return f'(type $g{index})' + (f' (param {" ".join(parameters)})' if parameters else '') + (
            f' (result {" ".join(results)})' if results else '')

    def write(self):
        random = self.random
        before, after = self.tree.before, self.tree.after
        for index, (parameters, results) in enumerate(self.signatures):
            text = f'(type $g{index} (func'
            text += f' (param {" ".join(parameters)})' if parameters else ''
            text += f' (result {" ".join(results)})' if results else ''
            before.append(text + '))')
        if self.has('gc'):
            before.append('(rec\n'
                          '(type $s0 (sub (struct (field (mut i32)) (field (mut f64)) (field (mut (ref null $s0)))'
                          ' (field (mut i8)) (field (mut i64)) (field (mut anyref)))))\n'
                          '(type $s1 (sub $s0 (struct (field (mut i32)) (field (mut f64)) (field (mut (ref null $s0)))'
                          ' (field (mut i8)) (field (mut i64)) (field (mut anyref)) (field (mut f32))))))')
            before += ['(type $a0 (array (mut i32)))', '(type $a1 (array (mut i8)))',
                       '(type $a2 (array (mut (ref null $s0))))', '(type $a3 (array (mut i64)))',
                       '(type $a4 (array (mut f64)))']
        if self.imports:
            for name, signature in self.imported:
                before.append(f'(import "peer" "{name}" (func ${name} {self.signature_text(signature)}))')
            before.append('(import "peer" "fuel" (global $fuel (mut i32)))')
            before.append('(import "peer" "gi" (global $gi (mut i32)))')
            before.append('(import "peer" "gl" (global $gl (mut i64)))')
            before.append('(import "peer" "m0" (memory $m0 1 4))')
            for tag, types in self.tags[:2]:
                before.append(f'(import "peer" "{tag[1:]}" (tag {tag} (param {" ".join(types)})))')
        else:
            before.append(f'(memory $m0 {"i64 " if self.memories[0].index_type == "i64" else ""}1 4)')
            before.append('(global $fuel (mut i32) (i32.const 0))')
            before.append(f'(global $gi (mut i32) {self.initial("i32")})')
            before.append(f'(global $gl (mut i64) {self.initial("i64")})')
        self.globals = {'i32': ['$gi'], 'i64': ['$gl']}
        for memory in self.memories[1:]:
            before.append(f'(memory {memory.name} {"i64 " if memory.index_type == "i64" else ""}1 3)')
        for tag, types in self.tags[2 if self.imports else 0:]:
            before.append(f'(tag {tag}{" (param " + " ".join(types) + ")" if types else ""})')
        for number, type in enumerate(list(NUMBERS) + list(dict.fromkeys(self.other_types))):
            before.append(f'(global $h{number} (mut {type}) {self.initial(type)})')
            self.globals.setdefault(type, []).append(f'$h{number}')
        before.append(f'(table $functions {self.table_size} {self.table_size + 8} funcref)')
        before.append('(table $externals 12 20 externref)')
        before.append(f'(elem (table $functions) (i32.const 0) func {" ".join("$" + name for name in self.table)})')
        names = ' '.join('$' + name for name, _ in self.callable)
        before.append(f'(elem $e0 func {names})')
        data = ''.join(f'\\{random.getrandbits(8):02x}' for _ in range(600))
        if not self.imports:
            before.append(f'(data (memory $m0) ({self.memories[0].index_type}.const 16) "{data}")')
        before.append(f'(data $d0 "{data[:90]}")')
        before.append(f'(data $d1 "{data[:1500]}")')
        before += self.helpers()
        for name, signature in self.defined:
            parameters, results = self.signatures[signature]
            function = Function(name, self.signature_text(signature), parameters, results)
            generator = Generator(self, function, random, self.size)
            if self.has('twin-tail') and self.imports and signature < 2 and random.random() < 0.3:
                generator.generate_forwarding(f'return_call $p{signature}')
            else:
                generator.generate(5)
            self.tree.functions.append(function)
        # Both a peer of others and, instantiated twice, of itself.
        for index in range(len(self.signatures)):
            names = [name for name, other in self.defined if other == index]
            after.append(f'(export "p{index}" (func ${random.choice(names)}))')
        after += ['(export "fuel" (global $fuel))', '(export "gi" (global $gi))', '(export "gl" (global $gl))',
                  '(export "m0" (memory $m0))']
        for tag, _ in self.tags:
            after.append(f'(export "{tag[1:]}" (tag {tag}))')
        for number, (name, signature) in enumerate(self.defined):
            after.append(self.wrapper(number, name, *self.signatures[signature]))
        after.append('(func (export "set-fuel") (param i32) (global.set $fuel (local.get 0)))')
        after.append(self.state())

    def initial(self, type):
        random = self.random
        if self.has('extended-const') and type in INTEGERS and random.random() < 0.7:
            text = f'{type}.const {random.randrange(-1000, 1000)}'
            for _ in range(random.randint(1, 4)):
                text += f' {type}.const {random.randrange(-70000, 70000)} {type}.{random.choice(("add", "sub", "mul"))}'
            return text
        if type in NUMBERS:
            return f'({type}.const {random.choice((0, 1, 5, -1))})'
        return f'({constant(type)})'

    def helpers(self):
        helpers = []
        for type in FLOATS:
            helpers.append(f'(func $canonical_{type} (param {type}) (result {type})\n'
                           f'(select (local.get 0) ({type}.const nan) ({type}.eq (local.get 0) (local.get 0))))')
        if self.has('simd'):
            for shape, nan in (('f32x4', 'nan nan nan nan'), ('f64x2', 'nan nan')):
                helpers.append(f'(func $canonical_{shape} (param v128) (result v128)\n(v128.bitselect (local.get 0)'
                               f' (v128.const {shape} {nan}) ({shape}.eq (local.get 0) (local.get 0))))')
        return helpers

    def wrapper(self, number, name, parameters, results):
        """The export that sets the fuel, takes integers and gives integers, with NaNs made canonical."""
        flat, codes = ['i32'], []
        for type in parameters:
            types, code = self.argument(type, len(flat))
            flat += types
            codes.append(code)
        result_types, locals, after = self.flattened(results, len(flat))
        export = f'c{number}'
        self.wrapper_types[export] = flat
        self.result_types[export] = result_types
        text = f'(func (export "{export}") (param {" ".join(flat)})'
        if result_types:
            text += f' (result {" ".join(result_types)})'
        if locals:
            text += f' (local {" ".join(locals)})'
        return '\n'.join([text, 'local.get 0', 'global.set $fuel', *codes, f'call ${name}', *after, ')'])

    def argument(self, type, position):
        get = f'local.get {position}'
        if type in INTEGERS:
            return [type], get
        if type == 'f32':
            return ['i32'], f'{get}\nf32.reinterpret_i32'
        if type == 'f64':
            return ['i64'], f'{get}\nf64.reinterpret_i64'
        return ['i64', 'i64'], (f'{get}\ni64x2.splat\nlocal.get {position + 1}\ni64x2.replace_lane 1')

    def flattened(self, types, first):
        """Result types, locals and code that turn values on the stack into integers."""
        flat, code = [], []
        for index in reversed(range(len(types))):
            code.append(f'local.set {first + index}')
        for index, type in enumerate(types):
            code.append(f'local.get {first + index}')
            if type in INTEGERS:
                flat.append(type)
            elif type in FLOATS:
                integer = 'i32' if type == 'f32' else 'i64'
                flat.append(integer)
                code += [f'call $canonical_{type}', f'{integer}.reinterpret_{type}']
            elif type == 'v128':
                flat += ['i64', 'i64']
                code += ['i64x2.extract_lane 0', f'local.get {first + index}', 'i64x2.extract_lane 1']
            else:
                flat.append('i32')
                code.append('ref.is_null')
        return flat, list(types), code

    def state(self):
        """An export that gives a checksum of the memories, sizes, the null entries of tables, and the globals."""
        types = ['i64']
        code = ['i64.const 0', 'local.set $h']
        for memory in self.memories:
            t = memory.index_type
            # The first 8 KiB and the last 64 bytes are where code mostly writes.
            code.append(f'''{t}.const 0
local.set $a{t}
loop $memory{memory.index}
local.get $h
i64.const 0x100000001b3
i64.mul
local.get $a{t}
i64.load {memory.name}
i64.xor
i64.const 29
i64.rotl
local.set $h
local.get $a{t}
{t}.const 8
{t}.add
local.tee $a{t}
{t}.const 8192
{t}.lt_u
br_if $memory{memory.index}
end
local.get $h
memory.size {memory.name}
{'i64.extend_i32_u' if t == 'i32' else ''}
i64.add
{t}.const 65528
i64.load {memory.name}
i64.xor
local.set $h''')
        for table in ('$functions', '$externals'):
            code.append(f'''i32.const 0
local.set $ai32
loop $table{table[1:]}
local.get $h
i64.const 1
i64.rotl
local.get $ai32
table.get {table}
ref.is_null
i64.extend_i32_u
i64.xor
local.set $h
local.get $ai32
i32.const 1
i32.add
local.tee $ai32
table.size {table}
i32.lt_u
br_if $table{table[1:]}
end''')
        code.append('local.get $h')
        for type, names in self.globals.items():
            for name in names:
                code.append(f'global.get {name}')
                if type in INTEGERS:
                    types.append(type)
                elif type in FLOATS:
                    integer = 'i32' if type == 'f32' else 'i64'
                    types.append(integer)
                    code += [f'call $canonical_{type}', f'{integer}.reinterpret_{type}']
                elif type == 'v128':
                    types += ['i64', 'i64']
                    code += ['i64x2.extract_lane 0', f'global.get {name}', 'i64x2.extract_lane 1']
                else:
                    types.append('i32')
                    code.append('ref.is_null')
        self.state_types = types
        return (f'(func (export "state") (result {" ".join(types)}) (local $h i64) (local $ai32 i32) (local $ai64 i64)\n'
                + '\n'.join(code) + '\n)')
