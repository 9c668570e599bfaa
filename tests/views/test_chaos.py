"""The kill button without a browser: it really kills, the results stay, and nothing is left behind."""

import multiprocessing
import os
import threading
import time

import pytest

from mrkit import MapReduce
from mrkit.errors import BadArgument
from mrkit.views.widgets.live.chaos import IDLE, NOBODY, Chaos, KillView, chaos

LINES = [f"word{i % 3} the" for i in range(16)]


def words(line):
    time.sleep(0.05)
    for word in line.split():
        yield word, 1


def total(item):
    return item[0], sum(item[1])


def job(**options):
    return MapReduce(words, total, 2, num_partitions=2, **options)


def test_a_killed_worker_costs_only_an_attempt():
    shown = Chaos(job(), LINES, 4)
    shown.run()
    killed = shown.kill()
    run = shown.result(60)
    shown.wait()
    assert dict(run.results)["the"] == len(LINES)
    (lost,) = run.trace.failures
    assert lost.worker == killed
    assert shown.view.said.startswith(f"{killed} was killed")
    assert any(span.attempt == 2 and span.ok for span in run.trace.spans if span.task == lost.task)
    assert "attempt 1, failed on" in shown.view.snapshot["attempts"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("mrkit")]
    assert multiprocessing.active_children() == []


def test_a_click_does_the_same():
    shown = Chaos(job(), LINES, 4)
    shown.view.said = "from the last run"
    shown._clicked(shown.view, {"click": "run"}, [])
    assert shown.view.said == ""
    while "was killed" not in shown.view.said and not shown._running.done():
        shown._clicked(shown.view, {"click": "kill"}, [])
    assert "was killed" in shown.view.said
    assert dict(shown.result(60).results)["the"] == len(LINES)
    shown.wait()


def test_nobody_to_kill():
    shown = Chaos(job(), LINES)
    assert shown.kill() is None, "it does not wait for a job that does not run"
    assert shown.view.said == NOBODY


def held(path):
    while not os.path.exists(path):
        time.sleep(0.01)
    return [("the", 1)]


def test_a_worker_that_is_idle_is_not_killed(tmp_path):
    gate = tmp_path / "gate"
    shown = Chaos(MapReduce(held, total, 2, num_partitions=1), [str(gate)])
    shown.run()
    while not (busy := [row["name"] for row in shown.view.snapshot.get("workers", ()) if row["name"]]):
        time.sleep(0.01)
    (idle,) = {"worker-1", "worker-2"} - set(busy)
    shown._clicked(shown.view, {"click": "kill", "worker": idle}, [])
    assert shown.view.said == IDLE.format(idle)
    gate.touch()
    assert shown.result(60).trace.failures == []
    shown.wait()


def test_only_processes_can_be_killed():
    shown = Chaos(job(executor="threads"), LINES)
    with pytest.raises(BadArgument, match="Only executor='processes'"):
        shown.kill()
    shown._clicked(shown.view, {"click": "kill"}, [])
    assert "Only executor='processes'" in shown.view.said


def test_there_is_one_view(monkeypatch):
    monkeypatch.setattr("mrkit.views.widgets.live.live.LiveRun", None)  # a panel that made its own would fail
    assert isinstance(Chaos(job(), LINES).view, KillView)


def test_what_the_notebook_keeps():
    shown = chaos(job(), LINES)
    assert set(shown.view.bundle()) == {"text/html", "text/plain"}
    assert KillView._esm.count("export default") == 1
    assert "Kill a worker" in str(KillView._esm)
