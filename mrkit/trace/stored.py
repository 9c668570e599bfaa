"""A run as JSON, and back: its events, one a line.

A stored trace may come from anywhere, so nothing in it is believed before it has been looked at.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from mrkit.errors import BadArgument, short
from mrkit.events import Event, JobStarted, TaskFailed, TaskFinished, TaskStarted, TaskSubmitted

FORMAT = 1  # of the JSON
LARGEST = 2**63  # of a number in a stored trace: no time, size or count comes near it
LATEST = 1e11  # seconds: thousands of years
MOST_NUMBERED = 10_000_000  # tasks, partitions, workers
_TIME, _NUMBER = (0, LATEST), (0, MOST_NUMBERED)
_BETWEEN: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("time", "submitted", "started", "finished", "cpu", "pickling", "seconds"), _TIME),
    **dict.fromkeys(("task", "attempt", "num_splits", "num_workers"), _NUMBER),
    "factor": (1, MOST_NUMBERED),
}
_KINDS = {kind.__name__: kind for kind in Event.__subclasses__()}


def written(events: Iterable[Event]) -> str:
    """The events as JSON."""
    rows = (json.dumps({"event": type(event).__name__, **vars(event)}) for event in events)
    return f'{{"mrkit_trace": {FORMAT}, "events": [\n' + ",\n".join(rows) + "\n]}\n"


def read(source: str | Path) -> list[Event]:
    """The events that `written` made a text of: the text, or the path of its file; `BadArgument` for all else."""
    if not isinstance(source, str | os.PathLike):
        raise BadArgument(f"A trace is read from its text, or from the path of its file; you gave {short(source)}.")
    try:
        stored = json.loads(_text(source))
        if set(stored) != {"mrkit_trace", "events"}:
            raise BadArgument("This is not a trace that mrkit wrote.")
        if stored["mrkit_trace"] != FORMAT:
            raise BadArgument("This trace was written by another version of mrkit.")
        events = [*map(_event, stored["events"])]
        _check_tasks(events)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        if isinstance(error, BadArgument):
            raise
        said = f"{type(error).__name__}: {error}"
        raise BadArgument(f"This is not a trace that mrkit wrote: {said.rstrip('.')}.") from error
    if not events or not isinstance(events[0], JobStarted):
        raise BadArgument("This is not a trace that mrkit wrote: it does not begin with JobStarted.")
    return events


def _text(source: str | Path) -> str:
    if isinstance(source, str) and source.lstrip().startswith("{"):
        return source
    try:
        return Path(source).read_text(encoding="utf-8")
    except OSError as error:
        raise BadArgument(f"There is no trace to read at {short(str(source))}: {error.strerror}.") from error


def _event(row: dict[str, Any]) -> Event:
    name = row.pop("event")
    hints = _hints(name)
    if set(row) != set(hints):
        raise BadArgument(f"This is not a trace that mrkit wrote: {name} has other fields.")
    event = _KINDS[name](**{field: _typed(value, hints[field]) for field, value in row.items()})
    _check_possible(event)
    return event


@cache
def _hints(name: str) -> dict[str, Any]:
    return get_type_hints(_KINDS[name])


def _typed(value: Any, kind: Any) -> Any:
    """The value as its field's type wants it; an error if it is of another type, or out of all reason."""
    parts = get_args(kind)
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise TypeError(f"{short(value)} is not a list")
        kinds = parts[:1] * len(value) if parts[-1] is Ellipsis else parts
        return tuple(_typed(item, part) for item, part in zip(value, kinds, strict=True))
    if parts:  # ... | None
        return None if value is None else _typed(value, parts[0])
    if type(value) is not kind and not (kind is float and type(value) is int):
        raise TypeError(f"{short(value)} is not of type {kind.__name__}")
    if kind in (int, float) and not -LARGEST <= value <= LARGEST:
        raise ValueError(f"the number {short(value)} is too large")
    return value


def _check_possible(event: Event) -> None:
    """Raise an error for numbers and names that no run can have: nobody who draws them expects that."""
    fields = vars(event)
    for name, value in fields.items():
        least, most = _BETWEEN.get(name, (0, LARGEST))
        if isinstance(value, int | float) and not isinstance(value, bool) and not least <= value <= most:
            raise ValueError(f"{name} cannot be {short(value)}")
    if fields.get("stage", "map") not in ("map", "reduce"):
        raise ValueError(f"there is no stage {short(fields['stage'])}")
    if fields.get("started", 0) > fields.get("finished", LARGEST):
        raise ValueError("a task cannot end before it begins")
    for part in ("buckets", "largest", "sizes", "skipped"):
        rows = [number for row in fields.get(part, ()) for number in row if isinstance(number, int)]
        if any(number < 0 for number in rows):
            raise ValueError(f"{part} cannot have a number below 0")
    partitions = [row[0] for row in fields.get("buckets", ())] + [last for _, last in fields.get("ranges", ())]
    if any(partition > MOST_NUMBERED for partition in partitions):
        raise ValueError(f"there cannot be a partition {short(max(partitions))}")
    borders = [0, *(border for ends in fields.get("ranges", ()) for border in ends)]
    if borders != sorted(borders) or any(first >= last for first, last in fields.get("ranges", ())):
        raise ValueError("the ranges of partitions are not in order")


def _check_tasks(events: Iterable[Event]) -> None:
    """Raise an error if something is said of a task that nobody has asked for."""
    submitted: set[tuple[str, int, int]] = set()
    for event in events:
        if isinstance(event, TaskSubmitted):
            submitted.add((event.stage, event.task, event.attempt))
            continue
        if (
            isinstance(event, TaskStarted | TaskFinished | TaskFailed)
            and (event.stage, event.task, event.attempt) not in submitted
        ):
            raise ValueError(f"{event.stage} task {event.task} was never submitted")
