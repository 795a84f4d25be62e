"""Parameters for notebooks in the BioXen process language (Rhai), for papermill.

papermill has no list of translators that others may add to, but loads whoever offers an engine: this module does so under
the name of `bioxen`, which is papermill's usual engine, and adds its translator on the way.
"""

import math
import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

LINE = re.compile(r"\s*let\s+(?P<name>\w+)\s*=\s*(?P<value>[^;]+);\s*(?://\s*(?P<help>.*))?$")


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
        return f"let {name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell):
        lines = map(LINE.match, parameters_cell["source"].splitlines())
        return [Parameter(m["name"], "None", m["value"].strip(), m["help"] or "") for m in lines if m]


papermill_translators.register("rhai", RhaiTranslator)
Engine = NBClientEngine
