"""Pictures that one lesson alone needs: the plan of an SQL engine by phase, and the curve of banding (lesson 15).

Each is a function of plain data, with its message as the title, words for those who cannot see it, and a table. The
plans were recorded once, and lie in `data/plans`: no engine is asked for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from matplotlib.axes import Axes

from mrkit.share import folder
from mrkit.views import style
from mrkit.views.canvas import begin, finish, plain
from mrkit.words import cut, sentence_list

KINDS = {"map": "map", "combiner": "map", "shuffle": "partition", "broadcast": "partition", "reduce": "reduce"}
STEP, MARK, WIDTH = 0.3, 0.16, 10.0  # how far a step of the plan stands from the one above it; its mark; the chart

# ------------------------------------------------------------------------------------- the plan of an SQL engine


def recorded_plans() -> dict[str, list[str]]:
    """Plans of Spark SQL by name, as lines: `explain()` printed them, without the numbers that it gives to columns.

    >>> recorded_plans()["count"][2].strip()
    '+- Exchange hashpartitioning(word, 4)'
    """
    return {name: lines for name, lines in _stored().items() if isinstance(lines, list)}


def _stored() -> dict[str, str | list[str]]:
    return json.loads((folder("data") / "plans" / "spark.json").read_text(encoding="utf-8"))


def steps(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each line of a plan as (how deep it stands, its words)."""
    for line in lines:
        words = line.lstrip(" :+-")
        yield (len(line) - len(words)) // 3, words


def phases_of(lines: Sequence[str]) -> list[str]:
    """The phase of each step: what stands above an exchange by hash is reduce, what stands below it is map.

    >>> phases_of(recorded_plans()["count"])
    ['reduce', 'reduce', 'shuffle', 'combiner', 'map', 'map', 'map']
    """
    found = list(steps(lines))
    return [_phase(words, _below(found, place)) for place, (_, words) in enumerate(found)]


def _phase(words: str, below: list[str]) -> str:
    if words.startswith("Exchange"):
        return "shuffle"
    if words.startswith("BroadcastExchange"):
        return "broadcast"
    if any(step.startswith("Exchange") for step in below):
        return "reduce"
    return "combiner" if "partial_" in words else "map"


def _below(found: list[tuple[int, str]], place: int) -> list[str]:
    """The steps that a step gets its rows from, near and far."""
    depth, inside = found[place][0], []
    for deeper, words in found[place + 1 :]:
        if deeper <= depth:
            break
        inside.append(words)
    return inside


def plan(lines: Sequence[str], phases: Sequence[str] = (), *, name: str = "", ax: Axes | None = None) -> Axes:
    """A plan with the phase of each step as its colour and in words. It is read from below, as the rows go."""
    phases = list(phases) or phases_of(lines)
    ax = begin(ax, height=1.1 + 0.42 * len(lines))
    for row, ((depth, words), phase) in enumerate(zip(steps(lines), phases, strict=True)):
        ax.barh(row, MARK, left=STEP * depth, height=0.72, **style.fill(KINDS[phase]))
        ax.text(STEP * depth + 1.6 * MARK, row, plain(cut(words, 64)), va="center", size=style.SMALL)
        ax.text(WIDTH, row, phase, va="center", ha="right", size=style.TEXT, weight="bold")
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(len(lines) - 0.4, -0.6)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[["left", "bottom"]].set_visible(False)
    moving = sum(phase in ("shuffle", "broadcast") for phase in phases)
    title = f"{name or 'This plan'}: rows travel in {moving} of {len(lines)} steps"
    said = sentence_list([f"{phase}: {words}" for (_, words), phase in zip(steps(lines), phases, strict=True)], most=20)
    rows = [(depth, words, phase) for (depth, words), phase in zip(steps(lines), phases, strict=True)]
    alt = f"A query plan, from its last step down to its first. {said}."
    return finish(ax, title, alt, ("depth", "step", "phase"), rows, xlabel="rows go from the lowest line up")


# ------------------------------------------------------------------------------------------ the curve of banding


def found_with(similar: float, bands: int, rows: int) -> float:
    """The chance that two pages share at least one band of so many hashes each, if single hashes agree so often.

    >>> round(found_with(0.8, 14, 8), 2), round(found_with(0.5, 14, 8), 2)
    (0.92, 0.05)
    """
    return 1 - (1 - similar**rows) ** bands


def s_curve(bands: int, rows: int, *, beside: tuple[int, int] | None = None, ax: Axes | None = None) -> Axes:
    """How likely it is that two pages become candidates, by how similar they are. `beside` is one more, dashed."""
    ax = begin(ax, height=4.2)
    places = [n / 100 for n in range(101)]
    ax.plot(places, [found_with(s, bands, rows) for s in places], color=style.PARTITION, linewidth=3)
    if beside and beside != (bands, rows):
        dashes = {"color": style.MUTED, "linewidth": 2, "linestyle": (0, (5, 3))}
        ax.plot(places, [found_with(s, *beside) for s in places], **dashes)  # type: ignore[arg-type]
    for similar, right in ((0.5, False), (0.8, True)):
        chance = found_with(similar, bands, rows)
        low = right or chance > 0.85  # the label, so that it stays clear of the title
        ax.plot([similar] * 2, [0, chance], color=style.MUTED, linewidth=1)
        ax.plot(similar, chance, "o", color=style.REDUCE, markersize=9, zorder=3)
        ax.annotate(
            f"{chance:.0%}",
            (similar, chance),
            (9 if right else -9, -4 if low else 4),
            textcoords="offset points",
            ha="left" if right else "right",
            va="top" if low else "bottom",
            size=style.TEXT,
            bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 1.5, "alpha": 0.85},
        )
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.04)
    ax.grid(True, color=style.GRID)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter("{x:.0%}")
    high, half = found_with(0.8, bands, rows), found_with(0.5, bands, rows)
    title = (
        f"{bands} bands of {rows} find {high:.0%} of the pairs that share 80%, and {half:.0%} of those that share 50%"
    )
    alt = (
        f"A curve that rises like an S: the chance that two pages become candidates, with {bands} bands of {rows} "
        f"hashes. At 50 % similar it is {half:.0%}, at 80 % {high:.0%}."
        + (f" Dashed beside it: {beside[0]} bands of {beside[1]}." if beside else "")
    )
    table = [(f"{s:.0%}", f"{found_with(s, bands, rows):.1%}") for s in places[::10]]
    return finish(
        ax, title, alt, ("similar", "found"), table, xlabel="how similar two pages are (Jaccard)", ylabel="found"
    )
