"""What went wrong once in the hands of its users: each test here failed before it was mended."""

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path

import psutil
import pytest
import resource
import zmq
from jupyter_client.manager import KernelManager
from jupyter_client.session import Session
from zmq.utils.monitor import recv_monitor_message

from conftest import TIMEOUT, Kernel, program, result, text, wait_until
from test_hostile import GREETING, PORTS, ready

# Answers, field by field

REQUESTS = {
    "kernel_info_request": {},
    "is_complete_request": {"code": "1"},
    "complete_request": {"code": "1", "cursor_pos": 1},
    "inspect_request": {"code": "nonesuch_", "cursor_pos": 3},
    "history_request": {"hist_access_type": "tail", "n": 1, "output": False, "raw": True},
    "comm_info_request": {},
    "execute_request": {"code": "1", "silent": False, "store_history": True, "user_expressions": {},
                        "allow_stdin": False, "stop_on_error": True},
}


class Reference(Kernel):
    """ipykernel."""

    def __init__(self, cwd):
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(cwd), stderr=subprocess.DEVNULL)
        self.client = self.connect()


def keys(kernel, fails, waits):
    """The fields of every kind of reply."""
    found = {kind: set(kernel.ask(kind, content)["content"]) for kind, content in REQUESTS.items()}
    found["error"] = set(kernel.execute(fails)[0])
    first = kernel.client.execute(waits)
    kernel.client.get_stdin_msg(timeout=TIMEOUT)
    behind = kernel.client.execute("1")
    kernel.client.input("")
    kernel.collect(first)
    found["aborted"] = set(kernel.shell_reply(behind)["content"])
    found["interrupt"] = set(kernel.ask("interrupt_request", {}, "control")["content"])
    found["shutdown"] = set(kernel.ask("shutdown_request", {"restart": False}, "control")["content"])
    return found


def test_replies_say_what_those_of_ipykernel_say(tmp_path):
    ours, theirs = Kernel(tmp_path), Reference(tmp_path)
    try:
        mine = keys(ours, "nowhere", 'input("?"); let x = 0; while x < 1000000 { x += 1 } throw 1')
        other = keys(theirs, "nowhere", 'input("?"); import time; time.sleep(1); raise ValueError')
    finally:
        ours.stop()
        theirs.stop()
    # Of the client library and of its own, beside the protocol.
    optional = {"supported_features", "engine_info", "debugger"}
    for kind, fields in other.items():
        assert fields - optional <= mine[kind] - optional, kind
        if kind != "kernel_info_request":
            assert mine[kind] - optional <= fields - optional, kind
    assert mine["aborted"] == {"status"}, "no number of a cell that was not executed"


def test_an_aborted_cell_takes_no_number(kernel):
    count = kernel.execute("1")[0]["execution_count"]
    first = kernel.client.execute('input("?"); let x = 0; while x < 1000000 { x += 1 } throw 1')
    kernel.client.get_stdin_msg(timeout=TIMEOUT)
    behind = [kernel.client.execute(f"{i}") for i in range(3)]
    kernel.client.input("")
    assert kernel.collect(first)[0]["execution_count"] == count + 1
    for request in behind:
        assert kernel.shell_reply(request)["content"] == {"status": "aborted"}
    assert kernel.execute("1")[0]["execution_count"] == count + 2


# Options

@pytest.mark.parametrize("front", [True, False])
def test_folders_can_be_allowed(tmp_path, front):
    work, other = tmp_path / "work", tmp_path / "other"
    work.mkdir(), other.mkdir()
    (other / "a.rhai").write_text("fn f() { 7 }")
    options = ["--allow-write", str(other), "--allow-read", str(other)]
    manager = KernelManager(kernel_name="bioxen")
    file = ["--connection-file", "{connection_file}"]
    manager.kernel_spec.argv = [str(program()), *(options + file if front else file + options)]
    kernel = Kernel.of(manager, work)
    try:
        assert kernel.execute(f'create_bio_vm("a", "ecoli").start(); run(1.min).to_csv("{other}/t.csv")')[0]["status"] == "ok"
        assert (other / "t.csv").is_file()
        assert kernel.execute(f'run(1.min).to_csv("{tmp_path}/no.csv")')[0]["status"] == "error"
        assert not (tmp_path / "no.csv").exists()
        assert kernel.execute(f"%%writefile {other}/notes.txt\nhello")[0]["status"] == "ok"
        assert (other / "notes.txt").read_text() == "hello"
        reply, _ = kernel.execute(f"%%writefile {tmp_path}/no.txt\nhello")
        assert "bioxen-kernel install --allow-write" in reply["evalue"] and not (tmp_path / "no.txt").exists()
    finally:
        kernel.stop()


def test_advice_names_what_there_is(tmp_path, kernel):
    reply, _ = kernel.execute(f'run(1.min).to_csv("{tmp_path}/t.csv")')
    assert "bioxen-kernel install --allow-write" in reply["evalue"] and "kernel.json" in reply["evalue"]
    reply, _ = kernel.execute(f'create_bio_vm("zz", "ecoli", "basic", #{{genome_file: "{tmp_path}/x.genome"}})')
    assert "bioxen-kernel install --allow-read" in reply["evalue"]
    limited = Kernel(tmp_path, ["--max-operations", "10000"])
    try:
        reply, _ = limited.execute("loop {}")
        assert reply["status"] == "error" and reply["ename"] != "Interrupted"
        assert "bioxen-kernel install --max-operations" in "\n".join(reply["traceback"])
        assert result(limited.execute("1 + 1")[1]) == "2"
    finally:
        limited.stop()


@pytest.mark.parametrize("option, value, code", [
    ("--max-call-depth", "9", "fn f(n) { if n == 0 { 0 } else { f(n - 1) } } f(20)"),
    ("--max-string", "100", 'let s = "x"; s.pad(200, "y"); s'),
    ("--max-array", "100", "let a = []; a.pad(200, 1); a"),
    ("--max-map", "3", "#{a: 1, b: 2, c: 3, d: 4, e: 5}"),
    ("--max-expression-depth", "8", "((((((((((((1))))))))))))"),
])
def test_limits_of_the_command_are_limits_of_the_kernel(tmp_path, option, value, code):
    kernel = Kernel(tmp_path, [option, value])
    try:
        assert kernel.execute(code)[0]["status"] == "error"
        assert result(kernel.execute("1 + 1")[1]) == "2"
    finally:
        kernel.stop()


def call(*arguments, **environment):
    return subprocess.run([program(), *map(str, arguments)], capture_output=True, text=True, timeout=TIMEOUT,
                          stdin=subprocess.DEVNULL, env={**os.environ, **environment})


def test_the_kernel_has_the_options_of_the_command():
    """What limits there are stands in one place, so that none is forgotten."""
    def limits(*command):
        shown = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=True).stdout
        return {word for word in shown.split() if word.startswith(("--allow-", "--max-"))}

    command = limits(program().parent / "bioxen", "run", "--help")
    assert {"--allow-read", "--allow-write", "--max-operations"} <= command
    assert limits(program(), "--help") >= command and limits(program(), "install", "--help") >= command


@pytest.mark.parametrize("wrong, near", [
    ("--allow-wrte", "--allow-write"), ("--max-operation", "--max-operations"), ("--no-histry", "--no-history"),
    ("--figure", "--figures"), ("--zzz", ""), ("-x", ""),
])
@pytest.mark.parametrize("front", [True, False])
def test_unknown_options_are_errors(tmp_path, wrong, near, front):
    file = ["-f", tmp_path / "none.json"]
    done = call(*([wrong, *file] if front else [*file, wrong]))
    assert done.returncode == 2 and wrong in done.stderr and near in done.stderr, done.stderr
    assert call("install", "--prefix", tmp_path, wrong).returncode == 2
    assert not (tmp_path / "share").exists()


@pytest.mark.parametrize("wrong", [["--max-operations", "0"], ["--max-operations", "many"], ["--figures", "gif"],
                                   ["--output-limit", "0"], ["--allow-write"]])
def test_wrong_values_are_errors(tmp_path, wrong):
    assert call(*wrong, "-f", tmp_path / "none.json").returncode == 2
    assert call("install", "--prefix", tmp_path, *wrong).returncode == 2


def test_a_wrong_command_names_the_nearest():
    done = call("instal")
    assert done.returncode == 2 and "`install`" in done.stderr


def test_install_writes_options_down(tmp_path):
    """They are as they were given, folders are those of the call, and the kernel starts with them."""
    (tmp_path / "other").mkdir()
    options = ["--allow-write", "other", "--allow-read", "/tmp", "--max-operations", "100000", "--no-history",
               "--figures", "svg", "--output-limit", "3"]
    done = subprocess.run([program(), "install", "--prefix", tmp_path, "--name", "mine", *options], cwd=tmp_path,
                          capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 0, done.stderr
    spec = json.loads((tmp_path / "share/jupyter/kernels/mine/kernel.json").read_text())
    given = spec["argv"][3:]
    assert sorted(given) == sorted(["--allow-write", str(tmp_path / "other"), *options[2:]])
    assert "--max-operations 100000" in done.stdout
    doctor = call("doctor", "--prefix", tmp_path, "--name", "mine", BIOXEN_HISTORY=str(tmp_path / "h"))
    assert doctor.returncode == 0, doctor.stdout
    manager = KernelManager(kernel_name="bioxen")
    manager.kernel_spec.argv = spec["argv"]
    kernel = Kernel.of(manager, tmp_path)
    try:
        assert kernel.execute(f'create_bio_vm("a", "ecoli").start(); run(1.min).to_csv("{tmp_path}/other/t.csv")')[0]["status"] == "ok"
        assert kernel.execute("loop {}")[0]["status"] == "error"
        [shown] = [m for m in kernel.execute("plot_resources(run(1.min))")[1] if m["msg_type"] == "execute_result"]
        assert set(shown["content"]["data"]) == {"text/plain", "image/svg+xml"}
    finally:
        kernel.stop()
    # Installed again without options they are gone.
    assert call("install", "--prefix", tmp_path, "--name", "mine").returncode == 0
    assert len(json.loads((tmp_path / "share/jupyter/kernels/mine/kernel.json").read_text())["argv"]) == 3
    spec["argv"].append("--nonsense")
    (tmp_path / "share/jupyter/kernels/mine/kernel.json").write_text(json.dumps(spec))
    doctor = call("doctor", "--prefix", tmp_path, "--name", "mine", BIOXEN_HISTORY=str(tmp_path / "h"))
    assert doctor.returncode == 1 and "--nonsense" in doctor.stdout


def test_what_front_ends_add_is_no_option(tmp_path):
    """`jupyter run` passes its file on."""
    manager = KernelManager(kernel_name="bioxen")
    manager.kernel_spec.argv = [*manager.kernel_spec.argv, "script.rhai"]
    kernel = Kernel.of(manager, tmp_path)
    try:
        assert result(kernel.execute("1 + 1")[1]) == "2"
    finally:
        kernel.stop()


# Clients that share a name

def test_two_connections_of_one_name_both_get_their_answers(kernel, connection):
    session, context = Session(key=connection["key"].encode()), zmq.Context()

    def dealer():
        s = context.socket(zmq.DEALER)
        s.identity = b"same"
        monitor = s.get_monitor_socket(zmq.EVENT_CONNECTED | zmq.EVENT_DISCONNECTED)
        s.connect(f"tcp://127.0.0.1:{connection['shell_port']}")
        return s, monitor

    try:
        sockets = [dealer() for _ in range(3)]
        asked = {i: set() for i in range(3)}
        for _ in range(100):
            for i, (s, _) in enumerate(sockets):
                asked[i].add(session.send(s, "comm_info_request", {})["header"]["msg_id"])
        for i, (s, _) in enumerate(sockets):
            while asked[i]:
                assert s.poll(1000 * TIMEOUT)
                _, frames = session.feed_identities(s.recv_multipart())
                asked[i].remove(session.deserialize(frames)["parent_header"]["msg_id"])
        for _, monitor in sockets:
            events = []
            while monitor.poll(0):
                events.append(recv_monitor_message(monitor)["event"])
            assert events == [zmq.EVENT_CONNECTED], "each has connected once and stays"
    finally:
        context.destroy(linger=0)


def test_questions_go_to_the_client_whose_cell_asks(kernel):
    other = kernel.connect()
    try:
        for i in range(20):
            asker, bystander = (kernel.client, other) if i % 2 else (other, kernel.client)
            request = asker.execute(f'input("{i}?")', allow_stdin=True)
            question = asker.get_stdin_msg(timeout=TIMEOUT)
            assert question["parent_header"]["msg_id"] == request
            # What the other one says is no answer.
            bystander.input("wrong")
            asker.input(f"answer {i}")
            _, messages = kernel.collect_of(asker, request)
            assert result(messages) == f'answer {i}'
            assert not bystander.stdin_channel.msg_ready()
    finally:
        other.stop_channels()


def test_who_is_asked_and_goes_is_asked_again_when_it_is_back(kernel, connection):
    session, context = Session(key=connection["key"].encode()), zmq.Context()

    def dealer(port):
        s = context.socket(zmq.DEALER)
        s.identity = b"comes back"
        s.connect(f"tcp://127.0.0.1:{connection[port]}")
        return s

    try:
        shell, first = dealer("shell_port"), dealer("stdin_port")
        request = session.send(shell, "execute_request", {"code": 'input("?")'})["header"]["msg_id"]
        assert first.poll(1000 * TIMEOUT)
        first.close(linger=0)
        second = dealer("stdin_port")
        assert second.poll(1000 * TIMEOUT), "the question again"
        session.send(second, "input_reply", {"value": "here"})
        assert shell.poll(1000 * TIMEOUT)
        _, frames = session.feed_identities(shell.recv_multipart())
        reply = session.deserialize(frames)
        assert (reply["parent_header"]["msg_id"], reply["content"]["status"]) == (request, "ok")
    finally:
        context.destroy(linger=0)


# Copies

@pytest.fixture
def raw_shell(connection):
    """A session with the key, and a socket to the shell."""
    context = zmq.Context()
    s = context.socket(zmq.DEALER)
    s.connect(f"tcp://127.0.0.1:{connection['shell_port']}")
    yield Session(key=connection["key"].encode()), s
    context.destroy(linger=0)


def replies(session, s, last):
    """What was answered up to the answer to a message."""
    found = []
    while not found or found[-1]["parent_header"].get("msg_id") != last:
        assert s.poll(1000 * TIMEOUT)
        _, frames = session.feed_identities(s.recv_multipart())
        found.append(session.deserialize(frames))
    return found


def test_a_copy_of_a_message_is_not_executed(kernel, raw_shell):
    kernel.execute("let runs = 0;")
    session, s = raw_shell
    message = session.msg("execute_request", {"code": "runs += 1;"})
    frames = session.serialize(message)
    for _ in range(5):
        s.send_multipart(frames)
    # In other letters it is the same signature.
    frames[1] = frames[1].upper()
    s.send_multipart(frames)
    last = session.send(s, "comm_info_request", {})["header"]["msg_id"]
    assert [m["msg_type"] for m in replies(session, s, last)] == ["execute_reply", "comm_info_reply"]
    assert result(kernel.execute("runs")[1]) == "1"


def test_a_copy_from_another_connection_is_not_executed(kernel, connection, raw_shell):
    kernel.execute("let again = 0;")
    session, s = raw_shell
    frames = session.serialize(session.msg("execute_request", {"code": "again += 1;"}))
    s.send_multipart(frames)
    assert s.poll(1000 * TIMEOUT)
    context = zmq.Context()
    try:
        for port in ("shell_port", "control_port"):
            thief = context.socket(zmq.DEALER)
            thief.connect(f"tcp://127.0.0.1:{connection[port]}")
            thief.send_multipart(frames)
            assert not thief.poll(300), "who has a copy only gets nothing"
    finally:
        context.destroy(linger=0)
    assert result(kernel.execute("again")[1]) == "1"


def test_the_same_question_twice_is_answered_twice(raw_shell):
    session, s = raw_shell
    frames = session.serialize(session.msg("kernel_info_request", {}))
    for _ in range(2):
        s.send_multipart(frames)
        assert s.poll(1000 * TIMEOUT)
        s.recv_multipart()


# Those who take room

@pytest.fixture
def many_files():
    """Room for many open files on this side."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else 65536, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


KINDS = {"iopub_port": b"SUB", "hb_port": b"REQ"}


def hold(stack, connection, port, hello=b""):
    """A connection that stays, if the kernel lets it."""
    s = stack.enter_context(socket.create_connection(("127.0.0.1", connection[port]), timeout=TIMEOUT))
    with contextlib.suppress(ConnectionError):
        s.sendall(hello)
    return s


@pytest.mark.parametrize("hello", ["nothing", "half", "greeting"])
def test_idle_connections_lock_nobody_out(start, many_files, hello):
    kernel = start()
    connection = json.loads(Path(kernel.manager.connection_file).read_text())
    with contextlib.ExitStack() as stack:
        for port in PORTS:
            said = {"nothing": b"", "half": GREETING[:40], "greeting": ready(KINDS.get(port, b"DEALER"))}[hello]
            for _ in range(600):
                hold(stack, connection, port, said)
        assert result(kernel.execute("20 + 1")[1]) == "21", "who was there before is still there"
        other = kernel.connect()
        try:
            request = other.execute('input("?")', allow_stdin=True)
            other.get_stdin_msg(timeout=TIMEOUT)
            other.input("x")
            assert result(kernel.collect_of(other, request)[1]) == "x"
            assert kernel.ask("kernel_info_request", {}, "control")["content"]["status"] == "ok"
        finally:
            other.stop_channels()
        process = psutil.Process(kernel.pid)
        assert process.num_fds() < 1000 and process.num_threads() < 1500
        assert process.memory_info().rss < 300 << 20
    wait_until(lambda: psutil.Process(kernel.pid).num_threads() < 100)


def test_unfinished_messages_have_an_end(start):
    """Sixteen connections that begin messages of 200 MB and send a part of them."""
    kernel = start()
    connection = json.loads(Path(kernel.manager.connection_file).read_text())
    process, most, part = psutil.Process(kernel.pid), 0, bytes(1 << 20)
    with contextlib.ExitStack() as stack:
        for port in PORTS:
            for _ in range(16):
                head = b"\x02" + (200 << 20).to_bytes(8, "big")
                s = hold(stack, connection, port, ready(KINDS.get(port, b"DEALER")) + head)
                with contextlib.suppress(OSError):
                    s.settimeout(5)
                    for _ in range(40):
                        s.sendall(part)
                most = max(most, process.memory_info().rss)
        assert most < 500 << 20, f"{most >> 20} MB"
        # A large cell of who has the key goes through.
        reply, messages = kernel.execute("/*" + "x" * 5_000_000 + "*/ 5")
        assert reply["status"] == "ok" and result(messages) == "5"
        other = kernel.connect()
        request = other.execute("/*" + "x" * 3_000_000 + "*/ 6")
        assert result(kernel.collect_of(other, request)[1]) == "6"
        other.stop_channels()


def test_subscriptions_have_an_end(start):
    kernel = start()
    connection = json.loads(Path(kernel.manager.connection_file).read_text())
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            s = hold(stack, connection, "iopub_port", ready(b"SUB"))
            topic = b"\x01" + bytes(60_000)
            with contextlib.suppress(OSError):
                for _ in range(100):
                    s.sendall(b"\x02" + len(topic).to_bytes(8, "big") + topic)
        assert psutil.Process(kernel.pid).memory_info().rss < 200 << 20
        assert result(kernel.execute("1 + 1")[1]) == "2"


# History

def test_history_is_the_users_own_and_outlives_a_kill(tmp_path):
    path = tmp_path / "deep/history.jsonl"
    environment = {**os.environ, "BIOXEN_HISTORY": str(path)}
    manager = KernelManager(kernel_name="bioxen")
    kernel = Kernel.of(manager, tmp_path, env=environment)
    try:
        kernel.execute('let kept = "é🧬";')
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        os.kill(kernel.pid, signal.SIGKILL)
    finally:
        kernel.stop()
    # A line that was cut off costs itself only.
    with path.open("ab") as file:
        file.write(b'[1,9,"half a')
    again = Kernel.of(KernelManager(kernel_name="bioxen"), tmp_path, env=environment)
    try:
        again.execute("let more = 1;")
        found = again.ask("history_request", {"hist_access_type": "tail", "n": 10})["content"]["history"]
        assert [row[2] for row in found] == ['let kept = "é🧬";', "let more = 1;"]
    finally:
        again.stop()


def test_a_long_history_is_tidied_in_one_step(tmp_path):
    """Whenever it is killed there is the old file or the new one; another kernel goes on in the new one."""
    path = tmp_path / "history.jsonl"
    lines = "".join(json.dumps([1, i, f"let cell_{i} = {i};"]) + "\n" for i in range(30_000))
    for wait in (0.0, 0.002, 0.005, 0.01, 0.02, 0.05):
        path.write_text(lines)
        file = tmp_path / "connection.json"
        file.write_text(json.dumps({"key": "k", "ip": "127.0.0.1"}))
        process = subprocess.Popen([program(), "-f", file], cwd=tmp_path, env={**os.environ, "BIOXEN_HISTORY": str(path)})
        time.sleep(wait)
        process.kill()
        process.wait(timeout=TIMEOUT)
        kept = [json.loads(line) for line in path.read_text().splitlines() if line]
        cells = [row for row in kept if len(row) == 3]
        assert len(cells) in (10_000, 30_000) and cells[-1][1] == 29_999
    first = Kernel.of(KernelManager(kernel_name="bioxen"), tmp_path, env={**os.environ, "BIOXEN_HISTORY": str(path)})
    try:
        path.write_text(lines)
        second = Kernel.of(KernelManager(kernel_name="bioxen"), tmp_path, env={**os.environ, "BIOXEN_HISTORY": str(path)})
        try:
            first.execute("let of_the_first = 1;")
            second.execute("let of_the_second = 1;")
            found = second.ask("history_request", {"hist_access_type": "tail", "n": 2})["content"]["history"]
            assert [row[2] for row in found] == ["let of_the_first = 1;", "let of_the_second = 1;"]
        finally:
            second.stop()
    finally:
        first.stop()


def test_a_history_that_is_no_file_hangs_nothing(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (pipe, tmp_path, "/dev/null"):
        kernel = Kernel.of(KernelManager(kernel_name="bioxen"), tmp_path, env={**os.environ, "BIOXEN_HISTORY": str(place)})
        try:
            assert result(kernel.execute("1 + 1")[1]) == "2"
            found = kernel.ask("history_request", {"hist_access_type": "tail", "n": 5})["content"]["history"]
            assert [row[2] for row in found] == ["1 + 1"], "this kernel's own"
        finally:
            kernel.stop()


def test_printed_text_beyond_the_limit_names_the_option(start):
    kernel = start("--output-limit", "1")
    _, messages = kernel.execute('for i in 0..30000 { print("0123456789012345678901234567890123456789") }')
    assert "bioxen-kernel install --output-limit" in text(messages, "stderr")
