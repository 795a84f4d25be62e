"""Parameters for notebooks in the BioXen process language (Rhai), for papermill.

papermill has no list of translators that others may add to, but loads whoever offers an engine: this module does so under
the name of `bioxen`, which is papermill's usual engine, and adds its translator on the way.
"""

import math
import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

LINE = re.compile(r"\s*let\s+(?P<name>\w+)\s*=\s*(?P<value>.+?);\s*(?://\s*(?P<help>.*))?$")
PARAM = re.compile(r"param\(\s*\"(?P<name>[^\"]+)\"\s*,\s*(?P<rest>.*)\)$")
HELP = re.compile(r"\bhelp\s*:\s*\"(?P<help>(?:[^\"\\]|\\.)*)\"")
NUMBER = r"-?\d[\d_]*"
TYPES = [
    ("array", r"\[.*\]"),
    ("string", r"\".*\"|`.*`"),
    ("truth value", r"true|false"),
    ("time", rf"{NUMBER}(\.\d+)?\.(s|min|h)"),
    ("DNA length", rf"{NUMBER}(\.\d+)?\.kb"),
    ("percentage", rf"{NUMBER}(\.\d+)?\.percent"),
    ("concentration", rf"{NUMBER}(\.\d+)?\.(mM|uM|nM)"),
    ("whole number", NUMBER),
    ("number", rf"{NUMBER}\.\d*([eE][-+]?\d+)?"),
]


def first_argument(text):
    """What stands before the first comma that is in no bracket and no string."""
    depth, quoted = 0, False
    for at, char in enumerate(text):
        if char == '"' and text[at - 1 : at] != "\\":
            quoted = not quoted
        elif not quoted and char in "[{(":
            depth += 1
        elif not quoted and char in ")}]":
            depth -= 1
        elif not quoted and depth == 0 and char == ",":
            return text[:at].strip()
    return text.strip()


def parameter(line):
    """A line of the cell of parameters: `let x = 1; // help` or `let x = param("x", 1, #{help: ".."});`."""
    name, value, told = line["name"], line["value"].strip(), line["help"] or ""
    if call := PARAM.match(value):
        name, value = call["name"], first_argument(call["rest"])
        if found := HELP.search(call["rest"]):
            told = told or found["help"]
    kinds = (kind for kind, pattern in TYPES if re.fullmatch(pattern, value, re.DOTALL))
    return Parameter(name, next(kinds, "None"), value, told)


class RhaiTranslator(Translator):
    """Values of JSON and YAML as values of Rhai."""

    @classmethod
    def translate_none(cls, val):
        return "()"

    @classmethod
    def translate_float(cls, val):
        if not math.isfinite(val):
            return "(0.0 / 0.0)" if math.isnan(val) else f"({math.copysign(1.0, val)} / 0.0)"
        mantissa, e, exponent = repr(val).partition("e")
        return (mantissa if "." in mantissa else f"{mantissa}.0") + e + exponent

    @classmethod
    def translate_list(cls, val):
        return f"[{', '.join(map(cls.translate, val))}]"

    @classmethod
    def translate_dict(cls, val):
        entries = (f"{cls.translate_str(str(key))}: {cls.translate(value)}" for key, value in val.items())
        return f"#{{{', '.join(entries)}}}"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}"

    @classmethod
    def assign(cls, name, str_val):
        # So that `param(name, ..)` gives it, too, with the unit that the notebook expects.
        return f"let {name} = set_param({cls.translate_str(name)}, {str_val});"

    @classmethod
    def inspect(cls, parameters_cell):
        lines = map(LINE.match, parameters_cell["source"].splitlines())
        return [parameter(line) for line in lines if line]


papermill_translators.register("rhai", RhaiTranslator)
Engine = NBClientEngine
