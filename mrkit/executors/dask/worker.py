"""What mrkit is on a Dask worker: the functions of jobs, the files of their map tasks, and who may read them.

Serves `client.py`, whose tasks call `run`. A reduce task asks the other workers for its ranges of their files, over
Dask's own connections; nothing goes from here to the client but what a task says of itself and its results.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import distributed
from distributed.diagnostics.plugin import WorkerPlugin
from distributed.protocol import to_serialize
from distributed.utils import sync

from mrkit.engine import blame, shuffle
from mrkit.engine.tasks import Done, Failure, MapTask, Task, Work
from mrkit.engine.travel import load_task, load_work
from mrkit.engine.worker import perform
from mrkit.errors import Cancelled, DamagedBucket, MrkitError

ASK_AGAIN = 1.0  # seconds without an answer from a worker until the scheduler is asked whether it lives
SILENCE = 60.0  # seconds without an answer from a worker that lives until its data counts as lost
LOOK_FOR_CLIENT = 2.0  # seconds between two looks whether the clients of jobs are still there
BATCH = 16_000_000  # bytes that one worker asks of another at a time
MEMORY_SHARE = 0.5  # of what Dask gives a worker, for the pairs of the tasks that it runs at a time

Range = tuple[str, int, int]  # path, start, stop


def run(job: str, packed_work: bytes, packed_task: bytes) -> Done | Failure:
    """Do one task with what this worker knows of its job."""
    here: Any = distributed.get_worker().plugins[Buckets.name]
    return here.run(job, packed_work, packed_task)


def work_key(job: str) -> str:
    """What Dask calls the functions of a job: its client wants them for as long as it lives."""
    return f"mrkit-work-{job}"


class Buckets(WorkerPlugin):
    """What mrkit is on a Dask worker: the functions of jobs, the files of their map tasks, and who may read them."""

    name = "mrkit"
    idempotent = True

    def setup(self, worker: Any) -> None:
        """Answer two more questions."""
        self._worker, self._jobs = worker, dict[str, KeptJob]()
        self._over: set[str] = set()
        self._watching = False
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
            task: Task = load_task(packed_task)
        except MrkitError as error:
            return Failure(blame.pack_plain(error), "", name)
        self._worker.log_event("mrkit", (job, task.stage, task.number, task.attempt, name))
        return here.run(task, name)

    def _job(self, job: str, packed_work: bytes) -> KeptJob:
        with self._lock:
            if job in self._over:
                raise Cancelled
            if job not in self._jobs:
                self._jobs[job] = KeptJob(self._worker, load_work(packed_work, alone=not self._jobs))
            if not self._watching:
                self._watching = True
                self._worker.loop.add_callback(self._watch)
            return self._jobs[job]

    async def _watch(self) -> None:
        """As long as there are jobs: forget those that nobody wants any more, because their client is gone."""
        while True:
            await asyncio.sleep(LOOK_FOR_CLIENT)
            with self._lock:
                jobs = {work_key(job): job for job in self._jobs}
                self._watching = bool(jobs)
            if not jobs:
                return
            with contextlib.suppress(OSError):  # a worker without a scheduler ends, and leaves no file
                states = await self._worker.scheduler.get_task_status(keys=list(jobs))
                for key in jobs:
                    if states[key] is None:
                        self.forget(jobs[key])

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


class KeptJob:
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
        result = perform(
            self._work, replace(task, path=path), self._stop, lambda s: self._fetch(s, f"{path}.fetched"), name
        )
        if isinstance(result, Done):
            if isinstance(task, MapTask):
                result.outputs = [replace(output, place=self._worker.address) for output in result.outputs]
            else:
                result.outputs = [shuffle.loaded(output) for output in result.outputs]
                Path(path).unlink(missing_ok=True)
        Path(f"{path}.fetched").unlink(missing_ok=True)
        return result

    def _fetch(self, sources: shuffle.Sources, path: str) -> tuple[shuffle.Output, ...]:
        """The outputs where they can be read: those of others come to memory or, if they are large, to a file."""
        outputs = [output for _, output in sources]
        theirs: dict[str, list[int]] = {}
        for index, output in enumerate(outputs):
            if output.place != self._worker.address and output.size:
                theirs.setdefault(str(output.place), []).append(index)
        begins: dict[int, int] = {}  # where each of them is now
        lost: list[int] = []
        size = sum(outputs[index].size for indexes in theirs.values() for index in indexes)
        with io.BytesIO() if size <= shuffle.PRELOAD else open(path, "xb") as file:
            for place, indexes in theirs.items():
                try:
                    begins |= self._copied(place, indexes, outputs, file)
                except Gone:
                    lost += indexes
            held = file.getvalue() if isinstance(file, io.BytesIO) else None
        if lost:
            error = DamagedBucket("Intermediate data is gone: its worker died.")
            error.map_tasks = tuple(sorted({sources[index][0] for index in lost}))
            raise error
        for index, begin in begins.items():
            outputs[index] = outputs[index].moved(begin, path if held is None else None, held)
        return shuffle.preload(tuple((task, output) for (task, _), output in zip(sources, outputs, strict=True)))

    def _copied(self, place: str, indexes: list[int], outputs: list[shuffle.Output], file: BinaryIO) -> dict[int, int]:
        """Append outputs of another worker to a file; where in it each begins."""
        begin, begins = file.tell(), {}
        for index in indexes:
            begins[index] = begin
            begin += outputs[index].size
        for batch in _batches((outputs[index] for index in indexes), BATCH):
            file.write(sync(self._worker.loop, self._ask, place, batch))
        return begins

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
