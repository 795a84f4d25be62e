"""Sessions that people share: who is here, whose cell runs, what a late client learns, who may interrupt."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from conftest import TIMEOUT, wait_until
from shared import Late, names

NOT_YOURS = "`ada` runs this; interrupt with force if it must end"


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
