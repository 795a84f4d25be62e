"""Plug-ins in notebooks: their functions, types and help, and those of the command line."""

import shutil

from conftest import ROOT, Kernel, result
from test_assist import complete


def toy(folder):
    """A folder with a copy of the toy in it."""
    shutil.copytree(ROOT / "tests/plugins/toy", folder / "toy")
    return folder


def test_a_cell_loads_a_plugin_and_uses_it(tmp_path):
    kernel = Kernel(toy(tmp_path))
    try:
        reply, heard = kernel.execute(
            'load_plugin("toy"); let cell = create_bio_vm("cell", "toy_cell"); cell.start(); '
            "cell.toy_lamp(5.0); run(1.min); toy_twice(21)"
        )
        assert reply["status"] == "ok", reply
        assert result(heard) == "42"
        assert "toy_lamp" in complete(kernel, "toy_la")["matches"]
        assert "toy_cell" in complete(kernel, 'create_bio_vm("x", "toy_')["matches"]
        asked = {"code": "toy_lamp", "cursor_pos": 4, "detail_level": 0}
        shown = kernel.ask("inspect_request", asked)["content"]
        assert shown["found"] and "Lights a lamp" in shown["data"]["text/plain"]
        reply, _ = kernel.execute('load_plugin("../toy")')
        assert reply["status"] == "error"
    finally:
        kernel.stop()


def test_the_kernel_finds_plugins_where_it_is_told(tmp_path):
    toy(tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    for arguments, code in (
        (("--plugin", tmp_path / "toy"), "toy_twice(21)"),
        (("--plugins", tmp_path), 'load_plugin("toy"); toy_twice(21)'),
    ):
        kernel = Kernel(home, arguments)
        try:
            reply, heard = kernel.execute(code)
            assert reply["status"] == "ok", reply
            assert result(heard) == "42"
        finally:
            kernel.stop()


def example(name):
    """The example of a plug-in's README, line by line."""
    lines = (ROOT / "plugins" / name / "README.md").read_text().splitlines()
    code = []
    for line in lines:
        if line.startswith("    "):
            code.append(line.strip())
        elif code:
            break
    assert len(code) >= 5, code
    return code


def test_the_plugins_that_ship_work_in_notebooks(tmp_path):
    for name, last in (("bacillus_subtilis", 'print(cell.protein("eno"));'), ("phage_t7", "print(t7_polymerases());")):
        folder = tmp_path / name
        shutil.copytree(ROOT / "plugins" / name, folder / "plugins" / name)
        kernel = Kernel(folder)
        try:
            # A cell for each line, as users of notebooks go on.
            for line in [*example(name), last]:
                reply, heard = kernel.execute(line)
                assert reply["status"] == "ok", (line, reply)
            printed = "".join(m["content"]["text"] for m in heard if m["msg_type"] == "stream")
            assert float(printed) > 0, printed
            asked = {"code": 'package_info("phage_t7_genes")', "cursor_pos": 18, "detail_level": 0}
            shown = kernel.ask("inspect_request", asked)["content"]
            if name == "phage_t7":
                assert "* operon" in shown["data"]["text/plain"], shown
            reply, _ = kernel.execute(f'load_plugin("plugins/{name}s")')
            assert reply["status"] == "error" and name in "".join(reply["traceback"]), reply
        finally:
            kernel.stop()
