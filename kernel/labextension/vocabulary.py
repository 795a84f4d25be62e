"""Makes vocabulary.json, the names that the editor colours: vocabulary.py BIOXEN [--check]

Functions and units come from the catalogue of the language (`bioxen docs --json`), kinds of cells from the language, genes
from the shipped genomes.
"""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FILE = HERE / "vocabulary.json"
GENOMES = HERE.parents[1] / "genomes"


def symbols(path):
    """The symbols of a genome file's genes."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    column = lines[0].split("\t").index("symbol")
    return {line.split("\t")[column] for line in lines[1:]} - {""}


def vocabulary(bioxen):
    def call(*arguments, script=None):
        done = subprocess.run([bioxen, *arguments], input=script, capture_output=True, text=True,
                              check=True, timeout=60)
        return done.stdout

    functions = json.loads(call("docs", "--json"))["functions"]
    names = {form: sorted({f["name"] for f in functions if f["form"] == form and f["name"].isidentifier()})
             for form in ("function", "property")}
    kinds = "supported_biological_types() + supported_vm_types()"
    types = call("run", "--quiet", "-", script=f"for kind in {kinds} {{ print(kind) }}").split()
    genes = set().union(*map(symbols, sorted(GENOMES.glob("*.genome"))))
    return {"functions": names["function"], "units": names["property"], "types": sorted(types),
            "genes": " ".join(sorted(genes))}


def main(bioxen, check=False):
    text = json.dumps(vocabulary(bioxen), indent=1) + "\n"
    if check:
        if FILE.read_text() != text:
            sys.exit(f"{FILE} is stale: run `make -f kernel/kernel.mk vocabulary`")
        return
    FILE.write_text(text)


if __name__ == "__main__":
    main(sys.argv[1], check="--check" in sys.argv[2:])
