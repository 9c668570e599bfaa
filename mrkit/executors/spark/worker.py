"""What runs in a Python process of a Spark worker: a map task, the cut of what it wrote, a reduce task.

Serves `spark.py`, which sends these functions by name; so a worker needs mrkit. What a task says of itself goes back
through an accumulator, and what it wrote goes to Spark in pieces. It knows nothing of the driver.
"""

from __future__ import annotations

import io
import itertools
import os
import pickle
import platform
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import cloudpickle

from mrkit.engine import blame, shuffle
from mrkit.engine.tasks import Done, Failure, Fetch, Work
from mrkit.engine.travel import check_versions, load_task, load_work
from mrkit.engine.worker import perform
from mrkit.errors import DamagedBucket, MrkitError
from mrkit.version import __version__

CHUNK = 64_000  # bytes of one piece: a sender holds about a thousand of them
UNWANTED = "mrkit.unwanted"  # the property of a Spark job that names the tasks of others that failed
VERSIONS = {"mrkit": __version__, "cloudpickle": cloudpickle.__version__}


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


Piece = tuple[str, Any, bytes]  # which output, where in it (or its offsets, before its first piece), bytes

_works: dict[str, Work] = {}


def run_map(job: str, work: Any, told: Any, tasks: Iterator[tuple[str, bytes]]) -> Iterator[Piece]:
    """Do a map task, tell of it, and hand over what it wrote."""
    from pyspark import TaskContext

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
    outputs = zip(begins, (output for _, output in sources), strict=False)
    return tuple(output.moved(begin, path if held is None else None, held) for begin, output in outputs)


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


def _perform(job: str, work: Any, packed_task: bytes, path: str, fetch: Fetch | None = None) -> Done | Failure:
    name = f"{platform.node()}:{os.getpid()}"
    try:
        return perform(_loaded(job, work), replace(load_task(packed_task), path=path), None, fetch, name)
    except MrkitError as error:
        return Failure(blame.pack_plain(error), "", name)


def _loaded(job: str, broadcast: Any) -> Work:
    """The job's functions, loaded once in each process."""
    if job not in _works:
        versions, packed = broadcast.value
        check_versions(versions, VERSIONS, f"the Spark worker {platform.node()}")
        _works.clear()
        _works[job] = load_work(packed)
    return _works[job]


def _folder() -> tempfile.TemporaryDirectory:
    """For one task, where Spark has its own files: it removes them even if this process is killed."""
    folders = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")
    return tempfile.TemporaryDirectory(prefix="mrkit-", dir=folders[0] or None)


def itself(number: int) -> int:
    """The rule of the shuffle: a piece goes where it is addressed to."""
    return number
