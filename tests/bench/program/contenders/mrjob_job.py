"""The five jobs as mrjob wants them: a file with one class, which every task runs from the beginning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mrjob.job import MRJob
from mrjob.step import MRStep

from tests.bench.program import functions as f

Pairs = Iterable[tuple[Any, Any]]


class Job(MRJob):
    """The job that `--job` names."""

    def configure_args(self) -> None:
        """Add `--job`."""
        super().configure_args()
        self.add_passthru_arg("--job")

    def steps(self) -> list[MRStep]:
        """The one step of the job."""
        return [MRStep(**STEPS[self.options.job])]


def _total(word: str, ones: Iterator[int]) -> Pairs:
    yield f.total((word, ones))


def _posting_list(word: str, numbers: Iterator[int]) -> Pairs:
    yield f.posting_list((word, numbers))


def _joined(key: str, rows: Iterator[tuple[str, str]]) -> Pairs:
    return ((None, row) for row in f.joined((key, rows)))


def _merged(station: str, values: Iterator[f.Extremes]) -> Pairs:
    yield f.merged((station, values))


def _climate(station: str, values: Iterator[f.Extremes]) -> Pairs:
    yield None, f.climate((station, values))


def _records(key: str, rests: Iterator[str]) -> Pairs:
    return ((None, record) for record in f.records((key, rests)))


STEPS: dict[str, dict[str, Any]] = {
    "wordcount": {"mapper": lambda _, line: f.word_ones(line), "combiner": _total, "reducer": _total},
    "index": {"mapper": lambda _, line: f.postings(line), "reducer": _posting_list},
    "join": {"mapper": lambda _, line: f.tagged(line), "reducer": _joined},
    "stations": {"mapper": lambda _, line: f.reading(line), "combiner": _merged, "reducer": _climate},
    "sort": {"mapper": lambda _, line: f.keyed(line), "reducer": _records},
}

if __name__ == "__main__":
    Job.run()
