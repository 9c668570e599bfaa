"""What the virtual cluster reckons from a run on one worker, beside what was measured: more workers, other tasks.

Five jobs, and one of tiny tasks. Every setting is run as often as asked, in turn with the others; the fastest counts,
as it was disturbed least. The machine should have nothing else to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from mrkit import MapReduce, RangePartitioner, Trace, text_lines
from mrkit.cluster.local import predict
from tests.bench.program import data
from tests.bench.program import functions as f
from tests.bench.program.report import aligned

PARTITIONS = 8
TINY_TASKS = 500
WORKERS = (2, 4, 8)
SPLITS = 16  # of an input
FAR = 0.15  # an error that is not good enough
WHY = (
    "Too far: where the tasks themselves took longer than on one worker, they or other programs shared the processors\n"
    "and the memory. The model takes each task as it was measured, so it is wrong by about as much."
)


@dataclass(frozen=True)
class Setting:
    """How a job is run: on how many workers, in how many splits and partitions."""

    workers: int
    splits: int = SPLITS
    partitions: int = PARTITIONS

    def __str__(self) -> str:
        changed = [f"{self.splits} splits"] * (self.splits != SPLITS)
        changed += [f"{self.partitions} partitions"] * (self.partitions != PARTITIONS)
        return ", ".join([f"{self.workers} worker{'s' * (self.workers > 1)}", *changed])


@dataclass(frozen=True)
class Line:
    """One line of the table: seconds measured, and reckoned from one worker's run.

    `slower` is how many times as long all tasks together took as in that run: what the model cannot know.
    """

    job: str
    setting: str
    measured: float
    reckoned: float
    slower: float = 1.0

    @property
    def error(self) -> float:
        """What was reckoned too much, as a share."""
        return self.reckoned / self.measured - 1


def settings(cpus: int) -> list[Setting]:
    """One worker first; then more, as far as there are processors, and other tasks."""
    more = [Setting(workers) for workers in WORKERS if workers <= cpus]
    return [Setting(1), *more, Setting(2, splits=2 * SPLITS), Setting(2, partitions=2 * PARTITIONS)]


def lines(jobs: Iterable[str], scale: float, rounds: int, cpus: int, folder: Path) -> Iterator[Line]:
    """All jobs, each in all settings."""
    for job in jobs:
        files = data.make(job, max(200, int(data.FULL[job] * scale)), folder / job, cpus)
        yield from compare(job, lambda setting, job=job, files=files: run(job, files, setting), rounds, cpus)
    yield from compare(f"{TINY_TASKS} tasks of 2 ms", tiny, rounds, cpus)


def compare(name: str, run: Any, rounds: int, cpus: int) -> Iterator[Line]:
    """One job: run it in every setting, in turn, then reckon each from the run on one worker."""
    chosen = settings(cpus) if "tasks" not in name else [Setting(1), *(Setting(n) for n in WORKERS if n <= cpus)]
    runs: dict[Setting, list[Trace]] = {setting: [] for setting in chosen}
    for _ in range(rounds):
        for setting in chosen:
            runs[setting].append(run(setting))
    alone = min(runs.pop(chosen[0]), key=lambda trace: trace.seconds)
    for setting, traces in runs.items():
        tasks = [len(traces[0].tasks(stage)) for stage in ("map", "reduce")]
        reckoned = predict(alone, setting.workers, cpus, num_maps=tasks[0], num_reduces=tasks[1])
        best = min(traces, key=lambda trace: trace.seconds)
        yield Line(name, str(setting), best.seconds, reckoned, _busy(best) / _busy(alone))


def _busy(trace: Trace) -> float:
    return sum(span.seconds for span in trace.spans if span.ok)


def run(job: str, files: Sequence[str], setting: Setting) -> Trace:
    """One of the five jobs."""
    size = -(-data.size_of(files) // setting.splits)
    return _job(job, files, setting).run(text_lines(list(files), split_size=size)).trace


def _job(job: str, files: Sequence[str], setting: Setting) -> MapReduce:
    workers, n = setting.workers, setting.partitions
    if job == "wordcount":
        return MapReduce(f.word_ones, f.total, workers, combiner=f.total, num_partitions=n)
    if job == "index":
        return MapReduce(f.postings, f.posting_list, workers, num_partitions=n)
    if job == "join":
        return MapReduce(f.tagged, f.joined, workers, num_partitions=n)
    if job == "stations":
        return MapReduce(f.reading, f.climate, workers, combiner=f.merged, num_partitions=n)
    borders = RangePartitioner.from_sample(f.sample(list(files)), n)
    return MapReduce(f.keyed, f.records, workers, partitioner=borders, sort_keys=True)


def tiny(setting: Setting) -> Trace:
    """Tasks that compute for about 2 ms each."""
    job = MapReduce(_two_milliseconds, f.total, setting.workers, num_partitions=PARTITIONS)
    return job.run(range(TINY_TASKS), chunksize=1).trace


def _two_milliseconds(number: int) -> list[tuple[str, int]]:
    sum(i * i for i in range(35_000))
    return [(str(number % 5), 1)]


def table(found: Sequence[Line]) -> str:
    """The lines as text, and below them the median of the errors.

    >>> print(table([Line("sort", "2 workers", 2.0, 1.9), Line("join", "2 workers", 1.0, 1.3)]))
    job   setting    measured  reckoned    error  tasks took
    sort  2 workers    2.00 s    1.90 s   -5.0 %    1.00 x
    join  2 workers    1.00 s    1.30 s  +30.0 %    1.00 x  too far
    <BLANKLINE>
    Median of the errors, whatever their sign: 17.5 %.
    Too far: where the tasks themselves took longer than on one worker, they or other programs shared the processors
    and the memory. The model takes each task as it was measured, so it is wrong by about as much.
    """
    rows = [("job", "setting", "measured", "reckoned", "error", "tasks took", "")]
    for line in found:
        far = "too far" if abs(line.error) > FAR else ""
        seconds = f"{line.measured:.2f} s", f"{line.reckoned:.2f} s"
        rows.append((line.job, line.setting, *seconds, f"{100 * line.error:+.1f} %", f"{line.slower:.2f} x", far))
    middle = median(abs(line.error) for line in found)
    why = f"\n{WHY}" if any(abs(line.error) > FAR for line in found) else ""
    return f"{aligned(rows)}\n\nMedian of the errors, whatever their sign: {100 * middle:.1f} %.{why}"
