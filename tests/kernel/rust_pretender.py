"""Pretends to run cells of Rust: the other end of the protocol of `crates/rust/src/protocol.rs`.

A cell is a line of words: `get NAME`, `put NAME FROM` (what was got under FROM), `print TEXT`, `wait`, `die`,
`ask PROMPT`, `value TEXT`, `fail TEXT`.
"""

import json
import sys
from pathlib import Path

folder = Path(sys.argv[1]) / "values"
got = {}


def tell(**told):
    print(json.dumps(told), flush=True)


def asked():
    line = sys.stdin.readline()
    if not line:
        sys.exit()
    return json.loads(line)


def wish(number, **what):
    tell(told="wish", wish=number, what=what)
    return asked()["answer"]


def ended(cell, **end):
    tell(told="ended", id=cell["id"], end=end)


def fail(cell, why, message):
    ended(cell, end="failed", why=why, message=message, rendered=f"\x1b[31merror\x1b[0m: {message}\n at {cell['name']}")


def run(cell):
    tell(told="stage", stage="compiling")
    tell(told="stage", stage="running")
    lines = [line for line in cell["code"].split("\n") if line]
    forms = {}
    for number, line in enumerate(lines):
        word, _, rest = line.partition(" ")
        if word == "get":
            answer = wish(number, wish="get", name=rest)
            if answer["answer"] != "value":
                return fail(cell, "panic", answer["message"])
            got[rest] = (folder / answer["file"]).read_bytes()
        elif word == "put":
            name, _, source = rest.partition(" ")
            (folder / "put-1").write_bytes(got[source])
            answer = wish(number, wish="put", name=name, file="put-1")
            if answer["answer"] != "done":
                return fail(cell, "panic", answer["message"])
        elif word == "print":
            tell(told="printed", stream="out", text=rest + "\n")
        elif word == "ask":
            forms = {"text/plain": str(wish(number, wish="input", prompt=rest, password=False))}
        elif word == "wait":
            ask = asked()
            assert ask == {"ask": "interrupt", "id": cell["id"]}, ask
            return fail(cell, "interrupted", "interrupted")
        elif word == "die":
            print("why it died", file=sys.stderr, flush=True)
            sys.exit(5)
        elif word == "value":
            forms = {"text/plain": rest, "text/latex": "$x$"}
        elif word == "show":
            tell(told="shown", forms={"image/svg+xml": rest})
        elif word == "fail":
            return fail(cell, "compile", rest)
    ended(cell, end="done", forms=forms)


tell(told="hello", version=1)
tell(told="ready")
while True:
    ask = asked()
    if ask["ask"] == "execute":
        run(ask)
    elif ask["ask"] == "complete":
        position = ask["position"]
        item = {"code": "pushed", "kind": "function", "label": "pushed()"}
        tell(told="completed", id=ask["id"], start=position - 2, end=position, items=[item])
    elif ask["ask"] == "inspect":
        tell(told="inspected", id=ask["id"], found=[ask["code"][: ask["position"]], "<p>html</p>"])
