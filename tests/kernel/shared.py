"""A shared session and its people, as tests need them."""

import atexit
import contextlib
import json
import secrets
import subprocess
from pathlib import Path
from queue import Empty

import zmq
from jupyter_client import BlockingKernelClient

from conftest import TIMEOUT, program, wait_until


def connection_file(folder, name="lab", **other):
    """What `bioxen session start` writes."""
    ports = {f"{port}_port": i + 1 for i, port in enumerate(("shell", "iopub", "stdin", "control", "hb"))}
    path = Path(folder) / f"{name}.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps({
        "transport": "ipc", "ip": str(Path(folder) / name), "key": secrets.token_hex(32),
        "signature_scheme": "hmac-sha256", "kernel_name": "bioxen", "session": name, **ports, **other}))
    return path


# One for all: a context of a client that is forgotten in the middle waits for its sockets, which nobody closes.
CONTEXT = zmq.Context()
atexit.register(CONTEXT.destroy, linger=0)


class Person(BlockingKernelClient):
    """A client that says a name."""

    def __init__(self, file, name):
        super().__init__(connection_file=str(file), context=CONTEXT)
        self.load_connection_file()
        self.session.username = name
        self.start_channels(hb=False)
        self.wait_for_ready(timeout=TIMEOUT)
        # Every request is heard of by those whose subscription has arrived; before that, outputs are lost.
        heard = False
        while not heard:
            self.people()
            with contextlib.suppress(Empty):
                heard = bool(self.get_iopub_msg(timeout=1))

    def ask(self, channel, msg_type, content):
        """Sends any request and gives the content of the reply."""
        message = self.session.msg(msg_type, content)
        getattr(self, f"{channel}_channel").send(message)
        return self.answer(channel, message["header"]["msg_id"])["content"]

    def answer(self, channel, request):
        """The reply to a request."""
        while True:
            message = getattr(self, f"get_{channel}_msg")(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") == request:
                return message

    def people(self):
        return self.ask("control", "bioxen_request", {"ask": "people"})

    def past(self, last=200):
        return self.ask("control", "bioxen_request", {"ask": "log", "last": last})["entries"]

    def run(self, code, **options):
        """Runs a cell and gives its reply."""
        return self.answer("shell", self.execute(code, **options))

    def until(self, request, msg_type):
        """The first broadcast of a kind about a request."""
        while True:
            message = self.get_iopub_msg(timeout=TIMEOUT)
            if message["msg_type"] == msg_type and message["parent_header"].get("msg_id") == request:
                return message

    def begin(self, code):
        """Sends a cell; gives its request once it runs."""
        request = self.execute(code)
        self.until(request, "execute_input")
        return request


class Late(Person):
    """A client that does not wait until the shell answers."""

    def wait_for_ready(self, timeout):
        pass


def names(person):
    """Who is here, each with the number of their clients."""
    return {p["name"]: p["clients"] for p in person.people()["people"]}


class Shared:
    """A session that is started as `bioxen session start` starts it."""

    def __init__(self, folder, *arguments, name="lab"):
        self.folder, self.name = Path(folder), name
        self.folder.chmod(0o700)
        self.file = connection_file(folder, name)
        self.log = open(self.folder / f"{name}.log", "ab")
        self.process = self.start(*arguments)
        self.people = []

    def start(self, *arguments):
        command = [program(), "-f", self.file, "--session", self.name, "--no-history", *arguments]
        return subprocess.Popen(command, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
                                cwd=self.folder)

    @property
    def sockets(self):
        return [self.folder / f"{self.name}-{i}" for i in range(1, 6)]

    def join(self, name):
        wait_until(lambda: self.process.poll() is not None or all(s.exists() for s in self.sockets))
        assert self.process.poll() is None, Path(self.log.name).read_text()
        self.people.append(Person(self.file, name))
        return self.people[-1]

    def end(self):
        for person in self.people:
            person.stop_channels()
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=TIMEOUT)
        self.log.close()
