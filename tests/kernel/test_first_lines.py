"""What a cell may begin with, what it shows at most, and how it ends."""

import pytest

from conftest import result, text


def page(reply):
    [page] = reply["payload"]
    return page["data"]["text/plain"]


def test_blank_lines_may_stand_before_the_first(kernel):
    assert "run(duration)" in page(kernel.execute("\n?run")[0])
    reply, messages = kernel.execute("?run\n1 + 1")
    assert "run(duration)" in page(reply) and result(messages) == "2"
    _, messages = kernel.execute("\n%%time\n\n%%svg\n21 * 2")
    assert "wall time" in text(messages) and result(messages) == "42"
    kernel.execute('create_bio_vm("f", "ecoli").start();')
    [shown] = [m for m in kernel.execute("%%time\n%%svg\nplot_resources(run(1.min))")[1]
               if m["msg_type"] == "execute_result"]
    assert "image/svg+xml" in shown["content"]["data"] and "image/png" not in shown["content"]["data"]


@pytest.mark.parametrize("code, word", [
    ("// c\n?run", "`?run` in line 2"), ("1+1\n?run", "`?run` in line 2"), ("// c\n%%time\n1", "`%%time` in line 2"),
    ("1;\n%%vm b\n1", "`%%vm` in line 2"), ("%%time 1+1", "begins in the next line"), ("%who", "variables()"),
    ("%lsmagic", "%%writefile"), ("!ls", "shell"),
])
def test_what_is_not_first_is_an_error(kernel, code, word):
    reply, _ = kernel.execute(code)
    assert reply["status"] == "error" and word in reply["evalue"]


@pytest.mark.parametrize("code", ["? run", "run ?", "?run;", "?run()", "?%%vm", "?", "?print", "?let"])
def test_questions_of_every_form(kernel, code):
    assert page(kernel.execute(code)[0])
    assert kernel.ask("is_complete_request", {"code": code})["content"]["status"] == "complete"


@pytest.mark.parametrize("code, status", [
    ("run??", "complete"), ("?run", "complete"), ("%%time\nnow()", "complete"), ("if y > 3", "incomplete"),
    ("if x", "incomplete"), ("if x {} else", "incomplete"), ("unknown_name", "complete"),
])
def test_the_form_says_what_is_complete(kernel, code, status):
    assert kernel.ask("is_complete_request", {"code": code})["content"]["status"] == status


def test_all_that_a_cell_shows_counts(start):
    kernel = start("--output-limit", "1")
    _, messages = kernel.execute('let s = ""; s.pad(3000000, "x"); print(s)')
    assert len(text(messages)) == 1 << 20 and "more than 1 MB" in text(messages, "stderr")
    _, messages = kernel.execute("s")
    assert len(result(messages)) == 1 << 20 and "more than 1 MB" in text(messages, "stderr")
    _, messages = kernel.execute("for i in 0..5 { display(s.sub_string(0, 300000)) }")
    shown = [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] == "display_data"]
    assert sum(map(len, shown)) == 1 << 20 and "more than 1 MB" in text(messages, "stderr")
    assert result(kernel.execute("1")[1]) == "1"


def test_long_values_are_shortened(kernel):
    shown = result(kernel.execute("let v = []; for i in 0..5000 { v.push(i) } v")[1])
    assert shown.startswith("[0, 1, 2,") and shown.endswith("998, 999, ..] (5000 values)")
    _, messages = kernel.execute("v.map(|i| #{number: i, square: i * i})")
    [value] = [m["content"]["data"] for m in messages if m["msg_type"] == "execute_result"]
    assert "4800 rows" in value["text/html"] and "4940 rows" in value["text/markdown"]
    assert value["text/plain"].endswith("(5000 values)")


def test_exit_ends_the_cell_and_says_so(kernel):
    reply, messages = kernel.execute("print(1); exit(3); print(2)")
    assert reply["status"] == "ok" and text(messages) == "1\n" and "kernel goes on" in text(messages, "stderr")
    assert [m["msg_type"] for m in messages if m["msg_type"] == "execute_result"] == []
    assert [p["source"] for p in kernel.execute("exit()")[0]["payload"]] == ["ask_exit"]
    assert result(kernel.execute("1")[1]) == "1"


def test_constants_stay(kernel):
    kernel.execute("const FOLD_ = 2;")
    assert result(kernel.execute("fn folds() { global::FOLD_ } folds()")[1]) == "2"
    assert result(kernel.execute("folds() + 1")[1]) == "3"
