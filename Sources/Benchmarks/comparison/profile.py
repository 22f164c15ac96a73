"""Where time goes: what is executed for each program, in instructions of WebAssembly, operations, handlers and the machine."""

import importlib.machinery
import importlib.util
import pathlib
import re
import shutil
import subprocess
import tempfile

from comparison.programs import ROOT

LIST = ROOT / "Sources/WebAssembly/Operations/Superinstructions.txt"
# Kernels run less often here, because valgrind takes fifty times as long.
SHARE = 20
ARGUMENTS = {"fib": 24, "queens": 8}


def chooser():
    """`superinstructions` as a module, with the list that the build has."""
    loader = importlib.machinery.SourceFileLoader("superinstructions", str(ROOT / "Sources/Benchmarks/superinstructions"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    lines = [line.split("#")[0].split() for line in LIST.read_text().splitlines()]
    chosen = module.Chooser(max(map(len, lines)))
    for words in filter(None, lines):
        chosen.add(tuple(words))
    return module, chosen


def machine_instructions(command):
    """Of the second repetition: what two take beyond one."""
    counts = []
    with tempfile.TemporaryDirectory() as work:
        for repetitions in "12":
            output = pathlib.Path(work) / repetitions
            subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}", *command, repetitions],
                           check=True, capture_output=True)
            counts.append(int(re.search(r"^(?:totals|summary): (\d+)", output.read_text(), re.MULTILINE).group(1)))
    return counts[1] - counts[0]


def profile(build, programs):
    if not shutil.which("valgrind"):
        raise SystemExit("compare: profile needs valgrind: install it")
    module, chosen = chooser()
    binary = str(build.resolve() / "Benchmarks")
    results = []
    print(f"{'':11} {'instructions':>13} {'operations':>12} {'handlers':>12} {'machine':>13}   a handler   an operation")
    for program in programs:
        command = ["lua", str(program.module), str(program.argument)]
        if program.kind == "kernels":
            command = ["call", str(program.module), "run", str(ARGUMENTS.get(program.name, max(program.argument // SHARE, 1)))]
        timed = subprocess.run([binary, *command, "1"], capture_output=True, text=True, check=True).stdout
        text = subprocess.run([binary, "profile", *command], capture_output=True, text=True, check=True).stdout
        operations = sum(int(line.split()[0]) for line in text.splitlines() if not line.startswith("function"))
        handlers = round(operations * chosen.left(module.runs(text, {})))
        machine = machine_instructions([binary, *command])
        one = {"name": program.name, "instructions": int(timed.split()[1]), "operations": operations,
               "handlers": handlers, "machine": machine}
        results.append(one)
        print(f"{program.name:11} {one['instructions']:13,} {operations:12,} {handlers:12,} {machine:13,} "
              f"{machine / handlers:11.2f} {machine / operations:14.2f}", flush=True)
    return results


def translation(build):
    """Machine instructions for each instruction of lua.wasm: decoding, validation and all passes."""
    binary, module = str(build.resolve() / "Benchmarks"), ROOT / "lua.wasm"
    with tempfile.TemporaryDirectory() as work:
        output = pathlib.Path(work) / "translate"
        count = int(subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}", binary, "translate",
                                    module], check=True, capture_output=True, text=True).stdout)
        text = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", output], check=True,
                              capture_output=True, text=True).stdout
    # The function in the engine that everything passes through, by its mangled name.
    machine = max(int(line.split()[0].replace(",", "")) for line in text.splitlines() if "9CodeStoreC9translate" in line)
    print(f"translation: {machine / count:.0f} machine instructions for each of the {count:,} instructions of lua.wasm")
    return {"instructions": count, "machine": machine}
