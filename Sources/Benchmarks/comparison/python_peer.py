"""wasm3 or Wasmtime as a process: does the work once for each line it reads, and answers seconds and bits.

usage: python -m comparison.python_peer wasm3|cranelift|pulley kernels|lua MODULE ARGUMENT
"""

import pathlib
import struct
import sys
import time

from comparison.answers import TABLE_FUNCTIONS, bits


class Wasm3:
    def __init__(self, _, module):
        import wasm3
        environment = wasm3.Environment()
        self.runtime = environment.new_runtime(1 << 20)
        parsed = environment.parse_module(module)
        self.runtime.load(parsed)
        for name, (parameters, answer) in TABLE_FUNCTIONS.items():
            try:
                parsed.link_function("env", name, f"i({'i' * parameters})", lambda *_, answer=answer: answer)
            except RuntimeError:
                pass  # The module does not import it.

    def function(self, name):
        return self.runtime.find_function(name)

    def write(self, address, data):
        self.runtime.get_memory(0)[address:address + len(data)] = data

    def read(self, address, count):
        return bytes(self.runtime.get_memory(0)[address:address + count])


class Wasmtime:
    def __init__(self, name, module):
        import wasmtime
        configuration = wasmtime.Config()
        if name == "pulley":
            configuration.target = "pulley64"
        engine = wasmtime.Engine(configuration)
        self.store = wasmtime.Store(engine)
        compiled = wasmtime.Module(engine, module)
        imports = []
        for one in compiled.imports:
            answer = TABLE_FUNCTIONS[one.name][1]
            imports.append(wasmtime.Func(self.store, one.type, lambda *_, answer=answer: answer))
        self.exports = wasmtime.Instance(self.store, compiled, imports).exports(self.store)

    def function(self, name):
        function = self.exports[name]
        return lambda *arguments: function(self.store, *arguments)

    def write(self, address, data):
        self.exports["memory"].write(self.store, data, address)

    def read(self, address, count):
        return bytes(self.exports["memory"].read(self.store, address, address + count))


def kernel(peer, argument):
    run = peer.function("run")

    def work():
        start = time.process_time()
        result = run(int(argument))
        seconds = time.process_time() - start
        if isinstance(result, float):
            return seconds, struct.unpack("<Q", struct.pack("<d", result))[0]
        return seconds, result % (1 << 32)
    return work


def script(peer, argument):
    assert peer.function("init")() == 0
    buffer = peer.function("get_buffer_ptr")()
    compute, collect = peer.function("compute"), peer.function("run_gc")
    source = pathlib.Path(argument).read_bytes()

    def work():
        collect()
        peer.write(buffer, source)
        start = time.process_time()
        count = compute(buffer, len(source))
        seconds = time.process_time() - start
        assert count >= 0, peer.read(buffer, -count - 1)
        return seconds, bits(peer.read(buffer, count))
    return work


def main():
    name, kind, module, argument = sys.argv[1:]
    peer = (Wasm3 if name == "wasm3" else Wasmtime)(name, pathlib.Path(module).read_bytes())
    work = (kernel if kind == "kernels" else script)(peer, argument)
    for _ in sys.stdin:
        print(*work(), flush=True)


if __name__ == "__main__":
    main()
