"""Completion, inspection, completeness, history, and what the kernel says about itself."""

import os
import uuid

from conftest import result


def test_kernel_info(kernel):
    for channel in ("shell", "control"):
        info = kernel.ask("kernel_info_request", {}, channel)["content"]
        assert info["status"] == "ok"
        assert info["protocol_version"] == "5.5"
        assert info["implementation"] == "bioxen"
        assert info["language_info"]["name"] == "rhai"
        assert info["language_info"]["file_extension"] == ".rhai"
        assert info["supported_features"] == []
        assert info["banner"] and info["help_links"]


def complete(kernel, code, cursor=None):
    content = {"code": code}
    if cursor is not None:
        content["cursor_pos"] = cursor
    return kernel.ask("complete_request", content)["content"]


def test_completion(kernel):
    found = complete(kernel, "create_b")
    assert found["status"] == "ok" and "create_bio_vm" in found["matches"]
    assert (found["cursor_start"], found["cursor_end"]) == (0, 8)
    typed = found["metadata"]["_jupyter_types_experimental"]
    assert [t["text"] for t in typed] == found["matches"]
    [one] = {t["signature"] for t in typed if t["text"] == "create_bio_vm"}
    assert "(" in one and all(t["type"] for t in typed)


def test_completion_counts_characters(kernel):
    code = '"é🧬"; create_b; 1'
    found = complete(kernel, code, 14)
    assert "create_bio_vm" in found["matches"]
    assert code[found["cursor_start"]:found["cursor_end"]] == "create_b"


def test_completion_knows_the_session(kernel):
    kernel.execute('let my_variable = 1; let v = create_bio_vm("known", "ecoli");')
    assert "my_variable" in complete(kernel, "my_var")["matches"]
    assert "known" in complete(kernel, 'attach("kno')["matches"]
    assert "syn3a" in complete(kernel, 'create_bio_vm("x", "syn')["matches"]
    assert "lacZ" in complete(kernel, 'v.start_transcription(["lac')["matches"]
    assert complete(kernel, "%%t")["matches"] == ["%%time"]
    behind = complete(kernel, "%%vm kn\nrun(1.min)", 7)
    assert (behind["matches"], behind["cursor_start"], behind["cursor_end"]) == (["known"], 5, 7)
    assert "my_variable" in complete(kernel, "%%time\nmy_var")["matches"]


def test_completion_of_anything_is_answered(kernel):
    for code, cursor in (("", 0), ("", 99), ("x", -5), ("🧬" * 50, 7), ('"', 1), ("((((", 4), ("a.", 2)):
        assert complete(kernel, code, cursor)["status"] == "ok", code


def inspect(kernel, code, cursor, **more):
    return kernel.ask("inspect_request", {"code": code, "cursor_pos": cursor, **more})["content"]


def test_inspection(kernel):
    kernel.execute('let seen = [1, 2]; create_bio_vm("looked", "ecoli");')
    brief = inspect(kernel, "create_bio_vm(", 5)
    assert brief["found"] and brief["status"] == "ok"
    assert "create_bio_vm" in brief["data"]["text/plain"]
    detailed = inspect(kernel, "create_bio_vm(", 5, detail_level=1)
    assert len(detailed["data"]["text/markdown"]) > len(brief["data"]["text/markdown"])
    assert inspect(kernel, "seen", 2)["found"]
    assert inspect(kernel, 'attach("looked")', 10)["found"]
    assert inspect(kernel, 'v.start_transcription("lacZ")', 25)["found"]
    nothing = inspect(kernel, "nonesuch_at_all", 3)
    assert nothing == {"status": "ok", "found": False, "data": {}, "metadata": {}}


def test_completeness(kernel):
    def judge(code):
        return kernel.ask("is_complete_request", {"code": code})["content"]

    assert judge("let a = 1;")["status"] == "complete"
    assert judge("%%time\n1")["status"] == "complete"
    assert judge("fn f() {") == {"status": "incomplete", "indent": "    "}
    assert judge("let a = ;")["status"] == "invalid"
    assert judge("")["status"] in ("complete", "incomplete")


def history(kernel, **content):
    return kernel.ask("history_request", content)["content"]


def test_history(kernel):
    mark = f"let h{uuid.uuid4().hex} = 1;"
    count = kernel.execute(mark)[0]["execution_count"]
    kernel.execute(mark)
    kernel.execute("20 + 3")
    kernel.execute("hidden()", store_history=False)
    last = history(kernel, hist_access_type="tail", n=1, output=True)["history"]
    assert last[0][1:] == [count + 2, ["20 + 3", "23"]]
    session = last[0][0]
    found = history(kernel, hist_access_type="search", pattern=mark[:20] + "*")["history"]
    assert [row[2] for row in found] == [mark, mark]
    found = history(kernel, hist_access_type="search", pattern=mark[:20] + "*", unique=True)
    assert [row[1] for row in found["history"]] == [count + 1]
    found = history(kernel, hist_access_type="range", session=0, start=count, stop=count + 1)
    assert found["history"] == [[session, count, mark]]
    assert history(kernel)["status"] == "ok"
    assert history(kernel, hist_access_type="nonsense")["status"] == "error"


def test_history_outlives_the_kernel(start):
    mark = f"let h{uuid.uuid4().hex} = 1;"
    first = start()
    first.execute(mark)
    second = start()
    assert history(second, hist_access_type="range", session=-1, start=0)["history"][-1][2] == mark
    quiet = start("--no-history")
    assert history(quiet, hist_access_type="tail", n=10)["history"] == []
    assert os.path.isfile(os.environ["BIOXEN_HISTORY"])


def test_unknown_messages_are_answered(kernel):
    for channel in ("shell", "control"):
        for kind in ("debug_request", "nonsense_request", "nonsense", "", "create_subshell_request"):
            answer = kernel.ask(kind, {"seq": 3, "command": "x"}, channel)
            assert answer["content"]["status"] == "error", kind
            assert answer["msg_type"] == kind.removesuffix("_request") + "_reply"
    assert result(kernel.execute("1")[1]) == "1"
