"""The source `mutate`: changed binaries and texts, which may not crash or hang Touchstone, and are judged valid or not
as wasm-tools' validator (the one inside Wasmtime) does."""
import random as randomness
import re
import subprocess

import wasmtime

from .engines import wasmtime_engine
from .foreign import SMITH, WASM_TOOLS
from .module import GeneratedModule
from .touchstone import escaped

# The validator's own limits, and what one of the two does not know; these are no faults.
LIMITS = re.compile(r'limit|too many|exceeds|maximum|too large|out of range|feature|support|proposal|shared|nesting|'
                    r'component|unknown binary version|custom page size|descriptor', re.I)
INTERESTING = [0, 1, 2, 3, 0x0B, 0x10, 0x1A, 0x20, 0x21, 0x40, 0x41, 0x60, 0x63, 0x64, 0x6A, 0x7F, 0x7E, 0x7D, 0x7C, 0x7B,
               0x70, 0x6F, 0x6E, 0x69, 0x80, 0xFF, 0xFB, 0xFC, 0xFD, 0xFE, 0xD0, 0xD2, 0xD4, 0x02, 0x03, 0x04, 0x0C, 0x0D,
               0x0E, 0x0F, 0x06, 0x08, 0x1F]
KEYWORDS = ['i32', 'i64', 'f32', 'f64', 'v128', 'funcref', 'externref', 'param', 'result', 'local', 'mut', 'block', 'loop',
            'if', 'else', 'end', 'drop', 'select', 'nop', 'unreachable', 'i32.add', 'i64.add', 'local.get', 'local.set',
            'br', 'br_if', 'return', 'call', 'global.get', 'memory.size', 'ref.null', 'func', '0', '1', '-1', '$l1', '(', ')',
            '0x', '1_000', 'nan:0x1', 'inf', '"', ';;', '(;', '(@a', 'i32.const', 'export', 'import', 'memory', 'rec', 'sub']

# What wasm-tools takes although the specification's grammar has no place for it: an index with a plus (Core 6.3.1), and
# instructions that are not folded between the operands of one that is (Core 6.5.11).
TAKEN_BEYOND_GRAMMAR = [re.compile(r'unexpected token \+[0-9]\S*: expected an? \w+ index'),
                        re.compile(r'unexpected token [a-z]\S*: expected "\(" or "\)"')]


class Mutator:
    """Mutants of a corpus that is made from the seed."""

    def __init__(self, seed):
        random = randomness.Random(f'{seed}:corpus')
        self.engine = wasmtime_engine()
        self.binaries, self.texts = [], []
        features = ['simd', 'tail-calls', 'call-ref', 'exceptions', 'gc', 'memory64', 'multi-memory', 'extended-const',
                    'atomics', 'wide-arithmetic']
        for _ in range(24):
            chosen = {feature for feature in features if random.random() < 0.4}
            if 'gc' in chosen:
                chosen.add('call-ref')
            module = GeneratedModule(random, chosen, [((), ('i32',)), (('i64', 'f32'), ('f64',))], False, 3, 12)
            module.tree.before = [re.sub(r'"[^"]{80,}"', '"abcdefgh"', field) for field in module.tree.before]
            module.tree.after = module.tree.after[:-1]
            text = module.tree.text()
            self.texts.append(text)
            self.binaries.append(bytes(wasmtime.wat2wasm(text)))
        for _ in range(24):
            made = subprocess.run([WASM_TOOLS, 'smith', *SMITH[:SMITH.index('--min-funcs')], '--max-instructions', '30',
                                   '--shared-everything-threads-enabled', 'false', '--custom-descriptors-enabled', 'false',
                                   '--compact-imports-enabled', 'false'],
                                  input=random.randbytes(random.choice((200, 800, 2000))), stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
            if made.returncode == 0 and len(made.stdout) < 3000:
                self.binaries.append(made.stdout)

    def binary(self, random):
        data = bytearray(random.choice(self.binaries))
        for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
            at = random.randrange(8 if random.random() < 0.98 else 0, len(data)) if len(data) > 8 else 0
            kind = random.random()
            if kind < 0.45:
                data[at:at + 1] = bytes([random.choice(INTERESTING)])
            elif kind < 0.6:
                data[at] = random.getrandbits(8) if data else 0
            elif kind < 0.72:
                data[at] ^= 1 << random.randrange(8)
            elif kind < 0.8:
                # A number that grows or shrinks by one.
                data[at] = (data[at] + random.choice((-1, 1))) & 0xFF
            elif kind < 0.86:
                # Two instructions or items change places.
                other = random.randrange(len(data))
                data[at], data[other] = data[other], data[at]
            elif kind < 0.9:
                del data[at:at + random.randint(1, 4)]
            elif kind < 0.94:
                data[at:at] = bytes(random.choice(INTERESTING) for _ in range(random.randint(1, 4)))
            elif kind < 0.97:
                source = random.choice(self.binaries)
                start = random.randrange(len(source))
                length = random.randint(1, 20)
                data[at:at + length] = source[start:start + length]
            else:
                del data[random.randrange(8, max(9, len(data))):]
            if len(data) < 9:
                break
        return bytes(data)

    def text(self, random):
        tokens = re.findall(r'"[^"]*"|[()]|[^\s()"]+|\s+', random.choice(self.texts))
        for _ in range(random.choice((1, 1, 2, 3))):
            at = random.randrange(len(tokens))
            kind = random.random()
            if kind < 0.35:
                tokens[at] = random.choice(KEYWORDS)
            elif kind < 0.55:
                tokens[at] = random.choice(tokens)
            elif kind < 0.7:
                del tokens[at:at + random.choice((1, 2, 3, 8))]
            elif kind < 0.85:
                start = random.randrange(len(tokens))
                tokens[at:at] = tokens[start:start + random.choice((1, 2, 4, 10))]
            else:
                token = tokens[at]
                if token:
                    place = random.randrange(len(token))
                    tokens[at] = token[:place] + random.choice('0123456789abcxyz_.=:$"\\;() \n+-') + token[place + 1:]
            if not tokens:
                break
        return ''.join(tokens).encode()

    def mutants(self, seed, start, count):
        """(is a text, bytes)"""
        for index in range(start, start + count):
            random = randomness.Random(f'{seed}:mutate:{index}')
            if random.random() < 0.2:
                yield True, self.text(random)
            else:
                yield False, self.binary(random)

    def verdict(self, is_text, data):
        """None for a valid module, else what is wrong."""
        try:
            if is_text:
                data = bytes(wasmtime.wat2wasm(data.decode(errors='replace')))
            wasmtime.Module.validate(self.engine, data)
            return None
        except wasmtime.WasmtimeError as error:
            return str(error)


def run(mutator, touchstone, seed, start, count):
    """Differences: (index, what the validator said, what Touchstone said, the mutant)."""
    mutants = list(mutator.mutants(seed, start, count))
    return judge(mutator, touchstone, list(range(start, start + count)), mutants)


def script(mutants):
    return ''.join(f'(module definition {"quote" if is_text else "binary"} "{escaped(data)}")\n'
                   for is_text, data in mutants)


def judge(mutator, touchstone, indices, mutants):
    code, failures, _, output = touchstone.run(script(mutants), 60 + len(mutants) / 20)
    if code not in (0, 1):
        if len(mutants) == 1:
            reason = 'did not end' if code is None else f'crashed with {code}: {output.strip()[-300:]}'
            return [(indices[0], '', reason, mutants[0])]
        middle = len(mutants) // 2
        return (judge(mutator, touchstone, indices[:middle], mutants[:middle])
                + judge(mutator, touchstone, indices[middle:], mutants[middle:]))
    differences = []
    for number, (index, mutant) in enumerate(zip(indices, mutants)):
        actual = failures.get(number + 1)
        expected = mutator.verdict(*mutant)
        if (actual is None) == (expected is None):
            continue
        if LIMITS.search(actual or '') or LIMITS.search(expected or ''):
            continue
        if expected is None and any(row.search(actual) for row in TAKEN_BEYOND_GRAMMAR):
            continue
        differences.append((index, expected or 'valid', actual or 'valid', mutant))
    return differences
