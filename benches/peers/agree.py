"""Do the peers say the same as BioXen of the models that BioXen writes?"""

import csv
import json
import math
import tempfile
from pathlib import Path

from process import BIOXEN, Failed, TooSlow, run, worker

BOUND = 120.0  # [s] of waiting for one peer
RELATIVE = 1e-4


def ours(model, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "table.csv"
        stats = run(BIOXEN, "sbml", "run", model, "--out", out, "--stats", *arguments)
        with out.open() as file:
            rows = list(csv.DictReader(file))
    return rows, json.loads(stats)


def deterministic(name, model, t, peers):
    """The largest relative difference at 10 times, of all quantities that move."""
    rows, _ = ours(model, "--t-end", t, "--points", 11, "--solver", "ode",
                   "--rtol", 1e-9, "--atol", 1e-9)
    names = [column for column in rows[0] if column != "time"]
    print(f"\n{name}: differential equations, {len(names)} quantities at 10 times up to {t:g} h\n")
    for peer in peers:
        talk = worker("ode", peer, model, t, 1e-10, 1e-10, ",".join(names))
        try:
            theirs = talk.hear(BOUND)["rows"]
        except (TooSlow, Failed) as error:
            print(f"* {peer}: no answer ({reason(error, BOUND)})", flush=True)
            continue
        finally:
            talk.close()
        worst, where = 0.0, ""
        for row, other in list(zip(rows, theirs))[1:]:
            for column, value in zip(names, other):
                mine = float(row[column])
                difference = abs(mine - value) / max(abs(mine), abs(value), 1e-6)
                if not difference <= worst:
                    worst, where = difference, f"{column} at {float(row['time']):g} h"
        verdict = "agrees" if worst <= RELATIVE else "DISAGREES"
        print(f"* {peer}: {verdict}; largest relative difference {worst:.1e} ({where})", flush=True)


def stochastic(name, model, t, runs, seconds, peers):
    """The differences of means in standard errors, at the end."""
    rows, _ = ours(model, "--t-end", t, "--points", 2, "--runs", runs, "--seed", 7)
    last = rows[-1]
    print(f"\n{name}: exact simulation up to {t:g} h, {runs} runs of ours\n")
    for peer in peers:
        talk = worker("means", peer, model, t, runs, seconds)
        try:
            said = talk.hear(BOUND + seconds)
        except (TooSlow, Failed) as error:
            print(f"* {peer}: no answer ({reason(error, BOUND + seconds)})", flush=True)
            continue
        finally:
            talk.close()
        scores = []
        for column, mean, sd in zip(said["names"], said["mean"], said["sd"]):
            mine, spread = float(last[f"{column}-mean"]), float(last[f"{column}-sd"])
            scores.append(score(mine, spread, runs, mean, sd, said["runs"]))
        print(f"* {peer}, {said['runs']} runs: {judge(scores)}", flush=True)


def score(mine, spread, runs, mean, sd, theirs):
    """The difference of two means in standard errors. If both simulate the same model, both have
    its variance, and it is estimated from all runs: of a rare transcript that a peer's few runs
    never saw, their own deviation would be 0."""
    if mine == mean:
        return 0.0
    squares = (runs - 1) * spread**2 + (theirs - 1) * sd**2
    error = math.sqrt(squares / (runs + theirs - 2) * (1 / runs + 1 / theirs))
    return (mine - mean) / error if error else math.inf


def reason(error, bound):
    return f"more than {bound:g} s" if isinstance(error, TooSlow) else error


def judge(scores):
    """Of many means, 0.27 % are beyond 3 standard errors by chance alone."""
    worst = max(map(abs, scores))
    beyond = sum(abs(z) > 3 for z in scores)
    expected = 0.0027 * len(scores)
    within = beyond <= expected + 3 * math.sqrt(expected) and worst < 5
    squares = sum(z * z for z in scores) / len(scores)
    return (f"{'agrees' if within else 'DISAGREES'}; {len(scores) - beyond} of {len(scores)} means "
            f"within 3 standard errors, largest {worst:.2f}, mean square {squares:.2f}")
