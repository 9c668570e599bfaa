"""`vote` and `tally`: a class votes, talks, and votes again, without a server.

Hands or cards are counted and typed into boxes, or the chat of a video call is pasted: one letter for each name, the
last one counts, and no name is kept. Bars show before, after and what the notes expect. Counts go into a CSV file
beside the notebook. For the teacher's notebook; `mrkit votes` is the same in a terminal.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from mrkit import arguments
from mrkit.errors import BadArgument, InputError
from mrkit.learn.catalogue import find
from mrkit.learn.exercise import Choice, Quiz
from mrkit.learn.language import say
from mrkit.learn.widgets.question import bundle
from mrkit.words import with_code

COLUMNS = ("time", "question", "round", "choice", "count")
ROUNDS = ("before", "after")
SHOWN = 5  # so many lines of a chat that did not count
EXPLAIN = "Below 30 % right: explain first, then vote again."
TALK = "30 to 70 % right: let them talk in pairs, then vote again."
GO_ON = "Above 70 % right: say why in a sentence, and go on."
WORDS = {
    "choice": "choice",
    "before": "before",
    "after": "after",
    "expected": "expected",
    "bars": "bars",
    "explain": EXPLAIN,
    "talk": TALK,
    "go_on": GO_ON,
    "nobody": "Nobody has voted yet.",
    "right": "Right: {share}.",
    "both": "Right before {before}, after {after}.",
    "gained": "Of those who could gain, {share} did.",
    "ignored": "Not counted, as no letter stands alone: {lines}.",
    "alike": "Counted as two people: {names}.",
    # In the panel.
    "first": "First vote",
    "second": "Second vote",
    "votes_for": "{vote}, votes for {letter}",
    "count": "Count",
    "paste": "Or paste the chat",
    "chat": "The chat, one letter for each name",
    "count_first": "Count as first vote",
    "count_second": "Count as second vote",
}
_CLOCK = r"\[?\d{1,2}[:.]\d\d([:.]\d\d)?( ?[AP]M)?\]?"
_TIME = re.compile(rf"^{_CLOCK}\s*|\s*{_CLOCK}$", re.IGNORECASE)
_NAMED = re.compile(r"^(?P<name>[^:]*[^:\s])\s*:\s*(?P<said>.*)$")
_TO = re.compile(r"^From\s+|\s+to\s+(everyone|all)\b.*$|\s*\((he|she|they)\b.*\)$", re.IGNORECASE)


@arguments.takes(id=arguments.text, text=arguments.text)
def tally(id: str, text: str) -> Counter[str]:
    r"""Count the votes in a pasted chat: one letter for each name, the last one counts.

    >>> sorted(tally("05.q2", "Ana: a\nBo: b\n10:03 Ana: B\nCy: why?").items())
    [('b', 2)]
    """
    return Counter(_heard(id, text)[0].values())


def _heard(id: str, text: str) -> tuple[dict[str, str], list[str]]:
    """The vote of each name in a chat, and the lines that are no vote and no name above one."""
    letters = choices(id)
    votes: dict[str, str] = {}
    ignored: list[str] = []
    name = ""
    alone = False  # whether the line before may have been the name of who speaks now
    for number, line in enumerate(text.splitlines()):
        line = _TIME.sub("", line.strip())
        named = _NAMED.match(line)
        if named:
            name = _TO.sub("", named["name"]).strip().casefold()
        said = (named["said"] if named else line).strip(" .!)(").casefold()
        if said in letters:
            votes[name or f"line {number}"] = said
            if alone and not named:
                ignored.pop()
        elif said:
            ignored.append(line)
            name = name if named else _TO.sub("", line).strip(" :").casefold()  # it may be a name, its words below
        alone = alone if not line else bool(said) and not named and said not in letters
    return votes, ignored


def _remarks(id: str, text: str) -> list[str]:
    """What a teacher should know of how a chat was counted."""
    votes, ignored = _heard(id, text)
    more = f" ... (+{len(ignored) - SHOWN})" if len(ignored) > SHOWN else ""
    told = [_said("ignored", lines="; ".join(f"'{line}'" for line in ignored[:SHOWN]) + more)] if ignored else []
    alike = [f"'{one}', '{other}'" for one in votes for other in votes if other.startswith(f"{one} ")]
    return told + [_said("alike", names=names) for names in alike if not names.startswith("'line ")]


def choices(id: str) -> dict[str, Choice]:
    """The choices of a quiz by letter; `BadArgument` if it is none."""
    question = find(id)
    if not isinstance(question, Quiz):
        raise BadArgument(f"{id!r} is not a quiz, so there is nothing to vote on.")
    return dict(zip(ascii_lowercase, question.choices, strict=False))


def gain(before: float, after: float) -> float | None:
    """The share of what could be gained that was gained; None if all were right before.

    >>> gain(0.4, 0.85)
    0.75
    """
    return None if before >= 1 else round((after - before) / (1 - before), 4)


def advice(right: float) -> str:
    """What to do with this share of right votes: a rule of thumb."""
    return _said("explain" if right < 0.3 else "talk" if right <= 0.7 else "go_on")


@arguments.takes(id=arguments.text, name=arguments.text, folder=arguments.path)
def vote(id: str, name: str = "class", folder: str | Path = ".") -> Ballot:
    """The teacher's panel for one question: boxes for the counts of both votes, and bars.

    What is counted is kept in `votes-NAME.csv` in `folder`, so that the panel shows it again.
    """
    if not name or set(name) & set('/\\:*?"<>|\0'):
        raise BadArgument(f"The name of a class is part of a file's name; {name!r} cannot be.")
    return Ballot(id, Path(folder) / f"votes-{name}.csv")


class Ballot:
    """The two votes of one class on one question."""

    def __init__(self, id: str, file: Path):
        self.id, self.file = id, file
        self.choices = choices(id)
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in ROUNDS}
        self.remarks: list[str] = []  # on the chat that was counted last
        for row in _stored(file):
            if row["question"] == id and row["round"] in ROUNDS and row["choice"] in self.choices:
                self.counts[row["round"]][row["choice"]] = _number(row["count"])

    def count(self, when: str, counts: Mapping[str, int] | str) -> Ballot:
        """Note one vote, "before" or "after": counts by letter, or the text of a chat."""
        if when not in ROUNDS:
            raise BadArgument(f"There is a vote before and one after; {when!r} is neither.")
        self.remarks = _remarks(self.id, counts) if isinstance(counts, str) else []
        counts = tally(self.id, counts) if isinstance(counts, str) else counts
        for letter, number in counts.items():
            if letter not in self.choices:
                raise BadArgument(f"{self.id} has the choices {', '.join(self.choices)}; there is no {letter!r}.")
            if not isinstance(number, int) or number < 0:
                raise BadArgument(f"{number!r} is not a number of votes.")
        self.counts[when] = Counter(dict(counts))
        _append(self.file, [(self.id, when, letter, self.counts[when][letter]) for letter in self.choices])
        return self

    def shares(self, when: str) -> dict[str, float]:
        """The share of each choice; all 0 if nobody has voted."""
        whole = self.counts[when].total()
        return {letter: self.counts[when][letter] / whole if whole else 0.0 for letter in self.choices}

    def right(self, when: str) -> float | None:
        """The share of right votes; None before anybody has voted."""
        shares = self.shares(when)
        right = sum(shares[letter] for letter, choice in self.choices.items() if choice.right)
        return right if self.counts[when].total() else None

    @property
    def says(self) -> str:
        """What the numbers mean, and what to do now."""
        before, after = self.right("before"), self.right("after")
        if after is not None and before is not None:
            gained = gain(before, after)
            said = [_said("both", before=f"{before:.0%}", after=f"{after:.0%}")]
            said += [] if gained is None else [_said("gained", share=f"{gained:.0%}")]
            return " ".join([*said, advice(after)])
        one = after if before is None else before
        return _said("nobody") if one is None else f"{_said('right', share=f'{one:.0%}')} {advice(one)}"

    def __str__(self) -> str:
        lines = [find(self.id).question, ""]  # type: ignore[union-attr]
        lines.append("   " + "".join(f"{_said(head):>10}" for head in (*ROUNDS, "expected")))
        for letter, choice in self.choices.items():
            numbers = "".join(f"{self.counts[when][letter]:>10}" for when in ROUNDS)
            expected = "" if choice.expect is None else f"{choice.expect:.0%}"
            lines.append(f"{letter:3}{numbers}{expected:>10}  {choice.text}")
        return "\n".join([*lines, "", self.says, *self.remarks])

    __repr__ = __str__

    def bars(self) -> str:
        """The votes as a table with bars, as HTML."""
        rows = []
        for letter, choice in self.choices.items():
            cells = [(when, self.counts[when][letter], self.shares(when)[letter]) for when in ROUNDS]
            tracks = "".join(f'<i class="mrkit-{when}" style="width:{share:.0%}"></i>' for when, _, share in cells)
            tracks += (
                "" if choice.expect is None else f'<i class="mrkit-expected" style="width:{choice.expect:.0%}"></i>'
            )
            numbers = "".join(f"<td>{number} ({share:.0%})</td>" for _, number, share in cells)
            expected = "–" if choice.expect is None else f"{choice.expect:.0%}"
            rows.append(
                f'<tr><th scope="row">{letter} {with_code(choice.text)}</th>{numbers}<td>{expected}</td>'
                f'<td class="mrkit-tracks" aria-hidden="true">{tracks}</td></tr>'
            )
        heads = "".join(f'<th scope="col">{_said(head)}</th>' for head in ("choice", *ROUNDS, "expected", "bars"))
        return (
            f'<table class="mrkit-votes"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
            f"<p><b>{escape(self.says)}</b></p>" + "".join(f"<p>{escape(remark)}</p>" for remark in self.remarks)
        )

    def _repr_html_(self) -> str:
        question = with_code(find(self.id).question)  # type: ignore[union-attr]
        return f"<p><b>{question}</b></p>{self.bars()}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        state = {
            "question": with_code(find(self.id).question),  # type: ignore[union-attr]
            "choices": [[letter, with_code(choice.text)] for letter, choice in self.choices.items()],
            "counts": {when: [self.counts[when][letter] for letter in self.choices] for when in ROUNDS},
            "html": self.bars(),
            "words": {name: say(f"words/ballot/{name}", words) for name, words in WORDS.items()},
        }
        return bundle("ballot", state, self._given, self)

    def _given(self, given: dict[str, Any]) -> _Bars:
        """Counts from the boxes, or a chat, for one of the votes."""
        if "chat" in given:
            self.count(given["when"], str(given["chat"]))
        else:
            numbers = [max(0, _number(number)) for number in given["counts"]]
            self.count(given["when"], dict(zip(self.choices, numbers, strict=False)))
        return _Bars(self)


class _Bars:
    """What the panel shows after a change."""

    def __init__(self, ballot: Ballot):
        self.ballot = ballot

    def __bool__(self) -> bool:
        return True

    def _repr_html_(self) -> str:
        return self.ballot.bars()


def _said(key: str, **fill: Any) -> str:
    return say(f"words/ballot/{key}", WORDS[key]).format(**fill)


# The file.


def _stored(file: Path) -> list[dict[str, str]]:
    try:
        with open(file, encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"The votes in {file} cannot be read: {error}.") from error
    return [row for row in rows if all(row.get(column) is not None for column in COLUMNS)]


def _append(file: Path, rows: list[tuple]) -> None:
    now = f"{datetime.now():%Y-%m-%d %H:%M}"
    new = not file.exists()
    with open(file, "a", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        if new:
            writer.writerow(COLUMNS)
        writer.writerows((now, *row) for row in rows)


def _number(text: Any) -> int:
    try:
        return int(text)
    except (TypeError, ValueError):
        return 0
