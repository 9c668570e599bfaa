"""A few named numbers side by side."""

from __future__ import annotations

from collections.abc import Mapping

from mrkit import arguments
from mrkit.views import style
from mrkit.views.canvas import begin, finish, nothing, plain, round_ticks
from mrkit.views.pen import Axes
from mrkit.words import amount, cut, sentence_list


@arguments.takes(
    numbers=arguments.figures,
    what=arguments.text,
    kind=arguments.one_of(*style.LOOKS),
    most=arguments.number(0, optional=True),
)
def bars(
    numbers: Mapping[str, float],
    what: str,
    *,
    title: str = "",
    kind: str = "partition",
    most: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Named numbers as bars, in the order given; `what` they count.

    `most` is where the axis ends: give it where a slider changes the numbers, so that the scale stays. `title` is the
    message, if it is another than which bar is the shortest. `kind` is the phase whose colour the bars have.
    """
    ax = begin(ax, height=1.5 + 0.42 * max(2, len(numbers)))
    if not numbers:
        return nothing(ax, "There are no numbers to compare.")
    names, lengths = list(numbers), list(numbers.values())
    ax.barh(range(len(names)), lengths, height=0.68, **style.fill(kind))
    ax.set_yticks(range(len(names)), [plain(cut(name, 28)) for name in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(left=False)
    end = most or max(lengths) or 1
    ax.set_xlim(0, 1.16 * end)
    for y, length in enumerate(lengths):
        ax.text(min(length, end), y, f" {amount(length)}", va="center", size=style.SMALL)
    round_ticks(ax.xaxis)
    ax.grid(axis="x", color=style.GRID)
    said = sentence_list([f"{name} {amount(length)}" for name, length in numbers.items()], most=12)
    least = min(numbers, key=lambda name: numbers[name])
    title = title or f"The fewest {what}: {amount(numbers[least])} with {cut(least, 28)}"
    return finish(ax, title, f"Bars of {what}: {said}.", ("", what), list(numbers.items()), xlabel=plain(what))
