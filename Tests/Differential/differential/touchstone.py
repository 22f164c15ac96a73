"""Runs cases in Touchstone: a script with the other engine's answers as expectations, and what failed of it."""
import collections
import json
import os
import re
import subprocess
import tempfile

from .case import answers_agree

OPTIONS = ['--enable', 'legacy-exceptions', '--enable', 'threads', '--enable', 'wide-arithmetic', '--enable',
           'custom-page-sizes', '-j1', '--quiet', '--color', 'never', '--timeout', '20']


def escaped(data):
    return ''.join(f'\\{byte:02x}' for byte in data)


def float_text(bits, width):
    """The exact number as a script writes it."""
    fraction_bits, exponent_bits = (23, 8) if width == 32 else (52, 11)
    sign = '-' if bits >> (width - 1) else ''
    exponent = bits >> fraction_bits & ((1 << exponent_bits) - 1)
    fraction = bits & ((1 << fraction_bits) - 1)
    if exponent == (1 << exponent_bits) - 1:
        return sign + (f'nan:0x{fraction:x}' if fraction else 'inf')
    bias = (1 << (exponent_bits - 1)) - 1
    significand = fraction | (1 << fraction_bits) if exponent else fraction
    power = (exponent or 1) - bias - fraction_bits
    return f'{sign}0x{significand:x}p{power:+d}'


def value_text(type, bits):
    if type == 'i32' or type == 'i64':
        width = int(type[1:])
        return f'({type}.const {bits - (1 << width) if bits >> (width - 1) else bits})'
    if type in ('f32', 'f64'):
        return f'({type}.const {"nan:arithmetic" if bits == "nan" else float_text(bits, int(type[1:]))})'
    if type == 'v128':
        return f'(v128.const i64x2 0x{bits & (1 << 64) - 1:x} 0x{bits >> 64:x})'
    if bits == 'null':
        return '(ref.null)'
    # Whatever is not null: told from the message.
    return '(ref.func)'


def name_text(name):
    return '"' + escaped(name.encode()) + '"' if not re.fullmatch(r'[ -!#-\[\]-~]*', name) else f'"{name}"'


def invocation(case, step, prefix):
    arguments = ''.join(' ' + value_text(type, bits) for type, bits in step[3])
    return f'(invoke ${prefix}{step[1]} {name_text(step[2])}{arguments})'


def step_text(case, step, answer, prefix):
    """The commands of a step, the last of which shows whether it came out as `answer`."""
    if step[0] == 'instance':
        commands = [f'(register {name_text(name)} ${prefix}{instance})' for name, instance in step[3].items()]
        commands.append(f'(module instance ${prefix}{step[1]} ${prefix}module{step[2]})')
        return commands
    call = invocation(case, step, prefix)
    if answer[0] == 'values':
        return [f'(assert_return {call}{"".join(" " + value_text(*value) for value in answer[1])})']
    if answer[0] == 'trap':
        return [f'(assert_trap {call} "{answer[1].split("|")[0]}")']
    if answer[0] == 'exception':
        return [f'(assert_exception {call})']
    return [f'(assert_return {call})']


def comparable(answers):
    """How many steps can be compared: what follows a difference that engines may have is not."""
    for index, answer in enumerate(answers):
        if answer[0] in ('failed', 'exhausted'):
            return index
    return len(answers)


def script(cases, answers, text_modules=frozenset()):
    """The script of cases, and for every line of it the case and the step."""
    lines, places = [], []
    for number, (case, expected) in enumerate(zip(cases, answers)):
        prefix = f'c{number}_'
        for index, module in enumerate(case.modules):
            name = f'${prefix}module{index}'
            if (number, index) in text_modules and module.text:
                body = module.text.strip().removeprefix('(module')
                lines.append(f'(module definition {name} {body.replace(chr(10), " ")}')
            else:
                lines.append(f'(module definition {name} binary "{escaped(module.binary)}")')
            places.append((number, -1))
        for index in range(comparable(expected)):
            for command in step_text(case, case.steps[index], expected[index], prefix):
                lines.append(command)
                places.append((number, index))
    return '\n'.join(lines) + '\n', places


VALUE = re.compile(r'\((i32|i64|f32|f64|v128|ref)\.?(const|null|[a-z]+)?([^()]*)\)')


def nan_result(message, answer):
    """Whether a refused result is one that the other engine could not say exactly: NaNs and references."""
    match = re.search(r'but the results? (?:is|are) (.*)$', message)
    if match is None or answer[0] != 'values':
        return False
    found = VALUE.findall(match.group(1))
    if len(found) != len(answer[1]):
        return False
    for (type, kind, text), (expected_type, bits) in zip(found, answer[1]):
        text = text.strip()
        if bits == 'nan':
            if 'nan' not in text:
                return False
        elif bits == 'reference':
            if kind == 'null':
                return False
        elif bits == 'null':
            if kind != 'null':
                return False
        elif f'({type}.{kind} {text})' != value_text(expected_type, bits) and not same_number(expected_type, bits, text):
            return False
    return True


def same_number(type, bits, text):
    try:
        if type in ('i32', 'i64'):
            return int(text, 0) & ((1 << int(type[1:])) - 1) == bits
        if type in ('f32', 'f64') and 'nan' not in text and 'inf' not in text:
            exact = float.fromhex(text) if 'x' in text else float(text)
            shown = float_text(bits, int(type[1:]))
            return 'nan' not in shown and 'inf' not in shown and float.fromhex(shown) == exact
    except ValueError:
        pass
    return False


def agrees_after_all(message, answer):
    """Some answers are less exact than a script's expectation."""
    if answer[0] == 'trap':
        match = re.search(r'but there was trap: (.*)$', message)
        return match is not None and answers_agree(answer, ('trap', match.group(1))) is True
    if answer[0] == 'values':
        return nan_result(message, answer)
    return False


class Touchstone:
    """Runs scripts in a folder of its own."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        self.folder = tempfile.TemporaryDirectory(prefix='differential-')

    def run(self, text, timeout, environment=None):
        """(exit code or None when it did not end, {line: message}, {line: instructions}, what it wrote)."""
        name = os.path.join(self.folder.name, 'script.wast')
        events = os.path.join(self.folder.name, 'events.jsonl')
        if os.path.exists(events):
            os.remove(events)
        with open(name, 'w') as file:
            file.write(text)
        process = subprocess.Popen([self.path, 'spec', name, *OPTIONS, '--json', events], stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, cwd=self.folder.name, text=True, errors='replace',
                                   env={**os.environ, 'SWIFT_BACKTRACE': 'enable=no', **(environment or {})})
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return None, {}, {}, 'did not end'
        failures, costs, finished = {}, collections.Counter(), False
        if os.path.exists(events):
            with open(events, errors='replace') as file:
                for line in file:
                    if '"case-finished"' in line:
                        event = json.loads(line)
                        costs[event['case']['line']] += event['case']['instructions']
                        if event['case']['status'] != 'passed':
                            failures[event['case']['line']] = event['text']['message']
                    elif '"run-finished"' in line:
                        finished = True
        if not finished and process.returncode in (0, 1):
            return 3, failures, costs, output
        return process.returncode, failures, costs, output

    def run_both(self, text, timeout):
        """With superinstructions and without; instructions that are counted otherwise are failures, too."""
        code, failures, costs, output = self.run(text, timeout)
        if code not in (0, 1):
            return code, failures, output
        code, others, apart, output = self.run(text, timeout, {'TOUCHSTONE_SUPERINSTRUCTIONS': '0'})
        failures.update((line, f'without superinstructions: {message}') for line, message in others.items()
                        if line not in failures)
        for line in costs.keys() | apart.keys():
            if costs[line] != apart[line] and line not in failures:
                failures[line] = f'{costs[line]} instructions with superinstructions, {apart[line]} without'
        return code, failures, output

    def differences(self, cases, answers, text_modules=frozenset(), timeout=None):
        """{number of a case: (step, what Touchstone said)} of the first difference in each."""
        text, places = script(cases, answers, text_modules)
        code, failures, output = self.run_both(text, timeout or 30 + len(cases) * 2)
        if code not in (0, 1):
            if len(cases) > 1:
                # One of them: each alone.
                middle = len(cases) // 2
                found = self.differences(cases[:middle], answers[:middle],
                                         {place for place in text_modules if place[0] < middle}, timeout)
                second = self.differences(cases[middle:], answers[middle:],
                                          {(number - middle, index) for number, index in text_modules
                                           if number >= middle}, timeout)
                found.update({number + middle: difference for number, difference in second.items()})
                return found
            reason = 'did not end' if code is None else f'crashed with {code}: {output.strip()[-300:]}'
            return {0: (None, reason)}
        differences = {}
        for line, message in sorted(failures.items()):
            number, step = places[line - 1]
            if number in differences:
                continue
            answer = answers[number][step] if step >= 0 else ('done',)
            if cases[number].steps[step][0] == 'instance' and answer[0] == 'trap':
                match = re.search(r'trap: (.*)', message)
                if match and answers_agree(answer, ('trap', match.group(1))):
                    continue
            if agrees_after_all(message.removeprefix('without superinstructions: '), answer):
                continue
            differences[number] = (step, message)
        return differences

    def close(self):
        self.folder.cleanup()
