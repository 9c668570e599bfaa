"""Every slider of the lessons: whatever its position, its pictures have the same axes, in the same place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mrkit.views.moving import Moving
from mrkit.views.stage import caught

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SVG = "{http://www.w3.org/2000/svg}"
ONLY_DRAWS = re.compile(r"(show|live|Player|phases|press|explorer|hint|quiz|progress|parsons|vote|load|cut_into)\(")


def code_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


LESSONS = [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if any("slide(" in cell for cell in code_cells(path))]


def sliders(path):
    """What the lesson gives to `slide`, as (function, label, values, start)."""
    found = []
    names = {"__name__": "__main__"}
    cells = code_cells(path)
    last = max(number for number, cell in enumerate(cells) if "slide(" in cell)
    with caught():
        for cell in cells[: last + 1]:
            if ONLY_DRAWS.match(cell):
                continue
            exec(cell, names)
            if "slide" in names:
                names["slide"] = lambda function, label, values, start: found.append((function, label, values, start))
    return found


def axes_of(html):
    """The axes of a drawing, as text, with the size of the drawing."""
    svg = ElementTree.fromstring(re.search(r"<svg.*</svg>", html, re.DOTALL)[0])
    axes = [group for group in svg.iter(f"{SVG}g") if group.get("id", "").startswith("matplotlib.axis")]
    return svg.get("viewBox"), [ElementTree.tostring(axis) for axis in axes]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_axes_are_the_same_at_every_position(path):
    found = sliders(path)
    assert found
    for function, label, values, start in found:
        moving, seen = Moving(), []
        for value in sorted(
            {start, values[0], values[-1], *values[:: max(1, len(values) // 6)]}, key=lambda v: v != start
        ):
            with caught() as figures:
                function(value)
            (figure,) = figures
            ends = [(ax.get_xlim(), ax.get_ylim()) for ax in figure.axes]
            seen.append((ends, axes_of(moving.draw(figure))))
        assert len(seen) > 2
        assert all(each == seen[0] for each in seen), label
