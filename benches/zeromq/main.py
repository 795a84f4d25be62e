"""What a kernel's ports must bear, on the crate `zeromq` and on the kernel's own ZMTP: main.py PROGRAM

Every case starts its own server, on this machine alone, and ends it. Prints a table in Markdown.
"""

import random
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time

import psutil
import zmq

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(48)
PATIENCE = 20  # [s]
MOST = 4 << 30  # A server that takes more memory is ended [bytes].


def ready(kind):
    body = b"\x05READY\x0bSocket-Type" + struct.pack(">I", len(kind)) + kind
    return GREETING + b"\x04" + bytes([len(body)]) + body


class Server:
    """One server, and how much memory and how many threads it ever took."""

    def __init__(self, program, kind):
        self.process = subprocess.Popen([program, kind], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.router, self.pub = self.process.stdout.readline().split()
        self.context = zmq.Context()
        self.peak = self.threads = 0
        self.ended = False
        self.watcher = threading.Thread(target=self.watch)
        self.watcher.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ended = True
        self.watcher.join()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()
        self.context.destroy(linger=0)

    def watch(self):
        while not self.ended:
            try:
                process = psutil.Process(self.process.pid)
                self.peak = max(self.peak, process.memory_info().rss)
                self.threads = max(self.threads, process.num_threads())
                if self.peak > MOST:
                    self.process.kill()
            except psutil.Error:
                pass
            time.sleep(0.005)

    @property
    def megabytes(self):
        return f"{self.peak / 2**20:.0f} MB"

    def fate(self):
        """Whether it lives and answers a new client."""
        if (code := self.process.poll()) is not None:
            words = [w for w in self.process.stderr.read().splitlines() if "allocation" in w]
            return f"dies (signal {-code}): {(words or ['nothing said'])[0]}"
        try:
            asker = self.dealer()
            asker.send_multipart([b"alive?"])
            return "lives" if asker.poll(5000) else "lives, answers nobody"
        except zmq.ZMQError as error:
            return str(error)

    def dealer(self):
        client = self.context.socket(zmq.DEALER)
        client.connect(self.router)
        return client

    def subscriber(self):
        client = self.context.socket(zmq.SUB)
        client.setsockopt(zmq.RCVHWM, 0)
        client.subscribe(b"")
        client.connect(self.pub)
        time.sleep(0.3)
        return client

    def raw(self, address, first=b""):
        host, port = address.removeprefix("tcp://").split(":")
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(5)
        client.connect((host, int(port)))
        client.sendall(first)
        return client

    def publish(self, count, size):
        asker = self.dealer()
        asker.send_multipart([b"publish", str(count).encode(), str(size).encode()])
        return asker


def received(client, count):
    """How many messages come, until none comes for two seconds."""
    got = 0
    while got < count and client.poll(2000):
        client.recv_multipart()
        got += 1
    return got


def round_trips(server):
    client, times = server.dealer(), []
    for i in range(3000):
        before = time.perf_counter()
        client.send_multipart([b"x" * 200])
        client.recv_multipart()
        if i >= 200:
            times.append(1e6 * (time.perf_counter() - before))
    times.sort()
    return f"{statistics.median(times):.0f} / {times[int(0.99 * len(times))]:.0f} µs"


def one_reader(server):
    reader = server.subscriber()
    before = time.perf_counter()
    server.publish(60_000, 200)
    got = received(reader, 60_000)
    return f"{60_000 - got} lost, {time.perf_counter() - before:.2f} s, {server.megabytes}"


def frozen(size):
    """One who subscribes and never reads, beside one who reads."""
    def case(server):
        idle = server.raw(server.pub, ready(b"SUB") + b"\x00\x01\x01")
        reader = server.subscriber()
        before = time.perf_counter()
        asker = server.publish(60_000, size)
        got = received(reader, 60_000)
        taken = time.perf_counter() - before
        asker.poll(1000 * PATIENCE)
        idle.close()
        return f"{60_000 - got} lost, {taken:.1f} s, {server.megabytes}"
    return case


def unread(server):
    """One who asks and never reads the answers."""
    client = server.raw(server.router, ready(b"DEALER"))
    message = b"\x02" + struct.pack(">Q", 10_000) + b"x" * 10_000
    sent = 0
    try:
        while sent < 30_000:
            client.sendall(message)
            sent += 1
    except OSError:
        pass
    return f"{server.fate()}, {server.megabytes}, {sent} taken"


def lie(length):
    def case(server):
        clients = []
        for address in (server.router, server.pub):
            kind = b"SUB" if address == server.pub else b"DEALER"
            clients.append(server.raw(address, ready(kind) + b"\x02" + struct.pack(">Q", length) + b"x"))
        time.sleep(0.5)
        fate = server.fate()
        virtual = "" if server.process.poll() is not None else \
            f", {psutil.Process(server.process.pid).memory_info().vms / 2**30:.1f} GB reserved"
        for client in clients:
            client.close()
        return fate + virtual
    return case


def endless(server):
    """A message of one-byte frames that does not end."""
    client = server.raw(server.router, ready(b"DEALER"))
    try:
        for _ in range(640):
            client.sendall(b"\x01\x01x" * 16_384)
    except OSError:
        pass
    return f"{server.fate()}, {server.megabytes}"


def garbage(server):
    chance = random.Random(1)
    for size in (1, 63, 64, 65, 1000, 100_000) * 10:
        for address in (server.router, server.pub):
            for first in (b"", GREETING, ready(b"DEALER"), ready(b"SUB")):
                try:
                    server.raw(address, first + chance.randbytes(size)).close()
                except OSError:
                    pass
    time.sleep(0.5)
    return f"{server.fate()}, {server.megabytes}"


def crowd(server):
    """A hundred clients of each socket who greet and stay."""
    clients = [server.raw(server.router, ready(b"DEALER")) for _ in range(100)]
    clients += [server.raw(server.pub, ready(b"SUB") + b"\x00\x01\x01") for _ in range(100)]
    time.sleep(0.5)
    fate = server.fate()
    for client in clients:
        client.close()
    return f"{fate}, {server.threads} threads, {server.megabytes}"


CASES = {
    "round trip of 200 bytes, median / p99": round_trips,
    "60 000 messages of 200 bytes to one reader": one_reader,
    "60 000 of 1 kB to a reader, beside one who is frozen": frozen(1000),
    "60 000 of 10 kB, faster than anyone reads": frozen(10_000),
    "300 MB asked by one who reads no answer": unread,
    "a frame that announces 2^30 bytes": lie(2**30),
    "2^40 bytes": lie(2**40),
    "2^62 bytes": lie(2**62),
    "a message of 10 million frames": endless,
    "480 connections with garbage": garbage,
    "200 clients at once": crowd,
}


def main(program):
    print("| | `zeromq` 0.7.0 | own |\n|---|---|---|")
    for name, case in CASES.items():
        row = []
        for kind in ("zeromq", "own"):
            with Server(program, kind) as server:
                row.append(case(server))
        print(f"| {name} | {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
