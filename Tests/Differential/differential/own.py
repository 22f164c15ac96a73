"""The source `own`: generated modules, alone, with a library, and instantiated twice as peers of each other."""
import random as randomness

import wasmtime

from .case import Case, CaseModule
from .engines import NODE_FEATURES, WASMTIME_FEATURES
from .module import GeneratedModule, shared_signatures

INTERESTING = {'i32': [0, 1, 2, 5, 0x7fffffff, 0x80000000, 0xffffffff, 0x3f800000, 0xbf800000, 0x7fc00000, 100, 0xfffffff0],
               'i64': [0, 1, 2, 7, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, 0x3ff0000000000000,
                       0xbff8000000000000, 0x7ff8000000000000, 0x80000000, 0x100000000]}


def argument(random, type):
    if random.random() < 0.7:
        return type, random.choice(INTERESTING[type])
    return type, random.getrandbits(int(type[1:]))


def choose_features(random, wanted, engines):
    """A few features that one of the engines has all of."""
    has = random.choice([set for name, set in (('node', NODE_FEATURES), ('wasmtime', WASMTIME_FEATURES))
                         if name in engines])
    possible = sorted(has & wanted)
    features = {feature for feature in possible if random.random() < 0.4}
    for feature, needs in (('twin-tail', 'tail-calls'), ('simd-other-memories', 'simd'), ('relaxed-simd', 'simd'),
                           ('narrow-cmpxchg', 'atomics')):
        # A refinement is used wherever it may be.
        if needs in features and feature in possible:
            features.add(feature)
        elif needs not in features:
            features.discard(feature)
    if 'simd' not in features:
        features.discard('vector-nans')
    if 'gc' in features:
        features.add('call-ref')
    if {'legacy-exceptions', 'exceptions'} <= features:
        features.discard('legacy-exceptions')
    return features


def generate(seed, index, wanted, engines, functions=20, calls=3):
    random = randomness.Random(f'{seed}:own:{index}')
    features = choose_features(random, wanted, engines)
    signatures = shared_signatures(random, features)
    with_peer = random.random() < 0.7
    size = random.choice((30, 60, 60, 150))
    trees, steps = [], []
    if with_peer:
        library = GeneratedModule(random, features - {'memory64'}, signatures, False, len(signatures), 25)
        main = GeneratedModule(random, features, signatures, True, functions, size)
        trees = [library, main]
        steps = [('instance', 'library', 0, {}), ('instance', 'first', 1, {'peer': 'library'})]
        instances = ['first']
        if random.random() < 0.6:
            steps.append(('instance', 'second', 1, {'peer': 'first'}))
            instances.append('second')
    else:
        main = GeneratedModule(random, features, signatures, False, functions, size)
        trees = [main]
        steps = [('instance', 'first', 0, {})]
        instances = ['first']
    state_types = main.state_types
    for number in range(len(main.defined)):
        export = f'c{number}'
        for _ in range(calls):
            instance = random.choice(instances)
            arguments = [('i32', random.choice((3, 12, 30, 100)))]
            arguments += [argument(random, type) for type in main.wrapper_types[export][1:]]
            steps.append(('call', instance, export, arguments, main.result_types[export]))
            steps.append(('call', instance, 'state', [], state_types))
            if len(instances) > 1 and random.random() < 0.3:
                steps.append(('call', instances[instances[0] == instance], 'state', [], state_types))
    # What a host calls may itself be what tail-calls or throws.
    for number, (parameters, results) in enumerate(signatures):
        if set(parameters + results) <= {'i32', 'i64'}:
            for instance in instances:
                steps.append(('call', instance, 'set-fuel', [('i32', 30)], []))
                steps.append(('call', instance, f'p{number}', [argument(random, type) for type in parameters],
                              list(results)))
                steps.append(('call', instance, 'state', [], state_types))
    modules = []
    for tree in trees:
        text = tree.tree.text()
        modules.append(CaseModule(bytes(wasmtime.wat2wasm(text)), tree.tree, text))
    return Case(f'own-{index}', 'own', modules, steps, features, len(main.defined))
