"""Groups that do not fit in memory come out as if they did."""

import copy
import os
import sys
import tempfile
from collections import Counter
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrkit import MapReduce, RangePartitioner, flow, machine
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
    groups = spill.gathered(copy.deepcopy(pieces), Tight(most), f"{path}.g", results.spilled, sort_keys)
    for rank, key, values, number in spill.one_by_one(groups):
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


def sizes_of_the_process(monkeypatch, *sizes):
    given = iter(sizes)
    monkeypatch.setattr(machine, "process_size", lambda: next(given) * 10**6)


def test_budget_counts_things_once_memory_was_short(monkeypatch):
    sizes_of_the_process(monkeypatch, 50, 90, 120, 120, 125)
    budget = memory.Budget(limit=100 * 10**6)
    assert not budget.full(10_000)
    assert budget.full(20_000)
    assert not budget.full(0)  # nothing is held any more
    assert not budget.full(9_000)
    assert budget.full(20_000)


def test_budget_looks_at_the_size_again_where_the_process_grows_beyond_what_it_was(monkeypatch):
    sizes_of_the_process(monkeypatch, 50, 120, 120, 140)
    budget = memory.Budget(limit=100 * 10**6)
    assert budget.full(20_000)
    assert not budget.full(0)
    assert budget.full(100)  # these are larger


def test_budget_trusts_the_size_again_when_memory_was_given_back(monkeypatch):
    sizes_of_the_process(monkeypatch, 50, 120, 60, 80)
    budget = memory.Budget(limit=100 * 10**6)
    assert budget.full(20)
    assert not budget.full(0)
    assert not budget.full(40)  # these are smaller


def test_a_task_may_always_hold_a_little(monkeypatch):
    monkeypatch.setattr(machine, "process_size", lambda: 200)
    budget = memory.Budget(limit=100)
    assert not budget.full(4_000)
    assert budget.full(5_000)


def test_a_process_with_much_room_is_not_looked_at_twice_in_a_moment(monkeypatch):
    now, looks = [0.0], []
    monkeypatch.setattr(machine, "process_size", lambda: looks.append(now[0]) or 50 * 10**6)
    monkeypatch.setattr(memory, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    roomy, short_of_room = memory.Budget(limit=100 * 10**6), memory.Budget(limit=60 * 10**6)
    for budget, expected in ((roomy, [0.0, 0.01]), (short_of_room, [0.0, 0.0, 0.0, 0.01])):
        now[0] = 0.0
        looks.clear()
        assert not any(budget.full(held) for held in (1_000, 2_000, 3_000))
        now[0] = 0.01
        assert not budget.full(4_000)
        assert looks == expected


@pytest.mark.parametrize("keys", [range(3000), [n / 1024 for n in range(3000)], [n << 40 for n in range(3000)]])
def test_each_level_divides_independently(keys):
    one = [key for key in keys if spill._bucket(key, 0) == spill._bucket(keys[0], 0)]
    assert len(one) < 120
    assert len({spill._bucket(key, 1) for key in one}) > len(one) / 4


def test_many_keys_with_little_memory_need_two_levels_and_few_files(tmp_path, monkeypatch):
    made = []
    new_file = shuffle._new_file

    def watched(path):
        made.append(os.path.basename(path))
        if sys.platform == "linux":
            assert len(os.listdir("/proc/self/fd")) - before < 20
        return new_file(path)

    before = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
    monkeypatch.setattr(shuffle, "_new_file", watched)
    pieces = [{n: [n] for n in range(first, first + 1000)} for first in range(0, 60_000, 1000)]
    written, spills = reduced(pieces, 100, str(tmp_path / "results"))
    assert spills == 1
    assert written == list(flow.merge(pieces).items())
    assert {name.rpartition(".")[2] for name in made if ".g." in name} == {"0", "1"}
    assert max(map(len, made)) < 25
    assert list(tmp_path.iterdir()) == []


class Alike:
    """Keys that no hash tells apart."""

    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return self.number == other.number


def test_keys_with_the_same_hash_come_to_an_end(tmp_path):
    pieces = [{Alike(n): [n] for n in range(40)} for _ in range(3)]
    written, _ = reduced(pieces, 10, str(tmp_path / "results"))
    assert [(key.number, values) for key, values in written] == [(n, [n] * 3) for n in range(40)]


@pytest.mark.parametrize("size", [10, 1000, 100_000, 3_000_000])
def test_frames_are_bounded_in_bytes(tmp_path, size):
    writer = shuffle.Writer(str(tmp_path / "map-0-1"))
    number = max(4, 4_000_000 // size)
    writer.add_bucket({n // 3: ["x" * size] * 3 for n in range(0, number, 3)})
    output = writer.close()
    frames = list(shuffle.read(output, 0))
    values = [sum(map(len, piece.values())) for piece in frames]
    assert sum(values) == len(range(0, number, 3)) * 3
    assert max(values) * size <= max(4 * shuffle.FRAME_BYTES, size)
    assert flow.merge(frames) == {n // 3: ["x" * size] * 3 for n in range(0, number, 3)}


def test_blocks_of_a_result_are_bounded_in_bytes():
    results = ResultWriter(None)
    for rank in range(40):
        results.add(rank, "x" * 100_000)
    results.end_part()
    assert max(map(len, shuffle.read(results.close(), 0))) <= 3
