"""The kernel's side of cells in Rust, with a process that only pretends; test_rust.py has a real one."""

import os
import sys

import pytest

from conftest import Kernel, result, text

HERE = os.path.dirname(os.path.abspath(__file__))


@pytest.fixture
def rust(tmp_path, monkeypatch):
    pretender = tmp_path / "pretender"
    pretender.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HERE}/rust_pretender.py" "$@"\n')
    pretender.chmod(0o755)
    monkeypatch.setenv("BIOXEN_RUST_CELLS", str(pretender))
    kernel = Kernel(tmp_path)
    yield kernel
    kernel.stop()


def run(kernel, *lines):
    reply, messages = kernel.execute("%%rust\n" + "\n".join(lines))
    assert reply["status"] == "ok", reply
    return messages


def test_values_cross_and_what_is_shown_is_shown(rust):
    rust.execute('let dose = 50.uM; create_bio_vm("demo", "ecoli").start(); let trace = run(2.min);')
    messages = run(rust, "get dose", "get trace", "print now", "show <svg/>", "put q dose", "put t trace", "value 7")
    assert text(messages) == "now\n"
    data = next(m["content"]["data"] for m in messages if m["msg_type"] == "execute_result")
    assert data == {"text/plain": "7", "text/latex": "$x$"}
    shown = next(m["content"]["data"] for m in messages if m["msg_type"] == "display_data")
    assert shown == {"image/svg+xml": "<svg/>", "text/plain": "[image/svg+xml]"}
    assert result(rust.execute("q == dose")[1]) == "true"
    assert result(rust.execute('t["time"].len() == trace.times().len()')[1]) == "true"


def test_what_the_session_refuses_is_an_error_of_the_cell(rust):
    rust.execute("let dose = 1; const SEED = 7; let f = || 1;")
    for line, words in [("get dsoe", "did you mean `dose`?"), ("get f", "`f` is a closure"),
                        ("get dose\nput SEED dose", "`SEED` is a constant"), ("get dose\nput 1x dose", "cannot be the name")]:
        reply, _ = rust.execute(f"%%rust\n{line}")
        assert reply["ename"] == "RustError" and words in reply["evalue"], reply
    reply, _ = rust.execute("%%rust\nfail wrong type")
    assert (reply["evalue"], reply["traceback"][1]) == ("wrong type", " at In[6]"), reply


def test_an_interrupt_reaches_the_cell_and_keeps_the_session(rust):
    rust.execute("let kept = 7;")
    request = rust.client.execute("%%rust\nprint now\nwait")
    rust.wait_for(request, "stream")
    rust.ask("interrupt_request", {}, "control")
    reply, _ = rust.collect(request)
    assert (reply["status"], reply["ename"]) == ("error", "Interrupted"), reply
    assert result(rust.execute("kept")[1]) == "7"
    assert result(run(rust, "value 8")) == "8"


def test_a_process_that_ends_is_an_error_and_another_is_started(rust):
    reply, _ = rust.execute("%%rust\ndie")
    assert reply["ename"] == "RustError" and "exit status: 5" in reply["evalue"] and "why it died" in reply["evalue"], reply
    assert result(run(rust, "value 8")) == "8"


def test_what_is_typed_is_asked_with_places_in_characters(rust):
    code = "%%rust\né.pu"
    ask = {"code": code, "cursor_pos": len(code)}
    assert rust.ask("complete_request", ask)["content"]["matches"] == [], "nothing runs yet"
    run(rust, "value 1")
    reply = rust.ask("complete_request", ask)["content"]
    assert reply["matches"] == ["pushed"]
    assert code[reply["cursor_start"]:reply["cursor_end"]] == "pu", reply
    reply = rust.ask("inspect_request", {**ask, "detail_level": 0})["content"]
    assert reply["data"] == {"text/plain": " " * 6 + "\né.pu", "text/html": "<p>html</p>"}, reply
    assert rust.ask("is_complete_request", {"code": "%%rust\nlet x = (\n"})["content"]["status"] == "complete"
    assert rust.ask("is_complete_request", {"code": "%%rust\nlet x = 1;"})["content"]["status"] == "incomplete"


def test_the_first_lines_of_a_cell_of_rust(rust):
    messages = rust.execute("%%time\n%%rust\nvalue 1")[1]
    assert "wall time" in text(messages) and result(messages) == "1"
    reply, _ = rust.execute("%%svg\n%%rust\nvalue 1")
    assert reply["ename"] == "MagicError" and "cannot be combined" in reply["evalue"], reply


def test_a_missing_program_is_one_clear_error(rust, monkeypatch, tmp_path):
    monkeypatch.setenv("BIOXEN_RUST_CELLS", str(tmp_path / "nothing"))
    kernel = Kernel(tmp_path)
    reply, _ = kernel.execute("%%rust\n1")
    assert reply["ename"] == "RustError" and "BIOXEN_RUST_CELLS names" in reply["evalue"], reply
    assert result(kernel.execute("1 + 1")[1]) == "2"
    kernel.stop()


def test_rust_can_be_switched_off(tmp_path):
    kernel = Kernel(tmp_path, ["--no-rust"])
    reply, _ = kernel.execute("%%rust\n1")
    assert "--no-rust" in reply["evalue"], reply
    kernel.stop()
