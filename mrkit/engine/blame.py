"""Which of the user's functions failed, on which input and in which line.

Nothing is recorded while all goes well: the traceback says which step of `flow` was running, and which line of
the user's own file or cell raised. `pack` runs in the worker; `unpack` runs where the job was called, because only
there the source of a notebook's cells is known.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice, pairwise
from types import CodeType, FrameType, TracebackType
from typing import Any

from mrkit import flow
from mrkit.counters import collecting
from mrkit.engine import quick, shuffle, sorting
from mrkit.engine.tasks import Task, TaskState, Work
from mrkit.errors import BadKey, BadPair, BadPartition, CannotTravel, InputError, MrkitError, UserFunctionError, short
from mrkit.functions import PACKAGE, definition, name_of, shown_place, users_line
from mrkit.partition import GroupPartitioner, group_of
from mrkit.pickling import by_value, dumps
from mrkit.values import FIRST, NO_LENGTH, Stream, Values

MOST_SEARCHED = 10_000  # records that are mapped again to find the one that gave a bad key
MOST_TRACEBACK = 20  # lines of the worker's traceback that travel

# Which step of flow runs which of the user's functions: (field of Work, what to call it).
_ROLES: dict[CodeType, tuple[str, str]] = {
    flow.group.__code__: ("map_func", "map function"),  # a generator's body runs when it is asked for pairs
    flow._outputs.__code__: ("map_func", "map function"),
    flow.combine.__code__: ("combiner", "combiner"),
    flow.partition.__code__: ("partitioner", "partitioner"),
    flow.reduce_groups.__code__: ("reduce_func", "reduce function"),
    flow.reduce_streams.__code__: ("reduce_func", "reduce function"),
    quick.some.__code__: ("reduce_func", "reduce function"),
}
# The same of steps that run while others read: the partitioner, or the reduce function as it reads its pairs.
_INNER: dict[CodeType, tuple[str, str]] = {
    group_of.__code__: ("group_by", "group_by function"),
    GroupPartitioner.__call__.__code__: ("group_by", "group_by function"),
    flow.streams.__code__: ("group_by", "group_by function"),
    flow.sort.__code__: ("map_func", "map function"),  # which gave the keys
    sorting.merged.__code__: ("map_func", "map function"),
}

# What writes to a bucket, and its name for what it writes.
_WRITING = {shuffle.Writer.add.__code__: "value", shuffle._written.__code__: "block"}


@dataclass(frozen=True)
class Report:
    """All that a worker knows of an error, as words that can travel."""

    kind: type[MrkitError]
    text: str
    role: str = ""
    function: str = ""
    given: str = ""
    file: str = ""
    line: int = 0
    cause: bytes = b""
    trace: str = ""


def pack(error: BaseException, work: Work, task: Task, record: Any) -> bytes:
    """What went wrong in a task, as bytes that any process can load."""
    return pickle.dumps(_report(error, work, task, record))


def pack_plain(error: MrkitError) -> bytes:
    """The same for an error that says all there is to say."""
    return pickle.dumps(_plain(error))


def unpack(packed: bytes) -> MrkitError:
    """The error that `pack` described, ready to be raised."""
    return _raisable(pickle.loads(packed))


def of_a_result(error: CannotTravel, work: Work) -> MrkitError:
    """The error for a result that cannot be loaded again, with the function that it came from."""
    return _raisable(_unloadable(error, "reduce function", work.reduce_func))


def _unloadable(error: CannotTravel, role: str, function: Any) -> Report:
    return Report(CannotTravel, str(error), role, name_of(function), "", *_written(function))


def _raisable(report: Report) -> MrkitError:
    text = report.text
    if report.function:
        place = shown_place(report.file, report.line)
        given = f", given {report.given}" if report.given else ""
        if report.cause:
            text = f"The {report.role} `{report.function}` failed{given}{place}: {text}"
        else:
            text = f"{text} It came from the {report.role} `{report.function}`{given}{place}."
    error = report.kind(text)
    error.__cause__ = _arrived(report.cause) if report.cause else None
    if report.trace and error.__cause__ is not None:
        error.__cause__.add_note("In the worker:\n" + report.trace)
    return error


def with_original(error: MrkitError, raised: BaseException) -> MrkitError:
    """The error with the very exception that was raised in this process as its cause, and where: for a debugger."""
    raised = _raised(raised)
    if error.__cause__ is None or isinstance(raised, MrkitError):
        return error
    for note in getattr(error.__cause__, "__notes__", ()):
        raised.add_note(note)
    trace = raised.__traceback__
    while trace is not None and trace.tb_next is not None and _is_ours(trace):
        trace = trace.tb_next
    error.__cause__ = raised.with_traceback(trace)
    return error.with_traceback(trace)


def _is_ours(trace: TracebackType) -> bool:
    return trace.tb_frame.f_code.co_filename.startswith(PACKAGE + os.sep)


def too_many_skipped(number: int, example: str, error: str) -> str:
    """The sentence for a job that skips more than it may."""
    return (
        f"More records failed than max_skipped allows ({number:,} so far), for example {example}: {error}. "
        f"Mend the function, or allow more if the data is that bad."
    )


def _report(error: BaseException, work: Work, task: Task, record: Any) -> Report:
    if task.stage == "map" and _is_loops_own(error):
        error = quick.what_is_wrong(work.map_func, record) or error
    raised = _raised(error)
    frames = list(traceback.walk_tb(error.__traceback__))
    if raised is not error:
        frames += traceback.walk_tb(raised.__traceback__)
    step = _step([frame for frame, _ in frames])
    reading = task.stage == "map" and any(frame.f_code is TaskState._blocks.__code__ for frame, _ in frames)
    writing = next((frame for frame, _ in frames if frame.f_code in _WRITING), None)
    if isinstance(error, CannotTravel) and frames[-1][0].f_code is shuffle._load.__code__:
        return _unloadable(error, *(("combiner", work.combiner) if work.combiner else ("map function", work.map_func)))
    if isinstance(error, MrkitError) and (isinstance(error, CannotTravel) or not isinstance(error, UserFunctionError)):
        return _plain(error)
    if writing is not None:
        return _unserialisable(error, writing.f_locals[_WRITING[writing.f_code]], work, task)
    field, role = (_ROLES | _INNER)[step.f_code] if step else ("map_func", "map function")
    if (reading or (step is None and task.stage == "reduce")) and not isinstance(error, MrkitError):
        what = f"Reading the split {task.split}" if task.stage == "map" else "A reduce task"  # type: ignore[union-attr]
        return Report(InputError, f"{what} failed: {_say(error)}", cause=_travelling(error))
    if not isinstance(error, MrkitError) and not _is_users([frame for frame, _ in frames], step):
        return _ours(error, task)
    function = getattr(work, field)
    if field == "map_func":
        given = short(record) if task.stage == "map" else ""
    else:
        assert step is not None
        what = "group" if step.f_code is flow.reduce_streams.__code__ else "key"
        known = {"key": record} if step.f_code is quick.some.__code__ else step.f_locals
        given = f"the {what} {short(known['key'])}" if "key" in known else ""
    if isinstance(error, BadKey) and field not in ("map_func", "group_by") and task.stage == "map":
        # The key was met after its record was gone: look for the record again.
        assert step is not None
        role, function = "map function", work.map_func
        given = _record_that_gave(work, task, step.f_locals["key"])
    if isinstance(error, MrkitError):
        file, line = _written(function)
        return Report(type(error), str(error), role, name_of(function), given, file, line)
    file, line = users_line(raised.__traceback__, function)
    trace = "".join(traceback.format_exception(raised)).splitlines()[-MOST_TRACEBACK:]
    return Report(
        UserFunctionError,
        _say(raised),
        role,
        name_of(function),
        given,
        file,
        line,
        _travelling(raised),
        "\n".join(trace),
    )


def _written(function: Any) -> tuple[str, int]:
    """Where the user has written a function; nowhere, if it is one of mrkit's."""
    file, line = definition(function)
    return ("", 0) if file.startswith(PACKAGE + os.sep) else (file, line)


def _is_loops_own(error: BaseException) -> bool:
    """Whether it may be the loop over pairs that failed, since the map function gave none."""
    if not isinstance(error, TypeError | BadPair):
        return False
    codes = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
    return codes[-1] is flow.group.__code__ or codes[-2:] == [flow.group.__code__, flow._check_pair.__code__]


def _step(frames: list[FrameType]) -> FrameType | None:
    """The step of `flow` that ran: the outermost, since a user's function may itself call some."""
    inner = [frame for frame in frames if frame.f_code in _INNER and frame.f_code is not flow.streams.__code__]
    if frames and frames[-1].f_code is flow.streams.__code__:
        inner = frames[-1:]
    steps = inner or [frame for frame in frames if frame.f_code in _ROLES]
    return steps[0] if steps else None


def check_groups(work: Work, groups: Iterable[dict[int, set[tuple[int, str]]]]) -> None:
    """Raise `BadPartition` if a group is in two partitions: of each, what `sampling.GroupNames` kept."""
    met: dict[tuple[int, str], int] = {}
    for partition, names in (item for kept in groups for item in kept.items()):
        for name in names:
            if name in met:
                raise BadPartition(
                    f"The partitioner `{name_of(work.partitioner)}` puts keys of the group {name[1]} into partition "
                    f"{met[name]} and into partition {partition}{shown_place(*definition(work.partitioner))}. "
                    f"Let it look only at what group_by looks at."
                )
            met[name] = partition


# The files of mrkit's that call the user's functions. What they call is the user's; so is what C raises in them.
_CALLERS = {os.path.join(PACKAGE, "engine", name) for name in ("skipping.py", "sampling.py", "quick.py")}
_CALLERS |= {os.path.join(PACKAGE, name) for name in ("flow.py", "job.py", "values.py")}


def _is_users(frames: list[FrameType], step: FrameType | None) -> bool:
    """Whether an error was raised in what a step of `flow` called of the user's, and not in mrkit's own work for it."""
    files = [frame.f_code.co_filename for frame in frames[frames.index(step) if step is not None else 0 :]]
    callers = _CALLERS | set(files[:1]) if step is not None else _CALLERS  # `group_by` is called where keys are known
    called = any(
        after not in callers and not after.startswith(PACKAGE + os.sep)
        for before, after in pairwise(files)
        if before in callers
    )
    return called or not files or files[-1] in callers


def _ours(error: BaseException, task: Task) -> Report:
    trace = "".join(traceback.format_exception(error)).splitlines()[-MOST_TRACEBACK:]
    text = f"A {task.stage} task failed, but not in one of your functions: {_say(error)}."
    return Report(MrkitError, text, cause=_travelling(error), trace="\n".join(trace))


def _plain(error: MrkitError) -> Report:
    return Report(type(error), str(error), cause=_travelling(error.__cause__) if error.__cause__ else b"")


def _raised(error: BaseException) -> BaseException:
    """What the user's code raised: a generator makes a RuntimeError of a StopIteration."""
    return error.__cause__ if isinstance(error.__cause__, StopIteration) else error


def _ends_a_debugger(error: BaseException) -> bool:
    """From Python 3.14 on a debugger that nobody talks to ends the program."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return isinstance(error, SystemExit) and bool(frames) and frames[-1].f_globals.get("__name__") == "pdb"


def _say(error: BaseException) -> str:
    try:
        return _words(error)
    except Exception:
        return f"{type(error).__name__}, whose text cannot be made"


def _words(error: BaseException) -> str:
    if type(error).__name__ == "BdbQuit" or _ends_a_debugger(error):
        return "the debugger found nobody to ask in a worker. Run the job with executor='serial'."
    if isinstance(error, SystemExit):
        return f"it called sys.exit({error.code!r}). Use return instead, or raise an exception."
    if isinstance(error, TypeError) and re.search(
        rf"'({Values.__name__}|{Stream.__name__})' has no len\(\)", str(error)
    ):
        return f"TypeError: {NO_LENGTH}"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _unserialisable(error: BaseException, value: Any, work: Work, task: Task) -> Report:
    """Name the value that could not be pickled, and where it came from."""
    if task.stage == "reduce":
        results = [pair[1] for pair in value] if work.ordered else value
        bad = next((result for result in results if not _can_travel(result)), value)
        file, line = definition(work.reduce_func)
        text = f"The result {short(bad)} cannot travel to another process: {_sentence(error)}{_advice(bad, error)}"
        return Report(CannotTravel, text, "reduce function", name_of(work.reduce_func), "", file, line)
    for key, values in value.items():
        for bad in (key, *values):
            if not _can_travel(bad):
                what = f"The value {short(bad)} for the key {short(key)}"
                text = f"{what} cannot travel to another process: {_sentence(error)}{_advice(bad, error)}"
                function = work.combiner or work.map_func
                role = "combiner" if work.combiner else "map function"
                given = f"the key {short(key)}" if work.combiner else _record_that_gave(work, task, key, _can_travel)
                return Report(CannotTravel, text, role, name_of(function), given, *definition(function))
    return Report(CannotTravel, f"A bucket cannot travel to another process: {_sentence(error)}")


def _sentence(error: BaseException) -> str:
    return f"{str(error).rstrip('.')}."


def _advice(bad: Any, error: BaseException) -> str:
    is_told = isinstance(bad, Values) or FIRST in str(error)
    return " Use a list or a tuple of its items." if hasattr(bad, "__next__") and not is_told else ""


def _can_travel(value: Any) -> bool:
    try:
        dumps(value)
    except Exception:
        return False
    return True


def _travelling(error: BaseException) -> bytes:
    """The exception itself if it survives the journey, else what it is made of, else one that says the same."""
    kind, args = type(error), error.args
    known = {name: value for name, value in vars(error).items() if _can_travel(value)}
    # Without its __init__ if that wants other arguments than it keeps; without a lock that it holds.
    for parcel in (error, (kind, args, args, known), (kind.__new__, (kind,), args, known)):
        with contextlib.suppress(Exception):
            packed = by_value(parcel)
            if _say(_arrived(packed)) == _say(error):
                return packed
    return pickle.dumps(RuntimeError(_say(error)))


def _arrived(packed: bytes) -> BaseException:
    """The exception that `_travelling` packed."""
    error = pickle.loads(packed)
    if isinstance(error, tuple):
        make, given, args, known = error
        error = make(*given)
        error.args = args
        vars(error).update(known)
    return error


def _record_that_gave(work: Work, task: Task, key: Any, is_good: Callable[[Any], bool] = lambda pair: False) -> str:
    """Which record the map function made a bad pair with this key of: known only by asking again."""
    try:
        with collecting():
            for record in islice(task.split, MOST_SEARCHED):  # type: ignore[union-attr]
                if any(short(pair[0]) == short(key) and not is_good(pair) for pair in work.map_func(record)):
                    return short(record)
    except Exception:
        pass
    return ""
