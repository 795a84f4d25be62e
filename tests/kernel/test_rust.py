"""Cells in Rust in the kernel, with the program that `make rust-cells` builds."""

import os
from pathlib import Path

import psutil
import pytest

from conftest import Kernel, TARGET, result, text, wait_until

PROGRAM = Path(os.environ.get("BIOXEN_RUST_CELLS", TARGET / "debug/bioxen-rust-cells"))


@pytest.fixture(scope="module")
def rust(tmp_path_factory):
    assert PROGRAM.is_file(), f"{PROGRAM} is missing: make rust-cells"
    kernel = Kernel(tmp_path_factory.mktemp("rust"))
    yield kernel
    kernel.stop()


def run(kernel, code):
    reply, messages = kernel.execute(f"%%rust\n{code}")
    assert reply["status"] == "ok", "\n".join(reply.get("traceback", [str(reply)]))
    return messages


def test_values_cross_and_variables_stay(rust):
    rust.execute('create_bio_vm("demo", "ecoli").start(); let trace = run(5.min); let dose = 50.uM;')
    messages = run(rust, "let rows = bioxen::get(\"trace\").table()?.rows();\nrows")
    rows = int(result(messages))
    assert rows == int(result(rust.execute("trace.times().len()")[1])) > 1
    run(rust, 'bioxen::put("doubled", 2 * rows as i64); bioxen::put("q", bioxen::get("dose"));')
    assert int(result(rust.execute("doubled")[1])) == 2 * rows
    assert result(rust.execute("q == dose")[1]) == "true"


def test_the_start_has_a_line_that_tells_how_long(rust):
    """Of the first cell, which has run before this test, nothing may look like an error."""
    assert text(run(rust, 'println!("a"); print!("b");')).endswith("a\nb")


def test_errors_stand_at_the_lines_of_the_cell(rust):
    reply, _ = rust.execute("%%rust\n\nlet x: i32 = \"a\";")
    assert (reply["status"], reply["ename"]) == ("error", "RustError"), reply
    trace = "\n".join(reply["traceback"])
    assert "mismatched types" in reply["evalue"] and ":3:14" in trace and "\x1b[" in trace, trace
    reply, _ = rust.execute('%%rust\nlet v: Vec<i32> = Vec::new();\nv[3]')
    assert "index out of bounds" in reply["evalue"] and ":3:1" in "\n".join(reply["traceback"])


def test_an_interrupt_keeps_the_session(rust):
    run(rust, "let kept = 7;")
    request = rust.client.execute('%%rust\nprintln!("now"); loop {}')
    rust.wait_for(request, "stream")
    rust.ask("interrupt_request", {}, "control")
    reply, _ = rust.collect(request)
    assert (reply["status"], reply["ename"]) == ("error", "Interrupted"), reply
    assert "`kept`" in "\n".join(reply["traceback"])
    assert result(rust.execute("list_vms().len()")[1]) == "1"
    assert result(run(rust, "1 + 1")) == "2"


def test_figures_and_forms(rust):
    messages = run(rust, 'bioxen::display("image/svg+xml", "<svg/>"); 5')
    shown = [m["content"]["data"] for m in messages if m["msg_type"] == "display_data"]
    assert shown[-1]["image/svg+xml"] == "<svg/>" and "text/plain" in shown[-1]


def test_what_is_typed_is_completed_and_explained(rust):
    run(rust, "let counts = vec![1, 2]; fn double(x: i32) -> i32 { 2 * x }")
    code = "%%rust\ncounts.pus"
    reply = rust.ask("complete_request", {"code": code, "cursor_pos": len(code)})["content"]
    assert any(m.startswith("push") for m in reply["matches"]), reply
    assert code[reply["cursor_start"]:reply["cursor_end"]] == "pus"
    reply = rust.ask("inspect_request", {"code": "%%rust\ndouble(1)", "cursor_pos": 9, "detail_level": 0})["content"]
    assert reply["found"] and "double(x: i32)" in reply["data"]["text/plain"], reply


def test_nothing_of_rust_stays_when_the_kernel_is_killed(tmp_path):
    kernel = Kernel(tmp_path)
    run(kernel, "1")
    process = psutil.Process(kernel.manager.provisioner.pid)
    below = process.children(recursive=True)
    folders = [p.cmdline()[1] for p in below if p.name().startswith("bioxen-rust-cel") and len(p.cmdline()) > 1]
    assert below and folders and all(os.path.isdir(f) for f in folders)
    process.kill()
    wait_until(lambda: not any(p.is_running() and p.status() != "zombie" for p in below))
    wait_until(lambda: not any(os.path.exists(f) for f in folders))
    kernel.stop()


def test_two_vms_and_an_empty_table_in_one_cell(rust):
    rust.execute(
        'for id in ["one", "two"] { let vm = quick_start_vm("ecoli", id); vm.start_transcription(["lacZ"]); } '
        "let both = run(3.min); let empty = table([#{a: 1.0}]).filter(|row| row.a > 2.0);"
    )
    code = (
        'let both = bioxen::get("both");\n'
        'let (one, two) = (both.column("one.lacZ.mrna")?.numbers()?, both.column("two.lacZ.mrna")?.numbers()?);\n'
        'bioxen::put("sum", one.last().unwrap() + two.last().unwrap());\n'
        'bioxen::put("nothing", bioxen::get("empty"));'
    )
    run(rust, code)
    asked = 'sum == both.final("one.lacZ.mrna") + both.final("two.lacZ.mrna")'
    assert result(rust.execute(asked)[1]) == "true"
    assert result(rust.execute("nothing.len()")[1]) == "0"
    reply, _ = rust.execute('%%rust\nbioxen::get("both").column("lacZ.mrna")?;')
    assert "one.lacZ.mrna" in reply["evalue"] and "two.lacZ.mrna" in reply["evalue"], reply


def test_an_interrupt_in_the_middle_of_a_big_value_keeps_the_session(rust):
    run(rust, 'let big: Vec<f64> = (0..1_000_000).map(f64::from).collect(); bioxen::put("big", bioxen::Table::new([bioxen::Column::new("time", big)])?);')
    for code in ('bioxen::get("big");', 'bioxen::put("other", bioxen::get("big"));'):
        request = rust.client.execute(f'%%rust\nprintln!("now"); loop {{ {code} }}')
        rust.wait_for(request, "stream")
        rust.ask("interrupt_request", {}, "control")
        reply, _ = rust.collect(request)
        assert (reply["status"], reply["ename"]) == ("error", "Interrupted"), reply
        assert result(rust.execute("big.len()")[1]) == "1000000"
        assert result(run(rust, 'bioxen::get("big").table()?.rows()')) == "1000000"


def test_a_kernel_that_restarts_has_a_new_rust(tmp_path):
    kernel = Kernel(tmp_path)
    try:
        run(kernel, "let kept = 1; fn three() -> i32 { 3 }")
        kernel.execute("let mine = 5;")
        below = psutil.Process(kernel.manager.provisioner.pid).children(recursive=True)
        assert below
        kernel.client.stop_channels()
        kernel.manager.restart_kernel()
        kernel.client = kernel.connect()
        wait_until(lambda: not any(p.is_running() and p.status() != "zombie" for p in below))
        reply, _ = kernel.execute("%%rust\nkept + three()")
        assert reply["status"] == "error" and "kept" in "\n".join(reply["traceback"]), reply
        reply, _ = kernel.execute('%%rust\nbioxen::get("mine");')
        assert "mine" in reply["evalue"], reply
        assert result(run(kernel, "let kept = 2; kept")) == "2"
    finally:
        kernel.stop()
