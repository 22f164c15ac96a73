"""Makes of lua.wasm and a script one module without imports, for an engine that can only call an export.

Its export `run` starts Lua, writes the script into the buffer, computes it, and returns the bits of the number that
the script answers.
"""

from comparison.answers import TABLE_FUNCTIONS

I32, I64 = 0x7F, 0x7E

# A module whose `run` does nothing: (func (export "run") (param i32) (result i32) local.get 0).
EMPTY = bytes.fromhex("0061736d01000000 0106 01 60 017f 017f 0302 01 00 0707 01 0372756e 00 00 0a06 01 04 00 2000 0b"
                      .replace(" ", ""))


def unsigned(number):
    encoded = bytearray()
    while True:
        byte, number = number & 0x7F, number >> 7
        encoded.append(byte | (0x80 if number else 0))
        if not number:
            return bytes(encoded)


def signed(number):
    encoded = bytearray()
    while True:
        byte, number = number & 0x7F, number >> 7
        done = number == (-1 if byte & 0x40 else 0)
        encoded.append(byte | (0 if done else 0x80))
        if done:
            return bytes(encoded)


class Reader:
    def __init__(self, data):
        self.data, self.offset = data, 0

    def byte(self):
        self.offset += 1
        return self.data[self.offset - 1]

    def unsigned(self):
        number = shift = 0
        while True:
            byte = self.byte()
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number

    def bytes(self):
        count = self.unsigned()
        self.offset += count
        return self.data[self.offset - count:self.offset]

    def rest(self):
        return self.data[self.offset:]


def sized(data):
    return unsigned(len(data)) + data


def imported(section):
    """Names and indices of types of the imported functions."""
    reader = Reader(section)
    for _ in range(reader.unsigned()):
        reader.bytes()
        name = reader.bytes().decode()
        if reader.byte() != 0:
            raise ValueError(f"{name} is no function")
        yield name, reader.unsigned()


def exported(section):
    reader = Reader(section)
    for _ in range(reader.unsigned()):
        name, _, index = reader.bytes().decode(), reader.byte(), reader.unsigned()
        yield name, index


def appended(section, *items, before=()):
    """A section that is a vector, with more in it."""
    reader = Reader(section)
    count = reader.unsigned()
    return unsigned(count + len(items) + len(before)) + b"".join(before) + reader.rest() + b"".join(items)


def body(source, functions):
    code = bytearray(b"\x01\x01" + bytes([I32]))
    code += b"\x10" + unsigned(functions["init"]) + b"\x1a"
    code += b"\x10" + unsigned(functions["get_buffer_ptr"]) + b"\x21\x00"
    for offset, byte in enumerate(source):
        code += b"\x20\x00\x41" + signed(byte) + b"\x3a\x00" + unsigned(offset)
    code += b"\x20\x00\x41" + signed(len(source)) + b"\x10" + unsigned(functions["compute"]) + b"\x1a"
    # The value's bits stand behind a length, 0 because nothing is printed, and a tag.
    return bytes(code + b"\x20\x00\x29\x00\x05\x0b")


def standalone(module, source):
    reader = Reader(module)
    reader.offset = 8
    sections = {}
    while reader.offset < len(module):
        identifier = reader.byte()
        content = reader.bytes()
        if identifier:
            sections[identifier] = content
    imports = list(imported(sections.pop(2)))
    defined = Reader(sections[3]).unsigned()
    types = Reader(sections[1]).unsigned()
    answers = [sized(b"\x00\x41" + signed(TABLE_FUNCTIONS[name][1]) + b"\x0b") for name, _ in imports]
    functions = dict(exported(sections[7]))
    sections[1] = appended(sections[1], b"\x60\x00\x01" + bytes([I64]))
    # What was imported is defined before all other functions, and keeps its index.
    sections[3] = appended(sections[3], unsigned(types), before=[unsigned(index) for _, index in imports])
    sections[7] = appended(sections[7], b"\x03run\x00" + unsigned(len(imports) + defined))
    sections[10] = appended(sections[10], sized(body(source, functions)), before=answers)
    # In the order of the format, which is not that of the numbers: the count of data segments stands before the code.
    order = [1, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11]
    return module[:8] + b"".join(bytes([one]) + sized(sections[one]) for one in order if one in sections)
