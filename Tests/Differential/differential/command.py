"""The command line: shares the work out among processes, keeps what differs, and prints what was done."""
import argparse
import collections
import multiprocessing
import multiprocessing.util
import os
import shlex
import sys
import tempfile
import time
import traceback

import wasmtime

from . import foreign, mutate, own, shrink
from .case import Case, CaseModule
from .engines import Node, Wasmtime, engines_for
from .module import FEATURES
from .touchstone import Touchstone, comparable, script

SOURCES = ('own', 'smith', 'ttf', 'mutate')
BATCH = {'own': 15, 'smith': 25, 'ttf': 25, 'mutate': 1000}


def parse(words):
    parser = argparse.ArgumentParser(
        prog='Tests/Differential/run',
        description='Executes generated modules in Touchstone and in other engines and keeps what differs.')
    parser.add_argument('--own', type=int, metavar='N', help='functions of the own generator')
    parser.add_argument('--smith', type=int, metavar='N', help='modules of wasm-tools smith')
    parser.add_argument('--ttf', type=int, metavar='N', help='modules of wasm-opt -ttf')
    parser.add_argument('--mutate', type=int, metavar='N', help='changed binaries and texts')
    parser.add_argument('--ci', action='store_true', help='10,000 functions of the own generator, one engine each')
    parser.add_argument('--seed', default='1', help='another one gives other modules (default: 1)')
    parser.add_argument('--touchstone', metavar='PATH', help='the program (default: the newest in .build)')
    parser.add_argument('--keep', metavar='DIR', help='where differences are kept (default: differences, beside the cache)')
    parser.add_argument('--jobs', type=int, default=os.cpu_count(), metavar='J', help='processes (default: processors)')
    parser.add_argument('--engines', default='node,wasmtime', help='default: node,wasmtime')
    parser.add_argument('--one-engine', action='store_true', help='one engine a module, also where both could')
    parser.add_argument('--features', default=None, metavar='NAMES',
                        help='a list, or -NAME,-NAME for all but those; all are: ' + ', '.join(FEATURES))
    parser.add_argument('--fault', metavar='A=B', help='tests this tool: the other engines get instruction B for A')
    parser.add_argument('--shrink-seconds', type=float, default=60, metavar='S', help='for one case (default: 60)')
    parser.add_argument('--only', metavar='CASE', help='one case, such as own-17')
    parser.add_argument('--print', action='store_true', help='with --only: its script instead of its run')
    options = parser.parse_args(words)
    options.engines = set(options.engines.split(','))
    options.feature_set = chosen_features(options.features, parser)
    if options.ci:
        options.own = options.own or 10000
        options.one_engine = True
    if not options.only and not any(getattr(options, source) for source in SOURCES):
        parser.error('nothing to do: give --ci, --own, --smith, --ttf or --mutate')
    options.touchstone = options.touchstone or default_touchstone(parser)
    if options.keep is None:
        options.keep = os.path.join(os.environ.get('DIFFERENTIAL_CACHE', tempfile.gettempdir()), 'differences')
    return options


def chosen_features(text, parser):
    if text is None:
        return set(FEATURES)
    names = [name for name in text.split(',') if name]
    unknown = [name for name in names if name.lstrip('-') not in FEATURES]
    if unknown:
        parser.error(f'unknown feature {unknown[0]}: there are {", ".join(FEATURES)}')
    if all(name.startswith('-') for name in names):
        return set(FEATURES) - {name[1:] for name in names}
    return {name for name in names if not name.startswith('-')}


def default_touchstone(parser):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    for configuration in ('release', 'debug'):
        path = os.path.join(root, '.build', configuration, 'touchstone')
        if os.path.exists(path):
            return path
    parser.error('there is no built touchstone: run swift build -c release --product touchstone, or give --touchstone')


class Worker:
    """One process's engines, and the work on one batch."""

    def __init__(self, options):
        sys.setrecursionlimit(20000)
        self.options = options
        self.touchstone = Touchstone(options.touchstone)
        self.engines = {}
        self.mutator = None
        self.shrinks_left = 6

    def engine(self, name):
        if name not in self.engines:
            self.engines[name] = {'node': Node, 'wasmtime': Wasmtime}[name]()
        return self.engines[name]

    def close(self):
        for engine in self.engines.values():
            engine.close()
        self.touchstone.close()

    def make(self, source, index):
        options = self.options
        if source == 'own':
            return own.generate(options.seed, index, options.feature_set, options.engines)
        if source == 'smith':
            return foreign.smith(options.seed, index, options.feature_set, options.engines)
        return foreign.ttf(options.seed, index, self.touchstone.folder.name, options.feature_set, options.engines)

    def engine_names(self, case):
        names = engines_for(case.features, self.options.engines, True)
        if self.options.one_engine and len(names) > 1:
            # Wasmtime says results of foreign modules exactly, where Node's numbers lose the bits of NaNs.
            names = ['node'] if case.source == 'own' else ['wasmtime']
        return names

    def answers(self, name, case):
        """The engine's answers, cut where they can no longer be compared."""
        answers = self.engine(name).execute(self.faulty(case))
        return answers[:comparable(answers)]

    def faulty(self, case):
        if not self.options.fault:
            return case
        wrong, right = self.options.fault.split('=')
        modules = []
        for module in case.modules:
            if module.text:
                lines = [right if line == wrong else line for line in module.text.split('\n')]
                module = CaseModule(bytes(wasmtime.wat2wasm('\n'.join(lines))), module.tree, module.text)
            modules.append(module)
        return Case(case.name, case.source, modules, case.steps, case.features)

    def texts(self, case, number):
        """Every third module is read as text."""
        return {(number, index) for index, module in enumerate(case.modules)
                if module.text and (hash_of(case.name) + index) % 3 == 0}

    def differs(self, case, name):
        answers = self.answers(name, case)
        return bool(answers) and bool(self.touchstone.differences([case], [answers], self.texts(case, 0)))

    def batch(self, source, start, count):
        started = time.monotonic()
        if source == 'mutate':
            result = self.mutants(start, count)
        else:
            result = self.cases(source, start, count)
        result['seconds'] = time.monotonic() - started
        return result

    def cases(self, source, start, count):
        result = {'source': source, 'cases': 0, 'functions': 0, 'features': collections.Counter(), 'calls':
                  collections.Counter(), 'engine-cases': collections.Counter(), 'outcomes': collections.Counter(),
                  'failed': collections.Counter(), 'differences': []}
        by_engine = collections.defaultdict(list)
        for index in range(start, start + count):
            case = self.make(source, index)
            if case is None:
                result['failed']['not made'] += 1
                continue
            result['cases'] += 1
            result['functions'] += case.functions
            for feature in case.features or ('none',):
                result['features'][feature] += 1
            for name in self.engine_names(case):
                answers = self.engine(name).execute(self.faulty(case))
                cut = comparable(answers)
                if cut == 0 or cut < len(answers) and answers[cut][0] == 'failed':
                    result['failed'][f'{name}: {short(answers[cut][-1])}'] += 1
                answers = answers[:cut]
                result['engine-cases'][name] += 1
                result['calls'][name] += sum(step[0] == 'call' and step[2] not in ('state', foreign.STATE)
                                             for step in case.steps[:cut])
                for answer in answers:
                    result['outcomes'][answer[1] if answer[0] == 'trap' else answer[0]] += 1
                by_engine[name].append((case, answers))
        for name, pairs in by_engine.items():
            cases = [case for case, _ in pairs]
            texts = set().union(*(self.texts(case, number) for number, case in enumerate(cases)))
            found = self.touchstone.differences(cases, [answers for _, answers in pairs], texts)
            for number, (step, message) in found.items():
                case, answers = pairs[number]
                if source == 'smith':
                    case = foreign.with_canonical_conversions(case)
                    answers = self.answers(name, case)
                    still = self.touchstone.differences([case], [answers])
                    if not still:
                        result['failed'][f'{name}: NaN of a conversion'] += 1
                        continue
                    step, message = still[0]
                result['differences'].append(self.keep(case, answers, name, step, message))
        return result

    def keep(self, case, answers, engine, step, message):
        """Shrinks and writes a difference; one line that says where it is."""
        folder = os.path.join(self.options.keep, f'{case.name}-{engine}-seed{self.options.seed}')
        os.makedirs(folder, exist_ok=True)
        arguments = self.arguments()
        report = [f'Touchstone and {engine} differ in {case.name}.', '',
                  f'features: {" ".join(sorted(case.features))}',
                  f'again: Tests/Differential/run {" ".join(arguments)} --engines {engine} --only {case.name}', '']
        if step is not None and 0 <= step < len(answers):
            report += [f'step: {case.steps[step]}', f'{engine}: {answers[step]}']
        report += [f'Touchstone: {message}', '']
        self.write(folder, 'original', case, answers)
        if self.shrinks_left > 0 and self.options.shrink_seconds > 0:
            self.shrinks_left -= 1
            small = self.shrunken(case, engine)
            if small is not None:
                small_answers = self.answers(engine, small)
                found = self.touchstone.differences([small], [small_answers], self.texts(small, 0))
                self.write(folder, 'shrunken', small, small_answers)
                for small_step, small_message in found.values():
                    if small_step is not None and 0 <= small_step < len(small_answers):
                        report.append(f'shrunken, {engine}: {small_answers[small_step]}')
                    report.append(f'shrunken, Touchstone: {small_message}')
        with open(os.path.join(folder, 'report.txt'), 'w') as file:
            file.write('\n'.join(report) + '\n')
        return f'{case.name} ({engine}): {short(message)}\n  kept in {folder}'

    def arguments(self):
        options = self.options
        words = ['--seed', options.seed, '--touchstone', os.path.abspath(options.touchstone)]
        if options.features is not None:
            words.append(f'--features={options.features}')
        if options.fault:
            words += ['--fault', options.fault]
        return [shlex.quote(word) for word in words]

    def shrunken(self, case, engine):
        shrinker = shrink.Shrinker(shrink.copied(case), lambda candidate: self.differs(candidate, engine),
                                   self.options.shrink_seconds)
        return shrinker.shrink() if shrinker.test() else None

    def write(self, folder, name, case, answers):
        with open(os.path.join(folder, f'{name}.wast'), 'w') as file:
            file.write(readable(case, answers))
        for index, module in enumerate(case.modules):
            with open(os.path.join(folder, f'{name}-{index}.wasm'), 'wb') as file:
                file.write(module.binary)

    def mutants(self, start, count):
        if self.mutator is None:
            self.mutator = mutate.Mutator(self.options.seed)
        found = mutate.run(self.mutator, self.touchstone, self.options.seed, start, count)
        lines = []
        for index, expected, actual, (is_text, data) in found:
            folder = os.path.join(self.options.keep, f'mutate-{index}-seed{self.options.seed}')
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, 'module.wat' if is_text else 'module.wasm'), 'wb') as file:
                file.write(data)
            with open(os.path.join(folder, 'module.wast'), 'w') as file:
                file.write(mutate.script([(is_text, data)]))
            with open(os.path.join(folder, 'report.txt'), 'w') as file:
                file.write(f'wasm-tools: {expected}\nTouchstone: {actual}\n')
            lines.append(f'mutate-{index}: wasm-tools: {short(expected)}; Touchstone: {short(actual)}\n  kept in {folder}')
        return {'source': 'mutate', 'cases': count, 'functions': 0, 'features': collections.Counter(),
                'calls': collections.Counter(), 'engine-cases': collections.Counter({'validator': count}),
                'outcomes': collections.Counter(), 'failed': collections.Counter(), 'differences': lines}


def readable(case, answers):
    """A script for people: modules as text, over many lines."""
    text, _ = script([case], [answers])
    lines = []
    for line in text.split('\n'):
        if line.startswith('(module definition $c0_module'):
            index = int(line.split(' ', 3)[2].removeprefix('$c0_module'))
            if case.modules[index].text:
                body = case.modules[index].text.strip().removeprefix('(module')
                line = f'(module definition $c0_module{index} {body}'
        lines.append(line)
    return '\n'.join(lines)


def short(text):
    text = ' '.join(str(text).split())
    return text if len(text) <= 220 else text[:217] + '...'


def hash_of(name):
    return sum(name.encode())


worker = None


def start_worker(options):
    global worker
    worker = Worker(options)
    multiprocessing.util.Finalize(None, worker.close, exitpriority=10)


def work(task):
    try:
        return worker.batch(*task)
    except Exception:
        # As text: not every exception can be sent to another process.
        raise RuntimeError(f'{task}: {traceback.format_exc()}') from None


def tasks(options):
    functions_in_case = 20
    for source in SOURCES:
        wanted = getattr(options, source) or 0
        if source == 'own':
            wanted = -(-wanted // functions_in_case)
        for start in range(0, wanted, BATCH[source]):
            yield source, start, min(BATCH[source], wanted - start)


def run_all(options):
    totals, found, started = {}, [], time.monotonic()
    with multiprocessing.get_context('fork').Pool(options.jobs, start_worker, (options,)) as pool:
        for result in pool.imap_unordered(work, tasks(options)):
            total = totals.setdefault(result['source'], collections.Counter())
            for key in ('cases', 'functions', 'seconds'):
                total[key] += result[key]
            for key in ('features', 'calls', 'engine-cases', 'outcomes', 'failed'):
                totals.setdefault(key, collections.Counter()).update(result[key])
            for line in result['differences']:
                print(line, flush=True)
            found += result['differences']
        pool.close()
        pool.join()
    seconds = time.monotonic() - started
    print(f'\nseed {options.seed}, {seconds:.1f} s, {options.jobs} processes')
    for source in SOURCES:
        if source in totals:
            total = totals[source]
            functions = f', {total["functions"]} functions' if total['functions'] else ''
            rate = (total['functions'] or total['cases']) / max(total['seconds'], 0.001) * options.jobs
            print(f'  {source}: {total["cases"]} modules{functions}, {rate:.0f} a second')
    for title, key in (('features', 'features'), ('calls compared', 'calls'), ('answers', 'outcomes'),
                       ('not compared', 'failed')):
        if totals.get(key):
            print(f'  {title}: ' + ', '.join(f'{name} {count}' for name, count in totals[key].most_common(30)))
    print(f'  {len(found)} differ' if found else '  nothing differs')
    return 1 if found else 0


def run_one(options):
    source, _, index = options.only.partition('-')
    start_worker(options)
    try:
        if not options.print:
            result = worker.batch(source, int(index), 1)
            for line in result['differences']:
                print(line)
            return 1 if result['differences'] else 0
        case = worker.make(source, int(index))
        for name in worker.engine_names(case):
            print(readable(case, worker.answers(name, case)))
        return 0
    finally:
        worker.close()


def main():
    options = parse(sys.argv[1:])
    os.makedirs(options.keep, exist_ok=True)
    return run_one(options) if options.only else run_all(options)


if __name__ == '__main__':
    sys.exit(main())
