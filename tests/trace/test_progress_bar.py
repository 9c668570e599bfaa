"""The progress bars: what they show, in a terminal and in a notebook, and that nothing is left of them."""

from __future__ import annotations

import re
import threading

import pytest

from mrkit import MapReduce
from mrkit.errors import MrkitError
from mrkit.events import JobStarted, ReducePlanned
from mrkit.trace.progress_bar import ProgressBars, _Bar

nbclient = pytest.importorskip("nbclient")


def pair(number):
    if number == 13:
        raise ValueError("bad luck")
    yield number % 3, number


def total(item):
    return sum(item[1])


def job(executor="serial", **options):
    return MapReduce(pair, total, 2, executor=executor, progress=True, **options)


def shown(capsys) -> list[str]:
    """The bars as they were last drawn, without their times."""
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = [line.split("\r")[-1] for line in captured.err.split("\n")]
    return [re.sub(r"\|.*\| ", "", line).split(" [")[0] for line in lines if line.strip()]


@pytest.fixture(autouse=True)
def _nothing_is_left():
    threads = threading.active_count()
    yield
    assert threading.active_count() == threads
    assert not _Bar._instances


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_one_bar_for_each_phase(executor, capsys):
    assert sorted(job(executor, num_partitions=2)(range(9), chunksize=3)) == [9, 12, 15]
    assert shown(capsys) == ["map   : 100%3/3", "reduce: 100%2/2"]


def test_a_stream_has_no_total(capsys):
    job(num_partitions=2)(iter(range(9)), chunksize=3)
    assert shown(capsys) == ["map   : 3 tasks", "reduce: 100%2/2"]


def test_no_inputs(capsys):
    assert job()([]) == []
    assert shown(capsys) == ["map   : 0 tasks", "reduce: 0 tasks"]


@pytest.mark.parametrize("executor", ["serial", "threads"])
def test_a_job_that_fails_closes_its_bar(executor, capsys):
    with pytest.raises(MrkitError, match="bad luck"):
        job(executor)(range(20), chunksize=1)
    [bar] = shown(capsys)
    assert re.fullmatch(r"map   : +\d+%\d+/20", bar)
    assert not bar.endswith("20/20")


def test_a_baseline_does_not_disturb_the_bars(capsys):
    job(num_partitions=2).run(range(9), chunksize=3, baseline=True)
    assert shown(capsys) == ["map   : 100%3/3", "reduce: 100%2/2"]


def test_every_run_has_its_own_bars(capsys):
    with job("threads", num_partitions=1) as warm:
        warm([1])
        warm([1, 2], chunksize=1)
    assert shown(capsys) == ["map   : 100%1/1", "reduce: 100%1/1", "map   : 100%2/2", "reduce: 100%1/1"]


def test_without_progress_there_is_none(capsys):
    MapReduce(pair, total, executor="serial")(range(9))
    assert shown(capsys) == []


def test_a_map_task_that_is_repaired_during_reduce_does_not_count_as_reduce(capsys):
    from made_events import START, finished

    with ProgressBars() as progress:
        progress(JobStarted(START, "n", "serial", None, 1, None))
        progress(finished("map", 0))
        progress(ReducePlanned(START, ((0, 1), (1, 2))))
        progress(finished("map", 0, attempt=2))
        progress(finished("reduce", 0))
    assert shown(capsys) == ["map   : 1 tasks", "reduce:  50%1/2"]


CELL = """
from mrkit import MapReduce
job = MapReduce(lambda n: [(n % 3, n)], lambda item: sum(item[1]), 2,
                executor="threads", num_partitions=2, progress=True)
job(range(9), chunksize=3)
"""


def test_in_a_notebook_the_bars_are_widgets():
    nbformat = pytest.importorskip("nbformat")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    notebook = nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    outputs = notebook.cells[0].outputs
    assert [output.output_type for output in outputs] == ["display_data", "display_data", "execute_result"]
    states = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    for output, tasks, name in zip(outputs, (3, 2), ("map", "reduce"), strict=False):
        box = states[output.data["application/vnd.jupyter.widget-view+json"]["model_id"]]["state"]
        label, bar, _ = (states[child.removeprefix("IPY_MODEL_")]["state"] for child in box["children"])
        assert label["value"].startswith(name)
        assert (bar["value"], bar["max"], bar["bar_style"]) == (tasks, tasks, "success")
