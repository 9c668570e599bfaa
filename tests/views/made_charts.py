"""Every chart of mrkit and of its lessons, and what is in it as plain data: the same with matplotlib and without.

It imports neither, so that a Python without matplotlib can draw the very same charts.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import made_traces as made

from mrkit import MapReduce, Trace, views
from mrkit.cluster import Cluster, Job, simulate
from mrkit.lessons import gallery
from mrkit.lessons.beyond.side_by_side import timelines
from mrkit.views.pen import layout
from mrkit.views.picture import description

TIMES = ("time", "submitted", "started", "finished")
STATIONS = {"a": (0, 0), "b": (1, 1), "c": (9, 9), "d": (10, 8), "e": (0, 10)}
CENTRES = [[(0, 1), (0, 0)], [(5, 7), (0, 0)], [(6, 9), (0.5, 0.5)]]
WAYS = {"pairs": (26_386, 1), "stripes": (7_525, 408), "stripes, combined": (2_478, 408), "8 pieces": (7_000, 120)}
HOSTILE = '</text></svg><script>alert("x")</script>&amp; \x00\ud800\ufffe $x^2$ ]]>'
ODD = {HOSTILE: 6, "<b>&amp;</b>": 5, "5$ to $7": 4, "two\nlines\x00": 3, "東京": 2, "x" * 50: 1}


def timed(workers, seconds, baseline=None):
    return made.trace_of_tasks([("worker-1", 0.0, seconds - 0.03)], workers=workers, baseline=baseline)


def steady(trace):
    """The same run on a clock that ticks at each event."""
    times = {value for event in trace.events for name, value in vars(event).items() if name in TIMES}
    moments = {time: 100.0 + 0.01 * number for number, time in enumerate(sorted(times))}
    return Trace([replace(event, **_on_the_clock(event, moments)) for event in trace.events])


def _on_the_clock(event, moments):
    known = vars(event)
    fixed = {"pickling": 0.002, "cpu": 0.005, "seconds": 0.2}
    return {name: moments[known[name]] for name in TIMES if name in known} | {
        name: value for name, value in fixed.items() if name in known
    }


def traces():
    """Traces by name."""
    return {
        "real": steady(made.run(map_func=made.skewed).trace),
        "combiner": steady(made.run(combiner=made.total).trace),
        "baseline": steady(made.run(baseline=True).trace),
        "many tasks": steady(made.run(made.LINES * 5, chunksize=1, num_partitions=50).trace),
        "failure": made.with_failure(),
        "outrun": made.outrun(),
        "error": made.failed_in_reduce(),
        "crowd": made.crowd(2000),
        "workers": made.crowd(450, workers=150),
        "started late": made.trace_of_tasks([("worker-1", 2.0, 3.0), ("worker-2", 2.1, 3.4)]),
        "hot": made.loads([5000, 20, 30, 0, 10, 44], {0: (("'self'", 4200),)}),
        "hostile": made.trace_of_tasks([(HOSTILE, 0.0, 1.0), made.failed(0, 0.0, 1.0, HOSTILE, error=HOSTILE * 3)]),
        "hostile key": made.loads([50, 2], {0: ((HOSTILE, 50),)}),
        "empty": steady(made.run([]).trace),
    }


def of_one_run(traces):
    """The charts of each run."""
    charts = ("timeline", "time_use", "shuffle_matrix", "partition_load", "rank_frequency", "flow")
    return {f"{chart} of {name}": getattr(views, chart)(trace) for name, trace in traces.items() for chart in charts}


def of_several(traces):
    """The charts of several runs, or of a reckoned one."""
    slow, fast = ([timed(2, seconds) for seconds in each] for each in ((3.0, 3.1, 3.2), (1.0, 0.9, 1.1)))
    reckoned = simulate(Cluster(machines=50), Job.even(10e9, 200, 50), kills=[(130.0, 5)])
    marks = [("input", 12, 4e8, "as <b>we</b> think"), ("output", None, 2e8, "so")]
    return {
        "compare": views.compare(traces["real"], traces["combiner"]),
        "compare several": views.compare(slow, fast),
        "partition_load before": views.partition_load(traces["real"], before=traces["hot"]),
        "speedup": views.speedup([timed(4, 4.0), timed(1, 11.0, baseline=10.0), timed(2, 6.0)]),
        "rates": views.rates(reckoned, marks=marks),
        "timelines": timelines({"one": traces["real"], "two": traces["failure"]}),
        "timeline beside": views.timeline(traces["real"], beside=[traces["failure"]]),
    }


def of_numbers():
    """The charts of plain numbers and of results."""
    return {
        "bars": views.bars({"none": 23_456, "sum in each task": 4_321, "once more": 0}, "values that travel"),
        "odd bars": views.bars(ODD, "odd"),
        "top_k": views.top_k([("the", 1234), ("a", 567), ("of", 12)]),
        "top_k below zero": views.top_k([("a", -5), ("b", -7.5), ("c", 3)]),
        "trade_off": views.trade_off(WAYS, picked="8 pieces"),
        "tape": views.tape(_by_shop(6), "shop 1", held=len),
        "long tape": views.tape(_by_shop(100), "shop 1", held=lambda seen: 1, most=100, special=_is_fifth),
        "ripples": views.ripples({n: n % 5 if n % 7 else None for n in range(120)} | {"start": 0}, 2),
        "few ripples": views.ripples({"a": 0, "b": 1, "c": 1, "d": 2, "e": None}, 1, what="page"),
        "lines": views.by_round({"rank": [1, 0.64, 0.44], "lost": [0, 0.36, 0.56]}, "share of all rank"),
        "stack": views.by_round({"kept": [1, 0.6, 0.4], "lost": [0, 0.4, 0.6]}, "share", stacked=True),
        "log": views.by_round({"change": [0.5, 0.1, 0.02, 0.004]}, "change", log=True),
    }


def of_lessons():
    """The pictures that one lesson alone needs."""
    run = made.run(["a b", "c c a"])
    return {
        **{f"plan of {name}": gallery.plan(lines, name=name) for name, lines in gallery.recorded_plans().items()},
        "s_curve": gallery.s_curve(112, 1, beside=(14, 8)),
        "clusters": gallery.clusters(STATIONS, CENTRES, 2, names=["a", "d"], axes=("wide", "high")),
        "poster": gallery.poster(run, views.bars, dict(run.results), "sum", message="All alike", alt="Three bars."),
        "tour": gallery.tour(),
    }


def _is_fifth(pair):
    return pair[1] == 5


def _sum_up(item):
    shop, pairs = item
    yield shop, sum(cents for _, cents in pairs)


def _by_shop(days):
    rows = [("shop 1", day * 5 % (days + 1), day) for day in range(days)] + [("shop 2", 1, 5)]
    by_day = MapReduce(lambda sale: [(sale[:2], sale[2])], _sum_up, group_by=lambda key: key[0], executor="serial")
    return by_day.run(rows)


def every_chart(traces):
    """All of them, by name."""
    return of_one_run(traces) | of_several(traces) | of_numbers() | of_lessons()


def figure_of(chart):
    return chart.get_figure() if hasattr(chart, "get_xlim") else chart


def facts(chart):
    """What each Axes of a figure holds, as lists that JSON can store."""
    axes = figure_of(chart).axes
    return [_facts(ax) for ax in axes if description(ax) or len(axes) == 1]  # and not a bar of colours


def _facts(ax):
    about = description(ax)
    return {
        "limits": [*map(float, ax.get_xlim()), *map(float, ax.get_ylim())],
        "names": [words.replace("\n", " ") for words in (ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel())],
        "texts": [(text.get_text(), *map(float, getattr(text, "xy", text.get_position()))) for text in ax.texts],
        "lines": [[list(map(float, line.get_xdata())), list(map(float, line.get_ydata()))] for line in ax.lines],
        "bars": [_bar(patch) for patch in ax.patches if hasattr(patch, "get_x")],
        "patches": len(ax.patches),
        "polygons": [len(each.get_paths()) for each in ax.collections if not _dots(each)],
        "dots": [[list(map(float, point)) for point in each.get_offsets()] for each in ax.collections if _dots(each)],
        "images": len(ax.images),
        "said": about and [about.title, about.alt, list(about.header), [list(map(str, row)) for row in about.rows]],
    }


def _bar(patch):
    return [float(side()) for side in (patch.get_x, patch.get_y, patch.get_width, patch.get_height)]


def _dots(collection):
    """Whether it came from `scatter`."""
    return type(collection).__name__ in ("PathCollection", "Dots")


def unreadable(figure):
    """Of a figure without matplotlib: words outside of the page, and pairs of words on each other."""
    everything = [each for frame in figure.frames() for each in _placed(layout.square(frame))]
    found = [each for each in everything if each.text.get_text().strip()]
    page = figure.bbox
    wrong = [
        each.text.get_text()
        for each in found
        if each.rect.left < -1 or each.rect.top < -1 or each.rect.right > page.x1 + 1 or each.rect.bottom > page.y1 + 1
    ]
    for (one, first), (other, second) in combinations([(each.text.get_text(), each.rect) for each in found], 2):
        across = min(first.right, second.right) - max(first.left, second.left)
        down = min(first.bottom, second.bottom) - max(first.top, second.top)
        wrong += [(one, other)] if across > 1 and down > 3 else []
    return wrong


def _placed(frame):
    key = frame.ax.key
    legend = layout.entries(frame, key) if key else []
    return [*layout.words(frame), *(entry.said for entry in legend)]
