"""The pictures of single lessons: they can be read, say what they show, and agree with what they are made of."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image
from test_charts import alt, assert_readable, title

from mrkit import MapReduce
from mrkit.lessons import gallery
from mrkit.views.charts import bars
from mrkit.views.picture import Picture, description


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


POINTS = {"a": (0, 0), "b": (1, 1), "c": (9, 9), "d": (10, 8), "e": (0, 10)}
ROUNDS = [[(0, 1), (0, 0)], [(5, 7), (0, 0)], [(6, 9), (0.5, 0.5)]]


@pytest.mark.parametrize("until", [0, 1, 2, 9])
def test_clusters_can_be_read_in_every_round(until):
    ax = gallery.clusters(POINTS, ROUNDS, until, names=["a", "d"], axes=("wide", "high"))
    assert_readable(ax)
    homes = {row[0]: row[3] for row in description(ax).rows}
    assert homes["a"] == 1
    assert homes["d"] == 0
    assert title(ax).startswith(f"Round {min(until, 2)}: " if until else "Before the first round")


def test_clusters_keep_their_scale_under_a_slider():
    first, last = (gallery.clusters(POINTS, ROUNDS, until) for until in (0, 2))
    assert first.get_xlim() == last.get_xlim()
    assert first.get_ylim() == last.get_ylim()


def test_a_poster_says_its_message_its_alt_text_and_three_numbers():
    run = MapReduce(lambda n: [("abc"[n % 3], n)], lambda item: (item[0], sum(item[1])), executor="serial").run(
        range(10)
    )
    figure = gallery.poster(run, bars, dict(run.results), "sum", message="All alike", alt="Three bars.")
    above, below = figure.axes
    assert title(above) == "All alike"
    assert alt(above) == "Three bars."
    assert dict(description(below).rows) == {"inputs": 10, "records that travelled": 10, "results": 3}
    assert Picture(figure).alt == "Three bars. The run: 10 inputs, 10 records that travelled and 3 results."


def test_the_tours_picture_can_be_read_and_has_no_ground():
    figure = gallery.tour()
    assert_readable(figure.axes[0])
    file = io.BytesIO()
    figure.savefig(file, dpi=50, transparent=True)
    assert Image.open(file).getpixel((0, 0))[3] == 0
