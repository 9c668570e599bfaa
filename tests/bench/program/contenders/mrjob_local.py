"""mrjob with its local runner, which starts a Python for each task and passes pairs as JSON text."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from tests.bench.program.contenders.mrjob_job import Job


def wordcount(files: list[str], workers: int) -> Iterable:
    """With a combiner."""
    return _run("wordcount", files, workers)


def index(files: list[str], workers: int) -> Iterable:
    """Without."""
    return _run("index", files, workers)


def join(files: list[str], workers: int) -> Iterable:
    """Both tables are one input."""
    return [row for _, row in _run("join", files, workers)]


def stations(files: list[str], workers: int) -> Iterable:
    """With a combiner."""
    return [climate for _, climate in _run("stations", files, workers)]


def sort(files: list[str], workers: int) -> Iterable:
    """The local runner sorts all that goes to its reducers by key, and the output comes in their order."""
    return [record for _, record in _run("sort", files, workers)]


def _run(name: str, files: list[str], workers: int) -> list:
    job = Job(["--runner", "local", "--no-conf", "--num-cores", str(workers), "--quiet", "--job", name, *files])
    with job.make_runner() as runner:
        runner.run()
        parts = sorted(runner.fs.ls(runner.get_output_dir()))
        return list(job.parse_output(chain.from_iterable(map(runner.fs.cat, parts))))
