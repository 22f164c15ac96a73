"""The sources `smith` and `ttf`: modules that wasm-tools and Binaryen make from random bytes."""
import os
import random as randomness
import re
import subprocess
import sys

import wasmtime

from .binary import STATE, Module
from .case import Case, CaseModule
from .own import INTERESTING

WASM_TOOLS = os.path.join(os.path.dirname(sys.executable), 'wasm-tools')

SMITH = ['--ensure-termination', '--fuel', '300', '--max-imports', '0', '--export-everything', 'true',
         '--canonicalize-nans', 'true', '--min-types', '4', '--min-funcs', '4', '--max-funcs', '12', '--max-memory32-bytes', '262144',
         '--max-memory64-bytes', '262144', '--memory-max-size-required', 'true', '--table-max-size-required', 'true',
         '--max-table-elements', '200', '--shared-everything-threads-enabled', 'false',
         '--custom-descriptors-enabled', 'false', '--compact-imports-enabled', 'false', '--threads-enabled', 'false',
         '--relaxed-simd-enabled', 'false', '--max-instructions', '300', '--allow-start-export', 'false']
# What Node does not have, a half of the modules goes without.
SMITH_FOR_NODE = ['--gc-enabled', 'false', '--exceptions-enabled', 'false', '--memory64-enabled', 'false',
                  '--max-memories', '1', '--wide-arithmetic-enabled', 'false', '--extended-const-enabled', 'false']
TTF = ['--denan', '--enable-bulk-memory', '--enable-multivalue', '--enable-sign-ext',
       '--enable-nontrapping-float-to-int', '--enable-mutable-globals', '--enable-tail-call']

# What ttf's modules import: each call goes into a checksum.
SUPPORT = '''(module (global $h (mut i64) (i64.const 0))
(func $add (param i64) (global.set $h (i64.xor (i64.mul (global.get $h) (i64.const 0x100000001b3)) (local.get 0))))
(func (export "log-i32") (param i32) (call $add (i64.extend_i32_u (local.get 0))))
(func (export "log-i64") (param i64) (call $add (local.get 0)))
(func (export "log-f32") (param f32) (call $add (i64.extend_i32_u (i32.reinterpret_f32
  (select (local.get 0) (f32.const nan) (f32.eq (local.get 0) (local.get 0)))))))
(func (export "log-f64") (param f64) (call $add (i64.reinterpret_f64
  (select (local.get 0) (f64.const nan) (f64.eq (local.get 0) (local.get 0))))))
(func (export "log-v128") (param v128) (call $add (i64x2.extract_lane 0 (local.get 0)))
  (call $add (i64x2.extract_lane 1 (local.get 0))))
(func (export "differential-state") (result i64) (global.get $h)))'''


def arguments(random, types):
    values = []
    for type in types:
        if type in ('i32', 'i64'):
            values.append((type, random.choice(INTERESTING[type])))
        elif type in ('f32', 'f64'):
            # No NaNs: JavaScript does not keep their bits.
            values.append((type, random.choice([0, 0x3f800000, 0xbf800000, 0x4f000000, 0x80000000] if type == 'f32' else
                                               [0, 0x3ff0000000000000, 0xc1e0000000000000, 1 << 63, 0x43e0000000000000])))
        elif type == 'v128':
            values.append((type, random.getrandbits(128) & ~(0x7f800000 * 0x1000000010000000100000001)))
        else:
            return None
    return values


def calls(random, module, instance, skipped=()):
    vectors = random.random() < 0.3
    steps = []
    for name, parameters, results in module.exported_functions():
        if name in skipped or name == STATE:
            continue
        # Node cannot be asked for vectors, so that only some cases have them.
        if not vectors and 'v128' in parameters + results:
            continue
        for _ in range(2 if parameters else 1):
            values = arguments(random, parameters)
            if values is None:
                break
            steps.append(('call', instance, name, values, results))
            steps.append(('call', instance, STATE, [], ['i64']))
    return steps


def smith(seed, index, features, engines):
    random = randomness.Random(f'{seed}:smith:{index}')
    for_node = 'node' in engines and random.random() < 0.5
    options = list(SMITH)
    if for_node:
        options += SMITH_FOR_NODE
    elif 'simd-other-memories' not in features:
        options += ['--simd-enabled', 'false']
    # Some inputs give modules without functions.
    for _ in range(12):
        data = random.randbytes(random.choice((600, 2000, 5000, 12000)))
        made = subprocess.run([WASM_TOOLS, 'smith', *options], input=data, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
        module = Module(made.stdout) if made.returncode == 0 else None
        binary = module.with_state() if module else None
        steps = calls(random, module, 'first') if binary else []
        if steps:
            needed = set() if for_node else {'gc', 'memory64'}
            return Case(f'smith-{index}', 'smith', [CaseModule(binary)], [('instance', 'first', 0, {}), *steps], needed,
                        len(steps) // 2)
    return None


# wasm-smith leaves the NaNs of these as they are, and engines differ in them.
CONVERSIONS = {'f32.demote_f64': ('f32', 'f32', 'f32.const nan', 'select'),
               'f64.promote_f32': ('f64', 'f64', 'f64.const nan', 'select'),
               'f32x4.demote_f64x2_zero': ('v128', 'f32x4', 'v128.const f32x4 nan nan nan nan', 'v128.bitselect'),
               'f64x2.promote_low_f32x4': ('v128', 'f64x2', 'v128.const f64x2 nan nan', 'v128.bitselect')}


def with_canonical_conversions(case):
    """The case with the NaNs of conversions between the float types made canonical."""
    printed = subprocess.run([WASM_TOOLS, 'print', '-'], input=case.modules[-1].binary, stdout=subprocess.PIPE)
    text = re.sub(r';;.*|\(;.*?;\)', '', printed.stdout.decode()).rstrip()
    helpers = []
    for name, (type, shape, nan, choice) in CONVERSIONS.items():
        helper = f'$canonical_{name}'
        text = re.sub(rf'^(\s*{re.escape(name)})\s*$', rf'\1\n call {helper}', text, flags=re.M)
        helpers.append(f'(func {helper} (param {type}) (result {type}) local.get 0 {nan} local.get 0 local.get 0 '
                       f'{shape}.eq {choice})')
    text = text[:-1] + '\n'.join(helpers) + '\n)'
    return Case(case.name, case.source, [CaseModule(bytes(wasmtime.wat2wasm(text)))], case.steps, case.features,
                case.functions)


def ttf(seed, index, folder, features, engines):
    random = randomness.Random(f'{seed}:ttf:{index}')
    # --denan leaves the NaNs of vectors as they are.
    vectors = 'vector-nans' in features and 'wasmtime' in engines and random.random() < 0.5
    source, target = os.path.join(folder, 'ttf-input'), os.path.join(folder, 'ttf.wasm')
    with open(source, 'wb') as file:
        file.write(random.randbytes(random.choice((500, 2000, 6000))))
    made = subprocess.run(['wasm-opt', '-ttf', source, '-o', target, *TTF,
                           *(['--enable-simd'] if vectors else [])], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL)
    if made.returncode:
        return None
    with open(target, 'rb') as file:
        return ttf_case(file.read(), random, f'ttf-{index}', vectors)


def ttf_case(binary, random, name, vectors):
    module = Module(binary)
    with_state = module.with_state()
    if with_state is None:
        return None
    steps = [('instance', 'support', 0, {}), ('instance', 'first', 1, {'fuzzing-support': 'support'})]
    for step in calls(random, module, 'first', ('hashMemory', 'hangLimitInitializer')):
        if step[2] != STATE:
            steps.append(('call', 'first', 'hangLimitInitializer', [], []))
        steps.append(step)
        if step[2] == STATE:
            steps.append(('call', 'support', STATE, [], ['i64']))
    return Case(name, 'ttf', [CaseModule(bytes(wasmtime.wat2wasm(SUPPORT))), CaseModule(with_state)], steps,
                {'simd', 'vector-nans'} if vectors else set(), len(steps) // 4)
