"""A program in a Python of its own: what it prints comes back, and why it failed is one sentence."""

from __future__ import annotations

import pytest

from mrkit.errors import BadArgument
from mrkit.learn import in_fresh_python


@pytest.mark.parametrize(("code", "printed"), [("print('é')", "é"), ("", ""), ("import sys; sys.exit()", "")])
def test_what_is_printed_comes_back(code, printed):
    assert in_fresh_python(code) == printed


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "it ended with exit status 3"),
        ("input()", "EOFError: EOF when reading a line"),
    ],
)
def test_a_program_that_fails_says_why(code, why):
    with pytest.raises(BadArgument) as error:
        in_fresh_python(code)
    assert str(error.value) == f"The program failed: {why}."
