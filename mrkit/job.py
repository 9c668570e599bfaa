"""MapReduce and SimpleMapReduce: what to compute, and the call that computes it.

A job holds the two functions and where to run them. It knows no phases (`flow`), no tasks (`engine`) and no pictures
(`views`): it checks what the user gave and puts the parts together.
"""

from __future__ import annotations

import contextlib
import inspect
import operator
import platform
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from mrkit import arguments, flow, partition
from mrkit.counters import show
from mrkit.engine.attempts import Patience
from mrkit.engine.driver import Engine, Plan
from mrkit.engine.interrupts import interruptible, uninterrupted
from mrkit.engine.protocol import Executor
from mrkit.engine.tasks import Work
from mrkit.engine.travel import refuse_in_import
from mrkit.errors import BadArgument, short
from mrkit.events import Clock, Event, Hook, WorkerOutput
from mrkit.executors import make
from mrkit.faults import Fault
from mrkit.faults import check as check_faults
from mrkit.functions import name_of, place, plain, signature
from mrkit.inputs import parse_size
from mrkit.interpreter import settings
from mrkit.machine import default_limit
from mrkit.records import Explanation, Records, explain
from mrkit.running import Running
from mrkit.trace import Trace

MOST_WORKERS = 1_000  # a process of Python each, or a thread
SLOWEST = 1_000  # times the length of a task's work that it may last in slow motion
FINE_PARTITIONS = 64  # with num_partitions=None: enough to share among many workers; tiny ones are joined


class Skipped(NamedTuple):
    """A record (or a key, in the reduce stage) that was left out: what it was, what went wrong, and where."""

    stage: str
    given: str
    error: str
    place: str


class Functions(NamedTuple):
    """The functions of a job, so that a view can show their text."""

    map_func: Callable
    reduce_func: Callable
    combiner: Callable | None
    partitioner: Callable | None
    group_by: Callable | None = None


@dataclass(frozen=True)
class Run:
    """One finished run of a job: its results, what happened (`trace`), and a sample of the data (`records`)."""

    results: list
    trace: Trace
    records: Records
    functions: Functions

    @cached_property
    def counters(self) -> dict[str, int]:
        """The totals of all `counter(name)` calls."""
        return self.trace.counters

    @cached_property
    def skipped(self) -> list[Skipped]:
        """The first bad records of every task that `on_error="skip"` left out; `trace.num_skipped` counts all."""
        return [
            Skipped(stage, given, error, place(file, line))
            for stage in ("map", "reduce")
            for task in self.trace.tasks(stage)
            for given, error, file, line in task.skipped
        ]

    def explain(self, key: Any) -> Explanation:
        """Which inputs, map tasks and pairs the result for `key` came from."""
        return explain(self.records, key)

    def __repr__(self) -> str:
        return f"<Run: {len(self.results):,} results in {self.trace.seconds:.2f} s, {self.records!r}>"


class MapReduce:
    """A MapReduce job on a pool of workers (Dean and Ghemawat, OSDI 2004).

    `map_func(input)` returns or yields `(key, value)` pairs. `reduce_func((key, values))` gets one group and returns
    one result of any kind; `values` can be read once. `combiner((key, values))` returns a `(key, value)` pair
    and shrinks a map task's groups before they travel, each at once or some of its values at a time.
    `partitioner(key, num_partitions)` says which partition a key goes to. `executor` is "serial", "threads",
    "processes", a Dask client or a Spark session (or the address of a cluster of theirs), or any
    `concurrent.futures.Executor`.

    Call it with the inputs to get the list of results, or use `run` to see what happened as well. The results come
    partition by partition, within each in the order in which keys were first met: the same on every executor, with
    any number of workers. In a `with` block the workers stay warm from call to call.

    >>> def words(line):
    ...     for word in line.split():
    ...         yield word, 1
    >>> def total(item):
    ...     word, ones = item
    ...     return word, sum(ones)
    >>> job = MapReduce(words, total, num_partitions=2, executor="serial")
    >>> job(["the cat", "the dog"])
    [('the', 2), ('cat', 1), ('dog', 1)]
    """

    def __init__(
        self,
        map_func: Callable[[Any], Iterable[flow.Pair]],
        reduce_func: Callable[[tuple[Any, Iterable]], Any],
        num_workers: int | None = None,
        *,
        combiner: Callable[[tuple[Any, Iterable]], flow.Pair] | None = None,
        partitioner: partition.Partitioner | None = None,
        num_partitions: int | None = None,
        group_by: partition.GroupBy | None = None,
        executor: Any = "processes",
        start_method: str | None = None,
        hooks: Sequence[Hook] = (),
        progress: bool = False,
        sample: int = 1000,
        sort_keys: bool = False,
        map_split: bool = False,
        memory_limit: int | str | None = None,
        on_error: str = "raise",
        max_skipped: int = 1000,
        max_attempts: int = 3,
        task_timeout: float | None = None,
        speculative: bool = False,
        faults: Sequence[Fault] = (),
        slow_motion: float = 1,
    ):
        """Say what to compute and where.

        `progress` shows a bar for each phase. `sample` is how many inputs `Run.records` keeps, with all that became
        of them. With `sort_keys`, a partition's keys are handled in their order, as in the paper; with a
        `RangePartitioner` all results are then sorted. With `map_split`, the map function gets a whole split (an
        iterable of records) at a time.

        Order: `group_by(key)` names the group that a key belongs to. Then keys are sorted within their partition,
        the default partitioner keeps groups together, and `reduce_func((group, pairs))` is called once for each
        group: `pairs` are its (key, value) in the order of the keys, to be read once, and it yields any number of
        results.

        Size: a worker process that takes more than `memory_limit` (bytes, or text such as "256MB") puts intermediate
        data on disk; the default is a fair share of half of the memory that is free.

        Faults: `on_error="skip"` leaves out records that the map function or the reduce function fails on, up to
        `max_skipped` of them; a combiner that fails, or a value that cannot travel, ends the job. A task whose worker
        dies or, with processes, takes longer than `task_timeout` seconds is tried again until it had `max_attempts`.
        `speculative` gives stragglers a backup. `faults` is a plan of faults (`mrkit.faults`).

        To be watched: in `slow_motion` every task lasts so many times as long as it computes, and its trace says so.
        """
        _check_callable("map_func", map_func)
        _check_callable("reduce_func", reduce_func)
        _check_callable("combiner", combiner, optional=True)
        _check_callable("partitioner", partitioner, optional=True)
        _check_callable("group_by", group_by, optional=True)
        _check_shape("map_func", map_func, 1, "one input")
        _check_shape("reduce_func", reduce_func, 1, PAIR, may_yield=group_by is not None)
        _check_shape("combiner", combiner, 1, PAIR, may_yield=False)
        _check_shape("partitioner", partitioner, 2, "a key and the number of partitions", may_yield=False)
        num_workers = arguments.whole(1, MOST_WORKERS, optional=True)("num_workers", num_workers)
        num_partitions = arguments.whole(1, partition.MOST_PARTITIONS, optional=True)("num_partitions", num_partitions)
        sample = arguments.whole(0)("sample", sample)
        max_attempts = arguments.whole(1)("max_attempts", max_attempts)
        flags = {"progress": progress, "sort_keys": sort_keys, "map_split": map_split, "speculative": speculative}
        for name, flag in flags.items():
            arguments.flag(name, flag)
        self._map_func, self._reduce_func, self._combiner = map_func, reduce_func, combiner
        self._functions = Functions(map_func, reduce_func, combiner, partitioner, group_by)
        self._partitioner = partitioner or partition.default_partitioner(group_by)
        self._group_by = group_by
        self._num_partitions = num_partitions or getattr(partitioner, "num_partitions", None)
        self._hooks, self._progress = _checked_hooks(hooks), progress
        if not isinstance(on_error, str) or on_error not in ("raise", "skip"):
            raise BadArgument(f"on_error must be 'raise' or 'skip'; you gave {short(on_error)}.")
        max_skipped = arguments.whole(0)("max_skipped", max_skipped)
        arguments.timeout("task_timeout", task_timeout)
        self._sample, self._map_split, self._sort_keys = sample, map_split, sort_keys
        self._memory_limit = None if memory_limit is None else parse_size(memory_limit)
        self._max_skipped = max_skipped if on_error == "skip" else None
        self._patience = Patience(max_attempts, task_timeout, speculative, self._max_skipped)
        self._faults = check_faults(faults)
        self._slow_motion = arguments.number(1, SLOWEST)("slow_motion", slow_motion)
        self._executor: Executor = make(executor, num_workers, start_method)
        if task_timeout is not None and not self._executor.can_stop_tasks:
            raise BadArgument("task_timeout needs executor='processes': only a process can be stopped in a task.")
        self._owns_executor = self._executor is not executor
        self._warm = False
        self._busy = threading.Lock()

    def __call__(self, inputs: Iterable, chunksize: int | None = None) -> list:
        """Run the job and return its results. `chunksize` is the number of inputs of one map task."""
        return self.run(inputs, chunksize).results

    def run(
        self, inputs: Iterable, chunksize: int | None = None, *, baseline: bool = False, hooks: Sequence[Hook] = ()
    ) -> Run:
        """Run the job; the results, the trace and the records of the run.

        What workers print appears here, marked with their names. `baseline` runs the job once more in one thread,
        without a pool, so that the trace can say what parallelism gained or cost. `hooks` watch this run only.
        """
        return self._run(inputs, chunksize, baseline, hooks, threading.Event(), self._print)

    def start(
        self, inputs: Iterable, chunksize: int | None = None, *, baseline: bool = False, hooks: Sequence[Hook] = ()
    ) -> Running:
        """Run the job in a background thread and return at once.

        `await job.start(inputs)` gives the `Run` while the event loop goes on; `.cancel()` stops the job. Hooks
        are called on the background thread.
        """
        return Running(lambda stopped, show: self._run(inputs, chunksize, baseline, hooks, stopped, show), self._print)

    def stream(self, inputs: Iterable, chunksize: int | None = None) -> Iterator:
        """Run the job and hand out its results one at a time, for results that are more than memory holds.

        >>> job = MapReduce(lambda word: [(len(word), word)], lambda item: item[0], executor="serial")
        >>> sorted(job.stream(["a", "the", "cat"]))
        [1, 3]
        """
        steps = self._blocks(inputs, chunksize)
        try:
            while True:
                with uninterrupted():  # but where the job waits
                    block = next(steps, None)
                if block is None:
                    return
                yield from block
        finally:
            with uninterrupted():
                steps.close()

    def _blocks(self, inputs: Iterable, chunksize: int | None) -> Generator[list, None, None]:
        with self._prepared(inputs, chunksize, False, (), threading.Event(), self._print) as (engine, _):
            yield from engine.blocks(inputs)

    @arguments.takes(name=arguments.maybe_text)
    def kill_worker(self, name: str | None = None) -> str | None:
        """Kill a worker process in the middle of its task, to see what happens; its name, or None if all are idle.

        With a `name`, such as "worker-2", it is that worker or none.
        For lessons: call it while the job runs in the background (`start`). Processes only.
        """
        kill = getattr(self._executor, "kill_worker", None)
        if kill is None:
            raise BadArgument("Only executor='processes' has workers that can be killed.")
        return kill(name)

    def __getstate__(self) -> dict[str, Any]:
        """A job that is part of what a function uses travels without its workers."""
        return {name: value for name, value in vars(self).items() if name not in ("_busy", "_warm")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _busy=threading.Lock(), _warm=False)

    def __enter__(self):
        self._warm = True
        return self

    def __exit__(self, error: type[BaseException] | None = None, *_: object) -> None:
        self._warm = False
        if self._owns_executor:
            self._close(error)

    def _run(
        self,
        inputs: Iterable,
        chunksize: int | None,
        baseline: bool,
        extra_hooks: Sequence[Hook],
        stopped: threading.Event,
        show: Callable[[WorkerOutput], None],
    ) -> Run:
        with (
            uninterrupted(),
            self._prepared(inputs, chunksize, baseline, extra_hooks, stopped, show) as (engine, seen),
            interruptible(),
        ):
            results = engine.run(inputs)
        return Run(results, Trace(seen), engine.records(), self._functions)

    @contextlib.contextmanager
    def _prepared(
        self,
        inputs: Iterable,
        chunksize: int | None,
        baseline: bool,
        extra_hooks: Sequence[Hook],
        stopped: threading.Event,
        show: Callable[[WorkerOutput], None],
    ) -> Iterator[tuple[Engine, list[Event]]]:
        """An engine for one run, and the events that it will have told; workers that nobody keeps warm end here."""
        if isinstance(inputs, str | bytes) or not (isinstance(inputs, Iterable) or hasattr(inputs, "splits")):
            raise BadArgument(f"The inputs must be a list, or another iterable of inputs; not {short(inputs)}.")
        _check_no_table(inputs)
        chunksize = arguments.whole(1, sys.maxsize, optional=True)("chunksize", chunksize)
        arguments.flag("baseline", baseline)
        extra_hooks = _checked_hooks(extra_hooks)
        refuse_in_import()
        if not self._busy.acquire(blocking=False):
            raise BadArgument("This job is running already. Make a second job, or wait for the first.")
        seen: list[Event] = []
        try:
            with contextlib.ExitStack() as stack:
                if self._owns_executor and not self._warm:
                    stack.push(lambda error, *_: self._close(error))
                shown = [] if self._executor.shows_prints else [_printing(show)]
                hooks = [seen.append, *self._hooks, *extra_hooks, *shown]
                if self._progress:
                    from mrkit.trace.progress_bar import ProgressBars

                    hooks.append(stack.enter_context(ProgressBars()))
                yield self._engine(chunksize, baseline, hooks, stopped), seen
        finally:
            self._busy.release()

    def _close(self, error: type[BaseException] | None = None) -> None:
        """End the workers: in order, unless an error is why; that nobody reads on is none."""
        with uninterrupted():
            self._executor.close(in_order=error is None or error is GeneratorExit)

    def _engine(self, chunksize: int | None, baseline: bool, hooks: list[Hook], stopped: threading.Event) -> Engine:
        work = Work(
            self._map_func,
            self._reduce_func,
            self._combiner,
            self._partitioner,
            self._num_partitions or FINE_PARTITIONS,
            Clock.here(platform.node()),
            ordered=self._ordered,
            sort_keys=self._sort_keys,
            group_by=self._group_by,
            memory_limit=self._limit(),
            max_skipped=self._max_skipped,
            faults=self._faults,
            slow_motion=self._slow_motion,
            settings=settings(),
        )
        join = self._num_partitions is None
        plan = Plan(chunksize, join, self._sample, self._patience, self._map_split, baseline)
        return Engine(self._name(), work, plan, self._executor, hooks, stopped)

    def _limit(self) -> int | None:
        if self._memory_limit is None and self._executor.can_stop_tasks:  # processes of their own
            return default_limit(self._executor.num_workers)
        return self._memory_limit

    _ordered = False

    def _name(self) -> str:
        functions = (self._map_func, self._reduce_func)
        names = [getattr(function, "__name__", type(function).__name__) for function in functions]
        if names == ["<lambda>", "<lambda>"]:
            return "two lambdas"
        return " and ".join("a lambda" if name == "<lambda>" else name for name in names)

    def _print(self, output: WorkerOutput) -> None:
        for line in output.text.splitlines():
            show(f"[{output.worker}] {line}")


class SimpleMapReduce(MapReduce):
    """The class of the article "Implementing MapReduce": a drop-in.

    `map_func(input)` returns or yields `(key, value)` pairs; `reduce_func((key, values))` returns a result. Results
    come in the order in which their keys were first met, `values` is a list, and what workers print is shown as it is.

    >>> counter = SimpleMapReduce(lambda line: [(word, 1) for word in line.split()],
    ...                           lambda item: (item[0], sum(item[1])), num_workers=2)
    >>> counter(["the cat", "the dog"])
    [('the', 2), ('cat', 1), ('dog', 1)]
    """

    _ordered = True

    def __init__(
        self,
        map_func: Callable[[Any], Iterable[flow.Pair]],
        reduce_func: Callable[[tuple[Any, Sequence]], Any],
        num_workers: int | None = None,
    ):
        super().__init__(map_func, reduce_func, num_workers)  # type: ignore[arg-type]
        self.map_func, self.reduce_func = map_func, reduce_func
        self.pool = Pool(self)

    def __call__(self, inputs: Iterable, chunksize: int = 1) -> list:  # type: ignore[override]
        """Run the job and return its results; `chunksize` inputs are handed to a worker at a time."""
        if not self._has_its_own_partition():
            return super().__call__(inputs, chunksize)
        with self._kept_warm():
            responses = self.pool.map(_Listed(self.map_func), inputs, chunksize)
            return self.pool.map(self.reduce_func, self.partition(chain.from_iterable(responses)))

    def partition(self, mapped_values: Iterable[flow.Pair]) -> Any:
        """The items of a grouping of these pairs: (key, [values in the order met]), keys in the order first met.

        The call itself groups in the workers; this is for looking at the phase by hand. In a subclass that has its
        own, the call obeys it: then all pairs come together in this process, as in the article.

        >>> list(SimpleMapReduce(print, print).partition([("a", 1), ("b", 2), ("a", 3)]))
        [('a', [1, 3]), ('b', [2])]
        """
        return flow.group(arguments.items("mapped_values", mapped_values)).items()

    def _mapped(self, func: Callable[[Any], Any], items: Iterable, chunksize: int | None) -> list:
        with self._kept_warm():
            job = _Mapping(_OfItem(func), _first, executor=self._executor, sample=0)
            return [result for _, result in sorted(job(enumerate(items), chunksize), key=operator.itemgetter(0))]

    def _has_its_own_partition(self) -> bool:
        return getattr(self.partition, "__func__", None) is not SimpleMapReduce.partition

    @contextlib.contextmanager
    def _kept_warm(self) -> Iterator[None]:
        before, self._warm = self._warm, True
        with contextlib.ExitStack() as stack:
            if not before:
                stack.push(lambda error, *_: self._close(error))
            stack.callback(setattr, self, "_warm", before)
            yield

    def _engine(self, *plan: Any) -> Engine:
        if self._has_its_own_partition():
            raise BadArgument("A subclass with its own `partition` can only be called; for a trace, use MapReduce.")
        self._map_func, self._reduce_func = self.map_func, _WithList(self.reduce_func)  # they may have been exchanged
        self._functions = self._functions._replace(map_func=self.map_func, reduce_func=self.reduce_func)
        return super()._engine(*plan)

    def _print(self, output: WorkerOutput) -> None:
        show(output.text, end="")


class Pool:
    """The `pool` of the article's class: it maps, on the workers of its job, which start and end by themselves."""

    def __init__(self, job: SimpleMapReduce):
        self._job = job

    def map(self, func: Callable[[Any], Any], iterable: Iterable, chunksize: int | None = None) -> list:
        """`func` of every item, in their order, each worked out by one of the workers.

        >>> SimpleMapReduce(print, print, 1).pool.map(lambda n: n * n, [3, 2, 1])
        [9, 4, 1]
        """
        return self._job._mapped(func, iterable, chunksize)

    def close(self) -> None:
        """The workers end, in order."""
        self._job._close()

    def terminate(self) -> None:
        """The workers are killed."""
        self._job._close(KeyboardInterrupt)

    def join(self) -> None:
        """They have ended: `close` waits for them."""


class _Mapping(MapReduce):
    def _print(self, output: WorkerOutput) -> None:
        show(output.text, end="")


def _first(item: tuple[Any, Iterable]) -> tuple[Any, Any]:
    key, values = item
    return key, next(iter(values))


class _Wrapped:
    """A user's function with something around it; errors speak of the function."""

    def __init__(self, function: Callable):
        self._function = function
        self.__name__ = getattr(function, "__name__", type(function).__name__)
        self.__qualname__ = getattr(function, "__qualname__", self.__name__)
        if hasattr(function, "__code__"):
            self.__code__ = function.__code__


class _WithList(_Wrapped):
    """The article hands its reduce function a list of values, not a stream."""

    def __call__(self, item: tuple[Any, Iterable]) -> Any:
        key, values = item
        return self._function((key, list(values)))


class _Listed(_Wrapped):
    """A map function may yield its pairs, and a generator does not travel."""

    def __call__(self, record: Any) -> list:
        return list(flow.map_records(self._function, [record]))


class _OfItem(_Wrapped):
    """A function as a map function, for items with their numbers."""

    def __call__(self, item: tuple[int, Any]) -> list:
        number, value = item
        return [(number, self._function(value))]


def _printing(show: Callable[[WorkerOutput], None]) -> Hook:
    def hook(event: Event) -> None:
        if isinstance(event, WorkerOutput):
            show(event)

    return hook


def _check_callable(name: str, value: Any, optional: bool = False) -> None:
    if not callable(value) and not (optional and value is None):
        raise BadArgument(f"{name} must be a function; you gave {short(value)}.")


def _checked_hooks(hooks: Any) -> tuple[Hook, ...]:
    if isinstance(hooks, str | bytes) or not isinstance(hooks, Iterable):
        raise BadArgument(f"hooks must be a list of functions that take one event; you gave {short(hooks)}.")
    checked = tuple(hooks)
    for hook in checked:
        _check_callable("a hook", hook)
    return checked


PAIR = "one pair: write `def f(item): key, values = item`"


def _check_shape(name: str, function: Any, arguments: int, what: str, may_yield: bool = True) -> None:
    """Refuse a function that cannot be called as a job calls it, or that gives something else than it should."""
    if function is None:
        return
    code = plain(function)
    if inspect.iscoroutinefunction(code) or inspect.isasyncgenfunction(code):
        raise BadArgument(f"{name} `{name_of(function)}` is async, and nothing awaits it here. Use a plain `def`.")
    if inspect.isgeneratorfunction(code) and not may_yield:
        raise BadArgument(f"{name} `{name_of(function)}` uses `yield`, but gives one result. Use `return`.")
    try:
        parameters = signature(function)
    except (TypeError, ValueError):  # of some functions in C nobody knows
        return
    try:
        parameters.bind(*[None] * arguments)
    except TypeError:
        raise BadArgument(f"{name} `{name_of(function)}` takes {parameters}, but is called with {what}.") from None


def _check_no_table(inputs: Any) -> None:
    """Refuse a table that gives the names of its columns, or whole columns, when its rows are meant."""
    if not hasattr(inputs, "columns"):
        return
    for rows in ("itertuples", "iter_rows", "toLocalIterator"):  # of pandas, Polars and Spark
        if hasattr(inputs, rows):
            name = type(inputs).__name__
            raise BadArgument(f"A {name} gives its columns, not its rows, as inputs: use `{rows}()` of it instead.")
