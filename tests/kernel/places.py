"""Sessions of `bioxen session` for tests: each in a home of its own, whose processes all end with it."""

import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path

from conftest import TARGET, TIMEOUT

BIOXEN = TARGET / "debug/bioxen"


class Place:
    """A home of its own for sessions."""

    def __init__(self):
        # The names of sockets must be short.
        self.folder = Path(tempfile.mkdtemp(prefix="bxs."))
        folder = self.folder
        self.work = folder
        self.run_folder = folder / "run"
        self.run_folder.mkdir(mode=0o700)
        keep = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.env = keep | {
            "HOME": str(folder), "XDG_RUNTIME_DIR": str(self.run_folder), "USER": "ada",
            "XDG_STATE_HOME": str(folder / "state"), "TERM": "xterm", "BIOXEN_HISTORY": str(folder / "h"),
        }

    def call(self, *words, text="", code=0, **env):
        done = subprocess.run(
            [BIOXEN, *map(str, words)], input=text, capture_output=True, text=True, timeout=TIMEOUT,
            env=self.env | env, cwd=self.work,
        )
        assert done.returncode == code, (words, done)
        return done

    def open(self, *words, **more):
        return subprocess.Popen(
            [BIOXEN, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.env, cwd=self.work, **more,
        )

    def file(self, name):
        return self.run_folder / "bioxen" / name

    def listed(self):
        return {one["name"]: one for one in json.loads(self.call("session", "list", "--json").stdout)}

    def end(self):
        for one in self.listed().values():
            if pid := one.get("pid"):
                os.kill(pid, signal.SIGKILL)
        subprocess.run(["rm", "-rf", self.folder], check=True)
