"""What the handlers read from the code stream, taken from their text, so that fields can be filled that they
understand. Where a handler reads what is not known here, that is an error: a field of a new kind needs a line."""

import pathlib
import re

# What a field is for, by the name that the handler gives it: (kind, from the driver's enumeration).
NAMED = {
    "u16": {"offset": "OFFSET16", "lane": "LANE", "count": "COUNT16"},
    "u32": {"offset": "OFFSET32", "count": "COUNT32", "a": "ANY32", "b": "ANY32", "value": "ANY32",
            "memoryIndex": "INDEX", "table": "INDEX", "global": "INDEX", "function": "INDEX", "type": "INDEX",
            "number": "INDEX", "edge": "INDEX", "cost": "COUNT32"},
    "u64": {"offset": "OFFSET64", "value": "ANY64", "low": "ANY64", "high": "ANY64", "counter": "COUNTER"},
    "immediate_i64": {None: "ANY32"},
    "immediate_f32": {None: "ANY32"},
    "immediate_f64": {None: "ANY64"},
    "cost": {None: "COST"},
    "slot": {"header": "HEADER", "reference": "REFERENCE"},
}
SIZES = {"u16": 2, "u32": 4, "u64": 8, "immediate_i64": 4, "immediate_f32": 4, "immediate_f64": 8, "cost": 2,
         "slot": 2, "relative": 4}
# Which handlers are left out, by what stands in their text.
LEFT_OUT = {
    "code.pointer(": "make objects: these need a type's record",
    "let kinds = ": "cast: these need a type's record",
}
# In a table of branches.
ENTRIES = 8
LANES = {"i8x16": 16, "i16x8": 8, "i32x4": 4, "f32x4": 4, "i64x2": 2, "f64x2": 2, "lane8": 16, "lane16": 8,
         "lane32": 4, "lane64": 2}


class Unknown(Exception):
    pass


def lanes(text):
    """How many lanes there are of which a handler takes one."""
    name = re.search(r"Numerics\.(?:v128_(?:load|store)(\d+)_lane|([a-z0-9]+)_(?:extract|replace)_lane)", text)
    if not name:
        raise Unknown("a lane of what?")
    return LANES["lane" + name.group(1) if name.group(1) else name.group(2)]


def fields(text):
    """The fields of a handler's operation: (offset, kind, parameter), and how many bytes they take."""
    found = {}
    base = 0
    function = "callReference(" in text

    def add(offset, kind, parameter=0, size=8):
        found.setdefault(offset, (kind, parameter, size))

    for line in text.splitlines():
        part = re.search(r"let code = start \+ (\d+)", line)
        if part:
            base = int(part.group(1))
        name = re.match(r"\s*let (\w+) = ", line)
        name = name.group(1) if name else None
        for reader, offset in re.findall(r"code\.(\w+)\((\d+)\)", line):
            at = base + int(offset)
            if reader == "relative":
                add(at, "RELATIVE", base, 4)
                continue
            if reader not in NAMED:
                raise Unknown(f"code.{reader}")
            kinds = NAMED[reader]
            kind = kinds.get(name, kinds.get(None, "SLOT" if reader == "slot" else None))
            if kind is None:
                raise Unknown(f"{name} = code.{reader}({offset})")
            if kind == "HEADER" and "slots + " not in line:
                kind = "SLOT"  # the number of a slot, which the loop reads
            parameter = {
                "LANE": lambda: lanes(text),
                "REFERENCE": lambda: int(function),
                # Of an object there is no end that is checked; a table of branches has an entry.
                "OFFSET32": lambda: int("object(reference)" in text),
                "COUNT32": lambda: ENTRIES if "branch(toEntry" in text else 0,
            }.get(kind, lambda: 0)()
            add(at, kind, parameter, SIZES[reader])
        table = re.search(r"branch\(toEntry: index, of: code \+ (\d+)", line)
        if table:
            add(base + int(table.group(1)), "ENTRIES", base, 8 * ENTRIES)
        if re.search(r"let lanes = code \+ ", line):
            add(base + 16, "SHUFFLE", int(re.search(r"as U\d+x(\d+)", text).group(1)), 64)
    if "let lanes" in text and not any(kind == "SHUFFLE" for kind, _, _ in found.values()):
        raise Unknown("lanes")
    size = max([offset + size for offset, (_, _, size) in found.items()], default=8)
    rows = [(offset, kind, parameter) for offset, (kind, parameter, _) in sorted(found.items())]
    return rows, (size + 7) // 8 * 8


def accumulator(name, text):
    if re.match(r"op_canonicalNaN\d+_s$", name):
        return "SLOT"
    if "let reference = accumulator" in text:
        return "FUNCTION_REFERENCE" if "callReference(" in text else "REFERENCE"
    return "ANY64"


def handlers(sources):
    """All of them: name and text."""
    for file in sorted(pathlib.Path(sources).rglob("*.swift")):
        for name, text in re.findall(r"^@c func (op_\w+)\((.*?)^}", file.read_text(), re.S | re.M):
            yield name, text


def offsets(sources):
    """Where the state of running code has what the driver sets: eight bytes each, but for a size of each access."""
    text = pathlib.Path(sources, "ExecutionContext.swift").read_text()
    state = re.search(r"struct ThreadState \{(.*?)package init", text, re.S).group(1)
    places, end = {}, 0
    for name, kind in re.findall(r"package (?:private\(set\) )?var (\w+): (\w+)", state):
        places[name] = end
        end += 40 if kind == "LastAddress" else 8
    needed = ["budget", "memorySize", "lastAddress", "stackEnd", "globals", "codes", "instance", "memoryBase"]
    return {name: places[name] for name in needed}


def table(sources):
    """The driver's table as C, and how many handlers were left out for which reason."""
    rows, out, declared = [], {}, []
    for name, text in handlers(sources):
        reason = next((reason for pattern, reason in LEFT_OUT.items() if pattern in text), None)
        if reason:
            out[reason] = out.get(reason, 0) + 1
            continue
        try:
            found, size = fields(text)
        except Unknown as unknown:
            raise SystemExit(f"operations: {name} reads a field of an unknown kind: {unknown}; see {__file__}")
        if len(found) > 62:
            raise SystemExit(f"operations: {name} has {len(found)} fields")
        cells = "importedCell(" in text
        body = ", ".join(f"{{{offset}, {kind}, {parameter}}}" for offset, kind, parameter in found)
        declared.append(f"extern void {name}(const void *, uint64_t *, uint64_t, void *, void *);")
        rows.append(f'  {{"{name}", {name}, {size}, {accumulator(name, text)}, {int(cells)}, {{{body}, {{0, END, 0}}}}}},'
                    if body else
                    f'  {{"{name}", {name}, {size}, {accumulator(name, text)}, {int(cells)}, {{{{0, END, 0}}}}}},')
    places = [f"  AT_{name} = {offset}," for name, offset in offsets(sources).items()]
    text = "\n".join(["enum {", *places, "};", *declared, "static const struct operation table[] = {", *rows, "};", ""])
    return text, len(rows), out
