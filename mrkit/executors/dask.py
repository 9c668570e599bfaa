"""A Dask cluster: tasks on its workers, buckets from worker to worker.

The client sends functions and tasks and receives sizes, samples and results. What a map task writes stays in a file
on its worker; a reduce task asks the workers for its ranges of their files, over Dask's own connections. A worker
that dies takes its files along: the reduce task says whose they were, and the engine runs those map tasks again.

A task that was running on a worker that died is run again by Dask itself, under the same attempt number; that lost
time is not in the trace. Nothing here is ours to start or stop: the cluster belongs to the user.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
import threading
import time
import uuid
import warnings
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from mrkit import blame, shuffle
from mrkit.errors import BadArgument, Cancelled, CannotTravel, ClusterError, DamagedBucket, short
from mrkit.executors import Executor, check_versions, load, pack_task, pack_work
from mrkit.faults import softened
from mrkit.interrupts import interruptible
from mrkit.tasks import Done, Failure, MapTask, Task, Work, perform

try:
    import distributed
    from distributed.diagnostics.plugin import WorkerPlugin
    from distributed.protocol import to_serialize
    from distributed.utils import sync
except ImportError as error:
    raise BadArgument("A Dask cluster needs Dask here: pip install 'mrkit[dask]'.") from error

PATIENCE = 10.0  # seconds for the cluster to answer
ASK_AGAIN = 1.0  # seconds without an answer from a worker until the scheduler is asked whether it lives
SILENCE = 60.0  # seconds without an answer from a worker that lives until its data counts as lost
WAITING = 16  # tasks for each thread of a worker that are handed to the scheduler at a time
BATCH = 16_000_000  # bytes that one worker asks of another at a time
MEMORY_SHARE = 0.5  # of what Dask gives a worker, for the pairs of the tasks that it runs at a time

# What a worker must have, as an expression: a function of ours would not load where mrkit is missing.
VERSIONS = """{
    "Python": "%d.%d" % __import__("sys").version_info[:2],
    "cloudpickle": __import__("cloudpickle").__version__,
    "mrkit": __import__("mrkit").__version__,
}"""


class Dask(Executor):
    """Tasks on the workers of a `distributed.Client`, or of the scheduler at an address."""

    name = "dask"

    def __init__(self, client: Any, num_workers: int | None = None):
        if not isinstance(client, str | distributed.Client):
            raise BadArgument(f"executor must be a Dask client or its scheduler's address; not {short(client)}.")
        self._address = client if isinstance(client, str) else None
        self._client = None if isinstance(client, str) else client
        self._limit = num_workers
        self._checked: set[str] = set()
        self._running: set[distributed.Future] = set()
        self._job = ""

    @property
    def num_workers(self) -> int:  # type: ignore[override]
        """How many tasks the cluster runs at the same time, now."""
        return self._limit or sum(self._threads().values())

    @property
    def most_pending(self) -> int:
        """Enough that workers have tasks while messages go to the scheduler and back."""
        return WAITING * self.num_workers + 1

    def begin(self, work: Work, stopped: threading.Event) -> None:
        """Look whether the workers can do it, and give them what they need but the functions."""
        packed = pack_work(replace(work, faults=softened(work.faults)))
        client = self._connected()
        self._welcome_workers(client)
        self._job, self._running = uuid.uuid4().hex, set()
        self._folder = Path(tempfile.mkdtemp(prefix="mrkit-"))
        # As the result of a task it can be made again when the workers that have it die.
        self._work = client.submit(bytes, packed, key=f"mrkit-work-{self._job}")
        self._at_work = _at_work[self._job] = {}
        client.subscribe_topic("mrkit", _note)

    def path(self, name: str) -> str:
        """A file on the client's disk; what a task writes is on its worker's, under the same name."""
        return str(self._folder / name)

    def submit(self, task: Task, timeout: float | None = None) -> Future[Done | Failure]:
        """Hand the task to the scheduler."""
        key = f"mrkit-{task.stage}-{self._job}-{task.number}-{task.attempt}"
        client: Any = self._connected()
        there = client.submit(run, self._job, self._work, pack_task(task), key=key)
        here: Future[Done | Failure] = Future()
        running = self._running
        running.add(there)

        async def hand_over() -> None:  # in the client's loop, where Dask fetches all that is done at a time as one
            try:
                result, error = await client.gather(there, asynchronous=True), None
            except BaseException as raised:
                result, error = None, raised
            running.discard(there)
            if here.set_running_or_notify_cancel():
                here.set_result(result) if error is None else here.set_exception(error)

        client.loop.add_callback(hand_over)
        here.add_done_callback(lambda here: here.cancelled() and there.cancel())
        return here

    def seen(self) -> list[tuple[str, int, int, str]]:
        """What the workers have told."""
        return [(*identity, worker) for identity, worker in self._at_work.copy().items()]

    def end(self) -> None:
        """Cancel what runs, and have the workers remove the job's files."""
        if not self._job:
            return
        _at_work.pop(self._job, None)
        with contextlib.suppress(Exception):  # a cluster that is gone has forgotten the job
            client: Any = self._connected()
            client.sync(client.cancel, [self._work, *self._running], callback_timeout=PATIENCE)
            message = {"op": "mrkit_forget", "job": self._job}
            client.sync(client.scheduler.broadcast, msg=message, on_error="ignore", callback_timeout=PATIENCE)
        shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """Leave the cluster, if we joined it."""
        if self._address is not None and self._client is not None:
            self._client.close()
            self._client = None

    def _connected(self) -> distributed.Client:
        if self._client is None:
            try:
                with interruptible(), warnings.catch_warnings():  # `_welcome_workers` says it in one sentence
                    warnings.simplefilter("ignore")
                    self._client = distributed.Client(self._address, timeout=PATIENCE, set_as_default=False)
            except (OSError, TimeoutError, ValueError) as error:
                raise ClusterError(
                    f"No Dask scheduler answers at {self._address}: {error}. "
                    f"Is the address right, and does `dask scheduler` run there?"
                ) from error
        if self._client.asynchronous or self._client.status != "running":
            raise ClusterError(
                f"The Dask client is {self._client.status}. "
                f"A job needs a client that is connected, made without asynchronous=True."
            )
        return self._client

    def _threads(self) -> dict[str, int]:
        """How many tasks each worker runs at a time, by address."""
        client = self._connected()
        try:
            with interruptible():
                client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            address = client.scheduler_info()["address"]
            raise ClusterError(f"The Dask cluster has no workers. Start some: `dask worker {address}`.") from error
        return client.nthreads()

    def _welcome_workers(self, client: distributed.Client) -> None:
        """Of workers that were not yet looked at: see that they can do it, and make them keep buckets."""
        new = [address for address in self._threads() if address not in self._checked]
        here = eval(VERSIONS)
        for address, there in client.run(eval, VERSIONS, workers=new, on_error="return").items():
            if isinstance(there, BaseException):
                raise ClusterError(
                    f"The Dask worker {address} cannot load what mrkit needs: {there}. Install mrkit there."
                ) from there
            check_versions(here, there, f"the Dask worker {address}")
        if new:
            client.register_plugin(Buckets())
        self._checked.update(new)


# In the client's process: what the workers told of themselves, by job.

_at_work: dict[str, dict[tuple[str, int, int], str]] = {}


def _note(event: tuple[float, tuple[str, str, int, int, str]]) -> None:
    _, (job, stage, task, attempt, worker) = event
    if job in _at_work:
        _at_work[job][stage, task, attempt] = worker


# On a worker.

Range = tuple[str, int, int]  # path, start, stop


def run(job: str, packed_work: bytes, packed_task: bytes) -> Done | Failure:
    """Do one task with what this worker knows of its job."""
    here: Any = distributed.get_worker().plugins[Buckets.name]
    return here.run(job, packed_work, packed_task)


class Buckets(WorkerPlugin):
    """What mrkit is on a Dask worker: the functions of jobs, the files of their map tasks, and who may read them."""

    name = "mrkit"
    idempotent = True

    def setup(self, worker: Any) -> None:
        """Answer two more questions."""
        self._worker, self._jobs = worker, dict[str, Job]()
        self._over: set[str] = set()
        self._lock = threading.Lock()
        worker.handlers |= {"mrkit_read": self.read, "mrkit_forget": self.forget}

    def teardown(self, worker: Any) -> None:
        """Leave no file."""
        for job in list(self._jobs):
            self.forget(job)

    def run(self, job: str, packed_work: bytes, packed_task: bytes) -> Done | Failure:
        """Run a task in this thread."""
        name = _readable(self._worker)
        try:
            here = self._job(job, packed_work)
            task: Task = load(packed_task)
        except (Cancelled, CannotTravel) as error:
            return Failure(blame.pack_plain(error), "", name)
        self._worker.log_event("mrkit", (job, task.stage, task.number, task.attempt, name))
        return here.run(task, name)

    def _job(self, job: str, packed_work: bytes) -> Job:
        with self._lock:
            if job in self._over:
                raise Cancelled
            if job not in self._jobs:
                self._jobs[job] = Job(self._worker, load(packed_work))
            return self._jobs[job]

    def forget(self, job: str) -> None:
        """The job is over: its tasks stop before their next record, its files go."""
        with self._lock:
            self._over.add(job)
            here = self._jobs.pop(job, None)
        if here is not None:
            here.end()

    async def read(self, ranges: list[Range]) -> Any:
        """The bytes of ranges of files, each (path, start, stop); None if one of them is gone."""
        try:
            return to_serialize(await asyncio.to_thread(_read, ranges))
        except OSError:
            return None


def _read(ranges: list[Range]) -> bytes:
    pieces = []
    for path, start, stop in ranges:
        with open(path, "rb") as file:
            file.seek(start)
            pieces.append(file.read(stop - start))
    return b"".join(pieces)  # as one: Dask would send a frame for each


def _readable(worker: Any) -> str:
    """A worker's name; of one without, what tells it from others comes first, because charts cut long names."""
    name = str(worker.name)
    if name == worker.address:
        host, _, port = name.rpartition("://")[2].rpartition(":")
        return f"{port}@{host}"
    return f"dask-{name}" if name.isdigit() else name


class Job:
    """One job on one worker."""

    def __init__(self, worker: Any, work: Work):
        self._worker = worker
        self._folder = Path(tempfile.mkdtemp(prefix="mrkit-", dir=worker.local_directory))
        self._stop = threading.Event()
        limit = worker.memory_manager.memory_limit
        if work.memory_limit is None and limit:
            work = replace(work, memory_limit=int(limit * MEMORY_SHARE))
        self._work = work

    def end(self) -> None:
        """Stop, and remove the files."""
        self._stop.set()
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self, task: Task, name: str) -> Done | Failure:
        """Run a task with files of its own, since Dask may run it twice."""
        path = str(self._folder / f"{Path(task.path or '').name}-{uuid.uuid4().hex[:8]}")
        result = perform(self._work, replace(task, path=path), self._stop, lambda s: self._fetch(s, path), name)
        if isinstance(result, Done):
            if isinstance(task, MapTask):
                result.outputs = [replace(output, place=self._worker.address) for output in result.outputs]
            else:
                result.outputs = [shuffle.loaded(output) for output in result.outputs]
                Path(path).unlink(missing_ok=True)
        Path(f"{path}.fetched").unlink(missing_ok=True)
        return result

    def _fetch(self, sources: shuffle.Sources, path: str) -> tuple[shuffle.Output, ...]:
        """The outputs where they can be read: those of other workers are copied to a file of this one first."""
        outputs = [output for _, output in sources]
        theirs: dict[str, list[int]] = {}
        for index, output in enumerate(outputs):
            if output.place != self._worker.address and output.size:
                theirs.setdefault(str(output.place), []).append(index)
        lost: list[int] = []
        with open(f"{path}.fetched", "xb") as file:
            for place, indexes in theirs.items():
                try:
                    self._copy(place, indexes, outputs, file)
                except Gone:
                    lost += indexes
        if lost:
            error = DamagedBucket("Intermediate data is gone: its worker died.")
            error.map_tasks = tuple(sorted({sources[index][0] for index in lost}))
            raise error
        return shuffle.preload(tuple((task, output) for (task, _), output in zip(sources, outputs, strict=True)))

    def _copy(self, place: str, indexes: list[int], outputs: list[shuffle.Output], file: BinaryIO) -> None:
        for batch in _batches((outputs[index] for index in indexes), BATCH):
            file.write(sync(self._worker.loop, self._ask, place, batch))
        end = file.tell()
        for index in reversed(indexes):
            output, end = outputs[index], end - outputs[index].size
            shift = end - output.offsets[0]
            outputs[index] = shuffle.Output(file.name, None, tuple(offset + shift for offset in output.offsets))

    async def _ask(self, place: str, ranges: list[Range]) -> bytes:
        """The bytes of ranges of another worker's files. Raises `Gone` if it or they are."""
        asked = asyncio.ensure_future(self._worker.rpc(place).mrkit_read(ranges=ranges))
        asked_at = time.monotonic()
        while not (await asyncio.wait([asked], timeout=ASK_AGAIN))[0]:
            alive = await self._worker.scheduler.ncores(workers=[place])
            if not alive or time.monotonic() - asked_at > SILENCE:
                asked.cancel()
                raise Gone
        try:
            data = asked.result()
        except OSError as error:
            raise Gone from error
        if data is None:
            raise Gone
        return data


class Gone(Exception):
    """A worker, or a file of it, is not there any more."""


def _batches(outputs: Iterable[shuffle.Output], limit: int) -> Iterator[list[Range]]:
    """Ranges of at most `limit` bytes together, that are all of the outputs.

    >>> one, two = (shuffle.Output(path, None, (0, size)) for path, size in (("one", 3), ("two", 9)))
    >>> list(_batches([one, two], 5))
    [[('one', 0, 3), ('two', 0, 2)], [('two', 2, 7)], [('two', 7, 9)]]
    """
    batch: list[Range] = []
    room = limit
    for output in outputs:
        start, stop = output.offsets[0], output.offsets[-1]
        while start < stop:
            end = min(stop, start + room)
            batch.append((str(output.path), start, end))
            start, room = end, room - (end - start)
            if not room:
                yield batch
                batch, room = [], limit
    if batch:
        yield batch
