"""The peers: how each is installed, what its version is, and the process that does its work."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from comparison import standalone
from comparison.programs import ROOT

HERE = pathlib.Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".build/benchmark-peers"
PACKAGES = {"wasm3": "pywasm3==0.5.0", "wasmtime": "wasmtime==50.0.1"}


class Absent(Exception):
    """Why a peer is left out."""


class Worker:
    """A process that does the work once for each line it reads, and answers with seconds first and bits last."""

    def __init__(self, *command, **environment):
        self.process = subprocess.Popen([*map(str, command)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **environment})

    def work(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        words = self.process.stdout.readline().split()
        if len(words) < 2:
            raise RuntimeError(f"{self.process.args[0]} ended: {' '.join(self.process.args)}")
        return float(words[0]), int(words[-1]) % (1 << 64)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Peer:
    """`compiles`: to machine code. `exact`: floats are the same to the last bit. `fresh`: each repetition is a process."""
    compiles = False
    exact = True
    fresh = False


class Touchstone(Peer):

    def __init__(self, name, build):
        self.name, self.binary = name, build / "Benchmarks"
        if not self.binary.exists():
            raise Absent(f"there is no {self.binary}: swift build -c release --product Benchmarks")
        commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty", "--exclude", "*"],
                                capture_output=True, text=True).stdout.strip()
        self.version = commit or "unknown"

    def start(self, program):
        if program.kind == "kernels":
            return Microseconds(self.binary, "call", program.module, "run", program.argument, "-")
        return Microseconds(self.binary, "lua", program.module, program.argument, "-")


class Microseconds(Worker):
    def work(self):
        seconds, bits = super().work()
        return seconds / 1e6, bits


class Python(Peer):
    """An engine that comes as a Python package."""

    def __init__(self, name, package, compiles=False):
        self.name, self.compiles, self.version = name, compiles, PACKAGES[package].split("==")[1]
        self.python = ENVIRONMENT / "bin/python"
        if not self.python.exists():
            made = subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], capture_output=True, text=True)
            if made.returncode:
                raise Absent("Python cannot make an environment: install python3-venv")
        here = [self.python, "-c", f"import importlib.metadata as m; print(m.version('{PACKAGES[package].split('==')[0]}'))"]
        if subprocess.run(here, capture_output=True, text=True).stdout.strip() != self.version:
            command = [self.python, "-m", "pip", "install", "-q", "--disable-pip-version-check", PACKAGES[package]]
            if subprocess.run(command).returncode:
                raise Absent(f"{PACKAGES[package]} cannot be installed from PyPI")

    def start(self, program):
        return Worker(self.python, "-m", "comparison.python_peer", self.name, program.kind, program.module,
                      program.argument, PYTHONPATH=str(HERE.parent), PYTHONDONTWRITEBYTECODE="1")


def tool(command, package, pinned):
    """The path and version of a command of the system, installed from Debian where that is possible."""
    if not shutil.which(command) and package and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", package], capture_output=True)
    path = shutil.which(command)
    if not path:
        raise Absent(f"there is no {command}" + (f": install the package {package}" if package else " in the toolchain"))
    arguments = ["-v"] if command.startswith("lua") else ["--version"]
    version = re.search(r"\d+(\.\d+)+", subprocess.run([path, *arguments], capture_output=True, text=True).stdout).group()
    if not version.startswith(pinned):
        raise Absent(f"{command} is {version}, and what is compared is {pinned}")
    return path, version


class Node(Peer):
    compiles = True

    def __init__(self):
        self.name = "node"
        self.path, self.version = tool("node", "nodejs", "20.")

    def start(self, program):
        return Worker(self.path, HERE / "node-peer.js", program.kind, program.module, program.argument)


class Lua(Peer):
    """Lua as the system has it; its `sin` and powers may differ in a last bit."""
    compiles = True
    exact = False

    def __init__(self):
        self.name = "lua"
        self.path, self.version = tool("lua5.4", "lua5.4", "5.4.")

    def start(self, program):
        if program.kind == "lua":
            return Worker(self.path, HERE / "lua-peer.lua", program.kind, program.module, program.argument)
        return None


class WasmKit(Peer):
    """The toolchain's WasmKit, which is only a command: what a process takes more than one that does nothing."""
    fresh = True

    def __init__(self):
        self.name = "wasmkit"
        self.path, self.version = tool("wasmkit", None, "0.")

    def start(self, program):
        folder = tempfile.TemporaryDirectory()
        full, idle = pathlib.Path(folder.name) / "full.wasm", pathlib.Path(folder.name) / "idle.wasm"
        module = program.module.read_bytes()
        if program.kind == "lua":
            full.write_bytes(standalone.standalone(module, program.argument.read_bytes()))
            idle.write_bytes(standalone.standalone(module, b"return 0"))
            return WasmKitWork(self.path, folder, full, idle, [])
        full.write_bytes(module)
        idle.write_bytes(standalone.EMPTY)
        return WasmKitWork(self.path, folder, full, idle, [f"i32:{program.argument}"])


class WasmKitWork:
    def __init__(self, path, folder, full, idle, arguments):
        self.folder = folder
        self.full, self.idle = ([path, "run", str(module), "run", *arguments] for module in (full, idle))

    @staticmethod
    def run(command):
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(command, stdout=output)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise RuntimeError(f"wasmkit failed: {' '.join(command)}")
            output.seek(0)
            return usage.ru_utime + usage.ru_stime, int(re.search(rb"\((\d+)\)", output.read()).group(1))

    def work(self):
        idle, _ = self.run(self.idle)
        seconds, bits = self.run(self.full)
        return max(seconds - idle, 1e-6), bits

    def close(self):
        self.folder.cleanup()


def everyone(builds):
    """Those that are there, Touchstone's builds first, and the reasons of those that are not, by name."""
    makers = [(name, lambda name=name, build=build: Touchstone(name, build)) for name, build in builds]
    makers += [("wasm3", lambda: Python("wasm3", "wasm3")), ("pulley", lambda: Python("pulley", "wasmtime")),
               ("wasmkit", WasmKit), ("cranelift", lambda: Python("cranelift", "wasmtime", compiles=True)),
               ("node", Node), ("lua", Lua)]
    there, absent = [], {}
    for name, make in makers:
        try:
            there.append(make())
        except Absent as reason:
            absent[name] = str(reason)
    return there, absent
