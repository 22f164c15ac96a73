"""The engines whose answers Touchstone's are compared with: Node as a process, Wasmtime as a library."""
import base64
import ctypes
import json
import os
import select
import subprocess
import threading

import wasmtime
from wasmtime import _ffi as ffi

# What only one of the engines has.
NODE_FEATURES = {'simd', 'simd-other-memories', 'tail-calls', 'twin-tail', 'legacy-exceptions', 'atomics',
                 'narrow-cmpxchg'}
WASMTIME_FEATURES = {'simd', 'simd-other-memories', 'tail-calls', 'twin-tail', 'relaxed-simd', 'call-ref', 'exceptions',
                     'gc', 'memory64', 'multi-memory', 'extended-const', 'wide-arithmetic', 'atomics', 'narrow-cmpxchg',
                     # The bits of NaNs can be seen: Wasmtime is asked to make them canonical, as Touchstone does.
                     'scalar-nans', 'vector-nans'}


class Node:
    name = 'node'
    features = NODE_FEATURES

    def __init__(self):
        self.process = None

    def start(self):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'node-peer.js')
        self.process = subprocess.Popen(['node', '--stack-size=900', '--no-wasm-tier-up', script],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def execute(self, case):
        if self.process is None:
            self.start()
        if any('v128' in step[4] or any(type == 'v128' for type, _ in step[3]) for step in case.steps
               if step[0] == 'call'):
            return [('failed', 'vectors cannot be passed to JavaScript')] * len(case.steps)
        job = {'modules': [base64.b64encode(module.binary).decode() for module in case.modules],
               'steps': [[*step[:3], [[type, str(bits)] for type, bits in step[3]], step[4]] if step[0] == 'call'
                         else list(step) for step in case.steps]}
        try:
            self.process.stdin.write(json.dumps(job).encode() + b'\n')
            self.process.stdin.flush()
            ready, _, _ = select.select([self.process.stdout], [], [], 60)
            line = self.process.stdout.readline() if ready else b''
        except OSError:
            line = b''
        if not line:
            self.close()
            return [('failed', 'node gave no answer')] * len(case.steps)
        return [self.answer(answer) for answer in json.loads(line)]

    def answer(self, answer):
        if answer[0] != 'values':
            return tuple(answer)
        return 'values', [(type, bits if bits in ('nan', 'null', 'reference') else int(bits)) for type, bits in answer[1]]


TRAPS = {
    wasmtime.TrapCode.UNREACHABLE: 'unreachable',
    wasmtime.TrapCode.INTEGER_DIVISION_BY_ZERO: 'integer divide by zero',
    wasmtime.TrapCode.INTEGER_OVERFLOW: 'integer overflow',
    wasmtime.TrapCode.BAD_CONVERSION_TO_INTEGER: 'invalid conversion to integer',
    wasmtime.TrapCode.MEMORY_OUT_OF_BOUNDS: 'out of bounds memory access',
    wasmtime.TrapCode.TABLE_OUT_OF_BOUNDS: 'out of bounds table access|undefined element',
    wasmtime.TrapCode.INDIRECT_CALL_TO_NULL: 'uninitialized element',
    wasmtime.TrapCode.BAD_SIGNATURE: 'indirect call type mismatch',
    wasmtime.TrapCode.NULL_REFERENCE: 'null',
    wasmtime.TrapCode.CAST_FAILURE: 'cast failure',
    wasmtime.TrapCode.ARRAY_OUT_OF_BOUNDS: 'out of bounds array access',
    wasmtime.TrapCode.HEAP_MISALIGNED: 'unaligned atomic',
}
KINDS = {'i32': 0, 'i64': 1, 'f32': 2, 'f64': 3, 'v128': 4}


def wasmtime_engine():
    config = wasmtime.Config()
    for name in ('gc', 'function_references', 'exceptions', 'memory64', 'multi_memory', 'tail_call', 'relaxed_simd',
                 'relaxed_simd_deterministic', 'wide_arithmetic', 'threads', 'simd', 'bulk_memory', 'multi_value',
                 'reference_types', 'custom_page_sizes'):
        setattr(config, f'wasm_{name}', True)
    config.gc_support = True
    config.shared_memory = True
    config.cranelift_opt_level = 'none'
    config.cranelift_nan_canonicalization = True
    config.parallel_compilation = False
    config.memory_reservation = 1 << 22
    config.epoch_interruption = True
    return wasmtime.Engine(config)


class Wasmtime:
    name = 'wasmtime'
    features = WASMTIME_FEATURES

    # Of one call. Cases end by themselves; what a source outside makes need not.
    TIME_LIMIT = 5

    def __init__(self):
        self.engine = wasmtime_engine()
        self.closed = threading.Event()
        threading.Thread(target=self.tick, daemon=True).start()

    def tick(self):
        while not self.closed.wait(1):
            self.engine.increment_epoch()

    def close(self):
        self.closed.set()

    def execute(self, case):
        try:
            modules = [wasmtime.Module(self.engine, module.binary) for module in case.modules]
        except wasmtime.WasmtimeError as error:
            return [('failed', str(error))] * len(case.steps)
        store = wasmtime.Store(self.engine)
        store.set_epoch_deadline(self.TIME_LIMIT)
        instances, answers, functions = {}, [], {}
        for step in case.steps:
            if step[0] == 'instance':
                answers.append(self.instance(store, modules, instances, step))
            else:
                answers.append(self.call(store, instances, functions, step))
        return answers

    def instance(self, store, modules, instances, step):
        _, name, module, imports = step
        try:
            linker = wasmtime.Linker(self.engine)
            for import_name, instance in imports.items():
                linker.define_instance(store, import_name, instances[instance])
            instances[name] = linker.instantiate(store, modules[module])
            return 'done',
        except KeyError as error:
            return 'failed', f'no instance {error}'
        except wasmtime.Trap as trap:
            return self.trapped(trap)
        except wasmtime.WasmtimeError as error:
            return 'failed', str(error)

    def call(self, store, instances, functions, step):
        _, instance, export, arguments, result_types = step
        key = (instance, export)
        function = functions.get(key)
        if function is None:
            if instance not in instances:
                return 'failed', f'no instance {instance}'
            exports = instances[instance].exports(store)
            if export not in exports:
                return 'failed', f'no export {export}'
            function = functions[key] = exports[export]
        parameters = (ffi.wasmtime_val_t * len(arguments))()
        for index, (type, bits) in enumerate(arguments):
            if type not in KINDS:
                # A null reference.
                return 'failed', f'an argument of type {type}'
            parameters[index].kind = KINDS[type]
            ctypes.memmove(ctypes.byref(parameters[index].of), bits.to_bytes(16, 'little'), 16)
        results = (ffi.wasmtime_val_t * len(result_types))()
        trap = ctypes.POINTER(ffi.wasm_trap_t)()
        store.set_epoch_deadline(self.TIME_LIMIT)
        error = ffi.wasmtime_func_call(store._context(), ctypes.byref(function._func), parameters, len(arguments),
                                       results, len(result_types), ctypes.byref(trap))
        if error:
            return 'failed', str(wasmtime.WasmtimeError._from_ptr(error))
        if trap:
            return self.trapped(wasmtime.Trap._from_ptr(trap))
        values = []
        for index, type in enumerate(result_types):
            if type in KINDS:
                bytes = {'i32': 4, 'f32': 4, 'i64': 8, 'f64': 8, 'v128': 16}[type]
                values.append((type, int.from_bytes(ctypes.string_at(ctypes.byref(results[index].of), bytes), 'little')))
            else:
                # References of all kinds begin with the number of their store, which is zero for null.
                values.append(('ref', 'reference' if any(ctypes.string_at(ctypes.byref(results[index].of), 8)) else 'null'))
                ffi.wasmtime_val_unroot(ctypes.byref(results[index]))
        return 'values', values

    def trapped(self, trap):
        code = trap.trap_code
        if code in TRAPS:
            return 'trap', TRAPS[code]
        if code == wasmtime.TrapCode.STACK_OVERFLOW:
            return 'exhausted',
        text = str(trap)
        if 'thrown Wasm exception' in text:
            return 'exception',
        return 'failed', text


def engines_for(features, wanted, both):
    """The names of the wanted engines that have the features: all of them, or the first."""
    names = [engine for engine, has in (('node', NODE_FEATURES), ('wasmtime', WASMTIME_FEATURES))
             if engine in wanted and features <= has]
    return names if both else names[:1]
