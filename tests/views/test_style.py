"""The one visual language: readable, told apart without colour or with other eyes, and the same in the widgets."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from mrkit.views import style
from mrkit.views.widgets import living

PHASES = ("map", "partition", "reduce", "fault", "waiting", "outrun")

# How people without one kind of cone see linear RGB (Machado, Oliveira and Fernandes, 2009).
EYES = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour):
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def lab(rgb):
    x = (0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2]) / 0.9505
    y = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
    z = (0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2]) / 1.089
    x, y, z = (max(0.0, t) ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one, other, eye):
    seen = [[sum(m * c for m, c in zip(row, linear(colour), strict=True)) for row in eye] for colour in (one, other)]
    return sum((a - b) ** 2 for a, b in zip(*map(lab, seen), strict=True)) ** 0.5


def test_contrast_is_that_of_wcag():
    assert style.contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert style.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_text_can_be_read_on_everything_that_it_stands_on():
    grounds = [style.PAPER, style.WAITING, style.GRID, *style.KEY_TINTS]
    assert all(style.contrast(style.INK, ground) >= 4.5 for ground in grounds)
    assert style.contrast(style.MUTED, style.PAPER) >= 4.5
    for kind, look in style.LOOKS.items():
        assert style.contrast(style.text_on(look.colour), look.colour) >= 4.5, kind


def test_shapes_stand_out_from_the_paper():
    shapes = [style.LOOKS[kind].colour for kind in PHASES if kind != "waiting"]
    assert all(style.contrast(colour, style.PAPER) >= 3 for colour in [*shapes, style.MUTED])


def test_each_phase_has_a_hatch_of_its_own():
    by_hatch = [style.LOOKS[kind].hatch for kind in ("map", "partition", "reduce", "fault", "waiting")]
    assert len(set(by_hatch)) == 5


@pytest.mark.parametrize("eye", EYES)
def test_phases_are_told_apart_by_colour_blind_eyes(eye):
    # In CIELAB, where 10 is a clear difference side by side.
    colours = [style.LOOKS[kind].colour for kind in ("map", "partition", "reduce", "fault", "waiting")]
    nearest = min(difference(one, other, EYES[eye]) for one, other in itertools.combinations(colours, 2))
    assert nearest > 15


def test_the_first_keys_all_look_different():
    looks = [style.key_look(number) for number in range(56)]
    assert len(set(looks)) == 56


def test_the_widgets_have_the_same_colours():
    sheet = (Path(living.__file__).with_name("base.css")).read_text(encoding="utf-8")
    light = dict(re.findall(r"--mrkit-([\w-]+): (#\w+);", sheet.split("[data-jp-theme-light")[0]))
    for kind in ("map", "partition", "reduce", "fault"):
        assert light[kind].upper() == style.LOOKS[kind].colour, kind
    for number, tint in enumerate(style.KEY_TINTS):
        assert light[f"key-{number}"].upper() == tint
