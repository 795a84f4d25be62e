"""What the tests of sweeps share: the program, plans, a Slurm of one node."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
# Tests change their folders, so the path is a whole one.
BIOXEN = os.path.abspath(os.environ.get("BIOXEN", TARGET / "debug" / "bioxen"))
# Only a program that hangs takes so long.
PATIENCE = 1200

SCRIPT = """
let dose = param("dose", 1.mM);
let strength = param("strength", 1.0);
let wait = param("wait", 0);
quick_start_vm("ecoli", "cell").set_limits("host");
add_inducer("IPTG", dose);
start_transcription(["lacZ"], #{strength: strength});
let trace = run(5.min);
for i in 0..wait { trace.final("lacZ.mrna"); }
#{mrna: trace.final("lacZ.mrna"), strong: strength > 0.7, dose_again: dose, word: `s${strength}`, course: trace}
"""
PLAN = """
script = "dose.rhai"
seed = 7
replicates = 5
[parameters]
dose = ["0.1 mM", "1000 uM"]
strength = [0.5, 1.0]
[statistics]
quantiles = [0.05, 0.5, 0.95]
histograms = ["mrna"]
[traces]
keep = 1
"""


def pytest_configure():
    """Whoever ends the tests ends what they started, too."""

    def interrupt(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


def run(*words, check=True, **options):
    """Calls bioxen."""
    done = subprocess.run(
        [BIOXEN, *map(str, words)], capture_output=True, text=True, timeout=PATIENCE, **options
    )
    if check:
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture
def start():
    """Starts programs, and ends those that still run when the test is over."""
    started = []

    def start(words, **options):
        started.append(subprocess.Popen(words, stderr=subprocess.PIPE, text=True, **options))
        return started[-1]

    yield start
    for program in started:
        if program.poll() is None:
            program.kill()
            program.communicate()


def until(condition, what):
    """Waits for something that comes soon, unless something is broken."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited for {what}"
        time.sleep(0.05)


def results(folder):
    """The contents of all files of results, by name."""
    return {path.name: path.read_bytes() for path in pathlib.Path(folder).glob("*.parquet")}


@pytest.fixture
def plan(tmp_path):
    """A plan and its script in a folder."""
    (tmp_path / "dose.rhai").write_text(SCRIPT)
    path = tmp_path / "dose.toml"
    path.write_text(PLAN)
    return path


def one_worker(folder, plan):
    """What one worker makes of a plan in one shard."""
    (folder / "dose.rhai").write_text(SCRIPT)
    (folder / "dose.toml").write_text(plan)
    run("sweep", folder / "dose.toml", "--jobs", 1, "--shards", 1, "-q")
    return results(folder / "dose.sweep")


@pytest.fixture(scope="session")
def expected(tmp_path_factory):
    """What one worker makes of the plan in one shard."""
    found = one_worker(tmp_path_factory.mktemp("expected"), PLAN)
    assert sorted(found) == ["histograms.parquet", "results.parquet", "statistics.parquet", "traces.parquet"]
    return found


class Slurm:
    """A Slurm of one node."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = os.environ | {
            "SLURM_CONF": f"{folder}/slurm.conf",
            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin",
        }

    def call(self, what):
        done = subprocess.run(
            [HERE / "slurm.sh", what, self.folder], capture_output=True, text=True, timeout=PATIENCE
        )
        assert done.returncode == 0, f"slurm.sh {what}: {done.stdout} {done.stderr}"
        return done.stdout.strip()

    def ask(self, *words):
        done = subprocess.run(words, capture_output=True, text=True, env=self.environment, timeout=PATIENCE)
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout.strip()


@pytest.fixture(scope="session")
def slurm():
    if os.geteuid() != 0:
        pytest.skip("only root can start Slurm")
    if not shutil.which("slurmctld", path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
        pytest.skip("Slurm is not installed: apt-get install slurm-wlm munge")
    # Its sockets want a short path.
    folder = tempfile.mkdtemp(prefix="bxs")
    found = Slurm(folder)
    try:
        up = subprocess.run([HERE / "slurm.sh", "up", folder], capture_output=True, text=True, timeout=PATIENCE)
        if up.returncode != 0:
            pytest.skip(f"Slurm cannot be started on this machine: {up.stderr.strip()}")
        yield found
    finally:
        found.call("down")
        shutil.rmtree(folder, ignore_errors=True)
