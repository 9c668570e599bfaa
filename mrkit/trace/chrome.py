"""A trace as a timeline for Perfetto (ui.perfetto.dev) and chrome://tracing, in the Trace Event Format.

Times there are whole microseconds since the job started. The job is the process, its workers are the threads. Serves
`Measures.to_chrome`; it says nothing that the trace does not know.
"""

from __future__ import annotations

from typing import Any

from mrkit.events import TaskFinished
from mrkit.trace.measures import Measures, Span

PROCESS = 1
STAGES = 0  # the row above the workers
COLOURS = {"map": "thread_state_running", "reduce": "rail_animation"}  # by the names that viewers have for them
FAILED = "terrible"
_RECKONED = " (reckoned by a model, not measured)"


def chrome_trace(trace: Measures) -> dict[str, Any]:
    """The trace as an object of the format: a row for the stages, rows for the workers, and counts of tasks.

    >>> from mrkit import MapReduce
    >>> job = MapReduce(lambda line: [(len(line), line)], lambda item: 1, num_partitions=1, executor="serial")
    >>> for event in chrome_trace(job.run(["a", "b"]).trace)["traceEvents"]:
    ...     if event["ph"] == "X":
    ...         print(event["tid"], event["name"])
    0 map
    0 reduce
    1 map 0
    1 map 1
    1 reduce 0
    """
    rows = list(enumerate(trace.rows, start=STAGES + 1))
    done = {(task.stage, task.task, task.attempt): task for task in trace.of_kind(TaskFinished)}
    events = [
        _event("M", "process_name", args={"name": f"mrkit: {trace.job.name}{_RECKONED if trace.reckoned else ''}"}),
        *_row(STAGES, "stages"),
    ]
    for number, (worker, _) in rows:
        events += _row(number, worker or "unknown worker")
    events += _stages(trace)
    for number, (_, spans) in rows:
        events += [_task(span, number, done.get((span.stage, span.task, span.attempt))) for span in spans]
    events += _outputs(trace, {worker: number for number, (worker, _) in reversed(rows)})
    events += _counts(trace.spans)
    about = {"executor": trace.job.executor, "workers": trace.job.num_workers, "error": trace.error}
    if trace.reckoned:
        about["reckoned"] = True
    return {"traceEvents": events, "displayTimeUnit": "ms", "otherData": about}


def _event(phase: str, name: str, row: int = STAGES, at: float = 0.0, **more: Any) -> dict[str, Any]:
    return {"ph": phase, "name": name, "pid": PROCESS, "tid": row, "ts": _microseconds(at)} | more


def _microseconds(seconds: float) -> int:
    return round(seconds * 1_000_000)


def _bar(name: str, row: int, start: float, end: float, **more: Any) -> dict[str, Any]:
    length = max(0, _microseconds(end) - _microseconds(start))
    return _event("X", name, row, start, dur=length, **more)


def _row(number: int, name: str) -> list[dict[str, Any]]:
    return [
        _event("M", "thread_name", number, args={"name": name}),
        _event("M", "thread_sort_index", number, args={"sort_index": number}),
    ]


def _stages(trace: Measures) -> list[dict[str, Any]]:
    """A bar for each stage; the second begins after the first, whatever the clocks of the workers say."""
    bars = []
    before = 0.0
    for stage, colour in COLOURS.items():
        if any(span.stage == stage for span in trace.spans):
            start, end = (max(before, time) for time in trace.stage_times(stage))
            bars.append(_bar(stage, STAGES, start, end, cat="stage", cname=colour))
            before = max(start, end)
    return bars


def _task(span: Span, row: int, done: TaskFinished | None) -> dict[str, Any]:
    """The bar of one attempt. What was measured goes along, to be read at a click."""
    args: dict[str, Any] = {"what": span.what, "attempt": span.attempt, "backup": span.backup, "waited": span.waiting}
    if span.ok and done is not None:
        figures = "records_in", "records_out", "groups", "bytes_in", "bytes_out", "cpu", "pickling", "memory"
        args |= {name: getattr(done, name) for name in figures} | {"counters": dict(done.counters)}
    else:
        args["error"] = span.error
    return _bar(
        f"{span.stage} {span.task}" + ("" if span.ok else " (failed)"),
        row,
        span.started,
        span.finished,
        cat=f"task,{span.stage}" if span.ok else f"task,{span.stage},failed",
        cname=COLOURS.get(span.stage, "generic_work") if span.ok else FAILED,
        args=args,
    )


def _outputs(trace: Measures, rows: dict[str, int]) -> list[dict[str, Any]]:
    """A mark for each text that a task printed, when it arrived."""
    marks = []
    for output in trace.output:
        row, at = rows.get(output.worker, STAGES), output.time - trace.job.time
        marks.append(_event("i", "print", row, at, s="t", cat="output", args={"text": output.text}))
    return marks


def _counts(spans: list[Span]) -> list[dict[str, Any]]:
    """How many tasks wait and how many run, at each moment when that changes."""
    changes: dict[float, list[int]] = {}
    for span in spans:
        for time, waiting, running in ((span.submitted, 1, 0), (span.started, -1, 1), (span.finished, 0, -1)):
            change = changes.setdefault(time, [0, 0])
            change[0] += waiting
            change[1] += running
    events = []
    waiting = running = 0
    for time in sorted(changes):
        waiting, running = waiting + changes[time][0], running + changes[time][1]
        events.append(_event("C", "tasks", at=time, args={"waiting": waiting, "running": running}))
    return events
