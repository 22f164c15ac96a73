"""What the touchstone command takes for many small fixtures, and for one expression."""

import pathlib
import statistics
import subprocess
import tempfile
import time

from comparison.programs import ROOT


def batch(build, runs):
    """Milliseconds for each of 1,000 one-line fixtures on one thread, the process's start included."""
    with tempfile.TemporaryDirectory() as work:
        fixtures, expected = pathlib.Path(work) / "fixtures", pathlib.Path(work) / "expected"
        fixtures.mkdir()
        expected.mkdir()
        for number in range(1000):
            (fixtures / f"case{number}.lua").write_text(f"return {number} + 1\n")
            (expected / f"case{number}.golden").write_text(f"result integer {number + 1}\n")
        seconds = []
        for _ in range(runs):
            start = time.perf_counter()
            subprocess.run([build.resolve() / "touchstone", "run", fixtures, "--module", ROOT / "lua.wasm", "-j", "1",
                            "--quiet"], check=True)
            seconds.append(time.perf_counter() - start)
    print(f"batch: {statistics.median(seconds):.3f} ms a case of 1,000 (one thread, the process's start included; "
          f"fastest {min(seconds):.3f})")
    return {"milliseconds": statistics.median(seconds)}


def start(build, runs):
    """Milliseconds of `eval 'return 2 + 2'` as a process."""
    seconds = []
    for _ in range(runs * 4):
        begin = time.perf_counter()
        subprocess.run([build.resolve() / "touchstone", "eval", "return 2 + 2"], cwd=ROOT, check=True,
                       capture_output=True)
        seconds.append((time.perf_counter() - begin) * 1e3)
    print(f"start: {statistics.median(seconds):.1f} ms for eval 'return 2 + 2' as a process (fastest "
          f"{min(seconds):.1f})")
    return {"milliseconds": statistics.median(seconds)}
