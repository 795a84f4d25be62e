"""What went wrong once with connections: each test here failed before it was mended."""

import contextlib
import json
import socket
from pathlib import Path

import psutil
import pytest
import resource
import zmq
from jupyter_client.session import Session
from zmq.utils.monitor import recv_monitor_message

from conftest import TIMEOUT, result, wait_until
from test_hostile import GREETING, PORTS, ready

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
