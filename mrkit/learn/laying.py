"""`lay`: tasks to be laid on workers by hand, and then the run of the same tasks, so that both can be compared.

It serves lesson 06. The learner drags each task to a worker, or presses the number of one; a plain call does the same.
There is no right and wrong: what is said is when each of the two ends, and that nothing ends before the largest task.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from mrkit import arguments
from mrkit.errors import BadArgument
from mrkit.learn.language import say
from mrkit.learn.result import Card
from mrkit.learn.widgets.question import bundle
from mrkit.views import style
from mrkit.words import amount, count

WORDS = {
    "help": "Lay the tasks so that the last worker ends as early as you can. Drag each task to a worker, "
    "or go to it with Tab and press the worker's number (0 puts it back).",
    "tray": "Tasks, in seconds",
    "worker": "worker {number}",
    "ends": "ends after {seconds} s",
    "run": "Run",
    "again": "Start again",
    "task": "task of {seconds} s, {place}",
    "yours": "yours",
    "taken": "whoever is free takes the next",
}


@arguments.takes(tasks=arguments.numbers_in_order, workers=arguments.whole(1))
def lay(tasks: Sequence[float], workers: int) -> Laying:
    """Tasks of so many seconds, to be laid on workers; Run shows what happens if each takes the next when it is free.

    >>> lay([3, 2, 2, 9, 1], 2).rows([9], [3, 2, 2, 1])
    → Yours ends after 9 s, the run after 12 s
      You saved 3 s. It cannot end before its largest task, of 9 s.
    """
    if not 0 < len(tasks) <= 12 or workers > 4 or not all(isinstance(task, int | float) and task > 0 for task in tasks):
        raise BadArgument("lay needs up to 12 tasks, each a number of seconds above 0, and up to 4 workers.")
    return Laying(tuple(tasks), workers)


def run(tasks: Sequence[float], workers: int) -> list[list[float]]:
    """Which tasks each worker gets, if whoever is free first takes the next.

    >>> run([3, 2, 2, 9, 1], 2)
    [[3, 9], [2, 2, 1]]
    """
    rows: list[list[float]] = [[] for _ in range(workers)]
    for task in tasks:
        min(rows, key=sum).append(task)
    return rows


class Laying:
    """The tasks on the screen."""

    def __init__(self, tasks: tuple[float, ...], workers: int):
        self.tasks, self.workers = tasks, workers

    def rows(self, *rows: Sequence[float]) -> Laid:
        """Lay the tasks: a list of seconds for each worker."""
        given = Counter(task for row in rows for task in row)
        if len(rows) != self.workers or given != Counter(self.tasks):
            raise BadArgument(
                f"Lay each of the tasks {list(self.tasks)} once, in {count(self.workers, 'list')}, one for each worker."
            )
        return Laid(self.tasks, [list(row) for row in rows], run(self.tasks, self.workers))

    def __str__(self) -> str:
        seconds = ", ".join(map(amount, self.tasks))
        empty = ", ".join(["[...]"] * self.workers)
        call = f"lay({list(self.tasks)}, {self.workers}).rows({empty})"
        return f"Tasks of {seconds} seconds, for {count(self.workers, 'worker')}.\nLay them with: {call}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(f"<p>{line}</p>" for line in str(self).splitlines())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        words = {name: _word(name) for name in WORDS}
        state = {"tasks": list(self.tasks), "workers": self.workers, "words": words}
        return bundle("laying", state, self._given, self)

    def _given(self, rows: list[list[int]]) -> Laid:
        """What was laid on the screen: the places of tasks in the list, for each worker."""
        return self.rows(*([self.tasks[place] for place in row] for row in rows))


class Laid(Card):
    """The learner's rows and those of the run, drawn on one scale."""

    def __init__(self, tasks: Sequence[float], yours: list[list[float]], taken: list[list[float]]):
        self.tasks, self.yours, self.taken = tasks, yours, taken

    def _card(self) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
        mine, its = (max(map(sum, rows)) for rows in (self.yours, self.taken))
        saved = (
            "Both end at the same time."
            if mine == its
            else f"You saved {amount(its - mine)} s."
            if mine < its
            else f"That is {amount(mine - its)} s later: somebody waited while there was work."
        )
        least = f"It cannot end before its largest task, of {amount(max(self.tasks))} s."
        return "note", f"Yours ends after {amount(mine)} s, the run after {amount(its)} s", f"{saved} {least}", ()

    def _repr_html_(self) -> str:
        end = max(sum(row) for row in self.yours + self.taken)
        drawn = [
            f'<p style="margin:8px 0 2px">{_word(name)}</p>{_bars(rows, end)}'
            for name, rows in (("yours", self.yours), ("taken", self.taken))
        ]
        return super()._repr_html_() + f'<div style="max-width:48em">{"".join(drawn)}</div>'


def _word(name: str) -> str:
    return say(f"words/laying/{name}", WORDS[name])


def _bars(rows: list[list[float]], end: float) -> str:
    """A row for each worker, the tasks as long as their seconds; a line where the last one ends."""
    look = f"box-sizing:border-box;background:{style.REDUCE};border:1px solid #fff;border-radius:3px;height:24px;"
    look += "overflow:hidden;text-align:center"
    number = f'<span style="background:#fff;color:{style.INK};border-radius:3px;padding:0 4px">'
    last = max(map(sum, rows))
    lines = []
    for row in rows:
        widths = ((amount(seconds), f"width:{100 * seconds / last:.3f}%") for seconds in row)
        tasks = (f'<div style="{look};{width}">{number}{seconds}</span></div>' for seconds, width in widths)
        border = "border-right:3px solid currentColor"
        lines.append(
            f'<div style="display:flex;width:{100 * last / end:.3f}%;min-height:26px;{border}">{"".join(tasks)}</div>'
        )
    return "".join(lines)
