"""`make peers`: BioXen and its peers on the same models, in one run.

Usage: main.py [agree] [speed] [ode] [cores] [genomes]   (all of them when none is named)
"""

import importlib.metadata
import json
import os
import platform
import sys
import time

import adapters
import agree
import speed
from process import BENCH, BIOXEN, HERE, MACRO, ROOT, TARGET, Failed, cpu, run

MODELS = TARGET / "peers" / "models"


def machine():
    model = "unknown processor"
    try:
        lines = open("/proc/cpuinfo", encoding="utf-8").read().splitlines()
        model = next(x.split(":")[1].strip() for x in lines if x.startswith("model name"))
    except (OSError, StopIteration):
        pass
    load = os.getloadavg()[0]
    print(f"{model}, {os.cpu_count()} cores, load {load:.1f}; Python {platform.python_version()}; "
          f"{time.strftime('%Y-%m-%d')}")


def installed():
    """The peers that are there; says which are not."""
    there = []
    packages = {}
    for name, peer in adapters.PEERS.items():
        try:
            packages[peer.package] = importlib.metadata.version(peer.package)
            there.append(name)
        except importlib.metadata.PackageNotFoundError:
            packages[peer.package] = "NOT INSTALLED"
    print("Peers: " + ", ".join(f"{p} {v}" for p, v in packages.items()))
    return there


def export():
    MODELS.mkdir(parents=True, exist_ok=True)
    run(BENCH, "models", MODELS)
    for name, script, vm in [("lac", ROOT / "scripts" / "lac_induction.rhai", "demo"),
                             ("hundred", HERE / "hundred_genes.rhai", "hundred")]:
        run(BIOXEN, "sbml", "export", script, "--vm", vm, "-o", MODELS / f"{name}.xml")
        run(BIOXEN, "sbml", "export", script, "--vm", vm, "--frozen-host",
            "-o", MODELS / f"{name}_frozen.xml")


def agreement(peers):
    print("\n## Agreement")
    with_rules = [p for p in ("libRoadRunner", "COPASI direct", "BNGsim") if p in peers]
    plain = [p for p in [*with_rules, "bioscrape"] if p in peers]
    for name, title in [("lac", "Lac operon, with its host"), ("hundred", "100 genes, with their host")]:
        agree.deterministic(title, MODELS / f"{name}.xml", 1.0, with_rules)
        agree.deterministic(f"{title} held constant", MODELS / f"{name}_frozen.xml", 1.0, plain)
    skipped = ("rebop, dense", "rebop, expressions")
    stochastic = [p for p in peers if p not in skipped]
    agree.stochastic("Lac operon", MODELS / "lac_frozen.xml", 1.0, 2000, 30, stochastic)
    agree.stochastic("100 genes", MODELS / "hundred_frozen.xml", 0.5, 1000, 30, stochastic)


def speeds(peers):
    print("\n## Exact simulation")
    ours, theirs, times, lost = {}, {}, {}, set()
    for name in speed.MODELS:
        # What took too long for a smaller model is not tried on a larger one.
        known = {p: n for *_, notes in theirs.values() for p, n in notes.items()}
        # Of the forms in which rebop takes a model only the best goes on to the large ones.
        if name == "genes500":
            forms = {f: times[f] for f in speed.REBOP if f in times}
            lost = {f for f in forms if forms[f] > min(forms.values())}
        able = [p for p in peers if p not in known and p not in lost]
        if name == "vilar" and MACRO.exists():
            able.append(speed.COMPILED)
        ours[name], times, new, setup = speed.events(able, MODELS / f"{name}.xml")
        theirs[name] = (times, {**known, **new})
        print(f"{name}: {ours[name]:.1f} ns per event, set up in {1e3 * setup:.2f} ms; peers: "
              + ", ".join(f"{p} {x:.0f}" for p, x in times.items()), flush=True)
    for times, notes in theirs.values():
        speed.fold_rebop(times, notes)
    speed.table("ns per event, one core, processor time (and how many times ours)", speed.MODELS,
                ours, theirs, lambda x: f"{x:.0f}")
    print(f"\nGrowth from genes10 to genes2000: {ours['genes2000'] / ours['genes10']:.2f}x")


def odes(peers):
    print("\n## Differential equations")
    able = [p for p in ("BNGsim", "libRoadRunner", "COPASI direct", "bioscrape") if p in peers]
    names, ours, theirs = [f"genes{n}_ode" for n in (100, 500, 2000)], {}, {}
    for name in names:
        known = {p: n for *_, notes in theirs.values() for p, n in notes.items()}
        ours[name], times, notes = speed.equations(
            [p for p in able if p not in known], MODELS / f"{name}.xml", 10_000.0, 1e-6, 1e-9)
        theirs[name] = (times, {**known, **notes})
    speed.table("Seconds for 10 000 s at 101 points, rtol 1e-6, atol 1e-9, processor time "
                "(and how many times ours)", names, ours, theirs, lambda x: f"{x:.4f}")


def cores():
    print("\n## Two cores")
    best = {}
    arguments = ["--t-end", "2000", "--points", "2", "--runs", "512", "--stats"]
    for _ in range(3):
        for threads in (1, 2):
            out, used, _ = cpu(BIOXEN, "sbml", "run", MODELS / "genes100.xml", *arguments,
                               "--threads", threads)
            seconds = json.loads(out)["seconds"]
            old = best.get(threads, (seconds, used))
            best[threads] = (min(old[0], seconds), min(old[1], used))
    print(f"512 runs of genes100: {best[1][0]:.3f} s on one thread, {best[2][0]:.3f} s on two: "
          f"{best[1][0] / best[2][0]:.2f}x; processor time {best[1][1]:.3f} s and {best[2][1]:.3f} s",
          flush=True)


def genomes():
    print("\n## Whole genomes as guests")
    for title, script in [("E. coli, all coding genes, 38 min", "ecoli_generation.rhai"),
                          ("Syn3A, all genes, 105 min", "syn3a_cycle.rhai")]:
        seen = []
        for _ in range(3):
            out, used, wall = cpu(BIOXEN, "run", HERE / script, "--out", TARGET / "peers" / "out")
            seen.append((used, wall))
        used, wall = min(seen)
        print(f"{title}: {used:.2f} s of processor time, {wall:.2f} s ({out.strip()})", flush=True)


def main():
    wanted = sys.argv[1:] or ["agree", "speed", "ode", "cores", "genomes"]
    machine()
    peers = installed()
    try:
        export()
        for name in wanted:
            {"agree": lambda: agreement(peers), "speed": lambda: speeds(peers),
             "ode": lambda: odes(peers), "cores": cores, "genomes": genomes}[name]()
    except Failed as error:
        sys.exit(f"peers: {error}")


if __name__ == "__main__":
    main()
