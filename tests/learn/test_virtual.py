"""The virtual cluster: cases reckoned by hand, and laws that hold for every job and every number of machines."""

from __future__ import annotations

import made_events as made
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrkit.errors import BadArgument
from mrkit.lessons.beyond.side_by_side import timelines
from mrkit.lessons.beyond.virtual import forecast, makespan, travelling
from mrkit.lessons.beyond.virtual_chart import cluster_time
from mrkit.views.picture import Picture, description

# Two map tasks of 4 and 2 seconds, which sent 600 and 200 bytes; reduce tasks of 1 and 3 seconds.
TRACE = made.trace(
    made.finished("map", 0, at=0.5, seconds=4, bytes_out=600),
    made.finished("map", 1, at=0.5, seconds=2, bytes_out=200),
    made.finished("reduce", 0, at=5, seconds=1),
    made.finished("reduce", 1, at=5, seconds=3),
    seconds=8,
)
CLUSTER = {"start_up": 0.5, "bandwidth": 100, "latency": 0.25}

task_times = st.lists(st.integers(1, 1000), min_size=1, max_size=30)
machines = st.integers(1, 40)


def rounded(phases):
    return tuple(round(seconds, 6) for seconds in phases)


def test_by_hand():
    # start-up, map, shuffle (0, 1/2 and 3/4 of 800 bytes at 100 a second; and 0, 1 and 3 others to wait for), reduce
    assert rounded(forecast(TRACE, 1, **CLUSTER)) == (0.5, 6, 0, 4)
    assert rounded(forecast(TRACE, 2, **CLUSTER)) == (1, 4, 4.25, 3)
    assert rounded(forecast(TRACE, 4, **CLUSTER)) == (2, 4, 6.75, 3)
    assert round(forecast(TRACE, 4, **CLUSTER).total, 6) == 15.75


def test_by_hand_with_three_times_the_input():
    # In the order 4 2 4 2 4 2 the map tasks end at 4, 2, 6, 6, 10 and 8; 1 3 1 3 1 3 at 1, 3, 2, 5, 4 and 7.
    assert rounded(forecast(TRACE, 2, copies=3, **CLUSTER)) == (1, 10, 12.25, 7)


def test_a_job_without_tasks_costs_its_start():
    assert rounded(forecast(made.trace(), 3, **CLUSTER)) == (1.5, 0, 0.5, 0)


@pytest.mark.parametrize(("number", "bandwidth"), [(0, 100), (-1, 100), (2, 0), (2, -5)])
def test_a_cluster_that_cannot_be(number, bandwidth):
    with pytest.raises(BadArgument, match=r"at least one machine|more than 0"):
        forecast(TRACE, number, bandwidth=bandwidth)


@given(task_times, machines)
def test_the_makespan_is_that_of_placing_tasks_one_by_one(seconds, number):
    ends = [0] * number
    for each in seconds:
        ends[ends.index(min(ends))] += each
    assert makespan(seconds, number) == max(ends)


@given(task_times, machines)
def test_more_machines_are_never_slower_and_the_longest_task_is_a_floor(seconds, number):
    assert makespan(seconds, number + 1) <= makespan(seconds, number) <= makespan(seconds, 1) == sum(seconds)
    assert makespan(seconds, number) >= max(max(seconds), sum(seconds) / number)
    assert makespan(seconds, len(seconds)) == max(seconds)


@given(machines, st.integers(1, 50))
def test_the_network_does_not_shrink_with_machines(number, copies):
    few, many = (forecast(TRACE, n, copies=copies, **CLUSTER) for n in (number, number + 1))
    assert many.shuffle > few.shuffle
    assert many.start_up > few.start_up
    assert travelling(TRACE, number, copies) < travelling(TRACE, number + 1, copies) < copies * TRACE.shuffled_bytes


@given(machines)
def test_twice_the_bandwidth_halves_what_the_bytes_take(number):
    slow, fast = (forecast(TRACE, number, bandwidth=width).shuffle for width in (100, 200))
    assert slow == pytest.approx(2 * fast)


def test_the_chart_says_what_was_reckoned():
    ax = cluster_time(TRACE, 2, **CLUSTER)
    about = description(ax)
    assert about.title.replace("\u00a0", " ") == "4 machines would be 1.3 times as slow as 2"
    assert [tuple(row[:2]) for row in about.rows] == [(2, 1.0), (4, 2.0), (8, 4.0)]
    assert [round(row[-1], 6) for row in about.rows] == [12.25, 15.75, 19.75]
    assert "not measured" in Picture(ax.figure).alt
    assert "not a run" in ax.get_xlabel()
    bars = sorted((bar.get_y(), bar.get_x(), bar.get_width()) for bar in ax.patches)
    assert [round(width, 6) for _, _, width in bars[:4]] == [1, 4, 4.25, 3]
    assert "1 machine:" in description(cluster_time(TRACE, 1, **CLUSTER)).alt.replace("\u00a0", " ")
    assert "as fast as" in description(cluster_time(TRACE, 1, bandwidth=1e9)).title


def test_timelines_say_whose_they_are():
    figure = timelines({"here": TRACE, "there": TRACE})
    assert [description(ax).title.partition(":")[0] for ax in figure.axes] == ["here", "there"]
    assert Picture(figure).alt.count("there: ") == 1
    assert [ax.get_title(loc="left").partition(":")[0] for ax in figure.axes] == ["here", "there"]
