"""Groups that do not fit in memory come out as if they did."""

import os
import tempfile
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrkit import MapReduce, RangePartitioner, flow
from mrkit.engine import budget as memory
from mrkit.engine import shuffle, spill
from mrkit.engine.result_writer import ResultWriter
from mrkit.errors import DiskFull


class Tight:
    """A budget that is full as soon as a few things are held."""

    def __init__(self, most):
        self.most = most

    def full(self, held):
        return held >= self.most


def reduced(pieces, most, path, sort_keys=False):
    """What a reduce task does with its groups, and how often it spilled."""
    results = ResultWriter(path)
    groups = spill.grouped(pieces, Tight(most), f"{path}.g", results.spilled, sort_keys)
    for rank, key, values, number in groups:
        values = list(values)
        assert len(values) == number
        results.add(rank, (key, values))
    results.end_part()
    output = results.close()
    written = [result for block in shuffle.read(output, 0) for result in block]
    if output.path is not None:
        os.unlink(output.path)
    return written, results.spills


keys = st.one_of(st.integers(0, 9), st.text("abc", max_size=2))
pieces = st.lists(st.dictionaries(keys, st.lists(st.integers(), min_size=1), max_size=6), max_size=12)


@settings(max_examples=60, deadline=None)
@given(pieces, st.integers(1, 30))
def test_spilled_groups_equal_those_in_memory(tmp_path_factory, pieces, most):
    folder = tmp_path_factory.mktemp("spill")
    written, spills = reduced(pieces, most, str(folder / "results"))
    assert written == list(flow.merge(pieces).items())
    assert list(folder.iterdir()) == []  # nothing stays on disk
    assert spills <= 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.dictionaries(st.integers(0, 50), st.lists(st.none(), min_size=1), max_size=9), max_size=9))
def test_sorted_groups_stay_sorted_when_spilled(tmp_path_factory, pieces):
    folder = tmp_path_factory.mktemp("spill")
    written, _ = reduced(pieces, 5, str(folder / "results"), sort_keys=True)
    assert written == sorted(flow.merge(pieces).items())


def test_a_hot_key_is_streamed(tmp_path, monkeypatch):
    monkeypatch.setattr(shuffle, "BLOCK", 100)
    pieces = [{"hot": list(range(n, n + 50)), f"key-{n}": [n]} for n in range(0, 5000, 50)]
    written, spills = reduced(pieces, 1000, str(tmp_path / "results"))
    assert spills == 1
    assert written == list(flow.merge(pieces).items())


def test_a_job_beyond_its_memory_gives_the_same_results(tmp_path):
    def pairs(number):
        for i in range(2000):
            yield (number * 7919 + i * 31) % 50_000, i
        yield from (("hot", i) for i in range(2000))

    def total(item):
        return item[0], sum(item[1])

    roomy = MapReduce(pairs, total, 2, num_partitions=2, memory_limit="4GB").run(range(60), 10)
    tight = MapReduce(pairs, total, 2, num_partitions=2, memory_limit="1").run(range(60), 10)
    assert tight.results == roomy.results
    assert sum(task.spills for task in tight.trace.tasks("map")) > 0
    assert sum(task.spills for task in tight.trace.tasks("reduce")) > 0
    assert sum(task.spills for task in roomy.trace.tasks("map")) == 0


def test_range_partitioner_and_sorted_keys_sort_everything():
    keys = [(i * 7919) % 1009 for i in range(1009)]
    partitioner = RangePartitioner.from_sample(keys[::10], 4)
    run = MapReduce(lambda key: [(key, None)], lambda item: item[0], partitioner=partitioner, sort_keys=True)
    assert run(keys) == sorted(keys)


def test_streamed_results_are_those_of_a_call():
    job = MapReduce(lambda word: [(word, 1)], lambda item: (item[0], sum(item[1])), 2)
    words = ["a", "b", "a", "c"] * 50
    assert Counter(dict(job.stream(words))) == Counter(words)


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path, monkeypatch):
    resource = pytest.importorskip("resource")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)

    def much(number):
        # No file of this worker may be larger than this: the next best thing to a disk that is full.
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
        return [(number, "x" * 100_000)]

    with pytest.raises(DiskFull, match=r"cannot be written to .*: File too large\. Free some space, or set"):
        MapReduce(much, lambda item: item[0], 1)([1, 2, 3])
    assert list(tmp_path.iterdir()) == []


def test_budget_counts_things_once_memory_was_short(monkeypatch):
    sizes = iter([50, 120, 110, 130])
    monkeypatch.setattr(memory, "process_size", lambda: next(sizes))
    budget = memory.Budget(limit=100)
    assert not budget.full(10_000)
    assert budget.full(20_000)
    assert not budget.full(0)  # nothing is held any more
    assert not budget.full(9_000)
    assert budget.full(20_000)
