"""Whatever its ports are sent, the kernel lives, answers, and keeps its variables."""

import hashlib
import hmac
import json
import os
import random
import socket
import struct
import uuid

import psutil
import pytest
import zmq

from conftest import TIMEOUT, result, wait_until

PORTS = ("shell_port", "control_port", "iopub_port", "stdin_port", "hb_port")
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(48)


@pytest.fixture(autouse=True)
def lives(kernel):
    """Before and after each test there is the same kernel with the same variables."""
    if "1" != result(kernel.execute('if !is_def_var("witness") { 1 } else { 1 }')[1]):
        pytest.fail("no answer")
    kernel.execute("let witness = 42;")
    pid = kernel.pid
    yield
    assert psutil.pid_exists(pid)
    assert result(kernel.execute("witness")[1]) == "42"
    assert kernel.ask("kernel_info_request", {}, "control")["content"]["status"] == "ok"


def raw(connection, port):
    return socket.create_connection(("127.0.0.1", connection[port]), timeout=TIMEOUT)


def throw(connection, port, data):
    """Sends bytes and goes; the kernel may close first."""
    with raw(connection, port) as s:
        try:
            s.sendall(data)
            s.settimeout(0.2)
            while s.recv(65536):
                pass
        except (TimeoutError, ConnectionError):
            pass


def ready(kind):
    name = b"\x0bSocket-Type" + struct.pack(">I", len(kind)) + kind
    body = b"\x05READY" + name
    return GREETING + b"\x04" + bytes([len(body)]) + body


@pytest.mark.parametrize("port", PORTS)
def test_garbage(connection, port):
    chance = random.Random(7)
    for size in (0, 1, 9, 63, 64, 65, 1000, 100_000):
        throw(connection, port, chance.randbytes(size))
        throw(connection, port, GREETING + chance.randbytes(size))
        throw(connection, port, ready(b"DEALER") + chance.randbytes(size))
    throw(connection, port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")


@pytest.mark.parametrize("port", PORTS)
def test_lengths_that_are_lies(connection, kernel, port):
    kind = {"iopub_port": b"SUB", "hb_port": b"REQ"}.get(port, b"DEALER")
    for length in (2**63 - 1, 2**64 - 1, 2**40, 2**31, 300 << 20):
        for flags in (2, 3, 6):
            throw(connection, port, ready(kind) + bytes([flags]) + struct.pack(">Q", length) + b"x")
    assert psutil.Process(kernel.pid).memory_info().rss < 300 << 20


@pytest.mark.parametrize("port", PORTS)
def test_truncated(connection, port):
    whole = ready({"iopub_port": b"SUB", "hb_port": b"REQ"}.get(port, b"DEALER")) + b"\x00\x05abc"
    for cut in range(0, len(whole), 5):
        with raw(connection, port) as s:
            s.sendall(whole[:cut])


def dealer(connection, port="shell_port"):
    context = zmq.Context()
    s = context.socket(zmq.DEALER)
    s.connect(f"tcp://127.0.0.1:{connection[port]}")
    return context, s


def sign(connection, parts):
    return hmac.new(connection["key"].encode(), b"".join(parts), hashlib.sha256).hexdigest().encode()


@pytest.mark.parametrize("port", ["shell_port", "control_port", "stdin_port"])
def test_messages_that_are_none(connection, port):
    context, s = dealer(connection, port)
    header = json.dumps({"msg_id": "1", "msg_type": "kernel_info_request"}).encode()
    parts = [header, b"{}", b"{}", b"{}"]
    good = sign(connection, parts)
    try:
        for frames in (
            [b""], [b"x"] * 3, [b"<IDS|MSG>"], [b"<IDS|MSG>", good], [b"<IDS|MSG>", good, header],
            [b"<IDS|msg>", good, *parts], [b"<IDS|MSG>", b"", *parts], [b"<IDS|MSG>", good[:-1], *parts],
            [b"<IDS|MSG>", b"0" * 64, *parts], [b"<IDS|MSG>", "é".encode() * 32, *parts],
            [b"x"] * 3000,
        ):
            s.send_multipart(frames)
        assert not s.poll(300), "nobody without the key gets an answer"
    finally:
        context.destroy(linger=0)


@pytest.mark.parametrize("port", ["shell_port", "control_port"])
@pytest.mark.parametrize("place, bad", [
    (0, b"{"), (0, b"[]"), (0, b""), (0, b"\xff\xfe"), (3, b"{"), (3, b"null"), (3, b"\x00"),
    (3, b"[" * 100_000), (3, b'{"code": NaN}'), (2, b"nonsense"), (2, b"3"),
])
def test_json_that_is_none_is_answered(connection, port, place, bad):
    context, s = dealer(connection, port)
    header = json.dumps({"msg_id": "1", "msg_type": "kernel_info_request"}).encode()
    parts = [header, b"{}", b"{}", b"{}"]
    parts[place] = bad
    try:
        s.send_multipart([b"<IDS|MSG>", sign(connection, parts), *parts])
        assert s.poll(1000 * TIMEOUT), "an answer"
        frames = s.recv_multipart()
        assert json.loads(frames[5])["status"] == "error"
    finally:
        context.destroy(linger=0)


@pytest.mark.parametrize("content", [
    {}, {"code": None}, {"code": 3}, {"code": ["1"]}, {"code": "1", "silent": "yes"},
    {"code": "1", "user_expressions": [1]}, {"code": "1", "user_expressions": {"a": None}},
    {"code": "\x00\ud7ff\U0010ffff"}, {"cursor_pos": -1}, {"cursor_pos": 2**70}, {"cursor_pos": "x"},
    {"n": -1}, {"n": 1e300}, {"session": -(2**63), "hist_access_type": "range"},
    {"pattern": "*" * 1000, "hist_access_type": "search"}, {"code": "(" * 5000}, {"code": "{" * 5000},
])
def test_fields_of_the_wrong_kind_are_answered(kernel, content):
    for kind in ("execute", "complete", "inspect", "is_complete", "history", "comm_info"):
        reply = kernel.ask(f"{kind}_request", content)
        assert reply["msg_type"] == f"{kind}_reply" and "status" in reply["content"]


def test_a_large_cell(kernel):
    reply, messages = kernel.execute("/*" + "x" * 5_000_000 + "*/ 5")
    assert reply["status"] == "ok" and result(messages) == "5"


def test_coming_and_going(connection, kernel):
    process = psutil.Process(kernel.pid)
    for _ in range(20):
        for port in PORTS:
            raw(connection, port).close()
    for _ in range(20):
        for kind, port in ((zmq.DEALER, "shell_port"), (zmq.SUB, "iopub_port"), (zmq.REQ, "hb_port")):
            context = zmq.Context()
            s = context.socket(kind)
            if kind == zmq.SUB:
                s.subscribe(b"")
            s.connect(f"tcp://127.0.0.1:{connection[port]}")
            if kind != zmq.SUB:
                s.send(b"x")
            context.destroy(linger=100)
    kernel.execute("1")
    # Connections that ended leave nothing.
    wait_until(lambda: process.num_threads() < 60 and process.num_fds() < 80)


def test_an_identity_that_comes_back(connection, kernel):
    """Who comes back under its name gets the answers."""
    name = uuid.uuid4().hex.encode()
    header = json.dumps({"msg_id": "9", "msg_type": "kernel_info_request"}).encode()
    parts = [header, b"{}", b"{}", b"{}"]
    context = zmq.Context()
    try:
        for _ in range(3):
            s = context.socket(zmq.DEALER)
            s.setsockopt(zmq.IDENTITY, name)
            s.connect(f"tcp://127.0.0.1:{connection['shell_port']}")
            s.send_multipart([b"<IDS|MSG>", sign(connection, parts), *parts])
            assert s.poll(1000 * TIMEOUT)
            assert json.loads(s.recv_multipart()[5])["status"] == "ok"
    finally:
        context.destroy(linger=0)
    assert os.path.exists(f"/proc/{kernel.pid}")
