"""Apache Spark: a stage is a Spark job, a task is a Spark task, the shuffle is Spark's.

Map tasks become an RDD of what they wrote, in chunks, which Spark keeps. For the reduce tasks it is cut into their
ranges and Spark brings the pieces together. What a task says of itself (figures, counters, prints, or its error) comes
back through an accumulator as soon as its Spark task is done; intermediate data never passes through the driver.

Spark tries a task again when its worker dies, runs lost map tasks again and may race stragglers (spark.speculation),
all under the same attempt number: what succeeded counts once, the lost time is not in the trace. Nor is the moment when
a task starts, before it is done. A context or session of the user's is theirs to stop.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import pickle
import platform
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

import cloudpickle

from mrkit import __version__, blame, shuffle
from mrkit.errors import BadArgument, CannotTravel, ClusterError, DamagedBucket, MrkitError, short
from mrkit.executors import Executor, check_versions, load, pack_task, pack_work
from mrkit.faults import softened
from mrkit.inputs import parse_size
from mrkit.tasks import Done, Failure, Fetch, ReduceTask, Task, Work, perform

try:
    from pyspark import InheritableThread, SparkConf, SparkContext, StorageLevel, TaskContext
    from pyspark.java_gateway import launch_gateway
except ImportError as error:
    raise BadArgument("Spark needs PySpark here: pip install 'mrkit[spark]'.") from error

PATIENCE = 10.0  # seconds for a master to answer
FIRST_WORKER = 60.0  # seconds for a cluster to start a first worker: a Java process each
TASKS_AHEAD = 1_000  # tasks taken at a time: a stage of so many is one Spark job
CHUNK = 64_000  # bytes of one piece: a sender holds about a thousand of them
VERSIONS = {"mrkit": __version__, "cloudpickle": cloudpickle.__version__}


class Spark(Executor):
    """Tasks on a `SparkContext`, on a `SparkSession`'s, or on one made here for the master at a URL."""

    name = "spark"
    most_pending = TASKS_AHEAD

    def __init__(self, spark: Any, num_workers: int | None = None):
        self._url = spark if isinstance(spark, str) else None
        self._context = None if isinstance(spark, str) else _context_of(spark)
        self._limit, self._made = num_workers, contextlib.ExitStack()
        self._job: Job | None = None

    @property
    def num_workers(self) -> int:  # type: ignore[override]
        """How many tasks Spark runs at the same time, as it says now."""
        context = self._connected()
        return self._limit or context.defaultParallelism

    def begin(self, work: Work, stopped: threading.Event) -> None:
        """Hand the functions to Spark, which brings them to its workers."""
        context = self._connected()
        if work.memory_limit is None:  # Spark's own aggregations in Python go to disk at the same size
            work = replace(work, memory_limit=parse_size(context.getConf().get("spark.python.worker.memory", "512m")))
        self._job = Job(context, pack_work(replace(work, faults=softened(work.faults))), self.num_workers)

    def path(self, name: str) -> str:
        """A file on the driver's disk; tasks write to files of their own, on their worker's."""
        assert self._job is not None
        return str(self._job.folder / name)

    def submit(self, task: Task, timeout: float | None = None) -> Future[Done | Failure]:
        """Keep the task for the next Spark job."""
        assert self._job is not None
        return self._job.submit(task)

    def flush(self) -> None:
        """Start a Spark job unless there is enough to do already."""
        assert self._job is not None
        self._job.flush()

    def end(self) -> None:
        """Cancel what runs on Spark, and have it forget the job's data."""
        if self._job is not None:
            self._job.end()
            self._job = None

    def close(self) -> None:
        """Stop the context, if it was made here."""
        if self._url is not None:
            self._context = None
            self._made.close()

    def _connected(self) -> SparkContext:
        if self._context is None:
            assert self._url is not None
            self._context = self._made.enter_context(_made(self._url, self._limit))
        try:
            stopped = self._context._jsc.sc().isStopped()
        except Exception:  # there is nothing to ask any more
            stopped = True
        if stopped:
            raise ClusterError("The Spark context has been stopped. Make a new one, and a new job for it.")
        return self._context


def _context_of(spark: Any) -> SparkContext:
    try:
        context = spark if isinstance(spark, SparkContext) else spark.sparkContext
    except Exception as error:  # each version of Spark Connect has its own way to say it
        raise BadArgument(
            "A Spark Connect session cannot run Python functions over its partitions. Give the job a SparkContext, a "
            "session made with .master(...), or the master's URL."
        ) from error
    if not isinstance(context, SparkContext):
        raise BadArgument(f"executor must be a SparkSession, a SparkContext or a master's URL; not {short(spark)}.")
    return context


# One job.

UNWANTED = "mrkit.unwanted"  # the property of a Spark job that names the tasks of others that failed


@dataclass(eq=False)
class Submitted:
    """A task on its way: packed, with the partitions that it takes if it is a reduce task.

    `name` is another in each Spark job that it is part of, so that only what the last one wrote is taken.
    """

    stage: str
    identity: str
    packed: bytes
    partitions: tuple[int, int]
    future: Future[Done | Failure]
    name: str = ""


class Job:
    """What Spark holds and does for one job of ours."""

    def __init__(self, context: SparkContext, packed_work: bytes, num_workers: int):
        self._context, self._num_workers = context, num_workers
        self._group = f"mrkit-{uuid.uuid4().hex}"
        self._waiting: deque[Submitted] = deque()
        self._running: dict[str, Submitted] = {}
        self._unwanted: list[str] = []
        self._numbers = itertools.count()
        self._threads: list[threading.Thread] = []
        self._mapped: list[Any] = []  # RDDs of what map tasks wrote
        self._work = context.broadcast((VERSIONS, packed_work))
        self._broadcast: list[Any] = [self._work]
        self._telling = Telling(self._take)
        self._told: Any = context.accumulator([], self._telling)  # type: ignore[arg-type]
        self._over = False
        self.folder = Path(tempfile.mkdtemp(prefix="mrkit-"))

    def submit(self, task: Task) -> Future[Done | Failure]:
        """Keep a task for the next Spark job."""
        partitions = (task.first, task.last) if isinstance(task, ReduceTask) else (0, 0)
        identity = f"{task.stage}-{task.number}-{task.attempt}"
        submitted = Submitted(task.stage, identity, pack_task(task), partitions, Future())
        self._waiting.append(submitted)
        return submitted.future

    def flush(self) -> None:
        """Start Spark jobs for what waits, if a worker would have nothing to do, or if it is much."""
        if len(self._running) >= self._num_workers and len(self._waiting) < TASKS_AHEAD // 2:
            return
        tasks = [self._waiting.popleft() for _ in range(len(self._waiting))]
        for stage, group in itertools.groupby(sorted(tasks, key=attrgetter("stage")), key=attrgetter("stage")):
            self._start(stage, list(group))

    def _start(self, stage: str, tasks: list[Submitted]) -> None:
        number = next(self._numbers)
        for task in tasks:
            task.name = f"{task.identity}-{number}"
            self._running[task.name] = task
        thread = InheritableThread(target=partial(self._run, stage, tasks), name=f"{self._group}-{number}")
        self._threads.append(thread)
        thread.start()

    def end(self) -> None:
        """Cancel what runs, and leave nothing on Spark or on the disk."""
        self._over = True
        for thread in self._threads:
            while thread.is_alive():  # more than once: it may be just about to start its Spark job
                with contextlib.suppress(Exception):  # a context that was stopped runs nothing
                    self._context.cancelJobGroup(self._group)
                thread.join(0.1)
        self._telling.take = _ignore
        with contextlib.suppress(Exception):
            for rdd in self._mapped:
                rdd.unpersist()
            for broadcast in self._broadcast:
                broadcast.destroy()
        shutil.rmtree(self.folder, ignore_errors=True)

    # In a thread for each Spark job.

    def _run(self, stage: str, tasks: list[Submitted]) -> None:
        try:
            self._context.setJobGroup(self._group, f"mrkit: {stage}, {len(tasks)} tasks", interruptOnCancel=True)
            self._context.setLocalProperty(UNWANTED, " ".join(self._unwanted))
            rdd = self._map(tasks) if stage == "map" else self._reduce(tasks)
            if not self._over:
                rdd._jrdd.count()  # not rdd.count(), which would send all of it to Python once more
            self._give_up(tasks, "it lost what a task told")
        except Exception as error:
            self._failed(tasks, _message(error))

    def _map(self, tasks: list[Submitted]) -> Any:
        packed = self._context.parallelize([(task.name, task.packed) for task in tasks], len(tasks))
        mapped = packed.mapPartitions(partial(run_map, self._group, self._work, self._told))
        self._mapped.append(mapped.persist(StorageLevel.MEMORY_AND_DISK))
        return mapped

    def _reduce(self, tasks: list[Submitted]) -> Any:
        packed = self._context.broadcast([(task.name, task.packed) for task in tasks])
        self._broadcast.append(packed)
        written = self._context.union(self._mapped).coalesce(self._num_workers)  # fewer, larger blocks in the shuffle
        pieces = written.mapPartitions(partial(cut, [task.partitions for task in tasks]))
        shuffled = pieces.partitionBy(len(tasks), _itself)
        return shuffled.mapPartitionsWithIndex(partial(run_reduce, self._group, self._work, self._told, packed))

    def _failed(self, tasks: list[Submitted], message: str) -> None:
        """A Spark job failed. If a worker died, the task that it died at counts as tried; others go into the next."""
        if not re.search("Python worker exited|ExecutorLostFailure|Connection reset|Broken pipe", message):
            self._give_up(tasks, message)
            return
        number = re.search(r"Task (\d+) in stage", message)
        at = tasks[int(number[1])] if number and int(number[1]) < len(tasks) else None
        undone = self._undone(tasks)
        died = [at] if at in undone else undone
        for task in undone:
            if task not in died:
                self._waiting.append(task)
            elif task.future.set_running_or_notify_cancel():
                task.future.set_exception(SparkWorkerDied(_short(message)))

    def _give_up(self, tasks: list[Submitted], message: str) -> None:
        for task in self._undone(tasks):
            self._settle(task, Failure(blame.pack_plain(_error(message)), "", ""))

    def _undone(self, tasks: list[Submitted]) -> list[Submitted]:
        """Those that have not told anything; they are not part of this Spark job any more."""
        undone = [task for task in tasks if self._running.pop(task.name, None) is not None]
        self._unwanted += [task.name for task in undone if task.stage == "map"]
        return undone

    # In the thread that pyspark takes what accumulators get with.

    def _take(self, told: list[tuple[str, bytes]]) -> None:
        for name, packed in told:
            task = self._running.pop(name, None)  # None: Spark did it once more, or nobody waits any longer
            if task is not None:
                try:
                    self._settle(task, load(packed))
                except CannotTravel as error:
                    self._settle(task, Failure(blame.pack_plain(error), "", ""))

    def _settle(self, task: Submitted, result: Done | Failure) -> None:
        if task.future.set_running_or_notify_cancel():
            task.future.set_result(result)


class SparkWorkerDied(Exception):
    """A Python process of Spark's, or an executor with all of them, ended in the middle of a task."""


class Telling:
    """The rule of an accumulator: in a worker it collects what tasks tell; at home it is taken at once."""

    def __init__(self, take: Any = None):
        self.take = take

    def __reduce__(self) -> tuple:
        return Telling, ()

    def zero(self, value: list) -> list:
        """Nothing told yet."""
        return []

    def addInPlace(self, told: list, more: list) -> list:
        """One more."""
        if self.take is None:
            return told + more
        self.take(more)
        return told


def _ignore(told: list) -> None:
    pass


def _message(error: Exception) -> str:
    """What Spark says, without the stack of the Java code that says it."""
    try:
        return error.java_exception.getMessage() or str(error)  # type: ignore[attr-defined]
    except Exception:
        return str(error)


def _error(message: str) -> ClusterError:
    """The same as a sentence that says what to do."""
    module = re.search(r"No module named '(mrkit|cloudpickle)", message)
    if module:
        return ClusterError(
            f"A Spark worker cannot import {module[1]}. Install mrkit in the Python that the workers use "
            f"(PYSPARK_PYTHON names it)."
        )
    if "PYTHON_VERSION_MISMATCH" in message:
        there = re.search(r"different version: \D{0,3}(\d+\.\d+)", message)
        return ClusterError(
            f"Python is {platform.python_version()} here and {there[1] if there else 'another'} on a Spark worker. "
            f"Functions travel only between equal versions: name the same Python for both (PYSPARK_PYTHON)."
        )
    if re.search("stopped SparkContext|SparkContext was shut down|NoneType|Answer from Java|while sending", message):
        return ClusterError("The Spark context was stopped, or lost its cluster, while the job ran.")
    return ClusterError(f"Spark could not run the job: {_short(message)}")


def _short(message: str) -> str:
    """The line of it that says what happened."""
    raised = re.findall(r"^\w[\w.]*(?:Error|Exception): .*", message, re.MULTILINE) if "Traceback" in message else []
    said = raised[-1] if raised else next(iter(message.strip().splitlines()), "it does not say why")
    return said.rpartition("Exception: ")[2].partition(". Consider")[0]


# A context of our own.


@contextlib.contextmanager
def _made(url: str, num_workers: int | None) -> Iterator[SparkContext]:
    """A context on the master at a URL, as quiet as it can be; after it nothing is left, not even its Java process."""
    _check_answer(url)
    if SparkContext._active_spark_context is not None:
        raise BadArgument("This process has a Spark context already. Give the job that one: executor=spark.")
    conf = SparkConf().setMaster(url).setAppName("mrkit").set("spark.ui.enabled", "false")
    conf.set("spark.ui.showConsoleProgress", "false").set("spark.python.task.killTimeout", "100ms")
    if hasattr(socket, "AF_UNIX"):  # a task takes 9 ms instead of 25 (Spark 4.1 and later)
        conf.set("spark.python.unix.domain.socket.enabled", "true")
    if num_workers:
        conf.set("spark.cores.max", str(num_workers))
    with contextlib.ExitStack() as stack:
        try:
            with _own_interrupts():
                gateway = SparkContext._gateway
                if gateway is None:
                    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
                    gateway = launch_gateway(conf, quiet)
                    stack.callback(end_java, gateway)
                context = SparkContext(conf=conf, gateway=gateway)
            stack.callback(context.stop)
            _wait_for_worker(context, url)
        except MrkitError:
            raise
        except Exception as error:
            java = "it needs Java 17 or newer, which did not run. Install it, or set JAVA_HOME."
            said = _message(error)
            raise ClusterError(f"Spark did not start: {java if 'JAVA_GATEWAY' in said else _short(said)}") from error
        yield context


def end_java(gateway: Any) -> None:
    """End the Java process that pyspark leaves when a context is stopped."""
    SparkContext._gateway = SparkContext._jvm = None
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()


@contextlib.contextmanager
def _own_interrupts() -> Iterator[None]:
    """Spark puts in a handler that cancels all jobs of the context; ours is back after the block."""
    handler = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, handler)


def _check_answer(url: str) -> None:
    """Ask at the address first: Spark itself would try for a minute."""
    masters = re.findall(r"(?:^spark://|,)\[?([^\s,/]+?)\]?:(\d+)(?=,|$)", url)
    if not masters:
        raise BadArgument(f"A Spark master's URL looks like spark://HOST:7077; you gave {short(url)}.")
    said = ""
    for host, port in masters:
        try:
            socket.create_connection((host, int(port)), timeout=PATIENCE).close()
            return
        except (OSError, OverflowError) as error:
            said = str(error)
    raise ClusterError(f"No Spark master answers at {url}: {said}. Is the address right, and does one run there?")


def _wait_for_worker(context: SparkContext, url: str) -> None:
    end = time.monotonic() + FIRST_WORKER
    while len(context._jsc.sc().statusTracker().getExecutorInfos()) < 2:  # the first is the driver
        if time.monotonic() > end:
            raise ClusterError(
                f"The Spark master at {url} gave no worker within {FIRST_WORKER:g} s. "
                f"Does it have workers with free cores and memory, and can they reach this machine?"
            )
        time.sleep(0.05)


# In a Python process of a Spark worker.

Piece = tuple[str, Any, bytes]  # which output, where in it (or its offsets, before its first piece), bytes

_works: dict[str, Work] = {}


def run_map(job: str, work: Any, told: Any, tasks: Iterator[tuple[str, bytes]]) -> Iterator[Piece]:
    """Do a map task, tell of it, and hand over what it wrote."""
    [(name, packed_task)] = tasks
    context = TaskContext.get()
    assert context is not None
    if name in (context.getLocalProperty(UNWANTED) or "").split():
        return  # nobody needs it, which Spark cannot know
    with _folder() as folder:
        done = _perform(job, work, packed_task, os.path.join(folder, "map"))
        written: list[shuffle.Output] = []
        if isinstance(done, Done):
            written = done.outputs
            done.outputs = [replace(output, path=f"{name}.{number}") for number, output in enumerate(written)]
        told.add([(name, pickle.dumps(done))])
        for number, output in enumerate(written):
            yield f"{name}.{number}", output.offsets, b""
            with open(output.path or "", "rb") as file:
                for start in range(0, output.size, CHUNK):
                    yield f"{name}.{number}", start, file.read(CHUNK)


def cut(ranges: list[tuple[int, int]], pieces: Iterable[Piece]) -> Iterator[tuple[int, Piece]]:
    """What goes to which reduce task, and where in its range it begins.

    >>> list(cut([(0, 1), (1, 3)], [("map-0-1-0.0", (0, 2, 2, 5), b""), ("map-0-1-0.0", 0, b"abcde")]))
    [(0, ('map-0-1-0.0', 0, b'ab')), (1, ('map-0-1-0.0', 0, b'cde'))]
    """
    borders: list[tuple[int, int]] = []
    for name, start, data in pieces:
        if not data:
            borders = [(start[first], start[last]) for first, last in ranges]
            continue
        for number, (begin, end) in enumerate(borders):
            first, last = max(begin, start), min(end, start + len(data))
            if first < last:
                yield number, (name, first - begin, data[first - start : last - start])


def run_reduce(
    job: str, work: Any, told: Any, tasks: Any, number: int, pieces: Iterator[tuple[int, Piece]]
) -> Iterator:
    """Do a reduce task with the pieces that Spark brought, and tell of it."""
    name, packed_task = tasks.value[number]
    with _folder() as folder:
        fetch = partial(gather, pieces=(piece for _, piece in pieces), path=os.path.join(folder, "pieces"))
        done = _perform(job, work, packed_task, os.path.join(folder, "reduce"), fetch)
        if isinstance(done, Done):
            done.outputs = [*map(shuffle.loaded, done.outputs)]
        told.add([(name, pickle.dumps(done))])
    yield from ()


def gather(sources: shuffle.Sources, pieces: Iterable[Piece], path: str) -> tuple[shuffle.Output, ...]:
    """Put every piece where it belongs: in memory or, if they are many bytes, in a file.

    Spark may have run a map task again, with another outcome: then what it wrote first is lost.
    """
    begins = list(itertools.accumulate((output.size for _, output in sources), initial=0))
    places = {output.path: (begin, output.size) for begin, (_, output) in zip(begins, sources, strict=False)}
    arrived: Counter[str | None] = Counter()
    with io.BytesIO() if begins[-1] <= shuffle.PRELOAD else open(path, "xb") as file:
        for name, start, data in pieces:
            arrived[name] += len(data)
            begin, size = places.get(name, (0, 0))
            if start + len(data) <= size:
                file.seek(begin + start)
                file.write(data)
        held = file.getvalue() if isinstance(file, io.BytesIO) else None
    _check_arrived(sources, arrived)
    outputs = zip(begins, (output.offsets for _, output in sources), strict=False)
    moved = [tuple(offset - offsets[0] + begin for offset in offsets) for begin, offsets in outputs]
    return tuple(shuffle.Output(path if held is None else None, held, offsets) for offsets in moved)


def _check_arrived(sources: shuffle.Sources, arrived: Counter[str | None]) -> None:
    sizes = {output.path: output.size for _, output in sources}
    unlike = {_attempt(name) for name in {*sizes, *arrived} if arrived[name] != sizes.get(name, 0)}
    lost = {task for task, output in sources if _attempt(output.path) in unlike}  # what replaced ones wrote is not
    if lost:
        error = DamagedBucket("Intermediate data is gone: Spark ran a map task again, and it did not write the same.")
        error.map_tasks = tuple(sorted(lost))
        raise error


def _attempt(name: str | None) -> str:
    return str(name).partition(".")[0]


def _perform(job: str, work: Any, packed_task: bytes, path: str, fetch: Fetch = shuffle.preload) -> Done | Failure:
    name = f"{platform.node()}:{os.getpid()}"
    try:
        return perform(_loaded(job, work), replace(load(packed_task), path=path), None, fetch, name)
    except MrkitError as error:
        return Failure(blame.pack_plain(error), "", name)


def _loaded(job: str, broadcast: Any) -> Work:
    """The job's functions, loaded once in each process."""
    if job not in _works:
        versions, packed = broadcast.value
        check_versions(versions, VERSIONS, f"the Spark worker {platform.node()}")
        _works.clear()
        _works[job] = load(packed)
    return _works[job]


def _folder() -> tempfile.TemporaryDirectory:
    """For one task, where Spark has its own files: it removes them even if this process is killed."""
    folders = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")
    return tempfile.TemporaryDirectory(prefix="mrkit-", dir=folders[0] or None)


def _itself(number: int) -> int:
    return number
