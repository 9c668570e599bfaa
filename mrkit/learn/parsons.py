"""`parsons`: lines of a program to put in order, and to indent.

What the learner puts together is run like any other answer, by the checks of its exercise. Moving lines needs the
keyboard or the mouse where widgets work, and is a plain call everywhere.
"""

from __future__ import annotations

import json
import linecache
from dataclasses import replace
from typing import Any

from mrkit.errors import BadArgument
from mrkit.learn import diary
from mrkit.learn.catalogue import find, how_to_answer
from mrkit.learn.exercise import Parsons
from mrkit.learn.findings import ROLES, Finding, found
from mrkit.learn.language import say
from mrkit.learn.result import FAILED, UNTOUCHED, Result
from mrkit.learn.verdict import check_question
from mrkit.learn.widgets.question import bundle
from mrkit.words import with_code

WORDS = {
    "help": "Drag the lines, or take one with Enter. Arrow keys move and indent it; Delete puts it back.",
    "lines": "Lines",
    "program": "Your program",
    "drop": "Drop lines here, from the first to the last.",
    "change": "Change the chosen line",
    "check": "Check my program",
    "up": "Move up",
    "down": "Move down",
    "less": "Indent less",
    "more": "Indent more",
    "back": "Put back",
    "isIn": "Line {letter} is now in the program.",
    "moved": "Line {letter} is now number {number} of {count}.",
    "indented": "Line {letter} is indented {number} times.",
    "isBack": "Line {letter} is back.",
    "depth": "indented {number} times",
    "solved": "Solved on the screen. For a grader write: order = {order}",
}


def parsons(id: str) -> Puzzle:
    """The puzzle, to be solved on the screen or with `.order("b", "a>")`.

    Raises `BadArgument` if there is no such puzzle.
    """
    question = find(id)
    if not isinstance(question, Parsons):
        raise BadArgument(f"{id!r} has no lines to put in order; use {how_to_answer(question)}.")
    return Puzzle(question)


def _word(name: str) -> str:
    return say(f"words/parsons/{name}", WORDS[name])


def _role(part: str) -> str:
    return say(f"roles/{ROLES[part]}", ROLES[part])


_solved: dict[str, tuple[str, ...]] = {}  # the right order that was given in this kernel


class Puzzle:
    """The lines on the screen."""

    def __init__(self, question: Parsons):
        self.question = question

    def order(self, *lines: str) -> Result:
        """Check these lines in this order: letters, with a `>` for each step of indentation ("b>>").

        An answer of `...` is not attempted yet, or is the right one that was given before, on the screen or here. It
        says what to write, because a grader does not see the screen.
        """
        question = self.question
        if lines == (...,) and question.id in _solved:
            result = self.order(*_solved[question.id])
            order = json.dumps(_solved[question.id])
            return replace(result, sentence=f"{result.sentence}\n{_word('solved').format(order=order)}")
        given = [] if lines == (...,) else [(str(line).rstrip("> "), str(line).count(">")) for line in lines]
        if not given:
            return Result(question.id, UNTOUCHED, "untouched", "Not attempted yet. Put the lines in order.")
        finding = self._unusable([letter for letter, _ in given])
        result = self._failed(finding, given) if finding else self._run(given)
        used = [question.distractors[letter] for letter, _ in given if letter in question.distractors]
        if result:
            _solved[question.id] = tuple(map(str, lines))
        return replace(result, sentence=used[0], finding="distractor", rows=()) if used and not result else result

    def program(self, *lines: str) -> str:
        """The text that these lines make."""
        steps = ((str(line).rstrip("> "), str(line).count(">")) for line in lines)
        return "\n".join("    " * depth + self.question.lines[letter] for letter, depth in steps)

    def _unusable(self, letters: list[str]) -> Finding | None:
        for i, letter in enumerate(letters):
            if letter not in self.question.lines:
                return found("unknown_line", given=f"`{letter}`")
            if letter in letters[:i]:
                return found("twice", given=f"`{letter}`")
        return None

    def _run(self, given: list[tuple[str, int]]) -> Result:
        question = self.question
        text = self.program(*(letter + ">" * depth for letter, depth in given))
        names = {"__name__": "__main__", **question.names}
        file = f"<{question.id}>"
        linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file  # for findings that name a line
        try:
            exec(compile(text, file, "exec"), names)
        except SyntaxError as error:
            line = [("line", str(error.text or "").strip())] if error.text else []
            return self._failed(found("syntax", line, count=error.lineno, error=error.msg), given)
        except Exception as error:
            name = f"{type(error).__name__}: {error}"
            return self._failed(found("raises", role="program", error=name.rstrip(". ")), given)
        named = [names[name] for name in question.defines if name in names]
        made = named or [value for name, value in names.items() if callable(value) and name not in question.names]
        if len(made) < len(question.exercise.parts):
            return self._failed(self._no_part(names), given)
        exercise = replace(question.exercise, id=question.id)
        return check_question(exercise, tuple(made), {})

    def _no_part(self, names: dict[str, Any]) -> Finding:
        """What is missing among the functions that the lines should make."""
        parts = self.question.exercise.parts
        made = [part for part, name in zip(parts, self.question.defines, strict=False) if name in names]
        left = [part for part in parts if part not in made]
        if made and len(left) == 1:
            return found("no_role", other=_role(made[0]), role=ROLES[left[0]])
        return found("no_part", given=" and ".join(_role(part) for part in parts))

    def _failed(self, finding: Finding, given: list) -> Result:
        remark = diary.note(self.question.id, "attempt", passed=False, code=str(given), finding=finding.id)
        return Result(self.question.id, FAILED, finding.id, finding.words, finding.rows, remark=remark)

    def __str__(self) -> str:
        lines = [f"{self.question.title}. Put these lines in order:"]
        lines += [f"  {letter}  {text}" for letter, text in self.question.lines.items()]
        lines += [f'Answer with: parsons("{self.question.id}").order("...", "...>")', "A > indents a line by one step."]
        if self.question.distractors:
            lines.append("Not every line is needed.")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre>{with_code(str(self))}</pre>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        parts = self.question.exercise.parts
        state = {
            "question": with_code(f"{self.question.title}. Put the lines in order.")
            + (f" They make {' and '.join(f'a {_role(part)}' for part in parts)}." if len(parts) > 1 else "")
            + (" Not every line is needed." if self.question.distractors else ""),
            "lines": [[letter, text] for letter, text in self.question.lines.items()],
            "solved": list(_solved.get(self.question.id, ())),
            "words": {name: _word(name) for name in WORDS},
        }
        return bundle("parsons", state, lambda given: self.order(*given), self)
