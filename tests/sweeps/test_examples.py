"""The examples of sweeps run as their pages say."""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import dask
import pandas
import pytest
from conftest import BIOXEN, PATIENCE, ROOT, results, run
from distributed import LocalCluster

EXAMPLE = ROOT / "examples" / "sweep"
PAGE = (ROOT / "docs" / "scale.md").read_text()


def copied(folder):
    """The examples in a folder with a name that a shell would take apart."""
    return shutil.copytree(EXAMPLE, folder / "it's a sweep")


@pytest.fixture(scope="module")
def expected_of_example(tmp_path_factory):
    """What `bioxen sweep` makes of the example."""
    folder = tmp_path_factory.mktemp("example") / "dose.sweep"
    run("sweep", EXAMPLE / "dose.toml", "--out", folder, "-q")
    return results(folder)


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A folder with the script and the plan of the page, where its first commands ran, and what they told."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "dose.rhai").write_text(blocks("rhai")[0])
    (folder / "dose.toml").write_text(blocks("toml")[0])
    told = []
    for line in blocks("console")[0].splitlines():
        if line.startswith("$ bioxen "):
            told += run(*shlex.split(line)[2:], cwd=folder).stdout.splitlines()
    return folder, told


def snakemake(folder, plan):
    words = [sys.executable, "-m", "snakemake", "--cores", "2", "--config", f"plan={plan}", f"bioxen={BIOXEN}"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)


def test_snakemake_runs_the_example(expected_of_example, tmp_path):
    folder = copied(tmp_path)
    done = snakemake(folder, folder / "dose.toml")
    assert done.returncode == 0, done.stderr
    assert results(folder / "dose.sweep") == expected_of_example


def test_workers_of_dask_run_the_example(expected_of_example, tmp_path):
    folder = copied(tmp_path)
    # Its workers have another working folder than the driver.
    environment = os.environ | {"BIOXEN": BIOXEN}
    workers = {"n_workers": 2, "threads_per_worker": 1, "processes": False, "dashboard_address": "127.0.0.1:0"}
    with (
        dask.config.set(temporary_directory=str(tmp_path)),
        LocalCluster(protocol="tcp", host="127.0.0.1", **workers) as cluster,
    ):
        words = [sys.executable, "dask_driver.py", "dose.toml", cluster.scheduler_address]
        done = subprocess.run(
            words, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, env=environment
        )
    assert done.returncode == 0, done.stderr
    assert results(folder / "dose.sweep") == expected_of_example


def test_engines_keep_rows_beside_one_that_failed(plan, tmp_path):
    """Snakemake removes what a failed rule has written."""
    shutil.copy(EXAMPLE / "Snakefile", tmp_path)
    script = plan.with_suffix(".rhai")
    script.write_text('if param("dose", 1.mM) > 0.5.mM { throw "too much" }\n' + script.read_text())
    done = snakemake(tmp_path, plan)
    assert done.returncode == 0 and "too much" in done.stderr, done.stderr
    rows = pandas.read_parquet(plan.with_suffix(".sweep") / "results.parquet")
    assert set(rows[rows["dose"] == 1.0]["error"].str.contains("too much")) == {True}
    assert rows[rows["dose"] == 0.1]["mrna"].notna().all()


@pytest.mark.parametrize("engine", ["Snakefile", "dask_driver.py"])
def test_engines_tell_what_is_wrong_with_a_plan(plan, tmp_path, engine):
    shutil.copy(EXAMPLE / engine, tmp_path)
    plan.write_text(plan.read_text().replace("replicates", "replicate"))
    if engine == "Snakefile":
        done = snakemake(tmp_path, plan)
    else:
        words = [sys.executable, engine, str(plan)]
        done = subprocess.run(
            words, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, env=os.environ | {"BIOXEN": BIOXEN}
        )
    assert done.returncode != 0 and "replicate" in done.stderr and "replicates" in done.stderr, done.stderr


def test_the_page_tells_what_its_commands_tell(page):
    folder, told = page
    shown = [line for line in blocks("console")[0].splitlines() if not line.startswith("$")]
    assert len(shown) >= 2 and told[: len(shown)] == shown
    assert (folder / "response.svg").read_text().startswith("<svg")


def test_the_run_of_the_page_is_the_first_row(page):
    (line,) = [line for block in blocks("console") for line in block.splitlines() if line.startswith("$ bioxen run ")]
    told = run(*shlex.split(line, comments=True)[2:], "--json", cwd=page[0])
    first = pandas.read_parquet(page[0] / "dose.sweep" / "results.parquet").iloc[0]
    value = json.loads(told.stdout)["value"]
    assert (value["lacZ"], value["growth"]) == (first["lacZ"], first["growth"])


def test_the_readers_of_the_page_run(page):
    (program,) = blocks("python")
    found = {}
    before = pathlib.Path.cwd()
    os.chdir(page[0])
    try:
        exec(program, found)
    finally:
        os.chdir(before)
    assert found["units"][b"bioxen.unit.iptg"] == b"uM" and len(found["rows"]) == 120


def test_more_inducer_makes_more_of_the_enzyme(page):
    rows = pandas.read_parquet(page[0] / "dose.sweep" / "results.parquet")
    means = rows.groupby("iptg")[["lacZ", "growth"]].mean()
    assert means["lacZ"].is_monotonic_increasing and means["lacZ"].iloc[-1] > 10 * means["lacZ"].iloc[0]
    # What is made for nothing costs growth.
    assert means["growth"].is_monotonic_decreasing
