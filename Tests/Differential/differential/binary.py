"""Reads what a binary module offers, and adds an export to it that gives a checksum of its state."""

STATE = 'differential-state'
NUMBERS = {0x7F: 'i32', 0x7E: 'i64', 0x7D: 'f32', 0x7C: 'f64', 0x7B: 'v128'}


class Reader:
    def __init__(self, data, at=0):
        self.data = data
        self.at = at

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def number(self):
        """LEB128; a signed one is only passed over, or read as far as it is positive."""
        result = shift = 0
        while True:
            byte = self.byte()
            result |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return result

    def name(self):
        length = self.number()
        self.at += length
        return self.data[self.at - length:self.at].decode()

    def value_type(self):
        byte = self.byte()
        if byte in (0x63, 0x64):
            self.number()
        return NUMBERS.get(byte, 'ref')

    def limits(self):
        """(index type, minimum)"""
        flags = self.byte()
        minimum = self.number()
        if flags & 1:
            self.number()
        if flags & 8:
            self.number()
        return ('i64' if flags & 4 else 'i32'), minimum

    def constant_expression(self):
        """Passes over it; false when it holds an instruction that is not known here."""
        while True:
            opcode = self.byte()
            if opcode == 0x0B:
                return True
            if opcode in (0x41, 0x42, 0x23, 0xD2, 0xD0):
                self.number()
            elif opcode == 0x43:
                self.at += 4
            elif opcode == 0x44:
                self.at += 8
            elif opcode == 0xFD and self.number() == 12:
                self.at += 16
            elif opcode in (0x6A, 0x6B, 0x6C, 0x7C, 0x7D, 0x7E):
                pass
            elif opcode == 0xFB:
                kind = self.number()
                if kind in (0, 1, 6, 7):
                    self.number()
                elif kind == 8:
                    self.number()
                    self.number()
                elif kind not in (28, 26, 27):
                    return False
            else:
                return False


def number_bytes(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


class Module:
    """Exported functions with their types, memories and globals."""

    def __init__(self, data):
        self.data = data
        self.sections = []
        self.types, self.functions, self.memories, self.globals, self.exports = [], [], [], [], []
        reader = Reader(data, 8)
        while reader.at < len(data):
            start = reader.at
            kind = reader.byte()
            size = reader.number()
            self.sections.append((kind, start, reader.at, reader.at + size))
            if kind == 1:
                self.read_types(Reader(data, reader.at))
            elif kind == 2:
                self.read_imports(Reader(data, reader.at))
            elif kind == 3:
                body = Reader(data, reader.at)
                self.functions += [body.number() for _ in range(body.number())]
            elif kind == 5:
                body = Reader(data, reader.at)
                self.memories += [body.limits() for _ in range(body.number())]
            elif kind == 6:
                self.read_globals(Reader(data, reader.at))
            elif kind == 7:
                body = Reader(data, reader.at)
                for _ in range(body.number()):
                    name = body.name()
                    self.exports.append((name, body.byte(), body.number()))
            reader.at += size

    def read_types(self, reader):
        for _ in range(reader.number()):
            count = 1
            if reader.data[reader.at] == 0x4E:
                reader.at += 1
                count = reader.number()
            for _ in range(count):
                kind = reader.byte()
                if kind in (0x4F, 0x50):
                    for _ in range(reader.number()):
                        reader.number()
                    kind = reader.byte()
                if kind == 0x60:
                    parameters = [reader.value_type() for _ in range(reader.number())]
                    self.types.append((parameters, [reader.value_type() for _ in range(reader.number())]))
                else:
                    for _ in range(1 if kind == 0x5E else reader.number()):
                        reader.value_type()
                        reader.byte()
                    self.types.append(None)

    def read_imports(self, reader):
        for _ in range(reader.number()):
            reader.name()
            reader.name()
            kind = reader.byte()
            if kind == 0:
                self.functions.append(reader.number())
            elif kind == 1:
                reader.value_type()
                reader.limits()
            elif kind == 2:
                self.memories.append(reader.limits())
            elif kind == 3:
                self.globals.append(reader.value_type())
                reader.byte()
            else:
                reader.byte()
                reader.number()

    def read_globals(self, reader):
        for _ in range(reader.number()):
            self.globals.append(reader.value_type())
            reader.byte()
            if not reader.constant_expression():
                # Those behind it stay unknown, and out of the checksum.
                return

    def exported_functions(self):
        """(name, parameters, results)"""
        found = []
        for name, kind, index in self.exports:
            type = self.types[self.functions[index]] if kind == 0 else None
            if type is not None:
                found.append((name, *type))
        return found

    def state_body(self):
        """Locals: 0 the checksum, 1 an i32 and 2 an i64 address."""
        code = bytearray(b'\x03\x01\x7e\x01\x7f\x01\x7e')
        for index, (type, _) in enumerate(self.memories):
            wide = type == 'i64'
            local = b'\x02' if wide else b'\x01'
            const = b'\x42' if wide else b'\x41'
            memory = number_bytes(index)
            code += const + b'\x00\x21' + local + b'\x02\x40\x03\x40'
            # Up to 64 KiB, as far as there are pages.
            code += b'\x20' + local + const + b'\x80\x80\x04' + (b'\x5a' if wide else b'\x4f') + b'\x0d\x01'
            code += b'\x3f' + memory + (b'\x50' if wide else b'\x45') + b'\x0d\x01'
            code += b'\x20\x00\x42\x33\x7e\x20' + local
            code += (b'\x29\x00\x00' if index == 0 else b'\x29\x40' + memory + b'\x00')
            code += b'\x85\x42\x1d\x89\x21\x00'
            code += b'\x20' + local + const + b'\x08' + (b'\x7c' if wide else b'\x6a') + b'\x21' + local + b'\x0c\x00\x0b\x0b'
            code += b'\x20\x00\x3f' + memory + (b'' if wide else b'\xad') + b'\x7c\x21\x00'
        for index, type in enumerate(self.globals):
            convert = {'i32': b'\xad', 'i64': b'', 'f32': b'\xbc\xad', 'f64': b'\xbd', 'v128': b'\xfd\x1d\x00'}.get(type)
            if convert is None:
                continue
            code += b'\x20\x00\x42\x33\x7e\x23' + number_bytes(index) + convert + b'\x85\x42\x1d\x89\x21\x00'
        return bytes(code + b'\x20\x00\x0b')

    def with_state(self):
        """The module with the checksum's export; None where a section is missing that it would go to."""
        kinds = [section[0] for section in self.sections]
        if any(kind not in kinds for kind in (1, 3, 7, 10)):
            return None
        groups = Reader(self.data, next(section[2] for section in self.sections if section[0] == 1)).number()
        index = len(self.functions)
        body = self.state_body()
        name = STATE.encode()
        added = {1: b'\x60\x00\x01\x7e', 3: number_bytes(len(self.types)),
                 7: number_bytes(len(name)) + name + b'\x00' + number_bytes(index),
                 10: number_bytes(len(body)) + body}
        out = bytearray(self.data[:8])
        for kind, start, content, end in self.sections:
            if kind not in added:
                out += self.data[start:end]
                continue
            reader = Reader(self.data, content)
            count = reader.number()
            section = number_bytes(count + 1) + self.data[reader.at:end] + added[kind]
            out += bytes([kind]) + number_bytes(len(section)) + section
        return bytes(out)
