"""Pictures that one lesson alone needs: clusters and a poster (14), a query plan and the curve of banding (15).

Each is a function of plain data, with its message as the title, words for those who cannot see it, and a table. The
plans were recorded once, and lie in `data/plans`: no engine is asked for them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import dist
from typing import Any

from mrkit.share import folder
from mrkit.views import style
from mrkit.views.canvas import begin, dress, finish, plain
from mrkit.views.charts.by_round import COLOURS, MARKS
from mrkit.views.pen import Axes, Figure
from mrkit.views.picture import describe, description, new_figure
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


# ----------------------------------------------------------------------------- stations round their centres

Point = tuple[float, float]


def clusters(
    points: Mapping[str, Point],
    rounds: Sequence[Sequence[Point]],
    until: int,
    *,
    names: Sequence[str] = (),
    axes: tuple[str, str] = ("", ""),
    ax: Axes | None = None,
) -> Axes:
    """Points, each with the mark of its nearest centre, and the way of the centres from round 0 to round `until`.

    `rounds` are the centres of each round. The points in `names` are named. The scale is that of all rounds.
    """
    ax = begin(ax, height=5.2)
    until = min(until, len(rounds) - 1)
    homes = _homes(points, rounds[until])
    for number, (colour, mark) in enumerate(zip(COLOURS, MARKS, strict=True)):
        own = [points[name] for name, home in homes.items() if home == number]
        if own:
            ax.plot(*zip(*own, strict=True), mark, color=colour, markersize=7, alpha=0.75)
    for number, way in enumerate(zip(*rounds[: until + 1], strict=True)):
        ax.plot(*zip(*way, strict=True), color=style.INK, linewidth=1.2, linestyle=(0, (3, 2)))
        ax.plot(*way[-1], MARKS[number], color=COLOURS[number], markersize=17, markeredgecolor=style.INK, zorder=3)
        ax.text(
            way[-1][0], way[-1][1], str(number), ha="center", va="center", size=style.SMALL, color=style.PAPER, zorder=4
        )
    for name in names:
        ground = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 1, "alpha": 0.7}
        ax.annotate(plain(name), points[name], (7, 6), textcoords="offset points", size=style.SMALL, bbox=ground)
    _around(ax, [*points.values(), *(place for centres in rounds for place in centres)])
    before = _homes(points, rounds[until - 1]) if until else homes
    changed = sum(homes[name] != before[name] for name in points)
    title = f"Round {until}: {changed} of {len(points)} changed their centre" if until else "Before the first round"
    sizes = [f"centre {number} has {list(homes.values()).count(number)}" for number in range(len(rounds[0]))]
    alt = f"{len(points)} points, each with the mark of its nearest centre. Round {until}: {sentence_list(sizes)}."
    rows = [(name, *point, homes[name]) for name, point in points.items()]
    return finish(ax, title, alt, ("name", *axes, "centre"), rows, xlabel=axes[0], ylabel=axes[1])


def _homes(points: Mapping[str, Point], centres: Sequence[Point]) -> dict[str, int]:
    """The number of the nearest centre for each point, the first if there are several."""
    return {name: min(range(len(centres)), key=lambda n: dist(point, centres[n])) for name, point in points.items()}


def _around(ax: Axes, places: Iterable[Point]) -> None:
    """A scale with room around all of these places."""
    xs, ys = zip(*places, strict=True)
    wide, high = (0.07 * (max(numbers) - min(numbers) or 1) for numbers in (xs, ys))
    ax.set_xlim(min(xs) - wide, max(xs) + wide)
    ax.set_ylim(min(ys) - high, max(ys) + high)
    ax.grid(True, color=style.GRID)


# ------------------------------------------------------------------------------------------------- a poster


def poster(run: Any, chart: Callable[..., Axes], *data: Any, message: str, alt: str, **options: Any) -> Figure:
    """One chart with a message of yours as its title, your words for those who cannot see it, and the run in numbers.

    `chart` is one of `mrkit.views`, such as `bars`; `data` and `options` are what it takes.
    """
    figure = new_figure(8.5, 6.0)
    above, below = figure.subplots(2, 1, height_ratios=[5, 1])
    chart(*data, ax=above, **options)
    told = description(above)
    finish(above, message, alt, *((told.header, told.rows) if told else ((), ())))
    numbers = {
        "inputs": run.trace.num_inputs,
        "records that travelled": run.trace.num_shuffled,
        "results": len(run.results),
    }
    below.set_axis_off()
    for place, (what, number) in enumerate(numbers.items()):
        middle = (2 * place + 1) / (2 * len(numbers))
        below.text(middle, 0.75, f"{number:,}", ha="center", va="center", size=1.6 * style.TITLE, weight="bold")
        below.text(middle, 0.05, what, ha="center", va="center", size=style.TEXT)
    dress(below)
    said = sentence_list([f"{number:,} {what}" for what, number in numbers.items()])
    describe(below, "The run in numbers", f"The run: {said}.", ("what", "number"), list(numbers.items()))
    return figure


# ------------------------------------------------------------------------------- the picture that lesson 00 opens with

LINES = ("the cat sat", "the dog sat", "a cat")
OF_WORKER = ((0, 1), (2,))  # the lines of each
PARTITIONS = (("the", "sat"), ("cat", "dog", "a"))


def tour() -> Figure:
    """Three lines on their way to five results, on no ground of its own, so that any page shows through.

    It lies in the notebook as an attachment: `tour().savefig("tour.png", dpi=150, transparent=True)`.
    """
    figure = new_figure(9.6, 3.3)
    ax = figure.add_subplot()
    ax.set(xlim=(0, 96), ylim=(33, 0))
    ax.set_axis_off()
    words = list(dict.fromkeys(word for line in LINES for word in line.split()))
    bands = (
        (14, "input", "baseline"),
        (37.5, "map", "map"),
        (61.5, "partition", "partition"),
        (84.5, "reduce", "reduce"),
    )
    for x, name, kind in bands:
        _band(ax, x, name, kind)
    ends: dict[str, list[float]] = {}
    for worker, lines in enumerate(OF_WORKER):
        pairs = [word for line in lines for word in LINES[line].split()]
        for place, word in enumerate(pairs):
            column, row = place % 2, place // 2
            y = (7, 25)[worker] + 4.2 * row
            _key(ax, 32.5 + 10 * column, y, f"{word} 1", words.index(word))
            ends.setdefault(word, []).append(y)
        for line in lines:
            y = 7 + 4.2 * 1.5 * line if worker == 0 else 25
            ax.text(14, y, LINES[line], ha="center", va="center", size=style.TEXT, bbox=_card(style.PAPER, style.MUTED))
            _arrow(ax, (21.5, y), (26.5, (11.2, 25)[worker]), style.MAP)
    y = 6.5
    for keys in PARTITIONS:
        for word in keys:
            _key(ax, 61.5, y, f"{word}  " + " ".join("1" * len(ends[word])), words.index(word))
            for end in ends[word]:
                _arrow(ax, (48, end), (55, y), style.PARTITION)
            _arrow(ax, (68.5, y), (78.5, y), style.REDUCE)
            _key(ax, 84.5, y, f"{word} {len(ends[word])}", words.index(word))
            y += 4.6
        y += 3.4
    return figure


def _card(face: str, edge: str) -> dict[str, Any]:
    return {"facecolor": face, "edgecolor": edge, "boxstyle": "round,pad=0.35", "linewidth": 1.2}


def _band(ax: Axes, x: float, name: str, kind: str) -> None:
    colour = style.LOOKS[kind].colour
    look = {"ha": "center", "va": "center", "size": style.TEXT, "weight": "bold", "color": style.text_on(colour)}
    ax.text(x, 1.5, name, bbox=_card(colour, colour), **look)  # type: ignore[arg-type]


def _key(ax: Axes, x: float, y: float, words: str, number: int) -> None:
    tint, mark = style.key_look(number)
    ax.text(x, y, f"{mark} {words}", ha="center", va="center", size=style.TEXT, bbox=_card(tint, style.MUTED))


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    look = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.6, "alpha": 0.8}
    ax.annotate("", end, start, arrowprops=look, annotation_clip=False)
