"""The command: makes the inputs, lets the contenders take turns, compares their answers, tells what was measured.

Every round runs every contender once, in another order each time, so that whatever else the machine does meets all of
them. All inputs are in a temporary folder that is gone at the end; only the report stays, where the user wants it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from mrkit.errors import BadArgument, MrkitError
from mrkit.machine import available_cpus
from tests.bench.program import data, measure, memory, report
from tests.bench.program.contenders import JOBS, Way, engines, ways

QUICK = 0.01  # of the full sizes


class WrongAnswer(MrkitError):
    """Two contenders gave different answers, so their times mean nothing."""


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(
        prog="python -m tests.bench.program", description="mrkit beside other ways to do the same jobs."
    )
    options.add_argument("--quick", action="store_true", help="small inputs, one round: less than a minute")
    options.add_argument("--scale", type=float, metavar="X", help="size of the inputs; 1 is 100 MB of text and so on")
    options.add_argument("--rounds", type=int, metavar="N", help="how often each contender runs; 3 without --quick")
    options.add_argument("--workers", type=int, metavar="N", help="worker processes; or one for each core")
    options.add_argument("--jobs", nargs="+", choices=JOBS, default=list(JOBS), help="only these jobs")
    options.add_argument("--only", nargs="+", metavar="NAME", help="only contenders with one of these in their name")
    options.add_argument("--micro", action="store_true", help="what watching, starts and tiny inputs cost instead")
    options.add_argument(
        "--memory", action="store_true", help="more keys, and a larger group, than fit in memory instead"
    )
    options.add_argument("--engines", action="store_true", help="mrkit on worker processes, Dask and Spark instead")
    options.add_argument("--growth", action="store_true", help="many tiny buckets on each engine instead")
    options.add_argument("--predict", action="store_true", help="reckoned from one worker, beside measured, instead")
    options.add_argument("--output", type=Path, metavar="FOLDER", help="write bench.json and bench.png there")
    return options


def run(arguments: Sequence[str] | None = None) -> int:
    """Run what the options say; 1 if an answer is wrong."""
    options = parser().parse_args(arguments)
    scale = options.scale or (QUICK if options.quick else 1.0)
    rounds = options.rounds or (1 if options.quick else 3)
    workers = options.workers or available_cpus()
    about = report.machine(workers)
    print(report.machine_line(about), end="\n\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="mrkit-bench-") as folder:
        try:
            candidates = engines if options.engines or options.growth else ways
            _check_names(options.only, options.jobs, candidates)
            if options.micro:
                return _micro(scale, max(rounds, 3), workers, Path(folder), options.output)
            if options.memory:
                return _memory(scale, workers, Path(folder), options.output)
            if options.predict:
                return _predict(options.jobs, scale, rounds, Path(folder), options.output)
            if options.growth:
                return _growth(scale, workers, options.only, options.output)
            told = compete(options.jobs, scale, rounds, workers, Path(folder), options.only, options.quick, candidates)
        except MrkitError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
    if scale < 1 and not options.engines:
        print("The targets are meant for --scale 1. In smaller jobs, starting the workers is what takes the time.\n")
    print(report.targets(told.runs))
    if options.output:
        from tests.bench.program.chart import draw

        _write(options.output, "bench.json", told.as_json())
        draw(told, options.output / "bench.png")
    return 0


def compete(
    jobs: Iterable[str],
    scale: float,
    rounds: int,
    workers: int,
    folder: Path,
    only: Sequence[str] | None = None,
    quick: bool = False,
    candidates: Callable[[str], list[Way]] = ways,
) -> report.Told:
    """Let all contenders run all jobs; print each job's table when it is done."""
    runs: list[report.Ran] = []
    left_out: list[str] = []
    sizes: dict[str, int] = {}
    for job in jobs:
        files = data.make(job, max(200, int(data.FULL[job] * scale)), folder / job, workers)
        sizes[job] = data.size_of(files)
        taking_part = _present(candidates(job), left_out, only, quick)
        for number in range(rounds):
            turn = number % max(1, len(taking_part))
            for way in taking_part[turn:] + taking_part[:turn]:
                _progress(f"{job}, round {number + 1} of {rounds}: {way.label}")
                try:
                    measured = measure.contestant(way.module, way.function, job, workers, files)
                except measure.RunFailed as error:
                    _tell_once(left_out, f"{way.label} failed in {job}. {error}")
                    continue
                runs.append(report.Ran(job, way.label, number, measured))
        _progress("")
        check_answers(runs, job)
        print(report.table(runs, job, sizes[job]), end="\n\n", flush=True)
    return report.Told(report.machine(workers), sizes, runs, left_out)


def check_answers(runs: Iterable[report.Ran], job: str) -> None:
    """Raise `WrongAnswer` unless all runs of a job gave the same answer."""
    answers: dict[str, list[str]] = {}
    for ran in runs:
        if ran.job == job:
            answers.setdefault(ran.measured.answer, []).append(ran.label)
    if len(answers) > 1:
        who = "; ".join(f"{', '.join(dict.fromkeys(labels))}: {answer}" for answer, labels in answers.items())
        raise WrongAnswer(f"The answers of {job} differ, so no time is shown. {who}.")


def _check_names(only: Sequence[str] | None, jobs: Iterable[str], candidates: Callable[[str], list[Way]]) -> None:
    labels = dict.fromkeys(way.label for job in jobs for way in candidates(job))
    for name in only or ():
        if not any(name.lower() in label.lower() for label in labels):
            raise BadArgument(f"No contender has {name!r} in its name. Take one of: {'; '.join(labels)}.")


def _present(candidates: Iterable[Way], left_out: list[str], only: Sequence[str] | None, quick: bool) -> list[Way]:
    present = []
    for way in candidates:
        if only and not any(name.lower() in way.label.lower() for name in only):
            continue
        if missing := way.missing():
            _tell_once(left_out, missing)
        elif quick and way.slow_to_start and not only:
            _tell_once(left_out, f"{way.label} is left out with --quick: it takes seconds to start")
        else:
            present.append(way)
    return present


def _tell_once(left_out: list[str], line: str) -> None:
    if line not in left_out:
        left_out.append(line)
        print(line, flush=True)


def _micro(scale: float, rounds: int, workers: int, folder: Path, output: Path | None) -> int:
    from tests.bench.program import micro

    found = []
    for figure in micro.figures(scale, rounds, workers, folder / "micro"):
        found.append(figure)
        _progress(figure.name)
    _progress("")
    print(micro.table(found))
    if output:
        _write(output, "micro.json", [vars(figure) for figure in found])
    return 0


def _growth(scale: float, workers: int, only: Sequence[str] | None, output: Path | None) -> int:
    from tests.bench.program import growth

    left_out: list[str] = []
    found = []
    for way in _present(engines("wordcount"), left_out, only, False):
        for one in growth.runs(way, scale, workers):
            _progress(f"{one.engine}: {one.map_tasks:,} x {one.partitions:,}")
            found.append(one)
    _progress("")
    print(growth.table(found))
    if output:
        _write(output, "growth.json", [vars(one) for one in found])
    return 0


def _predict(jobs: Iterable[str], scale: float, rounds: int, folder: Path, output: Path | None) -> int:
    from tests.bench.program import prediction

    found = []
    for line in prediction.lines(jobs, scale, rounds, available_cpus(), folder):
        _progress(f"{line.job}: {line.setting}")
        found.append(line)
    _progress("")
    print(prediction.table(found))
    if output:
        _write(output, "predict.json", [vars(line) for line in found])
    return 0


def _memory(scale: float, workers: int, folder: Path, output: Path | None) -> int:
    rows: list[dict] = []
    for kind in (memory.KEYS, memory.GROUPED):
        found = list(memory.runs(scale, workers, folder / kind.way.function, kind))
        print(memory.table(found, kind), end="\n\n", flush=True)
        rows += ({"kind": kind.title} | vars(one) for one in found)
    if output:
        _write(output, "memory.json", rows)
    return 0


def _write(folder: Path, name: str, content: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(content, indent=1, default=vars) + "\n", encoding="utf-8")


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:<79}", end="\r" if not text else "", file=sys.stderr, flush=True)
