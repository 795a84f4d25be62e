"""Jupyter's own front ends attach to a session: jupyter_client, jupyter console, and a Jupyter server."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid

import pexpect
import pytest
import websocket
from jupyter_client import find_connection_file
from jupyter_client.session import Session

from conftest import TIMEOUT, wait_until
from shared import Person, Shared


@pytest.fixture
def lab(tmp_path):
    session = Shared(tmp_path)
    yield session
    session.end()


def test_the_file_is_found_as_existing_is(lab):
    assert find_connection_file("lab.json", path=[str(lab.folder)]) == str(lab.file)
    ada = lab.join("ada")
    assert ada.run("6 * 7")["content"]["status"] == "ok"


@pytest.mark.parametrize("farewell", ["", "exit()"])
def test_a_console_attaches_and_leaves(lab, farewell):
    ada = lab.join("ada")
    ada.run("let kept = 41;")
    command = ["-m", "jupyter_console", "--existing", str(lab.file), "--simple-prompt"]
    environment = {**os.environ, "LOGNAME": "ben", "USER": "ben", "LNAME": "ben", "USERNAME": "ben"}
    console = pexpect.spawn(sys.executable, command, cwd=str(lab.folder), timeout=TIMEOUT, env=environment,
                            encoding="utf-8", dimensions=(40, 120))
    try:
        console.expect("BioXen")
        console.expect(r"In \[")
        console.sendline("kept + 1")
        console.expect("42")
        people = {p["name"] for p in ada.people()["people"]}
        assert people == {"ada", "ben"}
        console.expect(r"In \[")
        if farewell:
            console.sendline(farewell)
        else:
            console.sendeof()
            console.expect("Do you really want to exit")
            console.sendline("y")
        console.expect(pexpect.EOF)
    finally:
        console.close(force=True)
    wait_until(lambda: {p["name"] for p in ada.people()["people"]} == {"ada"})
    assert ada.run("kept")["content"]["status"] == "ok", "the session goes on"
    cells = [(e["who"], e["code"]) for e in ada.past()]
    own = [("ben", code) for code in ["kept + 1", farewell] if code]
    assert cells == [("ada", "let kept = 41;"), *own, ("ada", "kept")]


class Server:
    """A Jupyter server on a port and with a token of its own, that looks for sessions in a folder."""

    def __init__(self, home, sessions):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.base, self.port, self.token = f"http://127.0.0.1:{port}", port, uuid.uuid4().hex
        self.log = open(home / "server.log", "wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--ip=127.0.0.1",
             f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={self.token}",
             f"--ServerApp.root_dir={home}", "--ServerApp.allow_external_kernels=True",
             f"--ServerApp.external_connection_dir={sessions}"], stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + TIMEOUT
        while True:
            try:
                self.ask("/api")
                return
            except (urllib.error.URLError, ConnectionError):
                assert time.monotonic() < deadline and self.process.poll() is None, "no server"
                time.sleep(0.1)

    def ask(self, path, method="GET", content=None):
        headers = {"Authorization": f"token {self.token}", "Content-Type": "application/json"}
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(self.base + path, data=data, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return json.loads(answer.read() or b"null")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=TIMEOUT)
        finally:
            self.log.close()


def test_a_jupyter_server_attaches(lab, tmp_path_factory):
    ada = lab.join("ada")
    ada.run("let kept = 41;")
    server = Server(tmp_path_factory.mktemp("server"), lab.folder)
    try:
        [kernel] = wait_until(lambda: server.ask("/api/kernels"))
        assert kernel["name"] == "bioxen"
        page = websocket.create_connection(
            f"ws://127.0.0.1:{server.port}/api/kernels/{kernel['id']}/channels",
            header=[f"Authorization: token {server.token}"], timeout=TIMEOUT)
        message = Session(username="ben").msg("execute_request", {
            "code": "kept + 1", "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True})
        page.send(json.dumps({**message, "channel": "shell"}, default=str))
        while True:
            answer = json.loads(page.recv())
            if answer["msg_type"] == "execute_result":
                break
        assert answer["content"]["data"]["text/plain"] == "42"
        assert {p["name"] for p in ada.people()["people"]} >= {"ada", "ben"}
        page.close()
        # The server does not own the session: who shuts it down there leaves it.
        server.ask(f"/api/kernels/{kernel['id']}", "DELETE")
        wait_until(lambda: "ben" not in {p["name"] for p in ada.people()["people"]})
        assert ada.run("kept")["content"]["status"] == "ok"
    finally:
        server.stop()
    assert lab.process.poll() is None
