"""What went wrong once in the hands of its users: each test here failed before it was mended."""

import json
import os
import signal
import stat
import subprocess
import time

import pytest
from jupyter_client.manager import KernelManager

from conftest import TIMEOUT, Kernel, program, result, text

# Answers, field by field

REQUESTS = {
    "kernel_info_request": {},
    "is_complete_request": {"code": "1"},
    "complete_request": {"code": "1", "cursor_pos": 1},
    "inspect_request": {"code": "nonesuch_", "cursor_pos": 3},
    "history_request": {"hist_access_type": "tail", "n": 1, "output": False, "raw": True},
    "comm_info_request": {},
    "execute_request": {"code": "1", "silent": False, "store_history": True, "user_expressions": {},
                        "allow_stdin": False, "stop_on_error": True},
}


class Reference(Kernel):
    """ipykernel."""

    def __init__(self, cwd):
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(cwd), stderr=subprocess.DEVNULL)
        self.client = self.connect()


def keys(kernel, fails, waits):
    """The fields of every kind of reply."""
    found = {kind: set(kernel.ask(kind, content)["content"]) for kind, content in REQUESTS.items()}
    found["error"] = set(kernel.execute(fails)[0])
    first = kernel.client.execute(waits)
    kernel.client.get_stdin_msg(timeout=TIMEOUT)
    behind = kernel.client.execute("1")
    kernel.client.input("")
    kernel.collect(first)
    found["aborted"] = set(kernel.shell_reply(behind)["content"])
    found["interrupt"] = set(kernel.ask("interrupt_request", {}, "control")["content"])
    found["shutdown"] = set(kernel.ask("shutdown_request", {"restart": False}, "control")["content"])
    return found


def test_replies_say_what_those_of_ipykernel_say(tmp_path):
    ours, theirs = Kernel(tmp_path), Reference(tmp_path)
    try:
        mine = keys(ours, "nowhere", 'input("?"); let x = 0; while x < 1000000 { x += 1 } throw 1')
        other = keys(theirs, "nowhere", 'input("?"); import time; time.sleep(1); raise ValueError')
    finally:
        ours.stop()
        theirs.stop()
    # Of the client library and of its own, beside the protocol.
    optional = {"supported_features", "engine_info", "debugger"}
    for kind, fields in other.items():
        assert fields - optional <= mine[kind] - optional, kind
        if kind != "kernel_info_request":
            assert mine[kind] - optional <= fields - optional, kind
    assert mine["aborted"] == {"status"}, "no number of a cell that was not executed"


def test_an_aborted_cell_takes_no_number(kernel):
    count = kernel.execute("1")[0]["execution_count"]
    first = kernel.client.execute('input("?"); let x = 0; while x < 1000000 { x += 1 } throw 1')
    kernel.client.get_stdin_msg(timeout=TIMEOUT)
    behind = [kernel.client.execute(f"{i}") for i in range(3)]
    kernel.client.input("")
    assert kernel.collect(first)[0]["execution_count"] == count + 1
    for request in behind:
        assert kernel.shell_reply(request)["content"] == {"status": "aborted"}
    assert kernel.execute("1")[0]["execution_count"] == count + 2


# Options

@pytest.mark.parametrize("front", [True, False])
def test_folders_can_be_allowed(tmp_path, front):
    work, other = tmp_path / "work", tmp_path / "other"
    work.mkdir(), other.mkdir()
    (other / "a.rhai").write_text("fn f() { 7 }")
    options = ["--allow-write", str(other), "--allow-read", str(other)]
    manager = KernelManager(kernel_name="bioxen")
    file = ["--connection-file", "{connection_file}"]
    manager.kernel_spec.argv = [str(program()), *(options + file if front else file + options)]
    kernel = Kernel.of(manager, work)
    try:
        assert kernel.execute(f'create_bio_vm("a", "ecoli").start(); run(1.min).to_csv("{other}/t.csv")')[0]["status"] == "ok"
        assert (other / "t.csv").is_file()
        assert kernel.execute(f'run(1.min).to_csv("{tmp_path}/no.csv")')[0]["status"] == "error"
        assert not (tmp_path / "no.csv").exists()
        assert kernel.execute(f"%%writefile {other}/notes.txt\nhello")[0]["status"] == "ok"
        assert (other / "notes.txt").read_text() == "hello"
        reply, _ = kernel.execute(f"%%writefile {tmp_path}/no.txt\nhello")
        assert "bioxen-kernel install --allow-write" in reply["evalue"] and not (tmp_path / "no.txt").exists()
    finally:
        kernel.stop()


def test_advice_names_what_there_is(tmp_path, kernel):
    reply, _ = kernel.execute(f'run(1.min).to_csv("{tmp_path}/t.csv")')
    assert "bioxen-kernel install --allow-write" in reply["evalue"] and "kernel.json" in reply["evalue"]
    reply, _ = kernel.execute(f'create_bio_vm("zz", "ecoli", "basic", #{{genome_file: "{tmp_path}/x.genome"}})')
    assert "bioxen-kernel install --allow-read" in reply["evalue"]
    limited = Kernel(tmp_path, ["--max-operations", "10000"])
    try:
        reply, _ = limited.execute("loop {}")
        assert reply["status"] == "error" and reply["ename"] != "Interrupted"
        assert "bioxen-kernel install --max-operations" in "\n".join(reply["traceback"])
        assert result(limited.execute("1 + 1")[1]) == "2"
    finally:
        limited.stop()


@pytest.mark.parametrize("option, value, code", [
    ("--max-call-depth", "9", "fn f(n) { if n == 0 { 0 } else { f(n - 1) } } f(20)"),
    ("--max-string", "100", 'let s = "x"; s.pad(200, "y"); s'),
    ("--max-array", "100", "let a = []; a.pad(200, 1); a"),
    ("--max-map", "3", "#{a: 1, b: 2, c: 3, d: 4, e: 5}"),
    ("--max-expression-depth", "8", "((((((((((((1))))))))))))"),
])
def test_limits_of_the_command_are_limits_of_the_kernel(tmp_path, option, value, code):
    kernel = Kernel(tmp_path, [option, value])
    try:
        assert kernel.execute(code)[0]["status"] == "error"
        assert result(kernel.execute("1 + 1")[1]) == "2"
    finally:
        kernel.stop()


def call(*arguments, **environment):
    return subprocess.run([program(), *map(str, arguments)], capture_output=True, text=True, timeout=TIMEOUT,
                          stdin=subprocess.DEVNULL, env={**os.environ, **environment})


def test_the_kernel_has_the_options_of_the_command():
    """What limits there are stands in one place, so that none is forgotten."""
    def limits(*command):
        shown = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=True).stdout
        return {word for word in shown.split() if word.startswith(("--allow-", "--max-"))}

    command = limits(program().parent / "bioxen", "run", "--help")
    assert {"--allow-read", "--allow-write", "--max-operations"} <= command
    assert limits(program(), "--help") >= command and limits(program(), "install", "--help") >= command


@pytest.mark.parametrize("wrong, near", [
    ("--allow-wrte", "--allow-write"), ("--max-operation", "--max-operations"), ("--no-histry", "--no-history"),
    ("--figure", "--figures"), ("--zzz", ""), ("-x", ""),
])
@pytest.mark.parametrize("front", [True, False])
def test_unknown_options_are_errors(tmp_path, wrong, near, front):
    file = ["-f", tmp_path / "none.json"]
    done = call(*([wrong, *file] if front else [*file, wrong]))
    assert done.returncode == 2 and wrong in done.stderr and near in done.stderr, done.stderr
    assert call("install", "--prefix", tmp_path, wrong).returncode == 2
    assert not (tmp_path / "share").exists()


@pytest.mark.parametrize("wrong", [["--max-operations", "0"], ["--max-operations", "many"], ["--figures", "gif"],
                                   ["--output-limit", "0"], ["--allow-write"]])
def test_wrong_values_are_errors(tmp_path, wrong):
    assert call(*wrong, "-f", tmp_path / "none.json").returncode == 2
    assert call("install", "--prefix", tmp_path, *wrong).returncode == 2


def test_a_wrong_command_names_the_nearest():
    done = call("instal")
    assert done.returncode == 2 and "`install`" in done.stderr


def test_install_writes_options_down(tmp_path):
    """They are as they were given, folders are those of the call, and the kernel starts with them."""
    (tmp_path / "other").mkdir()
    options = ["--allow-write", "other", "--allow-read", "/tmp", "--max-operations", "100000", "--no-history",
               "--figures", "svg", "--output-limit", "3"]
    done = subprocess.run([program(), "install", "--prefix", tmp_path, "--name", "mine", *options], cwd=tmp_path,
                          capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 0, done.stderr
    spec = json.loads((tmp_path / "share/jupyter/kernels/mine/kernel.json").read_text())
    given = spec["argv"][3:]
    assert sorted(given) == sorted(["--allow-write", str(tmp_path / "other"), *options[2:]])
    assert "--max-operations 100000" in done.stdout
    doctor = call("doctor", "--prefix", tmp_path, "--name", "mine", BIOXEN_HISTORY=str(tmp_path / "h"))
    assert doctor.returncode == 0, doctor.stdout
    manager = KernelManager(kernel_name="bioxen")
    manager.kernel_spec.argv = spec["argv"]
    kernel = Kernel.of(manager, tmp_path)
    try:
        assert kernel.execute(f'create_bio_vm("a", "ecoli").start(); run(1.min).to_csv("{tmp_path}/other/t.csv")')[0]["status"] == "ok"
        assert kernel.execute("loop {}")[0]["status"] == "error"
        [shown] = [m for m in kernel.execute("plot_resources(run(1.min))")[1] if m["msg_type"] == "execute_result"]
        assert set(shown["content"]["data"]) == {"text/plain", "image/svg+xml"}
    finally:
        kernel.stop()
    # Installed again without options they are gone.
    assert call("install", "--prefix", tmp_path, "--name", "mine").returncode == 0
    assert len(json.loads((tmp_path / "share/jupyter/kernels/mine/kernel.json").read_text())["argv"]) == 3
    spec["argv"].append("--nonsense")
    (tmp_path / "share/jupyter/kernels/mine/kernel.json").write_text(json.dumps(spec))
    doctor = call("doctor", "--prefix", tmp_path, "--name", "mine", BIOXEN_HISTORY=str(tmp_path / "h"))
    assert doctor.returncode == 1 and "--nonsense" in doctor.stdout


def test_what_front_ends_add_is_no_option(tmp_path):
    """`jupyter run` passes its file on."""
    manager = KernelManager(kernel_name="bioxen")
    manager.kernel_spec.argv = [*manager.kernel_spec.argv, "script.rhai"]
    kernel = Kernel.of(manager, tmp_path)
    try:
        assert result(kernel.execute("1 + 1")[1]) == "2"
    finally:
        kernel.stop()


# History

def test_history_is_the_users_own_and_outlives_a_kill(tmp_path):
    path = tmp_path / "deep/history.jsonl"
    environment = {**os.environ, "BIOXEN_HISTORY": str(path)}
    manager = KernelManager(kernel_name="bioxen")
    kernel = Kernel.of(manager, tmp_path, env=environment)
    try:
        kernel.execute('let kept = "é🧬";')
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        os.kill(kernel.pid, signal.SIGKILL)
    finally:
        kernel.stop()
    # A line that was cut off costs itself only.
    with path.open("ab") as file:
        file.write(b'[1,9,"half a')
    again = Kernel.of(KernelManager(kernel_name="bioxen"), tmp_path, env=environment)
    try:
        again.execute("let more = 1;")
        found = again.ask("history_request", {"hist_access_type": "tail", "n": 10})["content"]["history"]
        assert [row[2] for row in found] == ['let kept = "é🧬";', "let more = 1;"]
    finally:
        again.stop()


def test_a_long_history_is_tidied_in_one_step(tmp_path):
    """Whenever it is killed there is the old file or the new one; another kernel goes on in the new one."""
    path = tmp_path / "history.jsonl"
    lines = "".join(json.dumps([1, i, f"let cell_{i} = {i};"]) + "\n" for i in range(30_000))
    for wait in (0.0, 0.002, 0.005, 0.01, 0.02, 0.05):
        path.write_text(lines)
        file = tmp_path / "connection.json"
        file.write_text(json.dumps({"key": "k", "ip": "127.0.0.1"}))
        process = subprocess.Popen([program(), "-f", file], cwd=tmp_path, env={**os.environ, "BIOXEN_HISTORY": str(path)})
        time.sleep(wait)
        process.kill()
        process.wait(timeout=TIMEOUT)
        kept = [json.loads(line) for line in path.read_text().splitlines() if line]
        cells = [row for row in kept if len(row) == 3]
        assert len(cells) in (10_000, 30_000) and cells[-1][1] == 29_999
    first = Kernel.of(KernelManager(kernel_name="bioxen"), tmp_path, env={**os.environ, "BIOXEN_HISTORY": str(path)})
    try:
        path.write_text(lines)
        second = Kernel.of(KernelManager(kernel_name="bioxen"), tmp_path, env={**os.environ, "BIOXEN_HISTORY": str(path)})
        try:
            first.execute("let of_the_first = 1;")
            second.execute("let of_the_second = 1;")
            found = second.ask("history_request", {"hist_access_type": "tail", "n": 2})["content"]["history"]
            assert [row[2] for row in found] == ["let of_the_first = 1;", "let of_the_second = 1;"]
        finally:
            second.stop()
    finally:
        first.stop()


def test_a_history_that_is_no_file_hangs_nothing(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (pipe, tmp_path, "/dev/null"):
        kernel = Kernel.of(KernelManager(kernel_name="bioxen"), tmp_path, env={**os.environ, "BIOXEN_HISTORY": str(place)})
        try:
            assert result(kernel.execute("1 + 1")[1]) == "2"
            found = kernel.ask("history_request", {"hist_access_type": "tail", "n": 5})["content"]["history"]
            assert [row[2] for row in found] == ["1 + 1"], "this kernel's own"
        finally:
            kernel.stop()


def test_printed_text_beyond_the_limit_names_the_option(start):
    kernel = start("--output-limit", "1")
    _, messages = kernel.execute('for i in 0..30000 { print("0123456789012345678901234567890123456789") }')
    assert "bioxen-kernel install --output-limit" in text(messages, "stderr")
