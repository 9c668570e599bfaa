"""Events are plain data, and whoever listens to them cannot hurt the job."""

from __future__ import annotations

import dataclasses
import json
import logging
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_events import KINDS, any_event

from mrkit import MapReduce
from mrkit.events import BaselineMeasured, Clock, Emitter, JobFinished, JobStarted, TaskFinished

EVENT = BaselineMeasured(0.0, seconds=1.0)


def test_an_event_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        EVENT.seconds = 2.0  # type: ignore[misc]


@pytest.mark.parametrize("kind", KINDS)
def test_events_hold_numbers_and_text_only(kind):
    def leaves(hint):
        return set().union(*map(leaves, get_args(hint))) if get_args(hint) else {hint}

    for hint in get_type_hints(kind).values():
        assert leaves(hint) <= {int, float, str, bool, type(None), Ellipsis}


@given(st.data())
def test_every_event_can_be_written_as_json(data):
    kind = data.draw(st.sampled_from(KINDS))
    event = data.draw(any_event(kind))
    assert json.loads(json.dumps(vars(event))).keys() == vars(event).keys()


def test_every_hook_hears_every_event_in_order():
    first, second = [], []
    emitter = Emitter([first.append, second.append])
    emitter.emit(EVENT)
    emitter.emit(JobFinished(1.0, 0, None))
    assert first == second == [EVENT, JobFinished(1.0, 0, None)]


class Raises:
    """A hook that raises at its second event, and equals everything."""

    def __init__(self, error=ValueError):
        self.calls, self.error = 0, error

    def __call__(self, event):
        self.calls += 1
        if self.calls == 2:
            raise self.error("on purpose")

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __repr__(self):
        raise RuntimeError("no name")


def test_a_hook_that_raises_is_reported_once_and_dropped(caplog):
    before, bad, after = [], Raises(), []
    emitter = Emitter([before.append, bad, after.append])
    with caplog.at_level(logging.ERROR, logger="mrkit"):
        for _ in range(5):
            emitter.emit(EVENT)
    assert bad.calls == 2
    assert before == after == [EVENT] * 5
    [report] = caplog.records
    assert "dropped" in report.getMessage()
    assert "on purpose" in caplog.text


@pytest.mark.parametrize("executor", ["serial", "threads"])
def test_a_hook_that_raises_does_not_hurt_the_job(executor, caplog):
    bad, seen = Raises(), []
    job = MapReduce(lambda n: [(n % 2, n)], lambda item: sum(item[1]), 2, executor=executor, hooks=[bad, seen.append])
    run = job.run(range(10), chunksize=2)
    assert sorted(run.results) == [20, 25]
    assert tuple(seen) == run.trace.events
    assert bad.calls == 2
    assert len(caplog.records) == 1


def test_what_a_job_tells():
    seen = []
    job = MapReduce(lambda n: [(n, n)], lambda item: 1, executor="serial", hooks=[seen.append], num_partitions=2)
    job(range(4), chunksize=2)
    assert isinstance(seen[0], JobStarted)
    assert isinstance(seen[-1], JobFinished)
    assert [(e.stage, e.task) for e in seen if isinstance(e, TaskFinished)] == [
        ("map", 0),
        ("map", 1),
        ("reduce", 0),
        ("reduce", 1),
    ]
    times = [event.time for event in seen]
    assert times == sorted(times)


def test_a_clock_that_was_sent_elsewhere_tells_the_same_time():
    here = Clock.here("host")
    times = [here.now(), dataclasses.replace(here).now(), here.now()]
    assert times == sorted(times)
