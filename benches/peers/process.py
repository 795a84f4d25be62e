"""Starts our programs and the peers' workers, each for a bounded time."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BIOXEN = TARGET / "release" / "bioxen"
BENCH = TARGET / "release" / "examples" / "peer-bench"
MACRO = TARGET / "peers" / "rebop-macro" / "release" / "rebop-macro"
ONE_CORE = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
                                   "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS")}


class TooSlow(Exception):
    """It did not answer in time."""


class Failed(Exception):
    """It answered with an error, or not at all."""


def worker(*arguments):
    return Talk([sys.executable, str(HERE / "worker.py"), *map(str, arguments)])


class Talk:
    """A process that answers lines with lines of JSON."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env={**os.environ, **ONE_CORE})
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def hear(self, seconds):
        """The next answer, unless it costs more than so much processor time [s]."""
        limit, patience = self.cpu() + seconds, time.monotonic() + 10 * seconds
        while True:
            try:
                line = self.lines.get(timeout=0.2)
                break
            except queue.Empty:
                if self.cpu() >= limit or time.monotonic() >= patience:
                    self.close()
                    raise TooSlow from None
        if line is None:
            raise Failed("it ended without an answer")
        said = json.loads(line)
        if "error" in said:
            raise Failed(said["error"])
        return said

    def cpu(self):
        """The processor time of the process [s]; 0 where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        except OSError:
            return 0.0
        user, system = fields.rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def ask(self, what, seconds):
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return self.hear(seconds)

    def close(self):
        self.process.kill()
        self.process.wait()


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


def cpu(*command):
    """The output, the processor time of the children and the time it took [s]."""
    before, begin = os.times(), time.perf_counter()
    out = run(*command)
    after, wall = os.times(), time.perf_counter() - begin
    used = after.children_user - before.children_user
    return out, used + after.children_system - before.children_system, wall
