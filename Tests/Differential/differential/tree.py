"""Function bodies as trees of text, so that they can be printed and cut down."""

# Constants of the types that need no declaration; references are null.
CONSTANTS = {
    'i32': 'i32.const 0',
    'i64': 'i64.const 0',
    'f32': 'f32.const 0',
    'f64': 'f64.const 0',
    'v128': 'v128.const i64x2 0 0',
    'funcref': 'ref.null func',
    'externref': 'ref.null extern',
    'anyref': 'ref.null any',
    'eqref': 'ref.null eq',
    'i31ref': 'ref.null i31',
    'exnref': 'ref.null exn',
}


def constant(type):
    known = CONSTANTS.get(type)
    if known is not None:
        return known
    # (ref null $name)
    return 'ref.null ' + type[len('(ref null '):-1]


class Node:
    """Instructions that leave values of `types`. A part is what comes before it and a line of text: an
    instruction has one part, a block one that opens it and one that ends it. A node without text stands for
    values that are on the operand stack already."""
    __slots__ = ('parts', 'types')

    def __init__(self, parts, types):
        self.parts = parts
        self.types = types

    def emit(self, out):
        for children, text in self.parts:
            for child in children:
                child.emit(out)
            if text:
                out.append(text)

    def size(self):
        return 1 + sum(child.size() for children, _ in self.parts for child in children)


def leaf(text, *types):
    return Node([((), text)], types)


def op(text, operands, *types):
    return Node([(operands, text)], types)


# The function's own label, which has no name in the text format.
FUNCTION_LABEL = '@'
OPENING = ('block', 'loop', 'if', 'try', 'try_table')


def with_function_label(text):
    """The text, an instruction a line, with the function's label as a number."""
    if FUNCTION_LABEL not in text:
        return text
    lines, depth = text.split('\n'), 0
    for index, line in enumerate(lines):
        word = line.split(' ', 1)[0]
        if word in ('end', 'delegate'):
            depth -= 1
        if FUNCTION_LABEL in line:
            lines[index] = line.replace(FUNCTION_LABEL, str(depth))
        if word in OPENING:
            depth += 1
    return '\n'.join(lines)


class Function:
    """A function of a module."""

    def __init__(self, name, header, parameters, results):
        self.name = name
        self.header = header
        self.parameters = parameters
        self.results = results
        self.locals = []
        self.body = []

    def text(self):
        out = [f'(func ${self.name} {self.header}']
        # In lines: a function may have thousands.
        for start in range(0, len(self.locals), 40):
            out.append('(local ' + ' '.join(self.locals[start:start + 40]) + ')')
        body = []
        for node in self.body:
            node.emit(body)
        out.append(with_function_label('\n'.join(body)))
        out.append(')')
        return '\n'.join(out)


class ModuleTree:
    """A module's fields; those that are no functions of the generator are plain text."""

    def __init__(self):
        self.before = []
        self.functions = []
        self.after = []

    def text(self):
        return '\n'.join(
            ['(module', *self.before, *(function.text() for function in self.functions), *self.after, ')\n'])
