"""Events made by hand: traces of runs that no machine can be asked to repeat, and of runs that never were."""

from __future__ import annotations

from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from mrkit import events
from mrkit.events import Event
from mrkit.trace import LARGEST, Trace

START = 1_700_000_000.0  # when the made jobs start; all times below are counted from there


def trace(*rows: Event, seconds: float = 1.0, error: str | None = None, baseline: float | None = None, **job) -> Trace:
    """The trace of a job with these events that took so long."""
    about = {"name": "made", "executor": "processes", "start_method": "spawn", "num_workers": 2, "num_splits": None}
    mark = events.WorkerOutput(START + seconds, "reduce", 0, "worker-1", "")  # the last thing that happened
    after = [events.BaselineMeasured(START + seconds, baseline)] if baseline is not None else []
    end = events.JobFinished(START + seconds, 0, error)
    return Trace([events.JobStarted(START, **about | job), *rows, mark, *after, end])


def submitted(stage: str, task: int, at: float = 0.0, attempt: int = 1, what: str = "", backup: bool = False) -> Event:
    return events.TaskSubmitted(START + at, stage, task, attempt, what, backup)


def started(stage: str, task: int, at: float, worker: str, attempt: int = 1) -> Event:
    return events.TaskStarted(START + at, stage, task, attempt, worker)


def finished(
    stage: str,
    task: int,
    at: float = 0.0,
    seconds: float = 0.1,
    worker: str = "worker-1",
    attempt: int = 1,
    sent: float = 0.0,
    **figures: Any,
) -> events.TaskFinished:
    """A task that started at `at` and took `seconds`."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("records_in", "records_out", "groups", "bytes_in", "bytes_out", "memory"), 0
    )
    about = nothing | {"cpu": seconds, "pickling": 0.0} | figures
    times = {"submitted": START + sent, "started": START + at, "finished": START + at + seconds}
    return events.TaskFinished(START + at + seconds, stage, task, attempt, worker, **times, **about)


def failed(
    stage: str,
    task: int,
    at: float,
    error: str,
    attempt: int = 1,
    again: bool = True,
    worker: str = "",
    sent: float = 0.0,
) -> Event:
    """An attempt that was found to have failed at `at`."""
    return events.TaskFailed(START + at, stage, task, attempt, worker, START + sent, error, again)


# Any events at all, as hypothesis strategies.

_SIMPLE = {
    bool: st.booleans(),
    int: st.integers(0, 3) | st.integers(-LARGEST, LARGEST),
    float: st.floats(0, 10) | st.floats(-LARGEST, LARGEST),
    str: st.text(st.characters(), max_size=5),
    type(None): st.none(),
}


def of_type(hint: Any) -> st.SearchStrategy:
    """Any value of a type that a field of an event may have."""
    parts = get_args(hint)
    if get_origin(hint) is UnionType:
        return st.one_of([of_type(part) for part in parts])
    if get_origin(hint) is not tuple:
        return _SIMPLE[hint]
    if parts[-1] is Ellipsis:
        return st.lists(of_type(parts[0]), max_size=3).map(tuple)
    return st.tuples(*map(of_type, parts))


def any_event(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Any event of a kind; most stages are real ones."""
    values = {name: of_type(hint) for name, hint in get_type_hints(kind).items()}
    if "stage" in values:
        values["stage"] = st.sampled_from(["map", "reduce", "map", "reduce", "?"])
    if "worker" in values:
        values["worker"] = st.sampled_from(["", "worker-1", "worker-2"]) | values["worker"]
    return st.builds(kind, **values)


KINDS = [kind for kind in Event.__subclasses__() if kind.__module__ == Event.__module__]

any_trace = st.builds(
    lambda first, rest: Trace([first, *rest]),
    any_event(events.JobStarted),
    st.lists(st.one_of([any_event(kind) for kind in KINDS]), max_size=12),
)
