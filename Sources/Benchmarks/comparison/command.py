"""The command line of `compare`."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import sys
import tempfile

from comparison import batch, chart, measure, peers, profile, programs
from comparison.programs import ROOT

TITLES = {"kernels": "C kernels", "lua": "Lua scripts in lua.wasm"}
REFERENCE = "wasm3"
WHAT = ["kernels", "lua", "batch", "start", "profile"]


def machine():
    model = platform.processor() or platform.machine()
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return {"processor": model, "cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}",
            "load": round(os.getloadavg()[0], 2)}


def row(name, times, reference):
    words = [f"{name:11}"]
    for peer, time in times.items():
        share = measure.ratio(times, peer, reference)
        spread = (time["thirdQuartile"] - time["firstQuartile"]) / time["median"] * 100
        words.append(f"{peer} {time['median'] * 1e3:.1f} ms ±{spread / 2:.0f} % ×{share:.3f}")
    print("  ".join(words), flush=True)


def compared(found, there, runs):
    """What all peers take for some programs, and the means of the ratios."""
    results = []
    for program in found:
        times = measure.program(program, there, runs)
        reference = REFERENCE if REFERENCE in times else next(iter(times))
        row(program.name, times, reference)
        results.append({"name": program.name, "times": times,
                        "ratios": {peer: measure.ratio(times, peer, reference) for peer in times}})
    means = {peer: measure.mean([one["ratios"][peer] for one in results]) for peer in results[0]["ratios"]}
    print("mean       ", "  ".join(f"{peer} ×{share:.3f}" for peer, share in means.items()), flush=True)
    return {"reference": reference, "programs": results, "means": means}


def options():
    parser = argparse.ArgumentParser(
        prog="compare", formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Times the engine beside its peers, alternating in one run: medians and quartiles of processor time, and\n"
            "ratios to wasm3's.\n\n"
            "  kernels  C kernels, compiled with the toolchain's clang\n"
            "  lua      the scripts in Sources/Benchmarks/Lua, in lua.wasm\n"
            "  batch    1,000 one-line fixtures, by the touchstone command\n"
            "  start    `touchstone eval 'return 2 + 2'` as a process\n"
            "  profile  what is executed for each program, counted by valgrind; only where it is asked for\n\n"
            "Sources/Benchmarks/README.md says more."))
    parser.add_argument("--runs", type=int, default=7, metavar="N", help="timed repetitions (default 7)")
    parser.add_argument("--kernels", type=pathlib.Path, default=ROOT / "../shared/bench/kernels", metavar="DIR",
                        help="more kernels (default ../shared/bench/kernels)")
    parser.add_argument("--build", action="append", default=[], metavar="[NAME=]DIR",
                        help="the build to time (default .build/release); again with names, to time one beside another")
    parser.add_argument("--peers", metavar="NAMES", help="only these peers, with commas between them")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write every time that was measured")
    parser.add_argument("--chart", type=pathlib.Path, metavar="DIR", help="draw kernels.svg and lua.svg")
    parser.add_argument("--from", type=pathlib.Path, metavar="FILE", dest="source",
                        help="measure nothing: read what --json wrote, and draw it")
    parser.add_argument("what", nargs="*", metavar="PART", help=f"{', '.join(WHAT)} (default: all but profile)")
    arguments = parser.parse_args()
    arguments.what = arguments.what or WHAT[:-1]
    for one in arguments.what:
        if one not in WHAT:
            parser.error(f"unknown benchmark {one}; there are {', '.join(WHAT)}")
    if arguments.runs < 2:
        parser.error("--runs needs at least 2, for quartiles")
    return arguments


def measured(arguments, work):
    builds = []
    for word in arguments.build or [".build/release"]:
        name, _, folder = word.rpartition("=")
        path = pathlib.Path(folder)
        builds.append((name or "touchstone", path if arguments.build else ROOT / path))
    what = arguments.what
    found = {"kernels": lambda: programs.kernels(arguments.kernels, work), "lua": lambda: programs.lua(ROOT / "lua.wasm")}
    report = {"date": datetime.date.today().isoformat(), "machine": machine(), "runs": arguments.runs}
    if "kernels" in what or "lua" in what:
        there, absent = peers.everyone(builds)
        for name, reason in absent.items():
            print(f"compare: {name} is left out: {reason}", file=sys.stderr)
        if arguments.peers:
            wanted = arguments.peers.split(",")
            there = [peer for peer in there if peer.name in wanted or isinstance(peer, peers.Touchstone)]
        if not there:
            raise SystemExit("compare: there is nothing to measure")
        report["peers"] = {peer.name: {"version": peer.version, "compiles": peer.compiles} for peer in there}
        report["absent"] = absent
        for kind, make in found.items():
            if kind in what:
                print(TITLES[kind], flush=True)
                report[kind] = compared(make(), there, arguments.runs)
    if "batch" in what:
        report["batch"] = batch.batch(builds[0][1], arguments.runs)
    if "start" in what:
        report["start"] = batch.start(builds[0][1], arguments.runs)
    if "profile" in what:
        report["profile"] = profile.profile(builds[0][1], [*found["kernels"](), *found["lua"]()])
        report["translation"] = profile.translation(builds[0][1])
    return report


def main():
    arguments = options()
    if arguments.source:
        report = json.loads(arguments.source.read_text())
    else:
        with tempfile.TemporaryDirectory() as work:
            report = measured(arguments, pathlib.Path(work))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n")
    if arguments.chart:
        arguments.chart.mkdir(parents=True, exist_ok=True)
        for kind in TITLES:
            if kind in report:
                text = chart.chart(TITLES[kind], report[kind], report)
                (arguments.chart / f"{kind}.svg").write_text(text)
