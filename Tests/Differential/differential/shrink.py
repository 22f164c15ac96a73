"""Cuts a differing case down: steps, functions, fields, then subtrees, as long as the engines still differ."""
import copy
import re
import subprocess
import time

import wasmtime

from .case import Case, CaseModule
from .foreign import WASM_TOOLS
from .tree import Node, constant


class Shrinker:
    """`differs` executes a case and says whether the engines differ."""

    def __init__(self, case, differs, seconds):
        self.case = case
        self.differs = differs
        self.end = time.monotonic() + seconds
        self.tries = 0

    def in_time(self):
        return time.monotonic() < self.end

    def test(self, steps=None):
        """Whether the case still differs; its binaries are made again from the trees."""
        self.tries += 1
        modules = []
        for module in self.case.modules:
            if module.tree is None:
                modules.append(module)
                continue
            text = module.tree.text()
            try:
                modules.append(CaseModule(bytes(wasmtime.wat2wasm(text)), module.tree, text))
            except wasmtime.WasmtimeError:
                return False
        candidate = Case(self.case.name, self.case.source, modules, steps or self.case.steps, self.case.features)
        if not self.differs(candidate):
            return False
        self.case = candidate
        return True

    def shrink(self):
        self.reduce_steps()
        if self.case.modules[-1].tree is None:
            self.reduce_binary()
            self.reduce_steps()
            return self.case
        before = None
        while self.in_time() and before != (size := self.size()):
            before = size
            self.reduce_fields()
            self.reduce_bodies()
            self.reduce_locals()
            self.reduce_steps()
        self.case.modules[-1].tree = None
        self.reduce_binary()
        return self.case

    def reduce_binary(self):
        """Takes lines from the last module's text: what opens and closes blocks goes together."""
        text = self.case.modules[-1].text
        if text is None:
            printed = subprocess.run([WASM_TOOLS, 'print', '-'], input=self.case.modules[-1].binary,
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            text = re.sub(r';;.*|\(;.*?;\)', '', printed.stdout.decode())
        self.lines = [line.strip() for line in text.split('\n') if line.strip()]
        if not self.test_lines(self.lines):
            return
        before = None
        while self.in_time() and before != len(self.lines):
            before = len(self.lines)
            self.reduce_structures()
            length = len(self.lines) // 2
            while length >= 1 and self.in_time():
                start = len(self.lines) - length
                while start > 0 and self.in_time():
                    chunk = self.lines[start:start + length]
                    if is_balanced(chunk) and (
                            self.test_lines(self.lines[:start] + self.lines[start + length:])
                            or len(chunk) > 1 and self.test_lines(self.lines[:start] + ['unreachable']
                                                                  + self.lines[start + length:])):
                        start = min(start, len(self.lines) - length)
                    else:
                        start -= max(1, length // 2)
                length //= 2

    def reduce_structures(self):
        """Makes functions and blocks trap at once, the outer ones first."""
        start = 0
        while start < len(self.lines) and self.in_time():
            is_function = self.lines[start].startswith('(func')
            if is_function or self.lines[start].split(' ', 1)[0] in ('block', 'loop', 'if', 'try_table'):
                end = start + 1
                while end < len(self.lines) and not is_balanced(self.lines[start:end]):
                    end += 1
                if is_function:
                    # Its head and its closing parenthesis stay.
                    self.test_lines(self.lines[:start + 1] + ['unreachable'] + self.lines[end - 1:])
                else:
                    self.test_lines(self.lines[:start] + ['unreachable'] + self.lines[end:])
            start += 1

    def test_lines(self, lines):
        text = '\n'.join(lines)
        try:
            module = CaseModule(bytes(wasmtime.wat2wasm(text)), None, text)
        except wasmtime.WasmtimeError:
            return False
        old = self.case
        self.case = Case(old.name, old.source, [*old.modules[:-1], module], old.steps, old.features)
        if self.test():
            self.lines = lines
            return True
        self.case = old
        return False

    def size(self):
        return sum(len(module.text or module.binary) for module in self.case.modules) + len(self.case.steps)

    def reduce_list(self, items, make, removable=lambda item: True):
        """Removes elements in halves, quarters, … and one by one. `make` takes the shorter list into use and tests."""
        length = max(1, len(items) // 2)
        while length >= 1 and self.in_time():
            index = len(items)
            while index > 0 and self.in_time():
                start = max(0, index - length)
                kept = [item for item in items[start:index] if not removable(item)]
                shorter = items[:start] + kept + items[index:]
                if len(shorter) < len(items) and make(shorter):
                    items = shorter
                index = start
            length //= 2
        return items

    def reduce_steps(self):
        self.reduce_list(list(self.case.steps), lambda steps: self.test(steps), lambda step: step[0] == 'call')
        self.reduce_list(list(self.case.steps), lambda steps: bool(steps) and self.test(steps))

    def reduce_fields(self):
        for module in self.case.modules:
            tree = module.tree
            if tree is None:
                continue
            for name in ('after', 'functions', 'before'):
                def make(items, name=name, tree=tree):
                    old = getattr(tree, name)
                    setattr(tree, name, items)
                    if self.test():
                        return True
                    setattr(tree, name, old)
                    return False
                self.reduce_list(getattr(tree, name), make)
            for function in tree.functions:
                old = function.body
                plain = [Node([((), constant(type))], (type,)) for type in function.results]
                if len(old) != len(plain) or any(node.size() > 1 for node in old):
                    function.body = plain
                    if not self.test():
                        function.body = old
                if not self.in_time():
                    return
            # Lists of functions: those in tables and exports keep others alive.
            for index, field in enumerate(tree.before):
                if field.startswith('(elem'):
                    self.reduce_words(tree.before, index)

    def reduce_words(self, fields, index):
        head, _, names = fields[index].rstrip(')').partition('func')
        def make(words):
            old = fields[index]
            fields[index] = f'{head}func {" ".join(words)})'
            if self.test():
                return True
            fields[index] = old
            return False
        self.reduce_list(names.split(), make)

    # MARK: Bodies

    def reduce_bodies(self):
        for module in self.case.modules:
            if module.tree is None:
                continue
            for function in module.tree.functions:
                function.body = list(function.body)
                self.reduce_children(function.body)

    def reduce_joined(self, children, index):
        """Takes operands and instructions from a node of many operands that are joined by two each."""
        node = children[index]
        count = 32
        while count >= 1 and self.in_time():
            inner, text = node.parts[0]
            lines = text.split('\n')
            if len(node.parts) != 1 or len(lines) <= count or len(inner) <= count:
                count //= 2
                continue
            for kept in (inner[count:], inner[:-count]):
                for kept_lines in (lines[count:], lines[:-count]):
                    children[index] = Node([(list(kept), '\n'.join(kept_lines))], node.types)
                    if self.test():
                        node = children[index]
                        break
                    children[index] = node
                else:
                    continue
                break
            else:
                count //= 2

    def reduce_children(self, children):
        """Children may become fewer while this goes on."""
        def make(shorter):
            old = children[:]
            children[:] = shorter
            if self.test():
                return True
            children[:] = old
            return False
        self.reduce_list(children[:], make, lambda node: not node.types)
        index = 0
        while index < len(children) and self.in_time():
            self.reduce_node(children, index)
            self.reduce_joined(children, index)
            node = children[index]
            for part, (inner, text) in enumerate(node.parts):
                if inner:
                    inner = list(inner)
                    node.parts[part] = (inner, text)
                    self.reduce_children(inner)
            index += 1

    def reduce_node(self, children, index):
        while self.in_time():
            node = children[index]
            candidates = []
            plain = [(), '\n'.join(constant(type) for type in node.types)]
            if node.size() > 1 or node.parts[0][1] != plain[1] and not re.match(r'[a-z0-9]+\.const|ref.null|local.get|$',
                                                                                node.parts[0][1]):
                candidates.append(Node([tuple(plain)], node.types))
                candidates += [other for other in self.descendants(node, 2) if other.types == node.types][:6]
            for candidate in candidates:
                children[index] = candidate
                if self.test():
                    break
                children[index] = node
            else:
                return

    def descendants(self, node, depth):
        for children, _ in node.parts:
            for child in children:
                yield child
                if depth > 1:
                    yield from self.descendants(child, depth - 1)

    def reduce_locals(self):
        for module in self.case.modules:
            for function in module.tree.functions if module.tree else ():
                used = [int(index) for index in re.findall(r'local\.(?:get|set|tee) (\d+)', function.text())]
                kept = max(0, max(used, default=-1) + 1 - len(function.parameters))
                old = function.locals
                function.locals = old[:kept]
                if len(old) > kept and not self.test():
                    function.locals = old


def is_balanced(lines):
    """Whether blocks and parentheses that begin in the lines end in them."""
    depth = parentheses = 0
    for line in lines:
        word = line.split(' ', 1)[0]
        depth += word in ('block', 'loop', 'if', 'try_table', 'try')
        depth -= word in ('end', 'delegate')
        parentheses += line.count('(') - line.count(')')
        if depth < 0 or parentheses < 0 or word == 'else' and depth == 0:
            return False
    return depth == 0 and parentheses == 0


def copied(case):
    modules = [CaseModule(module.binary, copy.deepcopy(module.tree), module.text) for module in case.modules]
    return Case(case.name, case.source, modules, list(case.steps), case.features, case.functions)
