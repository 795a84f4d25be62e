"""Runs notebooks with the kernel of this tree and stores their outputs: store_outputs.py DIR."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from conftest import program


def run(path, cwd):
    """A notebook with the outputs of a fresh run, in a folder of its own with the data beside it."""
    shutil.copytree(Path(path).parent / "data", Path(cwd) / "data", dirs_exist_ok=True)
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    client = NotebookClient(notebook, timeout=120, kernel_name="bioxen", record_timing=False,
                            resources={"metadata": {"path": str(cwd)}})
    client.execute()
    notebook.metadata.pop("widgets", None)
    return notebook


def main(folder):
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["JUPYTER_PATH"] = f"{scratch}/share/jupyter"
        os.environ["BIOXEN_HISTORY"] = f"{scratch}/history.jsonl"
        subprocess.run([program(), "install", "--prefix", scratch], check=True)
        for path in sorted(Path(folder).glob("*.ipynb")):
            nbformat.write(run(path, scratch), path)
            print(path)


if __name__ == "__main__":
    main(sys.argv[1])
