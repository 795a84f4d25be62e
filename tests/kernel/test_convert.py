"""A notebook with everything in it becomes whatever nbconvert makes of notebooks."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import get_exporter

from conftest import TARGET, TIMEOUT, program

CELLS = [
    "# A notebook\n\nWith *words*, a formula $x_1^2$ and `code`.",
    'let cell = create_bio_vm("first", "ecoli");\ncell.start();\ncell.start_transcription(["lacZ"]);',
    "%%time\nlet trace = run(10.min);",
    "plot(trace)",
    "%%pdf\nplot_resources(trace).show();",
    "%%vega\nplot(trace)",
    "%%html\nplot(trace)",
    "%%live\nrun(2.min);",
    'trace.table(["lacZ"], 2.min)',
    "cell",
    "?run",
    "print(`a & b < c _ # % ${1 + 1}`)",
    'print("%%time");\nlet text = `\n%%vega\n?run\n`;\ntext.len()',
    'throw "an error & a_b"',
]
WORDS, CODE = CELLS[0], CELLS[1:]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """The notebook, run, in a folder of its own."""
    folder = tmp_path_factory.mktemp("convert")
    cells = [nbformat.v4.new_markdown_cell(WORDS), *map(nbformat.v4.new_code_cell, CODE)]
    spec = {"name": "bioxen", "display_name": "BioXen", "language": "rhai"}
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
    NotebookClient(book, timeout=TIMEOUT, kernel_name="bioxen", allow_errors=True,
                   resources={"metadata": {"path": str(folder)}}).execute()
    nbformat.validate(book)
    nbformat.write(book, folder / "book.ipynb")
    return folder / "book.ipynb"


def convert(notebook, target, *options):
    done = subprocess.run([sys.executable, "-m", "nbconvert", "--to", target, *options, notebook.name],
                          cwd=notebook.parent, capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 0, done.stderr
    return done.stderr


def outputs(notebook):
    return [o for cell in nbformat.read(notebook, 4).cells for o in cell.get("outputs", [])]


def test_it_is_light(notebook):
    """A figure is one picture: of ten minutes, with two curves, less than 100 kB."""
    figures = [o.data["image/png"] for o in outputs(notebook) if "image/png" in o.get("data", {})]
    assert len(figures) >= 5 and all(len(f) < 130_000 for f in figures), [len(f) for f in figures]


def test_html_stands_by_itself(notebook):
    convert(notebook, "html")
    page = notebook.with_suffix(".html").read_text()
    assert page.count("data:image/png;base64,") >= 3 and "bioxen-record" in page
    assert re.search(r'<img[^>]* width="680', page) or re.search(r'width="?680', page), "as wide as it is meant"


def test_slides(notebook):
    convert(notebook, "slides")
    assert notebook.with_suffix(".slides.html").read_text().count("data:image/png;base64,") >= 3


def test_markdown_has_its_pictures_beside_it(notebook):
    convert(notebook, "markdown")
    text = notebook.with_suffix(".md").read_text()
    linked = re.findall(r"!\[\w+\]\(([^)]+)\)", text)
    assert len(linked) >= 3
    for path in linked:
        assert (notebook.parent / path).read_bytes().startswith(b"\x89PNG"), path


def test_latex_has_its_pictures_beside_it(notebook):
    assert shutil.which("pandoc"), "pandoc is missing: apt-get install pandoc"
    convert(notebook, "latex")
    text = notebook.with_suffix(".tex").read_text()
    linked = re.findall(r"\\adjustimage\{.*?\}\}\{([^}]+)\}", text)
    kinds = {Path(path).suffix for path in linked}
    assert len(linked) >= 4 and kinds == {".png", ".pdf"}, linked
    for path in linked:
        assert (notebook.parent / path).stat().st_size > 1000, path


def has_latex():
    """Whether LaTeX is there with what nbconvert's template wants; it is large, and nothing else needs it."""
    wanted = ("eurosym.sty", "tcolorbox.sty", "adjustbox.sty", "enumitem.sty", "soul.sty")
    return shutil.which("xelatex") and not any(
        subprocess.run(["kpsewhich", name], capture_output=True).returncode for name in wanted)


@pytest.mark.skipif(not has_latex(), reason="LaTeX is not whole here; where it is, PDF is made, too")
def test_pdf(notebook):
    convert(notebook, "pdf")
    assert notebook.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("target", ["rst", "asciidoc", "notebook"])
def test_the_other_targets(notebook, target):
    text, _ = get_exporter(target)().from_filename(str(notebook))
    assert "lacZ" in text


def test_a_script_is_one_that_runs(notebook):
    """What cells begin with stands in the way of nothing; what is in strings stays."""
    convert(notebook, "script")
    script = notebook.with_suffix(".rhai")
    text = script.read_text()
    assert "%%time" in text and "?run" in text
    bioxen = TARGET / "debug/bioxen"
    assert program().parent == bioxen.parent or bioxen.is_file()
    def call(*arguments):
        return subprocess.run([bioxen, *arguments], cwd=notebook.parent, capture_output=True, text=True, timeout=TIMEOUT)

    checked = call("check", script.name)
    assert checked.returncode == 0, checked.stderr
    ran = call("run", script.name)
    assert ran.returncode == 1 and "an error & a_b" in ran.stderr, "the last cell throws"
    assert "a & b < c _ # % 2\n%%time\n" in ran.stdout
    place = text.splitlines().index('throw "an error & a_b"') + 1
    assert f"book.rhai:{place}:" in ran.stderr, "lines are those of the script"


@pytest.mark.parametrize("code, says", [("%%vm first\nnow()", "attach"), ("%%writefile a.txt\nit's", "file")])
def test_what_a_script_cannot_do_is_explained(tmp_path, code, says):
    (tmp_path / "a.rhai").write_text(f"let a = 1;\n\n{code}\n")
    for command in ("check", "run"):
        done = subprocess.run([TARGET / "debug/bioxen", command, "a.rhai"], cwd=tmp_path, capture_output=True, text=True,
                              timeout=TIMEOUT)
        assert done.returncode == 1 and "a.rhai:3:1" in done.stderr and says in done.stderr, done.stderr
