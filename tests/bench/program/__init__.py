"""Benchmarks: mrkit beside the other ways to do the same five jobs on one machine.

`python -m tests.bench.program`, in a checkout, runs them. They serve whoever wants to know what mrkit costs, on their
own machine. Every contender gets the same files and the same functions, runs in a process of its own, and its answer is
compared before its time is. No test and no lesson may depend on a time from here.
"""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks as the command line says; returns the exit status."""
    from tests.bench.program.command import run

    return run(arguments)
