"""What belongs to the job itself: the calls, the defaults, what a Run says, running in the background."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import threading
import time

import pytest
from oracle import TEXT, mapreduce, nothing_left, total, until, words

import mrkit
from mrkit import MapReduce, Run, SimpleMapReduce, flow
from mrkit.errors import Cancelled, UserFunctionError
from mrkit.events import JobStarted
from mrkit.executors.serial import Serial
from mrkit.machine import available_cpus


def serial(map_func=words, reduce_func=total, **options):
    return MapReduce(map_func, reduce_func, **{"executor": "serial"} | options)


def test_the_public_names():
    assert set(mrkit.__all__) >= {"MapReduce", "SimpleMapReduce", "Run", "Trace", "counter", "text_lines", "MrkitError"}
    for name in mrkit.__all__:
        assert getattr(mrkit, name).__doc__, name
    assert set(mrkit.__all__) == {name for name in mrkit.__all__ if hasattr(mrkit, name)}


def test_the_signatures_are_those_of_the_contract():
    first = ["map_func", "reduce_func", "num_workers"]
    assert list(inspect.signature(SimpleMapReduce).parameters) == first
    parameters = inspect.signature(MapReduce).parameters
    assert list(parameters)[:3] == first
    assert all(p.kind is p.KEYWORD_ONLY for name, p in parameters.items() if name not in first)
    contract = ["combiner", "partitioner", "num_partitions", "group_by", "executor", "start_method", "hooks"]
    assert list(parameters)[3:10] == contract
    assert parameters["executor"].default == "processes"
    assert list(inspect.signature(MapReduce.__call__).parameters) == ["self", "inputs", "chunksize"]
    assert inspect.signature(MapReduce.__call__).parameters["chunksize"].default is None
    assert inspect.signature(SimpleMapReduce.__call__).parameters["chunksize"].default == 1


def test_every_option_is_explained():
    explained = inspect.getdoc(MapReduce) + inspect.getdoc(MapReduce.__init__)
    for name in inspect.signature(MapReduce).parameters:
        if name not in ("num_workers", "num_partitions", "start_method", "hooks"):
            assert name in explained, name


def test_defaults():
    seen: list = []
    MapReduce(words, total, hooks=[seen.append])(["a"])
    (started,) = [event for event in seen if isinstance(event, JobStarted)]
    assert (started.executor, started.start_method, started.num_workers) == ("processes", "spawn", available_cpus())
    assert started.name == "words and total"
    assert started.num_splits == 1


@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_num_workers_is_how_many_there_are(executor):
    def who(n):
        time.sleep(0.05)
        return [(threading.current_thread().name, n)]

    run = MapReduce(who, len_of, 3, executor=executor).run(range(9), 1)
    assert run.trace.job.num_workers == 3
    assert set(run.trace.workers) <= {"worker-1", "worker-2", "worker-3"}


def len_of(item):
    return len(list(item[1]))


def test_serial_has_one_worker_whatever_is_asked():
    assert serial(num_workers=7).run(TEXT).trace.job.num_workers == 1


def test_chunksize_is_inputs_for_each_map_task():
    for chunksize, tasks in [(1, 7), (2, 4), (3, 3), (7, 1), (100, 1)]:
        assert len(serial().run(TEXT, chunksize).trace.tasks("map")) == tasks
        assert len(serial().run(iter(TEXT), chunksize).trace.tasks("map")) == tasks


def test_without_a_chunksize_all_workers_get_some():
    run = MapReduce(words, total, 2, executor="threads").run([*TEXT] * 10)
    assert 2 <= len(run.trace.tasks("map")) <= 16
    assert [task.records_in for task in run.trace.tasks("map")][:-1] == [9] * 7
    run = MapReduce(words, total, 2, executor="threads").run(iter(TEXT))
    assert len(run.trace.tasks("map")) >= 4


def test_num_partitions_is_the_number_of_reduce_tasks():
    for number in (1, 2, 5):
        run = serial(num_partitions=number).run(TEXT)
        assert len(run.trace.tasks("reduce")) == number
        assert run.trace.ranges == tuple((n, n + 1) for n in range(number))


def test_a_run_says_what_it_is():
    run = serial(num_partitions=2).run(["a b", "a"])
    assert isinstance(run, Run)
    assert run.results == serial(num_partitions=2)(["a b", "a"])
    assert repr(run).startswith("<Run: 2 results in 0.0")
    assert "Records(2 of 2 inputs, 3 of 3 pairs, 2 of 2 groups)" in repr(run)
    assert str(run.explain("a")).startswith("'a': 2 pairs of 2 inputs, made by map tasks 0, 1, met in partition ")
    assert "  map task 0 read 'a b'" in str(run.explain("a"))


def test_a_run_can_be_kept():
    run = MapReduce(words, total, 2, executor="threads").run(TEXT)
    again = pickle.loads(pickle.dumps(run))
    assert (again.results, again.trace, again.records) == (run.results, run.trace, run.records)


def test_flow_by_hand_is_the_job():
    for number in (1, 3):
        by_hand = flow.mapreduce(words, total, TEXT, chunksize=2, num_partitions=number)
        assert by_hand == serial(num_partitions=number)(TEXT, 2)
        with_combiner = flow.mapreduce(words, total, TEXT, chunksize=2, num_partitions=number, combiner=total)
        assert with_combiner == by_hand


def test_the_phases_by_hand():
    tasks = [flow.map_task(words, split, 3) for split in flow.split(TEXT, 2)]
    assert len(tasks) == 4
    results = [flow.reduce_task(total, buckets) for buckets in zip(*tasks, strict=True)]
    assert [result for part in results for result in part] == serial(num_partitions=3)(TEXT, 2)
    pairs = [pair for line in TEXT for pair in words(line)]
    assert list(flow.map_records(words, TEXT)) == pairs
    assert flow.merge(map(flow.group, ([pair] for pair in pairs))) == flow.group(pairs)
    assert flow.combine(total, flow.group(pairs)) == {word: [n] for word, n in mapreduce(words, total, TEXT)}


def test_inputs_that_know_their_splits():
    class Splits:
        def splits(self):
            yield ["a b"]
            yield iter(["b", "c"])

    run = serial(num_partitions=1).run(Splits(), 100)
    assert run.results == [("a", 1), ("b", 2), ("c", 1)]
    assert [task.records_in for task in run.trace.tasks("map")] == [1, 2]
    assert MapReduce(words, total, 2, executor="threads", num_partitions=1)(Splits()) == run.results


def test_an_executor_of_ones_own():
    class Loud(Serial):
        name = "loud"

        def __init__(self):
            self.calls = []

        def begin(self, work, stopped):
            self.calls.append("begin")
            super().begin(work, stopped)

        def end(self):
            self.calls.append("end")

        def close(self):
            raise AssertionError("it is not the job's")

    loud = Loud()
    run = MapReduce(words, total, executor=loud).run(TEXT)
    assert run.trace.job.executor == "loud"
    assert loud.calls == ["begin", "end"]


def test_the_with_block_gives_the_job():
    with serial() as job:
        assert isinstance(job, MapReduce)
        assert job(["a"]) == [("a", 1)]
    with SimpleMapReduce(words, total, 1) as simple:
        assert simple(["a"]) == [("a", 1)]


def test_progress_does_not_disturb_the_results(capsys):
    assert serial(progress=True)(TEXT) == serial()(TEXT)
    assert capsys.readouterr().out == ""


# In the background.


def test_a_running_job_says_when_it_is_done(tmp_path):
    go_on = tmp_path / "go on"

    def patient(line):
        assert until(go_on.exists)
        return words(line)

    running = MapReduce(patient, total, 2, executor="threads").start(["a"])
    assert not running.done()
    with pytest.raises(TimeoutError):
        running.result(timeout=0.01)
    go_on.touch()
    assert running.result(timeout=30).results == [("a", 1)]
    assert running.done()
    assert running.result() is running.result()
    running.cancel()  # too late
    assert running.result().results == [("a", 1)]


def test_a_job_can_be_awaited_twice_and_by_two():
    async def main():
        running = MapReduce(words, total, executor="threads").start(["a"])
        runs = await asyncio.gather(wait_for(running), wait_for(running))
        return [*runs, await running]

    assert [run.results for run in asyncio.run(main())] == [[("a", 1)]] * 3


async def wait_for(running):
    return await running


def test_two_jobs_are_awaited_side_by_side():
    async def main():
        jobs = [MapReduce(words, total, 1, executor="threads") for _ in range(3)]
        return await asyncio.gather(*(wait_for(job.start([f"w{n}"])) for n, job in enumerate(jobs)))

    assert [run.results for run in asyncio.run(main())] == [[("w0", 1)], [("w1", 1)], [("w2", 1)]]


def test_a_timeout_stops_an_awaited_job():
    def slow(n):
        time.sleep(0.01)
        yield n, n

    async def main():
        async with asyncio.timeout(0.2):
            await MapReduce(slow, len_of, 2, executor="threads").start(range(10**4), 1)

    with nothing_left():
        with pytest.raises(TimeoutError):
            asyncio.run(main())
        assert until(lambda: not any(thread.name == "mrkit-job" for thread in threading.enumerate()))


def test_prints_of_an_awaited_job_come_while_it_runs(capsys, tmp_path):
    """Not all at the end: the last task waits until the first one's text has been seen."""
    seen = tmp_path / "seen"

    def printing(n):
        if n:
            assert until(seen.exists), "nothing was printed while the job ran"
        else:
            print("hello")
        yield n, n

    async def main():
        running = MapReduce(printing, len_of, 1, executor="threads").start([0, 1], 1)
        awaiting = asyncio.ensure_future(wait_for(running))
        while "hello" not in capsys.readouterr().out:
            await asyncio.sleep(0.01)
            assert not awaiting.done()
        seen.touch()
        return await awaiting

    assert len(asyncio.run(main()).results) == 2


def test_prints_before_anyone_awaits_are_kept(capsys):
    running = MapReduce(lambda n: print("early", n) or [(n, n)], len_of, 1, executor="threads").start([1, 2])
    assert until(running.done)
    assert capsys.readouterr().out == ""

    async def main():
        await running

    asyncio.run(main())
    assert sorted(line.partition("] ")[2] for line in capsys.readouterr().out.splitlines()) == ["early 1", "early 2"]


def test_prints_are_shown_also_when_the_job_fails(capsys):
    def printing(n):
        print("before the error")
        raise ValueError

    for job in (serial(printing), MapReduce(printing, total, 1, executor="threads")):
        with pytest.raises(UserFunctionError):
            job([1])
        assert "before the error" in capsys.readouterr().out
        running = job.start([1])
        with pytest.raises(UserFunctionError):
            running.result(timeout=30)
        assert "before the error" in capsys.readouterr().out


def test_cancel_before_anything_has_begun_and_twice():
    with nothing_left():
        running = MapReduce(words, total, 2, executor="threads").start(TEXT * 10_000, 1)
        running.cancel()
        running.cancel()
        assert running.done()
        with pytest.raises(Cancelled):
            running.result(timeout=0)


def test_where_there_are_no_threads(monkeypatch):
    """A browser's Python: the job runs at once, and can be awaited all the same."""

    def no_threads(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_threads)
    running = serial().start(["a"])
    assert running.done()

    async def main():
        return await running

    assert asyncio.run(main()).results == [("a", 1)]


def test_the_article_says_what_the_key_and_the_function_were():
    def middle(item):
        return item[1][10]

    job = SimpleMapReduce(words, middle)
    job._executor = Serial()
    with pytest.raises(UserFunctionError, match=r"`middle` failed, given the key 'a' \(line \d+ of test_job") as caught:
        job(["a"])
    assert "`return item[1][10]`" in str(caught.value)
