"""`:scratch`, a private copy of a shared session, and `:merge`, which brings numbers back."""

import json
import os
import signal

import pytest

from places import Place

SETUP = 'let c = quick_start_vm("ecoli", "demo"); start_transcription(["lacZ"]); let x = 41; run(5.min);\n'
GO_ON = 'let t = run(10.min); t["lacZ.mrna"][-1]\n'


@pytest.fixture
def lab():
    made = Place()
    made.call("session", "start", "lab")
    made.call("attach", "lab", text=SETUP)
    yield made
    made.end()


def lines(done):
    return done.stdout.splitlines()


def test_a_copy_lives_the_same_life_and_the_session_stands_still(lab):
    copied = lines(lab.call("attach", "lab", text=":scratch\n" + GO_ON + "x += 1; x\n:back\nx\nnow()\n"))
    assert copied[0].startswith("a copy of the session that only you have")
    assert "back in the session" in copied[4]
    assert copied[3] == "42" and copied[5:] == ["41", "5 min"], copied
    # The same numbers as in the session itself, which has not moved.
    assert lines(lab.call("attach", "lab", text=GO_ON)) == [copied[2]]
    assert not list(lab.folder.glob("scratch-*")), "nothing is left of a copy that wrote nothing"


def test_a_copy_reaches_no_files_of_its_user(lab):
    """What others have put into the session, such as an event, acts in the copy, too."""
    (lab.folder / "secret.csv").write_text("a\n1\n")
    (lab.folder / "out").mkdir(exist_ok=True)
    (lab.folder / "out/result.csv").write_text("mine\n")
    trap = (
        'let told = ""; every(1.min, || { table(#{a: [666]}).to_csv("result.csv"); '
        'try { read_csv("secret.csv"); } catch (e) { told = e.message; } });\n'
    )
    lab.call("attach", "lab", "--as", "mal", text=trap)
    said = lab.call("attach", "lab", text=":scratch\nlet r = run(2.min);\ntold\n")
    assert "secret.csv" in said.stdout and "1 row" not in said.stdout, said
    assert (lab.folder / "out/result.csv").read_text() == "mine\n"
    [folder] = lab.folder.glob("scratch-*")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in folder.iterdir()] == ["result.csv"]


def test_traces_and_tables_come_back_and_nothing_else(lab):
    text = (
        ":scratch\n" + GO_ON + 'let d = table(#{dose: [1.0, 2.0]}); let n = 7; const K = 3;\n'
        ":merge t as mine\n:merge d\n:merge n\n:merge c\n:merge dd\n:merge\n:merge t as x\n:merge t as let\n"
        ":merge t as 1a\n:merge t into y\n:merge K\n:people\n:back\n"
        "mine[\"lacZ.mrna\"].len()\nd.len()\nnow()\n"
    )
    done = lab.call("attach", "lab", "--as", "ben", text=text, code=1)
    said = lines(done)
    assert "the session has `mine` now" in said and "the session has `d` now" in said
    errors = done.stderr
    for wrong in (
        "`n` is of the type integer; only a Trace or a Table can be merged", "`c` is of the type Vm; only", "there is no variable `dd` (did you mean `d`?)",
        "what is to be merged?", "there is a variable `x` already", "`let` cannot be the name of a variable",
        "`1a` cannot be the name", "got `t into y`",
    ):
        assert wrong in errors, (wrong, errors)
    assert said[-3] == "61" and said[-2:] == ["2", "5 min"], said
    # Everybody knows who brought what; what failed is nobody's business.
    log = json.loads(lab.call("session", "log", "lab", "--json").stdout)
    brought = [(one["who"], one["code"]) for one in log if one["code"].startswith(":merge")]
    assert brought == [("ben", ":merge mine"), ("ben", ":merge d")]
    assert "mine: Trace" in next(one["output"] for one in log if one["code"] == ":merge mine")


def test_what_comes_back_is_what_it_was(lab):
    text = (
        ":scratch\n" + GO_ON + "[t[\"lacZ.mrna\"], t[\"lacZ.protein\"]]\n:merge t as mine\n:back\n[mine[\"lacZ.mrna\"], mine[\"lacZ.protein\"]]\n"
    )
    said = lines(lab.call("attach", "lab", text=text))
    at = next(i for i, line in enumerate(said) if "the session has `mine` now" in line)
    here, there = said[3:at], said[at + 2:]
    assert len(here[0]) > 100 and here == there


def test_a_copy_needs_a_session_and_is_one_at_a_time(lab):
    wrong = lab.call("attach", "lab", text=":merge t\n:back\n:scratch\n:scratch\n", code=1).stderr
    assert wrong.count("you are in no scratch") == 2 and "you are in a scratch already" in wrong
    alone = lab.call("repl", text=":scratch\n:merge t\n:back\n", code=1).stderr
    assert ":scratch is for a session that is shared" in alone and alone.count("you are in no scratch") == 2


def test_a_copy_outlives_the_session(lab):
    alive = lab.open("attach", "lab", stdin=-1)
    alive.stdin.write(":scratch\nx\n")
    alive.stdin.flush()
    assert [alive.stdout.readline()[:8] for _ in range(3)] == ["a copy o", "it reads", "41\n"]
    os.kill(lab.listed()["lab"]["pid"], signal.SIGKILL)
    out, errors = alive.communicate(GO_ON + ":merge t\n:back\nx + 1\ntable(#{a: [x]}).to_csv(\"kept.csv\");\n")
    assert out.splitlines()[0].replace(".", "").isdigit() and alive.returncode == 1
    assert errors.count("the session is gone") == 2 and out.splitlines()[-1] == "42", (out, errors)
    assert list(lab.folder.glob("scratch-*/kept.csv")), "the copy is all that is left, and can be kept"


def test_others_work_on_while_a_copy_runs(lab):
    alive = lab.open("attach", "lab", stdin=-1)
    alive.stdin.write(":scratch\nloop {}\n")
    alive.stdin.flush()
    assert alive.stdout.readline().startswith("a copy")
    assert lines(lab.call("attach", "lab", text="x + 1\n")) == ["42"]
    alive.send_signal(signal.SIGINT)
    alive.communicate()


def test_what_a_copy_lacks_is_said(lab):
    said = lab.call("attach", "lab", text="let f = plot(run(1.min));\n:scratch\nx\nf\n", code=1)
    assert any(line.startswith("The copy has no `f` (Figure)") for line in lines(said)), said
    assert "41" in lines(said)
