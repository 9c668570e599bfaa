"""Every sentence of the diagnosis, with each of its figures: from real runs where a run can be made to show it."""

from __future__ import annotations

import os
from functools import partial

import pytest
from hypothesis import given
from made_events import START, any_trace, failed, finished, submitted, trace

from mrkit import MapReduce, Trace
from mrkit.errors import MrkitError
from mrkit.events import JobFinished, JobStarted
from mrkit.trace import diagnosis as told

FINDINGS, costs = told.FINDINGS, told.costs


def plain(finding):
    """The finding with ordinary spaces: in its sentences, a number stays on one line with its unit."""

    def say(*arguments, **more):
        found = finding(*arguments, **more)
        if isinstance(found, list):
            return [sentence.replace("\u00a0", " ") for sentence in found]
        return found and found.replace("\u00a0", " ")

    return say


backups = plain(told.backups)
combiner = plain(told.combiner)
diagnose = plain(told.diagnose)
few_tasks = plain(told.few_tasks)
hot_task = plain(told.hot_task)
lost_attempts = plain(told.lost_attempts)
many_tasks = plain(told.many_tasks)
memory = plain(told.memory)
no_pairs = plain(told.no_pairs)
pickling = plain(told.pickling)
skipped_records = plain(told.skipped_records)
speed = plain(told.speed)
spills = plain(told.spills)
start_up = plain(told.start_up)
straggler = plain(told.straggler)
few_map_tasks, few_reduce_tasks = partial(few_tasks, stage="map"), partial(few_tasks, stage="reduce")


def pair(number):
    yield number, 1


def total(item):
    key, ones = item
    return key, sum(ones)


def run(map_func, inputs, chunksize=10, executor="serial", workers=None, **options):
    return MapReduce(map_func, total, workers, executor=executor, **options).run(inputs, chunksize).trace


# Data.


def test_hot_key():
    def hot(number):
        yield ("self" if number % 10 < 8 else number), 1

    def by_kind(key, partitions):
        return 0 if key == "self" else 1 + key % 3

    sentence = hot_task(run(hot, range(1000), partitioner=by_kind, num_partitions=4))
    assert sentence == (
        "Reduce task 0 got 80 % of the values, where an even share is 25 %. The key 'self' alone has 80 %, and one key "
        "cannot be divided among tasks: try a combiner, or salt the key."
    )


def test_hot_key_among_others():
    def hot(number):
        yield ("self" if number % 2 else number % 100), 1

    def first(key, partitions):
        return 0 if key == "self" or key < 50 else 1

    sentence = hot_task(run(hot, range(1000), partitioner=first, num_partitions=2))
    assert sentence.startswith(
        "Reduce task 0 got 75 % of the values, where an even share is 50 %. The key 'self' alone has 50 %"
    )


def test_hot_key_in_spite_of_a_combiner():
    def hot(number):
        yield "self", 1
        yield "self", 1
        if number % 20 == 0:
            yield number, 1

    def first(key, partitions):
        return 0 if key == "self" else 1

    t = run(hot, range(400), chunksize=1, partitioner=first, num_partitions=2, combiner=total)
    assert hot_task(t) == (
        "Reduce task 0 got 95 % of the values, where an even share is 50 %. The key 'self' alone has 95 %, and one key "
        "cannot be divided among tasks: salt the key."
    )


def test_a_bad_partitioner_is_not_a_hot_key():
    sentence = hot_task(run(pair, range(1000), partitioner=lambda key, n: 0 if key < 900 else 1, num_partitions=2))
    assert sentence.startswith("Reduce task 0 got 90 % of the values, where an even share is 50 %. It is not one key: ")
    assert sentence.endswith(" has under 1 %. Try another partitioner.")


@pytest.mark.parametrize("options", [{"num_partitions": 1}, {"partitioner": lambda k, n: k % 2, "num_partitions": 2}])
def test_no_hot_task(options):
    assert hot_task(run(pair, range(1000), **options)) is None


def test_few_values_are_never_hot():
    assert hot_task(run(pair, range(99), partitioner=lambda key, n: 0, num_partitions=2)) is None
    assert hot_task(run(pair, range(100), partitioner=lambda key, n: 0, num_partitions=2)) is not None


def test_a_combiner_would_help():
    t = run(lambda n: [(n % 2, 1)], range(1000), chunksize=100)
    assert combiner(t) == (
        "With a combiner 20 records instead of 1,000 would travel to the reduce tasks (98 % fewer), "
        "if the reduce function can work on the values in parts."
    )


def test_a_combiner_helped():
    t = run(lambda n: [(n % 2, 1)], range(1000), chunksize=100, combiner=total)
    assert combiner(t) == "The combiner saved 98 % of the shuffle: 20 records travelled instead of 1,000."


def test_a_combiner_would_not_help():
    assert combiner(run(pair, range(1000))) is None
    assert combiner(run(lambda n: [(0, 1)], range(99))) is None


def test_no_pairs():
    t = run(lambda n: [], range(1000))
    assert no_pairs(t) == "The map function made no pairs from 1,000 inputs, so there was nothing to reduce."
    assert no_pairs(run(lambda n: [], [1])).startswith("The map function made no pairs from 1 input, ")
    assert no_pairs(run(pair, [1])) is None


def test_spills():
    sentence = "Memory ran short 3 times, and data went to disk, which is slower. Try smaller splits or a combiner."
    assert spills(trace(finished("map", 0, spills=2), finished("reduce", 0, spills=1))) == sentence
    assert spills(trace(finished("map", 0, spills=1))).startswith("Memory ran short once, and ")
    assert spills(run(pair, range(9))) is None


def test_memory():
    tasks = [finished("map", 0, memory=3_000_000_000), finished("map", 1, memory=2_400_000_000, worker="worker-2")]
    assert memory(trace(*tasks)).startswith("The workers' processes grew to 5.4 GB together.")
    assert memory(trace(*tasks, executor="threads")) is None  # they share one process
    assert memory(trace(tasks[0])) is None


# Tasks.


@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_few_map_tasks(executor):
    t = run(pair, range(8), chunksize=8, executor=executor, workers=2)
    assert few_map_tasks(t) == (
        "There was 1 map task for 2 workers, so 1 of them had nothing to map. Try a smaller chunksize or, with "
        "text_lines, a smaller split_size."
    )


def test_few_inputs():
    assert few_map_tasks(run(pair, range(2), chunksize=1, executor="threads", workers=5)) == (
        "There were 2 map tasks for 5 workers, so 3 of them had nothing to map. One input is the least that a task can "
        "take, so make the inputs smaller and more."
    )


def test_few_reduce_tasks():
    t = run(pair, range(8), chunksize=1, executor="threads", workers=3, num_partitions=1)
    assert few_reduce_tasks(t) == (
        "There was 1 reduce task for 3 workers, so 2 of them had nothing to reduce. Try a larger num_partitions."
    )
    assert few_map_tasks(t) is None


def test_enough_tasks():
    t = run(pair, range(8), chunksize=4, executor="threads", workers=2)
    assert few_map_tasks(t) is None
    assert few_reduce_tasks(t) is None


def tasks(times, stage="map", records=10):
    """Tasks of these lengths, all started at once."""
    return [finished(stage, n, seconds=s, records_in=records) for n, s in enumerate(times)]


def test_many_tasks():
    assert many_tasks(trace(*tasks([0.0002] * 1000))) == (
        "The 1,000 map tasks took 0.2 ms each (median), less than it costs to hand a task to a worker and take back "
        "what it made. Try a larger chunksize."
    )
    assert many_tasks(trace(*tasks([0.0002] * 32))) is None
    assert many_tasks(trace(*tasks([0.0002] * 33))) is not None
    assert many_tasks(trace(*tasks([0.002] * 1000))) is None
    assert many_tasks(trace(*tasks([0.0002] * 1000), executor="serial")) is None


def test_straggler():
    times = tasks([0.1, 0.1, 0.1, 0.1])
    slow = finished("map", 4, seconds=0.5, records_in=10)
    t = trace(*times, submitted("map", 4, what="big.log"), slow)
    assert straggler(t, "map") == (
        "Map task 4 (big.log) was a straggler: it took 500 ms, where the median is 100 ms, and for 400 ms it was the "
        "only one still running. It had 10 inputs, where the median is 10: it is not the number that made it slow."
    )
    assert straggler(t, "reduce") is None
    assert straggler(trace(*times, slow, num_workers=1), "map") is None


def test_a_straggler_with_more_to_do():
    slow = finished("map", 4, seconds=2.5, records_in=4000)
    assert straggler(trace(*tasks([0.1, 0.2, 0.3, 0.1]), slow, seconds=3.0), "map") == (
        "Map task 4 was a straggler: it took 2.5 s, where the median is 200 ms, and for 2.2 s it was the only one "
        "still running. It had 4,000 inputs, where the median is 10: try smaller splits."
    )


def test_a_straggler_among_reduce_tasks():
    slow = finished("reduce", 3, seconds=0.4, records_in=90)
    sentence = straggler(trace(*tasks([0.1, 0.1, 0.1], "reduce"), slow), "reduce")
    assert sentence.startswith("Reduce task 3 was a straggler: it took 400 ms")
    assert sentence.endswith("It had 90 values, where the median is 10.")


@pytest.mark.parametrize(
    "times",
    [[0.1, 0.1, 0.1, 0.25], [0.1, 0.5], [0.01, 0.01, 0.01, 0.05], [0.1, 0.1, 0.48, 0.5]],
    ids=["not slow", "two tasks", "not noticeable", "not alone"],
)
def test_no_straggler(times):
    assert straggler(trace(*tasks(times)), "map") is None


def test_pickling_dominates():
    t = trace(finished("map", 0, seconds=1.0, pickling=0.5, bytes_out=12_345_678), finished("reduce", 0, seconds=1.0))
    assert pickling(t) is None
    t = trace(
        finished("map", 0, seconds=1.0, pickling=0.6, bytes_out=12_345_678),
        finished("reduce", 0, seconds=1.0, pickling=0.3),
    )
    assert pickling(t) == (
        "Pickling took 45 % of the time that workers were busy (900 ms of 2.0 s): 12 MB travelled from map to "
        "reduce. Send fewer or smaller pairs; a combiner may help."
    )
    assert pickling(trace(finished("map", 0, seconds=0.05, pickling=0.045))) is None


# Speed.


def test_slower_because_of_start_up():
    t = trace(finished("map", 0, at=0.9, seconds=0.1), baseline=0.2)
    assert speed(t) == (
        "2 workers took 1.0 s, one thread alone 200 ms: parallel took 5.0 times as long. The largest cost was starting "
        "the workers: 1.8 s of the workers' 2.0 s."
    )


def test_much_slower():
    t = trace(finished("map", 0, at=0.9, seconds=0.1), baseline=0.0004)
    assert "parallel took 2,500 times as long." in speed(t)


def test_slower_because_of_waiting():
    t = trace(finished("map", 0, seconds=0.3), finished("reduce", 0, at=0.9, seconds=0.1), baseline=0.4)
    assert speed(t).endswith(
        "parallel took 2.5 times as long. The largest cost was waiting for tasks: 1.6 s of the workers' 2.0 s."
    )


def test_slower_because_of_pickling():
    t = trace(
        finished("map", 0, pickling=0.9, seconds=1.0), finished("map", 1, worker="worker-2", seconds=1.0), baseline=0.5
    )
    assert speed(t).endswith("The largest cost was pickling: 900 ms of the workers' 2.0 s.")


@pytest.mark.parametrize(
    ("executor", "what"), [("threads", "the interpreter lock"), ("processes", "a processor or the disk")]
)
def test_slower_because_of_sharing(executor, what):
    both = [finished("map", n, seconds=1.0, cpu=0.4, worker=f"worker-{n + 1}") for n in range(2)]
    t = trace(*both, baseline=0.5, executor=executor)
    assert speed(t).endswith(f"The largest cost was waiting for {what}: 1.2 s of the workers' 2.0 s.")
    assert costs(t) == pytest.approx(
        {"starting the workers": 0, "waiting for tasks": 0, "pickling": 0, f"waiting for {what}": 1.2}, abs=1e-6
    )


def test_faster():
    both = [finished("map", n, seconds=1.0, worker=f"worker-{n + 1}") for n in range(2)]
    assert speed(trace(*both, baseline=1.8)) == (
        "2 workers took 1.0 s, one thread alone 1.8 s: parallel was 1.8 times as fast."
    )
    assert speed(trace(*both, baseline=1.3)).endswith("parallel was 1.3 times as fast.")  # nothing to blame


def test_not_as_fast_as_it_could_be():
    both = [finished("map", n, seconds=1.0, cpu=0.7, worker=f"worker-{n + 1}") for n in range(2)]
    assert speed(trace(*both, baseline=1.3)).endswith(
        "parallel was 1.3 times as fast. The largest cost was waiting for a processor or the disk: 600 ms of the "
        "workers' 2.0 s."
    )
    assert speed(trace(*both, baseline=1.5)).endswith("parallel was 1.5 times as fast.")


def test_neither_faster_nor_slower():
    t = trace(finished("map", 0, at=0.5, seconds=0.5), baseline=1.05)
    assert speed(t).startswith(
        "2 workers took 1.0 s, one thread alone 1.1 s: parallel gained nothing. The largest cost was "
    )


def test_a_real_run_against_its_baseline():
    t = MapReduce(pair, total, 2, executor="threads").run(range(100), baseline=True).trace
    assert speed(t).startswith("2 workers took ")
    assert speed(t) in t.diagnosis()


def test_no_speed_without_a_baseline_or_without_workers():
    assert speed(trace(finished("map", 0))) is None
    assert speed(MapReduce(pair, total, executor="serial").run(range(9), baseline=True).trace) is None


def test_start_up():
    late = finished("map", 0, at=0.55, seconds=0.1)
    assert start_up(trace(late)) == (
        "Starting the workers took 550 ms, 55 % of the job. In a `with` block they stay warm from call to call."
    )
    assert start_up(trace(late, executor="Client")) == "Starting the workers took 550 ms, 55 % of the job."
    assert start_up(trace(late, executor="serial")) is None
    assert start_up(trace(late, seconds=10.0)) is None
    assert start_up(trace(finished("map", 0, at=0.04, seconds=0.01), seconds=0.05)) is None


# Faults.


def test_a_lost_attempt():
    t = trace(submitted("map", 3, what="pool.rst"), failed("map", 3, 0.2, "it was killed by signal SIGKILL"))
    assert lost_attempts(t) == (
        "1 attempt was lost and done again, at map task 3 (pool.rst): it was killed by signal SIGKILL."
    )


def test_lost_attempts():
    t = trace(
        failed("map", 3, 0.2, "another attempt was faster", again=False),
        failed("reduce", 1, 0.3, "Its data was damaged."),
        failed("reduce", 2, 0.4, "it died"),
    )
    assert lost_attempts(t) == "2 attempts were lost and done again, the first at reduce task 1: Its data was damaged."
    assert lost_attempts(trace(finished("map", 0))) is None


def test_a_worker_that_really_died(tmp_path):
    flag = tmp_path / "died"

    def dies_once(number):
        if number == 3 and not flag.exists():
            flag.touch()
            os._exit(7)
        yield number, 1

    sentence = "1 attempt was lost and done again, at map task 3 (3): it ended with exit status 7."
    assert run(dies_once, range(6), 1, "processes", 2).diagnosis()[0] == sentence


def test_backups():
    raced = [
        submitted("map", 0),
        submitted("map", 0, attempt=2, backup=True),
        submitted("map", 1),
        submitted("map", 1, attempt=2, backup=True),
        finished("map", 0, attempt=2),
        finished("map", 1, attempt=1),
    ]
    assert backups(trace(*raced)) == "2 backup tasks were started for slow ones; 1 of them finished first."
    assert backups(trace(*raced[:2])) == "1 backup task was started for slow ones; 0 of them finished first."
    assert backups(trace(raced[0])) is None


def test_skipped_records():
    bad = finished("map", 0, num_skipped=4, skipped=(("'x'", "ValueError: no number.", "cell", 3),))
    one = finished("reduce", 0, num_skipped=1, skipped=(("'y'", "KeyError: 'y'", "cell", 3),))
    assert skipped_records(trace(bad, one)) == (
        "5 bad records were left out, the first of them 'x': ValueError: no number."
    )
    assert skipped_records(trace(one)) == "1 bad record was left out, the first of them 'y': KeyError: 'y'."
    assert skipped_records(trace(finished("map", 0))) is None


# All of them together.


def test_nothing_stands_out():
    some = {"records_out": 20, "groups": 20, "buckets": ((0, 10, 10, 90), (1, 10, 10, 90))}
    t = trace(
        *(finished("map", n, seconds=0.4, worker=f"worker-{n + 1}", **some) for n in range(2)),
        *(finished("reduce", n, at=0.5, seconds=0.5, worker=f"worker-{n + 1}") for n in range(2)),
    )
    assert diagnose(t) == [
        "Nothing stands out: 2 map tasks and 2 reduce tasks took 1.0 s; workers were busy 90 % of the time."
    ]


def test_nothing_stands_out_in_a_small_real_run():
    [sentence] = run(pair, range(20)).diagnosis()
    assert sentence.startswith("Nothing stands out: 2 map tasks and 1 reduce task took ")


def test_the_most_important_comes_first():
    t = trace(
        failed("map", 0, 0.2, "it died"),
        finished("map", 0, at=0.8, records_in=500, records_out=500, groups=5, buckets=((0, 5, 500, 5000),)),
        finished("reduce", 0, at=0.9),
        baseline=0.2,
    )
    few = [few_map_tasks(t), few_reduce_tasks(t)]
    assert diagnose(t) == [lost_attempts(t), speed(t), start_up(t), *few, combiner(t)]
    assert None not in diagnose(t)


def test_a_failed_job_says_why_and_nothing_else():
    def broken(number):
        raise ValueError("I do not like it")

    seen = []
    with pytest.raises(MrkitError):
        MapReduce(broken, total, 2, executor="threads", hooks=[seen.append]).run([1], 1)
    [sentence] = Trace(seen).diagnosis()
    assert sentence.startswith("The job failed: ")
    assert "I do not like it" in sentence
    lost = trace(failed("map", 0, 0.1, "it died"), failed("map", 0, 0.2, "it died", again=False), error="It died.")
    assert diagnose(lost)[0] == "The job failed: It died."
    assert diagnose(lost)[1].startswith("1 attempt was lost")


def test_a_job_that_could_not_start():
    begun = JobStarted(START, "n", "processes", "spawn", 2, 3)
    assert diagnose(Trace([begun, JobFinished(START, 0, "It cannot travel.")])) == ["The job failed: It cannot travel."]
    assert len(diagnose(Trace([begun]))) == 1


def test_a_job_without_inputs():
    assert run(pair, []).diagnosis() == ["The job had no inputs, so there is nothing to say about its run."]


@given(any_trace)
def test_every_trace_has_a_diagnosis(t):
    sentences = diagnose(t)
    assert sentences
    assert all(isinstance(sentence, str) and sentence for sentence in sentences)
    for finding in FINDINGS if t.tasks("map") else ():
        assert finding(t) is None or isinstance(finding(t), str)


def test_a_run_in_no_time_at_all():
    t = trace(finished("map", 0, at=0.5, seconds=0.0), seconds=0.0, baseline=1.0)
    assert start_up(t)  # a trace from elsewhere may hold such times; it must not divide by them
    assert diagnose(t)
