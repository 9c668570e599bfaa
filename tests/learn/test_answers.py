"""Whether an answer was begun at all, told alike by every Python."""

from __future__ import annotations

import pytest

from mrkit.learn.answers import is_stub


def documented(line):
    """What it is to do."""


def documented_and_more(item):
    """What it is to do."""
    ...
    pass


def returns_none(key, n):
    return None


def says_so(line):
    raise NotImplementedError("YOUR CODE HERE")


def says_so_in_words(line):
    """What it is to do."""
    # YOUR CODE HERE
    raise NotImplementedError()


def says_so_by_class(line):
    raise NotImplementedError


def only_sometimes(line):
    if line:
        raise NotImplementedError()


def generates(line):
    yield


def another_error(line):
    raise ValueError("NotImplementedError")


STUBS = [documented, documented_and_more, returns_none, says_so, says_so_in_words, says_so_by_class]


@pytest.mark.parametrize("function", [*STUBS, lambda line: None, lambda line: ...])
def test_what_does_nothing_is_a_stub(function):
    assert is_stub(function)


@pytest.mark.parametrize("value", [-1, 0, 1, True, False, "", "text", b"", 1.5, (), (None,), [], {}, [1], 10**9])
def test_what_returns_a_constant_is_an_answer(value):
    assert not is_stub(eval(f"lambda key, n: {value!r}"))


@pytest.mark.parametrize("function", [only_sometimes, generates, another_error, len, str, print, lambda line: line])
def test_what_does_something_is_an_answer(function):
    assert not is_stub(function)
