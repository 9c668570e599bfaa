"""Whether a cell was run for itself: by the times of requests, on two clocks that do not agree."""

from __future__ import annotations

import pytest

from mrkit.learn.alone import Requests

APART = 5000.0  # seconds between the sender's clock and the kernel's


def ran_alone(cells):
    """For each cell, sent at a time and lasting some seconds, whether it was alone."""
    sent = now = 0.0
    requests = Requests(lambda: sent, lambda: now + APART)
    found = []
    for sent, seconds in cells:
        now = max(now, sent)
        requests.begin()
        found.append(requests.alone)
        now += seconds
        requests.end()
    return found


@pytest.mark.parametrize(
    ("cells", "alone"),
    [
        ([(1, 2), (3.5, 0.1), (60, 1)], [True, True, True]),  # one after the other
        ([(1, 2), (1, 0.001), (1.001, 0.001), (1.002, 5)], [True, False, False, False]),  # all at once
        ([(1, 2), (1, 3), (7, 1)], [True, False, True]),
        ([(1, 2), (1, 3), (5, 1), (6.9, 1)], [True, False, False, False]),  # the third begins at 6
    ],
)
def test_a_cell_is_alone_if_it_was_asked_for_when_nothing_ran(cells, alone):
    assert ran_alone(cells) == alone


def test_of_a_kernel_that_does_not_say_when_all_cells_are_alone():
    requests = Requests(lambda: 1 / 0)
    for _ in range(2):
        requests.begin()
        requests.end()
        assert requests.alone
