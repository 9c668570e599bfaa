"""The fluid: fair, never over capacity, and the same to the last bit with numpy and without."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrkit.cluster.network import MOVED, Flows, ManyFlows, fair_level, flows

rooms = st.lists(st.tuples(st.floats(0, 1e6), st.floats(0.5, 3)), min_size=1, max_size=40)


def by_bisection(room, costs, capacity):
    low, high = 0.0, max(room) + 1
    for _ in range(200):
        middle = (low + high) / 2
        used = sum(c * min(r, middle) for r, c in zip(room, costs, strict=True))
        low, high = (middle, high) if used < capacity else (low, middle)
    return low


@given(rooms, st.floats(0.01, 1))
def test_the_level_is_the_one_that_fills_the_core(flows, share):
    room, costs = zip(*flows, strict=True)
    wanted = sum(c * r for r, c in flows)
    level = fair_level(room, costs, share * wanted)
    used = sum(c * min(r, level) for r, c in flows)
    assert used <= share * wanted * (1 + 1e-9) or level == inf
    if wanted and share < 0.999:
        assert used == pytest.approx(share * wanted, rel=1e-6)
        assert level == pytest.approx(by_bisection(room, costs, share * wanted), rel=1e-6, abs=1e-6)


def test_with_room_for_all_there_is_no_level():
    assert fair_level([1, 2], [1, 1], 3) == inf
    assert fair_level([], [], 0) == inf


flow = st.tuples(
    st.integers(0, 2), st.floats(1, 1e6), st.floats(1, 1e5) | st.just(inf), st.floats(0.5, 3), st.floats(0.1, 2)
)
steps = st.lists(st.tuples(st.floats(0.1, 2), st.floats(0, 0.7), st.floats(0, 0.3), st.booleans()), max_size=8)


@given(st.lists(flow, min_size=1, max_size=80), steps, st.floats(10, 1e6))
def test_numpy_and_plain_lists_give_the_same_to_the_last_bit(made, steps, core):
    plain, many = Flows(), ManyFlows()
    for kind, *about in made:
        assert plain.add(kind, *about) == many.add(kind, *about)
    for seconds, ready, lost, killed in steps:
        if killed:
            plain.keep(ready, lost)
            many.keep(ready, lost)
        ended = plain.step(seconds, ready, lost, core)
        assert ended == many.step(seconds, ready, lost, core)
        for number in ended[0]:
            plain.remove(number)
            many.remove(number)
        assert len(plain) == len(many)


@given(st.lists(flow, min_size=1, max_size=30), st.floats(10, 1e6))
def test_no_step_moves_more_than_the_core_the_caps_or_the_bytes_allow(made, core):
    open_ = Flows()
    for about in made:
        open_.add(*about)
    for _ in range(5):
        before = [row[MOVED] for row in open_._rows]
        open_.step(1.0, 1.0, 0.0, core)
        steps = [row[MOVED] - old for row, old in zip(open_._rows, before, strict=True)]
        assert sum(step * about[3] for step, about in zip(steps, made, strict=True)) <= core * (1 + 1e-9)
        for step, (_, size, cap, _, _), row in zip(steps, made, open_._rows, strict=True):
            assert step <= cap + 1e-6
            assert row[MOVED] <= size * (1 + 1e-9)


def test_without_numpy_there_are_plain_lists(monkeypatch):
    import sys

    assert isinstance(flows(1000), ManyFlows)
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert type(flows(1000)) is Flows
    assert type(flows(10)) is Flows
