"""Jupyter's own front ends attach to a session: jupyter_client, jupyter console, and a Jupyter server."""

import json
import os
import sys

import pexpect
import pytest
import websocket
from jupyter_client import find_connection_file
from jupyter_client.session import Session

from conftest import TIMEOUT, wait_until
from server import Server
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


def server_at(home, sessions):
    """A Jupyter server that looks for sessions in a folder."""
    options = ["--ServerApp.allow_external_kernels=True",
               f"--ServerApp.external_connection_dir={sessions}"]
    return Server("jupyter_server", home, home / "server.log", options)


def test_a_jupyter_server_attaches(lab, tmp_path_factory):
    ada = lab.join("ada")
    ada.run("let kept = 41;")
    server = server_at(tmp_path_factory.mktemp("server"), lab.folder)
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
