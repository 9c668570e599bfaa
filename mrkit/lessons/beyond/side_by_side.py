"""One job on several engines: the timelines one under the other, each with its engine's name.

It draws what `mrkit.views` draws, and adds the names: to the titles, and to what is said to those who cannot see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mrkit.views import style, timeline
from mrkit.views.canvas import dress, wrapped
from mrkit.views.pen import Figure
from mrkit.views.picture import describe, description, new_figure


def timelines(runs: Mapping[str, Any]) -> Figure:
    """The timeline of each run, by name, on one time axis: compare the lengths and the shapes.

    >>> from mrkit import MapReduce
    >>> run = MapReduce(lambda n: [(n % 2, n)], lambda item: sum(item[1]), executor="serial").run([1, 2, 3])
    >>> [ax.get_title(loc="left").split(":")[0] for ax in timelines({"one": run, "two": run}).axes]
    ['one', 'two']
    """
    figure = new_figure(8.5, 3.1 * len(runs))
    for number, (name, run) in enumerate(runs.items(), start=1):
        ax = figure.add_subplot(len(runs), 1, number)
        timeline(run, ax, beside=runs.values())
        about = description(ax)
        assert about is not None
        title = f"{name}: {about.title}"
        ax.set_title(wrapped(ax, title, style.TITLE, "bold"), loc="left", pad=10, size=style.TITLE, weight="bold")
        dress(ax)
        describe(ax, title, f"{name}: {about.alt}", about.header, about.rows)
    return figure
