"""The picture of an answer: rates over time, what the workers were at, and the stragglers, as the text of an SVG.

Pure text in, text out. Two answers are drawn on the same scales, so that they can stand beside each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import accumulate
from typing import NamedTuple

from mrkit.cluster.spread import difference
from mrkit.views import style
from mrkit.views.density import KINDS
from mrkit.views.widgets.whatif.settings import Answer
from mrkit.words import duration, sentence_list, size

WIDTH, LEFT, RIGHT = 410, 76, 12  # as narrow as two beside each other are: so that the letters are not made small
RATES_TOP, RATES = 40, 130
STATES_TOP, STATES = 206, 96
SLOW_TOP, SLOW_ROW = 326, 17
HEIGHT = SLOW_TOP + 6 * SLOW_ROW + 40
CURVES = (("input", style.MAP, ""), ("shuffle", style.PARTITION, "6 3"), ("output", style.REDUCE, "2 2"))
COLOURS = {
    "map": ("map", style.MAP),
    "partition": ("partition", style.PARTITION),
    "reduce": ("reduce", style.REDUCE),
    "outrun": ("ink-soft", style.MUTED),
    "fault": ("fault", style.FAULT),
}


class Scale(NamedTuple):
    """Where the axes end: seconds, bytes a second, attempts. What goes on beyond is cut, and says how far it goes."""

    seconds: float
    rate: float
    crowd: float

    @classmethod
    def around(cls, home: Answer) -> Scale:
        """With room for longer and for more: for all positions of the controls that begin at this answer."""
        return cls(_round_up(2 * home.seconds), _round_up(1.5 * _top_rate(home)), _round_up(1.4 * _top_crowd(home)))


def _top_rate(answer: Answer) -> float:
    return max(max(map(max, answer.rates)), 1.0)


def _top_crowd(answer: Answer) -> float:
    return max(float(sum(column)) for column in zip(*answer.states.values(), strict=True))


def _round_up(number: float) -> float:
    """To one of 1, 1.5, 2, 3, 5, 7.5 times a power of ten."""
    power = 1.0
    while power * 10 <= number:
        power *= 10
    return next((power * step for step in (1, 1.5, 2, 3, 5, 7.5) if power * step >= number), power * 10)


def said(answer: Answer, before: Answer | None = None) -> str:
    """The answer in words: what a title says, and what a screen reader hears."""
    if answer.total is None:
        return answer.problem
    text = f"Calculated, not measured: {answer.total}"
    several = f", the middle one of {answer.seeds} runs of the model (and the fastest to the slowest)."
    text += several if answer.seeds > 1 else ", in one run of the model."
    if before is not None and before.total is not None:
        changed = before.settings.changed(answer.settings)
        if changed:
            text += f" Changed: {sentence_list(changed)}: {difference(before.total, answer.total)}."
    return text


def alt(answer: Answer) -> str:
    """What the picture shows, for those who do not see it."""
    if answer.total is None:
        return answer.problem
    top = [size(max(row[kind] for row in answer.rates)) for kind in range(3)]
    parts = [f"{name} reaches {most} a second" for (name, _, _), most in zip(CURVES, top, strict=True)]
    slow = f" Stragglers: {'; '.join(each.said for each in answer.slow)}." if answer.slow else ""
    return f"{said(answer)} Curves over {duration(answer.seconds)}: {sentence_list(parts)}.{slow}"


def picture(answer: Answer, scale: Scale, title: str) -> str:
    """The SVG."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" '
        f'aria-label="{escape(alt(answer))}" font-family="DejaVu Sans, system-ui, sans-serif" font-size="12">'
    )
    parts = [head, _PATTERNS, _text(LEFT, 16, title, weight="bold", size=14)]
    if answer.total is None:
        parts.append(_text(LEFT, 60, answer.problem, size=13))
    else:
        parts += [*_rates(answer, scale), *_states(answer, scale), *_stragglers(answer, scale), *_axis(scale[0])]
    return "".join([*parts, "</svg>"])


def _x(seconds: float, longest: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, seconds / longest)


def _rates(answer: Answer, scale: Scale) -> list[str]:
    longest, most, _ = scale
    bottom = RATES_TOP + RATES
    parts = [_frame(RATES_TOP, RATES, f"{size(most)}/s")]
    x = LEFT
    for kind, (name, colour, dash) in enumerate(CURVES):
        look = f'stroke="{_colour(*_of(name, colour))}" stroke-width="2" stroke-dasharray="{dash}"'
        heights = [bottom - RATES * max(-0.08, min(1.0, row[kind] / most)) for row in answer.rates]
        middles = [(i + 0.5) * answer.step for i in range(len(heights))]
        points = [f"{_x(t, longest):.1f},{y:.1f}" for t, y in zip(middles, heights, strict=True) if t <= longest]
        parts.append(f'<polyline fill="none" {look} points="{" ".join(points)}"/>')
        parts.append(f'<line x1="{x}" y1="{RATES_TOP - 9}" x2="{x + 24}" y2="{RATES_TOP - 9}" {look}/>')
        parts.append(_text(x + 28, RATES_TOP - 5, name, size=12))
        x += 96
    if _top_rate(answer) > most:
        parts.append(_cut(RATES_TOP + 12, f"↑ up to {size(_top_rate(answer))}/s"))
    if answer.settings.killed:
        at = _x(answer.settings.kill_at, longest)
        red = _colour("fault", style.FAULT)
        parts.append(
            f'<line x1="{at:.1f}" y1="{RATES_TOP}" x2="{at:.1f}" y2="{bottom}" stroke="{red}" stroke-dasharray="3 3"/>'
        )
        parts.append(_text(at + 3, RATES_TOP + 12, f"{answer.settings.killed} killed", size=12))
    return parts


def _of(name: str, colour: str) -> tuple[str, str]:
    return {"input": "map", "shuffle": "partition", "output": "reduce"}[name], colour


def _states(answer: Answer, scale: Scale) -> list[str]:
    longest, _, crowd = scale
    bottom = STATES_TOP + STATES
    shown = [kind for kind in KINDS if max(answer.states[kind]) > 0]
    parts = [_frame(STATES_TOP, STATES, f"{crowd:,.0f} tasks")]
    heaps = list(
        zip(*(accumulate(column) for column in zip(*(answer.states[k] for k in shown), strict=True)), strict=True)
    )
    below: Sequence[float] = [0.0] * len(answer.states["map"])
    x = 6
    for kind, above in zip(shown, heaps, strict=True):
        edges = [_x(answer.seconds * i / len(above), longest) for i in range(len(above) + 1)]
        over = _steps(edges, [bottom - STATES * min(1.0, value / crowd) for value in above])
        under = _steps(edges, [bottom - STATES * min(1.0, value / crowd) for value in below])
        parts.append(_shape(kind, " ".join([*over, *reversed(under)])))
        parts.append(_swatch(kind, x, STATES_TOP - 22))
        parts.append(_text(x + 18, STATES_TOP - 14, _WORDS.get(kind, kind), size=12))
        x += 33 + 7 * len(_WORDS.get(kind, kind))
        below = above
    if _top_crowd(answer) > crowd:
        parts.append(_cut(STATES_TOP + 12, f"↑ up to {_top_crowd(answer):,.0f}"))
    if answer.seconds > longest:
        parts.append(_cut(bottom - 5, f"goes on to {answer.seconds:,.0f} s →"))
    return parts


def _cut(y: float, words: str) -> str:
    """What is said of a curve at the edge where it leaves the picture."""
    ground = _colour("paper", style.PAPER)
    wide = 8 + 6.6 * len(words)
    box = f'<rect x="{WIDTH - RIGHT - wide}" y="{y - 12}" width="{wide}" height="16" fill="{ground}" opacity="0.85"/>'
    return box + _text(WIDTH - RIGHT - 4, y, words, weight="bold", anchor="end")


_WORDS = {"outrun": "overtaken", "fault": "killed"}


def _steps(edges: Sequence[float], heights: Sequence[float]) -> list[str]:
    return [f"{x:.1f},{y:.1f}" for i, y in enumerate(heights) for x in (edges[i], edges[i + 1])]


def _shape(kind: str, points: str) -> str:
    return (
        f'<polygon fill="{_colour(*COLOURS[kind])}" points="{points}"/>'
        f'<polygon fill="url(#whatif-{kind})" points="{points}"/>'
    )


def _swatch(kind: str, x: float, y: float) -> str:
    return _shape(kind, f"{x},{y} {x + 14},{y} {x + 14},{y + 10} {x},{y + 10}")


def _stragglers(answer: Answer, scale: Scale) -> list[str]:
    """A bar for each, which can be picked: it has a place in the order of Tab, and its words."""
    parts = (
        [_text(6, SLOW_TOP - 6, "the slowest tasks: click one to read why it is here", size=12)] if answer.slow else []
    )
    for number, slow in enumerate(answer.slow):
        y = SLOW_TOP + number * SLOW_ROW
        begin, end = _x(slow.start, scale[0]), max(_x(slow.end, scale[0]), _x(slow.start, scale[0]) + 3)
        points = f"{begin:.1f},{y} {end:.1f},{y} {end:.1f},{y + 12} {begin:.1f},{y + 12}"
        words = escape(slow.said)
        parts.append(
            f'<g class="whatif-slow" tabindex="0" role="button" aria-label="{words}" data-said="{words}">'
            f"<title>{words}</title>{_shape(slow.kind, points)}</g>{_text(LEFT - 5, y + 10, slow.name, anchor='end')}"
        )
    return parts


def _axis(longest: float) -> list[str]:
    y = HEIGHT - 24
    parts = [f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="{_colour("ink-soft", style.MUTED)}"/>']
    for i in range(6):
        x = _x(longest * i / 5, longest) + (RIGHT - 2 if i == 5 else 0)
        parts.append(
            _text(x, y + 14, f"{longest * i / 5:,.0f}{' s' if i == 5 else ''}", anchor="end" if i == 5 else "middle")
        )
    return parts


def _frame(top: float, height: float, most: str) -> str:
    lines = [
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="{_colour("line", style.GRID)}"/>'
        for y in (top, top + height)
    ]
    names = ((top + 4, most), (top + height + 4, "0"))
    return "".join([*lines, *(_text(LEFT - 5, y, words, anchor="end") for y, words in names)])


def _text(x: float, y: float, words: str, size: int = 12, weight: str = "normal", anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
        f'fill="{_colour("ink", style.INK)}">{escape(words)}</text>'
    )


def _colour(name: str, otherwise: str) -> str:
    """The page's colour, which a dark theme changes; the same picture in a saved notebook has no page."""
    return f"var(--mrkit-{name}, {otherwise})"


def _pattern(kind: str, path: str) -> str:
    line = f'<path d="{path}" stroke="{style.PAPER}" stroke-width="1" stroke-opacity="0.55" fill="none"/>'
    return f'<pattern id="whatif-{kind}" width="8" height="8" patternUnits="userSpaceOnUse">{line}</pattern>'


_PATTERNS = (
    "<defs>"
    + _pattern("map", "")
    + _pattern("partition", "M-2,2 L2,-2 M0,8 L8,0 M6,10 L10,6")
    + _pattern("reduce", "M-2,6 L2,10 M0,0 L8,8 M6,-2 L10,2")
    + _pattern("outrun", "M0,0 L8,8 M8,0 L0,8")
    + _pattern("fault", "M0,0 L8,8 M8,0 L0,8")
    + "</defs>"
)
