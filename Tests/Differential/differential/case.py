"""A case: modules, and the steps to take with them. Every engine answers every step."""


class Case:
    """`steps` are
    ('instance', name, module, {import module: instance name}) and
    ('call', instance, export, [(type, bits)], [result type]).

    A step's answer is one of
    ('done',)                      an instance was made
    ('values', [(type, bits)])     bits are an integer, 'nan' for a NaN of unknown bits, 'null' or 'reference'
    ('trap', kind)                 the specification's wording, or several that an engine does not tell apart,
                                   separated by '|'
    ('exception',)                 nobody caught it
    ('exhausted',)                 too deep a stack, where engines may differ
    ('failed', text)               the engine cannot do this: no answer to compare"""

    def __init__(self, name, source, modules, steps, features, functions=0):
        self.name = name
        self.source = source
        self.modules = modules
        self.steps = steps
        self.features = features
        self.functions = functions
        # Touchstone's scripts name them, in one namespace for all cases of a script.
        self.instances = [step[1] for step in steps if step[0] == 'instance']


class CaseModule:
    """A module in the binary format and, where a generator made it, as the tree and the text it came from."""

    def __init__(self, binary, tree=None, text=None):
        self.binary = binary
        self.tree = tree
        self.text = text


# Beginnings of the specification's wordings that agree with an answer of another engine.
def trap_agrees(expected, actual):
    return any(actual.startswith(kind) for kind in expected.split('|'))


def values_agree(expected, actual):
    if len(expected) != len(actual):
        return False
    for (type, bits), (other_type, other) in zip(expected, actual):
        if type != other_type:
            return False
        if bits == 'nan' or other == 'nan':
            if not (is_nan(type, bits) and is_nan(other_type, other)):
                return False
        elif bits != other:
            return False
    return True


def is_nan(type, bits):
    if bits == 'nan':
        return True
    if type == 'f32':
        return bits & 0x7fffffff > 0x7f800000
    return type == 'f64' and bits & 0x7fffffffffffffff > 0x7ff0000000000000


def answers_agree(expected, actual):
    """Whether two answers are the same; None where they cannot be compared."""
    if expected[0] in ('failed', 'exhausted') or actual[0] in ('failed', 'exhausted'):
        return None
    if expected[0] != actual[0]:
        return False
    if expected[0] == 'values':
        return values_agree(expected[1], actual[1])
    if expected[0] == 'trap':
        return any(trap_agrees(expected[1], kind) for kind in actual[1].split('|'))
    return True
