"""The pictures of single lessons: they can be read, say what they show, and agree with what they are made of."""

from __future__ import annotations

import random

import pytest
from test_charts import alt, assert_readable, title

from mrkit.lessons import gallery
from mrkit.views.picture import description


def examples():
    plans = gallery.recorded_plans()
    return {
        **{name: gallery.plan(lines, name=name) for name, lines in plans.items()},
        "curve": gallery.s_curve(14, 8),
        "two curves": gallery.s_curve(112, 1, beside=(14, 8)),
    }


@pytest.mark.parametrize("name", list(examples()))
def test_each_can_be_read_and_says_what_it_shows(name):
    ax = examples()[name]
    assert_readable(ax)
    assert title(ax)
    assert len(alt(ax)) > 20
    assert description(ax).rows


def test_the_phase_of_each_step_follows_from_the_exchange():
    plans = gallery.recorded_plans()
    assert gallery.phases_of(plans["broadcast join"]) == ["map"] * 4 + ["broadcast"] + ["map"] * 2
    side = ["reduce", "shuffle", "map", "map"]
    assert gallery.phases_of(plans["sort-merge join"]) == ["reduce", "reduce", *side, *side]


def test_the_curve_is_how_often_pages_share_a_band():
    """Single hashes agree with the chance that the pages are alike: tried with dice."""
    dice = random.Random(1)
    for similar in (0.5, 0.7, 0.9):
        shared = sum(any(all(dice.random() < similar for _ in range(4)) for _ in range(6)) for _ in range(4000))
        assert shared / 4000 == pytest.approx(gallery.found_with(similar, 6, 4), abs=0.04)
