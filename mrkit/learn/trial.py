"""Workers to try a learner's functions on: each has its own fresh copy of them, as a worker process would.

A `Trial` is one answer to one exercise. Its workers live in this process, so that a check takes milliseconds, but
share nothing: the functions are pickled and loaded again. `run` is a whole job on such workers, by `mrkit.flow`, in
one of the ways in which a real one might go. What a function does wrong becomes `Stop`, with the finding.
"""

from __future__ import annotations

import builtins
import copy
import hashlib
import inspect
import itertools
import linecache
import numbers
import pickle
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from mrkit import flow
from mrkit.errors import MrkitError, short
from mrkit.functions import names, reachable
from mrkit.learn.exercise import Exercise
from mrkit.learn.findings import ROLES, Finding, Text, found
from mrkit.learn.guard import TooLong
from mrkit.learn.same import form, state
from mrkit.partition import GroupBy, default_partitioner
from mrkit.pickling import apart, by_value

MOST_BYTES = 1_000_000  # of all functions with the data that they take along: each worker loads them anew
MOST_PAIRS = 10_000  # for one input; more is taken for an endless loop


class Stop(Exception):
    """The learner's code did something that ends the check, and this is what."""

    def __init__(self, finding: Finding):
        super().__init__(finding.words)
        self.finding = finding


class Trial:
    """One answer to an exercise: the functions by part, the learner's and the given ones."""

    def __init__(self, exercise: Exercise, answer: dict[str, Callable]):
        self.exercise = exercise
        self.answer = answer  # the learner's parts only
        parts = dict(exercise.given) | answer
        self.parts = {name: parts[part] if isinstance(part, str) else part for name, part in parts.items()}
        self.now: tuple[str, Any] = (exercise.parts[0], None)  # which part is running, and on what
        self.facts: dict[str, list] = {}  # what the text of each function says
        self.since = time.monotonic()  # since when
        self.nested = False  # whether one loop over the values was seen to end another

    @classmethod
    def unpacked(cls, exercise: Exercise, packed: bytes, answered: tuple[str, ...]) -> Trial:
        """The trial in a process to which the functions were sent."""
        parts = pickle.loads(packed)
        trial = cls(exercise, {part: parts[part] for part in answered})
        trial.packed = packed
        return trial

    def role(self, part: str) -> str:
        """What a part is called: where there are several, by the learner's own name for it."""
        name = getattr(self.answer.get(part), "__name__", "<lambda>")
        return f"`{name}`" if len(self.answer) > 1 and name.isidentifier() else ROLES[part]

    @cached_property
    def packed(self) -> bytes:
        """All functions by value; `Stop` if one of them cannot travel."""
        try:
            packed = apart(self.parts)
        except Exception:
            for name, function in self.parts.items():
                _check_travels(name, function)
            raise
        if len(packed) > MOST_BYTES:
            name, function = max(self.answer.items(), key=lambda item: len(by_value(item[1])))
            raise Stop(found("heavy", role=ROLES[name], given=_heaviest(function), count=len(packed) // 1_000_000))
        return packed

    @cached_property
    def group_by(self) -> GroupBy | None:
        """What the group of a key is called; `Stop` if a key has none."""
        name = self.exercise.group_by

        def group_by(key: Any) -> Any:
            try:
                group = name(key)  # type: ignore[misc]
            except Exception:
                raise Stop(found("ungrouped", [("key", key)], given=short(key, 40))) from None
            ours = bool(self.exercise.mistakes)  # in a job of one's own a letter may be the group
            if ours and isinstance(key, str) and len(key) > 1 and group == key[0]:
                raise Stop(found("ungrouped_text", [("key", key)], given=short(key, 40)))
            return group

        return None if name is None else group_by

    @cached_property
    def home(self) -> Callable[[Any, int], int]:
        """Where a key goes if the exercise has no partitioner."""
        return default_partitioner(self.group_by)

    @property
    def combines(self) -> bool:
        """Whether there is a combiner."""
        return "combiner" in self.parts

    def wrote(self, part: str) -> bool:
        """Whether a part is the learner's own."""
        return part in self.answer or self.exercise.given.get(part) in self.answer

    def worker(self, salt: str | None = None) -> Worker:
        """A new worker. With a `salt`, `hash` of a text is what it would be in some other process."""
        parts = pickle.loads(self.packed)
        if salt is not None:
            _overlay_hash(parts.values(), self.parts.values(), salt)
        return Worker(self, parts)

    def records(self, inputs: list) -> list:
        """What one map task reads: a copy of the inputs, or of the list of them as one."""
        return copy.deepcopy([inputs] if self.exercise.lists else inputs)


class Worker:
    """One worker: `map`, `reduce`, `combine` and `place` are the functions, watched."""

    def __init__(self, trial: Trial, parts: dict[str, Callable]):
        self.trial, self.parts = trial, parts
        self.store = trial.exercise.store and trial.exercise.store()

    def map(self, record: Any) -> Any:
        """What the map function gives, as a list if it can be read as one."""
        with self._calling("function" if "function" in self.parts else "map_func", record):
            given = self._map(record)
            if given is None or isinstance(given, str | bytes) or not isinstance(given, Iterable):
                return given
            if isinstance(given, tuple | list | dict | set | frozenset):
                return given
            pairs = list(itertools.islice(given, MOST_PAIRS + 1))
            if len(pairs) > MOST_PAIRS:
                raise Stop(found("too_many_pairs", [("input", record)], role="map function", count=f"{MOST_PAIRS:,}"))
            return pairs

    def _map(self, record: Any) -> Any:
        if "function" in self.parts:
            return [(form(record), self.parts["function"](*record))]
        if "map_func" not in self.parts:
            alone = self.trial.exercise.parts == ("partitioner",)
            return [(record, 1)] if alone else [record]
        if self.trial.exercise.store:
            given = self.parts["map_func"](record, self.store)
            if isinstance(given, types.GeneratorType):
                raise Stop(found("yield_in_store", [("input", record)]))
            return [] if given is None else given
        return self.parts["map_func"](record)

    def reduce(self, item: tuple[Any, Iterable]) -> Any:
        """What the reduce function makes of a group: with `group_by`, a list of results."""
        if self.trial.group_by is not None:
            return self._streamed(item) if "reduce_func" in self.parts else [(item[0], list(item[1]))]
        if "reduce_func" not in self.parts:
            return item[0], sorted(item[1], key=form)
        return self._grouped("reduce_func", item)

    def combine(self, item: tuple[Any, Iterable]) -> Any:
        """What the combiner makes of a group."""
        return self._grouped("combiner", item)

    def place(self, key: Any, num_partitions: int) -> Any:
        """The number of a key's partition."""
        if "partitioner" not in self.parts:
            return self.trial.home(key, num_partitions)
        with self._calling("partitioner", key):
            return self.parts["partitioner"](key, num_partitions)

    def _grouped(self, part: str, item: tuple[Any, Iterable]) -> Any:
        values = list(item[1])
        stream = Stream(values)
        rows = [("key", item[0]), ("values", values)]
        try:
            with self._calling(part, rows):
                result = self.parts[part]((item[0], stream))
        except Stop:
            if not stream.read_again:
                raise
        self.trial.nested = self.trial.nested or stream.nested
        if stream.read_again:
            raise Stop(found("read_twice", rows))
        return result

    def _streamed(self, item: tuple[Any, Iterable]) -> list:
        """What the reduce function yields for a group of pairs."""
        pairs = list(item[1])
        stream = Stream(pairs)
        rows = [("group", item[0]), ("pairs", pairs)]
        results: list = []
        try:
            with self._calling("reduce_func", rows):
                given = self.parts["reduce_func"]((item[0], stream))
                if isinstance(given, Iterator):
                    results = list(itertools.islice(given, MOST_PAIRS))
        except Stop:
            if not stream.read_again:
                raise
        if stream.read_again:
            raise Stop(found("read_twice", rows))
        if given is ... or ... in results:
            raise Stop(found("untouched"))
        if given is None:
            raise Stop(found("nothing", rows, role=ROLES["reduce_func"], word="yield"))
        if not isinstance(given, Iterator):
            raise Stop(found("returned", [*rows, ("you gave", given)], given=short(given, 40)))
        return results

    def _calling(self, part: str, given: Any) -> _Calling:
        return _Calling(self, part, given)


class _Calling:
    """Around each call of a function: what it raises becomes a finding."""

    def __init__(self, worker: Worker, part: str, given: Any):
        self.worker, self.part = worker, part
        self.rows = given if isinstance(given, list) and part in ("reduce_func", "combiner") else [(_what(part), given)]

    def __enter__(self) -> None:
        self.worker.trial.now, self.worker.trial.since = (self.part, self.rows), time.monotonic()

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is not None and not isinstance(error, Stop | TooLong):
            raise Stop(self._finding(error)) from None

    def _finding(self, error: BaseException) -> Finding:
        trial, part, rows = self.worker.trial, self.part, self.rows
        if isinstance(error, NotImplementedError):
            return found("untouched")
        if isinstance(error, SystemExit | KeyboardInterrupt):
            return found("exits", rows, role=trial.role(part))
        if isinstance(error, MemoryError):
            return found("memory", role=trial.role(part))
        finding = _raised(error, trial, part, rows, self.worker.parts.get(part))
        if finding.id != "raises" or trial.wrote(part):
            return finding
        strange = [value for value in dict(rows).get("values", ()) if not isinstance(value, numbers.Number)]
        id = "given_text" if strange and trial.exercise.given.get(part) else "given_raises"
        return found(id, rows, role=ROLES[part], error=_named(error), given=short(strange[:1], 40)[1:-1])


class Stream:
    """The values of a group, to be read once, from front to back; it notes whether somebody tries again."""

    def __init__(self, values: list):
        self._values = iter(values)
        self._ended = False
        self.nested = False  # whether an outer loop asked for more when an inner one had read all
        self._helper: Any = None  # the call of a library's function, such as nlargest, that reads
        self.read_again = False

    def __iter__(self) -> Stream:
        frame = inspect.currentframe()
        caller = frame.f_back if frame else None
        if self._ended and caller is not self._helper:  # a helper may look behind the end; that is one reading
            self.read_again = True
        module = caller.f_globals.get("__name__", "") if caller else ""
        library = module.partition(".")[0] in sys.stdlib_module_names
        self._helper = caller if library else None
        return self

    def __next__(self) -> Any:
        self.nested = self.nested or (self._ended and self._helper is None)
        try:
            return next(self._values)
        except StopIteration:
            self._ended = True
            raise

    def __reduce__(self) -> Any:
        raise TypeError("a stream cannot be pickled")

    def __repr__(self) -> str:
        return "<stream of values>"


# A whole job.


def map_side(trial: Trial, inputs: list, splits: int = 1, partitions: int = 1, combine: int = 1, attempts: int = 1):
    """The buckets of every map task, each on a worker of its own; `combine` is how often the combiner runs."""
    rows = []
    for records in cut(inputs, splits):
        worker = trial.worker()
        for _ in range(attempts):
            row = _map_task(worker, trial.records(records), partitions, combine)
        rows.append(row)
    return rows


def run(trial: Trial, inputs: list, splits: int = 1, partitions: int = 1, combine: int = 1, attempts: int = 1) -> list:
    """The results of a job: any two ways of running it must agree."""
    results = []
    rows = map_side(trial, inputs, splits, partitions, combine, attempts)
    for buckets in zip(*rows, strict=True):
        worker = trial.worker()
        for _ in range(attempts):
            made = _reduce_task(worker, buckets)
        results += made
    return results


def groups(trial: Trial, inputs: list, combine: int = 0) -> flow.Groups:
    """The groups that the reduce function would get, if there were one split."""
    (row,) = map_side(trial, inputs, combine=combine) or [[{}]]
    return row[0]


def streams(trial: Trial, inputs: list, combine: int = 0) -> dict[Any, list]:
    """What the reduce function would get in one task: the values of each key or, with `group_by`, pairs in order."""
    given = groups(trial, inputs, combine)
    if trial.group_by is None:
        return given
    return {name: list(pairs) for name, pairs in flow.streams(flow.sort(given).items(), trial.group_by)}


def cut(inputs: list, splits: int) -> list[list]:
    """The inputs in about equal splits, none of them empty.

    >>> cut([1, 2, 3, 4, 5], 3)
    [[1, 2], [3, 4], [5]]
    """
    size = max(1, -(-len(inputs) // splits))
    return list(flow.split(inputs, size))  # type: ignore[arg-type]


def _map_task(worker: Worker, records: list, partitions: int, combine: int) -> list[flow.Bucket]:
    pairs = list(flow.map_records(worker.map, records))
    together = flow.group(pairs)
    if combine and "combiner" in worker.parts:
        if combine == 2:
            half = len(pairs) // 2
            spills = [flow.combine(worker.combine, flow.group(some)) for some in (pairs[:half], pairs[half:])]
            together = flow.merge(spills)
        together = flow.combine(worker.combine, together)
    return flow.partition(together, partitions, worker.place)


def _reduce_task(worker: Worker, buckets: tuple[flow.Bucket, ...]) -> list:
    group_by = worker.trial.group_by
    if group_by is None:
        return flow.reduce_task(worker.reduce, buckets)
    return flow.reduce_task(lambda item: iter(worker.reduce(item)), buckets, group_by=group_by)


# What went wrong, in words.


def complaint(error: MrkitError) -> Finding:
    """The finding for what `flow` refused."""
    return Finding("contract", str(error))


def _what(part: str) -> str:
    return {"partitioner": "key", "function": "arguments"}.get(part, "input")


def _raised(error: BaseException, trial: Trial, part: str, rows: list, function: Any) -> Finding:
    role = trial.role(part)
    rows = rows + _line(error, function)
    if isinstance(error, EOFError) and "input" in names_of(function):
        return found("asks", rows, role=role)
    if isinstance(error, RecursionError):
        return found("recursion", rows, role=role)
    if isinstance(error, TypeError) and "'Stream'" in str(error):
        return found("stream", rows)
    if isinstance(error, TypeError) and not _entered(error, function):
        return found("signature", rows, role=role, count=_CALLED_WITH.get(part, "its arguments"))
    return _known_error(error, rows, role) or found("raises", rows, role=role, error=_named(error))


def _known_error(error: BaseException, rows: list, role: str) -> Finding | None:
    """Errors whose cause is certain, in words."""
    text, record = str(error), dict(rows).get("input")
    if isinstance(error, NameError) and text.count("'") >= 2:
        id = "unset" if isinstance(error, UnboundLocalError) else "no_name"
        return found(id, rows, name=text.split("'")[1])
    if isinstance(error, RuntimeError) and "during iteration" in text:
        return found("loop_changed", rows)
    if isinstance(error, KeyError) and record is not None and error.args[:1] == (record,):
        return found("learned_by_heart", rows, role=role, given=short(record, 40))
    if isinstance(error, TypeError) and "cannot unpack non-iterable" in text:
        return found("not_a_pair", rows, role=role, given=_LONELY.get(text.split()[3], "something"))
    return None


_LONELY = {"int": "a number", "float": "a number", "NoneType": "`None`"}


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": .")


_CALLED_WITH = {
    "map_func": "one thing, the input",
    "reduce_func": "one thing, the pair `(key, values)`",
    "combiner": "one thing, the pair `(key, values)`",
    "partitioner": "two things, the key and the number of partitions",
}


def _entered(error: BaseException, function: Any) -> bool:
    """Whether the function ran at all, or could not even be called like this."""
    code = getattr(function, "__code__", None)
    return code is None or any(frame.f_code is code for frame, _ in traceback.walk_tb(error.__traceback__))


def _line(error: BaseException, function: Any) -> list[tuple[str, Any]]:
    """The line of the learner's own code in which it happened."""
    code = getattr(function, "__code__", None)
    file = code.co_filename if code else ""
    lines = [number for frame, number in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == file]
    text = linecache.getline(file, lines[-1]).strip() if lines else ""
    return [("line", Text(text))] if text else []


def names_of(function: Any) -> set[str]:
    """Every name that a function and its helpers use."""
    return set().union(*(names(each.__code__) for each in reachable(function)))


def _check_travels(name: str, function: Any) -> None:
    try:
        by_value(function)
    except Exception as error:
        from mrkit.functions import culprit as culprit_of

        culprit = culprit_of(function)
        rows = [("because", Text(error))]
        if culprit:
            raise Stop(found("name_travel", rows, role=ROLES[name], given=culprit)) from None
        raise Stop(found("function_travel", rows, role=ROLES[name])) from None


def _heaviest(function: Any) -> str:
    """The variable that makes a function heavy."""
    sizes = {name: len(value) for name, value in state(function).items()}
    return f"`{max(sizes, key=lambda name: sizes[name])}`" if sizes else "too much"


# `hash` in another process.


def uses_hash(function: Any) -> bool:
    """Whether a function calls the built-in `hash`, itself or by a helper."""
    return any("hash" in names(f.__code__) and "hash" not in f.__globals__ for f in reachable(function))


def _overlay_hash(functions: Iterable, originals: Iterable, salt: str) -> None:
    def salted(key: Any) -> int:
        if not _has_text(key):
            return builtins.hash(key)
        digest = hashlib.blake2b(repr((salt, key)).encode(), digest_size=7).digest()  # the same whenever it is asked
        return int.from_bytes(digest)

    shared = {id(f.__globals__) for original in originals for f in reachable(original)}
    for function in functions:
        for f in reachable(function):
            if id(f.__globals__) not in shared:  # the learner's own variables are not ours to change
                f.__globals__.setdefault("hash", salted)


def _has_text(key: Any) -> bool:
    if isinstance(key, tuple | frozenset):
        return any(map(_has_text, key))
    return isinstance(key, str | bytes)
