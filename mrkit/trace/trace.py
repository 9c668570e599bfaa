"""All that is known of one run, and the forms that it takes: sentences, JSON, a timeline for Perfetto.

A trace is made of the events of one run and nothing else, so a stored one answers the same questions as a fresh one.
"""

from __future__ import annotations

import json
from pathlib import Path

from mrkit import arguments
from mrkit.trace import stored
from mrkit.trace.measures import Measures


class Trace(Measures):
    """All that is known of a run, from its events.

    >>> from mrkit import MapReduce
    >>> run = MapReduce(lambda line: [(word, 1) for word in line.split()], lambda item: sum(item[1]),
    ...                 num_partitions=2, executor="serial").run(["the dog", "the end"])
    >>> run.trace.num_pairs, run.trace.matrix
    (4, [[1, 1], [1, 1]])
    >>> Trace.from_json(run.trace.to_json()) == run.trace
    True
    """

    def __repr__(self) -> str:
        what = "Reckoned trace" if self.reckoned else "Trace"
        return f"<{what} of {self.job.name!r}: {len(self.spans)} task attempts in {self.seconds:.2f} s>"

    def diagnosis(self) -> list[str]:
        """What stands out about this run, in sentences, each with the figure behind it."""
        from mrkit.trace.diagnosis import diagnose

        return diagnose(self)

    @arguments.takes(path=arguments.maybe_path)
    def to_json(self, path: str | Path | None = None) -> str:
        """All events as JSON, one a line; written to `path` if there is one."""
        text = stored.written(self.events)
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    @classmethod
    def from_json(cls, source: str | Path) -> Trace:
        """The trace that `to_json` wrote: its text, or the path of its file; `BadArgument` for all else."""
        return cls(stored.read(source))

    @arguments.takes(path=arguments.maybe_path)
    def to_chrome(self, path: str | Path | None = None) -> str:
        """The timeline in the Trace Event Format, for Perfetto (ui.perfetto.dev) or chrome://tracing."""
        from mrkit.trace.chrome import chrome_trace

        text = json.dumps(chrome_trace(self))
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text
