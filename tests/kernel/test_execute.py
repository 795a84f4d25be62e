"""Cells: values, output, errors, and the fields of the request and of the reply."""

import re

import pytest

from conftest import TIMEOUT, result, text


# Fails when it has been answered and what was sent before has come for sure.
WAITS = 'input("go on? "); let x = 0; while x < 2000000 { x += 1 } throw `enough`'


def kinds(messages):
    return [m["msg_type"] for m in messages]


def test_a_value(kernel):
    reply, messages = kernel.execute("6 * 7")
    assert reply["status"] == "ok"
    assert reply["payload"] == [] and reply["user_expressions"] == {}
    assert kinds(messages) == ["execute_input", "execute_result"]
    assert messages[0]["content"] == {"code": "6 * 7", "execution_count": reply["execution_count"]}
    assert result(messages) == "42"
    assert messages[1]["content"]["execution_count"] == reply["execution_count"]


def test_variables_and_functions_stay(kernel):
    kernel.execute("let kept = 20; fn twice(x) { 2 * x }")
    assert result(kernel.execute("twice(kept) + 2")[1]) == "42"


def test_nothing_is_not_shown(kernel):
    assert kinds(kernel.execute("let a = 1;")[1]) == ["execute_input"]


def test_a_semicolon_keeps_quiet(kernel):
    assert kinds(kernel.execute("[1, 2].len();  // quiet")[1]) == ["execute_input"]


def test_the_counter_counts_cells_that_are_stored(kernel):
    count = kernel.execute("1")[0]["execution_count"]
    assert kernel.execute("1")[0]["execution_count"] == count + 1
    assert kernel.execute("1", store_history=False)[0]["execution_count"] == count + 1
    assert kernel.execute("1", silent=True)[0]["execution_count"] == count + 1
    assert kernel.execute("")[0]["execution_count"] == count + 1
    assert kernel.execute("1")[0]["execution_count"] == count + 2


def test_a_silent_cell_shows_nothing(kernel):
    reply, messages = kernel.execute("print(1); 2", silent=True)
    assert reply["status"] == "ok" and messages == []
    reply, messages = kernel.execute("print(1); nowhere", silent=True)
    assert reply["status"] == "error" and messages == []


def test_user_expressions(kernel):
    asked = {"good": "1 + 1", "bad": "nowhere"}
    reply, _ = kernel.execute("let a = 5;", user_expressions=asked)
    answers = reply["user_expressions"]
    assert answers["good"]["status"] == "ok"
    assert answers["good"]["data"]["text/plain"] == "2"
    assert answers["bad"]["status"] == "error" and "nowhere" in answers["bad"]["evalue"]


def test_errors_are_in_the_reply_and_on_iopub(kernel):
    reply, messages = kernel.execute('create_bio_vm("v", "ecolli");')
    assert reply["status"] == "error"
    [error] = [m["content"] for m in messages if m["msg_type"] == "error"]
    for key in ("ename", "evalue", "traceback"):
        assert error[key] == reply[key]
    assert "ecoli" in error["evalue"], "the nearest name"
    place = f"In[{reply['execution_count']}]:1:"
    assert any(place in line for line in error["traceback"])
    assert any(re.search(r"\x1b\[[\d;]*[39]1m\^", line) for line in error["traceback"]), "a red caret"


def test_output_is_gathered_and_complete(kernel):
    code = "for i in 0..10000 { print(`line ${i}`) }"
    _, messages = kernel.execute(code)
    assert text(messages) == "".join(f"line {i}\n" for i in range(10000))
    assert len([m for m in messages if m["msg_type"] == "stream"]) < 200


def test_output_comes_before_the_cell_ends(kernel):
    request = kernel.client.execute('print("early"); let x = 0; while x < 3000000 { x += 1 }')
    early = kernel.wait_for(request, "stream")
    assert early["content"]["text"] == "early\n"
    reply, _ = kernel.collect(request)
    assert reply["status"] == "ok"


def test_output_of_one_cell_has_an_end(start):
    kernel = start("--output-limit", "1")
    _, messages = kernel.execute('for i in 0..30000 { print("0123456789012345678901234567890123456789") }')
    assert 900_000 < len(text(messages)) <= 1 << 20
    assert "more than 1 MB" in text(messages, "stderr")
    assert text(kernel.execute("print(1)")[1]) == "1\n"


def test_nothing_comes_after_idle(kernel):
    for _ in range(20):
        request = kernel.client.execute('print("x"); 1')
        _, messages = kernel.collect(request)
        assert kinds(messages) == ["execute_input", "stream", "execute_result"]
    kernel.nothing_more(request)


def test_cells_behind_an_error_are_given_up(kernel):
    first = kernel.client.execute(WAITS)
    kernel.client.get_stdin_msg(timeout=TIMEOUT)
    second = kernel.client.execute("1")
    info = kernel.client.kernel_info()
    third = kernel.client.execute("2")
    kernel.client.input("")
    assert kernel.collect(first)[0]["status"] == "error"
    replies = {}
    while len(replies) < 3:
        message = kernel.client.get_shell_msg(timeout=TIMEOUT)
        replies[message["parent_header"]["msg_id"]] = message["content"]
    assert replies[second]["status"] == replies[third]["status"] == "aborted"
    assert replies[info]["status"] == "ok"
    assert result(kernel.execute("3")[1]) == "3"


def test_cells_behind_an_error_can_go_on(kernel):
    first = kernel.client.execute(WAITS, stop_on_error=False)
    kernel.client.get_stdin_msg(timeout=TIMEOUT)
    second = kernel.client.execute("1")
    kernel.client.input("")
    assert kernel.collect(first)[0]["status"] == "error"
    assert kernel.collect(second)[0]["status"] == "ok"


def test_metadata_and_buffers_do_no_harm(kernel):
    session = kernel.client.session
    message = session.msg("execute_request", {"code": "1", "unknown": [1]}, metadata={"a": 1})
    message["buffers"] = [b"\x00\xff"]
    kernel.client.shell_channel.send(message)
    assert kernel.shell_reply(message["header"]["msg_id"])["content"]["status"] == "ok"


@pytest.mark.parametrize("code", ["%%tme\n1", "%%vm\n1", "%%vm nobody\n1", "?nonesuch"])
def test_what_cannot_be_said_is_explained(kernel, code):
    assert kernel.execute(code)[0]["status"] == "error"


def test_time(kernel):
    _, messages = kernel.execute("%%time\n21 * 2")
    assert "wall time" in text(messages) and result(messages) == "42"


def test_a_cell_on_another_vm(kernel):
    kernel.execute('create_bio_vm("one", "ecoli").start(); create_bio_vm("two", "syn3a").start();')
    kernel.execute('attach("one");')
    assert result(kernel.execute("%%vm two\ncurrent_vm().id")[1]) == "two"
    assert result(kernel.execute("current_vm().id")[1]) == "one"
    reply, messages = kernel.execute("%%vm two\n\nnowhere")
    assert f"In[{reply['execution_count']}]:3:1" in "\n".join(reply["traceback"])
    assert result(kernel.execute("current_vm().id")[1]) == "one"


def test_writing_files(kernel):
    reply, messages = kernel.execute("%%writefile notes/a.txt\nhello\nworld")
    assert reply["status"] == "ok" and "notes/a.txt" in text(messages)
    assert "out of the notebook's folder" in kernel.execute("%%writefile ../a.txt\nx")[0]["evalue"]


def test_help_goes_to_the_pager(kernel):
    for code in ("?create_bio_vm", "create_bio_vm?", "??create_bio_vm"):
        reply, _ = kernel.execute(code)
        [page] = reply["payload"]
        assert page["source"] == "page" and page["start"] == 0
        assert "create_bio_vm" in page["data"]["text/plain"]
        assert "create_bio_vm" in page["data"]["text/markdown"]


def test_messages_come_in_their_order(kernel):
    """Busy first, the input, what the cell shows in the order in which it does, idle last."""
    code = 'print("a"); debug("b"); print("c"); plot_resources(run(1.min)).show(); print("d"); 5'
    request = kernel.client.execute(code)
    seen = []
    while not seen or seen[-1] != "idle":
        message = kernel.client.get_iopub_msg(timeout=TIMEOUT)
        if message["parent_header"].get("msg_id") == request:
            content = message["content"]
            seen.append(content.get("execution_state") or content.get("text") or message["msg_type"])
    debug = 'line 1, position 13: "b"\n'
    assert seen == ["busy", "execute_input", "a\n", debug, "c\n", "display_data", "d\n", "execute_result", "idle"]
    kernel.shell_reply(request)
    kernel.nothing_more(request)


def test_two_clients_at_once(kernel):
    """Cells of two clients are executed one after the other, and each gets its own replies."""
    other = kernel.connect()
    try:
        mine = [kernel.client.execute(f"print(`mine {i}`); {i}") for i in range(20)]
        theirs = [other.execute(f"print(`theirs {i}`); {i}") for i in range(20)]
        for i, request in enumerate(mine):
            assert kernel.shell_reply(request)["content"]["status"] == "ok"
            assert text(kernel.until_idle(request)) == f"mine {i}\n"
        replies = {other.get_shell_msg(timeout=TIMEOUT)["parent_header"]["msg_id"] for _ in theirs}
        assert replies == set(theirs)
    finally:
        other.stop_channels()
