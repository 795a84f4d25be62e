"""Subsets Inter into the two faces the figures embed. Needs fonttools and brotli.

    python subset.py FOLDER_WITH_INTER_OTF_FILES

The source files are those of Debian's package fonts-inter (Inter 3.019).
"""

import sys

from fontTools import subset
from fontTools.ttLib import TTFont

# ASCII, Latin-1, Greek, super- and subscript figures, then single signs.
RANGES = [(0x20, 0x7E), (0xA0, 0xFF), (0x391, 0x3A1), (0x3A3, 0x3A9), (0x3B1, 0x3C9), (0x2074, 0x208E)]
SINGLE = [
    0x2070, 0x2009, 0x202F, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2020, 0x2022, 0x2026,
    0x2030, 0x2032, 0x2033, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x2190, 0x2191, 0x2192, 0x2193,
    0x221E, 0x2206, 0x2211, 0x221A,
]
WANTED = [c for a, b in RANGES for c in range(a, b + 1)] + SINGLE


def build(folder: str, style: str) -> None:
    font = TTFont(f"{folder}/Inter-{style}.otf", recalcTimestamp=False)
    options = subset.Options()
    # Kerning would be applied by browsers but not by our own measurement: leave it out everywhere.
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "STAT", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=WANTED)
    cutter.subset(font)
    names = font["name"]
    names.names = []
    entries = {
        0: "Copyright 2016-2022 The Inter Project Authors (https://github.com/rsms/inter). "
        "Subset and renamed for BioXen.",
        1: "BioXen Sans" if style == "Regular" else f"BioXen Sans {style}",
        2: "Regular",
        3: f"BioXenSans-{style}-1",
        4: f"BioXen Sans {style}",
        5: "Version 1.000; from Inter 3.019",
        6: f"BioXenSans-{style}",
        13: "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
        14: "https://openfontlicense.org",
    }
    if style != "Regular":
        entries |= {16: "BioXen Sans", 17: style}
    for number, text in entries.items():
        names.setName(text, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [f"BioXenSans-{style}"]
    for key, text in {
        "FullName": f"BioXen Sans {style}",
        "FamilyName": "BioXen Sans",
        "Notice": "Subset of Inter, SIL OFL 1.1",
        "Copyright": "2016-2022 The Inter Project Authors",
    }.items():
        setattr(cff[0], key, text)
    font.save(f"BioXenSans-{style}.otf")
    font.flavor = "woff2"
    font.save(f"BioXenSans-{style}.woff2")


for face in ("Regular", "SemiBold"):
    build(sys.argv[1], face)
