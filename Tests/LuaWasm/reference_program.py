"""The reference host's five examples, run by Wasmtime: what they print there has to come out here as well.

usage: reference_program.py MODULE
"""

import math
import struct
import sys

import wasmtime


class Host:
    def __init__(self, path):
        self.store = wasmtime.Store()
        self.tables = {}
        engine_module = wasmtime.Module.from_file(self.store.engine, path)
        linker = wasmtime.Linker(self.store.engine)
        functions = {
            "js_ext_table_set": self.set, "js_ext_table_get": self.get, "js_ext_table_delete": self.delete,
            "js_ext_table_size": self.size, "js_ext_table_keys": self.keys,
        }
        for entry in engine_module.imports:
            function = wasmtime.Func(self.store, entry.type, functions[entry.name])
            linker.define(self.store, entry.module, entry.name, function)
        self.exports = linker.instantiate(self.store, engine_module).exports(self.store)
        self.memory = self.exports["memory"]
        assert self.call("init") == 0, "init failed"

    def call(self, name, *arguments):
        return self.exports[name](self.store, *arguments)

    def read(self, address, length):
        return bytes(self.memory.read(self.store, address, address + length))

    # The five functions of the contract.

    def set(self, table, key, key_length, value, value_length):
        self.tables.setdefault(table, {})[self.read(key, key_length)] = self.read(value, value_length)
        return 0

    def get(self, table, key, key_length, value, capacity):
        found = self.tables.get(table, {}).get(self.read(key, key_length))
        if found is None or len(found) > capacity:
            return -1
        self.memory.write(self.store, found, value)
        return len(found)

    def delete(self, table, key, key_length):
        if table not in self.tables:
            return -1
        self.tables[table].pop(self.read(key, key_length), None)
        return 0

    def size(self, table):
        return len(self.tables.get(table, {}))

    def keys(self, table, address, capacity):
        joined = b"\n".join(self.tables.get(table, {}))
        if table not in self.tables or len(joined) > capacity:
            return -1
        self.memory.write(self.store, joined, address)
        return len(joined)

    def compute(self, source):
        """The bytes of the encoded value."""
        address = self.call("get_buffer_ptr")
        self.memory.write(self.store, source.encode(), address)
        length = self.call("compute", address, len(source))
        answer = self.read(address, length if length >= 0 else -length - 1)
        assert length >= 0, answer.decode()
        output_length = struct.unpack_from("<I", answer)[0]
        assert output_length == 0, "no example prints"
        return answer[4:]


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: {found!r} instead of {wanted!r}")
    print(f"{what}: {found!r}")


def main():
    host = Host(sys.argv[1])
    expect("2 + 2", host.compute("return 2 + 2"), struct.pack("<Bq", 2, 4))
    greeting = host.compute("return 'Hello ' .. 'from Lua!'")
    expect("greeting", greeting, struct.pack("<BI", 4, 15) + b"Hello from Lua!")
    expect("its bytes", len(greeting), 20)
    for count in (1, 2):
        value = host.compute("_home.counter = (_home.counter or 0) + 1; return _home.counter")
        expect(f"counter, run {count}", value, struct.pack("<Bq", 2, count))
    expect("1 / 0", host.compute("return 1 / 0"), struct.pack("<Bd", 3, math.inf))
    address = host.call("get_buffer_ptr")
    host.call("get_memory_stats", address)
    buffer_size, lua_bytes, pages = struct.unpack("<III", host.read(address, 12))
    expect("buffer", buffer_size, 65536)
    expect("Lua holds something", 0 < lua_bytes < pages * 65536, True)
    expect("table 1", {key: len(value) for key, value in host.tables[1].items()}, {b"counter": 9})


if len(sys.argv) != 2:
    sys.exit(__doc__)
main()
