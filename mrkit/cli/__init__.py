"""The command line: `commands` says what there is to type, `lab` opens the lessons, `doctor` looks at the machine."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command `mrkit`; returns its exit status."""
    from mrkit.cli.commands import main

    return main(arguments)
