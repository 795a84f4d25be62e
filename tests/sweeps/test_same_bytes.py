"""The same plan gives the same bytes, whoever computes it and however it is cut."""

import os
import shutil
import subprocess
import sys

import pytest
from conftest import BIOXEN, PATIENCE, ROOT, results, run


@pytest.mark.parametrize("cut", [["--shard-size", 1], ["--shard-size", 7], ["--shards", 1], ["--shards", 6]])
@pytest.mark.parametrize("jobs", [1, 2])
def test_on_this_machine(plan, expected, cut, jobs):
    run("sweep", plan, "--jobs", jobs, *cut, "-q")
    assert results(plan.with_suffix(".sweep")) == expected


@pytest.mark.parametrize("cut", [["--shard-size", 1], ["--shard-size", 7], ["--shards", 1]])
def test_under_slurm(plan, expected, slurm, cut):
    run("sweep", plan, "--on", "slurm", *cut, "-q", env=slurm.environment)
    assert results(plan.with_suffix(".sweep")) == expected


def test_from_commands_that_are_printed(plan, expected):
    """They are quoted for a shell, and run from any folder."""
    plan = shutil.copytree(plan.parent, plan.parent / 'it\'s a "plan" for $HOME; #1') / plan.name
    lines = run("sweep", plan, "--on", "print", "--shard-size", 7).stdout.splitlines()
    assert len(lines) == 3
    for line in reversed(lines):
        subprocess.run(["sh", "-c", line], check=True, timeout=PATIENCE, capture_output=True, cwd="/")
    run("sweep", "merge", plan.with_suffix(".sweep"))
    assert results(plan.with_suffix(".sweep")) == expected


def example(plan, name):
    shutil.copy(ROOT / "examples" / "sweep" / name, plan.parent)
    plan.write_text(plan.read_text().replace("seed = 7", "seed = 7\nshard_size = 7"))


def test_under_snakemake(plan, expected):
    example(plan, "Snakefile")
    snakemake = [sys.executable, "-m", "snakemake", "--cores", "2", "--config", f"plan={plan}", f"bioxen={BIOXEN}"]
    done = subprocess.run(snakemake, cwd=plan.parent, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert results(plan.with_suffix(".sweep")) == expected


def test_under_dask(plan, expected):
    example(plan, "dask_driver.py")
    driver = [sys.executable, "dask_driver.py", str(plan)]
    environment = os.environ | {"BIOXEN": BIOXEN}
    done = subprocess.run(
        driver, cwd=plan.parent, capture_output=True, text=True, timeout=PATIENCE, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert results(plan.with_suffix(".sweep")) == expected


def test_a_row_is_a_run(plan):
    """`bioxen run` with the seed and the parameters of a row gives its outputs."""
    import json

    import pyarrow.parquet

    run("sweep", plan, "-q")
    rows = pyarrow.parquet.read_table(plan.with_suffix(".sweep") / "results.parquet").to_pylist()
    for row in (rows[0], rows[7], rows[-1]):
        words = ["--seed", row["seed"], "--set", f"dose={row['dose']} mM", "--set", f"strength={row['strength']}"]
        told = run("run", plan.with_suffix(".rhai"), "--json", *words, cwd=plan.parent)
        assert json.loads(told.stdout)["value"]["mrna"] == row["mrna"]
