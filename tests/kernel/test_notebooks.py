"""The notebooks run, and the tools around notebooks work with the kernel."""

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import papermill
import pexpect
import pytest
from nbconvert import HTMLExporter

from conftest import ROOT, TIMEOUT
from store_outputs import run

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def outputs(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def steady(output):
    """An output without what may differ from one run to the next."""
    if "display_id" in json.dumps(output) or output["output_type"] == "stream":
        return None
    data = dict(output.get("data", {}))
    # How far a sweep or a population is shows only where it takes a while.
    text = data.get("text/plain", "")
    if " points in " in text or text.startswith("ran "):
        return None
    return output["output_type"], data.get("text/plain"), sorted(data)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_stored_outputs_are_those_of_a_run(path, tmp_path):
    stored = nbformat.read(path, as_version=4)
    nbformat.validate(stored)
    fresh = run(path, tmp_path)
    assert list(filter(None, map(steady, outputs(stored)))) == list(filter(None, map(steady, outputs(fresh))))
    assert any("image/png" in o.get("data", {}) for o in outputs(stored))
    assert not any(o["output_type"] == "error" for o in outputs(stored))
    assert all(c.execution_count for c in stored.cells if c.cell_type == "code")


class Pictures(HTMLParser):
    """Counts pictures and what is coloured."""

    def __init__(self, html):
        super().__init__()
        self.pictures = self.coloured = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.pictures += tag in ("svg", "img")
        self.coloured += tag == "span" and dict(attrs).get("class") in ("kd", "k", "s")


def test_html_has_the_plots_inside():
    html, _ = HTMLExporter().from_filename(ROOT / "notebooks/first_cell.ipynb")
    found = Pictures(html)
    assert found.pictures >= 3 and found.coloured > 3
    assert "bioxen-record" in html, "the card of the VM"


def test_papermill(tmp_path):
    done = tmp_path / "done.ipynb"
    papermill.execute_notebook(ROOT / "notebooks/first_cell.ipynb", done, cwd=str(tmp_path),
                               progress_bar=False, kernel_name="bioxen", language="rhai")
    assert all(c.metadata.papermill.status == "completed" for c in nbformat.read(done, 4).cells
               if c.cell_type == "code")


def test_papermill_gives_parameters(tmp_path):
    """By the translator of kernel/labextension, which is installed in this environment."""
    cells = [nbformat.v4.new_code_cell('let genes = ["lacZ"]; // what is read\nlet minutes = 10.0;',
                                       metadata={"tags": ["parameters"]}),
             nbformat.v4.new_code_cell("[genes, minutes, odd]")]
    given, done = tmp_path / "given.ipynb", tmp_path / "done.ipynb"
    spec = {"name": "bioxen", "display_name": "BioXen", "language": "rhai"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), given)
    known = papermill.inspect_notebook(given)
    assert known["genes"] == {"name": "genes", "inferred_type_name": "array", "default": '["lacZ"]', "help": "what is read"}
    odd = {"text": 'a "q" \\ é\n🧬', "none": None, "small": 1e-5, "whole": 2.0, "yes": True, "list": [1, -2]}
    papermill.execute_notebook(given, done, parameters={"genes": ["tufA"], "odd": odd}, cwd=str(tmp_path),
                               progress_bar=False)
    [value] = [o.data["text/plain"] for o in outputs(nbformat.read(done, 4))]
    assert value.startswith('[["tufA"], 10.0, #{')
    for part in ('"text": "a \\"q\\" \\\\ é\\n🧬"', '"none": ()', '"small": 1e-5', '"whole": 2.0', '"yes": true', "[1, -2]"):
        assert part in value, (part, value)


def test_papermill_and_param(tmp_path):
    """What papermill is given reaches `param`, with its unit, whether a cell is tagged or not."""
    source = ('let dose = param("dose", 50.uM, #{max: 5.mM, help: "IPTG, in the medium"});\nlet runs = param("runs", 3); // how many')
    spec = {"name": "bioxen", "display_name": "BioXen", "language": "rhai"}
    given, done = tmp_path / "given.ipynb", tmp_path / "done.ipynb"
    for tags in (["parameters"], []):
        cells = [nbformat.v4.new_code_cell(source, metadata={"tags": tags}), nbformat.v4.new_code_cell("[dose, runs]")]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), given)
        papermill.execute_notebook(given, done, parameters={"dose": "2 mM"}, cwd=str(tmp_path), progress_bar=False)
        [value] = [o.data["text/plain"] for o in outputs(nbformat.read(done, 4))]
        assert value == "[2 mM, 3]", (tags, value)
        with pytest.raises(papermill.PapermillExecutionError, match="must be a concentration"):
            papermill.execute_notebook(given, done, parameters={"dose": 2.0}, cwd=str(tmp_path), progress_bar=False)
        if tags:
            known = papermill.inspect_notebook(given)
            assert known["dose"] == {"name": "dose", "inferred_type_name": "concentration", "default": "50.uM",
                                     "help": "IPTG, in the medium"}
            assert known["runs"] == {"name": "runs", "inferred_type_name": "whole number", "default": "3", "help": "how many"}


def test_the_console(tmp_path):
    command = ["-m", "jupyter_console", "--kernel", "bioxen", "--simple-prompt"]
    console = pexpect.spawn(sys.executable, command, cwd=str(tmp_path), timeout=TIMEOUT,
                            encoding="utf-8", echo=False)
    try:
        console.expect("BioXen")
        console.expect(r"In \[1\]")
        console.sendline("6 * 7")
        console.expect(r"Out\[1\]: ?42")
        console.sendline('let name = input("who? ");')
        console.expect(r"who\? ")
        console.sendline("Ada")
        console.expect(r"In \[3\]")
        console.sendline('print("hello " + name)')
        console.expect("hello Ada")
        console.sendeof()
        console.expect(r"exit \(\[y\]/n\)\?")
        console.sendline("y")
        console.expect(pexpect.EOF)
    finally:
        console.close(force=True)


def test_jupyter_run(tmp_path):
    script = tmp_path / "a.rhai"
    script.write_text('print("from a script"); nowhere')
    done = subprocess.run([sys.executable, "-m", "jupyter", "run", "--kernel", "bioxen", script],
                          capture_output=True, text=True, timeout=TIMEOUT, cwd=tmp_path)
    assert "from a script" in done.stdout + done.stderr
    assert "nowhere" in done.stdout + done.stderr
    assert Path(script).exists()
