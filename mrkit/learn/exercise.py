"""What a lesson asks: the forms that lessons fill in.

Plain data and the functions of the lesson's author. It serves the modules in `mrkit.learn.catalogue`, which hold one
object for each question, and never runs anything of the learner's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

MISSING: Any = object()  # a Mistake's value that was not given: None may be somebody's answer


@dataclass(frozen=True)
class Hints:
    """The ladder, from the idea to a worked twin: the same problem with other words, solved in full.

    Between `line` (where to look) and `twin` the learner sees the smallest input that failed, phase by phase. Where
    there is none, it is `case`: a small one in words. (A `Prediction`, a `Counterexample` and a `Parsons` need one.)
    """

    idea: str
    line: str
    twin: str
    case: str = ""


class Mistake:
    """A known misconception and the sentence for it: one or two plain sentences that never give the solution.

    Say what somebody who holds it would write: as parts (`map_func=...`, those that differ from the given and the
    learner's), as `results`, a function from the inputs to the wrong results, or as `value` for a `Prediction`. A
    `value` may be a function that says whether an answer is of this kind.
    """

    def __init__(
        self,
        id: str,
        sentence: str,
        *,
        results: Callable[[list], list] | None = None,
        value: Any = MISSING,
        **parts: Callable,
    ):
        self.id, self.sentence, self.results, self.value, self.parts = id, sentence, results, value, parts


@dataclass(frozen=True)
class Case:
    """A special input (rare, empty, unmatched) and the sentence for answers that fail on it alone."""

    id: str
    inputs: list
    sentence: str


@dataclass(frozen=True)
class Exercise:
    """Functions of the learner's, run as a job in many ways.

    `parts` are what the learner gives, in order: "map_func", "reduce_func", "combiner", "partitioner"; or "function"
    alone, for one plain function. `given` are the other parts: a function, or the name of a part that is used twice
    (`given={"combiner": "reduce_func"}`). Without a map function an input is a pair already; for a partitioner alone it
    is a key. Without a reduce function a result is (key, sorted values).

    `inputs(rng)` makes a list of about ten inputs, with varied keys, several values for a key and some repeats; every
    check uses several such lists. For a "function" an input is a tuple of arguments. `reference(inputs)` gives the
    results in plain Python, in any order, or for a "function" `reference(*arguments)` its value. `compare` brings a
    result to the form in which it is compared, such as a sorted list where order is free.

    `lists` says that the map function takes a list of inputs (a whole split), not one. `store` makes the thing that the
    map function writes to, as its second argument: the check then looks at the store, after a task that ran twice too;
    `reference` gives the store after all inputs.

    `together(key)` names the keys that must meet in one partition: equal names, one partition. `budget(inputs)` is
    the most records that may travel. `balance` is the largest share of the records that one of four partitions may
    get. `group_by(key)` names the group of a key, as in `MapReduce`: the reduce function then gets `(group, pairs)`, in
    the order of the keys, and yields its results. Each probe in `also` is called last, as `probe(parts, inputs)` with
    the functions by name, and returns None or `mrkit.learn.findings.Finding(id, sentence)`; one that counts what a
    function reads is `mrkit.learn.reading.reads_at_most`.

    `reordered(one, other)` may say why a result became another one when the values came in another order.

    `says` ends a finding with the lesson's own sentence: `says={"combiner_times": "That is an average of averages."}`.

    `worth` is what is worth seeing or saying when the answer is right: a shorter way, or a word on what it costs.

    `starter` is the code that the learner was given, where it is more than `...`, as functions by part: a check says of
    it that it was not changed yet.
    """

    id: str
    title: str
    parts: tuple[str, ...]
    inputs: Callable[[Random], list]
    reference: Callable
    hints: Hints
    given: Mapping[str, Any] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
    edges: tuple[Case, ...] = ()
    compare: Callable[[Any], Any] | None = None
    lists: bool = False
    store: Callable[[], Any] | None = None
    together: Callable[[Any], Any] | None = None
    budget: Callable[[list], int] | None = None
    balance: float | None = None
    group_by: Callable[[Any], Any] | None = None
    also: tuple[Callable, ...] = ()
    reordered: Callable[[Any, Any], str | None] = lambda one, other: None
    says: Mapping[str, str] = field(default_factory=dict)
    worth: str = ""
    starter: Mapping[str, Callable] = field(default_factory=dict)


@dataclass(frozen=True)
class Prediction:
    """A value that the learner says before the machine does.

    `right` is the value, or a function that says whether an answer is right. Numbers may be off by `tolerance`, a share
    of the value. `otherwise` is the sentence for a wrong answer that no `Mistake` knows; it never names the right one.

    `variant` makes the same question with other numbers, so that neighbours have something to talk about: from a
    `Random` to a prediction that is equally difficult, whose mistakes can all be made. `text` is then what it asks,
    with its numbers; the notebook shows it by `task(id)`.
    """

    id: str
    title: str
    right: Any
    otherwise: str
    hints: Hints
    mistakes: tuple[Mistake, ...] = ()
    tolerance: float = 0.0
    text: str = ""
    variant: Callable[[Random], Prediction] | None = None


@dataclass(frozen=True)
class Counterexample:
    """An input for which two things that look alike disagree.

    `one(input)` and `other(input)` are the two, with the names that `names` gives them. `accepts(input)` returns a
    sentence if the answer is not the kind of input that was asked for, else None. `agrees(input)` may say why the two
    must agree on it.
    """

    id: str
    title: str
    one: Callable[[Any], Any]
    other: Callable[[Any], Any]
    names: tuple[str, str]
    accepts: Callable[[Any], str | None]
    hints: Hints
    agrees: Callable[[Any], str | None] = lambda value: None


@dataclass(frozen=True)
class Choice:
    """One choice of a quiz. `says` is why it is right or, for a wrong one, the misconception behind it.

    `expect` is the share of a class that is expected to take it in the first vote, as the notes for teachers say.
    """

    text: str
    says: str
    right: bool = False
    expect: float | None = None


@dataclass(frozen=True)
class Quiz:
    """A question with the choices "a", "b", "c", ... of which one is right."""

    id: str
    question: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Parsons:
    """Lines to put in order.

    `lines` are the lines by letter, in the mixed order in which they are shown, without their indentation, which the
    learner sets. Those in `distractors` belong nowhere; the sentence says why, once a wrong answer uses one. The lines
    put together define the parts of `exercise`, in order, and that exercise checks them. The lines may use `names`.
    `defines` are the names of the parts, where there are several: their order in the lines is free.

        COUNT = Parsons(
            id="04.count",
            title="A map function for the word count",
            lines={
                "a": "yield word, 1",
                "b": "for word in line.split():",
                "c": "def words(line):",
                "d": "return word, 1",
            },
            distractors={"d": "`return` ends the function at the first word."},
            exercise=WORDS,
            hints=WORDS.hints,
        )
    """

    id: str
    title: str
    lines: Mapping[str, str]
    exercise: Exercise
    hints: Hints
    distractors: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Any] = field(default_factory=dict)
    defines: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnJob:
    """A job of the learner's own, as `my_job(...)` collects it: checked against their own plain loop.

    `least` is how many inputs it needs, so that the checks can tell.
    """

    id: str
    title: str
    hints: Hints
    least: int = 8


Question = Exercise | Prediction | Counterexample | Quiz | Parsons | OwnJob
