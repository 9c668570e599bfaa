"""What all charts share: where they draw, how their words look, and what they say of themselves.

A chart begins with `begin` and ends with `finish` (or with `nothing`, if the run has nothing of the kind). Text from a
run (keys, names, errors) goes through `plain`, because it may hold anything. No chart's own numbers are here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any

from mrkit import arguments
from mrkit.errors import BadArgument, short
from mrkit.trace import Trace
from mrkit.views import pen, picture, style
from mrkit.views.pen import Axes, MaxNLocator, Patch, ScaledTranslation, Text
from mrkit.words import cut

LONG = 36  # letters of a word that is not cut
MISSING = "□"
NO_TASK = "No task ran: the job had no inputs."
NOTHING_SHUFFLED = "Nothing was shuffled: the map function made no pairs."


def trace_of(run: Any) -> Trace:
    """The trace of a `Run`, or the trace itself."""
    trace = getattr(run, "trace", run)
    if not isinstance(trace, Trace) or not trace.events:
        raise BadArgument(f"A chart needs a Run or a Trace, as in job.run(inputs); you gave {short(run)}.")
    return trace


def begin(ax: Axes | None, height: float = 4.2) -> Axes:
    """The Axes to draw in: the caller's, or those of a new figure, `height` inches high."""
    arguments.axes("ax", ax)
    return picture.new_chart(height) if ax is None else ax


def finish(
    ax: Axes,
    title: str,
    alt: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    xlabel: str = "",
    ylabel: str = "",
    of: Iterable[Trace] = (),
) -> Axes:
    """Give a drawn chart its words: title, axes, text alternative and table. Its texts get their looks here.

    If one of the traces that it is made `of` was reckoned, all of them say so.
    """
    arguments.text("title", title)
    if any(trace.reckoned for trace in of):
        title, alt = f"Reckoned: {title}", f"Reckoned by a model, not measured. {alt}"
    ax.set_xlabel(plain(xlabel))
    ax.set_ylabel(plain(ylabel))
    ax.set_title(wrapped(ax, title, style.TITLE, "bold"), loc="left", pad=10, size=style.TITLE, weight="bold")
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_axisbelow(True)
    dress(ax)
    picture.describe(ax, title, alt, header, rows)
    return ax


def dress(ax: Axes) -> None:
    """Our colours, fonts and sizes, whatever style the user's own figures have."""
    for text in ax.findobj(Text):
        text.set_fontfamily(pen.families())
        if text.get_color() != style.PAPER:
            text.set_color(style.INK)
    ax.tick_params(labelsize=style.TEXT, labelcolor=style.INK, labelfontfamily=pen.families(), color=style.MUTED)
    ax.xaxis.label.set_fontsize(style.TEXT)
    ax.yaxis.label.set_fontsize(style.TEXT)
    ax.spines[:].set_color(style.MUTED)
    ax.set_facecolor(style.PAPER)
    ax.figure.set_facecolor(style.PAPER)


def nothing(ax: Axes, sentence: str) -> Axes:
    """Say in the empty Axes why there is nothing to see."""
    ax.set_axis_off()
    lines = wrapped(ax, sentence, style.TEXT)
    ax.text(0.5, 0.5, lines, transform=ax.transAxes, ha="center", va="center", size=style.TEXT)
    return finish(ax, "", sentence, (), ())


def time_axis(ax: Axes, longest: float, origin: float = 0.0) -> str:
    """Let the x axis count from `origin` in the unit that fits, and say which it is."""
    length = longest - origin
    if origin:
        ticks = MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(0, length)
        ax.set_xticks([origin + tick for tick in ticks if 0 <= tick <= length])
    if length >= 1:
        ax.xaxis.set_major_formatter(lambda seconds, _: f"{round(seconds - origin, 3) + 0.0:,.10g}")
        return "seconds"
    ax.xaxis.set_major_formatter(lambda seconds, _: f"{round((seconds - origin) * 1000, 3) + 0.0:,.10g}")
    return "milliseconds"


def round_ticks(axis: Any, most: int = 5, integer: bool = False) -> None:
    """At most so many steps between ticks, which are 1, 2 or 5 times a power of ten, as in 0, 500, 1000."""
    axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10], integer=integer))
    axis.set_major_formatter("{x:,.10g}")


def unfinished(trace: Trace, otherwise: str) -> str:
    """Why a run has no data of the kind that a chart needs."""
    if trace.reckoned and trace.shuffled_bytes:
        return "There are too many buckets: the model reckons only how many bytes they hold together."
    return f"The job ended early: {trace.error}" if trace.error else otherwise


def legend(ax: Axes, entries: Iterable[tuple[str, str]], below: float = 44) -> None:
    """A row of (kind, words), `below` so many points under the Axes."""
    kinds, words = zip(*entries, strict=True)
    length = sum(_width(plain(word), style.TEXT) + 0.7 for word in words)  # in inches, with the patches
    ax.legend(
        handles=[Patch(**style.fill(kind)) for kind in kinds],
        labels=list(map(plain, words)),
        ncols=ceil(len(words) / max(1, ceil(length / _inches(ax)))),
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=ax.transAxes + ScaledTranslation(0, -below / 72, ax.figure.dpi_scale_trans),
        frameon=False,
        borderpad=0,
        borderaxespad=0,
        handlelength=1.8,
        handleheight=1.2,
        columnspacing=1.4,
        fontsize=style.TEXT,
    )


def wrapped(ax: Axes, text: str, points: float, weight: str = "normal") -> str:
    """Text in lines that fit above or in an Axes, drawn as it stands."""
    room = max(1.5, _inches(ax))
    lines: list[str] = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {plain(cut(word, LONG))}".strip()
        if lines[-1] and _width(longer, points, weight) > room:
            lines.append(plain(cut(word, LONG)))
        else:
            lines[-1] = longer
    return "\n".join(lines)


def plain(text: str) -> str:
    r"""Text that matplotlib draws as it stands: no formula, no control characters, no glyph that no font has.

    >>> plain("5$ to 7$")
    '5\\$ to 7\\$'
    """
    return "".join(map(_drawable, text)).replace("$", r"\$")


def _drawable(letter: str) -> str:
    if pen.has_glyph(letter):
        return letter
    kind = unicodedata.category(letter)
    return "" if kind in ("Mn", "Me", "Cf") else " " if kind in ("Cc", "Zl", "Zp", "Zs") else MISSING


def _inches(ax: Axes) -> float:
    """About how wide the inside of an Axes will be when it is laid out."""
    spec = ax.get_subplotspec()
    share = len(spec.colspan) / spec.get_gridspec().ncols if spec else ax.get_position().width
    labels = [line for label in ax.get_yticklabels() for line in label.get_text().split("\n")] if ax.axison else []
    longest = max((_width(line, style.TEXT) for line in labels), default=0.0)
    return ax.figure.bbox.width / ax.figure.dpi * share - longest - (0.7 if ax.axison else 0.3)


def _width(text: str, points: float, weight: str = "normal") -> float:
    """How many inches a line is wide."""
    return pen.width(text.replace(r"\$", "$"), points, weight)


# Less for the eye, and words that charts share.


def pooled(matrix: Sequence[Sequence[int]], tall: int, wide: int) -> list[list[int]]:
    """The sums of blocks of so many rows and columns; the last ones may be smaller.

    >>> pooled([[1, 2, 3], [4, 5, 6]], 2, 2)
    [[12, 9]]
    """
    rows = [[sum(column) for column in zip(*matrix[i : i + tall], strict=True)] for i in range(0, len(matrix), tall)]
    return [sums(row, wide) for row in rows]


def several(number: int, step: int, end: int) -> str:
    """The numbers of the tasks that one block or row stands for: `step` of them, below `end`.

    >>> several(1, 3, 5), several(1, 1, 5)
    ('3–4', '1')
    """
    last = min((number + 1) * step, end) - 1
    return f"{number * step}" if last == number * step else f"{number * step}–{last}"


def sums(numbers: Sequence[int], step: int) -> list[int]:
    """The sums of so many numbers at a time."""
    return [sum(numbers[i : i + step]) for i in range(0, len(numbers), step)]
