"""How fast the kernel is beside ipykernel, in one run: bench.py [ROUNDS]. Prints a table in Markdown.

Both kernels are driven through jupyter_client in turns, so that what else the machine does meets both.
A time goes from sending a request to the status `idle` and the reply, whichever comes later.
"""

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version

import psutil
from jupyter_client.manager import KernelManager

from conftest import TIMEOUT, program

LINES = 10_000
KERNELS = {
    "bioxen": {
        "trivial": "1 + 1", "lines": f"for i in 0..{LINES} {{ print(`line ${{i}}`) }}",
        "loop": "loop {}", "complete": "create_b",
    },
    "python3": {
        "trivial": "1 + 1", "lines": f"for i in range({LINES}): print('line', i)",
        "loop": "while True: pass", "complete": "impo",
    },
}
# What is measured, what the kernel may take of ipykernel's, and how it is shown.
TARGETS = {
    "cold start to the first kernel_info_reply, median [ms]": 0.15,
    "trivial cell, request to idle, median [ms]": 0.25,
    "trivial cell, 99th percentile [ms]": 1.0,
    f"{LINES} printed lines, median [ms]": 1.0,
    "interrupt of an endless loop to idle, median [ms]": 1.0,
    "first completion [ms]": 0.05,
    "completion, median [ms]": 1.0,
    "resident memory after 1000 cells [MB]": 0.5,
}


class Bench:
    """One kernel and its client."""

    def __init__(self, name):
        self.code = KERNELS[name]
        before = time.perf_counter()
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels(hb=False)
        self.reply(self.client.kernel_info())
        self.start = 1e3 * (time.perf_counter() - before)
        self.client.wait_for_ready(timeout=TIMEOUT)

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel()

    def reply(self, request):
        while True:
            message = self.client.get_shell_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") == request:
                return message["content"]

    def idle(self, request):
        """The messages of iopub up to idle."""
        found = []
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["content"].get("execution_state") == "idle":
                return found
            found.append(message)

    def cell(self, code):
        before = time.perf_counter()
        request = self.client.execute(code)
        messages = self.idle(request)
        reply = self.reply(request)
        taken = 1e3 * (time.perf_counter() - before)
        assert reply["status"] == "ok", reply
        return taken, messages

    def lines(self):
        """Milliseconds, and how many lines came before idle."""
        taken, messages = self.cell(self.code["lines"])
        got = sum(m["content"]["text"].count("\n") for m in messages if m["msg_type"] == "stream")
        return taken, got

    def completion(self):
        before = time.perf_counter()
        found = self.reply(self.client.complete(self.code["complete"]))
        assert found["matches"]
        return 1e3 * (time.perf_counter() - before)

    def interrupt(self):
        request = self.client.execute(self.code["loop"])
        time.sleep(0.5)
        before = time.perf_counter()
        self.manager.interrupt_kernel()
        self.idle(request)
        taken = 1e3 * (time.perf_counter() - before)
        assert self.reply(request)["status"] == "error"
        return taken

    def memory(self):
        process = psutil.Process(self.manager.provisioner.pid)
        tree = [process, *process.children(recursive=True)]
        return sum(p.memory_info().rss for p in tree) / 2**20


def measure(rounds):
    """All values of each kernel, by what was measured."""
    starts = {name: [] for name in KERNELS}
    for _ in range(rounds):
        for name in KERNELS:
            bench = Bench(name)
            starts[name].append(bench.start)
            bench.stop()
    benches = {name: Bench(name) for name in KERNELS}
    found = {name: {key: [] for key in ("cells", "lines", "stops", "completions")} for name in KERNELS}
    lost = dict.fromkeys(KERNELS, 0)
    for name, bench in benches.items():
        for _ in range(50):
            bench.cell(bench.code["trivial"])
        found[name]["completions"].append(bench.completion())
    gc.disable()
    for _ in range(10):
        for name, bench in benches.items():
            found[name]["cells"] += [bench.cell(bench.code["trivial"])[0] for _ in range(100)]
            gc.collect()
    for _ in range(rounds):
        for name, bench in benches.items():
            taken, got = bench.lines()
            found[name]["lines"].append(taken)
            lost[name] += LINES - got
            found[name]["stops"].append(bench.interrupt())
            found[name]["completions"] += [bench.completion() for _ in range(10)]
    rows = {name: [
        statistics.median(starts[name]),
        statistics.median(f["cells"]), sorted(f["cells"])[int(0.99 * len(f["cells"]))],
        statistics.median(f["lines"]), statistics.median(f["stops"]),
        f["completions"][0], statistics.median(f["completions"][1:]), benches[name].memory(),
    ] for name, f in found.items()}
    for bench in benches.values():
        bench.stop()
    return rows, lost


def main(rounds):
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["JUPYTER_PATH"] = f"{scratch}/share/jupyter"
        os.environ["BIOXEN_HISTORY"] = f"{scratch}/history.jsonl"
        os.environ["IPYTHONDIR"] = f"{scratch}/ipython"
        subprocess.run([program(), "install", "--prefix", scratch], check=True, stdout=subprocess.DEVNULL)
        load = os.getloadavg()[0]
        rows, lost = measure(rounds)
    ours, theirs = rows["bioxen"], rows["python3"]
    print(f"| | ipykernel {version('ipykernel')} | bioxen-kernel | ratio | target | |\n|---|---|---|---|---|---|")
    missed = 0
    for (what, target), a, b in zip(TARGETS.items(), ours, theirs, strict=True):
        missed += a > target * b
        verdict = "met" if a <= target * b else "missed"
        print(f"| {what} | {b:.1f} | {a:.1f} | {a / b:.3f} | {target} | {verdict} |")
    print(f"| lines lost of {rounds * LINES} | {lost['python3']} | {lost['bioxen']} | | 0 | "
          f"{'met' if not lost['bioxen'] else 'missed'} |")
    print(f"\nLoad when it began: {load:.1f}, {os.cpu_count()} cores; protocol through "
          f"jupyter_client {version('jupyter_client')}, Python {sys.version.split()[0]}.")
    return 1 if missed or lost["bioxen"] else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 7))
