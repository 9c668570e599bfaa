"""The still picture of a story, as an SVG, and the same in words.

Serves saved notebooks: it is what is left of the record player where no kernel runs. It draws the end of the story: the
inputs with their pairs, the partitions with their groups and results. Pure text in, text out; no matplotlib, no widget.
"""

from __future__ import annotations

import unicodedata
from html import escape

from mrkit.views import style
from mrkit.views.widgets.player.story import Story

MOST_INPUTS, MOST_PAIRS, MOST_GROUPS, MOST_VALUES = 8, 16, 16, 10  # pairs of an input, values of a group
WIDTH, CHAR, ROW, CHIP, GAP = 1000, 8.6, 30, 24, 6  # pixels
INPUT_X, MAP_X, PARTITION_X, RESULT_X = 20, 240, 530, 820
EDGE = "#d0d4d9"
FONT = "DejaVu Sans Mono, Menlo, Consolas, monospace"


def text(story: Story) -> str:
    """What the picture shows, in sentences."""
    lines = [f"Record player of {story.title}: {story.summary}."]
    for index, (number, record, _) in enumerate(story.inputs[:MOST_INPUTS]):
        pairs = [f"{story.keys[key]} {value}" for owner, key, value in story.pairs if owner == index]
        lines.append(f"Input {number}, {record}, gave {_few(pairs, MOST_PAIRS) or 'no pair'}.")
    if (more := len(story.inputs) - MOST_INPUTS) > 0:
        lines.append(f"There are {more:,} more inputs.")
    left = MOST_GROUPS
    for name, keys in _partitions(story):
        results = [f"{story.keys[key]} {story.groups[key][1]}" for key in keys]
        lines.append(f"{name.capitalize()} gave {_few(results, max(1, left)) or 'nothing'}.")
        left -= len(results)
    return "\n".join(lines)


def picture(story: Story) -> str:
    """The same as an SVG."""
    parts: list[str] = []
    left, right = _left(story, parts), _right(story, parts)
    height = max(left, right) + 16
    heads = [("input", INPUT_X, style.INK), ("map", MAP_X, "#005c92"), ("partition", PARTITION_X, "#8a4d00")]
    heads.append(("reduce → results", RESULT_X, "#006a4d"))
    bands = [(0, MAP_X, style.MUTED), (MAP_X, PARTITION_X, style.MAP), (PARTITION_X, RESULT_X, style.PARTITION)]
    bands.append((RESULT_X, WIDTH, style.REDUCE))
    frame = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">',
        f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="12" fill="{style.PAPER}" stroke="{EDGE}"/>',
        _text(20, 30, f"Record player · {story.title}", 'font-weight="bold" font-size="17" font-family="sans-serif"'),
    ]
    for from_x, to_x, colour in bands:
        place = f'x="{from_x + 1}" y="46" width="{to_x - from_x - 2}" height="32"'
        frame.append(f'<rect {place} fill="{colour}" opacity=".12"/>')
    for name, x, ink in heads:
        size = 'font-size="15" font-weight="bold" font-family="sans-serif"'
        frame.append(_text(x if x == INPUT_X else x + 12, 67, name, f'{size} fill="{ink}"'))
    return "".join([*frame, *parts, "</svg>"])


def _left(story: Story, parts: list[str]) -> int:
    """The inputs with their pairs; where they end."""
    y, task = 86, -1
    for index, (number, record, of_task) in enumerate(story.inputs[:MOST_INPUTS]):
        if of_task != task:
            task = of_task
            name, worker = story.tasks[task][0], story.workers[story.tasks[task][1]][0]
            y = _header(parts, INPUT_X, PARTITION_X - 12, y, f"{worker}, map task {name}")
        parts.append(_text(INPUT_X, y + 17, _cut(f"{number} {record}", MAP_X - INPUT_X - 10)))
        pairs = [(key, value) for owner, key, value in story.pairs if owner == index]
        x: float = MAP_X + 12
        for key, value in pairs[:MOST_PAIRS]:
            width = _width(f"{story.keys[key]} {value}") + 30
            if x > MAP_X + 12 and x + width > PARTITION_X - 10:
                x, y = MAP_X + 12, y + ROW
            parts.append(_chip(x, y, story, key, value, PARTITION_X - 10 - x))
            x += width + GAP
        if len(pairs) > MOST_PAIRS:
            y += ROW
            parts.append(_text(MAP_X + 12, y + 17, f"and {len(pairs) - MOST_PAIRS} more", f'fill="{style.MUTED}"'))
        y += ROW
    if len(story.inputs) > MOST_INPUTS:
        parts.append(_text(INPUT_X, y + 17, f"and {len(story.inputs) - MOST_INPUTS:,} more", f'fill="{style.MUTED}"'))
        y += ROW
    return y


def _right(story: Story, parts: list[str]) -> int:
    """The partitions with their groups and results; where they end."""
    y, left = 86, MOST_GROUPS
    values: list[list[str]] = [[] for _ in story.keys]
    for number in sorted(range(len(story.parcels)), key=story.order.__getitem__ if story.order else None):
        values[story.parcels[number].key].append(story.parcels[number].value)
    for name, keys in _partitions(story):
        y = _header(parts, PARTITION_X + 12, WIDTH - 20, y, name)
        for key in keys[: max(1, left)]:
            parts.append(_chip(PARTITION_X + 12, y, story, key, "", 130))
            x = PARTITION_X + 12 + min(130, _width(story.keys[key]) + 30) + 10
            shown = _cut(_few(values[key], MOST_VALUES, " "), RESULT_X - x - 4)
            parts.append(_text(x, y + 17, shown))
            parts.append(_chip(RESULT_X + 12, y, story, key, story.groups[key][1], WIDTH - RESULT_X - 24))
            y += ROW
        more = len(keys) - max(1, left)
        if more > 0:
            parts.append(_text(PARTITION_X + 12, y + 17, f"and {more:,} more", f'fill="{style.MUTED}"'))
            y += ROW
        left -= len(keys)
    return y


def _partitions(story: Story) -> list[tuple[str, list[int]]]:
    """The partitions' names with their keys, in the order in which they were reduced."""
    keys: list[list[int]] = [[] for _ in story.partitions]
    for step in story.steps:
        if step.kind == "reduce":
            keys[story.groups[step.item][0]].append(step.item)
    return [(row[0], keys[number]) for number, row in enumerate(story.partitions)]


def _header(parts: list[str], x: int, to_x: int, y: int, said: str) -> int:
    parts.append(_text(x, y + 18, said, f'font-family="sans-serif" fill="{style.MUTED}"'))
    parts.append(f'<path d="M{x} {y + 25}H{to_x}" stroke="{EDGE}"/>')
    return y + ROW + 2


def _chip(x: float, y: float, story: Story, key: int, value: str, most: float) -> str:
    tint, mark = style.key_look(key)
    said = f"{story.keys[key]} {value}".rstrip()
    width = min(most, _width(said) + 30)
    box = f'<rect x="{x:.0f}" y="{y}" width="{width:.0f}" height="{CHIP}" rx="6" fill="{tint}"/>'
    return box + _text(x + 7, y + 17, mark, 'font-size="11"') + _text(x + 23, y + 17, _cut(said, width - 24))


def _text(x: float, y: float, said: str, more: str = "") -> str:
    defaults = {"font-family": FONT, "font-size": "14", "fill": style.INK}
    given = " ".join(f'{name}="{value}"' for name, value in defaults.items() if f"{name}=" not in more)
    return f'<text x="{x:.0f}" y="{y:.0f}" {given} {more}>{escape(said, quote=False)}</text>'


def _width(said: str) -> float:
    """Pixels of a text in the monospaced font, where some scripts take two columns."""
    return CHAR * sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in said)


def _cut(said: str, width: float) -> str:
    if _width(said) <= width:
        return said
    while said and _width(said) + CHAR > width:
        said = said[:-1]
    return said + "…"


def _few(things: list[str], most: int, by: str = ", ") -> str:
    more = [f"… {len(things) - most:,} more"] if len(things) > most else []
    return by.join(things[:most] + more)
