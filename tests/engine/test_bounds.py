"""Nothing grows without a bound: workers, partitions, samples; and memory stays within what it was allowed."""

import sys

import pytest
from oracle import TEXT, multiset, total, words

from mrkit import MapReduce, SimpleMapReduce, flow
from mrkit.engine.sampling import SAMPLE_BYTES, GroupsSeen, Sampler
from mrkit.errors import BadArgument


@pytest.mark.parametrize("num_partitions", [1, 3])
def test_no_more_workers_than_tasks(num_partitions):
    with MapReduce(words, total, 500, num_partitions=num_partitions) as job:
        assert multiset(job(TEXT[:2], 1)) == multiset(flow.mapreduce(words, total, TEXT[:2]))
        assert len(job._executor._context.started) == max(2, num_partitions)
        job(TEXT[:4], 1)
        assert len(job._executor._context.started) == 4


def test_a_job_without_inputs_starts_one_worker():
    with MapReduce(words, total, 20, num_partitions=1) as job:
        assert job([]) == []
        assert len(job._executor._context.started) == 1


@pytest.mark.parametrize("kind", [MapReduce, SimpleMapReduce])
def test_more_workers_than_anybody_has_are_refused(kind):
    with pytest.raises(BadArgument, match=r"num_workers can be 1,000 at most; you gave 100000"):
        kind(words, total, 100_000)


def test_more_partitions_than_can_be_meant_are_refused():
    with pytest.raises(BadArgument, match=r"num_partitions can be 100,000 at most; you gave 100000000"):
        MapReduce(words, total, num_partitions=10**8)


def test_buckets_are_made_when_needed():
    buckets = flow.partition({"the": [1]}, 10**6)
    assert sum(map(len, buckets)) == 1
    assert len({id(bucket) for bucket in buckets}) == 2


def test_many_partitions_cost_little():
    job = MapReduce(words, total, executor="serial", num_partitions=500)
    assert multiset(job(TEXT, 1)) == multiset(flow.mapreduce(words, total, TEXT))


def test_the_sample_of_a_map_task_is_bounded_in_bytes():
    sampler = Sampler(lambda record: ((n, b"x" * 100_000) for n in range(200)), 1000)
    seen = sum(1 for _ in sampler.map_records(sampler.map_func, iter(range(20))))
    assert seen == 4000
    kept = sum(len(value) for _, pairs in sampler._seen for _, value in pairs)
    assert 0 < kept <= SAMPLE_BYTES
    assert len(sampler.pack(lambda key: 0)) <= SAMPLE_BYTES


def test_the_sample_of_a_reduce_task_is_bounded_in_bytes():
    seen = GroupsSeen(frozenset(range(50)))
    for number, (_, values) in enumerate(
        seen.watch(((key, key, iter([b"x" * 50_000] * 100), 100) for key in range(50)), 0)
    ):
        assert sum(map(len, values)) == 5_000_000
        seen.result(number)
    assert len(seen.pack()) <= SAMPLE_BYTES


class Values:
    """Makes pairs whose values have so many bytes."""

    def __init__(self, size, number):
        self.size, self.number = size, number

    def __call__(self, task):
        for n in range(self.number):
            yield (task * 7919 + n) % 5003, (b"%d" % n).ljust(self.size, b"x")


def length(item):
    return item[0], sum(map(len, item[1]))


def memory_of(size, megabytes, limit):
    """The largest worker, as a share of its limit."""
    number = megabytes * 1_000_000 // size // 4
    job = MapReduce(Values(size, number), length, 2, num_partitions=2, memory_limit=limit * 1_000_000)
    run = job.run(range(4), 1)
    assert sum(size for _, size in run.results) == number * size * 4
    return max(task.memory for stage in ("map", "reduce") for task in run.trace.tasks(stage)) / limit / 1_000_000


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the largest size of a process is measured otherwise there")


@LINUX
def test_memory_is_bounded_for_large_values():
    assert memory_of(500_000, megabytes=300, limit=100) < 1.3


@LINUX
@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("size", [10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000])
def test_memory_is_bounded_for_values_of_any_size(size):
    share = memory_of(size, megabytes=min(1_000, size * 12), limit=200)
    print(f"\nValues of {size} bytes: {share:.2f} of memory_limit.")
    assert share < 1.3
