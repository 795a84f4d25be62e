"""Sessions as processes: where they live, how they end, who reaches them."""

import json
import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from conftest import TIMEOUT, program, wait_until
from shared import Late, Person, Shared, connection_file, names


def test_it_lives_in_no_terminal_and_ends_without_traces(session):
    lab = session()
    ada = lab.join("ada")
    pid = lab.process.pid
    assert os.getsid(pid) == pid != os.getsid(0)
    os.kill(pid, signal.SIGHUP)
    assert ada.run("6 * 7")["content"]["status"] == "ok"
    modes = {p: stat.S_IMODE(p.stat().st_mode) for p in [*lab.sockets, lab.file, lab.file.with_suffix(".lock")]}
    assert set(modes.values()) == {0o600}, modes
    assert ada.ask("control", "shutdown_request", {"restart": False})["status"] == "ok"
    assert lab.process.wait(timeout=TIMEOUT) == 0
    assert sorted(p.name for p in lab.folder.iterdir()) == ["lab.log"]


def test_the_leader_of_the_terminal_may_be_outside(tmp_path):
    """In a container the process that leads the terminal's session has no number."""
    file = connection_file(tmp_path)
    # No group of its own: the kernel is to leave a session whose leader it cannot see.
    inside = ["unshare", "--pid", "--fork", "--kill-child", sys.executable, "-c", textwrap.dedent(f"""
        import os, subprocess, sys
        kernel = subprocess.Popen([{str(program())!r}, "-f", {str(file)!r}, "--session", "lab"])
        print(os.getsid(0), flush=True)
        sys.exit(kernel.wait())
    """)]
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    inside[1:1] = user
    if subprocess.run([*inside[:inside.index("--kill-child")], "true"], capture_output=True).returncode != 0:
        pytest.skip("no namespace of processes can be made here")
    parent = subprocess.Popen(inside, stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout.readline() == "0\n"
        wait_until(lambda: (tmp_path / "lab-5").exists() or parent.poll() is not None)
        ada = Person(file, "ada")
        assert ada.run("6 * 7")["content"]["status"] == "ok"
        ada.ask("control", "shutdown_request", {"restart": False})
        ada.stop_channels()
        assert parent.wait(timeout=TIMEOUT) == 0
    finally:
        parent.kill()
        parent.stdout.close()


def test_a_parent_that_dies_leaves_it(tmp_path):
    file = connection_file(tmp_path)
    script = f"import subprocess, time; subprocess.Popen([{str(program())!r}, '-f', {str(file)!r}, '--session', 'lab']); " \
             "print('started', flush=True); time.sleep(600)"
    environment = {**os.environ, "JPY_PARENT_PID": str(os.getpid())}
    parent = subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE)
    assert parent.stdout.readline() == b"started\n"
    wait_until(lambda: (tmp_path / "lab-5").exists())
    parent.kill()
    parent.wait(timeout=TIMEOUT)
    parent.stdout.close()
    ada = Person(file, "ada")
    assert ada.run("1")["content"]["status"] == "ok"
    process = psutil.Process(ada.people()["pid"])
    ada.ask("control", "shutdown_request", {"restart": False})
    ada.stop_channels()
    process.wait(timeout=TIMEOUT)


def test_one_kernel_has_a_connection_file(session):
    lab = session()
    ada = lab.join("ada")
    second = lab.start()
    assert second.wait(timeout=TIMEOUT) == 1
    said = Path(lab.log.name).read_text()
    assert "lab.lock is locked by a session that runs" in said
    assert ada.run("1")["content"]["status"] == "ok"
    assert lab.file.exists() and all(s.exists() for s in lab.sockets)
    # After kill -9 the same file can be used again.
    lab.process.kill()
    lab.process.wait(timeout=TIMEOUT)
    ada.stop_channels()
    lab.process = lab.start()
    assert lab.join("ben").run("1")["content"]["status"] == "ok"


@pytest.mark.parametrize("change, said", [
    ({"key": ""}, "a `key` with which messages are signed is expected"),
    ({"transport": "tcp", "ip": "127.0.0.1"}, "the `transport` ipc"),
    ({"mode": 0o644}, "mode 644): a session needs mode 600"),
])
def test_what_others_could_reach_is_refused(tmp_path, change, said):
    mode = change.pop("mode", 0o600)
    file = connection_file(tmp_path, **change)
    file.chmod(mode)
    done = subprocess.run([program(), "-f", file, "--session", "lab"], capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 1 and said in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lab.json"]


@pytest.mark.parametrize("arguments, said", [
    (["--session", "a/b"], "`a/b` is no name of a session"),
    (["--session", "lab", "--policy", "all"], "possible values: free, own, owner"),
    (["--policy", "free"], "--session"),
    (["--owner", "ada"], "--session"),
])
def test_wrong_options_are_told(tmp_path, arguments, said):
    file = connection_file(tmp_path)
    done = subprocess.run([program(), "-f", file, *arguments], capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 2 and said in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="another user is needed")
def test_another_user_gets_nothing(session, tmp_path):
    lab = session()
    lab.join("ada")
    nobody = pwd.getpwnam("nobody")
    # The folders above are open, so that it is the modes of the files that count.
    for folder in [tmp_path, *tmp_path.parents[:-2]]:
        if folder != Path("/tmp"):
            folder.chmod(0o755)
    script = textwrap.dedent(f"""
        import os, socket, sys
        os.setgroups([]); os.setgid({nobody.pw_gid}); os.setuid({nobody.pw_uid})
        assert os.listdir({str(tmp_path)!r}), "the folder is open"
        got = []
        for path in {[str(p) for p in [lab.file, lab.file.with_suffix(".lock")]]!r}:
            try:
                got.append(open(path).read())
            except PermissionError:
                pass
        for path in {[str(p) for p in lab.sockets]!r}:
            try:
                socket.socket(socket.AF_UNIX).connect(path)
                got.append(path)
            except PermissionError:
                pass
        for path in (f"/proc/{lab.process.pid}/environ", f"/proc/{lab.process.pid}/mem"):
            try:
                got.append(open(path, "rb").read(1))
            except (PermissionError, OSError):
                pass
        assert not got, got
        print("nothing")
    """)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=TIMEOUT)
    assert done.stdout == "nothing\n", done.stderr
    key = json.loads(lab.file.read_text())["key"]
    assert key not in " ".join(psutil.Process(lab.process.pid).cmdline()), "processes are for all to see"
    assert key not in Path(lab.log.name).read_text()


def test_without_the_key_nobody_is_heard(session, tmp_path):
    lab = session()
    ada = lab.join("ada")
    forged = json.loads(lab.file.read_text()) | {"key": "another"}
    file = tmp_path / "forged.json"
    file.write_text(json.dumps(forged))
    stranger = Late.__new__(Late)
    super(Person, stranger).__init__(connection_file=str(file))
    stranger.load_connection_file()
    stranger.session.username = "mallory"
    stranger.start_channels(hb=False)
    stranger.execute("let mine = 1;")
    stranger.control_channel.send(stranger.session.msg("shutdown_request", {"restart": False}))
    assert ada.run("mine")["content"]["status"] == "error"
    assert names(ada) == {"ada": 1}
    stranger.stop_channels()


def test_many_connections_leave_nothing(session):
    """Who comes and goes is forgotten: names of 300 people, and 10 000 connections that say nothing."""
    lab = session()
    ada = lab.join("ada")
    process = psutil.Process(lab.process.pid)
    for i in range(300):
        guest = Late(lab.file, f"guest {i}")
        assert f"guest {i}" in names(guest)
        guest.stop_channels()
    wait_until(lambda: names(ada) == {"ada": 1})
    threads = wait_until(lambda: process.num_threads() < 60 and process.num_threads())
    before, files = process.memory_info().rss, process.num_fds()
    for _ in range(10_000):
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(str(lab.sockets[0]))
    wait_until(lambda: process.num_fds() <= files + 5)
    wait_until(lambda: process.num_threads() <= threads + 5)
    assert process.memory_info().rss < 1.2 * before + (8 << 20)
    assert ada.run("1")["content"]["status"] == "ok"

