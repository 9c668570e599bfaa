"""The charts: what is drawn, what is written, and that it can be read. Numbers are compared with the Trace's own."""

from __future__ import annotations

import itertools
import re
import sys
from dataclasses import replace
from random import Random

import made_traces as made
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.collections import PolyCollection
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text

from mrkit import MapReduce, Trace
from mrkit.errors import BadArgument
from mrkit.events import SlowMotion
from mrkit.views import charts, style
from mrkit.views.canvas import plain, pooled
from mrkit.views.charts import amdahl
from mrkit.views.charts.rank_frequency import rank_steps, top_values
from mrkit.views.lanes import ready
from mrkit.views.picture import Picture, description
from mrkit.words import duration, key_text, percent

OF_ONE_RUN = [
    charts.timeline,
    charts.time_use,
    charts.shuffle_matrix,
    charts.partition_load,
    charts.rank_frequency,
    charts.flow,
]

HOSTILE = {
    "html": "<script>alert('x')</script> & \"quotes\"",
    "formula": "$\\frac{1}{2$ and $x^2$",
    "one dollar": "5$",
    "lines": "two\nlines\tand\x00a\x1bbell",
    "long": "x" * 5000,
    "emoji": "👩‍👩‍👧 😀",
    "scripts": "東京 Москва עברית हिन्दी",
    "accent": "e\u0301\u0301",
    "surrogate": "\ud800",
    "empty": "",
    "percent": "100 % %s {0} \\n \\$",
}


def texts(ax):
    """Everything written in a figure, after it was laid out."""
    ax.figure.draw_without_rendering()
    return [text for text in ax.figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


def written(ax):
    return "\n".join(text.get_text() for text in texts(ax)).replace("\u00a0", " ")


def title(ax):
    return ax.get_title(loc="left").replace("\n", " ").replace("\u00a0", " ")


def alt(ax):
    return description(ax).alt.replace("\u00a0", " ")


def spaced(text):
    return text.replace("\u00a0", " ")


def drawn_boxes(ax):
    """The rectangles of each kind in a timeline."""
    return {c.get_label(): len(c.get_paths()) for c in ax.collections if isinstance(c, PolyCollection)}


def assert_readable(ax):
    """Large enough, nothing outside of the picture, and no text on another."""
    figure = ax.figure
    shown = texts(ax)
    assert min(text.get_fontsize() for text in shown) >= style.SMALL
    renderer = figure.canvas.get_renderer()
    boxes = [(text, text.get_window_extent(renderer)) for text in shown if in_view(text)]
    for text, box in boxes:
        inside = figure.bbox.x0 - 1 <= box.x0 and box.x1 <= figure.bbox.x1 + 1
        assert inside, (text.get_text(), box)
        assert figure.bbox.y0 - 1 <= box.y0, (text.get_text(), box)
        assert box.y1 <= figure.bbox.y1 + 1, (text.get_text(), box)
    for (one, first), (other, second) in itertools.combinations(boxes, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        down = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert not (across > 1 and down > 3), (one.get_text(), other.get_text())


def in_view(text):
    """Axes keep labels for ticks beyond their limits, and for an axis that is not drawn."""
    for ax in text.figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            if text in axis.get_ticklabels(which="both"):
                low, high = sorted(axis.get_view_interval())
                place = text.get_position()[axis is ax.yaxis]
                return ax.axison and low - 1e-9 <= place <= high + 1e-9
    return True


def runs_of_every_kind():
    """Name: trace."""
    return {
        "serial": made.run().trace,
        "threads": made.run(executor="threads", num_workers=2).trace,
        "baseline": made.run(baseline=True).trace,
        "combiner": made.run(combiner=made.total).trace,
        "joined": made.run(num_partitions=None).trace,
        "skewed": made.run(map_func=made.skewed).trace,
        "one task": made.run(["a"], num_partitions=1).trace,
        "failure": made.with_failure(),
        "outrun": made.outrun(),
        "crowd": made.crowd(),
        "idle": made.trace_of_tasks([("worker-1", 0.0, 1.0)], workers=6),
        "many workers": made.crowd(400, workers=100),
        "no pairs": made.run(["", ""]).trace,
        "empty": made.run([]).trace,
        "error": made.trace_of_tasks([made.failed(0, 0.0, 1.0, "worker-1", again=False)], error="It died."),
        "error in reduce": made.failed_in_reduce(),
        "error at once": made.trace_of_tasks([], error="The function cannot travel."),
        "nobody": made.loads([0, 0, 0]),
        "one key": made.loads([5000, 0, 0, 0, 0, 0], {0: (("'self'", 5000),)}),
    }


RUNS = runs_of_every_kind()


@pytest.mark.parametrize("kind", RUNS)
@pytest.mark.parametrize("chart", OF_ONE_RUN)
def test_every_chart_of_every_run_can_be_read_and_says_what_it_shows(chart, kind):
    ax = chart(RUNS[kind])
    about = description(ax)
    assert_readable(ax)
    assert len(about.alt) > 20
    assert about.title not in about.alt or not about.title
    assert all(len(row) == len(about.header) for row in about.rows)
    assert bool(about.rows) == bool(about.title)  # or else a sentence says why there is nothing
    assert title(ax) == spaced(about.title)


@pytest.mark.parametrize("chart", OF_ONE_RUN)
def test_a_chart_of_a_stored_trace_is_the_same(chart):
    trace = RUNS["serial"]
    stored = Trace.from_json(trace.to_json())
    assert description(chart(stored)) == description(chart(trace))


@pytest.mark.parametrize("chart", OF_ONE_RUN)
def test_a_chart_takes_a_run_or_its_trace(chart):
    run = made.run()
    assert description(chart(run)) == description(chart(run.trace))
    with pytest.raises(BadArgument, match="A chart needs a Run or a Trace"):
        chart(run.results)
    with pytest.raises(BadArgument, match="A chart needs a Run or a Trace"):
        chart(Trace([]))


@pytest.mark.parametrize("chart", OF_ONE_RUN)
def test_a_job_without_inputs_gives_a_sentence(chart):
    ax = chart(RUNS["empty"])
    assert written(ax).replace("\n", " ") == alt(ax)
    assert re.search("no inputs|no pairs", alt(ax))


@pytest.mark.parametrize("chart", [charts.shuffle_matrix, charts.partition_load, charts.rank_frequency, charts.flow])
def test_a_job_that_failed_gives_its_error(chart):
    assert "It died." in alt(chart(RUNS["error"]))


def test_charts_of_a_crowd_have_few_shapes():
    for chart in OF_ONE_RUN:
        ax = chart(RUNS["crowd"])
        shapes = len(ax.patches) + sum(len(c.get_paths()) for c in ax.collections) + len(ax.texts)
        assert shapes < 3000, chart.__name__


@pytest.mark.parametrize("name", HOSTILE)
def test_any_key_can_be_drawn(name):
    key = HOSTILE[name]
    run = made.run([key] * 20, map_func=lambda line: [(line, 1), ("b", 2)])
    for chart in (charts.partition_load, charts.rank_frequency, charts.top_k):
        assert_readable(chart(run))


def test_the_largest_of_many_odd_keys_can_be_drawn():
    assert_readable(charts.top_k([(key, number) for number, key in enumerate(HOSTILE.values())]))


def test_no_key_becomes_html():
    run = made.run([HOSTILE["html"]])
    for chart in (*OF_ONE_RUN, charts.top_k):
        html = Picture(chart(run).figure).html
        assert "<script" not in html
        assert html.count("<img ") == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_of_a_worker_or_an_error_can_be_drawn(name):
    worker = HOSTILE[name]
    tasks = [(worker, float(n), n + 1.0) for n in range(4)]
    trace = made.trace_of_tasks([*tasks, made.failed(0, 0.0, 1.0, worker, error=worker)])
    assert_readable(charts.timeline(trace))
    assert_readable(charts.timeline(made.trace_of_tasks(tasks, error=worker * 3)))
    assert_readable(charts.flow(made.trace_of_tasks([], error=worker * 3)))


@settings(max_examples=12)
@given(st.dictionaries(st.text(), st.integers(-(10**300), 10**300) | st.floats(-1e300, 1e300), max_size=4))
def test_top_k_draws_whatever_there_is(results):
    charts.top_k(list(results.items())).figure.draw_without_rendering()


@pytest.mark.parametrize("kind", ["failure", "serial", "crowd"])
def test_charts_can_be_composed(kind):
    figure, axes = plt.subplots(3, 2, figsize=(17, 16), layout="constrained")
    for ax, chart in zip(axes.flat, OF_ONE_RUN, strict=True):
        assert chart(RUNS[kind], ax=ax) is ax
    assert_readable(axes.flat[0])
    plt.close(figure)


def test_charts_keep_their_looks_in_a_dark_style():
    with plt.style.context("dark_background"):
        for chart in OF_ONE_RUN:
            ax = chart(RUNS["skewed"])
            ground = ax.figure.get_facecolor()
            colours = {text.get_color() for text in texts(ax)}
            assert ground == (1, 1, 1, 1)
            assert colours <= {style.INK, style.PAPER}


# Timeline.


def test_the_timeline_draws_every_part_of_every_attempt():
    trace = made.with_failure()
    ax = charts.timeline(trace)
    tasks = len(trace.tasks("map")), len(trace.tasks("reduce"))
    assert drawn_boxes(ax) == {
        "waiting": 3,
        "map": tasks[0],
        "reduce": tasks[1],
        "partition": sum(tasks),
        "fault": 1,
        "outrun": 0,
        "framed": 1,
    }
    took = spaced(duration(trace.seconds))
    assert title(ax) == f"1 attempt failed and was repeated on worker-1; the job took {took}"
    assert "map task 1, attempt 2" in written(ax)
    assert "map task 4" not in written(ax), "no other frame competes with what the title says"
    assert "attempt 2, on worker-1." in alt(ax)
    assert "failed attempt" in written(ax)
    assert "it was killed by signal SIGKILL" in alt(ax)
    assert len(description(ax).rows) == len(trace.spans)


def test_the_bars_are_where_the_times_are():
    trace = made.trace_of_tasks([("worker-1", 0.0, 2.0), ("worker-2", 1.0, 4.0)])
    ax = charts.timeline(trace)
    (maps,) = (c for c in ax.collections if c.get_label() == "map")
    spans = [(path.vertices[:, 0].min(), path.vertices[:, 0].max()) for path in maps.get_paths()]
    assert spans == [pytest.approx((0.0, 1.8)), pytest.approx((1.0, 3.7))]
    assert ax.get_xlim() == (0, trace.seconds)


def test_the_timeline_names_its_workers():
    assert [label.get_text() for label in charts.timeline(RUNS["idle"]).get_yticklabels()] == ["worker-1", "5 others"]


def test_the_title_is_how_busy_the_workers_were():
    trace = made.trace_of_tasks([("worker-1", 0.0, 2.97), ("worker-2", 0.0, 1.5)])
    assert title(charts.timeline(trace)) == "2 workers were busy 75 % of 3.0 s"
    assert 1 - trace.time_use.waiting / trace.time_use.total == pytest.approx(0.75)


def test_the_time_begins_when_the_workers_are_ready():
    trace = made.trace_of_tasks([("worker-1", 2.0, 4.97), ("worker-2", 2.5, 4.0)])
    ax = charts.timeline(trace)
    assert title(ax) == "2 workers were busy 75 % of 3.0 s, after a start-up of 2.0 s"
    assert "start-up 2.0 s" in spaced(written(ax))
    assert ax.get_xlabel() == "seconds since the workers were ready"
    assert ax.xaxis.get_major_formatter()(2.0) == "0"
    assert "start-up, which took 2.0 s" in alt(ax)
    assert description(ax).rows[0][5:7] == (0.0, pytest.approx(2.97))
    left, right = ax.get_xlim()
    assert right == trace.seconds
    assert 0 < 2.0 - left < 0.06 * (right - left), "the strip is short, however long the start-up was"


def test_the_start_up_is_that_of_the_trace_though_an_attempt_may_have_begun_before():
    tasks = [("worker-1", 2.0, 4.0), made.failed(1, 0.5, 1.0), ("worker-2", 2.5, 4.0)]
    again = made.finished("map", 1, "worker-1", 4.0, 5.0, attempt=2, buckets=((1, 1, 2, 10),))
    trace = made.trace_of_tasks([*tasks, again])
    ax = charts.timeline(trace)
    assert trace.start_up == ready(trace) == pytest.approx(2.0)
    assert f"start-up {spaced(duration(trace.start_up))}" in spaced(written(ax))
    left = min(path.vertices[:, 0].min() for outlines in ax.collections for path in outlines.get_paths())
    assert left == pytest.approx(ax.get_xlim()[0]), "nothing is drawn outside"
    (cross,) = (line for line in ax.lines if line.get_label() == "died")
    assert cross.get_xdata().tolist() == pytest.approx([2.0])


def test_a_start_up_that_is_not_worth_it_has_no_strip():
    trace = made.trace_of_tasks([("worker-1", 0.01, 2.97), ("worker-2", 0.0, 1.5)])
    assert charts.timeline(trace).get_xlim() == (0, trace.seconds)


def test_in_a_crowd_the_height_is_the_share_of_the_time():
    trace = RUNS["crowd"]
    ax = charts.timeline(trace)
    filled = {}
    for outlines in ax.collections:
        for path in outlines.get_paths()[1:2]:  # the second worker, who reduced nothing
            xs, ys = path.vertices[:-1].T
            around = (
                xs * (ys.take(range(1, len(ys) + 1), mode="wrap") - ys.take(range(-1, len(ys) - 1), mode="wrap"))
            ).sum()
            filled[outlines.get_label()] = abs(around) / 2
    spent = sum(span.seconds for span in trace.spans if span.worker == "worker-2")
    assert filled["map"] / filled["waiting"] == pytest.approx(0.9 * spent / trace.seconds)
    assert filled["partition"] / filled["waiting"] == pytest.approx(0.1 * spent / trace.seconds)
    assert ax.get_xlabel() == "seconds since the job started; heights are shares of the time"


def test_an_outrun_attempt_is_not_called_a_failure():
    ax = charts.timeline(made.outrun())
    assert drawn_boxes(ax)["outrun"] == 1
    assert drawn_boxes(ax)["fault"] == 0
    assert title(ax) == "1 attempt was outrun by another attempt at the same task"


def test_the_title_of_a_failed_job_is_its_error():
    assert title(charts.timeline(RUNS["error"])) == "The job failed after 1.0 s: It died."


def test_a_short_job_is_drawn_in_milliseconds():
    short = charts.timeline(made.trace_of_tasks([("worker-1", 0.0, 0.4)]))
    assert short.get_xlabel() == "milliseconds since the job started"
    assert "400" in written(short).split("\n")
    assert charts.timeline(made.with_failure()).get_xlabel() == "seconds since the job started"


# Where the time went.


def test_time_use_is_as_long_as_the_job_and_divided_as_the_trace_says():
    trace = made.trace_of_tasks([("worker-1", 0.0, 4.0), ("worker-2", 0.0, 2.0)], baseline=5.0)
    ax = charts.time_use(trace)
    widths = [bar.get_width() for bar in ax.patches]
    use = trace.time_use
    expected = [use.map / 2, use.pickling / 2, use.reduce / 2, use.waiting / 2]
    assert widths[:4] == pytest.approx(expected)
    assert sum(widths[:4]) == pytest.approx(trace.seconds)
    assert widths[4] == trace.baseline
    assert title(ax) == f"2 workers are {trace.speedup:.1f} times as fast as one thread"
    assert spaced(f"map {percent(use.map / use.total)}") in written(ax)


def test_a_pool_that_costs_more_than_it_gains_is_called_so():
    trace = made.trace_of_tasks([("worker-1", 0.0, 4.0)], baseline=2.0)
    assert title(charts.time_use(trace)) == "2 workers need 2.0 times as long as one thread"


def test_time_use_without_a_baseline_names_the_largest_part():
    trace = made.trace_of_tasks([("worker-1", 0.0, 4.0)], workers=4)
    share = spaced(percent(trace.time_use.waiting / trace.time_use.total))
    assert title(charts.time_use(trace)) == f"{share} of the workers' time was waiting"


# The shuffle and the partitions.


def test_the_matrix_shows_every_bucket():
    trace = RUNS["serial"]
    ax = charts.shuffle_matrix(trace)
    assert ax.images[0].get_array().tolist() == trace.matrix
    cells = [text.get_text() for text in ax.texts]
    assert cells == [str(n) for row in trace.matrix for n in row]
    assert [row[1:] for row in description(ax).rows] == [tuple(row) for row in trace.matrix]
    sums = [f"{r}\n{sum(column)}" for r, column in enumerate(zip(*trace.matrix, strict=True))]
    assert [label.get_text() for label in ax.get_xticklabels()] == sums
    assert ax.get_xlabel() == "partition, and below it the values that go there"


def test_the_matrix_of_a_crowd_is_pooled_and_says_so():
    ax = charts.shuffle_matrix(RUNS["crowd"])
    shown = ax.images[0].get_array()
    assert shown.shape == (40, 3)
    assert shown.sum() == RUNS["crowd"].num_shuffled
    assert ax.get_ylabel() == "map task (250 in each row)"


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4), st.integers(1, 4), st.data())
def test_pooling_keeps_the_sum(rows, columns, tall, wide, data):
    matrix = data.draw(
        st.lists(st.lists(st.integers(0, 9), min_size=columns, max_size=columns), min_size=rows, max_size=rows)
    )
    small = pooled(matrix, tall, wide)
    assert sum(map(sum, small)) == sum(map(sum, matrix))
    assert (len(small), len(small[0])) == (-(-rows // tall), -(-columns // wide))


def test_the_load_has_a_bar_for_each_partition_and_names_the_hot_key():
    trace = made.loads([10, 90, 20, 0], {1: (("'self'", 85), ("'me'", 5))})
    ax = charts.partition_load(trace)
    assert [bar.get_height() for bar in ax.patches] == [10, 90, 20, 0, 85], "the hot key is a block in its bar"
    assert title(ax) == "Partition 1 holds 75 % of the values; an even share is 25 %"
    assert "the key 'self' has 85 of 90 values" in written(ax)
    assert "even share\n30" in written(ax)


def test_two_loads_stand_on_one_axis_with_the_one_before_pale():
    even, hot = made.loads([30, 30, 30, 30]), made.loads([10, 90, 20, 0], {1: (("self", 85),)})
    for before, after in ((hot, even), (even, hot)):
        ax = charts.partition_load(after, before=before)
        pale = [bar.get_height() for bar in ax.patches if bar.get_alpha()]
        assert pale == [sum(column) for column in zip(*before.matrix, strict=True)]
        assert ax.get_ylim() == (0, 1.16 * 90)
    axes = [charts.partition_load(run, most=200, tasks=8) for run in (even, hot, made.loads([5, 5]))]
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in axes}) == 1


def test_every_bar_has_its_number_also_where_only_the_other_run_has_one():
    ax = charts.partition_load(made.loads([30, 30]), before=made.loads([10, 90, 20, 0]))
    assert ax.get_xticks().tolist() == [0, 1, 2, 3]
    wide = charts.partition_load(made.loads([30, 30]), tasks=32)
    assert len(wide.get_xticks()) < 20


def test_the_flow_is_titled_with_the_results_that_it_shows():
    trace = RUNS["serial"]
    assert title(charts.flow(trace)).endswith(f"pairs, and these {trace.num_results} results")


def test_what_was_not_repeated_is_not_said_to_be():
    lost = made.trace_of_tasks([("worker-1", 0.0, 1.0), made.failed(1, 0.0, 0.5)])
    assert title(charts.timeline(lost)).startswith("1 attempt failed; the job took")


def test_where_some_were_repeated_it_is_said_how_many():
    again = made.finished("map", 1, "worker-1", 1.0, 2.0, attempt=2, buckets=((1, 1, 2, 10),))
    lost = [made.failed(task, 0.0, 0.5) for task in (1, 2, 3)]
    said = title(charts.timeline(made.trace_of_tasks([("worker-1", 0.0, 1.0), *lost, again])))
    assert said.startswith("3 attempts failed, 1 of them was repeated on worker-1; the job took")
    every = [made.finished("map", n, "worker-1", n, n + 1.0, attempt=2, buckets=((1, 1, 2, 10),)) for n in (1, 2, 3)]
    said = title(charts.timeline(made.trace_of_tasks([("worker-1", 0.0, 1.0), *lost, *every])))
    assert said.startswith("3 attempts failed and were repeated; the job took")


def test_only_a_load_within_a_tenth_of_an_even_share_is_called_even():
    ax = charts.partition_load(made.loads([1500, 1000, 1500, 1000]))
    assert title(ax) == "Partition 0 holds 30 % of the values; an even share is 25 %"
    assert title(charts.partition_load(made.loads([11, 10, 9, 10]))).startswith("The load is even")


def test_the_name_of_the_hot_key_stands_above_the_pale_bars():
    ax = charts.partition_load(made.loads([10, 50, 5], {1: (("self", 45),)}), before=made.loads([5, 5, 90]))
    (named,) = (text for text in ax.texts if "self" in text.get_text())
    assert named.xy[1] == 90


def test_an_even_load_is_called_even():
    ax = charts.partition_load(made.loads([10, 11, 10, 9]))
    assert title(ax).startswith("The load is even: the largest partition holds 28 % of the values")
    assert title(charts.partition_load(made.loads([30, 5, 30]))).startswith("Partition 0 holds 46 % of the values")


def test_the_hot_key_is_the_one_of_the_trace():
    trace = RUNS["skewed"]
    key, values = trace.largest_keys[0]
    assert f"the key {key} has {values}" in alt(charts.partition_load(trace))


def test_the_load_of_thousands_of_partitions_keeps_the_highest():
    ax = charts.partition_load(made.loads([1] * 5000 + [777] + [1] * 4999))
    heights = [bar.get_height() for bar in ax.patches]
    assert len(heights) == 200
    assert max(heights) == 777
    assert ax.get_xlabel() == "partition (each bar is the largest of 50)"


# Keys.


def test_rank_frequency_is_exact():
    run = made.run(num_partitions=1)
    counts = sorted((number for _, number in run.results), reverse=True)
    ax = charts.rank_frequency(run)
    line = next(line for line in ax.lines if line.get_label() == "keys")
    drawn = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
    assert all(counts[rank - 1] == values for rank, values in drawn.items())
    assert max(drawn) == len(counts)
    share = spaced(percent(counts[0] / sum(counts)))
    assert title(ax) == f"The first key of {len(counts)} holds {share} of the values"


@given(st.lists(st.integers(1, 20), min_size=1, max_size=50), st.integers(1, 60))
def test_ranks_are_those_of_the_sorted_values(values, keys):
    ordered = sorted(values, reverse=True)
    sizes = {value: values.count(value) for value in values}
    ranks = rank_steps(sizes)
    assert [n for first, last, n in ranks for _ in range(first, last + 1)] == ordered
    assert top_values(ranks, keys) == sum(ordered[:keys])


# Flow.


def bands(ax):
    return [patch for patch in ax.patches if isinstance(patch, PathPatch)]


def test_the_flow_has_a_band_for_each_way_that_records_went():
    trace = RUNS["serial"]
    ax = charts.flow(trace)
    buckets = sum(n > 0 for row in trace.matrix for n in row)
    assert len(bands(ax)) == len(trace.matrix) + buckets + len(trace.partitions)
    blocks = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert len(blocks) == 1 + len(trace.matrix) + len(trace.partitions) + 1
    for number in (trace.num_inputs, trace.num_pairs, trace.num_results):
        assert f"{number:,}" in written(ax)


def test_the_bands_are_as_wide_as_their_records_are_many():
    trace = RUNS["serial"]
    ax = charts.flow(trace)
    left = [patch.get_path().vertices[[0, 7], 1].tolist() for patch in bands(ax)]
    widths = [low - high for high, low in left]
    records = [row[2] for row in description(ax).rows if row[2] or row[3]]
    assert len({round(width / n, 9) for width, n in zip(widths, records, strict=True)}) == 1


def test_the_flow_of_a_crowd_is_put_together_in_few_blocks():
    trace = RUNS["crowd"]
    ax = charts.flow(trace)
    assert len(bands(ax)) <= 12 + 12 * 3 + 3
    assert "9174–9999" in written(ax)
    assert sum(row[3] for row in description(ax).rows if row[0] == "inputs to map task") == trace.num_pairs


def test_the_flow_shows_what_the_combiner_does():
    trace = RUNS["combiner"]
    assert trace.num_shuffled < trace.num_pairs
    assert title(charts.flow(trace)) == f"The combiner lets {trace.num_shuffled} of {trace.num_pairs} pairs travel"


# Speedup.


def timed(workers, seconds, baseline=None):
    return made.trace_of_tasks([("worker-1", 0.0, seconds - 0.03)], workers=workers, baseline=baseline)


@given(st.floats(0, 1), st.sets(st.integers(2, 64), min_size=1))
def test_amdahl_finds_the_fraction_that_made_the_numbers(serial, workers):
    measured = [(n, 1 / (serial + (1 - serial) / n)) for n in workers]
    assert amdahl(measured) == pytest.approx(serial, abs=1e-6)


@given(st.lists(st.tuples(st.integers(2, 16), st.floats(0.1, 20)), min_size=1, max_size=8))
def test_amdahl_is_the_best_of_all_fractions(measured):
    def error(serial):
        return sum((1 / speedup - serial - (1 - serial) / n) ** 2 for n, speedup in measured)

    best = amdahl(measured)
    assert 0 <= best <= 1
    assert all(error(best) <= error(step / 50) + 1e-6 for step in range(51))


def test_amdahl_needs_more_than_one_worker():
    assert amdahl([(1, 1.0)]) is None


def test_speedup_is_measured_against_the_baseline():
    ax = charts.speedup([timed(4, 4.0), timed(1, 11.0, baseline=10.0), timed(2, 6.0)])
    (points,) = (line for line in ax.lines if line.get_label() == "measured")
    assert points.get_xdata() == pytest.approx([1, 2, 4])
    assert points.get_ydata() == pytest.approx([10 / 11, 10 / 6, 10 / 4])
    serial = amdahl([(1, 10 / 11), (2, 10 / 6), (4, 10 / 4)])
    share = spaced(percent(serial))
    assert title(ax) == f"4 workers are 2.5 times as fast as one thread, as if {share} of the work were serial"
    assert f"Amdahl, {share} serial" in written(ax)
    assert_readable(ax)


def with_processor(share):
    found = made.trace_of_tasks([("worker-1", 0.0, 4.0)], workers=2).events
    return Trace(replace(e, cpu=share * (e.finished - e.started)) if hasattr(e, "cpu") else e for e in found)


def test_who_sleeps_on_threads_or_works_in_slow_motion_does_not_wait_for_the_machine(monkeypatch):
    monkeypatch.setattr(sys.modules["mrkit.views.charts.speedup"], "available_cpus", lambda: 2)
    begun, *others = with_processor(0.25).events
    on_threads = Trace([replace(begun, executor="threads", start_method=None), *others])
    slow = Trace([begun, SlowMotion(begun.time, 4.0), *others])
    for trace in (on_threads, slow):
        assert "free" not in title(charts.speedup([timed(1, 8.0, baseline=8.0), trace]))


def test_a_machine_that_is_not_free_is_named_and_a_recorded_run_shown(monkeypatch):
    monkeypatch.setattr(sys.modules["mrkit.views.charts.speedup"], "available_cpus", lambda: 2)
    free, taken = with_processor(0.95), with_processor(0.25)
    recorded = {1: 1.0, 2: 1.9}
    ax = charts.speedup([timed(1, 8.0, baseline=8.0), free], recorded=recorded)
    assert "free" not in title(ax)
    assert not [line for line in ax.lines if line.get_label() == "recorded"]
    ax = charts.speedup([timed(1, 8.0, baseline=8.0), taken], recorded=recorded)
    assert title(ax).startswith(
        "This machine may not have been free: the workers waited for a processor or the disk 75 % of their time"
    )
    (beside,) = (line for line in ax.lines if line.get_label() == "recorded")
    assert beside.get_ydata() == pytest.approx([1.0, 1.9])
    assert "Recorded on a free machine: 1.0 with 1 and 1.9 with 2" in alt(ax)
    assert_readable(ax)


def test_speedup_without_a_baseline_is_against_one_worker():
    ax = charts.speedup([timed(1, 10.0), timed(8, 2.0)])
    assert ax.get_ylabel() == "times as fast as one worker"
    assert title(ax).startswith("8 workers are 5.0 times as fast as one worker")


def test_speedup_needs_something_to_compare_with():
    with pytest.raises(BadArgument, match="baseline=True"):
        charts.speedup([timed(2, 1.0), timed(4, 1.0)])


def test_speedup_of_nothing_is_a_sentence():
    assert "no run" in alt(charts.speedup([]))
    assert "no run" in alt(charts.speedup([RUNS["empty"]]))


@pytest.mark.parametrize("seconds", [{1: 10, 2: 30, 4: 50}, {1: 10, 2: 5, 4: 2.5}, {2: 9.9}, {64: 1.0, 2: 6.0}])
def test_speedup_can_be_read(seconds):
    ax = charts.speedup([timed(n, s, baseline=10.0) for n, s in seconds.items()])
    assert_readable(ax)
    if seconds.get(4) == 50:
        assert title(ax) == "4 workers need 5.0 times as long as one thread: the pool costs more than it gains"


# The largest results, and two runs.


def test_top_k_draws_the_largest_from_above():
    results = [(f"key {n}", n) for n in range(100)]
    ax = charts.top_k(results, k=3)
    assert [bar.get_width() for bar in ax.patches] == [99, 98, 97]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["key 99", "key 98", "key 97"]
    assert title(ax) == "The largest result is 'key 99' with 99, then 'key 98' with 98"
    assert_readable(ax)


def test_top_k_puts_equal_numbers_in_the_order_of_their_keys():
    keys = ["the", 10, ("a", 10), "a", 2.5, None, ("a", 2), b"b", ("a", "z"), "Zoo", (None,)]
    for seed in range(5):
        mixed = Random(seed).sample(keys, len(keys))
        ax = charts.top_k([(key, 7) for key in mixed] + [("last", 6), ("first", 8)])
        names = [label.get_text() for label in ax.get_yticklabels()]
        numbers, text = ["2.5", "10"], ["None", "Zoo", "a", "b'b'", "the"]
        tuples = ["(None,)", "('a', 2)", "('a', 10)", "('a', 'z')"]
        assert names == ["first", *numbers, *text, *tuples, "last"]


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(0, 3)), max_size=12))
def test_top_k_is_the_head_of_a_sorted_table(results):
    named = [(key_text(key), number) for key, number in sorted(results, key=lambda result: (-result[1], result[0]))]
    bars = charts.top_k(results, k=5)
    drawn = [label.get_text() for label in bars.get_yticklabels()] if results else []
    assert drawn == [plain(name) for name, _ in named[:5]]


def test_top_k_takes_a_run_and_draws_twenty():
    run = made.run([f"word{n} " * (n + 1) for n in range(30)])
    ax = charts.top_k(run)
    assert [bar.get_width() for bar in ax.patches] == list(range(30, 10, -1))
    assert_readable(ax)


@pytest.mark.parametrize(
    "results",
    [[1, 2], [("a", "b")], [("a", 1), ("b", float("nan"))], [("a", 1, 2)], [("a", float("inf"))], [("a", 10**400)]],
)
def test_top_k_says_which_result_it_cannot_draw(results):
    with pytest.raises(BadArgument, match=r"\(key, number\) pairs"):
        charts.top_k(results)


def test_top_k_of_nothing_and_of_negative_numbers():
    assert "no results" in alt(charts.top_k([]))
    assert_readable(charts.top_k([("a", -5), ("b", -7.5), ("c", 3)]))
    assert_readable(charts.top_k([("zero", 0)]))


def test_a_thin_block_is_seen_and_a_death_has_its_cross():
    tasks = [("worker-1", 0.0, 5.0), ("worker-2", 0.0, 0.001), ("worker-2", 0.5, 5.0)]
    trace = made.trace_of_tasks([*tasks, made.failed(0, 0.4, 0.4, "worker-2")])
    ax = charts.timeline(trace)
    (blocks,) = (each for each in ax.collections if each.get_label() == "map")
    widths = [path.vertices[:, 0].max() - path.vertices[:, 0].min() for path in blocks.get_paths()]
    assert min(widths) >= 0.003 * (trace.seconds - ready(trace))
    assert min(blocks.get_linewidths()) == 0, "no edge eats a thin block"
    assert max(blocks.get_linewidths()) > 0
    (cross,) = (line for line in ax.lines if line.get_label() == "died")
    assert cross.get_xydata().tolist()[0] == pytest.approx([0.4, 1.0]), (
        "at the moment of death, in the row of its worker"
    )
    assert_readable(ax)


def test_compare_says_what_changed():
    before = made.trace_of_tasks([("worker-1", 0.0, 3.97)])
    after = made.trace_of_tasks([("worker-1", 0.0, 0.97), ("worker-2", 0.0, 0.97)], workers=4)
    ax = charts.compare(before, after)
    assert title(ax).startswith("4 workers, 2 map tasks: 4.0 times as fast as 2 workers, 1 map task (1.0 s and 4.0 s)")
    assert ": 4.0 times as long as" in title(charts.compare(after, before))
    assert "too close to tell" in title(charts.compare(after, after))
    rows = {row[0]: row[1:] for row in description(ax).rows}
    assert rows["workers"] == (2, 4)
    assert rows["map tasks"] == (1, 2)
    assert rows["seconds"] == pytest.approx((4.0, 1.0))
    assert_readable(ax)


def test_runs_are_compared_by_what_differs_and_noise_is_nobodys_work():
    def timed(*seconds, start=0.0):
        return [made.trace_of_tasks([("worker-1", start, start + each)]) for each in seconds]

    assert title(charts.compare(timed(1.0, start=2.0), timed(1.0))).startswith("Warm: 2.9 times as fast as cold")
    noisy = charts.compare(timed(1.0, 1.4, 1.1), timed(1.2, 0.9, 1.3))
    assert "too close to tell, 1.2 s and 1.1 s" in title(noisy)
    assert "the fastest 1.0 s, the slowest 1.4 s" in alt(noisy)
    assert "first run: too close to tell, 1.1 s and 1.0 s; run each a few times" in title(
        charts.compare(timed(1.0), timed(1.1))
    )
    clear = charts.compare(timed(3.0, 3.1, 3.2), timed(1.0, 0.9, 1.1))
    assert "3.0 times as fast as" in title(clear)
    assert clear.get_xlim()[1] > 3.2, "both stand on one axis"
    assert "3.1 s (3.0 s to 3.2 s)" in spaced(written(clear)), "the label at the line's end is not its place"
    assert "a thin line goes from the fastest to the slowest run" in clear.get_xlabel()
    assert "thin line" not in charts.compare(timed(1.0), timed(1.1)).get_xlabel()
    assert_readable(clear)


def test_compare_names_the_runs_as_it_is_told():
    ax = charts.compare(RUNS["serial"], RUNS["serial"], names=("first round", "second round"))
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert [label.partition("\n")[0] for label in labels] == ["first round", "second round"]
    assert "First round:" in alt(ax)


def test_compare_says_and_draws_the_same_run_of_two():
    runs = [made.trace_of_tasks([("worker-1", 0.0, each - 0.03)]) for each in (1.0, 3.0)]
    ax = charts.compare(runs, runs)
    assert title(ax).endswith("too close to tell, 1.0 s and 1.0 s")
    assert "1.0 s (1.0 s to 3.0 s)" in spaced(written(ax))
    assert {row[0]: row[1] for row in description(ax).rows}["seconds"] == pytest.approx(1.0)


def test_compare_leaves_the_capitals_of_a_name():
    ax = charts.compare(RUNS["serial"], RUNS["serial"], names=("plain Python", "with NumPy"))
    assert title(ax).startswith("With NumPy or plain Python: too close")
    assert "Plain Python:" in alt(ax)
    slow = made.trace_of_tasks([("worker-1", 0.0, 9.0)])
    faster = charts.compare(slow, made.trace_of_tasks([("worker-1", 0.0, 1.0)]), names=("plain Python", "with NumPy"))
    assert title(faster).startswith("With NumPy: 8.8 times as fast as plain Python")


def test_compare_with_an_empty_run_is_a_sentence():
    assert "nothing to compare" in alt(charts.compare(RUNS["empty"], RUNS["serial"]))


def test_the_name_of_every_chart_is_public():
    from mrkit import views

    for chart in (*OF_ONE_RUN, charts.speedup, charts.top_k, charts.compare):
        assert getattr(views, chart.__name__) is chart
    with pytest.raises(AttributeError):
        views.no_such_chart  # noqa: B018


def test_a_job_of_many_tasks_from_end_to_end():
    job = MapReduce(made.words, made.total, executor="serial", num_partitions=50)
    run = job.run(made.LINES * 5, chunksize=1)
    for chart in OF_ONE_RUN:
        assert_readable(chart(run))


def test_the_timeline_shows_what_was_left_out():
    def strict(number):
        if number % 10 == 3:
            raise ValueError
        return [(number % 4, 1)]

    job = MapReduce(strict, lambda item: item[0], num_partitions=2, executor="serial", on_error="skip")
    about = description(charts.timeline(job.run(range(100), chunksize=50)))
    assert about.title.replace("\xa0", " ").startswith("10 bad records left out")
    assert "10 bad records left out." in about.alt.replace("\xa0", " ")
    assert [row[-1] for row in about.rows if row[1] == "map"] == ["done, 5 skipped"] * 2


def test_the_timeline_shows_what_went_to_disk(tmp_path):
    pairs = [(str(number), number) for number in range(20_000)]
    job = MapReduce(lambda n: pairs, lambda item: item[0], 2, num_partitions=2, memory_limit="1", sample=0)
    run = job.run(range(2), chunksize=1)
    ax = charts.timeline(run)
    about = description(ax)
    assert run.trace.num_spills > 0
    assert about.title.replace("\xa0", " ").startswith("Memory ran short")
    assert f"{run.trace.num_spills} spill" in about.alt.replace("\xa0", " ")
    told = sum(int(row[-1].replace("\xa0", " ").split()[1]) for row in about.rows if "spill" in row[-1])
    assert told == run.trace.num_spills
    ax.figure.savefig(tmp_path / "spills.png")
