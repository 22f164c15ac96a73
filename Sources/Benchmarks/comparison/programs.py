"""What is timed: C kernels, compiled with the toolchain's clang, and Lua scripts in lua.wasm."""

import collections
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
# How often each kernel's loop runs: about a tenth of a second in wasm3.
KERNELS = {"fib": 32, "icall": 5_000_000, "ldst": 800, "nbody": 100_000, "sieve": 6, "switch": 120_000,
           "compress": 60, "crc": 2000, "hashing": 100, "mandelbrot": 400, "matmul": 50, "queens": 12, "quicksort": 60,
           "spectral": 100, "vm": 400, "words": 300}
COMPILER = ["clang", "--target=wasm32", "-O2", "-mcpu=mvp", "-mmutable-globals", "-msign-ext", "-nostdlib",
            "-Wl,--no-entry"]

# `kind` is `kernels` or `lua`; the exported function `run` of `module` is called with `argument`, a number, or the
# function `compute` with the text of `argument`, a script.
Program = collections.namedtuple("Program", "kind name module argument")


def kernels(folder, work):
    own = ROOT / "Sources/Benchmarks/Kernels"
    sources = sorted([*folder.glob("*.c"), *own.glob("*.c")], key=lambda source: source.stem)
    if not folder.is_dir():
        print(f"compare: there is no folder {folder}: only the kernels in Sources/Benchmarks/Kernels are measured",
              file=sys.stderr)
    for source in sources:
        module = work / (source.stem + ".wasm")
        subprocess.run([*COMPILER, "-o", module, source], check=True)
        yield Program("kernels", source.stem, module, KERNELS.get(source.stem, 1))


def lua(module):
    for script in sorted((ROOT / "Sources/Benchmarks/Lua").glob("*.lua")):
        yield Program("lua", script.stem, module, script)
