"""One peer in a process of its own, so that it can be stopped and its memory is its own.

worker.py time KIND PEER MODEL RTOL ATOL   answers each line of the input, a time, with its cost
worker.py means PEER MODEL T RUNS SECONDS  means and standard deviations of runs up to T
worker.py ode PEER MODEL T RTOL ATOL NAMES the amounts at 11 times up to T
"""

import json
import os
import sys
import time
import warnings

warnings.simplefilter("ignore")
# The peers may print; the answers go where the output went.
OUT = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

LEAST = 0.12  # [s]: each time is measured over at least this much work


def answer(**what):
    OUT.write(json.dumps(what) + "\n")
    OUT.flush()


def serve(kind, name, path, rtol, atol):
    import adapters

    begin = time.process_time()
    peer = adapters.PEERS[name](path, kind)
    if kind == "ssa" and "rebop" in name:
        peer.names = peer.names[:1]  # a table of all would cost more than the simulation
    answer(load=time.process_time() - begin)
    seed = 0
    for line in sys.stdin:
        t, runs, begin = float(line), 0, time.process_time()
        while runs == 0 or time.process_time() - begin < LEAST:
            seed += 1
            if kind == "ssa":
                peer.ssa(t, seed)
            else:
                peer.ode(t, 101, float(rtol), float(atol))
            runs += 1
        answer(seconds=(time.process_time() - begin) / runs)


def means(name, path, t, runs, seconds):
    import adapters
    import numpy as np

    peer = adapters.PEERS[name](path, "ssa")
    ends, begin = [], time.process_time()
    while len(ends) < int(runs) and time.process_time() - begin < float(seconds):
        ends.append(peer.ssa(float(t), 1000 + len(ends)))
    ends = np.array(ends, dtype=float)
    answer(names=peer.names, runs=len(ends), mean=ends.mean(axis=0).tolist(),
           sd=ends.std(axis=0, ddof=1).tolist())


def ode(name, path, t, rtol, atol, names):
    import adapters

    peer = adapters.PEERS[name](path, "ode", names.split(","))
    rows = peer.ode(float(t), 11, float(rtol), float(atol))
    answer(rows=[[float(x) for x in row] for row in rows])


if __name__ == "__main__":
    try:
        {"time": serve, "means": means, "ode": ode}[sys.argv[1]](*sys.argv[2:])
    except Exception as error:  # whatever a peer raises is its answer
        answer(error=f"{type(error).__name__}: {error}".splitlines()[0][:200])
