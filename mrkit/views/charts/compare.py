"""Two ways to run one job, one above the other on one axis; each may have run several times."""

from __future__ import annotations

from typing import Any

from mrkit import arguments
from mrkit.trace import Trace
from mrkit.trace.spread import NOTHING, Spread, difference, middle
from mrkit.views import style
from mrkit.views.canvas import begin, finish, legend, nothing, plain, time_axis, trace_of
from mrkit.views.charts.time_use import _parts, _stack
from mrkit.views.pen import Axes
from mrkit.words import capital, count, duration, percent, sentence_list

COLD = 0.15  # of a run: one that was longer busy with the start of its workers was cold, if the other was not


@arguments.takes(names=arguments.maybe_two_texts)
def compare(before: Any, after: Any, ax: Axes | None = None, *, names: tuple[str, str] | None = None) -> Axes:
    """Two runs, one above the other: how long they took, and what for.

    Each may be a list of runs of the same job: then its bar is the run in the middle, with a line from the fastest to
    the slowest. They have the `names` that they are given, or are named by what differs between them.
    """
    groups = [_runs(before), _runs(after)]
    ax = begin(ax, height=3.3)
    if not all(trace.spans for group in groups for trace in group):
        return nothing(ax, "There is nothing to compare: one of the runs did no work.")
    spreads = [Spread.of(trace.seconds for trace in group) for group in groups]
    traces = [middle(group) for group in groups]
    first, second = names or differing(*traces)
    told = [duration(spread.median) if spread.alone else str(spread) for spread in spreads]
    for y, (trace, spread) in enumerate(zip(traces, spreads, strict=True)):
        _stack(ax, y, trace, max(each.seconds for each in traces))
        if not spread.alone:
            ax.plot([spread.least, spread.most], [y, y], color=style.INK, linewidth=2, marker="|", markersize=14)
        place: dict[str, Any] = {"xytext": (8, 0), "textcoords": "offset points", "va": "center", "size": style.TEXT}
        ax.annotate(plain(told[y]), (max(trace.seconds, spread.most), y), **place)
    labels = [f"{plain(name)}\n{_setting(trace)}" for name, trace in zip((first, second), traces, strict=True)]
    ax.set_yticks([0, 1], labels)
    ax.set_xlim(0, max(spread.most for spread in spreads) * (1.14 if all(each.alone for each in spreads) else 1.42))
    ax.set_ylim(1.5, -0.5)
    ax.tick_params(left=False)
    legend(ax, [(kind, kind) for kind in _parts(traces[0].time_use)])
    alt = "Two bars, divided by what the workers did. " + " ".join(
        _said(name, trace, spread) for name, trace, spread in zip((first, second), traces, spreads, strict=True)
    )
    unit = time_axis(ax, max(spread.most for spread in spreads))
    if not all(each.alone for each in spreads):
        unit += "; a thin line goes from the fastest to the slowest run"
    title = _compare_title((first, second), *spreads)
    return finish(ax, title, alt, ("", first, second), _rows(groups, traces), xlabel=unit, of=traces)


def _runs(given: Any) -> list[Trace]:
    return [trace_of(run) for run in given] if isinstance(given, list | tuple) and given else [trace_of(given)]


def differing(before: Trace, after: Trace) -> tuple[str, str]:
    """What to call two runs: what is not the same in both.

    >>> from mrkit import MapReduce
    >>> runs = [MapReduce(lambda n: [(n, 1)], len, executor="serial").run([1, 2], size).trace for size in (1, 2)]
    >>> differing(*runs)
    ('2 map tasks', '1 map task')
    """
    both = (before, after)
    words = {
        "workers": [count(trace.job.num_workers, "worker") for trace in both],
        "map": [count(len(trace.tasks("map")), "map task") for trace in both],
        "reduce": [count(len(trace.tasks("reduce")), "reduce task") for trace in both],
        "inputs": [count(trace.num_inputs, "input") for trace in both],
        "combiner": ["with combiner" if trace.num_combined else "no combiner" for trace in both],
        "start": ["cold" if _is_cold(trace) else "warm" for trace in both],
    }
    other = [pair for pair in words.values() if pair[0] != pair[1]]
    if not other:
        return "first run", "second run"
    one, two = (", ".join(pair[which] for pair in other[:2]).replace("\u00a0", " ") for which in (0, 1))
    return one, two


def _is_cold(trace: Trace) -> bool:
    """Whether processes had to start, and it took a good part of the run."""
    return trace.job.start_method is not None and trace.start_up > COLD * trace.seconds


def _said(name: str, trace: Trace, spread: Spread) -> str:
    shares = [f"{kind} {percent(s / trace.time_use.total)}" for kind, s in _parts(trace.time_use).items()]
    ranged = "" if spread.alone else f" (the fastest {duration(spread.least)}, the slowest {duration(spread.most)})"
    setting = _setting(trace).replace(chr(10), " and ")
    return f"{capital(name)}: {duration(trace.seconds)}{ranged} with {setting}, of which {sentence_list(shares)}."


def _setting(trace: Trace) -> str:
    workers, tasks = count(trace.job.num_workers, "worker"), len(trace.tasks("map"))
    return f"{workers}, {tasks:,}\u00a0+\u00a0{len(trace.tasks('reduce')):,} tasks"


def _compare_title(names: tuple[str, str], before: Spread, after: Spread) -> str:
    first, second = names
    said = difference(before, after)
    took = f"{duration(after.median)} and {duration(before.median)}"
    if said == NOTHING:
        more = "" if not (before.alone or after.alone) else "; run each a few times"
        return f"{capital(second)} or {first}: too close to tell, {took}{more}"
    return f"{capital(second)}: {said} as {first} ({took})"


def _rows(groups: list[list[Trace]], traces: list[Trace]) -> list[tuple]:
    measures = {
        "seconds": lambda t: t.seconds,
        "seconds in one thread": lambda t: t.baseline or "",
        "workers": lambda t: t.job.num_workers,
        "map tasks": lambda t: len(t.tasks("map")),
        "reduce tasks": lambda t: len(t.tasks("reduce")),
        "pairs": lambda t: t.num_pairs,
        "values shuffled": lambda t: t.num_shuffled,
        "bytes shuffled": lambda t: t.shuffled_bytes,
        "groups": lambda t: t.num_groups,
        "results": lambda t: t.num_results,
        "failed attempts": lambda t: sum(not span.ok for span in t.spans),
    }
    rows: list[tuple] = [("runs", *map(len, groups))]
    rows += [(name, *map(measure, traces)) for name, measure in measures.items()]
    uses = [_parts(trace.time_use) for trace in traces]
    return rows + [(f"{kind}, seconds of all workers", *(use[kind] for use in uses)) for kind in uses[0]]
