"""The one visual language: what each thing looks like in every chart, widget and page.

Map is blue, partition orange, reduce green; a fault is red and hatched, waiting is light grey and dotted; a key keeps
its mark and tint from its first pair to its result. Colour never speaks alone: each phase has a hatch, each key a
mark. Constants and pure functions; it must never need matplotlib or a widget library. The widgets have the same
colours as CSS variables in base.css, where the dark theme has its own; a chart is drawn on white, and a page with a
dark theme turns its lightness over (`on_page`).
"""

from __future__ import annotations

from html import escape
from typing import Any, NamedTuple

# The hues of Okabe and Ito, made just dark enough to stand out from white paper (3:1 or more).
MAP = "#0072B2"
PARTITION = "#D97F00"
REDUCE = "#009E73"
FAULT = "#C1121F"
WAITING = "#E1E4E8"

INK = "#1B1F24"  # text
MUTED = "#5B6470"  # lesser text, and what belongs to no phase: inputs, a baseline, an ideal
DOTS = "#9AA3AD"  # of waiting
GRID = "#E7E9EC"
PAPER = "#FFFFFF"

# The CSS variables of base.css for these colours, where a picture can follow the page's theme.
PAGE = {
    MAP.upper(): "map",
    PARTITION.upper(): "partition",
    REDUCE.upper(): "reduce",
    FAULT.upper(): "fault",
    WAITING.upper(): "waiting-soft",
    INK.upper(): "ink",
    MUTED.upper(): "ink-soft",
    DOTS.upper(): "waiting",
    GRID.upper(): "grid",
    PAPER.upper(): "paper",
}


class Look(NamedTuple):
    """How matplotlib fills one kind of thing."""

    colour: str
    hatch: str
    lines: str  # colour of the hatch and of the edge
    edge: float  # width of the edge in points


LOOKS = {
    "map": Look(MAP, "", PAPER, 0.8),
    "partition": Look(PARTITION, "///", PAPER, 0.8),
    "reduce": Look(REDUCE, "\\\\\\", PAPER, 0.8),
    "fault": Look(FAULT, "xxx", PAPER, 0.8),
    "waiting": Look(WAITING, "..", DOTS, 0.0),
    "outrun": Look(MUTED, "xxx", PAPER, 0.8),  # an attempt that lost the race to its backup, or the other way round
    "baseline": Look(MUTED, "", PAPER, 0.8),
}

# Background tints for keys, under ink; with the marks they make 56 different looks.
KEY_TINTS = ("#CFE6F5", "#FBE3BD", "#CBEBDD", "#F3D3DC", "#E0DBF3", "#F7F0A8", "#D5DCE3", "#F9D8C7")
KEY_MARKS = ("●", "■", "▲", "◆", "▼", "★", "✚")

# Fonts: the first that is installed; the others help out where it has no glyph, so that keys can be in any script.
FONTS = (
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans",
    "Yu Gothic",
    "Malgun Gothic",
    "Nirmala UI",
)
TITLE, TEXT, SMALL = 14.5, 12.0, 11.0  # points, at the size a chart is shown

# A saved image cannot be drawn anew for another theme. To turn its lightness over and the hues back leaves blue blue
# and orange orange; not wholly over, because lines that are just seen on white would be lost on black. Where the rule
# does not reach (another program's dark page) the image keeps its own white ground.
TURNED = (
    '<style>[data-jp-theme-light="false"] .mrkit-drawn'
    "{background:none !important;filter:invert(.93) hue-rotate(180deg)}</style>"
)
# A notebook that came from elsewhere is shown without <style> and <svg>, but with the words that were in it.
TRUSTED = "<style>.mrkit-trusted{display:block}.mrkit-trusted+p{display:none}</style>"
CSS_PIXELS = 96  # per inch, so that 12 points are 12 points
HIGHEST, NARROWEST = 560, 620  # CSS pixels: what a projector shows at once; below, letters are too small


def fill(kind: str) -> dict[str, Any]:
    """What matplotlib needs to know to fill a bar of this kind.

    >>> fill("reduce")["facecolor"]
    '#009E73'
    """
    look = LOOKS[kind]
    return {"facecolor": look.colour, "hatch": look.hatch, "edgecolor": look.lines, "linewidth": look.edge}


def number_ground() -> dict[str, Any]:
    """The ground of a number on a block: it is read on any colour and hatch, also when the lightness is turned over.

    >>> number_ground()["facecolor"] == PAPER
    True
    """
    return {"facecolor": PAPER, "edgecolor": "none", "boxstyle": "round,pad=0.15"}


def key_look(number: int) -> tuple[str, str]:
    """The (tint, mark) of the `number`-th key that was met, counted from 0.

    >>> key_look(0), key_look(1)
    (('#CFE6F5', '●'), ('#FBE3BD', '■'))
    """
    return KEY_TINTS[number % len(KEY_TINTS)], KEY_MARKS[number % len(KEY_MARKS)]


def on_page(drawn: str, alt: str, width: int, height: int, charts: int = 1) -> str:
    """What is drawn on white as HTML: as wide as the page, each of its charts no higher than a screen, in its theme.

    It is an image's address, or an SVG whose marks the mouse shall reach. On a phone it is scrolled sideways. `width`
    and `height` are its own, in CSS pixels.

    >>> "max-width:1120px" in on_page("data:,", "Three bars.", width=800, height=400)
    True
    """
    most = round(HIGHEST * charts * width / height)
    sizes = f"width:100%;max-width:{most}px;min-width:{min(most, NARROWEST)}px;height:auto"
    look = f'class="mrkit-drawn" style="{sizes};background:#fff;border-radius:4px"'
    scrolled = 'tabindex="0" style="overflow-x:auto"'
    if drawn.startswith("<svg"):
        shown = drawn.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}" {look}', 1)
        return f'{TURNED}{TRUSTED}<div hidden class="mrkit-trusted" {scrolled}>{shown}</div><p>{escape(alt)}</p>'
    shown = f'<img alt="{escape(alt)}" width="{width}" height="{height}" {look} src="{drawn}">'
    return f"{TURNED}<div {scrolled}>{shown}</div>"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG counts it, from 1 to 21.

    >>> contrast("#FFFFFF", "#000000")
    21.0
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """Ink or paper, whichever can be read better on this colour.

    >>> text_on(MAP) == PAPER, text_on(PARTITION) == INK
    (True, True)
    """
    return max(INK, PAPER, key=lambda text: contrast(text, colour))


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
