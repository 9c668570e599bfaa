"""Steps of `flow` as C takes them, for the many records and groups that nobody looks at one by one.

`flow` says what each step does, and looks at all that the user's functions give; these do the same with C's own loops
and look at nothing. What is wrong all the same is found afterwards, by taking the step once more with `flow` where it
went wrong. (A loop of C's takes a StopIteration from a user's function for its own end, which would lose records:
whoever uses these asks afterwards whether all were handled.)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

from mrkit import flow
from mrkit.counters import collecting
from mrkit.errors import BadPair
from mrkit.values import Values


def map_records(map_func: Callable, records: Iterable) -> Iterator[flow.Pair]:
    """What `flow.map_records` does.

    >>> list(map_records(lambda word: [(len(word), word)], ["cat", "mouse"]))
    [(3, 'cat'), (5, 'mouse')]
    """
    return chain.from_iterable(map(map_func, records))


def merge(bucket: flow.Bucket, groups: flow.Groups) -> None:
    """What `flow.merge` does, with a bucket that nobody else holds: its lists become those of the groups.

    >>> groups = {"the": [1, 1]}
    >>> merge({"cat": [1], "the": [1]}, groups)
    >>> groups
    {'the': [1, 1, 1], 'cat': [1]}
    """
    if groups.keys().isdisjoint(bucket):
        groups.update(bucket)
        return
    for key, values in bucket.items():
        if key in groups:
            groups[key].extend(values)
        else:
            groups[key] = values


def reduce_groups(reduce_func: Callable, keys: Iterable, groups: Iterable[list]) -> Iterator:
    """What `flow.reduce_groups` does, of keys and of their values.

    >>> list(reduce_groups(lambda item: (item[0], sum(item[1])), ["the", "cat"], [[1, 1], [1]]))
    [('the', 2), ('cat', 1)]
    """
    return map(reduce_func, zip(keys, map(Values, groups), strict=True))


def some(results: Iterator, most: int) -> list:
    """The next results, at most so many: here the reduce function runs."""
    return list(islice(results, most))


def once_more(step: Callable[..., Iterator], function: Callable, given: Any) -> None:
    """A step as `flow` takes it, for what ended a loop of C's too early; it raises what is wrong."""
    deque(step(function, [given]), 0)
    raise RuntimeError("StopIteration was raised")


def what_is_wrong(map_func: Callable, record: Any) -> BadPair | None:
    """What is wrong with what the map function gives for a record, if it is that: asked once more, unheard."""
    try:
        with collecting():
            next(flow.map_records(map_func, [record]), None)
    except BadPair as error:
        return error
    except Exception:
        pass
    return None
