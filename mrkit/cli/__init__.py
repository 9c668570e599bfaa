"""The command line: `commands` says what there is to type, `lab` opens the lessons, `doctor` looks at the machine."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from mrkit.errors import NotInstalled
from mrkit.installation import check, explained


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command `mrkit`; returns its exit status."""
    try:
        check("The command line", "typer")
        from mrkit.cli.commands import main
    except Exception as error:
        said = error if isinstance(error, NotInstalled) else explained("The command line", error)
        print("mrkit:", said, file=sys.stderr)
        return 1
    return main(arguments)
