"""A worker runs the page that learners read: `flow` itself."""

from __future__ import annotations

import pytest
from oracle import TEXT, total, words

from mrkit import MapReduce, SimpleMapReduce, flow


@pytest.mark.parametrize("kind", [MapReduce, SimpleMapReduce])
def test_every_task_is_a_call_of_flow(kind, monkeypatch):
    called = []
    for name in ("map_task", "reduce_task"):
        step = getattr(flow, name)
        monkeypatch.setattr(
            flow, name, lambda *args, name=name, step=step, **more: called.append(name) or step(*args, **more)
        )
    job = kind(words, total, 1)
    job._executor = MapReduce(words, total, executor="serial")._executor
    run = job.run(TEXT, chunksize=2)
    assert called.count("map_task") == len(run.trace.tasks("map"))
    assert called.count("reduce_task") == sum(last - first for first, last in run.trace.ranges)
