"""The rows of a timeline, as words and as letters."""

from __future__ import annotations

import subprocess
import sys

import made_traces as made
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrkit.views import terminal
from mrkit.views.lanes import lanes, outrun, shares, straggler

intervals = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted).map(tuple), max_size=20)


@given(intervals, st.integers(1, 25))
def test_shares_add_up_to_the_time(given_intervals, steps):
    whole = sum(end - start for start, end in given_intervals)
    found = shares(given_intervals, seconds=50, steps=steps)
    assert len(found) == steps
    assert sum(found) * 50 / steps == pytest.approx(whole)


def test_shares_are_where_the_time_was():
    assert shares([(1, 2), (6, 10)], seconds=10, steps=5) == pytest.approx([0.5, 0, 0, 1, 1])


def test_every_worker_has_a_row_and_idle_ones_are_counted():
    trace = made.trace_of_tasks([("worker-1", 0.0, 1.0), ("worker-2", 0.0, 1.0)], workers=5)
    assert [lane.label for lane in lanes(trace)] == ["worker-1", "worker-2", "3 others"]


def test_an_attempt_of_an_unknown_worker_has_a_row():
    rows = lanes(made.with_failure())
    assert [lane.label for lane in rows] == ["worker-1", "worker-2", "not known"]
    assert [span.ok for span in rows[-1].spans] == [False]


def test_every_attempt_is_in_one_row():
    for trace in (made.with_failure(), made.outrun(), made.run().trace):
        in_rows = [span for lane in lanes(trace) for span in lane.spans]
        assert sorted(in_rows) == sorted(trace.spans)


def test_the_straggler_is_the_task_that_took_much_longer_than_the_others():
    assert straggler(made.with_failure()).task == 4
    assert straggler(made.crowd(100)) is None
    assert straggler(made.trace_of_tasks([("worker-1", 0.0, 1.0), ("worker-2", 0.0, 9.0)])) is None


def test_an_outrun_attempt_is_no_failure():
    assert len(outrun(made.outrun())) == 1
    assert outrun(made.with_failure()) == set()


def test_letters_show_every_worker_and_fit_the_width():
    trace = made.with_failure()
    for width in (40, 80, 133):
        drawn = terminal.timeline(trace, width).splitlines()
        rows = [line for line in drawn if "|" in line]
        assert [len(row) for row in rows] == [width] * 3
        assert max(map(len, drawn)) <= width
        assert "m" in rows[0]
        assert "r" in rows[0]
        assert "x" in rows[2]
        assert "split 4" in drawn[-1]


def test_letters_are_as_long_as_the_tasks():
    row = terminal.timeline(made.trace_of_tasks([("worker-1", 0.0, 5.0), ("worker-2", 5.0, 9.97)], ranges=3), 113)
    first, second = (line.split("|")[1] for line in row.splitlines()[:2])
    assert first.count("m") == 50
    assert first.startswith("m" * 50 + ".")
    assert second.count("m") == 50
    assert second.startswith("." * 50 + "m")


def test_letters_are_ascii_whatever_the_names_are():
    trace = made.trace_of_tasks([(f"wörker-😀-{n}", n, n + (9 if n == 4 else 1)) for n in range(5)])
    assert terminal.timeline(trace).isascii()


def test_letters_of_an_empty_job():
    assert terminal.timeline(made.run([]).trace) == "No task ran."


def test_letters_need_no_matplotlib():
    code = "import sys, mrkit.views.terminal; sys.exit('matplotlib' in sys.modules or 'ipywidgets' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_importing_the_views_imports_no_library():
    code = "import sys, mrkit.views; sys.exit(bool({'matplotlib', 'ipywidgets', 'anywidget'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
