"""How far a search has come: a ring for each distance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import cos, pi, sin
from typing import Any

from mrkit import arguments
from mrkit.errors import BadArgument
from mrkit.views import style
from mrkit.views.canvas import begin, finish, nothing, plain
from mrkit.views.pen import Axes, Circle
from mrkit.words import count, cut, key_text

NAMED_RINGS = 2  # whose nodes have their names written beside them, if they are few
MOST_NAMES = 8  # on one ring
INNER = 4.0  # how much wider than the others the first ring is, for the names
INCHES = 2.5  # about, from the middle to the last ring
DOT = 10.0  # points across, where there is room


@arguments.takes(distances=arguments.mapping, round=arguments.whole(0), what=arguments.text)
def ripples(
    distances: Mapping[Any, int | None], round: int, *, what: str = "node", title: str = "", ax: Axes | None = None
) -> Axes:
    """A search that spreads from its start, after so many rounds: a ring for each distance, a dot for each node.

    `distances` are the final ones, None where no way leads; so every round has the same places. Reached nodes are
    filled, those that were reached in this round have a ring, the others are hollow.
    """
    if any(
        distance is not None and not (isinstance(distance, int) and distance >= 0) for distance in distances.values()
    ):
        raise BadArgument("A distance is a whole number from 0 on, or None where no way leads.")
    rings: dict[int, list] = defaultdict(list)
    for node, distance in distances.items():
        if distance is not None:
            rings[distance].append(node)
    ax = begin(ax, height=5.8)  # with its slider, on one screen of a projector
    if not rings:
        return nothing(ax, f"No {what} was reached, not even a start.")
    last = max(rings)
    for distance in range(1, last + 1):
        ax.add_patch(Circle((0, 0), _radius(distance), fill=False, edgecolor=style.GRID, linewidth=1.2, zorder=0))
        ax.text(0, -_radius(distance), f"{distance}", ha="center", va="center", size=style.SMALL)
    for distance, nodes in sorted(rings.items()):
        _dots(ax, distance, sorted(nodes, key=key_text), round, INCHES / _radius(max(last, 1)))
    ax.set_aspect("equal")
    ax.set_axis_off()
    end = _radius(last) + 0.8
    ax.set_xlim(-1.2 * end, 1.2 * end)
    ax.set_ylim(-end, end)
    new, reached = len(rings[round]), sum(len(nodes) for distance, nodes in rings.items() if distance <= round)
    rest = len(distances) - sum(map(len, rings.values()))
    title = title or f"After round {round}: {reached:,} of {count(len(distances), what)} reached, {new:,} of them new"
    sizes = ", ".join(f"{len(rings[distance]):,} at distance {distance}" for distance in range(last + 1))
    alt = f"Rings around the start: {sizes}. {count(rest, what)} cannot be reached. {title}."
    rows = [(distance, len(rings[distance]), "yes" if distance <= round else "no") for distance in range(last + 1)]
    return finish(ax, title, alt, ("distance", f"{what}s", "reached"), [*rows, ("no way", rest, "no")])


def _radius(distance: int) -> float:
    return distance + INNER if distance else 0.0


def _dots(ax: Axes, distance: int, nodes: list, round: int, scale: float) -> None:
    """The nodes of one distance, evenly on their ring but for the place of its number; `scale` inches are 1."""
    radius = _radius(distance)
    gap = min(0.55 / radius, 0.6) if distance else 0.0  # on each side of the lowest point
    arc = 2 * (pi - gap)
    angles = [-pi / 2 - gap - arc * (number + 0.5) / len(nodes) for number in range(len(nodes))]
    xs, ys = [radius * cos(angle) for angle in angles], [radius * sin(angle) for angle in angles]
    across = min(DOT, 0.75 * arc * radius * scale * 72 / len(nodes)) if distance else DOT
    filled, frontier = distance <= round, distance == round
    ax.scatter(
        xs,
        ys,
        s=across**2,
        facecolor=style.REDUCE if filled else style.PAPER,
        edgecolor=style.INK if frontier else style.REDUCE if filled else style.DOTS,
        linewidth=min(2.4, across / 4) if frontier else 1.0,
        zorder=3,
        label=f"distance {distance}",
    )
    if distance < NAMED_RINGS and len(nodes) <= MOST_NAMES:
        for node, x, y in zip(nodes, xs, ys, strict=True):
            name, lower = plain(cut(key_text(node), 16)), distance == 0
            inwards = "right" if x > 1 else "left" if x < -1 else "center"  # outwards are the dots of the next ring
            place = {"ha": inwards, "va": "top" if lower else "bottom", "size": style.SMALL, "zorder": 4}
            ax.annotate(name, (x, y), (0, -8 if lower else 7), textcoords="offset points", **place)  # type: ignore[arg-type]
