"""Durable sessions: killed at any moment they go on from the last checkpoint bit for bit, and say what is lost."""

import random
import signal
import socket
import stat
import subprocess
import time

import pytest

from conftest import TIMEOUT, program, wait_until
from shared import Shared, connection_file

KILLS = 20
SETUP = """let n = 0; let sum = 0.0; seed(7);
create_bio_vm("demo", "ecoli").start(); start_transcription(["lacZ", "lacY"]);
fn step(x) { x + 1 }"""
# A step depends on everything before: the cell, the random streams, variables, functions.
STEP = 'n = step(n); let t = run(0.5.min); sum += t["lacZ"][-1] / 3.0; [n, sum, t["lacZ.mrna"][-1], now()]'


class Lasting(Shared):
    """A durable session that can be killed and started again."""

    def __init__(self, folder, every=0):
        self.kept = folder / "kept"
        self.options = ["--durable", self.kept, "--checkpoint-every", str(every)]
        super().__init__(folder, *self.options)

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=TIMEOUT)
        for person in self.people:
            person.stop_channels()
        self.people.clear()

    def again(self):
        self.process = self.start(*self.options)
        # A client must not meet the sockets of the one that was killed.
        wait_until(lambda: self.process.poll() is not None or self.answers())
        return self.join("ada")

    def answers(self):
        with socket.socket(socket.AF_UNIX) as one:
            return all(s.exists() for s in self.sockets) and one.connect_ex(str(self.sockets[4])) == 0


@pytest.fixture
def lasting(tmp_path):
    sessions = []

    def start(**options):
        sessions.append(Lasting(tmp_path, **options))
        return sessions[-1]

    yield start
    for one in sessions:
        one.end()


def value(person, code):
    request = person.execute(code)
    reply = person.answer("shell", request)["content"]
    assert reply["status"] == "ok", reply
    return person.until(request, "execute_result")["content"]["data"]["text/plain"]


def test_kills_at_any_moment(lasting, tmp_path):
    """Every step gives what it gives in a session that was never killed, and the list of what is lost is exact."""
    chance = random.Random(7)
    steps = 200
    (tmp_path / "calm").mkdir()
    calm = Shared(tmp_path / "calm", name="calm")
    try:
        eva = calm.join("eva")
        eva.run(SETUP)
        right = [value(eva, STEP) for _ in range(steps)]
    finally:
        calm.end()
    assert len(set(right)) == steps
    lab = lasting()
    ada = lab.join("ada")
    assert ada.run(SETUP)["content"]["status"] == "ok"
    wait_until(lambda: list(lab.kept.glob("*.checkpoint")))
    done, sent, kills, lives = 0, 0, 0, []
    while kills < KILLS:
        # Some cells are waited for; then a few are sent at once, and the kernel is killed while it works.
        for _ in range(chance.randrange(3)):
            assert value(ada, STEP) == right[done]
            done = sent = done + 1
        burst = chance.randrange(1, 5)
        for _ in range(burst):
            ada.execute(STEP)
        time.sleep(chance.random() * 0.08)
        lab.kill()
        kills += 1
        ada = lab.again()
        restored = ada.people()["restored"]
        assert restored["when"] and restored["left_out"] == [], restored
        state = int(value(ada, "n"))
        # What only looked may be in the list, too, where no checkpoint was made after it.
        lost = [code for code in restored["lost"] if code != "n"]
        assert done - 1 <= state <= done + burst, "a checkpoint follows every cell"
        assert lost == [STEP] * len(lost) and done <= state + len(lost) <= done + burst
        lives.append((state, len(lost)))
        # What was lost is evaluated again, with the same numbers.
        for i, code in enumerate(lost):
            assert value(ada, code) == right[state + i]
        done = state + len(lost)
        assert value(ada, "n") == str(done)
    assert any(lost for _, lost in lives), lives
    assert value(ada, STEP) == right[done]
    # The oldest goes after the reply.
    wait_until(lambda: len(list(lab.kept.glob("*.checkpoint"))) == 3)


def test_what_is_lost_is_said_and_can_be_run_again(lasting):
    lab = lasting(every=3600)
    ada = lab.join("ada")
    ada.run("let a = 1;")
    [first] = wait_until(lambda: list(lab.kept.glob("*.checkpoint")))
    for code in ("a += 1;", 'print("two\nlines")', "  ", "no_such_name"):
        ada.run(code)
    assert list(lab.kept.glob("*.checkpoint")) == [first], "at most one an hour"
    assert "restored" not in ada.people()
    lab.kill()
    ada = lab.again()
    lost = ["a += 1;", 'print("two\nlines")', "no_such_name"]
    assert ada.people()["restored"]["lost"] == lost
    request = ada.execute("a")
    told = ada.until(request, "stream")["content"]
    assert told["name"] == "stderr" and "goes on from its checkpoint of " in told["text"]
    assert "a += 1;" in told["text"] and "\n  lines\")" in told["text"]
    result = ada.until(request, "execute_result")["content"]
    assert (result["data"]["text/plain"], result["execution_count"]) == ("1", 2)
    assert "goes on from its checkpoint" in (lab.folder / "lab.log").read_text()


def test_an_orderly_end_loses_nothing(lasting):
    lab = lasting(every=3600)
    ada = lab.join("ada")
    ada.run("let a = 1;")
    wait_until(lambda: list(lab.kept.glob("*.checkpoint")))
    ada.run("a = 2; fn twice(x) { 2 * x }")
    running = ada.begin("a = 3; print(\"set\"); loop {}")
    ada.until(running, "stream")
    ada.execute("a = 4; loop {}")
    lab.process.send_signal(signal.SIGTERM)
    assert lab.process.wait(timeout=TIMEOUT) == 128 + signal.SIGTERM
    assert running and not lab.file.exists()
    lab.people.clear()
    connection_file(lab.folder)
    ada = lab.again()
    assert ada.people()["restored"]["lost"] == []
    assert value(ada, "twice(a)") == "6"


def test_a_damaged_checkpoint_leaves_the_one_before(lasting):
    lab = lasting()
    ada = lab.join("ada")
    for i in range(3):
        ada.run(f"let a = {i};")
        wait_until(lambda: len(list(lab.kept.glob("*.checkpoint"))) == i + 1)
    lab.kill()
    newest = max(lab.kept.glob("*.checkpoint"))
    newest.write_bytes(newest.read_bytes()[:-7])
    ada = lab.again()
    assert ada.people()["restored"]["lost"] == ["let a = 2;"]
    assert value(ada, "a") == "1"
    assert newest.with_suffix(".unreadable").exists()
    assert newest.name in (lab.folder / "lab.log").read_text()


def test_a_folder_has_one_session_and_is_private(lasting, tmp_path):
    lab = lasting()
    ada = lab.join("ada")
    ada.run('let secret = "only for ada";')
    wait_until(lambda: list(lab.kept.glob("*.checkpoint")))
    assert stat.S_IMODE(lab.kept.stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in lab.kept.iterdir()} == {0o600}
    other = connection_file(tmp_path, "other")
    done = subprocess.run([program(), "-f", other, "--session", "other", "--durable", lab.kept],
                          capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 1 and "is locked by a session that runs" in done.stderr
