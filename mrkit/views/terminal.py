"""A timeline in letters, for a terminal. It needs no matplotlib and no Unicode."""

from __future__ import annotations

from mrkit.trace import Span, Trace
from mrkit.views.lanes import Lane, lanes, straggler
from mrkit.words import duration

_LETTERS = {"map": "m", "reduce": "r"}
_LABEL = 10  # characters for a worker's name


def timeline(trace: Trace, width: int = 80) -> str:
    """What every worker did when, a line for each worker, `width` characters wide.

    >>> from mrkit import MapReduce
    >>> run = MapReduce(lambda n: [(n % 2, n)], lambda item: sum(item[1]), executor="serial").run([1, 2, 3])
    >>> first, *_ = timeline(run.trace, width=40).splitlines()
    >>> first[:12], len(first)
    ('main       |', 40)
    """
    rows = lanes(trace)
    if not trace.spans:
        return "No task ran."
    columns = max(10, width - _LABEL - 3)
    lines = [f"{_ascii(lane.label[:_LABEL]):{_LABEL}} |{_cells(lane, trace.seconds, columns)}|" for lane in rows]
    end = duration(trace.seconds).replace("\u00a0", " ")
    lines.append(f"{'':{_LABEL}}  0{end:>{columns - 1}}")
    lines.append(f"{'':{_LABEL}}  m map   r reduce   x failed attempt   . waiting"[:width])
    slow = straggler(trace)
    if slow is not None:
        took = duration(slow.seconds).replace("\u00a0", " ")
        lines.append(f"longest: {slow.stage} task {slow.task} ({_ascii(slow.what)}), {took}"[:width])
    if trace.reckoned:
        lines.append("reckoned by a model, not measured"[:width])
    return "\n".join(lines)


def _cells(lane: Lane, seconds: float, columns: int) -> str:
    """One letter for each stretch of time: what filled most of it."""
    filled: list[dict[str, float]] = [{} for _ in range(columns)]
    stretch = seconds / columns or 1.0

    def waiting(number: int) -> str:
        return "." if lane.start <= (number + 0.5) * stretch <= lane.end else " "

    for span in lane.spans:
        letter = _LETTERS[span.stage] if span.ok else "x"
        for cell in range(_cell(span.started, stretch, columns), _cell(span.finished, stretch, columns) + 1):
            filled[cell][letter] = filled[cell].get(letter, 0.0) + _shared(span, cell * stretch, stretch)
    return "".join(_letter(letters, stretch) or waiting(number) for number, letters in enumerate(filled))


def _letter(letters: dict[str, float], stretch: float) -> str:
    """A failure is always seen; work if it filled at least half of the stretch."""
    if "x" in letters:
        return "x"
    return max(letters, key=letters.__getitem__) if sum(letters.values()) >= stretch / 2 else ""


def _cell(time: float, stretch: float, columns: int) -> int:
    return max(0, min(columns - 1, int(time / stretch)))


def _shared(span: Span, start: float, length: float) -> float:
    return max(0.0, min(span.finished, start + length) - max(span.started, start))


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()
