"""Three people and ten thousand cells: nothing is lost, nothing is mixed, and memory stays as it is."""

import psutil
import pytest

from conftest import TIMEOUT, wait_until
from shared import Shared

CELLS = 10_000
BATCH = 25
PEOPLE = ("ada", "ben", "eva")
# What everybody hears of a cell of theirs or of anybody's.
COURSE = ["status", "execute_input", "stream", "execute_result", "status"]


def batch_of(person, name, start, count):
    """Sends cells; what each request must give."""
    return {person.execute(f'{name} += 1; print("{name} {i}"); [{i} * 3, {name}]'):
            (name, i, f"[{3 * i}, {i + 1}]") for i in range(start, start + count)}


def replies(person, sent, seen):
    """Takes the replies of a person: each answers a request of this person, in their order."""
    for request, (_, i, _) in sent.items():
        reply = person.get_shell_msg(timeout=TIMEOUT)
        assert reply["parent_header"]["msg_id"] == request and reply["parent_header"]["username"] == seen
        assert reply["content"]["status"] == "ok", (i, reply["content"])
        yield reply["content"]["execution_count"]


def broadcasts(person, sent):
    """Takes all that a person hears of a batch of everybody: each cell whole, one after the other."""
    waiting = dict(sent)
    while waiting:
        messages = []
        while len(messages) < len(COURSE):
            message = person.get_iopub_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") in sent:
                messages.append(message)
        [request] = {m["parent_header"]["msg_id"] for m in messages}
        name, i, value = waiting.pop(request)
        assert [m["msg_type"] for m in messages] == COURSE
        assert {m["parent_header"]["username"] for m in messages} == {name}
        busy, told, stream, result, idle = (m["content"] for m in messages)
        assert (busy["execution_state"], idle["execution_state"]) == ("busy", "idle")
        assert f'print("{name} {i}")' in told["code"] and stream["text"] == f"{name} {i}\n"
        assert result["data"]["text/plain"] == value
        assert told["execution_count"] == result["execution_count"]
        yield told["execution_count"]


def test_ten_thousand_cells(tmp_path):
    lab = Shared(tmp_path)
    try:
        people = {name: lab.join(name) for name in PEOPLE}
        first = people["ada"]
        first.run("; ".join(f"let {name} = 0" for name in PEOPLE) + ";")
        process, sizes, done, numbers = psutil.Process(lab.process.pid), {}, 0, [1]
        while done < CELLS:
            start = done // len(PEOPLE)
            sent = {name: batch_of(person, name, start, BATCH) for name, person in people.items()}
            everything = {request: what for own in sent.values() for request, what in own.items()}
            counts = [n for name, person in people.items() for n in replies(person, sent[name], name)]
            heard = [list(broadcasts(person, everything)) for person in people.values()]
            assert heard[0] == heard[1] == heard[2], "everybody hears the same in the same order"
            assert heard[0] == sorted(counts) == list(range(numbers[-1] + 1, numbers[-1] + 1 + len(counts)))
            numbers.append(heard[0][-1])
            done += len(everything)
            sizes[done] = process.memory_info().rss
        early = max(size for cells, size in sizes.items() if cells <= CELLS // 5)
        assert sizes[done] < 1.2 * early, {cells: size >> 20 for cells, size in sizes.items()}
        told = first.people()
        assert (told["waiting"], {p["name"] for p in told["people"]}) == ([], set(PEOPLE))
        assert first.past(1)[0]["seq"] == done + 1
    finally:
        lab.end()
