"""Interrupting keeps everything; asking the user; what can be shown while a cell runs."""

import os
import signal
import time

import pytest

from conftest import TIMEOUT, result, text


def interrupted(kernel, code, wait=0.3):
    """The reply to a cell that is interrupted while it runs, or as it begins."""
    request = kernel.client.execute(code)
    kernel.wait_for(request, "execute_input")
    time.sleep(wait)
    kernel.ask("interrupt_request", {}, "control")
    return kernel.collect(request)[0]


@pytest.mark.parametrize("code", [
    "loop { kept += 1 }",
    "let f = || { loop { kept += 1 } }; f.call()",
    "run(10000.h);",
    "ensemble(500, 10.h);",
    "let t = run(1.h); loop { display(plot_resources(t, #{width: 3000, height: 3000})); }",
    'input("name? ")',
])
@pytest.mark.parametrize("wait", [0.0, 0.5])
def test_an_interrupt_keeps_everything(kernel, code, wait):
    kernel.execute('let kept = 1; if list_vms().len() == 0 { create_bio_vm("v", "ecoli").start(); }')
    reply = interrupted(kernel, code, wait)
    assert (reply["status"], reply["ename"]) == ("error", "Interrupted"), reply
    assert int(result(kernel.execute("kept")[1])) >= 1
    assert result(kernel.execute("list_vms().len()")[1]) == "1"
    assert kernel.execute("run(1.min);")[0]["status"] == "ok"


def test_what_an_interrupted_run_recorded_is_there(kernel):
    kernel.execute('if list_vms().len() == 0 { create_bio_vm("v", "ecoli").start(); }')
    reply = interrupted(kernel, "let tr = run(10000.h)", 0.5)
    assert "interrupted_trace()" in "\n".join(reply["traceback"])
    assert int(result(kernel.execute("let tr = interrupted_trace(); tr.times().len()")[1])) > 1


def test_the_drawing_of_a_value_is_interrupted(kernel):
    """However quick the machine is: the last thing that the text does is to tell that it ends."""
    kernel.execute('if list_vms().len() == 0 { create_bio_vm("v", "ecoli").start(); } let t = run(1.h);')
    code = 'print("now"); plot_resources(t, #{width: 4000, height: 4000})'
    for _ in range(3):
        request = kernel.client.execute(code)
        kernel.wait_for(request, "stream")
        kernel.ask("interrupt_request", {}, "control")
        reply, messages = kernel.collect(request)
        assert reply["status"] == "ok" or reply["ename"] == "Interrupted", reply
        shown = [m for m in messages if m["msg_type"] == "execute_result"]
        assert len(shown) == (reply["status"] == "ok"), "all of it or nothing"


def test_an_interrupt_leaves_the_current_vm(kernel):
    kernel.execute("%%vm v\n1")
    kernel.execute('create_bio_vm("w", "syn3a"); attach("v");')
    reply = interrupted(kernel, "%%vm w\nloop {}")
    assert reply["ename"] == "Interrupted"
    assert result(kernel.execute("current_vm().id")[1]) == "v"


def test_an_interrupt_of_nothing_is_nothing(kernel):
    assert kernel.ask("interrupt_request", {}, "control")["content"] == {"status": "ok"}
    assert result(kernel.execute("1 + 1")[1]) == "2"


def test_sigint_interrupts_too(kernel):
    request = kernel.client.execute("loop {}")
    kernel.wait_for(request, "execute_input")
    time.sleep(0.3)
    os.kill(kernel.pid, signal.SIGINT)
    assert kernel.collect(request)[0]["ename"] == "Interrupted"
    assert kernel.manager.is_alive()


def test_control_is_answered_while_a_cell_runs(kernel):
    request = kernel.client.execute("loop {}")
    kernel.wait_for(request, "execute_input")
    assert kernel.ask("kernel_info_request", {}, "control")["content"]["status"] == "ok"
    kernel.ask("interrupt_request", {}, "control")
    kernel.collect(request)


def asked(kernel, request):
    """The question of a cell; not one that an interrupt has answered."""
    while True:
        question = kernel.client.get_stdin_msg(timeout=TIMEOUT)
        if question["parent_header"]["msg_id"] == request:
            return question


def test_asking_the_user(kernel):
    request = kernel.client.execute('let name = input("your name? "); `hello ${name}`')
    question = asked(kernel, request)
    assert question["msg_type"] == "input_request"
    assert question["content"] == {"prompt": "your name? ", "password": False}
    assert question["parent_header"]["msg_id"] == request
    kernel.client.input("Ada")
    reply, messages = kernel.collect(request)
    assert reply["status"] == "ok" and result(messages) == "hello Ada"


def test_who_may_not_be_asked_is_not(kernel):
    reply, _ = kernel.execute('input("name? ")', allow_stdin=False)
    assert reply["status"] == "error"


def test_a_long_run_shows_one_line(kernel):
    code = """
        if list_vms().len() == 0 { create_bio_vm("v", "ecoli").start(); }
        let v = attach(list_vms()[0]); v.start_transcription(["lacZ", "tufA"]);
        run(3000.h);
    """
    request = kernel.client.execute(code)
    first = kernel.wait_for(request, "display_data")["content"]
    assert "host growth" in first["data"]["text/plain"]
    times = [time.monotonic()]
    for _ in range(5):
        update = kernel.wait_for(request, "update_display_data")["content"]
        assert update["transient"] == first["transient"]
        assert "<progress" in update["data"]["text/html"]
        times.append(time.monotonic())
    kernel.ask("interrupt_request", {}, "control")
    _, messages = kernel.collect(request)
    assert [m["msg_type"] for m in messages].count("display_data") == 0, "one line only"
    last = [m for m in messages if m["msg_type"] == "update_display_data"][-1]["content"]
    assert last["data"]["text/plain"].startswith("ran ") and " events, " in last["data"]["text/plain"]
    assert times[-1] - times[0] > 0.3, "not more than ten a second"


def test_printing_goes_on_in_a_loop(kernel):
    _, messages = kernel.execute('for i in 0..3 { print(i) }')
    assert text(messages) == "0\n1\n2\n"
