"""The largest results."""

from __future__ import annotations

from heapq import nsmallest
from numbers import Real
from typing import Any

from mrkit import arguments
from mrkit.errors import BadArgument, short
from mrkit.views import style
from mrkit.views.canvas import begin, finish, nothing, plain, round_ticks
from mrkit.views.pen import Axes
from mrkit.words import count, cut, key_text, sentence_list

LARGEST = 1e300  # number that can be drawn; this leaves out infinity and NaN too


@arguments.takes(k=arguments.whole(0))
def top_k(results: Any, ax: Axes | None = None, k: int = 20) -> Axes:
    """The `k` largest of the results of a Run, or of a list of (key, number); equal numbers in the order of keys."""
    results = arguments.items("results", getattr(results, "results", results))
    _check_results(results)
    top = nsmallest(k, results, key=lambda result: (-result[1], _alphabetical(result[0])))
    ax = begin(ax, height=1.5 + 0.3 * max(3, len(top)))
    if not top:
        return nothing(ax, "There are no results to show.")
    names = [key_text(key) for key, _ in top]
    numbers = [float(number) for _, number in top]
    said = [_exactly(number) for _, number in top]
    ax.barh(range(len(top)), numbers, height=0.72, **style.fill("reduce"))
    ax.set_yticks(range(len(top)), list(map(plain, names)))
    ax.set_ylim(len(top) - 0.4, -0.6)
    ax.tick_params(left=False)
    for y, (number, figure) in enumerate(zip(numbers, said, strict=True)):
        ax.text(max(0, number), y, f" {figure}", va="center", size=style.SMALL)
    span = max(0, *numbers) - min(0, *numbers) or 1
    ax.set_xlim(min(0, *numbers), max(0, *numbers) + 0.14 * span)
    round_ticks(ax.xaxis, 6)
    pairs = [f"{name} {figure}" for name, figure in zip(names, said, strict=True)]
    alt = f"{count(len(top), 'bar')}, from the largest result down: {sentence_list(pairs, most=10)}."
    leaders = [f"{cut(short(key), 16)} with {_exactly(number)}" for key, number in top[:2]]
    title = f"The largest result is {leaders[0]}" + (f", then {leaders[1]}" if len(top) > 1 else "")
    left = len(results) - len(top)
    xlabel = f"the largest of {count(len(results), 'result')}" if left else "result"
    return finish(ax, title, alt, ("key", "result"), top, xlabel=xlabel)


def _alphabetical(key: Any) -> tuple[int, Any]:
    """A key's place: numbers, then text, then tuples part by part. Keys of several types have no order of their own."""
    if isinstance(key, Real):
        return 0, key
    if isinstance(key, tuple):
        return 2, tuple(map(_alphabetical, key))
    return 1, key if isinstance(key, str) else short(key)


def _exactly(number: Any) -> str:
    return f"{number:,}" if isinstance(number, int) and abs(number) < 10**12 else f"{float(number):,.6g}"


def _check_results(results: Any) -> None:
    for result in results:
        pair = isinstance(result, tuple | list) and len(result) == 2 and isinstance(result[1], Real)
        if not pair or not abs(result[1]) <= LARGEST:
            raise BadArgument(f"top_k needs results that are (key, number) pairs; one of them is {short(result)}.")
