"""Beginning and end: install, shutdown, restart, orphans, transports, several clients."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest
import zmq

from conftest import TIMEOUT, program, result, text


def gone(pid):
    """Whether a process ends."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("channel", ["control", "shell"])
@pytest.mark.parametrize("code", [None, "loop {}"])
def test_shutdown(start, restart, channel, code):
    if code and channel == "shell":
        code = "1"
    kernel = start()
    if code:
        kernel.wait_for(kernel.client.execute(code), "execute_input")
    reply = kernel.ask("shutdown_request", {"restart": restart}, channel)
    assert reply["msg_type"] == "shutdown_reply"
    assert reply["content"] == {"status": "ok", "restart": restart}
    kernel.wait_for(reply["parent_header"]["msg_id"], "shutdown_reply")
    assert gone(kernel.pid)


def test_restart_begins_anew(start):
    kernel = start()
    kernel.execute("let a = 1;")
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=TIMEOUT)
    reply, _ = kernel.execute("a")
    assert (reply["status"], reply["execution_count"]) == ("error", 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_end_it(start, number):
    kernel = start()
    process = kernel.manager.provisioner.process
    os.kill(kernel.pid, number)
    assert process.wait(timeout=TIMEOUT) == 128 + number, "as shells say it"


@pytest.mark.parametrize("code", ["1", "loop {}"])
def test_no_orphans(tmp_path, code):
    """The kernel ends when the process that started it is killed."""
    script = textwrap.dedent(f"""
        import sys, time
        from jupyter_client.manager import KernelManager
        manager = KernelManager(kernel_name="bioxen")
        manager.start_kernel()
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=300)
        client.execute({code!r})
        time.sleep(0.5)
        print(manager.provisioner.pid, flush=True)
        time.sleep(600)
    """)
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=tmp_path)
    try:
        pid = int(parent.stdout.readline())
        assert psutil.pid_exists(pid)
    finally:
        parent.kill()
        parent.wait(timeout=TIMEOUT)
        parent.stdout.close()
    assert gone(pid)


def test_local_sockets(start):
    kernel = start(transport="ipc")
    assert result(kernel.execute("1 + 1")[1]) == "2"
    sockets = list(Path(kernel.manager.ip).parent.glob("k-*"))
    assert len(sockets) == 5
    kernel.ask("shutdown_request", {"restart": False}, "control")
    assert gone(kernel.pid)
    assert not any(s.exists() for s in sockets)


def test_ports_that_are_left_open_are_written_back(tmp_path):
    file = tmp_path / "c.json"
    file.write_text(json.dumps({"key": "k", "ip": "127.0.0.1", "kernel_name": "kept"}))
    process = subprocess.Popen([program(), "-f", file], cwd=tmp_path)
    try:
        deadline = time.monotonic() + TIMEOUT
        while "hb_port" not in (found := json.loads(file.read_text())):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert found["kernel_name"] == "kept"
        ports = {found[f"{name}_port"] for name in ("shell", "control", "iopub", "stdin", "hb")}
        assert len(ports) == 5 and 0 not in ports
    finally:
        process.terminate()
        process.wait(timeout=TIMEOUT)


@pytest.mark.parametrize("content", ["", "{", "{}", '{"key": 7}', '{"key": "k", "shell_port": -1}', '{"transport": "udp"}'])
def test_a_bad_connection_file_is_explained(tmp_path, content):
    file = tmp_path / "c.json"
    file.write_text(content)
    done = subprocess.run([program(), "-f", file], capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 1 and done.stderr.startswith("error: ") and str(file) in done.stderr
    assert "panicked" not in done.stderr


def test_a_kernel_that_obeys_everybody_says_so(tmp_path):
    file = tmp_path / "c.json"
    file.write_text('{"key": ""}')
    process = subprocess.Popen([program(), "-f", file], stderr=subprocess.PIPE, text=True)
    try:
        line = process.stderr.readline()
        assert line.startswith("warning: ") and "empty `key`" in line
    finally:
        process.terminate()
        process.wait(timeout=TIMEOUT)
        process.stderr.close()


def test_install_and_uninstall(tmp_path):
    def call(*arguments, code=0, **environment):
        done = subprocess.run([program(), *arguments], capture_output=True, text=True,
                              timeout=TIMEOUT, env={**os.environ, **environment})
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    places = {
        ("--prefix", str(tmp_path / "p")): tmp_path / "p/share/jupyter/kernels/bioxen",
        ("--sys-prefix",): tmp_path / "venv/share/jupyter/kernels/bioxen",
        ("--user",): tmp_path / "data/kernels/bioxen",
        ("--user", "--name", "other"): tmp_path / "data/kernels/other",
    }
    environment = {"VIRTUAL_ENV": str(tmp_path / "venv"), "JUPYTER_DATA_DIR": str(tmp_path / "data")}
    for options, folder in places.items():
        for _ in range(2):
            call("install", *options, **environment)
        assert {f.name for f in folder.iterdir()} == {
            "kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"}
        spec = json.loads((folder / "kernel.json").read_text())
        assert spec["interrupt_mode"] == "message" and spec["argv"][0] == str(program())
        assert "{connection_file}" in spec["argv"] and spec["language"] == "rhai"
        assert spec["metadata"]["debugger"] is False and spec["kernel_protocol_version"] == "5.5"
        doctor = call("doctor", *options, **environment, BIOXEN_HISTORY=str(tmp_path / "h"))
        assert "failed" not in doctor and doctor.count("ok  ") == 4
        for _ in range(2):
            call("uninstall", *options, **environment)
        assert not folder.exists()
    assert "install" in call("doctor", "--prefix", str(tmp_path / "p"), code=1)
    assert "no name" in call("install", "--prefix", str(tmp_path), "--name", "../x", code=1)


def test_two_clients_see_each_other(kernel):
    other = kernel.connect()
    try:
        request = other.execute('print("from the other"); 7')
        _, messages = other.get_shell_msg(timeout=TIMEOUT), kernel.until_idle(request)
        assert text(messages) == "from the other\n" and result(messages) == "7"
        mine = kernel.client.execute("8")
        kernel.collect(mine)
        assert kernel.client.get_shell_msg is not None
        # The reply goes to who asked, and to nobody else.
        with pytest.raises(Exception):
            other.get_shell_msg(timeout=0.3)
    finally:
        other.stop_channels()


def test_a_late_client_is_welcomed(kernel, connection):
    kernel.execute('print("before")')
    context = zmq.Context()
    socket = context.socket(zmq.SUB)
    socket.subscribe(b"")
    socket.connect(f"tcp://127.0.0.1:{connection['iopub_port']}")
    try:
        assert socket.poll(1000 * TIMEOUT)
        frames = socket.recv_multipart()
        assert json.loads(frames[3])["msg_type"] == "iopub_welcome"
        kernel.execute('print("after")')
        seen = b""
        while b"after" not in seen:
            assert socket.poll(1000 * TIMEOUT)
            seen = socket.recv_multipart()[6]
        assert b"before" not in seen
    finally:
        context.destroy(linger=0)


def test_a_frozen_client_harms_nobody(start):
    """A subscriber that never reads, while a lot is printed."""
    kernel = start("--output-limit", "200")
    connection = json.loads(Path(kernel.manager.connection_file).read_text())
    context = zmq.Context()
    socket = context.socket(zmq.SUB)
    socket.setsockopt(zmq.RCVHWM, 1)
    socket.setsockopt(zmq.RCVBUF, 4096)
    socket.subscribe(b"")
    socket.connect(f"tcp://127.0.0.1:{connection['iopub_port']}")
    assert socket.poll(1000 * TIMEOUT)
    try:
        # Less than waits for one client at most, so that the other one loses nothing however slow it is.
        code = 'let s = "x"; s.pad(100000, "y"); for i in 0..500 { print(s) }'
        reply, messages = kernel.execute(code)
        assert reply["status"] == "ok"
        assert len(text(messages)) == 500 * 100001
        assert psutil.Process(kernel.pid).memory_info().rss < 300 << 20
    finally:
        context.destroy(linger=0)


def test_heartbeat(kernel, connection):
    context = zmq.Context()
    socket = context.socket(zmq.REQ)
    socket.connect(f"tcp://127.0.0.1:{connection['hb_port']}")
    try:
        request = kernel.client.execute("loop {}")
        for i in range(5):
            socket.send(b"ping%d" % i)
            assert socket.poll(1000 * TIMEOUT) and socket.recv() == b"ping%d" % i
        kernel.ask("interrupt_request", {}, "control")
        kernel.collect(request)
    finally:
        context.destroy(linger=0)
