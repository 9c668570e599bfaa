"""Charts without matplotlib: the same numbers, titles and tables, in an SVG that can be read."""

from __future__ import annotations

import inspect
import json
import pickle
import random
import re
import string
import sys
from html import escape
from math import isclose
from pathlib import Path
from xml.etree import ElementTree

import made_charts
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import ticker
from test_browser_python import told

from mrkit.errors import BadArgument, MrkitError
from mrkit.views import charts
from mrkit.views.pen import letters, marks, telling, ticks, with_matplotlib, without

like_a_browser = pytest.mark.skipif(sys.platform == "win32", reason="Python's resource module is not there")
TAGS = {"svg", "style", "g", "title", "defs", "clipPath", "pattern", "path", "circle", "text", "tspan"}


def approximately(facts):
    """The same, but for the last digits of numbers."""
    if isinstance(facts, list):
        return [approximately(fact) for fact in facts]
    if isinstance(facts, dict):
        return {name: approximately(fact) for name, fact in facts.items()}
    return pytest.approx(facts) if isinstance(facts, float) else facts


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The runs of made_charts, and what a Python without matplotlib makes of them: facts, SVG and faults by name."""
    runs, place = made_charts.traces(), tmp_path_factory.mktemp("charts")
    (place / "runs").write_bytes(pickle.dumps(runs))
    told(f"""
        import json, pathlib, pickle
        sys.path.insert(0, {str(Path(made_charts.__file__).parent)!r})
        import made_charts
        place = pathlib.Path({str(place)!r})
        drawn = {{}}
        for name, chart in made_charts.every_chart(pickle.loads((place / "runs").read_bytes())).items():
            figure = made_charts.figure_of(chart)
            html = figure._repr_mimebundle_()[0]["text/html"]
            drawn[name] = made_charts.facts(chart), figure.svg(), html, made_charts.unreadable(figure)
        (place / "drawn").write_text(json.dumps(drawn), encoding="utf-8")
    """)
    return runs, json.loads((place / "drawn").read_text(encoding="utf-8"))


@like_a_browser
def test_every_chart_has_the_numbers_the_titles_and_the_tables_that_it_has_with_matplotlib(drawn):
    runs, without_it = drawn
    with_it = made_charts.every_chart(runs)
    assert without_it.keys() == with_it.keys()
    for name, chart in with_it.items():
        assert without_it[name][0] == approximately(json.loads(json.dumps(made_charts.facts(chart)))), name


@like_a_browser
def test_every_chart_can_be_read_and_no_word_of_a_run_becomes_markup(drawn):
    for name, (facts, svg, html, faults) in drawn[1].items():
        assert faults == [], name
        assert {each.tag.rpartition("}")[2] for each in ElementTree.fromstring(svg).iter()} <= TAGS, name
        alt = " ".join(each["said"][1] for each in facts if each["said"])
        assert f'<svg role="img" aria-label="{escape(alt)}"' in html, name
        assert unnamed(svg) in unnamed(html), name
        assert "<script" not in html, name


def unnamed(drawn):
    """A drawing without its beginning, and without the name that tells its parts from those of others."""
    return re.sub(r"(mrkit|c[0-9a-f]{8})(?=-[0-9a-f]+[\")])", "", drawn[drawn.index(" xmlns=") :])


@like_a_browser
def test_where_the_mouse_rests_on_a_bar_its_value_is_said(drawn):
    for name in ("partition_load of hot", "bars", "top_k"):
        facts, svg, *_ = drawn[1][name]
        values = [f": {int(row[1]):,}" for row in facts[0]["said"][3]]
        assert values, name
        assert [each for each in values if each not in "\n".join(titles(svg))] == [], name
    assert made_charts.HOSTILE[:7] in titles(drawn[1]["odd bars"][1])[0]


def titles(svg):
    return [each.text for each in ElementTree.fromstring(svg).iter() if each.tag.endswith("}title")]


def chart(**labels):
    ax = without.page(without.Figure, 6, 4).add_subplot()
    ax.set(xlim=(0, 10), ylim=(0, 100))
    for set_label, words in labels.items():
        getattr(ax, f"set_{set_label}")(words)
    return ax


def test_a_mark_says_its_label_and_its_numbers_as_the_axes_write_them():
    ax = chart(xlabel="seconds; of many", ylabel="MB")
    ax.plot([1, 2.00004, 11], [10, 20, 30], label="read")
    ax.plot([3], [1 / 3], "o")
    ax.bar([4], [50], label="held")
    ax.bar([4], [5], bottom=[50])
    ax.add_collection(without.PolyCollection([[(5, 1), (6, 1), (6, 2), (5, 2)]], label="box"))
    ax.yaxis.set_major_formatter("{x:,.1f} MB")
    assert titles(ax.figure.svg()) == [
        "held\nseconds: 4\nMB: 50.0 MB",
        "seconds: 4\nMB: 50.0 MB to 55.0 MB",
        "box\nseconds: 5 to 6\nMB: 1.0 MB to 2.0 MB",
        "read\nseconds: 1\nMB: 10.0 MB",
        "read\nseconds: 2\nMB: 20.0 MB",
        "seconds: 3\nMB: 0.3 MB",
    ]


def test_a_bar_at_words_says_them_first_and_a_cell_of_a_matrix_its_number():
    ax = chart(xlabel="values")
    ax.barh([0, 1], [7, 8000])
    ax.set_yticks([0, 1], ["a", r"5\$ <b>"])
    assert titles(ax.figure.svg()) == ["a\nvalues: 7", "5$ <b>\nvalues: 8,000"]
    matrix = chart(xlabel="to", ylabel="from")
    image = matrix.imshow([[1, 2], [2, 2]], cmap=marks.Colours(["#ffffff", "#000000"]), vmin=0, vmax=2)
    assert titles(matrix.figure.svg()) == []  # nobody knows what the numbers are
    matrix.figure.colorbar(image, ax=matrix, label="bytes")
    assert titles(matrix.figure.svg()) == [
        f"to: {x}\nfrom: {y}\nbytes: {number}" for x, y, number in [(0, 0, 1), (1, 0, 2), (0, 1, 2), (1, 1, 2)]
    ]


def test_thousands_of_marks_and_those_of_a_chart_without_axes_say_nothing():
    ax, bare = chart(), chart()
    boxes = [[(n, 1), (n + 1, 1), (n + 1, 2), (n, 2)] for n in range(telling.MOST + 1)]
    for each in (ax, bare):
        each.plot([1, 2], [10, 20])
        each.plot(range(telling.MOST), range(telling.MOST), "o")
        each.add_collection(without.PolyCollection(boxes if each is ax else boxes[:2]))
    bare.set_axis_off()
    assert len(titles(ax.figure.svg())) == 2
    assert titles(bare.figure.svg()) == []


def test_every_chart_of_the_package_is_among_them():
    tried = inspect.getsource(made_charts)
    assert [name for name in charts.__all__ if name not in tried] == ["amdahl"]  # a number, and no picture


@like_a_browser
def test_a_slider_an_explorer_and_a_live_run_have_charts_too():
    code = """
        import ipywidgets
        from mrkit import MapReduce, views
        from mrkit.views import moving, stage, show
        from mrkit.views.widgets.explorer.explorer import pictures
        from mrkit.views.widgets.explorer.experiments import Experiment, Settings
        from mrkit.views.widgets.live.live import ending
        run = MapReduce(lambda n: [(n % 3, n)], lambda item: item[0], num_partitions=2, executor="serial").run(range(9))
        slider = moving.Moving()
        with stage.caught() as figures:
            for most in (10, 20):
                show(views.partition_load, run, most=most)
        first, second = (slider.draw(figure) for figure in figures)
        for words in ('<svg role="img" aria-label="2', "var(--mrkit-partition", "-moving-0", 'class="mrkit-axis"'):
            print(words in first)
        print(first.count("mrkit-axis") == second.count("mrkit-axis") == 2, first != second)
        one, two = (Experiment(number, Settings(1, 0, 2, False), (run.trace,)) for number in (1, 2))
        print(["<svg" in moving.Moving().draw(figure) for figure in pictures(two, one).values()] == [True] * 3)
        print(ending(run.trace)["text/html"].count("<svg"))
        print(views.buckets(run)._repr_mimebundle_()["text/html"].count("<svg"))
    """
    assert told(code).split() == ["True"] * 7 + ["1", "1"]


# What is saved, and what is not there.


def test_a_chart_is_saved_as_svg(tmp_path):
    figure = without.page(without.Figure, 4, 3)
    figure.add_subplot().text(0.5, 0.5, "5$ <b>")
    figure.savefig(tmp_path / "chart.svg", dpi=150)
    said = [each.text for each in ElementTree.parse(tmp_path / "chart.svg").iter() if each.tag.endswith("tspan")]
    assert "5$\u00a0<b>" in said
    with pytest.raises(BadArgument, match="saved as SVG only"):
        figure.savefig(tmp_path / "chart.png")
    assert not (tmp_path / "chart.png").exists()


def test_what_is_not_there_is_said_in_a_sentence():
    ax = without.page(without.Figure, 4, 3).add_subplot()
    with pytest.raises(MrkitError, match="There is no 'hist' here: without matplotlib"):
        ax.hist([1, 2])
    assert not hasattr(ax, "_repr_png_")
    with pytest.raises(BadArgument, match="give one column"):
        ax.figure.add_subplot(1, 2, 1)


def test_both_have_the_same_names():
    assert without.__all__ == with_matplotlib.__all__


# Beside matplotlib.

NUMBERS = st.floats(-1e9, 1e9).map(lambda number: round(number, 6))


def seen(locator, low, high):
    below, above = 1e-6 * min(high - low, abs(low) or 1), 1e-6 * (high - low)
    return [tick for tick in locator.tick_values(low, high) if low - below <= tick <= high + above]


@given(NUMBERS, st.floats(1e-3, 1e9), st.integers(2, 12), st.sampled_from([[1, 2, 5, 10], [1, 2, 2.5, 5, 10]]))
def test_ticks_are_where_matplotlib_has_them(low, length, most, steps):
    if abs(low) > 50 * length:  # then matplotlib counts from another number than 0
        low = length
    for options in ({"steps": steps}, {"steps": steps, "integer": True}, {"integer": True}):
        kinds = ticks.MaxNLocator, ticker.MaxNLocator
        here, there = (seen(kind(most, **options), low, low + length) for kind in kinds)
        assert here == pytest.approx(there), options


@given(st.floats(1e-6, 1e6), st.floats(1.5, 1e6), st.sampled_from([(1,), (1, 2, 5)]))
def test_ticks_of_a_log_axis_are_where_matplotlib_has_them(low, factor, subs):
    there = seen(ticker.LogLocator(subs=subs, numticks=20), low, low * factor)
    here = seen(ticks.LogLocator(subs), low, low * factor)
    assert here == pytest.approx(there) if len(there) > 1 else len(here) > 1


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_letters_are_about_as_wide_as_in_the_widest_font(weight):
    dice = random.Random(1)
    for _ in range(200):
        words = "".join(dice.choices(string.ascii_letters + string.digits + "  ,.:()äéßжλ", k=dice.randint(8, 60)))
        here, there = (each.width(words, 12, weight) for each in (letters, with_matplotlib))
        assert 0.97 * there < here < 1.15 * there, words


def test_numbers_are_written_as_matplotlib_writes_them():
    for numbers in ([0, 0.5, 1], [0, 20, 40], [-0.25, 0, 0.25], [1.0]):
        axis = ticker.ScalarFormatter(useOffset=False)
        axis.create_dummy_axis()
        assert [ticks.alike(numbers)(number, None) for number in numbers] == axis.format_ticks(numbers)
    for number in (-1234.5, 0.0, 1e6):
        assert ticks.formatter("{x:,.10g}")(number, 0) == ticker.StrMethodFormatter("{x:,.10g}")(number, 0)
    assert isclose(ticks.automatic(690, 36).nbins, 9)
