"""A server of Jupyter of its own for tests."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid

from conftest import TIMEOUT


class Server:
    """A server on a port and with a token of its own, which serves a folder and writes a log."""

    def __init__(self, module, root, log, options, environment=None):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.base, self.token = f"http://127.0.0.1:{self.port}", uuid.uuid4().hex
        self.log = open(log, "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, "--no-browser", "--allow-root", "--ip=127.0.0.1",
             f"--port={self.port}", "--ServerApp.port_retries=0",
             f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={root}", *options],
            stdout=self.log, stderr=self.log, env={**os.environ, **(environment or {})})
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
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
