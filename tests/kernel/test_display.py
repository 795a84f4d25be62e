"""Pictures, tables and cards; comms."""

import base64
import json
import time
import uuid
import xml.dom.minidom

import pytest

from conftest import TIMEOUT


@pytest.fixture(scope="module")
def trace(kernel):
    code = """
        let v = create_bio_vm("d", "ecoli"); v.start();
        v.start_transcription(["lacZ"]);
        let trace = run(10.min);
    """
    assert kernel.execute(code)[0]["status"] == "ok"


def shown(kernel, code, kind):
    reply, messages = kernel.execute(code)
    assert reply["status"] == "ok", reply
    [message] = [m["content"] for m in messages if m["msg_type"] == kind]
    return message


@pytest.mark.parametrize("code, kind", [
    ("trace", "execute_result"),
    ("plot(trace)", "execute_result"),
    ("plot_resources(trace)", "execute_result"),
    ("plot(trace).show();", "display_data"),
])
def test_pictures(kernel, trace, code, kind):
    content = shown(kernel, code, kind)
    data = content["data"]
    assert set(data) == {"text/plain", "image/png"}
    png = base64.b64decode(data["image/png"], validate=True)
    assert png.startswith(b"\x89PNG")
    # Two pixels for each of the page.
    size = content["metadata"]["image/png"]
    assert size["width"] == int.from_bytes(png[16:20]) / 2


FORMS = {
    "svg": {"image/svg+xml"}, "png": {"image/png"}, "pdf": {"application/pdf", "image/png"},
    "html": {"text/html", "image/png"}, "vega": {"application/vnd.vegalite.v5+json", "image/png"},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("code, kind", [("plot(trace)", "execute_result"), ("plot(trace).show();", "display_data")])
def test_other_forms_on_request(kernel, trace, form, code, kind):
    data = shown(kernel, f"%%{form}\n{code}", kind)["data"]
    assert set(data) == FORMS[form] | {"text/plain"}
    if form == "svg":
        assert xml.dom.minidom.parseString(data["image/svg+xml"]).documentElement.tagName == "svg"
    if form == "pdf":
        pdf = base64.b64decode(data["application/pdf"], validate=True)
        assert pdf.startswith(b"%PDF-1.4") and pdf.endswith(b"%%EOF\n")
    if form == "html":
        # In the page itself, so that it follows the page's theme.
        assert "<svg" in data["text/html"] and "data-jp-theme-light=false" in data["text/html"]
    if form == "vega":
        chart = data["application/vnd.vegalite.v5+json"]
        assert "vega-lite" in chart["$schema"] and chart["background"] == "transparent"
    assert set(shown(kernel, code, kind)["data"]) == {"text/plain", "image/png"}, "of this cell only"
    assert "<table" in shown(kernel, f"%%{form}\nv", "execute_result")["data"]["text/html"], "figures only"


def test_the_form_of_figures_can_be_set(start):
    kernel = start("--figures", "html")
    code = 'create_bio_vm("d", "ecoli").start(); plot_resources(run(1.min))'
    assert set(shown(kernel, code, "execute_result")["data"]) == {"text/plain", "text/html", "image/png"}
    assert set(shown(kernel, "%%png\nplot_resources(run(1.min))", "execute_result")["data"]) == {"text/plain", "image/png"}


@pytest.mark.parametrize("code", ["v", "v.status()", 'trace.table(["lacZ"], 2.min)'])
def test_cards_and_tables(kernel, trace, code):
    data = shown(kernel, code, "execute_result")["data"]
    assert "<table" in data["text/html"] and "style=" not in data["text/html"]
    assert data["text/plain"]


def send(kernel, kind, content, buffers=()):
    message = kernel.client.session.msg(kind, content)
    message["buffers"] = list(buffers)
    kernel.client.shell_channel.send(message)
    return message["header"]["msg_id"]


def test_comms(kernel):
    comm = uuid.uuid4().hex
    request = send(kernel, "comm_open", {"comm_id": comm, "target_name": "bioxen.echo", "data": {"a": 1}})
    [opened] = kernel.until_idle(request)
    assert opened["content"] == {"comm_id": comm, "data": {"a": 1}}
    request = send(kernel, "comm_msg", {"comm_id": comm, "data": {"b": [2]}}, [b"\x00bytes"])
    [echo] = kernel.until_idle(request)
    assert echo["msg_type"] == "comm_msg" and echo["content"]["data"] == {"b": [2]}
    assert [bytes(b) for b in echo["buffers"]] == [b"\x00bytes"]
    info = kernel.ask("comm_info_request", {})["content"]
    assert info["comms"] == {comm: {"target_name": "bioxen.echo"}}
    assert kernel.ask("comm_info_request", {"target_name": "x"})["content"]["comms"] == {}
    kernel.until_idle(send(kernel, "comm_close", {"comm_id": comm}))
    assert kernel.ask("comm_info_request", {})["content"]["comms"] == {}


def test_an_unknown_comm_is_closed(kernel):
    request = send(kernel, "comm_open", {"comm_id": "c", "target_name": "nobody", "data": {}})
    [closed] = kernel.until_idle(request)
    assert closed["msg_type"] == "comm_close" and closed["content"]["comm_id"] == "c"
    for kind in ("comm_msg", "comm_close", "comm_open"):
        for content in ({}, {"comm_id": 3}, {"comm_id": "nonesuch"}):
            kernel.until_idle(send(kernel, kind, content))


def test_a_dashboard_gets_samples(kernel, trace):
    send(kernel, "comm_open", {"comm_id": "m", "target_name": "bioxen.monitor", "data": {}})
    request = kernel.client.execute("run(30.min);")
    samples, data, deadline = [], {}, time.monotonic() + TIMEOUT
    while len(samples) < 2 or data["kind"] != "status":
        message = kernel.client.get_iopub_msg(timeout=deadline - time.monotonic())
        if message["msg_type"] == "comm_msg":
            data = message["content"]["data"]
            samples.append(data)
            assert data["time_min"] > 0 and json.dumps(data)
    assert len(samples) >= 4 and samples[0]["kind"] == "status", "at once how it is"
    assert {s["kind"] for s in samples[1:-1]} == {"sample"}
    first, last = samples[1], samples[-2]
    assert last["time_min"] == last["end_min"] == first["time_min"] + 30
    assert last["vms"][0]["ribosomes"] > 0 and last["vms"][0]["atp_share"] > 0
    assert last["events"] > 1000 and last["atp_percent"] > 0 and last["ribosomes"] > 1000
    assert data["vms"][0]["id"] == "d" and data["vms"][0]["growth_rate"] > 0
    kernel.shell_reply(request)
    send(kernel, "comm_close", {"comm_id": "m"})


def test_a_figure_follows_a_run_on_request(kernel, trace):
    """One figure, replaced in place, at most ten times a second; as the trace has it in the end."""
    request = kernel.client.execute("%%live\nrun(2000.h);")
    first = kernel.wait_for(request, "display_data")["content"]
    shown, began = [first], time.monotonic()
    while len(shown) < 4:
        message = kernel.client.get_iopub_msg(timeout=TIMEOUT)
        content = message["content"]
        if "<svg" in content.get("data", {}).get("text/html", ""):
            assert message["msg_type"] == "update_display_data"
            assert content["transient"] == first["transient"]
            shown.append(content)
    assert time.monotonic() - began > 0.2, "not more than ten a second"
    kernel.ask("interrupt_request", {}, "control")
    _, messages = kernel.collect(request)
    [last] = [m for m in messages if "image/png" in m["content"].get("data", {})]
    assert last["msg_type"] == "update_display_data" and last["content"]["transient"] == first["transient"]
    assert len({content["data"]["text/html"] for content in shown}) == 4
    _, messages = kernel.execute("run(1.min);")
    assert not [m for m in messages if m["msg_type"] == "display_data"], "on request only"
    _, messages = kernel.execute("%%live\nrun(1.min);")
    kinds = [m["msg_type"] for m in messages if "<svg" in m["content"].get("data", {}).get("text/html", "")]
    assert kinds[0] == "display_data" and set(kinds[1:]) <= {"update_display_data"}


def displays(messages):
    kinds = ("display_data", "update_display_data")
    return [(m["msg_type"], m["content"]) for m in messages if m["msg_type"] in kinds]


def test_what_was_shown_is_updated_in_place(kernel, trace):
    """From an event during a run, and from another cell; values are shown as results are."""
    reply, messages = kernel.execute("""
        let shown = display("waiting");
        let tick = every(1.min, || shown.update(protein("lacZ")));
        display(v.status());
        run(2.min);
        tick.cancel();
        shown
    """)
    assert reply["status"] == "ok"
    (first, content), (other, status), *updates = displays(messages)
    assert (first, content["data"]) == ("display_data", {"text/plain": "waiting"})
    assert other == "display_data" and {"text/html", "text/markdown"} <= set(status["data"])
    assert [kind for kind, _ in updates] == ["update_display_data"] * 2
    assert all(update["transient"] == content["transient"] for _, update in updates)
    assert status["transient"] != content["transient"] and content["transient"]["display_id"]
    assert not [m for m in messages if m["msg_type"] == "execute_result"], "a handle is no result"
    [(kind, figure)] = displays(kernel.execute("shown.update(plot_resources(trace));")[1])
    assert kind == "update_display_data" and figure["transient"] == content["transient"]
    assert "image/png" in figure["data"]
