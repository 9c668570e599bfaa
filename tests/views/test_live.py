"""The live run without a browser: what a snapshot says, that the last one arrives, and that nothing is left."""

import json
import random
import threading
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrkit import MapReduce, counter
from mrkit.errors import Cancelled, UserFunctionError
from mrkit.events import (
    JobFinished,
    JobStarted,
    ReducePlanned,
    TaskFailed,
    TaskFinished,
    TaskStarted,
    TaskSubmitted,
    WorkerOutput,
)
from mrkit.trace import Trace
from mrkit.views.widgets.live import live as module
from mrkit.views.widgets.live.live import LiveRun, Panel, ending, live, panel
from mrkit.views.widgets.live.state import MOST_BARS, MOST_BLOCKS, MOST_WORKERS, LiveState


def started(splits=4, workers=2):
    return JobStarted(100.0, "words and total", "processes", "spawn", workers, splits)


def finished(task, time, stage="map", worker="worker-1", **figures):
    usual = {"cpu": 0.1, "pickling": 0.0, "memory": 0, "records_in": 1, "records_out": 10, "groups": 1}
    usual |= {"bytes_in": 0, "bytes_out": 100, "attempt": 1, "submitted": time - 1, "started": time - 1}
    return TaskFinished(time, stage, task, worker=worker, finished=time, **(usual | figures))


def state_of(*events):
    state = LiveState()
    for event in events:
        state.take(event)
    return state


def words_job(executor="serial", **options):
    def words(line):
        counter("lines")
        print("read", line)
        return [(word, 1) for word in line.split()]

    return MapReduce(words, lambda item: (item[0], sum(item[1])), executor=executor, **options)


def shares(snapshot):
    return {phase["phase"]: phase["share"] for phase in snapshot["phases"]}


@given(
    lines=st.lists(st.lists(st.sampled_from("abcdefg"), max_size=6).map(" ".join), max_size=20),
    chunksize=st.integers(1, 5),
    partitions=st.none() | st.integers(1, 5),
)
def test_the_last_snapshot_agrees_with_the_data(lines, chunksize, partitions):
    state = LiveState()
    lasts = []
    run = words_job(num_partitions=partitions).run(
        lines, chunksize, hooks=[state.take, lambda event: lasts.append(shares(state.snapshot(event.time)))]
    )
    last = state.snapshot(now=1e12)
    words = Counter(" ".join(lines).split())
    assert last["status"] == "done"
    assert last["seconds"] < 1e6, "the clock stops with the job"
    assert sum(last["partitions"]) == sum(words.values())
    assert last["counters"] == ([["lines", str(len(lines))]] if lines else [])
    assert f"{len(words):,}" in last["phases"][2]["text"]
    assert Trace(state.events) == run.trace
    for before, after in pairwise(lasts):
        assert all(before[phase] <= after[phase] for phase in before), "a bar never goes back"
    if words:
        assert set(lasts[-1].values()) == {1.0}
    json.dumps(last)


def test_reduce_waits_only_while_there_are_map_tasks():
    state = state_of(started())
    state.take(finished(0, 101.0))
    assert state.snapshot(now=101.0)["phases"][2]["text"] == "waits for all map tasks"
    for number in range(1, started().num_splits):
        state.take(finished(number, 101.0 + number))
    assert state.snapshot(now=109.0)["phases"][2]["text"] == "its tasks are being planned"


def test_a_worker_row_says_what_it_does_now_and_did():
    state = state_of(
        started(),
        TaskSubmitted(100.1, "map", 0, 1, "a.rst"),
        TaskSubmitted(100.1, "map", 1, 1, "b.rst"),
        TaskStarted(101.0, "map", 0, 1, "worker-1"),
        finished(0, 103.0, started=101.0),
        TaskStarted(103.0, "map", 1, 1, "worker-1"),
    )
    first, second = state.snapshot(now=104.0)["workers"]
    assert (first["name"], first["doing"]) == ("worker-1", "map 1: b.rst")
    assert first["blocks"] == [["map", 0, 400, "0"], ["map now", 400, 200, "1"]], "3 of 5 seconds"
    assert (second["name"], second["doing"]) == ("", "has had no task yet")


def test_the_time_axis_begins_when_the_workers_are_ready():
    state = state_of(started())
    waiting = state.snapshot(now=101.5)
    assert waiting["start_up"] is None
    assert {row["doing"] for row in waiting["workers"]} == {"is starting"}
    state.take(TaskStarted(102.1, "map", 0, 1, "worker-1"))  # seen a little late
    assert state.snapshot(now=103.0)["start_up"] == 2.1
    state.take(finished(0, 103.0, started=102.0))
    snapshot = state.snapshot(now=103.0)
    assert (snapshot["start_up"], snapshot["seconds"]) == (2.0, 3.0)
    assert "3.0 s, 2.0 s of it start-up" in snapshot["summary"].replace("\u00a0", " ")
    assert snapshot["workers"][0]["blocks"] == [["map", 0, 500, "0"]]


def test_a_worker_that_was_seen_before_it_began_does_not_move_the_axis():
    state = state_of(
        started(), TaskStarted(101.0, "map", 0, 1, "worker-1"), TaskStarted(101.0, "map", 1, 1, "worker-2")
    )
    assert state.snapshot(now=101.5)["start_up"] == 1.0
    state.take(finished(0, 103.0, started=101.4))
    snapshot = state.snapshot(now=103.4)
    assert snapshot["start_up"] == 1.4
    assert [row["blocks"][0][1:3] for row in snapshot["workers"]] == [[0, 800], [0, 1000]]


def test_blocks_stand_still_until_the_axis_leaps():
    state = state_of(started(), finished(0, 101.0, started=100.0), TaskStarted(101.0, "map", 1, 1, "worker-1"))
    places = {now: state.snapshot(now)["workers"][0]["blocks"][0] for now in (101.1, 101.9, 102.1, 104.9)}
    assert list(places.values()) == [["map", 0, 500, "0"]] * 2 + [["map", 0, 200, "0"]] * 2
    assert [number for _, number in state.snapshot(104.9)["ticks"]] == ["0", "1", "2", "3", "4", "5"]


def test_workers_that_are_there_at_once_have_no_start_up():
    assert state_of(started(), finished(0, 101.0, started=100.001)).snapshot(now=104.0)["start_up"] == 0


def test_a_start_that_is_seen_too_late_is_not_believed():
    state = state_of(started(), finished(0, 103.0), TaskStarted(103.1, "map", 0, 1, "worker-1"))
    assert state.snapshot(now=104.0)["workers"][0]["doing"] == "has done map 0"


def test_a_failed_attempt_is_a_fault_in_the_row_of_the_worker_that_was_seen_at_it():
    state = state_of(
        started(),
        TaskSubmitted(100.1, "map", 3, 1, "pool.rst"),
        TaskStarted(101.0, "map", 3, 1, "worker-2"),
        TaskFailed(102.0, "map", 3, 1, "", 100.1, "it was killed by signal SIGKILL", True),
        TaskStarted(102.5, "map", 3, 2, "worker-3"),
    )
    snapshot = state.snapshot(now=104.0)
    dead, other = snapshot["workers"]
    assert dead["blocks"] == [["fault", 0, 200, "3"]]
    assert (other["name"], other["doing"]) == ("worker-3", "map 3: pool.rst (attempt 2)")
    assert "map task 3 (pool.rst), attempt 1, failed on worker-2" in snapshot["attempts"]
    assert "SIGKILL" in snapshot["attempts"]


def test_a_task_that_is_done_twice_counts_once():
    bucket = {"buckets": ((0, 1, 7, 50),), "counters": (("lines", 3),)}
    once = state_of(started(), finished(0, 102.0, **bucket)).snapshot(105.0)
    twice = state_of(started(), finished(0, 102.0, **bucket), finished(0, 103.0, **bucket)).snapshot(105.0)
    for part in ("phases", "partitions", "counters"):
        assert once[part] == twice[part]


@pytest.mark.parametrize(("done", "left"), [(2, ""), (4, "about 6.0 s of map left"), (10, "")])
def test_time_left_is_what_the_rest_takes_at_the_speed_so_far(done, left):
    # Tasks of one second, one after the other, from second 1 on, on 4 workers.
    events = [finished(task, 102.0 + task) for task in range(done)]
    assert state_of(started(splits=10, workers=4), *events).snapshot(101.0 + done)["left"] == left


def test_time_left_of_the_reduce_phase_goes_by_size():
    events = [finished(0, 102.0, bytes_out=1000), ReducePlanned(102.0, ((0, 1), (1, 2)))]
    events += [finished(0, 103.0, stage="reduce", bytes_in=800)]
    state = state_of(started(splits=1, workers=1), *events)
    assert state.snapshot(103.0)["left"] == "about 0.2 s of reduce left"


def test_the_key_that_fills_a_partition_is_named():
    buckets = ((0, 5, 10, 0), (1, 1, 10, 0), (2, 1, 80, 0))
    events = [finished(0, 102.0, buckets=buckets), ReducePlanned(102.0, ((0, 1), (1, 2), (2, 3)))]
    assert "partition 2 holds 80 %" in state_of(started(), *events).snapshot(103.0)["load"].replace("\u00a0", " ")
    events.append(finished(2, 103.0, stage="reduce", largest=(("'self'", 70),)))
    load = state_of(started(), *events).snapshot(104.0)["load"].replace("\u00a0", " ")
    assert load.endswith("the key 'self' alone 70 %")


def test_a_snapshot_stays_small_however_large_the_job_is():
    dice = random.Random(0)
    state = state_of(started(splits=20_000, workers=100))
    for task in range(20_000):
        worker = f"worker-{task % 100 + 1}"
        state.take(TaskStarted(101.0 + task, "map", task, 1, worker))
        buckets = tuple((p, 1, 1, 1) for p in dice.sample(range(1000), 3))
        state.take(finished(task, 102.0 + task, worker=worker, started=101.0 + task, buckets=buckets))
    state.take(WorkerOutput(1e5, "map", 1, "worker-1", "x" * 100_000 + "\n" + "line\n" * 1000))
    snapshot = state.snapshot(now=1e5)
    assert len(snapshot["workers"]) == MOST_WORKERS
    assert snapshot["more_workers"] == 100 - MOST_WORKERS
    assert len(snapshot["partitions"]) <= MOST_BARS
    assert sum(snapshot["partitions"]) == 60_000
    assert all(len(row["blocks"]) <= 2 * MOST_BLOCKS for row in snapshot["workers"])
    assert len(json.dumps(snapshot)) < 100_000


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (None, "done"),
        ("The job was stopped.", "stopped"),
        ("KeyboardInterrupt: ", "stopped"),
        ("The map function failed.", "failed"),
    ],
)
def test_how_a_job_ended(error, status):
    assert state_of(started(), JobFinished(105.0, 0, error)).snapshot(200.0)["status"] == status


@pytest.fixture
def shown(monkeypatch):
    """What is displayed: a list of the bundles that each output had."""
    outputs = []

    class Handle:
        def __init__(self, bundle):
            self.bundles = [bundle]

        def update(self, bundle, raw):
            self.bundles.append(bundle)

    def display(bundle, raw, display_id):
        outputs.append(Handle(bundle))
        return outputs[-1]

    monkeypatch.setattr(module, "display", display)
    return outputs


def sent(monkeypatch, look=lambda snapshot: None):
    """The snapshots that go to the browser."""
    snapshots = []

    def send(self, change):
        if change["name"] == "snapshot":
            snapshots.append(change["new"])
            look(change["new"])

    monkeypatch.setattr(LiveRun, "notify_change", send)
    return snapshots


def threads():
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("mrkit")}


def test_snapshots_arrive_while_the_job_runs_and_the_last_one_at_its_end(monkeypatch, shown):
    seen = threading.Event()

    def look(snapshot):
        if snapshot["status"] == "running":
            seen.set()

    def wait(number):
        return [(number % 2, seen.wait(20))]

    snapshots = sent(monkeypatch, look)
    run = live(MapReduce(wait, lambda item: all(item[1]), 2, executor="threads"), [1, 2, 3], 1)
    assert run.results == [True, True], "each task saw a snapshot of itself"
    assert snapshots[-1]["status"] == "done"
    assert not threads()


def test_live_leaves_a_picture_with_words_and_no_widget(shown):
    live(words_job(), ["the cat", "the dog"])
    (output,) = shown
    first, last = output.bundles
    assert "data-mrkit-place" in first["text/html"]
    assert "data-mrkit-place" not in last["text/html"]
    assert "<img alt=" in last["text/html"]
    assert "2 inputs became 4 pairs and 3 results" in last["text/plain"].replace("\u00a0", " ")
    assert all("application/vnd.jupyter.widget-view+json" not in bundle for bundle in output.bundles)


def test_live_raises_what_the_job_raises_and_still_leaves_its_picture(shown):
    job = MapReduce(lambda n: [(1, 1 // n)], sum, executor="serial")
    with pytest.raises(UserFunctionError, match="ZeroDivision"):
        live(job, [1, 0])
    assert "ended early" in shown[0].bundles[-1]["text/plain"]
    assert not threads()


def test_an_ending_without_any_task_is_words_alone():
    trace = Trace([started(), JobFinished(101.0, 0, "The job was stopped.")])
    bundle = ending(trace)
    assert "ended early" in bundle["text/plain"]
    assert "<img" not in bundle["text/html"]


def test_a_panel_returns_at_once_runs_and_runs_again(shown):
    shown_panel = panel(words_job("threads"), ["the cat", "the dog"])
    assert shown_panel.view.snapshot["status"] == "ready"
    assert repr(shown_panel) == "<Panel: its buttons are above; or call run(), stop() and result()>"
    for _ in range(2):
        shown_panel.view._handle_custom_msg({"click": "run"}, [])
        assert dict(shown_panel.result(20).results) == {"the": 2, "cat": 1, "dog": 1}
        shown_panel.wait()
        assert shown_panel.view.snapshot["status"] == "done"
    place, picture = shown
    assert len(place.bundles) == 1
    assert "<img alt=" in picture.bundles[-1]["text/html"]
    assert not threads()


def test_a_panel_stops_its_job_and_leaves_nothing(shown):
    begun, free = threading.Event(), threading.Event()

    def slow(number):
        begun.set()
        free.wait(0.05)
        return [(1, number)]

    shown_panel = panel(MapReduce(slow, lambda item: 1, 2, executor="threads"), range(100_000), 1)
    shown_panel.run()
    shown_panel.run()  # a second click changes nothing
    assert begun.wait(20)
    shown_panel.view._handle_custom_msg({"click": "stop"}, [])
    shown_panel.wait()
    assert shown_panel.view.snapshot["status"] == "stopped"
    with pytest.raises(Cancelled):
        shown_panel.result()
    assert not threads()


def test_a_panel_says_in_words_what_went_wrong(shown):
    shown_panel = panel(words_job("threads"), "not a list")
    shown_panel.run()
    shown_panel.wait()
    assert shown_panel.view.snapshot["status"] == "failed"
    assert "inputs must be a list" in shown_panel.view.snapshot["error"]


def test_a_result_that_nobody_asked_for_is_an_error_in_words():
    with pytest.raises(ValueError, match="press Run first"):
        Panel(words_job(), []).result()


def test_without_threads_the_view_still_gets_its_last_snapshot(monkeypatch, shown):
    def no_threads(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_threads)
    snapshots = sent(monkeypatch)
    live(words_job(), ["the cat"])
    assert snapshots[-1]["status"] == "done"
    shown_panel = panel(words_job(), ["the cat"])
    shown_panel.run()
    assert len(shown_panel.result().results) == 2
    assert "<img alt=" in shown[-1].bundles[-1]["text/html"]
