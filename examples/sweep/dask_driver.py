"""A sweep under Dask: python dask_driver.py dose.toml [address of a scheduler]

Without an address the shards are computed by processes of this machine. Workers on other machines need the same
folder and the same version of bioxen.
"""

import json
import os
import subprocess
import sys

import dask
from dask.multiprocessing import get

BIOXEN = os.environ.get("BIOXEN", "bioxen")


def bioxen(*words):
    # What is wrong is told on stderr.
    return subprocess.run([BIOXEN, *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def main(plan, address=None):
    # Workers have working folders of their own.
    lock = bioxen("sweep", "lock", os.path.abspath(plan)).strip()
    count = json.load(open(lock))["shards"]["count"]
    shards = [dask.delayed(bioxen)("shard", lock, "--index", str(k)) for k in range(count)]
    if address:
        from dask.distributed import Client

        with Client(address):
            dask.compute(*shards)
    else:
        dask.compute(*shards, scheduler=get)
    print(bioxen("sweep", "merge", os.path.dirname(lock)), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
