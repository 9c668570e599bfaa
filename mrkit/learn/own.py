"""`my_job`: a job of the learner's own, and the checks of it against the learner's own plain loop.

There is no right answer to compare with but the one that the learner's loop gives; what is known is how a job may go.
So every check of execution runs as for an exercise, and the loop must be evidence: it may not use the job.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from mrkit.errors import short
from mrkit.functions import names, reachable, variables
from mrkit.job import MapReduce
from mrkit.learn.answers import is_stub
from mrkit.learn.exercise import Exercise, OwnJob
from mrkit.learn.findings import ROLES, Finding, found
from mrkit.learn.trial import Stop

MOST_INPUTS = 40  # that the checks use at a time
ENGINES = {"MapReduce", "SimpleMapReduce", "mapreduce", "map_task", "reduce_task", "mrkit"}


@dataclass(frozen=True)
class MyJob:
    """What `my_job` collected."""

    parts: dict[str, Callable]
    inputs: list
    plain: Callable
    group_by: Callable | None


def my_job(
    map_func: Callable,
    reduce_func: Callable,
    inputs: Iterable,
    plain: Callable,
    *,
    combiner: Callable | None = None,
    partitioner: Callable | None = None,
    group_by: Callable | None = None,
) -> MyJob:
    """A job of your own, for `check`: its functions, a few inputs, and `plain(inputs)`, which gives the same by a loop.

    `plain` returns a list of what the job gives, in any order (or a dictionary, for results that are pairs). Nothing is
    refused here, not even the `...` of an answer that was not begun: `check` says what is missing.
    """
    parts = {"map_func": map_func, "combiner": combiner, "partitioner": partitioner, "reduce_func": reduce_func}
    given = list(inputs) if isinstance(inputs, Iterable) and not isinstance(inputs, str | bytes) else []
    return MyJob({name: part for name, part in parts.items() if part is not None}, given, plain, group_by)


def missing(question: OwnJob, job: Any) -> Finding | None:
    """What is missing before anything can be run, or None."""
    if job is ... or job is None:
        return found("untouched")
    if not isinstance(job, MyJob):
        return found("not_job", given=short(job, 40))
    for name, function in [*job.parts.items(), ("plain", job.plain)]:
        if function is ... or is_stub(function):
            return found("untouched")
        if not callable(function):
            return found("not_function", part=name, given=short(function, 40))
    if len(job.inputs) < question.least:
        return found("few_inputs", before=len(job.inputs), after=question.least)
    return _no_evidence(job)


def _no_evidence(job: MyJob) -> Finding | None:
    """A loop that is the job itself."""
    own = {id(part) for part in job.parts.values()}
    for function in reachable(job.plain):
        used = {name for name, value in variables(function).items() if id(value) in own or isinstance(value, MapReduce)}
        used |= names(function.__code__) & ENGINES
        if used or id(function) in own:
            return found("no_evidence", name=min(used or {function.__name__}))
    return None


def exercise(question: OwnJob, job: MyJob) -> Exercise:
    """The question as an exercise whose reference is the learner's loop."""

    def some(rng: Random) -> list:
        return rng.sample(job.inputs, min(len(job.inputs), MOST_INPUTS))

    return Exercise(
        id=question.id,
        title=question.title,
        parts=tuple(job.parts),
        inputs=some,
        reference=_watched(job.plain),
        hints=question.hints,
        group_by=job.group_by,
        also=(_one_key,),
    )


def _watched(plain: Callable) -> Callable[[list], list]:
    """The loop, whose errors are findings too."""

    def reference(inputs: list) -> list:
        rows = [("inputs", inputs)]
        try:
            right = plain(inputs)
        except Exception as error:
            name = f"{type(error).__name__}: {error}".rstrip(": .")
            raise Stop(found("raises", rows, role=ROLES["plain"], error=name)) from None
        if right is None:
            raise Stop(found("nothing", rows, role=ROLES["plain"], word="return"))
        return list(right.items()) if isinstance(right, dict) else list(right)

    return reference


def _one_key(parts: dict[str, Callable], inputs: list) -> Finding | None:
    """All pairs with one key: then one reducer does everything."""
    keys = {key for record in inputs for key, _ in parts["map_func"](record)}
    return found("one_key", [("inputs", inputs)], key=short(min(keys), 40)) if len(keys) == 1 else None
