"""What a sweep costs on this machine, and what that predicts for a cluster: make sweep-costs

Measures the command BIOXEN (a release build), predicts whole sweeps with a simulation of the scheduler, and holds the
predictions against sweeps that are run here: on all cores, and under a Slurm of one node.
"""

import heapq
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BIOXEN = os.environ["BIOXEN"]
CORES = os.cpu_count()


def bioxen(*words, **options):
    start = time.perf_counter()
    done = subprocess.run([BIOXEN, *map(str, words)], capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{words}: {done.stderr}")
    return time.perf_counter() - start


def plan(folder, name, script, text):
    (folder / f"{name}.rhai").write_text(script)
    path = folder / f"{name}.toml"
    path.write_text(f'script = "{name}.rhai"\n{text}')
    return path


def shard_times(folder, name, script, rows, repeats):
    """The median time of a shard of so many rows [s]."""
    path = plan(folder, f"{name}{rows}", script, f"replicates = {rows * repeats}\nshard_size = {rows}\n")
    bioxen("sweep", "lock", path)
    lock = path.with_suffix(".sweep") / "lock.json"
    return statistics.median(bioxen("shard", lock, "--index", k) for k in range(repeats))


def simulated(shards, cores, start, rows, row, every=0.0):
    """How long a scheduler takes that starts a task every so many seconds at the most, each on one core [s]."""
    free, now, end = [0.0] * min(cores, shards), 0.0, 0.0
    heapq.heapify(free)
    for _ in range(shards):
        now = max(heapq.heappop(free), now + every)
        end = max(end, now + start + rows * row)
        heapq.heappush(free, now + start + rows * row)
    return end


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bioxen-costs-"))
    trivial, dose = "1", (ROOT / "examples/sweep/dose.rhai").read_text()
    genome = 'let c = quick_start_vm("ecoli"); c.set_limits("host"); sample_every(36.s); ' \
             'start_transcription(c.coding_genes());\nrun(60.min)'
    one, many = shard_times(folder, "trivial", trivial, 1, 15), shard_times(folder, "trivial", trivial, 401, 5)
    row = (many - one) / 400
    start = one - row
    print(f"a shard: {1000 * start:.0f} ms; a row of a script that does nothing: {1000 * row:.2f} ms")
    one, many = shard_times(folder, "dose", dose, 1, 9), shard_times(folder, "dose", dose, 41, 5)
    dose_row = (many - one) / 40
    print(f"a row of the lac operon for 40 min: {1000 * dose_row:.1f} ms")
    one, many = shard_times(folder, "genome", genome, 1, 3), shard_times(folder, "genome", genome, 5, 3)
    genome_row = (many - one) / 4
    size = max(p.stat().st_size for p in folder.glob("genome5.sweep/shards/*"))
    print(f"a row of all genes of E. coli for 60 min, 100 samples: {genome_row:.2f} s; five rows in {size / 1e6:.1f} MB")

    statistics_of = bioxen("sweep", "merge", folder / "genome5.sweep", "-q") / 3
    print(f"merging the statistics of a shard with all genes at 100 samples: {statistics_of:.1f} s")
    path = plan(folder, "merge", trivial, "replicates = 4000\nshards = 20\n")
    bioxen("sweep", path, "-q")
    merge = bioxen("sweep", "merge", path.with_suffix(".sweep"), "-q") / 4000
    print(f"merging: {1e6 * merge:.1f} us a row")

    rows, shards = 40, 16
    path = plan(folder, "check", dose, f"replicates = {rows * shards}\nshard_size = {rows}\n")
    bioxen("sweep", "lock", path)
    measured = bioxen("sweep", "resubmit", path.with_suffix(".sweep"), "-q")
    predicted = simulated(shards, CORES, start, rows, dose_row) + merge * rows * shards
    print(f"{CORES} cores, {shards} shards of {rows} rows: predicted {predicted:.1f} s, measured {measured:.1f} s")

    every = None
    slurm = tempfile.mkdtemp(prefix="bxs")
    try:
        subprocess.run([HERE / "slurm.sh", "up", slurm], check=True)
        environment = os.environ | {"SLURM_CONF": f"{slurm}/slurm.conf"}
        # With tasks that do nothing the scheduler alone is measured.
        path = plan(folder, "tasks", trivial, "replicates = 60\nshard_size = 1\n")
        bioxen("sweep", "lock", path)
        took = bioxen("sweep", "resubmit", path.with_suffix(".sweep"), "-q", "--on", "slurm", env=environment)
        every = took / 60
        print(f"Slurm starts {1 / every:.1f} tasks a second on this node of {CORES} cores")
        path = plan(folder, "slurm", dose, f"replicates = {rows * shards}\nshard_size = {rows}\n")
        bioxen("sweep", "lock", path)
        measured = bioxen("sweep", "resubmit", path.with_suffix(".sweep"), "-q", "--on", "slurm", env=environment)
        predicted = simulated(shards, CORES, start, rows, dose_row, every) + merge * rows * shards
        print(f"Slurm, {CORES} cores, {shards} shards of {rows} rows: predicted {predicted:.1f} s, measured {measured:.1f} s")
    finally:
        subprocess.run([HERE / "slurm.sh", "down", slurm], check=True)
        shutil.rmtree(slurm, ignore_errors=True)

    print("a million replicates on 1000 cores, in 1000 shards:")
    cases = (("nothing", row, 0), ("lac operon, 40 min", dose_row, 0), ("all genes, 60 min", genome_row, statistics_of))
    for name, seconds, by_shard in cases:
        whole = simulated(1000, 1000, start, 1000, seconds, every)
        last, merging = 1000 * every, 1e6 * merge + 1000 * by_shard
        parts = {"starting the last task": last, "computing a shard": start + 1000 * seconds, "merging": merging}
        worst = max(parts, key=parts.get)
        told = ", ".join(f"{part} {took:.0f} s" for part, took in parts.items())
        print(f"  {name}: {whole + merging:.0f} s ({told}); the most takes {worst}; on one core {1e6 * seconds / 3600:.0f} h")
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
