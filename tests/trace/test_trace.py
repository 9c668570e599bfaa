"""The numbers of a trace agree with plain Python, and a stored trace is the same trace."""

from __future__ import annotations

import json
import math
import os
import pickle
import re
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_events import KINDS, START, any_event, any_trace, failed, finished, started, submitted, trace

from mrkit import MapReduce, Trace, counter, hash_partitioner, text_lines
from mrkit.errors import BadArgument, UserFunctionError
from mrkit.events import JobFinished, JobStarted, ReducePlanned
from mrkit.trace import LARGEST, Quantiles

LINES = ["the cat sat on the mat", "the dog", "", "a cat and a dog", "the end", "dog dog dog dog"]
EXECUTORS = ["serial", "threads", "processes"]


def words(line):
    for word in line.split():
        counter("words")
        yield word, 1
    print("read", line)


def total(item):
    word, ones = item
    counter("groups")
    return word, sum(ones)


def count(lines=LINES, executor="serial", chunksize=2, **options):
    return MapReduce(words, total, 2, executor=executor, **options).run(lines, chunksize)


# The numbers.


@pytest.mark.parametrize("executor", EXECUTORS)
def test_the_numbers_agree_with_plain_python(executor):
    t = count(executor=executor, num_partitions=3).trace
    splits = [LINES[0:2], LINES[2:4], LINES[4:6]]
    counts = Counter(word for line in LINES for word in line.split())
    groups = [{word for line in split for word in line.split()} for split in splits]
    matrix = [
        [sum(hash_partitioner(w, 3) == r for line in split for w in line.split()) for r in range(3)] for split in splits
    ]
    owners = [[word for word in counts if hash_partitioner(word, 3) == r] for r in range(3)]
    assert t.matrix == matrix
    assert (t.num_inputs, t.num_pairs, t.num_shuffled) == (6, counts.total(), counts.total())
    assert t.num_combined == sum(map(len, groups))
    assert t.num_groups == t.num_results == len(counts)
    assert [task.groups for task in t.tasks("map")] == list(map(len, groups))
    assert [(load.groups, load.records) for load in t.partitions] == [
        (len(w), sum(counts[x] for x in w)) for w in owners
    ]
    assert t.partition_sizes == Quantiles.of(sum(counts[word] for word in owner) for owner in owners)
    assert dict(t.largest_keys) == {repr(word): number for word, number in counts.items()}
    assert t.largest_keys[0] == ("'dog'", 6)
    assert t.group_sizes == Counter(counts.values())
    assert t.counters == {"groups": len(counts), "words": counts.total()}
    assert t.ranges == ((0, 1), (1, 2), (2, 3))
    assert "".join(output.text for output in sorted(t.output, key=lambda o: o.task)) == "".join(
        f"read {line}\n" for line in LINES
    )
    assert (t.error, t.baseline, t.speedup, t.failures, t.num_skipped, t.skipped) == (None, None, None, [], 0, [])


@pytest.mark.parametrize("executor", EXECUTORS)
def test_bytes_add_up(executor):
    t = count(executor=executor, num_partitions=3).trace
    assert sum(map(sum, t.matrix_bytes)) == t.shuffled_bytes == sum(load.bytes for load in t.partitions) > 0
    assert [sum(column) for column in zip(*t.matrix_bytes, strict=True)] == [load.bytes for load in t.partitions]
    assert t.result_bytes > 0
    assert t.input_bytes == 0  # a list does not know its bytes


def test_the_bytes_of_files_are_known(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"the dog\n" * 10)
    t = MapReduce(words, total, executor="serial").run(text_lines(tmp_path, split_size=30)).trace
    assert t.input_bytes == 80
    assert t.spans[0].what.startswith("a.txt[")


@pytest.mark.parametrize("executor", EXECUTORS)
def test_spans_cover_every_task_once(executor):
    run = count(executor=executor, num_partitions=3)
    t = run.trace
    assert sorted((s.stage, s.task, s.attempt) for s in t.spans) == [
        (stage, n, 1) for stage in ("map", "reduce") for n in range(3)
    ]
    assert {s.task: s.what for s in t.spans if s.stage == "map"} == {
        0: "inputs 1 to 2",
        1: "inputs 3 to 4",
        2: "inputs 5 to 6",
    }
    assert {s.what for s in t.spans if s.stage == "reduce"} == {"partition 0", "partition 1", "partition 2"}
    for span in t.spans:
        assert 0 <= span.submitted <= span.started <= span.finished <= t.seconds
        assert span.waiting >= 0
        assert (span.ok, span.error, span.backup) == (True, "", False)
    map_start, map_end = t.stage_times("map")
    reduce_start, reduce_end = t.stage_times("reduce")
    assert t.start_up == map_start <= map_end <= reduce_start <= reduce_end
    assert set(t.workers) == {span.worker for span in t.spans} == set(t.memory)
    assert len(t.workers) <= t.job.num_workers == (1 if executor == "serial" else 2)
    assert t.peak_memory > 1_000_000
    assert t.time_use.total == pytest.approx(t.seconds * t.job.num_workers)
    assert min(t.time_use) >= 0
    assert t.cpu >= 0
    assert t.task_times("map").most == max(s.seconds for s in t.spans if s.stage == "map")


@pytest.mark.parametrize("executor", EXECUTORS)
def test_the_rows_of_a_timeline_do_not_overlap(executor):
    t = count(LINES * 5, executor=executor, chunksize=1).trace
    assert [worker for worker, _ in t.rows] == t.workers
    assert sorted(span for _, row in t.rows for span in row) == sorted(t.spans)
    for _, row in t.rows:
        assert all(before.finished <= after.started for before, after in pairwise(row))


@given(any_trace)
def test_rows_never_overlap_and_lose_nothing(t):
    assert sorted(span for _, row in t.rows for span in row) == sorted(t.spans)
    for worker, row in t.rows:
        assert {span.worker for span in row} == {worker}
        assert all(before.finished <= after.started for before, after in pairwise(row))


def test_a_worker_of_many_threads_gets_a_row_for_each_task_at_a_time():
    t = trace(*(finished("map", n, at=at, seconds=0.25) for n, at in enumerate([0.0, 0.125, 0.25, 0.3125])))
    assert [(worker, [span.task for span in row]) for worker, row in t.rows] == [
        ("worker-1", [0, 2]),
        ("worker-1", [1]),
        ("worker-1", [3]),
    ]


def test_a_combiner_shrinks_the_shuffle_and_not_the_pairs():
    t = count(combiner=total, num_partitions=2).trace
    assert t.num_pairs == 19
    assert t.num_shuffled == t.num_combined == sum(map(sum, t.matrix)) < 19


def test_joined_partitions_keep_every_value():
    t = count(LINES * 3, executor="threads").trace
    assert len(t.ranges) == len(t.partitions) == 2
    assert sum(map(sum, t.matrix)) == t.num_pairs
    assert [sum(column) for column in zip(*t.matrix, strict=True)] == [load.records for load in t.partitions]


def test_the_baseline_is_not_part_of_the_job():
    run = MapReduce(words, total, executor="serial").run(LINES, baseline=True)
    t = run.trace
    assert t.baseline > 0
    assert t.speedup == t.baseline / t.seconds
    assert trace(seconds=2.0, baseline=6.0).speedup == pytest.approx(3.0)
    assert trace(seconds=2.0, baseline=6.0).seconds == pytest.approx(2.0)


def test_the_start_up_ends_when_a_worker_is_seen_at_a_task_also_if_that_failed():
    late = finished("map", 1, at=0.5, seconds=0.2)
    lost = failed("map", 0, 0.3, "it died")
    assert trace(lost, late).start_up == pytest.approx(0.5), "nobody saw when it started"
    assert trace(started("map", 0, 0.2, "worker-1"), lost, late).start_up == pytest.approx(0.2)


def test_start_up_and_time_use():
    t = trace(
        finished("map", 0, at=0.4, seconds=0.2, pickling=0.05, cpu=0.1),
        finished("map", 1, at=0.5, seconds=0.3, pickling=0.05, cpu=0.2, worker="worker-2"),
        finished("reduce", 0, at=0.8, seconds=0.2, pickling=0.1, cpu=0.1),
        seconds=1.0,
    )
    assert t.start_up == pytest.approx(0.4)
    assert tuple(t.time_use) == pytest.approx((0.4, 0.1, 0.2, 1.3))
    assert t.cpu == pytest.approx(0.4)
    assert t.workers == ["worker-1", "worker-2"]


# Attempts.


def test_a_worker_that_died_leaves_a_span(tmp_path):
    flag = tmp_path / "died"

    def dies_once(number):
        counter("seen")
        if number == 3 and not flag.exists():
            flag.touch()
            os._exit(7)
        yield number, 1

    run = MapReduce(dies_once, total, 2, num_partitions=1).run(range(6), chunksize=1)
    t = run.trace
    assert sorted(run.results) == [(n, 1) for n in range(6)]
    assert [(s.stage, s.task, s.attempt, s.what, s.ok) for s in t.failures] == [("map", 3, 1, "3", False)]
    assert "exit status 7" in t.failures[0].error
    assert t.failures[0].submitted <= t.failures[0].started <= t.failures[0].finished
    assert [s.attempt for s in t.spans if s.ok and (s.stage, s.task) == ("map", 3)] == [2]
    assert t.counters["seen"] == 6
    assert len(t.tasks("map")) == 6
    assert t.failures[0] in [span for _, row in t.rows for span in row]


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_job_that_failed_has_a_trace(executor):
    def broken(number):
        if number == 2:
            raise ValueError("I do not like 2")
        yield number, 1

    seen = []
    with pytest.raises(UserFunctionError):
        MapReduce(broken, total, 2, executor=executor, hooks=[seen.append]).run(range(4), chunksize=1)
    t = Trace(seen)
    assert "I do not like 2" in t.error
    assert [(s.stage, s.task, s.what) for s in t.failures] == [("map", 2, "2")]
    assert (t.num_groups, t.matrix, t.ranges) == (0, [[]] * len(t.tasks("map")), ())
    assert t.num_shuffled == t.num_pairs == len(t.tasks("map"))
    assert Trace.from_json(t.to_json()) == t


def test_a_failed_attempt_starts_when_its_worker_was_seen_at_it():
    t = trace(
        submitted("map", 0),
        started("map", 0, at=0.3, worker="worker-2"),
        started("map", 0, at=0.4, worker="worker-2"),
        failed("map", 0, at=0.5, error="it died"),
    )
    [span] = t.spans
    assert (span.worker, span.ok, span.error) == ("worker-2", False, "it died")
    assert (span.submitted, span.started, span.finished) == pytest.approx((0.0, 0.3, 0.5))


def test_a_failed_attempt_starts_after_the_task_before_it():
    t = trace(finished("map", 0, at=0.1, seconds=0.2), failed("map", 1, at=0.5, error="it failed", worker="worker-1"))
    assert t.failures[0].started == pytest.approx(0.3)


def test_a_failed_attempt_of_which_nothing_is_known_starts_when_it_was_submitted():
    t = trace(failed("map", 1, at=0.5, error="it died", sent=0.2))
    assert (t.failures[0].worker, t.failures[0].started) == ("", pytest.approx(0.2))
    assert t.rows == [("", t.failures)]


def test_a_task_that_was_done_twice_counts_once():
    t = trace(
        finished("map", 0, records_out=5, groups=2, buckets=((0, 2, 5, 50),), counters=(("c", 1),)),
        ReducePlanned(START, ((0, 1),)),
        finished("map", 0, at=0.5, attempt=2, records_out=5, groups=2, buckets=((0, 2, 5, 50),), counters=(("c", 1),)),
    )
    assert [task.attempt for task in t.tasks("map")] == [2]
    assert (t.num_pairs, t.num_shuffled, t.matrix, t.counters) == (5, 5, [[5]], {"c": 1})
    assert len(t.spans) == 2


def test_backups_and_skipped_records():
    t = trace(
        submitted("map", 0, what="a.txt"),
        submitted("map", 0, attempt=2, what="a.txt", backup=True),
        finished("map", 0, attempt=2, num_skipped=3, skipped=(("'x'", "ValueError: x", "f.py", 7),)),
        failed("map", 0, at=0.2, error="another attempt was faster", again=False),
    )
    assert [(s.what, s.attempt, s.backup, s.ok) for s in t.spans] == [
        ("a.txt", 2, True, True),
        ("a.txt", 1, False, False),
    ]
    assert t.num_skipped == 3
    assert t.skipped == [("'x'", "ValueError: x", "f.py", 7)]


def test_a_job_without_inputs_has_a_trace():
    t = count([]).trace
    assert (t.num_inputs, t.num_pairs, t.num_shuffled, t.matrix, t.start_up) == (0, 0, 0, [], 0.0)
    assert t.stage_times("map") == (0.0, 0.0)
    with pytest.raises(BadArgument, match="nothing to measure"):
        t.task_times("map")


def test_events_without_a_job_are_no_run():
    with pytest.raises(BadArgument, match="JobStarted"):
        Trace([]).job  # noqa: B018


# Quantiles.


def test_quantiles():
    assert Quantiles.of([7]) == (7, 7, 7, 7, 7)
    assert Quantiles.of(range(1, 6)) == (1, 2, 3, 4, 5)
    assert Quantiles.of([1, 1, 4]).skew == 4
    assert Quantiles.of([0, 0]).skew == 1
    assert Quantiles.of([0, 0, 5]).skew == math.inf


# JSON.


@given(any_trace)
def test_a_stored_trace_is_the_same_trace_or_refused(t):
    try:
        again = Trace.from_json(t.to_json())
    except BadArgument:  # it is impossible
        return
    assert again == t
    assert again.to_json() == t.to_json()


@pytest.mark.parametrize("executor", EXECUTORS)
def test_the_trace_of_a_real_run_is_stored_exactly(executor, tmp_path):
    t = MapReduce(words, total, 2, executor=executor).run(LINES, baseline=True).trace
    t.to_json(tmp_path / "trace.json")
    for again in (Trace.from_json(tmp_path / "trace.json"), Trace.from_json(str(tmp_path / "trace.json"))):
        assert again == t
        assert again.spans == t.spans
        assert again.counters == t.counters
    assert pickle.loads(pickle.dumps(t)) == t


@given(any_trace)
def test_every_number_of_every_trace_can_be_asked_for(t):
    for name in dir(Trace):
        if not name.startswith("_") and not callable(getattr(Trace, name)):
            try:
                getattr(t, name)
            except BadArgument:
                assert name == "partition_sizes"
                assert not t.tasks("reduce")
    assert repr(t).startswith("<Reckoned trace of " if t.reckoned else "<Trace of ")


@given(st.binary())
def test_no_bytes_are_a_trace(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "trace.json"
    path.write_bytes(content)
    with pytest.raises(BadArgument):
        Trace.from_json(path)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["mrkit_trace", "events", "more"]), anything | st.just(1)))
def test_no_other_json_is_a_trace(stored):
    with pytest.raises(BadArgument):
        Trace.from_json(json.dumps(stored))


@given(st.data(), st.sampled_from(KINDS))
def test_a_field_of_another_type_is_refused(data, kind):
    rows = stored_rows(data.draw(any_event(JobStarted)), data.draw(any_event(kind)))
    name = data.draw(st.sampled_from(sorted(rows[1])))
    rows[1][name] = data.draw(
        st.sampled_from([{}, [{}], [[[]]], 10**400, -LARGEST * 2, float("nan"), float("inf"), {"a": 1}, [1, [2]]])
    )
    with pytest.raises(BadArgument):
        Trace.from_json(as_stored(rows))


@given(st.data(), st.sampled_from(KINDS))
def test_other_fields_are_refused(data, kind):
    rows = stored_rows(data.draw(any_event(JobStarted)), data.draw(any_event(kind)))
    if data.draw(st.booleans()):
        rows[1]["more"] = 1
    else:
        del rows[1][data.draw(st.sampled_from(sorted(rows[1])))]
    with pytest.raises(BadArgument):
        Trace.from_json(as_stored(rows))


def stored_rows(*made):
    return json.loads(Trace(made).to_json())["events"]


def as_stored(rows, version=1):
    return json.dumps({"mrkit_trace": version, "events": rows})


START_ROW = {
    "event": "JobStarted",
    "time": 0.0,
    "name": "n",
    "executor": "serial",
    "start_method": None,
    "num_workers": 1,
    "num_splits": None,
}


def test_the_rows_that_the_refusals_are_made_of_are_accepted():
    assert Trace.from_json(as_stored([START_ROW])).job == JobStarted(0.0, "n", "serial", None, 1, None)


DEEP = '{"mrkit_trace": 1, "events": ' + "[" * 200_000
REFUSED = {
    "another version": as_stored([START_ROW], version=2),
    "an empty one": "{}",
    "no events": as_stored([]),
    "no start": as_stored([{"event": "BaselineMeasured", "time": 0.0, "seconds": 1.0}]),
    "a late start": as_stored([{"event": "BaselineMeasured", "time": 0.0, "seconds": 1.0}, START_ROW]),
    "unknown event": as_stored([START_ROW | {"event": "Event"}]),
    "event of no name": as_stored([START_ROW | {"event": ["JobStarted"]}]),
    "event that is code": as_stored([START_ROW | {"event": "__import__('os').getcwd"}]),
    "a yes for a number": as_stored([START_ROW | {"num_workers": True}]),
    "a text for a time": as_stored([START_ROW | {"time": "now"}]),
    "a fraction for a count": as_stored([START_ROW | {"num_workers": 1.5}]),
    "too deep": DEEP,
    "too deep and closed": DEEP + "]" * 200_000 + "}",
    "a huge number": as_stored([START_ROW]).replace('"num_workers": 1', '"num_workers": ' + "9" * 10_000),
    "cut off": as_stored([START_ROW])[:-3],
    "an attack on dictionaries": as_stored({"event": "JobStarted"}),
    "a list": "[]",
    "a text of no file": "no such trace",
    "an empty text": "",
    "a name that no file can have": "\0",
    "a very long name": "x" * 100_000,
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_is_refused(text):
    with pytest.raises(BadArgument) as caught:
        Trace.from_json(text)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("source", [None, 7, b"{}", ["{}"]])
def test_what_cannot_hold_a_trace_is_refused(source):
    with pytest.raises(BadArgument):
        Trace.from_json(source)


def test_a_directory_and_a_pickle_are_refused(tmp_path):
    with pytest.raises(BadArgument, match="no trace to read"):
        Trace.from_json(tmp_path)
    (tmp_path / "trace").write_bytes(pickle.dumps(count().trace))
    with pytest.raises(BadArgument):
        Trace.from_json(tmp_path / "trace")


def test_the_number_of_a_range_is_never_counted_up_to():
    t = trace(
        finished("map", 0, buckets=((5, 1, 3, 30), (10**12, 1, 4, 40))),
        ReducePlanned(START, ((0, 10), (10, 10**15))),
    )
    assert t.matrix == [[3, 4]]


def test_a_trace_ends_with_its_job():
    assert isinstance(count().trace.events[-1], JobFinished)


BEGIN = '{"event": "JobStarted", "time": 1.0, "name": "a", "executor": "x", "start_method": null, '
BEGIN += '"num_workers": 2, "num_splits": null}'
SENT = '{"event": "TaskSubmitted", "time": 1.0, "stage": "map", "task": 0, "attempt": 1, "what": "", "backup": false}'


def stored(*rows):
    return '{"mrkit_trace": 1, "events": [' + ", ".join(rows) + "]}"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([BEGIN.replace("2,", "-2,")], "num_workers cannot be -2"),
        ([BEGIN.replace("2,", "4611686018427387904,")], "num_workers cannot be 4611686018427387904"),
        ([BEGIN.replace("1.0", "-1.0")], r"time cannot be -1\.0"),
        ([BEGIN.replace("1.0", "1e300")], "the number 1e\\+300 is too large"),
        ([BEGIN.replace("1.0", "NaN")], "the number nan is too large"),
        ([BEGIN, SENT.replace("map", "shuffle")], "there is no stage 'shuffle'"),
        ([BEGIN, SENT.replace("0,", "99999999999,")], "task cannot be 99999999999"),
        ([BEGIN, '{"event": "SlowMotion", "time": 1.0, "factor": 0}'], "factor cannot be 0"),
        (
            [BEGIN, '{"event": "ReducePlanned", "time": 1.0, "ranges": [[2, 1]]}'],
            "ranges of partitions are not in order",
        ),
        (
            [BEGIN, '{"event": "ReducePlanned", "time": 1.0, "ranges": [[-1, 1]]}'],
            "ranges of partitions are not in order",
        ),
        (
            [
                BEGIN,
                '{"event": "TaskStarted", "time": 1.0, "stage": "map", "task": 0, "attempt": 1, "worker": "w"}',
            ],
            "map task 0 was never submitted",
        ),
    ],
)
def test_a_stored_trace_with_impossible_numbers_or_stages_is_refused(rows, sentence):
    with pytest.raises(BadArgument, match=f"This is not a trace that mrkit wrote.*{sentence}"):
        Trace.from_json(stored(*rows))
    assert Trace.from_json(stored(BEGIN, SENT))


def test_a_stored_task_that_ends_before_it_begins_is_refused():
    text = MapReduce(words, total, executor="serial").run(LINES).trace.to_json()
    assert Trace.from_json(text)
    backwards = re.sub(r'"finished": [0-9.]+', '"finished": 1.0', text)
    with pytest.raises(BadArgument, match="cannot end before it begins"):
        Trace.from_json(backwards)
