"""A job that meets faults ends as if nothing had happened, or says in one sentence why it cannot."""

import os
import time
from collections import Counter

import pytest

from mrkit import MapReduce, counter, faults
from mrkit.errors import BadArgument, DamagedBucket, TaskTimeout, TooManySkipped, UserFunctionError, WorkerDied

LINES = [f"a{i % 7} b{i % 3} c" for i in range(60)]
WANTED = Counter(word for line in LINES for word in line.split())


def words(line):
    counter("lines")
    for word in line.split():
        yield word, 1


def total(item):
    word, ones = item
    return word, sum(ones)


def check(run):
    assert dict(run.results) == WANTED
    assert run.counters == {"lines": 60}
    assert run.trace.num_pairs == 180


@pytest.fixture(params=["serial", "threads", "processes"])
def executor(request):
    return request.param


@pytest.mark.parametrize(
    "plan",
    [
        [faults.kill("map", 0)],
        [faults.kill("reduce", 1)],
        [faults.lose(1)],
        [faults.kill("map", 2), faults.kill("map", 2, attempt=2), faults.lose(0), faults.kill("reduce", 0)],
    ],
    ids=["kill map", "kill reduce", "lose", "all"],
)
def test_results_and_counters_are_as_if_nothing_had_happened(executor, plan):
    run = MapReduce(words, total, 2, num_partitions=2, executor=executor, faults=plan).run(LINES, 15)
    check(run)
    failed = [(span.stage, span.task, span.attempt) for span in run.trace.spans if not span.ok]
    for fault in plan:
        if fault.kind == "kill":
            assert (fault.stage, fault.task, fault.attempt) in failed


def test_the_order_of_results_survives_too(executor):
    calm = MapReduce(words, total, 2, num_partitions=3, executor="serial")(LINES, 6)
    plan = [faults.kill("map", 3), faults.lose(4), faults.kill("reduce", 2)]
    assert MapReduce(words, total, 2, num_partitions=3, executor=executor, faults=plan)(LINES, 6) == calm


def numbered(item):
    number, line = item
    for word in line.split():
        yield (word, -number), len(line)


def newest_first(item):
    word, pairs = item
    for (_, number), length in pairs:
        yield word, -number, length


@pytest.mark.parametrize(
    "plan",
    [
        [faults.kill("map", 1), faults.kill("reduce", 0)],
        [faults.lose(0), faults.lose(2)],
        [faults.kill("reduce", 1), faults.kill("reduce", 1, attempt=2), faults.lose(1)],
    ],
    ids=["kill", "lose", "both"],
)
def test_groups_of_ordered_keys_survive_too(executor, plan):
    options = {"num_partitions": 2, "group_by": lambda key: key[0]}
    inputs = list(enumerate(LINES))
    calm = MapReduce(numbered, newest_first, 2, executor="serial", **options)(inputs, 15)
    run = MapReduce(numbered, newest_first, 2, executor=executor, faults=plan, memory_limit="1", **options).run(
        inputs, 15
    )
    assert run.results == calm
    assert run.trace.num_results == 180
    assert any(not span.ok for span in run.trace.spans)


def test_a_bad_record_and_a_bad_group_are_left_out_with_group_by(executor):
    def strict(item):
        if item[0] == 7:
            raise ValueError("no 7, please")
        yield from numbered(item)

    def picky(item):
        for word, number, length in newest_first(item):
            if word == "b1" and number < 30:
                raise KeyError(word)
            yield word, number, length

    options = {"num_partitions": 2, "group_by": lambda key: key[0], "on_error": "skip"}
    inputs = list(enumerate(LINES))
    run = MapReduce(strict, picky, 2, executor=executor, **options).run(inputs, 15)
    assert {(skip.given, skip.error) for skip in run.skipped} == {
        ("(7, 'a0 b1 c')", "ValueError: no 7, please"),
        ("'b1'", "KeyError: 'b1'"),
    }
    kept = [(number, line) for number, line in inputs if number != 7]
    wanted = {(word, number, len(line)) for number, line in kept for word in line.split() if word != "b1"}
    assert set(run.results) == wanted, "a group counts with all its results or none"
    assert len(run.results) == len(wanted)


def test_lost_data_of_a_stream_is_made_again(executor):
    job = MapReduce(words, total, 2, num_partitions=2, executor=executor, faults=[faults.lose(1)])
    if executor == "processes":
        check(job.run(iter(LINES), 15))
    else:
        with pytest.raises(DamagedBucket, match="stream"):
            job.run(iter(LINES), 15)


def test_a_task_that_kills_every_worker_is_named():
    with pytest.raises(WorkerDied, match=r"died 3 times at map task 1 \('deadly'\): it ended with exit status 7"):
        MapReduce(lambda word: os._exit(7) if word == "deadly" else [(word, 1)], total, 2)(["a", "deadly", "b"], 1)


def test_max_attempts_is_kept(executor):
    plan = [faults.kill("map", 0, attempt) for attempt in (1, 2)]
    with pytest.raises(WorkerDied, match="2 times at map task 0"):
        MapReduce(words, total, 2, executor=executor, faults=plan, max_attempts=2)(LINES)
    check(MapReduce(words, total, 2, executor=executor, faults=plan, max_attempts=3).run(LINES))


def test_a_task_that_hangs_is_ended_and_tried_again():
    run = MapReduce(words, total, 2, faults=[faults.slow("map", 1, 600)], task_timeout=3).run(LINES, 15)
    check(run)
    assert [span.error for span in run.trace.spans if not span.ok] == ["it took longer than 3 s"]


def test_a_task_that_always_hangs_is_an_error():
    job = MapReduce(lambda word: time.sleep(600), total, 1, task_timeout=1, max_attempts=2)
    with pytest.raises(TaskTimeout, match=r"Map task 0 \('a'\) was tried 2 times"):
        job(["a"])


def test_a_straggler_gets_a_backup():
    run = MapReduce(words, total, 2, faults=[faults.slow("map", 3, 600)], speculative=True).run(LINES, 15)
    check(run)
    (lost,) = [span for span in run.trace.spans if not span.ok]
    assert (lost.task, lost.error) == (3, "another attempt was faster")
    assert [span.attempt for span in run.trace.spans if span.task == 3 and span.ok and span.stage == "map"] == [2]


def test_bad_records_are_skipped_counted_and_listed(executor):
    def strict(line):
        if line.startswith("a3"):
            raise ValueError("no a3, please")
        return words(line)

    run = MapReduce(strict, total, 2, executor=executor, on_error="skip").run(LINES, 15)
    good = [line for line in LINES if not line.startswith("a3")]
    assert dict(run.results) == Counter(word for line in good for word in line.split())
    assert len(run.skipped) == len(LINES) - len(good)
    assert run.skipped[0].given == repr(LINES[3])
    assert run.skipped[0].error == "ValueError: no a3, please"
    assert "test_faults.py" in run.skipped[0].place


def test_a_record_counts_with_all_its_pairs_or_none(executor):
    def half(line):
        yield "good", 1
        if line == LINES[5]:
            yield ["bad"], 1

    run = MapReduce(half, total, 2, executor=executor, on_error="skip").run(LINES, 15)
    assert run.results == [("good", len(LINES) - LINES.count(LINES[5]))]


def test_groups_can_be_skipped_too(executor):
    def picky(item):
        if item[0] == "c":
            raise KeyError("c")
        return total(item)

    run = MapReduce(words, picky, 2, executor=executor, on_error="skip").run(LINES)
    assert "c" not in dict(run.results)
    assert [(skip.given, skip.error) for skip in run.skipped] == [("'c'", "KeyError: 'c'")]


@pytest.mark.parametrize("chunksize", [1, 60])
def test_a_job_that_skips_everything_stops(executor, chunksize):
    job = MapReduce(lambda line: 1 / 0, total, 2, executor=executor, on_error="skip", max_skipped=10)
    with pytest.raises(TooManySkipped, match=r"More records failed than max_skipped allows.*division by zero"):
        job(LINES, chunksize)


def test_a_planned_failure_is_an_ordinary_one(executor):
    job = MapReduce(words, total, 2, executor=executor, faults=[faults.fail(task=1, record=2)])
    with pytest.raises(UserFunctionError, match="Record 2 fails, as planned") as caught:
        job(LINES, 15)
    assert repr(LINES[17]) in str(caught.value)


def test_the_same_seed_gives_the_same_story():
    def story(seed):
        plan = faults.random_faults(seed, map_tasks=4, reduce_tasks=2, seconds=0.01)
        job = MapReduce(words, total, 2, num_partitions=2, executor="serial", faults=plan, max_attempts=9)
        run = job.run(LINES, 15)
        check(run)
        return [(span.stage, span.task, span.attempt, span.ok) for span in run.trace.spans]

    assert story(5) == story(5)
    assert len({str(faults.random_faults(seed, 4, 2)) for seed in range(20)}) > 10


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"faults": ["kill"]}, "faults must be a list made with mrkit.faults"),
        ({"faults": 3}, "faults must be a list made with mrkit.faults"),
        ({"on_error": "ignore"}, "on_error must be 'raise' or 'skip'"),
        ({"task_timeout": 0}, "task_timeout must be a number of seconds above 0"),
        ({"task_timeout": 5, "executor": "threads"}, "task_timeout needs executor='processes'"),
        ({"max_skipped": -1}, "max_skipped must be a whole number"),
    ],
)
def test_bad_arguments(arguments, sentence):
    with pytest.raises(BadArgument, match=sentence):
        MapReduce(words, total, **arguments)


def test_a_worker_killed_by_hand_costs_only_its_task():
    def slowly(line):
        time.sleep(0.02)
        yield from words(line)

    job = MapReduce(slowly, total, 2)
    running = job.start(LINES, 15)
    killed = None
    while killed is None and not running.done():
        time.sleep(0.01)
        killed = job.kill_worker()
    run = running.result(60)
    check(run)
    (lost,) = [span for span in run.trace.spans if not span.ok]
    assert (lost.worker, lost.error) == (killed, "it was killed by signal SIGKILL")


def test_only_processes_can_be_killed():
    with pytest.raises(BadArgument, match="Only executor='processes' has workers that can be killed"):
        MapReduce(words, total, executor="threads").kill_worker()
