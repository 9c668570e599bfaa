"""What `to_chrome` writes obeys the Trace Event Format, so that Perfetto and chrome://tracing open it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from made_events import any_trace, failed, finished, started, submitted, trace

from mrkit import MapReduce, Trace
from mrkit.errors import MrkitError
from mrkit.trace.chrome import chrome_trace

NEEDS = {  # fields that a phase must have, with their types
    "X": {"ts": int | float, "dur": int | float},
    "B": {"ts": int | float},
    "E": {"ts": int | float},
    "b": {"ts": int | float, "id": int | str, "cat": str},
    "e": {"ts": int | float, "id": int | str, "cat": str},
    "i": {"ts": int | float, "s": str},
    "C": {"ts": int | float, "args": dict},
    "M": {"args": dict},
}
METADATA = {
    "process_name": {"name": str},
    "process_labels": {"labels": str},
    "process_sort_index": {"sort_index": int},
    "thread_name": {"name": str},
    "thread_sort_index": {"sort_index": int},
}


def violations(document) -> list[str]:
    """Where a document breaks the rules of the format."""
    broken = []
    if not isinstance(document, dict) or not isinstance(document.get("traceEvents"), list):
        return ["not an object with a list of traceEvents"]
    if document.get("displayTimeUnit", "ms") not in ("ms", "ns"):
        broken.append("displayTimeUnit")
    json.dumps(document, allow_nan=False)
    for event in document["traceEvents"]:
        broken += _broken_fields(event)
    return broken or [*_unbalanced(document["traceEvents"]), *_overlapping(document["traceEvents"])]


def _broken_fields(event):
    needs = {"name": str, "pid": int, "tid": int} | NEEDS.get(event.get("ph"), {"ph": type(None)})
    for name, kind in needs.items():
        if not isinstance(event.get(name), kind) or isinstance(event.get(name), bool):
            yield f"{name} of {event}"
            return
    for name, kind in {"args": dict, "cat": str, "cname": str}.items():
        if name in event and not isinstance(event[name], kind):
            yield f"{name} of {event}"
    if event["ph"] == "X" and event["dur"] < 0:
        yield f"dur of {event}"
    if event["ph"] == "i" and event["s"] not in ("g", "p", "t"):
        yield f"scope of {event}"
    if event["ph"] == "C" and not all(type(value) in (int, float) for value in event["args"].values()):
        yield f"values of {event}"
    if event["ph"] == "M" and {k: type(v) for k, v in event["args"].items()} != METADATA.get(event["name"]):
        yield f"metadata {event}"


def _unbalanced(events):
    depth: Counter = Counter()
    for event in sorted((e for e in events if e["ph"] in "BEbe"), key=lambda e: e["ts"]):
        track = (event["pid"], event.get("cat"), event["id"]) if event["ph"] in "be" else (event["pid"], event["tid"])
        depth[track] += 1 if event["ph"] in "Bb" else -1
        if depth[track] < 0:
            yield f"an end without a beginning: {event}"
    yield from (f"a beginning without an end on {track}" for track, open_ in depth.items() if open_ > 0)


def _overlapping(events):
    """Complete events of one thread must nest."""
    threads = defaultdict(list)
    for event in events:
        if event["ph"] == "X":
            threads[event["pid"], event["tid"]].append(event)
    for own in threads.values():
        around: list[float] = []  # ends of the events that we are in
        for event in sorted(own, key=lambda e: (e["ts"], -e["dur"])):
            while around and around[-1] <= event["ts"]:
                around.pop()
            end = event["ts"] + event["dur"]
            if around and end > around[-1]:
                yield f"it overlaps another: {event}"
            around.append(end)


BAR = {"ph": "X", "name": "a", "pid": 1, "tid": 1, "ts": 0, "dur": 10}


@pytest.mark.parametrize(
    "events",
    [
        [BAR | {"dur": -1}],
        [BAR | {"tid": "worker-1"}],
        [BAR | {"ts": None}],
        [{key: BAR[key] for key in BAR if key != "dur"}],
        [BAR, BAR | {"ts": 5}],
        [BAR | {"ph": "?"}],
        [BAR | {"ph": "B"}],
        [BAR | {"ph": "E"}],
        [BAR | {"ph": "b", "cat": "c", "id": 1}, BAR | {"ph": "e", "cat": "c", "id": 2}],
        [BAR | {"ph": "i", "s": "x"}],
        [BAR | {"ph": "C", "args": {"tasks": "many"}}],
        [BAR | {"ph": "M", "name": "thread_name", "args": {}}],
        [BAR | {"args": 1}],
    ],
)
def test_the_checker_finds_what_is_wrong(events):
    assert violations({"traceEvents": events})
    assert violations(events)


def test_the_checker_accepts_what_is_right():
    inside, after = BAR | {"ts": 2, "dur": 8}, BAR | {"ts": 10}
    assert violations({"traceEvents": [after, BAR, inside, BAR | {"tid": 2, "ts": 5}]}) == []


# What mrkit writes.


def words(line):
    print("read", line)
    for word in line.split():
        yield word, 1


def total(item):
    word, ones = item
    return word, sum(ones)


def bars(document, row=None):
    return [e for e in document["traceEvents"] if e["ph"] == "X" and (e["tid"] == row if row is not None else e["tid"])]


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_a_real_run(executor, tmp_path):
    t = MapReduce(words, total, 2, executor=executor, num_partitions=2).run(["a b", "b c", "d"] * 4, 1).trace
    t.to_chrome(tmp_path / "trace.json")
    document = json.loads((tmp_path / "trace.json").read_text())
    assert document == json.loads(t.to_chrome()) == chrome_trace(t)
    assert violations(document) == []
    assert sorted(bar["name"] for bar in bars(document)) == sorted(f"{s.stage} {s.task}" for s in t.spans)
    assert [bar["name"] for bar in bars(document, row=0)] == ["map", "reduce"]
    names = {e["tid"]: e["args"]["name"] for e in document["traceEvents"] if e["name"] == "thread_name"}
    assert names == dict(enumerate(["stages", *t.workers]))
    for span in t.spans:
        [bar] = [bar for bar in bars(document) if bar["name"] == f"{span.stage} {span.task}"]
        assert names[bar["tid"]] == span.worker
        assert (bar["ts"], bar["ts"] + bar["dur"]) == (round(span.started * 1e6), round(span.finished * 1e6))
        [task] = [task for task in t.tasks(span.stage) if task.task == span.task]
        assert (bar["args"]["records_in"], bar["args"]["bytes_out"]) == (task.records_in, task.bytes_out)
        assert (bar["args"]["what"], bar["args"]["attempt"]) == (span.what, 1)
    prints = [e for e in document["traceEvents"] if e["ph"] == "i"]
    assert sorted(e["args"]["text"] for e in prints) == sorted(["read a b\n", "read b c\n", "read d\n"] * 4)
    assert sorted(names[e["tid"]] for e in prints) == sorted(output.worker for output in t.output)


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_a_failed_run(executor):
    def broken(number):
        if number == 2:
            raise ValueError("I do not like 2")
        yield number, 1

    seen = []
    with pytest.raises(MrkitError):
        MapReduce(broken, total, 2, executor=executor, hooks=[seen.append]).run(range(3), 1)
    document = chrome_trace(Trace(seen))
    assert violations(document) == []
    [bar] = [bar for bar in bars(document) if bar["name"] == "map 2 (failed)"]
    assert bar["cname"] == "terrible"
    assert "I do not like 2" in bar["args"]["error"]
    assert "I do not like 2" in document["otherData"]["error"]


def test_a_lost_worker_and_a_backup():
    document = chrome_trace(
        trace(
            submitted("map", 0),
            submitted("map", 1),
            started("map", 1, at=0.2, worker="worker-2"),
            failed("map", 0, at=0.25, error="it died"),
            failed("map", 1, at=0.5, error="it died", worker=""),
            submitted("map", 1, attempt=2, backup=True),
            finished("map", 1, at=0.5, attempt=2, worker="worker-3"),
        )
    )
    assert violations(document) == []
    names = {e["tid"]: e["args"]["name"] for e in document["traceEvents"] if e["name"] == "thread_name"}
    shown = [(names[bar["tid"]], bar["name"], bar["args"]["attempt"], bar["args"]["backup"]) for bar in bars(document)]
    assert shown == [
        ("worker-2", "map 1 (failed)", 1, False),
        ("worker-3", "map 1", 2, True),
        ("unknown worker", "map 0 (failed)", 1, False),
    ]


def test_tasks_that_wait_are_counted():
    t = trace(finished("map", 0, sent=0.0, at=0.25, seconds=0.25), finished("map", 1, sent=0.0, at=0.5, seconds=0.5))
    counts = [(e["ts"], e["args"]) for e in chrome_trace(t)["traceEvents"] if e["ph"] == "C"]
    assert counts == [
        (0, {"waiting": 2, "running": 0}),
        (250_000, {"waiting": 1, "running": 1}),
        (500_000, {"waiting": 0, "running": 1}),
        (1_000_000, {"waiting": 0, "running": 0}),
    ]


def test_a_run_without_tasks():
    document = chrome_trace(MapReduce(words, total, executor="serial").run([]).trace)
    assert violations(document) == []
    assert bars(document) == bars(document, row=0) == []


@given(any_trace)
def test_every_trace_obeys_the_format(t):
    document = chrome_trace(t)
    assert violations(document) == []
    assert len(bars(document)) == len(t.spans)
