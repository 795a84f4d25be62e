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
    assert set(data) == {"text/plain", "text/html", "image/svg+xml", "image/png"}
    # In the page itself, so that it follows the page's theme.
    assert "<svg" in data["text/html"] and "data-jp-theme-light=false" in data["text/html"]
    assert xml.dom.minidom.parseString(data["image/svg+xml"]).documentElement.tagName == "svg"
    png = base64.b64decode(data["image/png"], validate=True)
    assert png.startswith(b"\x89PNG")
    size = content["metadata"]["image/png"]
    assert size["width"] == int.from_bytes(png[16:20]) / 2


def test_vega_on_request(kernel, trace):
    data = shown(kernel, "%%vega\nplot(trace)", "execute_result")["data"]
    assert "vega-lite" in data["application/vnd.vegalite.v5+json"]["$schema"]
    assert "application/vnd.vegalite.v5+json" not in shown(kernel, "plot(trace)", "execute_result")["data"]


@pytest.mark.parametrize("code", ["v.status()", 'trace.table(["lacZ"], 2.min)'])
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
    kinds, deadline = [], time.monotonic() + TIMEOUT
    while "status" not in kinds:
        message = kernel.client.get_iopub_msg(timeout=deadline - time.monotonic())
        if message["msg_type"] == "comm_msg":
            data = message["content"]["data"]
            kinds.append(data["kind"])
            assert data["time_min"] > 0 and json.dumps(data)
    assert "progress" in kinds
    assert data["vms"][0]["id"] == "d" and data["vms"][0]["growth_rate_per_h"] > 0
    kernel.shell_reply(request)
    send(kernel, "comm_close", {"comm_id": "m"})
