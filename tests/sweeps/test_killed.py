"""Workers and slurmd that are killed lose their shards, and nothing else."""

import json
import os
import random
import signal
import subprocess
import time

import pytest
from conftest import BIOXEN, PATIENCE, PLAN, one_worker, results, run, until

TRIALS = int(os.environ.get("BIOXEN_KILLS", "10"))
# Rows take long enough to be hit.
LONG = PLAN.replace('strength = [0.5, 1.0]', 'strength = [0.5, 1.0]\nwait = 3000')


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    return one_worker(tmp_path_factory.mktemp("whole"), LONG)


def workers(lock):
    """The processes that compute shards of a lock."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = open(f"/proc/{pid}/cmdline", "rb").read().split(b"\0")
        except OSError:
            continue
        if b"shard" in words and lock.encode() in words:
            found.append(int(pid))
    return found


def kill(pid):
    """Whether a process was there to be killed."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def written(folder):
    """The shards that are there, and when each was written."""
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("shards/0*.shard")}


@pytest.fixture(scope="module")
def lost():
    """How many shards each trial has lost."""
    return {}


@pytest.mark.parametrize("trial", range(TRIALS))
def test_a_worker_is_killed(plan, whole, start, trial, lost):
    chance = random.Random(trial)
    plan.write_text(LONG)
    folder = plan.with_suffix(".sweep")
    lock = str(folder / "lock.json")
    words = [BIOXEN, "sweep", str(plan), "--jobs", "2", "--shard-size", "1", "--no-trial"]
    sweep = start(words, stdout=subprocess.DEVNULL)
    done = chance.randrange(12)
    until(lambda: sweep.poll() is not None or len(list(folder.glob("shards/0*.shard"))) >= done, "shards")
    killed = 0
    while killed < 1 + trial % 2 and sweep.poll() is None:
        killed += sum(kill(pid) for pid in workers(lock)[:1])
        time.sleep(chance.random() * 0.02)
    _, said = sweep.communicate(timeout=PATIENCE)
    status = json.loads(run("sweep", "status", folder, "--json", check=False).stdout)
    assert status["wrong"] == [] and len(status["missing"]) <= killed
    lost["worker", trial] = len(status["missing"])
    before = written(folder)
    if status["missing"]:
        assert sweep.returncode == 1 and "signal: 9" in said, said
        assert not results(folder)
    run("sweep", "resubmit", folder, "-q")
    assert results(folder) == whole
    after = written(folder)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("trial", range(TRIALS))
def test_slurmd_is_killed(plan, whole, slurm, trial, lost):
    chance = random.Random(100 + trial)
    plan.write_text(LONG)
    folder = plan.with_suffix(".sweep")
    run("sweep", plan, "--on", "slurm", "--shard-size", "2", "--no-wait", "-q", "--no-trial", env=slurm.environment)
    done = chance.randrange(6)
    lock = str(folder.resolve() / "lock.json")
    until(lambda: len(list(folder.glob("shards/0*.shard"))) >= done, "shards")
    before = written(folder)
    os.kill(int(slurm.call("pid-of-slurmd")), signal.SIGKILL)
    if trial % 2 == 0:
        # What it ran goes with it, as when a node fails; otherwise it is found again by the next slurmd.
        for pid in workers(lock):
            kill(pid)
    slurm.call("restart-slurmd")
    if trial % 2 == 0:
        slurm.ask("scancel", next((folder / "jobs").iterdir()).name)
    status = json.loads(run("sweep", "status", folder, "--json", check=False, env=slurm.environment).stdout)
    assert status["wrong"] == []
    lost["slurmd", trial] = len(status["missing"])
    run("sweep", "resubmit", folder, "--on", "slurm", "-q", env=slurm.environment)
    assert results(folder) == whole
    after = written(folder)
    assert {name: after[name] for name in before} == before


def test_the_kills_have_hit(lost):
    """A machine on which no trial loses anything would show nothing."""
    for who in ("worker", "slurmd"):
        trials = [count for (name, _), count in lost.items() if name == who]
        if len(trials) >= 4:
            assert any(trials), f"no trial of {who} has lost a shard"


def test_the_sweep_itself_is_killed(plan, whole, start):
    """Its workers go with it, and what they wrote stays."""
    plan.write_text(LONG)
    folder = plan.with_suffix(".sweep")
    words = [BIOXEN, "sweep", str(plan), "--jobs", "2", "--shard-size", "1", "--no-trial", "-q"]
    sweep = start(words)
    until(lambda: len(written(folder)) >= 3, "shards")
    assert sweep.poll() is None and kill(sweep.pid)
    sweep.communicate(timeout=PATIENCE)
    until(lambda: not workers(str(folder / "lock.json")), "workers that end")
    before = written(folder)
    assert not results(folder) and len(before) >= 3
    run("sweep", "resubmit", folder, "-q")
    after = written(folder)
    assert results(folder) == whole and {name: after[name] for name in before} == before
    assert not list(folder.rglob(".bioxen-*"))


def test_two_people_resubmit_at_once(plan, expected, start):
    folder = plan.with_suffix(".sweep")
    run("sweep", "lock", plan, "--shard-size", "2")
    words = [BIOXEN, "sweep", "resubmit", str(folder), "--jobs", "2", "-q"]
    both = [start(words) for _ in range(2)]
    for one in both:
        _, said = one.communicate(timeout=PATIENCE)
        assert one.returncode == 0, said
    assert results(folder) == expected
    assert not list(folder.rglob(".bioxen-*"))


def test_an_interrupt_keeps_the_shards_that_are_there(plan, whole, start):
    plan.write_text(LONG)
    folder = plan.with_suffix(".sweep")
    words = [BIOXEN, "sweep", str(plan), "--jobs", "2", "--shard-size", "1", "--no-trial"]
    sweep = start(words, stdout=subprocess.DEVNULL)
    until(lambda: len(list(folder.glob("shards/0*.shard"))) >= 3, "shards")
    sweep.send_signal(signal.SIGINT)
    _, said = sweep.communicate(timeout=PATIENCE)
    assert sweep.returncode == 130 and "shards are there" in said, said
    before = written(folder)
    assert len(before) >= 3
    run("sweep", plan, "--shard-size", "1", "-q")
    after = written(folder)
    assert results(folder) == whole and {name: after[name] for name in before} == before
