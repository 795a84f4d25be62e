"""The extension for colours is built of the sources that are here, and knows the language as it is."""

import json
import subprocess
import sys

from conftest import ROOT, TARGET, TIMEOUT

FOLDER = ROOT / "kernel/labextension"


def test_the_vocabulary_is_current():
    done = subprocess.run([sys.executable, FOLDER / "vocabulary.py", TARGET / "debug/bioxen", "--check"],
                          capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 0, done.stderr


def test_it_is_built_of_its_sources():
    done = subprocess.run([sys.executable, FOLDER / "digest.py"], capture_output=True, text=True,
                          timeout=TIMEOUT, check=True)
    built = (FOLDER / "bioxen_lab/sources.sha256").read_text()
    assert done.stdout == built, "run `make -f kernel/kernel.mk labextension`"
    package = json.loads((FOLDER / "bioxen_lab/labextension/package.json").read_text())
    remote = FOLDER / "bioxen_lab/labextension" / package["jupyterlab"]["_build"]["load"]
    assert remote.is_file()


def test_the_lock_file_names_no_registry():
    assert '"resolved"' not in (FOLDER / "package-lock.json").read_text()
