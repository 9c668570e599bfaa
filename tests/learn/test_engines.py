"""The engines of a lesson: one that starts, works and ends; what is missing is one sentence."""

from __future__ import annotations

import os
import shutil
import sys

import psutil
import pytest

from mrkit import MapReduce
from mrkit.lessons.beyond import dask_and_spark as engines
from mrkit.lessons.beyond.side_by_side import timelines
from mrkit.lessons.lesson_13 import total, words
from mrkit.views.picture import Picture, description

TEXT = ["the cat", "the dog", "a cat"]
COUNTS = [("a", 1), ("cat", 2), ("dog", 1), ("the", 2)]


def children():
    """All processes below this one but multiprocessing's tracker, which stays as long as its parent."""
    running = psutil.Process().children(recursive=True)
    return {process.pid for process in running if "resource_tracker" not in " ".join(process.cmdline())}


@pytest.mark.timeout(120)
@pytest.mark.filterwarnings("ignore:unclosed (transport|event loop|<socket):ResourceWarning")
def test_dask_starts_once_and_leaves_nothing():
    pytest.importorskip("distributed")
    before = children()
    dask = engines.local_dask()
    try:
        assert engines.local_dask() is dask
        run = MapReduce(words, total, combiner=total, executor=dask).run(TEXT)
        assert (sorted(run.results), run.trace.job.executor, run.trace.job.num_workers) == (COUNTS, "dask", 2)
        listening = {c.laddr.ip for pid in {os.getpid(), *children()} - before
                     for c in psutil.Process(pid).net_connections() if c.status == "LISTEN"}  # fmt: skip
        assert listening == {"127.0.0.1"}  # nobody else in the room can reach it
    finally:
        engines.stop()
    psutil.wait_procs([psutil.Process(pid) for pid in children() - before if psutil.pid_exists(pid)], timeout=10)
    assert children() <= before
    engines.stop()  # once more does no harm


def test_without_dask_the_lesson_goes_on_with_processes(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert engines.local_dask() == "processes"
    assert "pip install 'mrkit[dask]'" in capsys.readouterr().out


def test_without_spark_the_lesson_shows_a_recorded_run(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert engines.local_spark() is None
    assert "recorded" in capsys.readouterr().out


def test_without_java_too(monkeypatch, capsys):
    pytest.importorskip("pyspark")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert engines.local_spark() is None
    assert "Java" in capsys.readouterr().out


def test_the_recorded_run_is_one_of_spark():
    trace = engines.recorded_spark()
    assert (trace.job.executor, trace.job.num_workers, trace.error) == ("spark", 2, None)
    assert len(trace.tasks("map")) >= 8
    assert len(trace.tasks("reduce")) == 4
    assert all(worker.startswith("host:") for worker in trace.workers)  # no machine's name


@pytest.mark.spark
@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_spark_starts_runs_both_kinds_of_job_and_ends():
    pytest.importorskip("pyspark")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("there is no Java, which Spark needs")
    before = children()
    spark = engines.local_spark()
    try:
        assert engines.local_spark() is spark
        run = MapReduce(words, total, combiner=total, executor=spark).run(TEXT)
        assert (sorted(run.results), run.trace.job.executor) == (COUNTS, "spark")
        lines = spark.sparkContext.parallelize(TEXT, 2)
        assert sorted(lines.flatMap(words).groupByKey().map(total).collect()) == COUNTS
    finally:
        engines.stop()
    psutil.wait_procs([psutil.Process(pid) for pid in children() - before if psutil.pid_exists(pid)], timeout=10)
    assert children() <= before


def test_timelines_say_whose_they_are():
    trace = MapReduce(words, total, num_partitions=2, executor="serial").run(TEXT).trace
    figure = timelines({"here": trace, "there": trace})
    assert [description(ax).title.partition(":")[0] for ax in figure.axes] == ["here", "there"]
    assert Picture(figure).alt.count("there: ") == 1
    assert [ax.get_title(loc="left").partition(":")[0] for ax in figure.axes] == ["here", "there"]
