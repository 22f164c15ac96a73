"""Alternating repetitions in one run, and their median and quartiles."""

import math
import statistics
import struct

# What translates, compiles in stages or fills caches has done so by then.
WARMING = 3


def same(bits, other, exact):
    if bits == other or exact:
        return bits == other
    left, right = (struct.unpack("<d", struct.pack("<Q", one))[0] for one in (bits, other))
    # An integer's bits are those of a float next to 0.
    return min(abs(left), abs(right)) > 1e-300 and math.isclose(left, right, rel_tol=1e-9)


def program(one, peers, runs):
    """Seconds of every peer that runs this program, by name. Who answers differently than the first fails the run."""
    workers = {}
    for peer in peers:
        worker = peer.start(one)
        if worker:
            workers[peer.name] = (peer, worker)
    # By repetition: a kernel may go on where it stopped.
    expected, seconds = [], {name: [] for name in workers}
    try:
        for number in range(WARMING + runs):
            for name, (peer, worker) in workers.items():
                taken, bits = worker.work()
                if len(expected) == number:
                    expected.append(bits)
                right = expected[0 if peer.fresh else number]
                if not same(right, bits, peer.exact):
                    raise SystemExit(f"compare: {one.name}: {name} answers {bits}, {next(iter(workers))} {right}")
                if number >= WARMING:
                    seconds[name].append(taken)
    finally:
        for _, worker in workers.values():
            worker.close()
    return {name: summary(values) for name, values in seconds.items()}


def summary(values):
    first, median, third = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": median, "firstQuartile": first, "thirdQuartile": third, "seconds": values}


def ratio(times, name, reference):
    return times[name]["median"] / times[reference]["median"]


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))
