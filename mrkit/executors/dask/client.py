"""A Dask cluster: tasks on its workers, buckets from worker to worker.

The client sends functions and tasks and receives sizes, samples and results. What a map task writes stays in a file
on its worker; a reduce task asks the workers for its ranges of their files, over Dask's own connections. A worker
that dies takes its files along: the reduce task says whose they were, and the engine runs those map tasks again.

A task that was running on a worker that died is run again by Dask itself, under the same attempt number; that lost
time is not in the trace. Nothing here is ours to start or stop: the cluster belongs to the user.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
import uuid
import warnings
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import distributed

from mrkit.engine import scratch
from mrkit.engine.interrupts import interruptible
from mrkit.engine.protocol import Executor
from mrkit.engine.tasks import Done, Failure, Task, Work
from mrkit.engine.travel import check_versions, pack_task, pack_work
from mrkit.errors import BadArgument, ClusterError, short
from mrkit.executors.dask.worker import Buckets, run, work_key
from mrkit.faults import softened

PATIENCE = 10.0  # seconds for the cluster to answer
SIZE_HOLDS = 0.5  # seconds for which the cluster counts as being of the size that it said; every task wants to know
WAITING = 16  # tasks for each thread of a worker that are handed to the scheduler at a time

# What a worker must have, as an expression: a function of ours would not load where mrkit is missing.
VERSIONS = """{
    "Python": "%d.%d" % __import__("sys").version_info[:2],
    "cloudpickle": __import__("cloudpickle").__version__,
    "mrkit": __import__("mrkit").__version__,
}"""

LOST = "The Dask client was closed, or has lost its scheduler. Give the job one that is connected, and run it again."


class Dask(Executor):
    """Tasks on the workers of a `distributed.Client`, or of the scheduler at an address."""

    name = "dask"

    def __init__(self, client: Any, num_workers: int | None = None):
        if not isinstance(client, str | distributed.Client):
            raise BadArgument(f"executor must be a Dask client or its scheduler's address; not {short(client)}.")
        self._address = client if isinstance(client, str) else None
        self._client = None if isinstance(client, str) else client
        self._limit = num_workers
        self._size, self._asked = 0, -math.inf  # threads of all workers, and when that was asked
        self._checked: set[str] = set()
        self._running: set[distributed.Future] = set()
        self._job = ""

    @property
    def num_workers(self) -> int:  # type: ignore[override]
        """How many tasks the cluster runs at the same time, as it said a moment ago."""
        if self._limit is not None:
            return self._limit
        if time.monotonic() - self._asked > SIZE_HOLDS:
            self._size, self._asked = sum(self._threads().values()), time.monotonic()
        return self._size

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
        self._folder = scratch.new_folder()
        # As the result of a task it can be made again when the workers that have it die.
        self._work = client.submit(bytes, packed, key=work_key(self._job))
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
        scratch.remove(self._folder)

    def close(self, in_order: bool = False) -> None:
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
        if self._client.asynchronous:
            raise ClusterError("A job needs a Dask client that was made without asynchronous=True.")
        if self._client.status != "running":
            raise ClusterError(LOST)
        return self._client

    def _threads(self) -> dict[str, int]:
        """How many tasks each worker runs at a time, by address."""
        client = self._connected()
        with _answers():
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
        if not new:
            return
        here = eval(VERSIONS)
        with _answers():
            told = client.run(eval, VERSIONS, workers=new, on_error="return")
        for address, there in told.items():
            if isinstance(there, BaseException):
                raise ClusterError(
                    f"The Dask worker {address} cannot load what mrkit needs: {there}. Install mrkit there."
                ) from there
            check_versions(here, there, f"the Dask worker {address}")
        with _answers():
            client.register_plugin(Buckets())
        self._checked.update(new)


@contextlib.contextmanager
def _answers() -> Iterator[None]:
    """The scheduler may go at any moment, also while it is asked something."""
    try:
        yield
    except (OSError, AttributeError) as error:  # a client that was closed has no scheduler to ask
        raise ClusterError(LOST) from error


# In the client's process: what the workers told of themselves, by job.

_at_work: dict[str, dict[tuple[str, int, int], str]] = {}


def _note(event: tuple[float, tuple[str, str, int, int, str]]) -> None:
    _, (job, stage, task, attempt, worker) = event
    if job in _at_work:
        _at_work[job][stage, task, attempt] = worker
