"""Ten thousand cells leave the kernel's memory as it is: soak.py [CELLS]."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from conftest import Kernel, program


def main(cells):
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["JUPYTER_PATH"] = f"{scratch}/share/jupyter"
        os.environ["BIOXEN_HISTORY"] = f"{scratch}/history.jsonl"
        subprocess.run([program(), "install", "--prefix", scratch], check=True)
        kernel = Kernel(Path(scratch))
        try:
            process = psutil.Process(kernel.pid)
            kernel.execute('let x = 0; create_bio_vm("v", "ecoli").start();')
            start, sizes = time.monotonic(), []
            for i in range(cells):
                kernel.execute('x += 1; print(`cell ${x}`); x')
                if i % (cells // 10) == cells // 10 - 1:
                    sizes.append(process.memory_info().rss / 2**20)
                    print(f"{i + 1} cells: {sizes[-1]:.1f} MB, {time.monotonic() - start:.0f} s",
                          flush=True)
            growth = sizes[-1] / sizes[1] - 1
            print(f"growth after the first fifth: {100 * growth:+.1f} %")
            return 0 if abs(growth) < 0.05 else 1
        finally:
            kernel.stop()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
