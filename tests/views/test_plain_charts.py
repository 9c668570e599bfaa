"""The charts of plain numbers, and the tape of one reduce call: what they draw, say and keep under a slider."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch
from test_charts import HOSTILE, alt, assert_readable, title, written

from mrkit import MapReduce
from mrkit.errors import BadArgument
from mrkit.views import charts, style
from mrkit.views.picture import Picture, description

WAYS = {
    "pairs": (26_386, 1),
    "pairs, combined": (21_035, 1),
    "stripes": (7_525, 408),
    "stripes, combined": (2_478, 408),
}
PLACES = [(2_478, 408), (4_000, 300), (7_000, 120), (12_000, 40), (17_703, 15)]


def by_shop(sale):
    shop, day, cents = sale
    yield (shop, day), cents


def sum_up(item):
    shop, pairs = item
    yield shop, sum(cents for _, cents in pairs)


def sorted_run(days=6, **options):
    rows = [("shop 1", day * 5 % (days + 1), day) for day in range(days)] + [("shop 2", 1, 5)]
    return MapReduce(by_shop, sum_up, group_by=lambda key: key[0], executor="serial", **options).run(rows)


def examples():
    return {
        "bars": charts.bars({"none": 23_456, "sum in each task": 4_321, "once more": 0}, "values that travel"),
        "trade_off": charts.trade_off(WAYS | {"8 pieces": (7_000, 120)}, picked="8 pieces"),
        "tape": charts.tape(sorted_run(), "shop 1", held=len),
        "long tape": charts.tape(sorted_run(100), "shop 1", held=lambda seen: 1, most=100),
        "ripples": charts.ripples({n: n % 5 if n % 7 else None for n in range(120)} | {"start": 0}, 2),
        "few ripples": charts.ripples({"a": 0, "b": 1, "c": 1, "d": 2, "e": None}, 1, what="page"),
        "lines": charts.by_round({"rank": [1, 0.64, 0.44], "lost": [0, 0.36, 0.56]}, "share of all rank"),
        "stack": charts.by_round({"kept": [1, 0.6, 0.4], "lost": [0, 0.4, 0.6]}, "share", stacked=True),
        "log": charts.by_round({"change": [0.5, 0.1, 0.02, 0.004]}, "change", log=True),
    }


@pytest.mark.parametrize("name", list(examples()))
def test_each_can_be_read_and_says_what_it_shows(name):
    ax = examples()[name]
    assert_readable(ax)
    assert title(ax)
    assert len(alt(ax)) > 20
    about = description(ax)
    assert all(len(row) == len(about.header) for row in about.rows)
    assert about.rows
    assert "<table>" in Picture(ax.get_figure()).html


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_can_be_drawn(name):
    odd = HOSTILE[name]
    for ax in (
        charts.bars({odd: 3, "b": 1}, "values"),
        charts.trade_off({odd: (3, 4), "b": (1, 1)}),
        charts.ripples({odd: 0, "b": 1}, 1),
        charts.by_round({odd: [1, 2], "b": [2, 1]}, "rank"),
        charts.tape(MapReduce(lambda n: [(odd, odd)], lambda item: 1, executor="serial").run([1]), odd),
    ):
        Picture(ax.get_figure())


def test_nothing_is_a_sentence():
    assert written(charts.bars({}, "values")) == "There are no numbers to compare."
    assert "nothing to weigh" in written(charts.trade_off({}))
    assert "not even a start" in written(charts.ripples({"a": None}, 0))
    assert written(charts.by_round({}, "rank")) == "No round has run yet."


# The scale stays, whatever a slider says.


def ends(ax):
    return ax.get_xlim(), ax.get_ylim()


def test_bars_keep_their_scale():
    drawn = [charts.bars({"a": n, "b": 2 * n}, "bytes", most=1000) for n in (1, 100, 500)]
    assert len(set(map(ends, drawn))) == 1


def test_the_trade_off_keeps_its_scale():
    drawn = [
        charts.trade_off(WAYS | {"b": place}, picked="b", least=(2_000, 1), most=(20_000, 500)) for place in PLACES
    ]
    assert len(set(map(ends, drawn))) == 1


def test_ripples_stay_in_their_places():
    distances = {n: n % 6 for n in range(50)}
    places = []
    for round in range(6):
        ax = charts.ripples(distances, round)
        dots = {c.get_label(): c for c in ax.collections}
        places.append((ends(ax), [dots[f"distance {d}"].get_offsets().tolist() for d in range(6)]))
        filled = [d for d in range(6) if to_hex(dots[f"distance {d}"].get_facecolor()[0]) == style.REDUCE.lower()]
        assert filled == list(range(round + 1))
    assert all(place == places[0] for place in places)


@pytest.mark.parametrize("how", [{}, {"stacked": True}, {"log": True}])
def test_rounds_keep_their_scale(how):
    series = {"kept": [1, 0.6, 0.4, 0.2], "lost": [0.1, 0.5, 0.7, 0.9]}
    drawn = [charts.by_round(series, "share", until=until, **how) for until in range(4)]
    assert len(set(map(ends, drawn))) == 1
    assert [len(description(ax).rows) for ax in drawn] == [1, 2, 3, 4]


def test_a_tape_keeps_its_scale():
    run = sorted_run()
    low, high = (charts.tape(run, "shop 1", held=held, most=6) for held in (len, lambda seen: 1))
    assert ends(low) == ends(high)


# What they show.


@settings(max_examples=30)
@given(st.dictionaries(st.integers(), st.none() | st.integers(0, 5), max_size=30), st.integers(0, 6))
def test_ripples_count_what_is_reached(distances, round):
    ax = charts.ripples(distances, round)
    known = [distance for distance in distances.values() if distance is not None]
    if known:
        reached = sum(distance <= round for distance in known)
        words = title(ax).replace("\u00a0", " ")
        assert words.startswith(f"After round {round}: {reached} of {len(distances)} node")
        assert words.endswith(f", {known.count(round)} of them new")
        assert sum(len(collection.get_offsets()) for collection in ax.collections) == len(known)


def test_ripples_want_distances():
    with pytest.raises(BadArgument, match="whole number from 0 on"):
        charts.ripples({"a": -1}, 0)


def test_the_fewest_is_the_message_of_bars():
    ax = charts.bars({"none": 30, "once": 7}, "values")
    assert title(ax) == "The fewest values: 7 with once"
    assert [round(patch.get_width()) for patch in ax.patches] == [30, 7]
    assert title(charts.bars({"a": 1}, "values", title="My message")) == "My message"


def test_a_trade_off_names_what_is_best_on_each_axis():
    assert title(charts.trade_off(WAYS)) == "stripes, combined sends least, pairs holds least"
    assert title(charts.trade_off({"a": (1, 1), "b": (5, 5)})) == "a does best on both axes"


def test_the_tape_has_a_chip_for_each_pair_in_order():
    ax = charts.tape(sorted_run(), "shop 1", held=len, special=lambda item: item[0][1] == 0)
    chips = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    assert [chip.get_label() for chip in chips] == ["special", *["chip"] * 5]
    rows = description(ax).rows
    days = [int(text.split(":")[0]) for _, text, _ in rows]
    assert days == sorted(days)
    assert [held for *_, held in rows] == [1, 2, 3, 4, 5, 6]
    assert title(ax) == "shop 1: 6 pairs, one after the other; at most 6 held"


def test_a_tape_shows_as_many_chips_as_are_asked_for_and_says_what_all_of_it_holds():
    ax = charts.tape(sorted_run(100), "shop 1", held=len, chips=5, label=lambda pair: pair[0][1])
    about = description(ax)
    assert [row[1] for row in about.rows] == ["0", "1", "2", "3", "4"]
    assert about.title.endswith("; at most 100 held")
    assert "1, 2, 3, 4, 5; at most 100 held" in about.alt


def test_a_long_tape_says_how_much_it_shows():
    ax = charts.tape(sorted_run(100), "shop 1")
    assert "the first 40 of 100" in written(ax)
    assert title(ax) == "shop 1: 100 pairs, one after the other"


def test_a_chip_shows_the_parts_of_a_tuple():
    rows = [("re", ("M", 300)), ("re", ("I", "json"))]
    run = MapReduce(lambda row: [row], lambda item: sum(1 for _ in item[1]), executor="serial").run(rows)
    assert [text for _, text in description(charts.tape(run, "re")).rows] == ["M, 300", "I, json"]


def test_a_tape_of_values_and_of_what_was_not_kept():
    run = MapReduce(lambda n: [("all", n)], lambda item: sum(item[1]), executor="serial").run([3, 1, 2])
    assert [text for _, text in description(charts.tape(run, "all")).rows] == ["3", "1", "2"]
    with pytest.raises(BadArgument, match="No group 'none' was kept"):
        charts.tape(run, "none")
    with pytest.raises(BadArgument, match="A tape needs a Run"):
        charts.tape([1, 2], "all")


def test_too_many_series_are_refused():
    with pytest.raises(BadArgument, match="at most 5 series"):
        charts.by_round({str(n): [1] for n in range(6)}, "rank")
