"""A disk that is full ends with a clear error, and no half of a file."""

import os
import subprocess

import pytest
from conftest import results, run


@pytest.fixture
def small(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k,nr_inodes=10k", "none", folder], capture_output=True, text=True)
    if os.geteuid() != 0 or mounted.returncode != 0:
        pytest.skip(f"a small file system cannot be mounted: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_disk_that_runs_full(plan, expected, small):
    folder = small / "a.sweep"
    done = run("sweep", plan, "--shard-size", "5", "--out", folder, check=False)
    assert done.returncode == 1 and "No space left on device" in done.stderr, done.stderr
    assert str(folder) in done.stderr
    assert not results(folder) and not list(folder.rglob(".bioxen-*"))
    status = run("sweep", "status", folder, check=False)
    assert "cannot be used" not in status.stdout, status.stdout
    subprocess.run(["mount", "-o", "remount,size=64m,nr_inodes=10k", small], check=True)
    run("sweep", "resubmit", folder, "-q")
    assert results(folder) == expected


def test_a_disk_that_is_full_at_the_end(plan, expected, small):
    subprocess.run(["mount", "-o", "remount,size=8m,nr_inodes=10k", small], check=True)
    folder = small / "a.sweep"
    run("sweep", plan, "--on", "print", "--out", folder)
    run("sweep", "resubmit", folder, "-q")
    for path in folder.glob("*.parquet"):
        path.unlink()
    filler = small / "filler"
    written = os.open(filler, os.O_WRONLY | os.O_CREAT)
    try:
        while os.write(written, b"x" * 4096):
            pass
    except OSError:
        pass
    finally:
        os.close(written)
    done = run("sweep", "merge", folder, check=False)
    assert done.returncode == 1 and "No space left on device" in done.stderr, done.stderr
    for name, contents in results(folder).items():
        assert contents == expected[name]
    filler.unlink()
    run("sweep", "merge", folder)
    assert results(folder) == expected
