"""How wide letters are, where no font can be asked; and which of them a browser draws.

The widths are those of DejaVu Sans, rounded up. It is one of the widest fonts for text: what fits with it fits with
whatever font a system has.
"""

from __future__ import annotations

import unicodedata
from functools import cache

FONTS = '"DejaVu Sans",Verdana,"Segoe UI",system-ui,sans-serif'  # of CSS: the first that is there
_BY_WIDTH = {  # in parts of the height
    0.30: "'IJijl",
    0.35: " ,./:;\\|",
    0.40: "()-[]ft",
    0.45: "!r",
    0.50: '"*_`',
    0.55: "?csz",
    0.60: "FLkvxy",
    0.65: "$0123456789EPSTYabdeghnopqu{}",
    0.70: "ABCKRVXZ",
    0.75: "NU",
    0.80: "&DGHOQ",
    0.85: "#+<=>^w~",
    0.90: "M",
    1.00: "%@Wm",
}
_WIDTHS = {letter: width for width, letters in _BY_WIDTH.items() for letter in letters} | {"\u00a0": 0.35}
OTHERS, SIGNS, WIDE, BOLD = 0.72, 0.95, 1.1, 1.12
NOT_DRAWN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def width(text: str, points: float, weight: str = "normal") -> float:
    """How many inches a line is wide.

    >>> width("ten words", 12) < width("ten words", 12, "bold") < width("twenty words", 12, "bold") < 2
    True
    """
    return sum(map(_width, text)) * points / 72 * (BOLD if weight == "bold" else 1.0)


@cache
def _width(letter: str) -> float:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    kind = unicodedata.category(letter)
    if kind in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return WIDE
    return SIGNS if kind[0] == "S" else OTHERS


def has_glyph(letter: str) -> bool:
    """Whether a browser draws this letter: it looks in all fonts of the system.

    >>> has_glyph("水"), has_glyph(chr(7))
    (True, False)
    """
    return unicodedata.category(letter) not in NOT_DRAWN
