"""What is asked of Slurm, and what is said when it does not do it."""

import json
import os
import shutil
import signal

from conftest import BIOXEN, PATIENCE, results, run, until


def test_what_is_asked_stands_in_the_script(plan, expected, slurm):
    words = ["--partition", "main", "--time", "10", "--memory", "100M", "--throttle", "1", "--shard-size", "7"]
    done = run("sweep", plan, "--on", "slurm", *words, env=slurm.environment)
    assert "submitted job" in done.stderr and "results.parquet: 20 rows" in done.stdout
    script = (plan.with_suffix(".sweep") / "submit.sh").read_text()
    for line in ("--array=0-2%1", "--partition=main", "--time=10", "--mem=100M"):
        assert f"#SBATCH {line}\n" in script
    assert results(plan.with_suffix(".sweep")) == expected


def test_what_slurm_refuses_is_told(plan, slurm):
    done = run("sweep", plan, "--on", "slurm", "--partition", "nowhere", env=slurm.environment, check=False)
    assert done.returncode == 1 and "invalid partition" in done.stderr.lower(), done.stderr
    done = run("sweep", plan, "--on", "slurm", "--account", "a b", env=slurm.environment, check=False)
    assert done.returncode == 1 and "account `a b`" in done.stderr, done.stderr
    strange = plan.parent / "a%jb"
    done = run("sweep", plan, "--on", "slurm", "--out", strange, env=slurm.environment, check=False)
    assert done.returncode == 1 and "holds `%`" in done.stderr, done.stderr
    without = slurm.environment | {"PATH": "/nowhere"}
    done = run("sweep", plan, "--on", "slurm", env=without, check=False)
    assert done.returncode == 1 and "there is no command `" in done.stderr, done.stderr


def test_a_shard_that_fails_is_told_by_name(plan, expected, slurm):
    folder = plan.with_suffix(".sweep")
    run("sweep", "lock", plan, "--shard-size", 7)
    script = next(folder.glob("inputs-*/dose.rhai"))
    kept = script.read_text()
    script.write_text(kept + " ")
    done = run("sweep", "resubmit", folder, "--on", "slurm", env=slurm.environment, check=False)
    assert done.returncode == 1, done.stdout
    assert "3 shards of 3 failed" in done.stderr and "the input `dose.rhai` is not what was locked" in done.stderr
    assert not results(folder)
    script.write_text(kept)
    run("sweep", "resubmit", folder, "--on", "slurm", env=slurm.environment)
    assert results(folder) == expected


def test_waiting_is_interrupted_and_taken_up_again(plan, expected, slurm, start):
    folder = plan.with_suffix(".sweep")
    slurm.ask("scontrol", "update", "partition=main", "state=down")
    try:
        words = [BIOXEN, "sweep", str(plan), "--on", "slurm", "--shard-size", "7"]
        waiting = start(words, env=slurm.environment)
        until(lambda: (folder / "jobs").is_dir() and any((folder / "jobs").iterdir()), "a job")
        status = json.loads(run("sweep", "status", folder, "--json", check=False, env=slurm.environment).stdout)
        assert status["running"] == [0, 1, 2] and status["missing"] == []
        waiting.send_signal(signal.SIGINT)
        _, said = waiting.communicate(timeout=PATIENCE)
        assert waiting.returncode == 130 and "goes on" in said, said
    finally:
        slurm.ask("scontrol", "update", "partition=main", "state=up")
    done = run("sweep", plan, "--on", "slurm", "--shard-size", 7, env=slurm.environment)
    assert "submitted" not in done.stderr and len(list((folder / "jobs").iterdir())) == 1
    assert results(folder) == expected


SESSION = """
quick_start_vm("ecoli", "cell").set_limits("host");
const FACTOR = 3;
fn more(x) { x * global::FACTOR }
let base = 4;
let f = |p| {
    start_transcription(["lacZ"], #{strength: p.strength});
    let trace = run(2.min);
    #{mrna: trace.final("lacZ.mrna"), more: more(base), when: 90.s, dose: 0.3.mM, name: `n${p.strength}`}
};
let values = #{strength: [0.5, 1.0, 2.0]};
let here = sweep(values, f, #{repeats: 3, seed: 5});
let there = sweep(values, f, #{repeats: 3, seed: 5, on: "slurm", shards: 4});
here.to_csv("here.csv");
there.to_csv("there.csv");
try { sweep([1, 2], |x| if x == 2 { throw "no " + x } else { x }, #{on: "slurm"}) }
catch (error) { print(error.message); }
"""


def test_a_script_sends_a_function(tmp_path, slurm):
    script = tmp_path / "s.rhai"
    script.write_text(SESSION)
    path = {"PATH": f"{os.path.dirname(BIOXEN)}:{slurm.environment['PATH']}"}
    done = run("run", script, cwd=tmp_path, env=slurm.environment | path)
    assert "submitted job" in done.stderr
    here, there = (tmp_path / "out" / name for name in ("here.csv", "there.csv"))
    assert here.read_bytes() == there.read_bytes()
    assert "no 2" in done.stdout and "point value = 2" in done.stdout, done.stdout
    # The same script takes up what is there.
    again = run("run", script, cwd=tmp_path, env=slurm.environment | path)
    assert again.stderr.count("submitted job") <= 1, again.stderr
    assert here.read_bytes() == there.read_bytes()
    shutil.rmtree(tmp_path / "out")
