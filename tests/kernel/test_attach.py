"""`bioxen session`, `bioxen attach`, `bioxen top --attach` and the board, as their users call them."""

import contextlib
import http.client
import json
import os
import pty
import random
import re
import select
import signal
import socket
import stat
import subprocess
import threading
import time
from pathlib import Path

import pytest

from conftest import TIMEOUT, wait_until
from places import BIOXEN, Place

@pytest.fixture
def place():
    made = Place()
    yield made
    made.end()


@pytest.fixture
def lab(place):
    place.call("session", "start", "lab")
    return place


def test_a_session_lives_on_between_dialogues(lab):
    lab.call("attach", "lab", text='let c = quick_start_vm("ecoli", "demo");\nlet x = 41;\n')
    assert lab.call("attach", "lab", text="x + 1\nlist_vms()\n").stdout.splitlines()[0] == "42"
    here = lab.listed()["lab"]
    assert here["state"] == "idle" and here["vms"] == 1 and here["memory_bytes"] > 1e6
    # The same numbers as anywhere else.
    text = 'start_transcription(["lacZ"]); let t = run(5.min); t["lacZ.mrna"][-1]\n'
    alone = 'let c = quick_start_vm("ecoli", "demo");\n' + text
    assert lab.call("attach", "lab", text=text).stdout == lab.call("repl", text=alone).stdout


def test_names_are_taken_free_wrong_and_unknown(lab):
    assert "there is a session `lab` already" in lab.call("session", "start", "lab", code=1).stderr
    assert "cannot be the name" in lab.call("session", "start", "../x", code=1).stderr
    wrong = lab.call("attach", "lob", code=1).stderr
    assert "there is no session `lob`" in wrong and "did you mean `lab`?" in wrong
    assert "lab has ended" in lab.call("session", "stop", "lab").stderr
    assert "no session runs" in lab.call("session", "list").stdout
    assert [p.name for p in lab.file("").iterdir()] == ["lab.log"], "nothing else stays"
    lab.call("session", "start", "lab")


def test_a_kernel_that_cannot_start_says_why_and_leaves_nothing(place):
    told = place.call("session", "start", "lab", "--", "--nope", code=1).stderr
    assert "has ended at once" in told and "--nope" in told
    assert place.listed() == {}


def test_a_session_that_was_killed_is_told_and_swept(lab):
    os.kill(lab.listed()["lab"]["pid"], signal.SIGKILL)
    wait_until(lambda: lab.listed()["lab"]["state"] == "ended")
    assert "has ended without taking its files away" in lab.call("attach", "lab", code=1).stderr
    assert "has ended without" in lab.call("session", "start", "lab", code=1).stderr
    assert "took the files of lab away" in lab.call("session", "list", "--gc").stderr
    lab.call("session", "start", "lab")


def test_files_and_sockets_are_private(lab):
    for path in lab.file("").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(lab.file("").stat().st_mode) == 0o700
    key = json.loads(lab.file("lab.json").read_text())["key"]
    pid = lab.listed()["lab"]["pid"]
    seen = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
    seen += lab.file("lab.log").read_bytes() + lab.call("session", "log", "lab", "--json").stdout.encode()
    assert key.encode() not in seen
    if os.geteuid() == 0:
        # Another user of the machine gets nothing.
        for name in ("lab.json", "lab-1", "lab-3"):
            tried = subprocess.run(
                ["python3", "-c", "import socket, sys\npath = sys.argv[1]\n"
                 "try: socket.socket(socket.AF_UNIX).connect(path)\nexcept PermissionError: pass\nelse: sys.exit('in')\n"
                 "try: open(path)\nexcept PermissionError: pass\nelse: sys.exit('read')", lab.file(name)],
                user="nobody", group="nogroup", extra_groups=[], cwd="/", capture_output=True, text=True,
            )
            assert tried.returncode == 0, (name, tried)


def test_everybody_is_in_the_log_with_names(lab):
    lab.call("attach", "lab", "--as", "ben", text="let y = 1;\nprint(\"from ben\")\n")
    lab.call("attach", "lab", "--as", "cleo", text="nonsense\n", code=1)
    log = json.loads(lab.call("session", "log", "lab", "--json").stdout)
    assert [(one["who"], one["state"]) for one in log] == [("ben", "ok"), ("ben", "ok"), ("cleo", "error")]
    assert "from ben" in lab.call("session", "log", "lab").stdout


def test_dialogues_at_once_lose_and_mix_nothing(lab):
    lab.call("attach", "lab", text="let n = 0;\n")
    outputs = {}

    def work(name):
        text = "".join(f'n += 1; "{name} {i}"\n' for i in range(60))
        outputs[name] = lab.call("attach", "lab", "--as", name, text=text).stdout.splitlines()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("ada", "ben", "cleo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, lines in outputs.items():
        assert lines == [f"{name} {i}" for i in range(60)]
    assert lab.call("attach", "lab", text="n\n").stdout == "180\n"


def test_who_dies_in_the_middle_takes_nothing_along(lab):
    lab.call("attach", "lab", text='let c = quick_start_vm("ecoli", "demo"); let done = 0;\n')
    for i in range(5):
        client = lab.open("attach", "lab", stdin=subprocess.PIPE)
        client.stdin.write(f"run(200.min); done += 1; // {i}\n")
        client.stdin.flush()
        wait_until(lambda: f"// {i}" in lab.call("session", "log", "lab", "--json").stdout)
        client.kill()
        client.communicate()
    assert lab.call("attach", "lab", text="done\n").stdout == "5\n", "what was begun is finished"


def test_an_interrupt_ends_the_evaluation_and_not_the_session(lab):
    client = lab.open("attach", "lab", stdin=subprocess.PIPE)
    client.stdin.write("let k = 7;\nloop { k += 1; }\n")
    client.stdin.flush()
    wait_until(lambda: (lab.listed()["lab"]["running"] or {}).get("code", "").startswith("loop"))
    client.send_signal(signal.SIGINT)
    out, err = client.communicate(timeout=TIMEOUT)
    assert client.returncode == 130 and "interrupted" in err, (client.returncode, out, err)
    assert lab.call("attach", "lab", text="k > 7\n").stdout == "true\n"


def test_a_script_is_the_first_text(place):
    script = place.folder / "first.rhai"
    script.write_text('let c = quick_start_vm("ecoli", "demo");\nlet z = 5;\n')
    place.call("session", "start", "lab", "--script", script)
    assert place.call("attach", "lab", text="z\n").stdout == "5\n"
    place.call("session", "start", "other", "--script", place.folder / "none.rhai", code=2)
    assert list(place.listed()) == ["lab"]


def test_what_is_shown_is_what_a_dialogue_shows(lab):
    text = 'let c = quick_start_vm("ecoli", "demo");\n?run\n:vms\n:who\n:people\n:log 2\n:nope\n1 +\n2\n'
    done = lab.call("attach", "lab", text=text, code=1)
    for part in ("run(", "demo", "ecoli", "ada (you)", "nothing runs", "there is no command `:nope`", "\n3\n"):
        assert part in done.stdout + done.stderr, (part, done)


def test_top_shows_a_session(lab):
    lab.call("attach", "lab", text='let c = quick_start_vm("ecoli", "demo");\n')
    told = json.loads(lab.call("top", "--attach", "lab", "--json").stdout)
    assert [vm["id"] for vm in told["vms"]] == ["demo"]
    assert "no session `lob`" in lab.call("top", "--attach", "lob", "--once", code=1).stderr


def board(lab):
    process = lab.open("session", "board", "lab")
    return process, process.stdout.readline().strip()


def visit(address, **headers):
    host, port, path = re.fullmatch(r"http://([^:]+):(\d+)(.*)", address).groups()
    connection = http.client.HTTPConnection(host, int(port), timeout=TIMEOUT)
    connection.request("GET", path, headers=headers)
    return connection.getresponse()


def test_the_board_opens_once_and_only_looks(lab):
    process, address = board(lab)
    try:
        base = address.split("/?")[0]
        assert base.startswith("http://127.0.0.1:")
        for path in ("/", "/events", "/board.js", "/?token=" + "0" * 32):
            assert visit(base + path).status == 403
        assert visit(address, Host="evil.example").status == 421
        entered = visit(address)
        assert entered.status == 303 and visit(address).status == 403
        cookie = entered.getheader("Set-Cookie").split(";")[0]
        assert "HttpOnly" in entered.getheader("Set-Cookie")
        page = visit(base + "/", Cookie=cookie)
        assert page.status == 200 and b"board.js" in page.read()
        assert "default-src 'none'" in page.getheader("Content-Security-Policy")
        assert process.stdout.readline().startswith(base), "the next address"
        events = visit(base + "/events", Cookie=cookie)
        lab.call("attach", "lab", "--as", "ben", text='let c = quick_start_vm("ecoli", "demo"); run(1.min);\n')

        def state():
            line = events.readline().decode()
            return json.loads(line[6:]) if line.startswith("data: ") else None

        seen = wait_until(lambda: (s := state()) and s["samples"] and s["vms"] and s)
        assert seen["vms"][0]["id"] == "demo" and any("[ben] >" in line for line in seen["lines"])
        lab.call("session", "stop", "lab")
        wait_until(lambda: (s := state()) and s["ended"])
        assert process.wait(TIMEOUT) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def sshd(lab):
    """A real OpenSSH server on loopback, for the user of the tests alone."""
    folder = lab.folder / "ssh"
    folder.mkdir()
    for name in ("host", "key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    user = subprocess.check_output(["id", "-un"], text=True).strip()
    for _ in range(10):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (folder / "config").write_text(
            f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host\nPidFile none\n"
            f"AuthorizedKeysFile {folder}/key.pub\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
            f"KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nAllowUsers {user}\nPrintMotd no\n"
            f"SetEnv XDG_RUNTIME_DIR={lab.run_folder}\n"
        )
        with open(folder / "log", "w") as log:
            server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", folder / "config"], stderr=log)

        def ready():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                return True
            return server.poll() is not None

        wait_until(ready)
        if server.poll() is None:
            break
    (folder / "known").write_text(f"[127.0.0.1]:{port} " + (folder / "host.pub").read_text())
    yield f"{user}@127.0.0.1", ["--ssh-port", port, "--ssh-key", folder / "key", "--known-hosts", folder / "known",
                                "--binary", BIOXEN]
    server.kill()
    server.wait()


def test_a_session_is_attached_to_over_ssh(lab, sshd):
    place, how = sshd
    text = 'let c = quick_start_vm("ecoli", "demo");\nstart_transcription(["lacZ"]);\nrun(1.min);\nprint("far");\n6 * 7\n'
    assert lab.call("attach", f"{place}:lab", *how, text=text).stdout == "far\n42\n"
    assert lab.call("attach", "lab", text='vm("demo").status().state\n').stdout == "running\n"
    wrong = lab.call("attach", f"{place}:lob", *how, code=1).stderr
    assert "there is no session `lob`" in wrong, wrong
    assert "cannot be the name" in lab.call("attach", f"{place}:lab;id", *how, code=1).stderr
    unknown = [*how[:5], "/dev/null", *how[6:]]
    assert "not known" in lab.call("attach", f"{place}:lab", *unknown, code=1).stderr


def test_ssh_that_is_cut_leaves_the_session(lab, sshd):
    place, how = sshd
    client = lab.open("attach", f"{place}:lab", *how, stdin=subprocess.PIPE)
    client.stdin.write("let k = 0; while k < 3000000 { k += 1; } k\n")
    client.stdin.flush()
    wait_until(lambda: lab.listed()["lab"]["state"] == "busy")
    client.kill()
    client.communicate()
    assert lab.call("attach", "lab", text="k\n").stdout == "3000000\n"


def test_random_detaches_kills_and_attaches_lose_nothing_that_was_answered(lab):
    """`make sessions-soak` does it 200 times."""
    chance = random.Random(5)
    lab.call("attach", "lab", text="let answered = [];\n")
    seen = []
    for i in range(int(os.environ.get("BIOXEN_ATTACHES", "20"))):
        client = lab.open("attach", "lab", "--as", f"p{i % 3}", stdin=subprocess.PIPE)
        for k in range(chance.randrange(1, 4)):
            client.stdin.write(f"answered.push({10 * i + k}); {10 * i + k}\n")
        end = chance.choice(["detach", "kill", "term", "cut", "late"])
        if end == "late":
            client.stdin.write("let late = 0; while late < 200000 { late += 1; }\n")
        client.stdin.flush()
        if end in ("kill", "term", "late"):
            # What it has been told is answered; how far it gets is chance.
            line = client.stdout.readline()
            seen += [int(line)] if line.strip() else []
            client.send_signal(signal.SIGTERM if end == "term" else signal.SIGKILL)
        elif end == "cut":
            client.stdin.close()
            client.stdin = None
        out, _ = client.communicate(timeout=TIMEOUT)
        seen += [int(line) for line in out.split() if line.isdigit()]
    kept = json.loads(lab.call("attach", "lab", text="print(answered)\n").stdout)
    assert set(seen) <= set(kept), sorted(set(seen) - set(kept))
    assert len(kept) == len(set(kept)), "nothing was evaluated twice"
    assert lab.call("session", "list", "--json").stdout.count('"name"') == 1


class Terminal:
    """`bioxen attach` at a terminal of its own."""

    def __init__(self, lab, *words):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(lab.folder)
            os.execve(BIOXEN, [str(BIOXEN), "attach", "lab", "--no-history", *words], lab.env)
        self.seen = ""
        self.until("Attached to `lab`")

    def until(self, text, since=0):
        """Reads until a text is there, and gives what was seen up to then."""
        deadline = time.monotonic() + TIMEOUT
        while text not in self.seen[since:]:
            assert time.monotonic() < deadline, self.seen[-2000:]
            if select.select([self.fd], [], [], 0.1)[0]:
                try:
                    got = os.read(self.fd, 65536)
                except OSError:
                    got = b""
                assert got, f"ended before {text!r}: {self.seen[-2000:]}"
                self.seen += got.decode(errors="replace")
        return self.seen

    def type(self, text):
        os.write(self.fd, text.encode())

    def close(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def test_much_output_of_others_holds_nobody_up(lab):
    terminal = Terminal(lab)
    text = 'let s = "0123456789"; for i in 0..13 { s += s; } for i in 0..60 { print(s); }\n'
    lab.call("attach", "lab", "--as", "ben", text=text)
    terminal.type("20 + 3\r")
    terminal.until("\n23")
    assert len(terminal.seen) < 100_000, "of much the first lines are shown"
    terminal.type(":detach\r")
    terminal.close()


def test_lines_that_are_pasted_are_all_evaluated(lab):
    """By a terminal that does not say that it pastes."""
    terminal = Terminal(lab)
    terminal.type("".join(f"let plain{i} = {i};\r" for i in range(20)) + "plain0 + plain19 + 1000\r")
    terminal.until("1019")
    terminal.type(":detach\r")
    terminal.close()
    names = lab.call("attach", "lab", text="variables().len()\n").stdout
    assert names == "20\n"


def test_a_terminal_that_goes_leaves_its_run(lab):
    terminal = Terminal(lab)
    terminal.type("let k = 0; while k < 1500000 { k += 1; }\r")
    wait_until(lambda: (lab.listed()["lab"]["running"] or {}).get("code", "").startswith("let k"))
    terminal.close()
    assert lab.call("attach", "lab", text="k\n").stdout == "1500000\n"


def test_commands_are_followed_while_one_waits(lab):
    terminal, other = Terminal(lab, "--as", "ada"), Terminal(lab, "--as", "ben")
    terminal.type("loop {}\r")
    other.until("[ada] > loop {}")
    other.type("40 + 2\r")
    other.until("waiting: ada runs")
    other.type(":people\n")
    other.until("ben waits with `40 + 2`")
    other.type(":interrupt\n")
    other.until("runs this; interrupt with force")
    other.type("50 + 5\n:interrupt force\n")
    other.until("\n42")
    other.until("\n55")
    terminal.until("interrupted")
    terminal.type("loop {}\r")
    other.until("loop {}", since=len(other.seen))
    terminal.type(":detach\n")
    os.waitpid(terminal.pid, 0)
    os.close(terminal.fd)
    assert lab.listed()["lab"]["running"]["who"] == "ada", "it goes on"
    other.type(":interrupt force\r")
    other.type(":detach\r")
    other.close()


def test_a_script_that_fails_is_told(place):
    script = place.folder / "bad.rhai"
    script.write_text("nonsense()")
    assert "the script failed: there is no function" in place.call("session", "start", "lab", "--script", script, code=1).stderr
    assert place.listed()["lab"]["state"] == "idle"
    wrong = place.call("attach", "lab", "--as", "ada\u200b", code=2).stderr
    assert "a name has 1 to 64 letters" in wrong
