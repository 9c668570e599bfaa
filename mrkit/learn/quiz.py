"""`quiz` and `answer`: say what you expect before the machine does.

A wrong choice gets the misconception behind it, and nothing about the right one. Where widgets work the choices are
radio buttons; the same question in plain text is the twin that everything else sees.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from string import ascii_lowercase
from typing import Any

from mrkit.errors import BadArgument, short
from mrkit.learn import diary
from mrkit.learn.catalogue import find, how_to_answer
from mrkit.learn.exercise import Choice, Quiz
from mrkit.learn.handout import handout
from mrkit.learn.language import say
from mrkit.learn.result import FAILED, PASSED, UNTOUCHED, Card, Result
from mrkit.learn.widgets.question import bundle
from mrkit.words import with_code

BUTTONS = {"vote": "Vote", "answer": "Answer"}
TIPS = {
    "vote": "In class: your choice is noted and says nothing yet. The second vote tells you whether it is right.",
    "answer": "Tells you at once whether your choice is right, and why.",
}
SECOND = "Talk about it with your neighbour. Then vote again: the answer comes with your second vote."


def quiz(id: str) -> Asked:
    """The question, to be answered with the keyboard, the mouse, or `quiz(id).answer("b")`.

    In class, vote first: `quiz(id).vote("b")`. It says nothing; the verdict comes with the second vote.

    Raises `BadArgument` if there is no such quiz.

    >>> print(quiz("03.q1"))
    A reduce function is called with ('oslo', values). What does it see?
      a  All pairs of the job
      b  All values of oslo, once
      c  The values of oslo from one map task
    Answer with: quiz("03.q1").answer("...")
    """
    question = find(id)
    if not isinstance(question, Quiz):
        raise BadArgument(f"{id!r} is not a quiz; use {how_to_answer(question)}.")
    return Asked(question)


def answer(id: str, choice: Any) -> Result:
    """Answer a quiz by a plain call.

    >>> answer("03.q1", "a").sentence
    'Then it would have to fit on one machine. It sees one group.'
    """
    return quiz(id).answer(choice)


class Asked:
    """A question on the screen."""

    def __init__(self, question: Quiz):
        self.question = question
        self.choices: dict[str, Choice] = dict(zip(ascii_lowercase, question.choices, strict=False))

    def answer(self, choice: Any) -> Result:
        """What the choice (its letter) means; an answer of `...` is not attempted yet."""
        id = self.question.id
        if choice is ... or choice is None:
            return Result(id, UNTOUCHED, "untouched", "Not attempted yet. Choose one of the letters.")
        letter = str(choice).strip().lower()
        if letter not in self.choices:
            letters = ", ".join(self.choices)
            return Result(id, FAILED, "no_choice", f"The choices are {letters}; you gave {short(choice, 40)}.")
        chosen = self.choices[letter]
        remark = diary.note(id, "attempt", passed=chosen.right, code=letter)
        status, finding = (PASSED, "passed") if chosen.right else (FAILED, letter)
        return Result(id, status, finding, chosen.says, remark=remark)

    def vote(self, choice: Any) -> Noted | Result:
        """The first vote is noted and nothing is said; the verdict comes with the next one, after you have talked."""
        letter = str(choice).strip().lower()
        if letter not in self.choices:
            return self.answer(choice)
        first = not diary.entries().get(self.question.id, diary.Entry()).votes
        remark = diary.note(self.question.id, "vote", choice=letter)
        if first:
            return Noted(self.question.id, letter, remark)
        result = self.answer(letter)
        return replace(result, remark=remark or result.remark)

    def judge(self, given: dict[str, str]) -> Noted | Result:
        """What came from the screen: a choice, by the one button or the other."""
        return self.vote(given["choice"]) if given.get("by") == "vote" else self.answer(given["choice"])

    def __str__(self) -> str:
        lines = [self.question.question, *(f"  {letter}  {choice.text}" for letter, choice in self.choices.items())]
        return "\n".join([*lines, f'Answer with: quiz("{self.question.id}").answer("...")'])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        # JupyterLab takes the type from a list: its letters would be numbers.
        items = "<br>".join(f"<b>{letter}</b> {with_code(choice.text)}" for letter, choice in self.choices.items())
        call = with_code(f'`quiz("{self.question.id}").answer("...")`')
        question = with_code(self.question.question)
        return f"<p>{question}</p><p>{items}</p><p>Answer with {call}</p>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        state: dict[str, Any] = {
            "question": with_code(self.question.question),
            "choices": [[letter, with_code(choice.text)] for letter, choice in self.choices.items()],
            "buttons": [
                [by, say(f"words/{by}", words), say(f"words/{by}/tip", TIPS[by])] for by, words in BUTTONS.items()
            ],
        }
        if handout().quizzes != "vote":  # in class the vote comes first
            state["buttons"].reverse()
        return bundle("quiz", state, self.judge, self)


@dataclass(frozen=True, repr=False)
class Noted(Card):
    """A first vote: no verdict yet."""

    id: str
    choice: str
    remark: str = field(default="", compare=False)

    def _card(self) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
        return "note", f"Noted: {self.choice} ({self.id})", f"{say('words/second', SECOND)}\n{self.remark}".strip(), ()
