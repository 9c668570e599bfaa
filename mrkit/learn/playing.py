"""The learner's own functions in the record player, on a small input: what a passed check offers at one click.

It runs a job as the learner would, so it is shown when it is asked for and not before. What goes wrong is said in a
sentence: the check has passed, and stays so.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from random import Random
from typing import Any

from mrkit.job import MapReduce
from mrkit.learn.exercise import Exercise
from mrkit.learn.trial import Trial

MOST_INPUTS = 6
SPLIT = 3  # inputs of a map task, so that there are two


def can_be_played(exercise: Exercise) -> bool:
    """Whether the answer is a job: not a function alone, nor one that writes to a store or takes a whole split."""
    return "function" not in exercise.parts and not exercise.store and not exercise.lists


class Played:
    """A player as HTML, or a sentence if the job could not be run."""

    def __init__(self, trial: Trial):
        try:
            self.html = player_of(trial)._repr_mimebundle_()["text/html"]
        except Exception as error:
            self.html = f"<p>This cannot be played here: {escape(str(error))}</p>"

    def _repr_html_(self) -> str:
        return self.html


def player_of(trial: Trial) -> Any:
    """A record player of the answer to an exercise, on its own kind of inputs."""
    from mrkit.views import Player

    inputs = trial.exercise.inputs(Random(trial.exercise.id))[:MOST_INPUTS]
    return Player(_job(trial).run(inputs, chunksize=SPLIT))


def _job(trial: Trial) -> MapReduce:
    parts, exercise = trial.parts, trial.exercise
    map_func: Callable = parts.get("map_func") or (_of_key if exercise.parts == ("partitioner",) else _of_pair)
    reduce_func: Callable = parts.get("reduce_func") or _values
    return MapReduce(
        map_func,
        reduce_func,
        num_workers=2,
        num_partitions=2,
        combiner=parts.get("combiner"),
        partitioner=parts.get("partitioner"),
        group_by=exercise.group_by,
    )


# What an exercise does not ask for.


def _of_key(key: Any) -> list:
    return [(key, 1)]


def _of_pair(pair: Any) -> list:
    return [pair]


def _values(item: tuple) -> tuple:
    key, values = item
    return key, list(values)
