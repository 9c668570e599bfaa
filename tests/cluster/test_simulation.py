"""The simulation: cases reckoned by hand, the laws that hold for every job, and runs that are the same again."""

from __future__ import annotations

import heapq
import sys
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrkit.cluster import Cluster, Job, Kill, MapTask, ReduceTask, reckon, simulate
from mrkit.cluster.history import DONE, KILLED
from mrkit.errors import BadArgument

# Machines that are all alike, start at once and cost nothing: only tasks take time.
BARE = Cluster(
    machines=2,
    start_up=0,
    launch_rate=inf,
    boot=0,
    handout=0,
    task_cost=0,
    file_cost=0,
    disk_read=inf,
    disk_write=inf,
    core=inf,
    link=inf,
    seek=0,
    spread=0,
    ill=0,
    backups=False,
)
SMALL = replace(
    Cluster(), machines=40, start_up=5, ill=0.05, core=200e6, tick=0.5
)  # everything in it matters: slow machines, disks, a core


def job(maps, reduces, out=1.0):
    size = out * len(maps) / len(reduces)
    return Job(tuple(MapTask(0, s, out) for s in maps), tuple(ReduceTask(size, s, 0) for s in reduces))


def placed(seconds, machines, begin=0.0):
    """When the last task is done if each goes to whoever is free first."""
    free = [begin] * machines
    for each in seconds:
        heapq.heapreplace(free, free[0] + each)
    return max(free)


times = st.lists(st.integers(1, 100), min_size=1, max_size=25)


# By hand.


@given(times, times, st.integers(1, 12), st.booleans())
def test_without_a_network_it_is_placing_tasks_one_by_one(maps, reduces, machines, shared):
    out = reckon(replace(BARE, machines=machines, shared_slots=shared), job(maps, reduces))
    # Workers that wait for reduce tasks have taken one already, so only the first wave waits for map to end.
    end = placed(maps, machines)
    assert out.map_end == pytest.approx(end)
    assert out.seconds == pytest.approx(placed(reduces, machines, end))


def test_the_hand_case_with_a_network():
    # 4 maps of 10 s on 2 machines end at 10 and 20 s; each half of 200 bytes must cross: half of it is at home already.
    # Of each machine's 100 bytes 50 cross the core, at 10 bytes/s for both: the first wave's by 20 s, the rest by 25 s.
    cluster = replace(BARE, core=10.0, link=1e9)
    maps, reduces = (MapTask(0, 10, 50),) * 4, (ReduceTask(100, 5, 0),) * 2
    out = reckon(cluster, Job(maps, reduces))
    assert (out.map_end, out.seconds) == (20, 30)


def test_a_flow_alone_is_held_by_its_link_and_two_share_the_core():
    one = Job((MapTask(0, 1, 100),), (ReduceTask(100, 0, 0),))
    assert reckon(replace(BARE, link=10.0, core=inf), one).seconds == 11
    two = Job((MapTask(0, 1, 100),), (ReduceTask(50, 0, 0),) * 2)
    # Half of each crosses the core, for there are two machines: 50 bytes at 5 bytes/s.
    assert reckon(replace(BARE, link=1e9, core=5.0), two).seconds == 11


def test_output_crosses_the_network_once_for_each_copy():
    for copies in (1, 2, 3):
        work = Job((MapTask(0, 1, 0),), (ReduceTask(0, 0, 100, copies),))
        assert reckon(replace(BARE, core=10.0, link=1e9), work).seconds == 1 + 10 * copies


def test_reading_far_takes_the_network_and_near_the_disk():
    work = Job((MapTask(100, 0, 0),), (ReduceTask(0, 0, 0),))
    slow_disk = replace(BARE, disk_read=10.0, link=5.0, chunk_copies=50, holders=2)
    assert reckon(slow_disk, work).seconds == 10  # all machines have a copy
    assert reckon(replace(slow_disk, holders=10**9), work).seconds == 20
    assert reckon(replace(slow_disk, holders=10**9), work).remote == 1


def test_the_master_gives_out_one_task_after_the_other():
    assert reckon(replace(BARE, machines=100, handout=1.0), job([0] * 50, [0], 0)).map_end == 51  # and the reduce task
    assert reckon(replace(BARE, machines=10, launch_rate=2.0), job([100] * 10, [0], 0)).map_end == 104.5


def test_each_task_and_each_file_costs_something():
    assert reckon(replace(BARE, task_cost=3.0), job([1], [1], 0)).seconds == 1 + 3 + 1
    many = Job((MapTask(0, 1, 0),), (ReduceTask(0, 0, 0),) * 100)
    assert reckon(replace(BARE, file_cost=0.5), many).seconds == 51


def test_reduce_tasks_without_data_wait_for_map_too():
    assert reckon(BARE, job([10], [1], 0)).seconds == 11


# Laws.


@given(times, times, st.integers(1, 20))
def test_more_machines_without_other_costs_are_never_slower(maps, reduces, machines):
    few, many = (reckon(replace(BARE, machines=n), job(maps, reduces)).seconds for n in (machines, machines + 1))
    assert many <= few + 1e-9


@settings(max_examples=25)
@given(
    st.integers(1, 60),
    st.integers(1, 30),
    st.integers(1, 60),
    st.floats(1e6, 1e9),
    st.floats(0, 1),
    st.booleans(),
    st.data(),
)
def test_never_faster_than_the_busiest_machine_or_the_bytes_and_bytes_are_conserved(m, r, n, size, kept, backups, data):
    cluster = replace(SMALL, machines=n, backups=backups, start_up=1)
    work = Job.even(size, m, r, kept=kept, map_rate=20e6)
    kills = [Kill(data.draw(st.floats(0, 3)), data.draw(st.integers(0, n)))] if data.draw(st.booleans()) else []
    out = reckon(cluster, work, 3, kills)
    done = [a for a in out.attempts if a.end == DONE]
    for stage, tasks in (("map", work.maps), ("reduce", work.reduces)):
        assert {a.task for a in done if a.stage == stage} == set(range(len(tasks)))
    for machine in range(n):
        for stage in ("map", "reduce"):
            own = sorted((a.began, a.ended) for a in out.attempts if (a.machine, a.stage) == (machine, stage))
            assert all(end <= begin + 1e-9 for (_, end), (begin, _) in pairwise(own)), "one at a time"
            assert out.seconds >= sum(end - begin for begin, end in own) - 1e-6
    sent = [sum(step[kind] for _, step in out.moved) for kind in range(3)]
    crossing = sum(a * b for a, b in zip(sent, ((n - 1) / n, (n - 1) / n, 2), strict=True))
    assert out.seconds - cluster.start_up >= crossing / cluster.core * (1 - 1e-6)
    assert sent[2] >= size * kept * (1 - 1e-6)
    if not backups and not kills:
        assert sent[1] == pytest.approx(size * kept, rel=1e-6)
        assert sent[2] == pytest.approx(size * kept, rel=1e-6)
    step, rows = out.rates()
    assert sum(row[0] for row in rows) * step == pytest.approx(size, rel=1e-6), "input that was lost is read again"


@settings(max_examples=10)
@given(st.integers(0, 5), st.booleans())
def test_the_same_seed_gives_the_same_run_with_numpy_and_without(seed, killed):
    work, kills = Job.even(2e9, 150, 70), [Kill(20.0, 30)] if killed else []
    cluster = replace(SMALL, machines=120)
    once = simulate(cluster, work, seed, kills)
    assert simulate(cluster, work, seed, kills) == once
    assert simulate(cluster, work, seed + 1, kills) != once
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "numpy", None)
        assert simulate(cluster, work, seed, kills) == once


# Backups.


@given(times, times, st.integers(1, 12))
def test_where_all_machines_are_alike_a_backup_never_wins(maps, reduces, machines):
    alike = replace(BARE, machines=machines, backups=True)
    out = reckon(alike, job(maps, reduces))
    assert not [a for a in out.attempts if a.backup and a.end == DONE]
    assert out.seconds == pytest.approx(reckon(replace(alike, backups=False), job(maps, reduces)).seconds)
    assert Counter((a.stage, a.task) for a in out.attempts if a.end == DONE).most_common(1)[0][1] == 1


def test_backups_cure_an_ill_machine_and_nothing_else_does():
    ill = replace(BARE, machines=20, ill=0.05, ill_factor=50, backups=True)
    work = job([1] * 100, [1] * 20)
    with_, without = reckon(ill, work), reckon(replace(ill, backups=False), work)
    assert without.seconds >= 50 > with_.seconds
    assert [a for a in with_.attempts if a.backup and a.end == DONE]
    assert not [a for a in without.attempts if a.backup]
    assert not without.wasted < 0 < with_.wasted < 0.5


# Deaths.


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.99])
def test_killed_workers_come_back_and_what_they_had_done_is_done_again(share):
    work = Job.even(2e9, 150, 70)
    calm = reckon(SMALL, work, 1)
    kill = Kill(share * calm.seconds, 15)
    out = reckon(SMALL, work, 1, [kill])
    done = Counter((a.stage, a.task) for a in out.attempts if a.end == DONE)
    twice = {task for (stage, task), times in done.items() if stage == "map" and times > 1}
    first = {a.task: a for a in reversed(out.attempts) if a.stage == "map" and a.end == DONE}
    assert all(first[task].ended <= kill.at for task in twice)
    assert len({first[task].machine for task in twice}) <= 15
    assert all(times == 1 for (stage, _), times in done.items() if stage == "reduce")
    assert len(out.lost) == len(twice) or share == 0.99
    killed = [a for a in out.attempts if a.end == KILLED]
    assert all(a.ended == kill.at for a in killed)
    assert (len(killed) > 0) == (kill.at > SMALL.start_up + SMALL.boot)


def test_all_may_be_killed_and_several_times():
    out = reckon(SMALL, Job.even(2e9, 150, 70), 1, [Kill(20, 40), Kill(40, 40)])
    assert out.seconds > reckon(SMALL, Job.even(2e9, 150, 70), 1).seconds


# What cannot be.


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ({"machines": 0}, r"machines must be at least 1; you gave 0\."),
        ({"machines": 2.5}, r"machines must be a whole number; you gave 2\.5\."),
        ({"machines": True}, r"machines must be a whole number"),
        ({"core": -1e9}, r"core must be more than 0"),
        ({"disk_read": 0}, r"disk_read must be more than 0"),
        ({"launch_rate": -1}, r"launch_rate must be more than 0"),
        ({"ill": 1.5}, r"ill must be at least 0 and at most 1; you gave 1\.5\."),
        ({"ill_factor": 0.5}, r"ill_factor must be at least 1"),
        ({"spread": float("nan")}, r"spread must be a number"),
        ({"backups": "yes"}, r"backups must be True or False"),
        ({"start_up": "soon"}, r"start_up must be a number"),
    ],
)
def test_machines_that_cannot_be(figure, said):
    with pytest.raises(BadArgument, match=said):
        replace(BARE, **figure)


@pytest.mark.parametrize(
    ("kill", "said"),
    [
        ((1, 3), r"You cannot kill 3 of 2 machines\."),
        ((1, -1), "whole number, at least 0"),
        ((-1, 1), "after the job's submission"),
        ((1e6, 1), r"The job ends after 2 s, before the kill at 1e\+06 s\. Kill earlier\."),
    ],
)
def test_deaths_that_cannot_be(kill, said):
    with pytest.raises(BadArgument, match=said):
        reckon(BARE, job([1], [1]), 0, [kill])
