"""What one reduce call got, from left to right, and what it holds meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mrkit import arguments
from mrkit.errors import BadArgument, short
from mrkit.views import style
from mrkit.views.canvas import begin, finish, plain
from mrkit.views.pen import Axes, FancyBboxPatch
from mrkit.words import amount, count, cut, key_text

MOST_CHIPS = 40
LETTERS = 16  # on a chip that stands; so many lie side by side in a row of `ROW`
ROW = 76


@arguments.takes(
    held=arguments.maybe_function,
    special=arguments.maybe_function,
    label=arguments.maybe_function,
    chips=arguments.whole(1),
    most=arguments.number(0, optional=True),
)
def tape(
    run: Any,
    group: Any,
    *,
    held: Callable[[Sequence], float] | None = None,
    special: Callable[[Any], bool] | None = None,
    label: Callable[[Any], Any] | None = None,
    chips: int = MOST_CHIPS,
    most: float | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """One reduce call: a chip for each value that it got, or for each (key, value) in a job with `group_by`.

    `held(seen)` says how many things the function holds when it has read the items `seen`; below the chips a line
    follows it, on a scale that ends at `most`. `special(item)` says which chips are to be green, such as a total, and
    `label(item)` what stands on a chip. The first `chips` items are shown.
    """
    number, found = _group(run, group)
    items = found.values[: min(chips, MOST_CHIPS)]
    ax = begin(ax, height=4.2 if held else 2.7)
    texts = [key_text(label(item)) if label else _label(run, found.key, item) for item in items]
    turned = len(items) * (max(map(len, texts), default=0) + 1) > ROW
    tint, mark = style.key_look(number)
    for place, (item, text) in enumerate(zip(items, texts, strict=True)):
        _chip(ax, place, cut(text, LETTERS), tint, special is not None and special(item), turned)
    ax.set_xlim(0, max(len(items), 4))
    ax.set_xticks([place + 0.5 for place in _places(len(items))], [f"{n + 1:,}" for n in _places(len(items))])
    levels = [float(held(found.values[: n + 1])) for n in range(len(items))] if held else []
    _line(ax, levels, most)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    left = found.num_values - len(items)
    shown = f"the first {len(items)} of {found.num_values:,}" if left else f"{len(items):,}"
    what = "values" if run.records.group_by is None else "pairs"
    peak = _peak(found, levels, held) if held and levels else ""
    name = cut(key_text(found.key), 24)
    title = title or f"{name}: {count(found.num_values, what[:-1])}, one after the other{peak and f'; {peak}'}"
    alt = f"A tape of {shown} {what} of the group {name} ({mark}): {', '.join(texts)}."
    if levels:
        alt += f" Below, held so far: {', '.join(map(amount, levels))}{peak and f'; {peak}'}."
    rows = [(n + 1, text, *levels[n : n + 1]) for n, text in enumerate(texts)]
    header = ("place", what[:-1], "held so far") if levels else ("place", what[:-1])
    return finish(ax, title, alt, header, rows, xlabel=f"{what} in the order in which they came: {shown}")


def _group(run: Any, name: Any) -> tuple[int, Any]:
    """The group as it was kept, with its number among the groups."""
    groups = getattr(getattr(run, "records", None), "groups", None)
    if groups is None:
        raise BadArgument(f"A tape needs a Run, as job.run(inputs) gives; you gave {short(run)}.")
    for number, group in enumerate(groups):
        if group.key == name:
            return number, group
    raise BadArgument(f"No group {short(name)} was kept. Is it in the results? Run the job with a larger `sample`.")


def _peak(found: Any, levels: list[float], held: Callable[[Sequence], float]) -> str:
    """The most that is held in the whole group, which can be longer than what is shown, if all of it was kept."""
    whole = len(found.values) == found.num_values
    return f"at most {amount(max(*levels, held(found.values)))} held" if whole else ""


def _label(run: Any, group: Any, item: Any) -> str:
    """What stands on a chip: the value, its parts or, with `group_by`, the rest of the key and the value."""
    if run.records.group_by is None:
        return ", ".join(map(key_text, item)) if isinstance(item, tuple) else key_text(item)
    key, value = item
    if isinstance(key, tuple) and len(key) > 1 and key[0] == group:
        key = key[1] if len(key) == 2 else key[1:]
    return f"{key_text(key)}: {key_text(value)}"


def _chip(ax: Axes, place: int, text: str, tint: str, green: bool, turned: bool) -> None:
    colour = style.REDUCE if green else tint
    look: dict[str, Any] = {"facecolor": colour, "edgecolor": style.MUTED, "linewidth": 0.8}
    look |= {"boxstyle": "round,pad=0,rounding_size=0.06", "label": "special" if green else "chip"}
    ax.add_patch(FancyBboxPatch((place + 0.08, 1.06), 0.84, 1.08, **look))
    middle: dict[str, Any] = {"ha": "center", "va": "center", "rotation": 90 if turned else 0}
    if green:
        middle["bbox"] = style.number_ground()
    ax.text(place + 0.5, 1.6, plain(text), size=style.SMALL, **middle)


def _line(ax: Axes, levels: list[float], most: float | None) -> None:
    """The steps of what is held, in the lower half."""
    if not levels:
        ax.set_ylim(1.0, 2.2)
        return
    top = most or max(*levels, 1)
    heights = [0.82 * min(level / top, 1) for level in levels]
    ax.stairs(heights, range(len(heights) + 1), color=style.MAP, linewidth=2.5, label="held", baseline=None)
    ax.set_ylim(-0.06, 2.2)
    ax.axhline(0, color=style.GRID, zorder=0)
    ax.text(len(heights), heights[-1] + 0.03, f"held: {amount(levels[-1])}", ha="right", va="bottom", size=style.TEXT)


def _places(number: int) -> list[int]:
    step = max(1, -(-number // 10))
    return list(range(0, number, step))
