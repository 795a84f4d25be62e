"""Sessions that people share: who is here, whose cell runs, what a late client learns, who may interrupt."""

import json
import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from conftest import TIMEOUT, program, text, wait_until
from shared import Person, Shared, connection_file

NOT_YOURS = "`ada` runs this; interrupt with force if it must end"


@pytest.fixture
def session(tmp_path):
    """Starts sessions that end with the test."""
    sessions = []

    def start(*arguments, **options):
        sessions.append(Shared(tmp_path, *arguments, **options))
        return sessions[-1]

    yield start
    for one in sessions:
        one.end()


def names(person):
    return {p["name"]: p["clients"] for p in person.people()["people"]}


def test_people_know_of_each_other(session):
    lab = session("--policy", "owner", "--owner", "ada")
    ada, ben = lab.join("ada"), lab.join("ben")
    told = ben.people()
    assert (told["session"], told["policy"], told["owner"], told["me"]) == ("lab", "owner", "ada", "ben")
    assert told["pid"] == lab.process.pid and told["memory_bytes"] > 1 << 20
    assert (told["execution_state"], told["running"], told["waiting"]) == ("idle", None, [])
    assert names(ben) == {"ada": 1, "ben": 1}
    lab.join("ada")
    assert names(ben) == {"ada": 2, "ben": 1}
    # What runs and what waits, while it does.
    running = ada.begin("loop {}")
    behind = ben.execute("1 + 1")
    wait_until(lambda: ben.people()["waiting"])
    told = ada.people()
    assert told["execution_state"] == "busy"
    assert (told["running"]["who"], told["running"]["msg_id"]) == ("ada", running)
    assert told["running"]["code"] == "loop {}" and told["running"]["since_s"] >= 0
    assert told["waiting"] == [{"who": "ben", "code": "1 + 1"}]
    assert ada.ask("control", "interrupt_request", {})["status"] == "ok"
    assert ada.answer("shell", running)["content"]["ename"] == "Interrupted"
    assert ben.answer("shell", behind)["content"]["status"] == "ok"
    told = ada.people()
    assert (told["running"], told["waiting"]) == (None, [])
    # Who has gone is not here any more.
    ben.stop_channels()
    wait_until(lambda: names(ada) == {"ada": 2})


def test_inputs_and_prompts_say_whose_and_where(session):
    lab = session()
    ada, ben = lab.join("ada"), lab.join("ben")
    reply = ada.run('create_bio_vm("demo", "ecoli").start(); let dose = 3.mM;')
    assert reply["metadata"]["bioxen"] == {"vm": "demo", "time_min": 0.0}
    request = ada.execute("run(2.min);")
    told = ben.until(request, "execute_input")
    assert told["parent_header"]["username"] == "ada"
    assert ada.answer("shell", request)["metadata"]["bioxen"] == {"vm": "demo", "time_min": 2.0}
    state = ben.ask("shell", "bioxen_request", {"ask": "state"})
    assert (state["status"], state["vm"], state["time_min"]) == ("ok", "demo", 2.0)
    assert state["variables"] == [["dose", "Concentration", "3 mM"]]
    assert [vm["id"] for vm in state["statuses"]] == ["demo"] and isinstance(state["seed"], int)
    vms = ben.ask("control", "bioxen_request", {"ask": "vms"})
    assert vms["time_min"] == 2.0 and vms["vms"] == state["statuses"]
    assert ben.people()["vms"] == 1
    assert ben.ask("shell", "bioxen_request", {"ask": "people"})["session"] == "lab"
    wrong = ben.ask("control", "bioxen_request", {"ask": "state"})
    assert wrong["status"] == "error" and "shell" in wrong["evalue"]
    wrong = ben.ask("control", "bioxen_request", {"ask": "whatever"})
    assert wrong["status"] == "error" and "`people`" in wrong["evalue"]


def test_figures_are_for_notebooks_and_terminals(session):
    lab = session()
    ada = lab.join("ada")
    request = ada.execute('create_bio_vm("demo", "ecoli").start(); run(2.min); plot(run(3.min))')
    data = ada.until(request, "execute_result")["content"]["data"]
    assert sorted(data) == ["image/png", "image/svg+xml", "text/plain"]
    lines = data["text/plain"].splitlines()
    assert len(lines) > 10 and max(map(len, lines)) <= 78
    assert any("\u2800" <= c <= "\u28ff" for c in data["text/plain"]), "braille dots"
    assert "\u001b" not in data["text/plain"]
    request = ada.execute("%%png\nplot_resources(run(1.min))")
    assert "image/svg+xml" not in ada.until(request, "execute_result")["content"]["data"]


class Late(Person):
    """A client that does not wait until the shell answers."""

    def wait_for_ready(self, timeout):
        pass


def test_a_late_client_reads_what_was_shown(session):
    lab = session()
    ada = lab.join("ada")
    ada.run('print("héllo"); 6 * 7')
    ada.run("nothing_of_that_name")
    # What a program evaluates silently, or beside, is shown to nobody, and told to who asks.
    ada.run('print("quiet")', silent=True, user_expressions={"b": "1 + 1"})
    running = ada.begin('for i in 0..3 { print(i) } clear_output(); print("after"); loop {}')
    late = Late(lab.file, "ben")
    entries = wait_until(lambda: (e := late.past()) and "after" in e[-1]["output"] and e)
    assert [e["seq"] for e in entries] == [1, 2, 3, 4, 5]
    assert [e["state"] for e in entries] == ["ok", "error", "ok", "ok", "running"]
    assert [e["code"] for e in entries[2:4]] == ['print("quiet")', "1 + 1"]
    assert entries[0]["output"] == "héllo\n42\n" and entries[0]["who"] == "ada"
    assert entries[0]["code"] == 'print("héllo"); 6 * 7' and entries[0]["execution_count"] == 1
    assert "nothing_of_that_name" in entries[1]["output"] and "\u001b" not in entries[1]["output"]
    assert entries[4]["output"] == "after\n", "what was cleared is gone"
    assert [e["seq"] for e in late.past(1)] == [5]
    ada.ask("control", "interrupt_request", {})
    ada.answer("shell", running)
    assert late.past(1)[0]["state"] == "interrupted"
    late.stop_channels()


def test_the_log_has_an_end(session):
    lab = session()
    ada = lab.join("ada")
    requests = [ada.execute(f"print({i})") for i in range(250)]
    ada.answer("shell", requests[-1])
    ada.run('for i in 0..3000 { print(`line ${i} of many`) }')
    entries = ada.past(1000)
    assert len(entries) == 200 and entries[-1]["seq"] == 251
    assert len(entries[-1]["output"].encode()) <= 16 << 10
    assert entries[-1]["output"].startswith("line 0 of many\n") and entries[-1]["output"].endswith("..")
    assert [e["output"] for e in entries[:3]] == ["51\n", "52\n", "53\n"]
    assert len(ada.ask("control", "bioxen_request", {"ask": "log"})["entries"]) == 20


@pytest.mark.parametrize("policy", ["free", "own", "owner"])
def test_interrupts_by_rights(session, policy):
    lab = session("--policy", policy, "--owner", "eva")
    ada, ben, eva = (lab.join(name) for name in ("ada", "ben", "eva"))

    def interrupt(person, **content):
        return person.ask("control", "interrupt_request", content)

    def ends(request, by=None):
        content = ada.answer("shell", request)["content"]
        assert content["ename"] == "Interrupted"
        told = [line for line in content["traceback"] if "has interrupted it" in line]
        assert told == ([f"note: `{by}` has interrupted it"] if by else [])

    assert interrupt(ben)["status"] == "ok", "nothing runs"
    request = ada.begin("loop {}")
    if policy == "free":
        assert interrupt(ben)["status"] == "ok"
        return ends(request, "ben")
    refused = interrupt(ben)
    assert (refused["status"], refused["ename"]) == ("error", "NotYours")
    assert ada.people()["running"]["msg_id"] == request
    if policy == "own":
        assert refused["evalue"] == NOT_YOURS
        assert interrupt(eva)["evalue"] == NOT_YOURS
        assert interrupt(ben, force=True)["status"] == "ok"
    else:
        assert "`ada` runs this" in refused["evalue"] and "`eva`" in refused["evalue"]
        assert interrupt(ben, force=True)["ename"] == "NotYours"
        assert interrupt(eva)["evalue"] == NOT_YOURS
        assert ada.people()["running"]["msg_id"] == request
        assert interrupt(eva, force=True)["status"] == "ok"
    ends(request, "ben" if policy == "own" else "eva")
    request = ada.begin("loop {}")
    assert interrupt(ada)["status"] == "ok"
    ends(request)


def test_an_error_gives_up_the_cells_of_its_own_client_only(session):
    lab = session()
    ada, ben = lab.join("ada"), lab.join("ben")
    other = lab.join("ada")
    first = ada.begin('input("wait: ")')
    ada.get_stdin_msg(timeout=TIMEOUT)
    own = [ada.execute("no_such_name"), ada.execute("1"), ada.execute("2")]
    wait_until(lambda: len(ben.people()["waiting"]) == 3)
    others = [ben.execute("3"), ben.execute("4"), other.execute("5")]
    wait_until(lambda: len(ben.people()["waiting"]) == 6)
    ada.input("on")
    assert ada.answer("shell", first)["content"]["status"] == "ok"
    assert [ada.answer("shell", r)["content"]["status"] for r in own] == ["error", "aborted", "aborted"]
    assert [ben.answer("shell", r)["content"]["status"] for r in others[:2]] == ["ok", "ok"]
    assert other.answer("shell", others[2])["content"]["status"] == "ok"
    states = {e["code"]: e["state"] for e in ben.past()}
    assert states["1"] == states["2"] == "aborted" and states["3"] == "ok"
    assert ben.people()["waiting"] == []


def test_questions_go_to_whose_cell_runs(session):
    lab = session()
    ada, ben = lab.join("ada"), lab.join("ben")
    request = ben.execute('input("your name? ")')
    assert ben.get_stdin_msg(timeout=TIMEOUT)["content"]["prompt"] == "your name? "
    assert not ada.stdin_channel.msg_ready()
    ben.input("Ben")
    assert ben.until(request, "execute_result")["content"]["data"]["text/plain"] == "Ben"


def test_a_client_that_is_killed_leaves_the_session(session, tmp_path):
    lab = session()
    ada = lab.join("ada")
    script = textwrap.dedent(f"""
        import sys, time
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from shared import Person
        ben = Person({str(lab.file)!r}, "ben")
        ben.begin('let kept = 1; let end = false; while !end {{ kept += 1; if kept > 100_000 {{ kept = 2 }} }}')
        print("runs", flush=True)
        time.sleep(600)
    """)
    client = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    try:
        assert client.stdout.readline() == b"runs\n"
        waits = ada.execute("kept > 0")
        wait_until(lambda: ada.people()["waiting"])
    finally:
        client.kill()
        client.wait(timeout=TIMEOUT)
        client.stdout.close()
    wait_until(lambda: names(ada) == {"ada": 1})
    assert ada.people()["running"]["who"] == "ben", "the cell goes on without its client"
    assert ada.ask("control", "interrupt_request", {})["ename"] == "NotYours"
    assert ada.ask("control", "interrupt_request", {"force": True})["status"] == "ok"
    assert ada.until(waits, "execute_result")["content"]["data"]["text/plain"] == "true"


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

