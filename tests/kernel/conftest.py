"""Kernels for tests: each in a folder of its own, each ended by who started it."""

import contextlib
import json
import os
import subprocess
import time
from pathlib import Path
from queue import Empty

import pytest
from jupyter_client.manager import KernelManager

# Ends a test that hangs. It measures nothing: a machine with ten times the load keeps it.
TIMEOUT = 300
ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")


def program() -> Path:
    """The kernel under test."""
    path = Path(os.environ.get("BIOXEN_KERNEL", TARGET / "debug/bioxen-kernel"))
    assert path.is_file(), f"{path} is missing: build it with `cargo build -p bioxen-kernel`"
    return path.resolve()


@pytest.fixture(scope="session", autouse=True)
def installed(tmp_path_factory):
    """The kernel, installed where only these tests look."""
    prefix = tmp_path_factory.mktemp("prefix")
    subprocess.run([program(), "install", "--prefix", prefix], check=True, timeout=TIMEOUT)
    home = tmp_path_factory.mktemp("home")
    os.environ["JUPYTER_PATH"] = str(prefix / "share/jupyter")
    os.environ["JUPYTER_DATA_DIR"] = str(home / "data")
    os.environ["JUPYTER_CONFIG_DIR"] = str(home / "config")
    os.environ["JUPYTER_RUNTIME_DIR"] = str(home / "runtime")
    os.environ["IPYTHONDIR"] = str(home / "ipython")
    os.environ["BIOXEN_HISTORY"] = str(home / "history.jsonl")
    return prefix


def wait_until(test, timeout=TIMEOUT):
    """Waits until something holds, and gives it."""
    deadline = time.monotonic() + timeout
    while not (found := test()):
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.02)
    return found


class Kernel:
    """A running kernel with one client."""

    def __init__(self, cwd, arguments=(), transport="tcp"):
        self.manager = KernelManager(kernel_name="bioxen", transport=transport)
        if transport == "ipc":
            self.manager.ip = str(Path(cwd) / "k")
        if arguments:
            command = [str(program()), *map(str, arguments), "--connection-file", "{connection_file}"]
            self.manager.kernel_spec.argv = command
        self.manager.start_kernel(cwd=str(cwd))
        self.client = self.connect()

    @classmethod
    def of(cls, manager, cwd, **options):
        """The kernel of a manager that was prepared."""
        kernel = cls.__new__(cls)
        kernel.manager = manager
        manager.start_kernel(cwd=str(cwd), **options)
        kernel.client = kernel.connect()
        return kernel

    def connect(self):
        """One more client, ready."""
        client = self.manager.client()
        client.start_channels(hb=False)
        client.wait_for_ready(timeout=TIMEOUT)
        return client

    @property
    def pid(self):
        return self.manager.provisioner.pid

    def stop(self):
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()

    def execute(self, code, **options):
        """Runs a cell: the reply's content and the messages of iopub up to idle."""
        return self.collect(self.client.execute(code, **options))

    def collect(self, request, timeout=TIMEOUT):
        return self.shell_reply(request, timeout)["content"], self.until_idle(request, timeout)

    def collect_of(self, client, request):
        """The same of a cell of another client; all of them hear what is published."""
        while client.get_shell_msg(timeout=TIMEOUT)["parent_header"].get("msg_id") != request:
            pass
        return None, self.until_idle(request)

    def shell_reply(self, request, timeout=TIMEOUT):
        return self.reply(self.client.get_shell_msg, request, timeout)

    def control_reply(self, request, timeout=TIMEOUT):
        return self.reply(self.client.get_control_msg, request, timeout)

    def reply(self, get, request, timeout):
        """The message of a channel that answers a request."""
        deadline = time.monotonic() + timeout
        while True:
            message = get(timeout=deadline - time.monotonic())
            if message["parent_header"].get("msg_id") == request:
                return message

    def until_idle(self, request, timeout=TIMEOUT):
        """The messages of iopub that answer a request, up to idle, which is not among them."""
        found, deadline = [], time.monotonic() + timeout
        while True:
            message = self.client.get_iopub_msg(timeout=deadline - time.monotonic())
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "status":
                if message["content"]["execution_state"] == "idle":
                    return found
                continue
            found.append(message)

    def wait_for(self, request, msg_type, timeout=TIMEOUT):
        """The first message of a kind that answers a request."""
        deadline = time.monotonic() + timeout
        while True:
            message = self.client.get_iopub_msg(timeout=deadline - time.monotonic())
            if message["parent_header"].get("msg_id") == request and message["msg_type"] == msg_type:
                return message

    def nothing_more(self, request, seconds=0.3):
        """Asserts that iopub says nothing more about a request."""
        deadline = time.monotonic() + seconds
        with contextlib.suppress(Empty):
            while (left := deadline - time.monotonic()) > 0:
                message = self.client.get_iopub_msg(timeout=left)
                assert message["parent_header"].get("msg_id") != request, message

    def ask(self, msg_type, content, channel="shell"):
        """Sends any request and gives the whole reply."""
        message = self.client.session.msg(msg_type, content)
        getattr(self.client, f"{channel}_channel").send(message)
        wait = self.shell_reply if channel == "shell" else self.control_reply
        return wait(message["header"]["msg_id"])


def text(messages, name="stdout"):
    """What a cell printed."""
    streams = (m["content"] for m in messages if m["msg_type"] == "stream")
    return "".join(s["text"] for s in streams if s["name"] == name)


def result(messages):
    """The value of a cell as text."""
    [message] = [m for m in messages if m["msg_type"] == "execute_result"]
    return message["content"]["data"]["text/plain"]


@pytest.fixture
def start(tmp_path):
    """Starts kernels that end with the test."""
    kernels = []

    def begin(*arguments, transport="tcp"):
        kernels.append(Kernel(tmp_path, arguments, transport))
        return kernels[-1]

    yield begin
    for kernel in kernels:
        kernel.stop()


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """A kernel that a module's tests share."""
    kernel = Kernel(tmp_path_factory.mktemp("work"))
    yield kernel
    kernel.stop()


@pytest.fixture
def connection(kernel):
    """The connection file's content."""
    return json.loads(Path(kernel.manager.connection_file).read_text())


@pytest.fixture
def session(tmp_path):
    """Starts sessions that people share, and that end with the test."""
    # What people share needs this module.
    from shared import Shared

    sessions = []

    def start(*arguments, **options):
        sessions.append(Shared(tmp_path, *arguments, **options))
        return sessions[-1]

    yield start
    for one in sessions:
        one.end()
