"""Sessions that are shared with a group of the machine: its members come in, nobody else does."""

import grp
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from conftest import TIMEOUT, wait_until
from places import BIOXEN, Place

# Accounts and groups that need no entry anywhere: their numbers are enough.
GROUP, MEMBER, STRANGER = 54321, 54001, 54002

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several users")


class Shared(Place):
    """Homes of several users on one machine."""

    def __init__(self):
        super().__init__()
        # A home is not shared; a session is started in a folder of its own.
        self.work = self.folder / "work"
        self.work.mkdir()
        # Everybody may pass through, as through /tmp.
        self.folder.chmod(0o755)
        self.groups = Path(tempfile.mkdtemp(prefix="bxg."))
        self.groups.chmod(0o1777)
        self.env["BIOXEN_GROUP_DIR"] = str(self.groups)
        self.homes = []
        # Others cannot enter the folder of the build.
        self.program = self.groups / "bioxen"
        shutil.copy(BIOXEN, self.program)
        self.program.chmod(0o755)

    def process(self, uid, groups, *words, **more):
        home = Path(tempfile.mkdtemp(prefix="bxh."))
        os.chown(home, uid, uid)
        self.homes.append(home)
        env = {
            "PATH": self.env["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "TERM": "xterm",
            "BIOXEN_GROUP_DIR": str(self.groups), "USER": "whoever",
        }
        return subprocess.Popen(
            [self.program, *map(str, words)], env=env, cwd="/", user=uid, group=uid, extra_groups=groups,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more,
        )

    def call_as(self, uid, groups, *words, text="", code=0):
        process = self.process(uid, groups, *words)
        out, err = process.communicate(text, timeout=TIMEOUT)
        assert process.returncode == code, (words, out, err)
        return out, err

    def member(self, *words, **more):
        return self.call_as(MEMBER, [GROUP], *words, **more)

    def stranger(self, *words, **more):
        return self.call_as(STRANGER, [], *words, **more)

    def end(self):
        super().end()
        for folder in [self.groups, *self.homes]:
            shutil.rmtree(folder)


OWNER = pwd.getpwuid(os.geteuid()).pw_name


@pytest.fixture
def class_():
    made = Shared()
    yield made
    made.end()


@pytest.fixture
def shared(class_):
    told = class_.call("session", "start", "lab", "--group", GROUP, "--interrupts", "owner").stdout
    assert f"shared with {GROUP}" in told
    return class_


def test_members_work_in_it_under_their_own_names(shared):
    out, _ = shared.member("attach", f"{OWNER}/lab", text="let x = 41;\nx + 1\n")
    assert out == "42\n"
    assert shared.call("attach", "lab", text="x\n").stdout == "41\n"
    shared.member("attach", f"{OWNER}/lab", "--as", OWNER, text="x += 1;\n")
    shared.call("attach", "lab", "--as", "ben", text="x;\n")
    log = json.loads(shared.call("session", "log", "lab", "--json").stdout)
    who = [one["who"] for one in log]
    assert who == [f"uid {MEMBER} (whoever)"] * 2 + ["ada", f"uid {MEMBER} ({OWNER})", "ada (ben)"], "nobody is somebody else"
    rows, _ = shared.member("session", "list", "--json")
    assert [one["name"] for one in json.loads(rows)] == [f"{OWNER}/lab"]
    # A copy and what comes back of it are for members, too.
    out, _ = shared.member(
        "attach", f"{OWNER}/lab", text=':scratch\nlet d = table(#{a: [x]});\n:merge d\n:back\nd.len()\n')
    assert out.splitlines()[-1] == "1"


def test_nobody_else_gets_anything(shared):
    folder = next(shared.groups.glob("bioxen-*"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o2750 and folder.stat().st_gid == GROUP
    for path in folder.iterdir():
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o640 if path.suffix == ".json" else 0o660) and path.stat().st_gid == GROUP, path
    _, err = shared.stranger("attach", f"{OWNER}/lab", code=1)
    assert "shares no session `lab`" in err
    rows, _ = shared.stranger("session", "list", "--json")
    assert json.loads(rows) == []
    for path in [folder / "lab.json", folder / "lab-1"]:
        tried = subprocess.run(
            ["python3", "-c", "import socket, sys\ntry: socket.socket(socket.AF_UNIX).connect(sys.argv[1])\n"
             "except PermissionError: pass\nelse: sys.exit('in')\n"
             "try: open(sys.argv[1])\nexcept PermissionError: pass\nelse: sys.exit('read')", path],
            user=STRANGER, group=STRANGER, extra_groups=[], cwd="/", capture_output=True, text=True)
        assert tried.returncode == 0, tried
    # The sockets and the key of the owner are the owner's alone, also for members.
    own, theirs = (json.loads(path.read_text()) for path in (shared.file("lab.json"), folder / "lab.json"))
    assert own["key"] != theirs["key"]
    _, err = shared.member("attach", shared.file("lab.json"), code=1)
    assert own["key"] not in err


def test_a_key_that_is_taken_back_ends_connections(shared):
    member = shared.process(MEMBER, [GROUP], "attach", f"{OWNER}/lab")
    member.stdin.write("1 + 1\n")
    member.stdin.flush()
    assert member.stdout.readline() == "2\n"
    kept = (next(shared.groups.glob("bioxen-*")) / "lab.json").read_text()
    assert "its guests have left" in shared.call("session", "unshare", "lab").stdout
    out, err = member.communicate("2 + 2\n", timeout=TIMEOUT)
    assert out == "" and "the session is gone" in err and member.returncode == 1, (out, err)
    _, err = shared.member("attach", f"{OWNER}/lab", code=1)
    assert "shares no session `lab`" in err
    assert "was not shared" in shared.call("session", "unshare", "lab").stdout
    # The owner goes on, and shares it anew with another key; the old one opens nothing.
    assert shared.call("attach", "lab", text="3\n").stdout == "3\n"
    shared.call("session", "share", "lab", "--group", GROUP)
    assert shared.member("attach", f"{OWNER}/lab", text="4\n")[0] == "4\n"
    old = shared.groups / "old.json"
    old.write_text(kept)
    old.chmod(0o644)
    _, err = shared.member("attach", old, code=1)
    assert "does not greet" in err or "is gone" in err, err


def test_members_neither_end_nor_share_nor_interrupt_it(shared):
    running = shared.open("attach", "lab", stdin=subprocess.PIPE)
    running.stdin.write("loop {}\n")
    running.stdin.flush()
    wait_until(lambda: shared.listed()["lab"]["running"])
    out, err = shared.member("attach", f"{OWNER}/lab", text=":interrupt force\n", code=1)
    assert "only `ada`, who owns the session, may interrupt it" in err, (out, err)
    # As clients that do not know what they may not.
    script = (
        "import json, sys\nfrom jupyter_client import BlockingKernelClient\n"
        "client = BlockingKernelClient(connection_file=sys.argv[1])\nclient.load_connection_file()\n"
        "client.start_channels(hb=False)\n"
        "def ask(channel, kind, content):\n"
        "    message = client.session.msg(kind, content)\n"
        "    getattr(client, channel + '_channel').send(message)\n"
        "    return getattr(client, 'get_' + channel + '_msg')(timeout=60)['content']\n"
        "for kind, content in (('shutdown_request', {'restart': False}), ('bioxen_request', {'ask': 'unshare'}),\n"
        "                      ('bioxen_request', {'ask': 'share', 'file': sys.argv[1]})):\n"
        "    print(json.dumps(ask('control', kind, content)))\n"
    )
    file = next(shared.groups.glob("bioxen-*/lab.json"))
    # The account of a member cannot enter the environment of the tests; its key is what counts.
    python = Path(os.sys.executable)
    told = subprocess.run([python, "-c", script, file], capture_output=True, text=True, timeout=TIMEOUT)
    answers = [json.loads(line) for line in told.stdout.splitlines()]
    assert [one["ename"] for one in answers] == ["NotYours"] * 3, told
    assert "only who has started the session ends it" in answers[0]["evalue"]
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=TIMEOUT)
    assert shared.call("attach", "lab", text="5\n").stdout == "5\n"


def test_what_waits_of_members_is_dropped_with_their_key(shared):
    member = shared.process(MEMBER, [GROUP], "attach", f"{OWNER}/lab")
    member.stdin.write("let before = 1;\nloop {}\n")
    member.stdin.flush()
    wait_until(lambda: shared.listed()["lab"]["running"])
    waiting = shared.process(MEMBER, [GROUP], "attach", f"{OWNER}/lab")
    waiting.stdin.write("let after = 1;\n")
    waiting.stdin.flush()
    own = shared.open("attach", "lab", stdin=subprocess.PIPE)
    wait_until(lambda: shared.listed()["lab"]["state"] == "busy")
    shared.call("session", "unshare", "lab")
    for one in (member, waiting):
        one.communicate(timeout=TIMEOUT)
        assert one.returncode == 1
    out, err = own.communicate("before\nafter\n", timeout=TIMEOUT)
    assert out == "1\n" and "no variable `after`" in err, (out, err)


def test_a_mistake_throws_nobody_out(shared):
    member = shared.process(MEMBER, [GROUP], "attach", f"{OWNER}/lab")
    for wrong in ("no_such_group", ""):
        shared.call("session", "share", "lab", "--group", wrong, code=1)
    member.stdin.write("1 + 1\n")
    out, err = member.communicate(timeout=TIMEOUT)
    assert out == "2\n", (out, err)


def test_a_home_is_not_shared(class_):
    done = subprocess.run(
        [BIOXEN, "session", "start", "lab", "--group", str(GROUP)], capture_output=True, text=True, timeout=TIMEOUT,
        env=class_.env, cwd=class_.folder)
    assert done.returncode == 1 and "a group would read your home" in done.stderr, done
    assert class_.listed() == {}


def test_files_that_lead_elsewhere_are_no_offers(shared):
    """A member offers what is no session, or one of others, or one that hangs."""
    folder = shared.groups / f"bioxen-{MEMBER}-{GROUP}"
    folder.mkdir()
    os.chown(folder, MEMBER, GROUP)
    folder.chmod(0o2750)
    real = json.loads(next(shared.groups.glob("bioxen-*/lab.json")).read_text())
    for name, change in (("tcp", {"transport": "tcp", "ip": "127.0.0.1"}), ("other", {}), ("hang", {"ip": str(folder / "hang")})):
        file = folder / f"{name}.json"
        file.write_text(json.dumps({**real, **change}))
        os.chown(file, MEMBER, GROUP)
    for name in ("tcp", "other"):
        _, err = shared.member("attach", f"{MEMBER}/{name}", code=1)
        assert "names sockets that are not beside it" in err or "no session" in err, err
    rows, _ = shared.member("session", "list", "--json")
    assert [one["name"] for one in json.loads(rows)] == [f"{OWNER}/lab"]


def test_members_evaluate_no_rust(shared):
    """Cells of Rust may do all that the owner may, to files and to the machine."""
    script = (
        "import json, sys\nfrom jupyter_client import BlockingKernelClient\n"
        "client = BlockingKernelClient(connection_file=sys.argv[1])\nclient.load_connection_file()\n"
        "client.start_channels(hb=False)\n"
        "request = client.execute('%%rust\\nstd::process::id()')\n"
        "print(json.dumps(client.get_shell_msg(timeout=60)['content']))\n"
    )
    file = next(shared.groups.glob("bioxen-*/lab.json"))
    told = subprocess.run([os.sys.executable, "-c", script, file], capture_output=True, text=True, timeout=TIMEOUT)
    assert json.loads(told.stdout)["ename"] == "NotYours", told


def test_wrong_words_and_files(class_):
    told = class_.call("session", "start", "lab", "--group", "no_such_group", code=1)
    assert "there is no group `no_such_group`" in told.stderr and class_.listed() == {}
    class_.call("session", "start", "lab")
    assert "there is no user `nobody_here`" in class_.call("attach", "nobody_here/lab", code=1).stderr
    assert "cannot be the name" in class_.call("attach", f"{OWNER}/../lab", code=1).stderr
    # Somebody else has put a folder or a link where that of the group would be.
    squatted = class_.groups / f"bioxen-{os.geteuid()}-{GROUP}"
    squatted.mkdir()
    os.chown(squatted, STRANGER, STRANGER)
    assert "not a folder of yours" in class_.call("session", "share", "lab", "--group", GROUP, code=1).stderr
    squatted.rmdir()
    squatted.symlink_to("/tmp")
    assert "not a folder of yours" in class_.call("session", "share", "lab", "--group", GROUP, code=1).stderr
    squatted.unlink()
    # A folder of another name and owner offers nothing, whatever is in it.
    forged = class_.groups / f"bioxen-{STRANGER}-{GROUP}"
    forged.mkdir(mode=0o755)
    assert "shares no session" in class_.call("attach", f"{STRANGER}/lab", code=1).stderr


def test_its_end_takes_all_files_away(shared):
    shared.call("session", "stop", "lab")
    assert list(next(shared.groups.glob("bioxen-*")).iterdir()) == []
    # Killed, it leaves them until they are swept.
    shared.call("session", "start", "lab", "--group", GROUP)
    os.kill(shared.listed()["lab"]["pid"], signal.SIGKILL)
    wait_until(lambda: shared.listed()["lab"]["state"] == "ended")
    _, err = shared.member("attach", f"{OWNER}/lab", code=1)
    assert "does not answer" in err or "is gone" in err, err
    shared.call("session", "list", "--gc")
    assert list(next(shared.groups.glob("bioxen-*")).iterdir()) == []


def test_groups_have_names(class_):
    """A group of the machine, by its name."""
    name = next((one.gr_name for one in grp.getgrall() if one.gr_name not in ("root", "nogroup")), None)
    if name is None:
        pytest.skip("this machine has no group")
    assert f"shared with {name}" in class_.call("session", "start", "lab", "--group", name).stdout
    out, _ = class_.call_as(MEMBER, [grp.getgrnam(name).gr_gid], "attach", f"{OWNER}/lab", text="6\n")
    assert out == "6\n"
