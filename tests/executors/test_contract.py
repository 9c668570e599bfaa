"""One contract for every executor: what a job computes does not depend on where its tasks run."""

from __future__ import annotations

import asyncio
import collections
import concurrent.futures
import contextlib
import dataclasses
import enum
import functools
import itertools
import logging
import multiprocessing
import os
import sys
import threading
import time
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from on_spark import local_spark
from oracle import TEXT, by_length, by_partition, mapreduce, multiset, nothing_left, total, until, words

from mrkit import MapReduce, SimpleMapReduce, Trace, counter, hash_partitioner
from mrkit.errors import BadArgument, Cancelled, UserFunctionError
from mrkit.events import JobFinished, JobStarted, TaskFailed, TaskFinished, TaskSubmitted, WorkerOutput
from mrkit.executors.processes import Processes
from mrkit.executors.threads import Threads
from mrkit.executors.web.turns import Turns
from mrkit.job import FINE_PARTITIONS

START_METHODS = multiprocessing.get_all_start_methods()
CHEAP = ["serial", "threads", "turns", "ThreadPoolExecutor"]
SPARK = pytest.param("spark", marks=[pytest.mark.spark, pytest.mark.timeout(300)])
DEAR = [*START_METHODS, "ProcessPoolExecutor", "dask executor", "dask", SPARK]
OWN = ["serial", "threads", *START_METHODS]  # not somebody else's executor

# Dask and Spark leave sockets to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed (transport|event loop|<socket):ResourceWarning"),
]


@contextlib.contextmanager
def opened(name: str):
    """An executor with two warm workers, of which several jobs may make use in turn."""
    if name == "serial":
        yield "serial"
    elif name == "turns":  # as in some browsers
        yield Turns(2)
    elif name == "dask":
        with dask_client() as client:
            yield client
    elif name == "dask executor":
        with dask_client() as client, client.get_executor() as pool:
            yield pool
    elif name == "spark":
        with local_spark() as context:
            yield context
    elif name == "ThreadPoolExecutor":
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            yield pool
    elif name == "ProcessPoolExecutor":
        with concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            yield pool
    else:
        workers = Threads(2) if name == "threads" else Processes(2, name)
        try:
            yield workers
        finally:
            workers.close()


@contextlib.contextmanager
def dask_client():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=":0",
            memory_limit=0,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.fixture(scope="module", params=[*CHEAP, *DEAR])
def executor(request):
    with opened(request.param) as executor:
        yield executor


@pytest.fixture(scope="module")
def cheap():
    with contextlib.ExitStack() as stack:
        yield {name: stack.enter_context(opened(name)) for name in CHEAP}


def length_and_word(line):
    return [(len(word), word) for word in line.split()]


def longest_first(item):
    length, found = item
    return length, list(found)


# Results and their order.


@pytest.mark.parametrize("chunksize", [None, 1, 3, 100])
@pytest.mark.parametrize("num_partitions", [None, 1, 2, 7])
def test_results_and_their_order_are_those_of_plain_python(executor, num_partitions, chunksize):
    job = MapReduce(length_and_word, longest_first, num_partitions=num_partitions, executor=executor)
    number = num_partitions or FINE_PARTITIONS
    assert job(TEXT, chunksize) == by_partition(length_and_word, longest_first, TEXT, number, hash_partitioner)


def test_a_partitioner_of_ones_own_decides_the_order(executor):
    job = MapReduce(words, total, partitioner=by_length, num_partitions=4, executor=executor)
    assert job(TEXT) == by_partition(words, total, TEXT, 4, by_length)


@pytest.mark.parametrize("num_partitions", [None, 1, 3])
def test_groups_of_keys_come_once_each_with_its_pairs_in_order(executor, num_partitions):
    def number_of_word(numbered):
        number, line = numbered
        yield from (((word, -number), position) for position, word in enumerate(line.split()))

    def places(item):
        word, pairs = item
        for (_, number), position in pairs:
            yield word, -number, position

    lines = list(enumerate(TEXT))
    options = {"group_by": lambda key: key[0], "num_partitions": num_partitions}
    results = MapReduce(number_of_word, places, executor=executor, **options)(lines, 2)
    assert results == MapReduce(number_of_word, places, executor="serial", **options)(lines, 3)
    met = [word for word, _ in itertools.groupby(results, lambda result: result[0])]
    assert sorted(met) == sorted({word for line in TEXT for word in line.split()})
    everywhere = [(word, number, place) for number, line in lines for place, word in enumerate(line.split())]
    for word in met:
        found = [result for result in results if result[0] == word]
        assert sorted(found) == [place for place in everywhere if place[0] == word]
        assert found == sorted(found, key=lambda result: (-result[1], result[2]))


def test_values_come_in_the_order_of_the_inputs(executor):
    inputs = list(range(100))
    job = MapReduce(lambda n: [(n % 3, n)], lambda item: (item[0], tuple(item[1])), executor=executor)
    assert sorted(job(inputs, 7)) == [(rest, tuple(inputs[rest::3])) for rest in range(3)]


def test_slow_first_tasks_do_not_change_the_order(executor):
    def slow_at_first(number):
        time.sleep(0.1 if number == 0 else 0)
        yield number % 2, number

    job = MapReduce(slow_at_first, lambda item: list(item[1]), num_partitions=1, executor=executor)
    assert job(range(6), 1) == [[0, 2, 4], [1, 3, 5]]


@given(
    lines=st.lists(st.text("ab c", max_size=8), max_size=12),
    chunksize=st.none() | st.integers(1, 5),
    num_partitions=st.none() | st.integers(1, 6),
    combiner=st.sampled_from([None, total]),
    name=st.sampled_from(CHEAP),
)
def test_any_inputs_any_chunksize_any_number_of_partitions(cheap, lines, chunksize, num_partitions, combiner, name):
    job = MapReduce(words, total, num_partitions=num_partitions, combiner=combiner, executor=cheap[name])
    run = job.run(lines, chunksize)
    number = num_partitions or FINE_PARTITIONS
    assert run.results == by_partition(words, total, lines, number, hash_partitioner)
    assert multiset(run.results) == multiset(mapreduce(words, total, lines))
    check_numbers(run.trace, lines, combined=combiner is not None)


@settings(max_examples=20)
@given(lines=st.lists(st.text("ab c", max_size=8), max_size=12), num_workers=st.integers(1, 5))
def test_the_number_of_workers_changes_nothing(lines, num_workers):
    job = MapReduce(words, total, num_workers, executor="threads")
    assert job(lines) == by_partition(words, total, lines, FINE_PARTITIONS, hash_partitioner)


def test_generator_inputs(executor):
    job = MapReduce(words, total, executor=executor)
    assert multiset(job(line for line in TEXT)) == multiset(mapreduce(words, total, TEXT))
    assert multiset(job((line for line in TEXT), 2)) == multiset(mapreduce(words, total, TEXT))
    assert multiset(job(iter(TEXT))) == multiset(job(tuple(TEXT))) == multiset(job(dict.fromkeys(TEXT * 2)))


def test_a_stream_is_read_only_a_little_ahead():
    taken = []
    seen_by_map = []

    def stream():
        for number in range(2000):
            taken.append(number)
            yield number

    def ahead(number):
        seen_by_map.append(len(taken) - len(seen_by_map))
        yield "most", 1

    MapReduce(ahead, lambda item: sum(item[1]), executor="serial")(stream(), 10)
    assert max(seen_by_map) <= 50


def test_zero_inputs(executor):
    for nothing in ([], (), iter([]), {}):
        run = MapReduce(words, total, num_partitions=2, executor=executor).run(nothing)
        assert (run.results, run.counters, run.trace.num_inputs, run.trace.num_groups) == ([], {}, 0, 0)
        assert run.trace.matrix == []
        assert run.records.complete


def test_inputs_without_pairs(executor):
    run = MapReduce(lambda line: [], total, num_partitions=2, executor=executor).run(TEXT, 3)
    assert run.results == []
    assert run.trace.num_inputs == len(TEXT)
    assert run.trace.matrix == [[0, 0]] * 3


@pytest.mark.parametrize("result", [None, [], {}, 0, "", (1, 2, 3), {"a": {1}}])
def test_a_result_can_be_anything(executor, result):
    assert MapReduce(words, lambda item: result, executor=executor)(["a b", "b"]) == [result] * 2


@pytest.mark.parametrize("value", [None, [], {}, (), b"\0", {"a": [1]}, float("inf")])
def test_a_value_can_be_anything(executor, value):
    job = MapReduce(lambda line: [(line, value)], lambda item: list(item[1]), executor=executor)
    assert job(["a"]) == [[value]]


def test_values_can_be_read_once(executor):
    def read_twice(item):
        _, values = item
        return sum(values), sum(values)

    with pytest.raises(UserFunctionError, match="this is the second time"):
        MapReduce(words, read_twice, executor=executor)(["a a a"])


# Combiner.


@pytest.mark.parametrize("num_partitions", [None, 3])
def test_a_combiner_changes_no_result(executor, num_partitions):
    with_it = MapReduce(words, total, combiner=total, num_partitions=num_partitions, executor=executor)
    without = MapReduce(words, total, num_partitions=num_partitions, executor=executor)
    assert with_it(TEXT, 3) == without(TEXT, 3)


def test_a_combiner_shrinks_what_travels(executor):
    run = MapReduce(words, total, combiner=total, executor=executor).run(["a a a a b", "a b"], 1)
    assert (run.trace.num_pairs, run.trace.num_shuffled) == (7, 4)
    assert sorted(run.results) == [("a", 5), ("b", 2)]


# Counters, prints.


def test_counters_are_exact(executor):
    def counting(line):
        counter("lines")
        for word in line.split():
            counter("letters", len(word))
            yield word, 1

    def counting_total(item):
        counter("groups")
        return total(item)

    run = MapReduce(counting, counting_total, executor=executor).run(TEXT, 2)
    letters = sum(len(word) for line in TEXT for word in line.split())
    groups = len({word for line in TEXT for word in line.split()})
    assert run.counters == {"groups": groups, "letters": letters, "lines": len(TEXT)}
    assert Trace.from_json(run.trace.to_json()).counters == run.counters


def test_counters_in_a_combiner_and_a_partitioner(executor):
    def combiner(item):
        counter("combined")
        return total(item)

    def partitioner(key, num_partitions):
        counter("partitioned")
        return 0

    job = MapReduce(
        words, total, combiner=combiner, partitioner=partitioner, num_partitions=1, executor=executor, sample=0
    )
    assert job.run(["a a b", "b b"], 1).counters == {"combined": 3, "partitioned": 3}


def test_looking_at_the_records_counts_and_prints_nothing(executor, capsys):
    def partitioner(key, num_partitions):
        counter("partitioned")
        print("partitioned", key)
        return 0

    def run(sample):
        job = MapReduce(words, total, partitioner=partitioner, num_partitions=1, executor=executor, sample=sample)
        counters = job.run(["a a b", "b b"], 1).counters
        return counters, sorted(line.partition("] ")[2] for line in capsys.readouterr().out.splitlines())

    assert run(sample=1000) == run(sample=0)


def test_prints_appear_marked_with_the_worker(executor, capfd):
    def printing(line):
        print("mapping", line)
        print("on stderr", file=sys.stderr)
        yield line, 1

    def printing_total(item):
        print("reducing", item[0])
        return total(item)

    run = MapReduce(printing, printing_total, num_partitions=2, executor=executor).run(["a", "b"], 1)
    lines = capfd.readouterr().out.splitlines()
    assert {line.partition("] ")[0] for line in lines} <= {f"[{name}" for name in run.trace.workers}
    said = sorted(line.partition("] ")[2] for line in lines)
    assert said == ["mapping a", "mapping b", "on stderr", "on stderr", "reducing a", "reducing b"]
    assert sum("mapping" in event.text for event in run.trace.output) == 2


def test_the_article_prints_unmarked(capfd):
    def printing(line):
        print("reading", line)
        yield line, 1

    with SimpleMapReduce(printing, total, 1) as job:
        assert job(["a", "b"]) == [("a", 1), ("b", 1)]
    assert sorted(capfd.readouterr().out.splitlines()) == ["reading a", "reading b"]


def test_very_much_output_is_cut(executor, capfd):
    def printing(line):
        print("x" * 250_000)
        yield line, 1

    MapReduce(printing, total, executor=executor)(["a"])
    out = capfd.readouterr().out
    assert 100_000 <= out.count("x") <= 100_010
    assert "and 150,001 more characters" in out


# What is known of a run.


def check_numbers(trace: Trace, inputs: list, combined: bool) -> None:
    """The trace agrees with a count in plain Python, and with itself."""
    pairs = [pair for line in inputs for pair in words(line)]
    groups = collections.Counter(key for key, _ in pairs)
    assert trace.num_inputs == len(inputs)
    assert trace.num_pairs == len(pairs)
    assert trace.num_groups == trace.num_results == len(groups)
    if not combined:
        assert trace.num_shuffled == len(pairs)
        sizes = collections.Counter(groups.values())
        assert trace.group_sizes == dict(sizes)
        assert dict(trace.largest_keys).items() <= {repr(key): size for key, size in groups.items()}.items()
    assert sum(map(sum, trace.matrix)) == trace.num_shuffled
    assert sum(load.records for load in trace.partitions) == trace.num_shuffled
    assert [sum(column) for column in zip(*trace.matrix, strict=True)] == [load.records for load in trace.partitions]
    assert sum(map(sum, trace.matrix_bytes)) == trace.shuffled_bytes
    assert sum(task.bytes_in for task in trace.tasks("reduce")) == trace.shuffled_bytes
    assert sum(load.groups for load in trace.partitions) == len(groups)


@pytest.mark.parametrize("num_partitions", [None, 3])
@pytest.mark.parametrize("combiner", [None, total])
def test_the_trace_counts_right(executor, num_partitions, combiner):
    job = MapReduce(words, total, num_partitions=num_partitions, combiner=combiner, executor=executor)
    run = job.run(TEXT, 2)
    check_numbers(run.trace, TEXT, combined=combiner is not None)
    assert len(run.trace.tasks("map")) == len(run.trace.matrix) == 4
    assert len(run.trace.matrix[0]) == len(run.trace.ranges) == len(run.trace.tasks("reduce"))
    assert run.trace.error is None
    assert Trace.from_json(run.trace.to_json()) == run.trace


def test_times_are_taken_in_order(executor):
    trace = MapReduce(words, total, executor=executor).run(TEXT, 2).trace
    for span in trace.spans:
        assert 0 <= span.submitted <= span.started <= span.finished <= trace.seconds
        assert span.worker
    assert trace.stage_times("map")[1] <= trace.stage_times("reduce")[0]
    by_worker = collections.defaultdict(list)
    for span in trace.spans:
        by_worker[span.worker].append((span.started, span.finished))
    for spans in by_worker.values():  # a worker does one thing at a time
        spans.sort()
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_records_are_the_data(executor):
    job = MapReduce(words, total, num_partitions=3, executor=executor)
    records = job.run(TEXT, 2).records
    assert records.complete
    assert [row.record for row in records.inputs] == TEXT
    assert [(pair.key, pair.value) for pair in records.pairs] == [p for line in TEXT for p in words(line)]
    assert all(pair.partition == hash_partitioner(pair.key, 3) for pair in records.pairs)
    assert all(pair.key in records.inputs[pair.input].record.split() for pair in records.pairs)
    groups = {group.key: group for group in records.groups}
    assert [group.result for group in records.groups] == job(TEXT)
    assert all(group.values == (1,) * group.num_values for group in groups.values())


def test_explain(executor):
    run = MapReduce(words, total, num_partitions=3, executor=executor).run(TEXT, 2)
    for key, count in run.results:
        explained = run.explain(key)
        assert explained.complete
        assert explained.result == (key, count)
        assert explained.partition == hash_partitioner(key, 3)
        assert [pair.value for pair in explained.pairs] == [1] * count
        lines = [(number, line) for number, line in enumerate(TEXT) if key in line.split()]
        assert [row.record for row in explained.inputs] == [line for _, line in lines]
        assert list(explained.map_tasks) == sorted({number // 2 for number, _ in lines})
    with pytest.raises(BadArgument, match="made no such key"):
        run.explain("never seen")


def test_a_sample_says_how_much_is_missing(executor):
    inputs = [f"word{number % 50} again" for number in range(300)]
    run = MapReduce(words, total, num_partitions=3, executor=executor, sample=20).run(inputs, 30)
    records = run.records
    assert not records.complete
    assert (records.num_inputs, records.num_pairs, records.num_groups) == (300, 600, 51)
    assert 10 <= len(records.inputs) <= 20
    assert len(records.pairs) == 2 * len(records.inputs)
    assert {pair.key for pair in records.pairs} == {group.key for group in records.groups}
    assert run.explain("again").result == ("again", 300)
    assert not run.explain("again").complete
    assert multiset(run.results) == multiset(mapreduce(words, total, inputs))


def test_without_a_sample_there_are_numbers_only(executor):
    run = MapReduce(words, total, executor=executor, sample=0).run(TEXT)
    assert (run.records.inputs, run.records.pairs, run.records.groups) == ((), (), ())
    assert run.records.num_inputs == len(TEXT)
    with pytest.raises(BadArgument, match="larger `sample`"):
        run.explain("cat")


def test_baseline(executor):
    job = MapReduce(words, total, executor=executor)
    run = job.run(TEXT, baseline=True)
    assert run.trace.baseline > 0
    assert run.trace.speedup == run.trace.baseline / run.trace.seconds
    assert run.results == job(TEXT)
    assert job.run(iter(TEXT), baseline=True).trace.num_inputs == len(TEXT)
    assert job.run(TEXT).trace.baseline is None


# Hooks.


def test_hooks_see_everything_in_order(executor):
    seen: list = []
    run = MapReduce(words, total, num_partitions=2, executor=executor, hooks=[seen.append]).run(TEXT, 2)
    assert tuple(seen) == run.trace.events
    assert isinstance(seen[0], JobStarted)
    assert isinstance(seen[-1], JobFinished)
    assert seen[-1].num_results == len(run.results)
    submitted = {(e.stage, e.task) for e in seen if isinstance(e, TaskSubmitted)}
    assert submitted == {("map", n) for n in range(4)} | {("reduce", n) for n in range(2)}
    assert submitted == {(e.stage, e.task) for e in seen if isinstance(e, TaskFinished)}
    assert [e.time for e in seen] == sorted(e.time for e in seen)


def test_a_hook_that_raises_is_reported_once_and_dropped(executor, caplog):
    calls = []
    seen: list = []

    def broken(event):
        calls.append(event)
        raise ValueError("a broken hook")

    job = MapReduce(words, total, executor=executor, hooks=[broken, seen.append])
    run = job.run(TEXT)
    assert multiset(run.results) == multiset(mapreduce(words, total, TEXT))
    assert len(calls) == 1
    assert tuple(seen) == run.trace.events
    assert [record.levelname for record in caplog.records if record.name.startswith("mrkit")] == ["ERROR"]
    assert "broken" in caplog.text
    assert "a broken hook" in caplog.text


def test_hooks_learn_of_an_error(executor):
    seen: list = []
    with pytest.raises(UserFunctionError) as caught:
        MapReduce(lambda line: line.nothing, total, executor=executor, hooks=[seen.append])(["a"])
    assert isinstance(seen[-1], JobFinished)
    assert seen[-1].error == str(caught.value)


# Jobs after jobs.


def test_two_jobs_chain(executor):
    count = MapReduce(words, total, executor=executor)
    by_count = MapReduce(lambda item: [(item[1], item[0])], lambda item: (item[0], sorted(item[1])), executor=executor)
    expected = mapreduce(
        lambda item: [(item[1], item[0])], lambda item: (item[0], sorted(item[1])), mapreduce(words, total, TEXT)
    )
    assert sorted(by_count(count(TEXT))) == sorted(expected)


def test_an_iterative_job(executor):
    """Shortest distances in a graph, one job for each step, until nothing changes."""
    links = {"a": "bc", "b": "d", "c": "d", "d": "e", "e": "a", "f": "a"}

    def relax(node):
        name, distance = node
        yield name, distance
        for other in links[name]:
            yield other, distance + 1

    nodes = [(name, 0 if name == "a" else float("inf")) for name in links]
    job = MapReduce(relax, lambda item: (item[0], min(item[1])), executor=executor)
    for _ in range(10):
        before, nodes = nodes, job(nodes, 2)
        if sorted(before) == sorted(nodes):
            break
    assert dict(nodes) == {"a": 0, "b": 1, "c": 1, "d": 2, "e": 3, "f": float("inf")}


def test_after_an_error_the_next_job_runs(executor):
    for _ in range(3):
        with pytest.raises(UserFunctionError):
            MapReduce(lambda line: 1 / 0, total, executor=executor)(TEXT, 1)
        assert MapReduce(words, total, executor=executor)(["a a"]) == [("a", 2)]


def test_jobs_with_the_same_names_are_not_mixed_up(executor):
    jobs = [MapReduce(words, lambda item, n=n: (item[0], n * sum(item[1])), executor=executor) for n in (1, 2, 3)]
    assert [job(["a a"]) for job in jobs * 2] == [[("a", 2)], [("a", 4)], [("a", 6)]] * 2


# Functions of every kind.


def test_functions_that_exist_nowhere_else(executor):
    class Color(enum.Enum):
        RED = "red"
        BLUE = "blue"

    @dataclasses.dataclass(frozen=True)
    class Point:
        x: int
        color: Color

    class Weigh:
        def __init__(self, weight):
            self.weight = weight

        def __call__(self, item):
            key, values = item
            return key, self.weight * sum(values)

    def fibonacci(n):
        return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

    def points(n):
        for color in Color:
            yield Point(n % 2, color), fibonacci(n)

    results = MapReduce(points, Weigh(10), num_partitions=3, executor=executor)(range(8), 2)
    assert {(key.x, key.color): value for key, value in results} == {
        (0, Color.RED): 120,
        (0, Color.BLUE): 120,
        (1, Color.RED): 210,
        (1, Color.BLUE): 210,
    }
    assert all(type(key) is Point for key, _ in results)


@pytest.mark.parametrize("decorate", [functools.cache, functools.lru_cache(maxsize=3)], ids=["cache", "lru_cache"])
def test_functions_with_a_cache(executor, decorate):
    @decorate
    def fibonacci(n):
        return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

    job = MapReduce(lambda n: [(0, fibonacci(n))], total, executor=executor)
    assert job([10, 20, 30]) == [(0, 55 + 6765 + 832040)]
    assert MapReduce(decorate(lambda line: [(line, 1)]), total, executor=executor)(["a", "a"]) == [("a", 2)]


def test_partials_methods_and_builtins(executor):
    class Text:
        def words(self, line):
            return [(word, 1) for word in line.split()]

    assert MapReduce(Text().words, functools.partial(total), executor=executor)(["a a"]) == [("a", 2)]
    job = MapReduce(functools.partial(map, lambda word: (word, 1)), total, executor=executor)
    assert sorted(job([["a", "b"], ["a"]])) == [("a", 2), ("b", 1)]
    assert MapReduce(dict.items, len, executor=executor)([{"a": 1}, {"b": 2}]) == [2, 2]


# The article's class.


@pytest.mark.parametrize("num_workers", [1, 3])
@pytest.mark.parametrize("chunksize", [1, 3])
def test_the_article_keeps_the_order_first_met(num_workers, chunksize, monkeypatch):
    job = SimpleMapReduce(length_and_word, longest_first, num_workers)
    monkeypatch.setattr(job, "_executor", Threads(num_workers))
    assert job(TEXT, chunksize) == mapreduce(length_and_word, longest_first, TEXT)
    assert job(iter(TEXT), chunksize) == mapreduce(length_and_word, longest_first, TEXT)
    assert job([]) == []


@given(lines=st.lists(st.text("abc ", max_size=10), max_size=12), chunksize=st.integers(1, 4))
def test_the_article_for_any_inputs(lines, chunksize):
    job = SimpleMapReduce(words, total)
    job._executor = Threads(2)
    assert job(lines, chunksize=chunksize) == mapreduce(words, total, lines)


def test_the_article_hands_over_lists():
    def middle(item):
        word, ones = item
        return word, len(ones), ones[0], type(ones).__name__

    with SimpleMapReduce(words, middle, 2) as job:
        assert job(["b a", "a b b"]) == [("b", 3, 1, "list"), ("a", 2, 1, "list")]
        assert list(job.partition(iter([("a", 1), ("b", 2), ("a", 3)]))) == [("a", [1, 3]), ("b", [2])]
        assert job.run(["b a"]).results == [("b", 1, 1, "list"), ("a", 1, 1, "list")]


def test_a_script_without_a_main_guard(tmp_path):
    import subprocess

    script = tmp_path / "script.py"
    script.write_text(
        "from mrkit import MapReduce, SimpleMapReduce\n"
        "def words(line): return [(word, 1) for word in line.split()]\n"
        "def total(item): return item[0], sum(item[1])\n"
        "print(SimpleMapReduce(words, total)(['b a', 'a']))\n"
        "print(sorted(MapReduce(words, total, start_method='forkserver')(['b a', 'a'])))\n"
        if os.name == "posix"
        else ""
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("[('b', 1), ('a', 2)]\n[('a', 2), ('b', 1)]\n", "")


# Warm workers.


@pytest.mark.parametrize("start_method", START_METHODS)
def test_a_with_block_keeps_its_worker_processes(start_method):
    def who(number):
        time.sleep(0.05)
        yield os.getpid(), 1

    with nothing_left():
        with MapReduce(who, lambda item: item[0], 2, executor="processes", start_method=start_method) as job:
            runs = [set(job(range(8), 1)) for _ in range(3)]
        assert os.getpid() not in runs[0]
        assert len(runs[0]) == 2
        assert runs[0] == runs[1] == runs[2]
        assert not runs[0] & set(job(range(8), 1))  # outside the block, workers are new ones


def test_a_with_block_keeps_its_threads():
    def who(number):
        time.sleep(0.02)
        yield threading.get_ident(), 1

    with nothing_left():
        with MapReduce(who, lambda item: item[0], 2, executor="threads") as job:
            assert set(job(range(8), 1)) == set(job(range(8), 1))


def test_functions_travel_once_for_each_worker_not_with_each_task():
    class Heavy:
        def __init__(self):
            self.payload = os.urandom(3_000_000)

        def __setstate__(self, state):
            self.__dict__ = state
            self.loaded = True

        def __call__(self, number):
            counter(f"tasks with {id(self)} in {os.getpid()}")
            yield 0, len(self.payload)

    run = MapReduce(Heavy(), lambda item: sum(item[1]), 2).run(range(40), 1)
    assert run.results == [40 * 3_000_000]
    assert len(run.counters) <= 2  # each worker unpickled the function once


def test_intermediate_data_does_not_pass_through_the_parent():
    """The parent's own memory stays far below what is shuffled."""
    import subprocess

    code = (
        "import os, psutil\n"
        "from mrkit import MapReduce\n"
        "def big(n):\n"
        "    for i in range(20):\n"
        "        yield (n, i), os.urandom(100_000)\n"
        "def size(item):\n"
        "    return sum(map(len, item[1]))\n"
        "with MapReduce(big, size, 2, sample=0) as job:\n"
        "    job(range(2))\n"
        "    before = psutil.Process().memory_info().rss\n"
        "    run = job.run(range(100), 5)\n"
        "    after = psutil.Process().memory_info().rss\n"
        "assert sum(run.results) == run.trace.num_pairs * 100_000 == 200_000_000\n"
        "print((after - before) // 1_000_000)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100, check=True)
    assert int(done.stdout) < 50


# Awaiting and cancelling.


def test_start_is_awaited_while_the_event_loop_goes_on(executor, capfd):
    def printing(line):
        print("mapping")
        time.sleep(0.05)
        yield line, 1

    async def main():
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.005)

        ticking = asyncio.ensure_future(tick())
        run = await MapReduce(printing, total, executor=executor).start(["a", "b", "a", "b"], 1)
        ticking.cancel()
        return run, ticks

    run, ticks = asyncio.run(main())
    assert sorted(run.results) == [("a", 2), ("b", 2)]
    assert ticks > 3
    out = capfd.readouterr().out.splitlines()
    assert len(out) == 4
    assert {line.partition("] ")[2] for line in out} == {"mapping"}


def test_start_without_an_event_loop(executor):
    running = MapReduce(words, total, executor=executor).start(["a a"])
    assert running.result(timeout=60).results == [("a", 2)]
    assert running.done()


def test_an_awaited_job_raises_its_error(executor):
    async def main():
        await MapReduce(lambda line: 1 / 0, total, executor=executor).start(["a"])

    with pytest.raises(UserFunctionError, match="ZeroDivisionError"):
        asyncio.run(main())


@pytest.mark.parametrize("name", OWN)
def test_cancel_stops_the_job(name, tmp_path):
    begun = tmp_path / "begun"

    def slow(number):
        begun.touch()
        time.sleep(0.05)
        yield number, 1

    with nothing_left():
        job = job_on(name, slow, total)
        running = job.start(range(5000), 5000 if name == "serial" else None)
        assert until(begun.exists)
        running.cancel()
        assert running.done()
        with pytest.raises(Cancelled):
            running.result(timeout=10)
    assert job.run([1]).results == [(1, 1)]


@pytest.mark.parametrize("name", OWN)
def test_cancelling_the_awaiting_task_stops_the_job(name, tmp_path):
    begun = tmp_path / "begun"

    def slow(number):
        begun.touch()
        time.sleep(0.05)
        yield number, 1

    async def main():
        running = job_on(name, slow, total).start(range(5000))
        awaiting = asyncio.ensure_future(_await(running))
        await asyncio.sleep(0)  # now it awaits
        while not begun.exists():
            await asyncio.sleep(0.01)
        awaiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await awaiting
        return running

    with nothing_left():
        running = asyncio.run(main())
        assert until(running.done)


async def _await(running):
    return await running


def job_on(name, map_func, reduce_func, **options):
    """A job on one of mrkit's own executors, with workers for its call only."""
    if name in START_METHODS:
        options |= {"executor": "processes", "start_method": name}
    else:
        options["executor"] = name
    return MapReduce(map_func, reduce_func, 2, **options)


def test_several_jobs_at_once_on_one_executor_of_the_users():
    switch = sys.getswitchinterval()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        jobs = [
            MapReduce(lambda n, k=k: [(n % 3, k)], lambda item: (item[0], sum(item[1])), executor=pool)
            for k in (1, 10, 100)
        ]
        sys.setswitchinterval(1e-6)  # threads take turns all the time
        try:
            running = [job.start(range(300), 1) for job in jobs]
            runs = [each.result(timeout=60) for each in running]
        finally:
            sys.setswitchinterval(switch)
    for run, k in zip(runs, (1, 10, 100), strict=True):
        assert sorted(run.results) == [(rest, 100 * k) for rest in range(3)]
        assert [event for event in run.trace.events if isinstance(event, TaskFailed)] == []


def test_nothing_is_warned_of():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        MapReduce(words, total, 2)(TEXT)
        MapReduce(words, total, 2, executor="threads")(TEXT)
    assert [str(warning.message) for warning in caught] == []


def test_worker_output_has_the_tasks_number(executor):
    def printing(line):
        print(line)
        yield line, 1

    run = MapReduce(printing, total, executor=executor).run(["a", "b", "c"], 1)
    assert sorted((e.stage, e.task, e.text) for e in run.trace.events if isinstance(e, WorkerOutput)) == [
        ("map", 0, "a\n"),
        ("map", 1, "b\n"),
        ("map", 2, "c\n"),
    ]


@pytest.mark.parametrize("start_method", START_METHODS)
def test_each_worker_gets_a_first_task_before_any_gets_a_second(start_method):
    with MapReduce(words, total, num_workers=2, num_partitions=2, start_method=start_method) as job:
        for _ in range(20):
            trace = job.run(TEXT[:4], chunksize=2).trace
            for stage in ("map", "reduce"):
                assert {task.worker for task in trace.tasks(stage)} == {"worker-1", "worker-2"}


@pytest.mark.skipif("fork" not in START_METHODS, reason="only a forked worker has the constant of its parent")
def test_no_worker_waits_for_one_that_gets_no_task(monkeypatch):
    monkeypatch.setattr("mrkit.executors.processes.TAKE_TOGETHER", 1000)  # longer than the test may take
    with MapReduce(words, total, num_workers=2, num_partitions=1, start_method="fork") as job:
        job.run(TEXT[:4], chunksize=2)  # so that there are two workers
        assert job.run(TEXT[:1]).results == mapreduce(words, total, TEXT[:1])
        assert multiset(job.run(iter(TEXT)).results) == multiset(mapreduce(words, total, TEXT))


def test_slow_motion_changes_times_only_and_says_so(executor):
    def busy(line):
        until = time.process_time() + 0.01
        while time.process_time() < until:
            pass
        return words(line)

    run = MapReduce(busy, total, executor=executor, num_partitions=2, slow_motion=5).run(TEXT, 3)
    assert multiset(run.results) == multiset(mapreduce(words, total, TEXT))
    assert run.trace.slow_motion == Trace.from_json(run.trace.to_json()).slow_motion == 5
    for task in run.trace.tasks("map"):
        assert task.finished - task.started >= 4 * task.cpu, "waiting is no work"
        assert task.pickling <= task.finished - task.started
    assert "In slow motion every task lasts 5 times as long" in run.trace.diagnosis()[0]
