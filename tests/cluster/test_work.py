"""Jobs: even ones, those of a run, the same work cut anew; and as an ordinary trace that says it was reckoned."""

from __future__ import annotations

import json

import made_events as made
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrkit import MapReduce, Trace
from mrkit.cluster import Cluster, Job, MapTask, ReduceTask, osdi04, simulate
from mrkit.cluster.spread import Spread, difference, totals
from mrkit.errors import BadArgument
from mrkit.views import charts, terminal
from mrkit.views.density import KINDS, density, slowest
from mrkit.views.picture import Picture, description

SMALL = Cluster(machines=20, start_up=5, ill=0.1, core=200e6)
WORK = Job.even(1e9, 60, 20, name="small sort")


@pytest.fixture(scope="module")
def run():
    job = MapReduce(lambda n: [(n % 7, n)], lambda item: item[0], num_partitions=4, executor="serial")
    return job.run(range(60), chunksize=10)


@pytest.fixture(scope="module")
def trace():
    return simulate(SMALL, WORK, 1, [(30, 5)])


# Where jobs come from.


def test_a_job_of_a_run_has_its_times_and_its_bytes(run):
    job = Job.of_trace(run.trace, 3)
    assert len(job.maps) == 3 * 6
    assert len(job.reduces) == 3 * 4
    assert job.shuffled == 3 * run.trace.shuffled_bytes == sum(task.size for task in job.reduces)
    assert sum(task.seconds for task in job.maps) == pytest.approx(3 * run.trace.time_use.map, rel=0.5)
    assert sum(task.groups for task in job.reduces) == 3 * 7


def test_a_joined_range_of_partitions_is_one_reduce_task():
    from mrkit import events

    rows = ((0, 1, 1, 5), (1, 1, 1, 6), (2, 1, 1, 7))
    trace = made.trace(
        made.finished("map", 0, seconds=2, bytes_out=18, buckets=rows),
        events.ReducePlanned(made.START + 2, ((0, 2), (2, 3))),
        made.finished("reduce", 0, at=2, seconds=1),
        made.finished("reduce", 1, at=2, seconds=3),
    )
    job = Job.of_trace(trace)
    assert [(task.size, round(task.seconds, 6)) for task in job.reduces] == [(11, 1), (7, 3)]


tasks = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 1e6)), min_size=1, max_size=20)


@given(tasks, tasks, st.integers(1, 50), st.integers(1, 50))
def test_work_that_is_cut_anew_is_the_same_work(maps, reduces, m, r):
    job = Job(tuple(MapTask(0, s, b) for s, b in maps), tuple(ReduceTask(b, s, 0) for s, b in reduces))
    anew = job.cut_anew(m, r)
    assert (len(anew.maps), len(anew.reduces)) == (m, r)
    for before, after in ((job.maps, anew.maps), (job.reduces, anew.reduces)):
        for column in range(3):
            old, new = (sum(task[column] for task in tasks) for tasks in (before, after))
            assert new == pytest.approx(old, rel=1e-6, abs=1e-6)
    assert job.cut_anew() == job


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Job.even(1e9, 0, 5), r"whole number of map tasks, at least 1; you gave 0\."),
        (lambda: Job.even(1e9, 5, 2.5), r"whole number of reduce tasks"),
        (lambda: Job.even(-1, 5, 5), r"size must be more than 0; you gave -1\."),
        (lambda: Job.even(1e9, 5, 5, map_rate=-3), r"map_rate must be more than 0"),
        (lambda: Job.even(1e12, 1_000_000, 4000), r"To reckon 1,004,000 tasks takes about 40 s.*most_tasks=1004000"),
        (lambda: Job.even(1e12, 15_000, 1_000_000), r"To reckon 1,015,000 tasks takes about"),
        (lambda: Job((), (ReduceTask(1, 1, 1),)), r"at least one map task and one reduce task"),
        (lambda: Job((MapTask(1, -1, 1),), (ReduceTask(1, 1, 1),)), r"cannot be negative; you gave -1\."),
        (lambda: Job.of_trace(made.trace()), r"no finished map and reduce tasks"),
    ],
)
def test_jobs_that_cannot_be(make, said):
    with pytest.raises(BadArgument, match=said):
        make()


def test_copies_that_cannot_be_and_a_trace_of_another_version(run):
    with pytest.raises(BadArgument, match="copies must be a whole number, at least 1"):
        Job.of_trace(run.trace, 0)
    other = run.trace.to_json().replace('"mrkit_trace": 1', '"mrkit_trace": 9')
    with pytest.raises(BadArgument, match="another version of mrkit"):
        Job.of_trace(Trace.from_json(other))


def test_a_million_tasks_are_reckoned_for_those_who_wait():
    job = Job.even(1e12, 250_000, 10, kept=0.001, most_tasks=10**6)
    assert len(job) == 250_010


# As a trace.


def test_a_reckoned_trace_is_an_ordinary_one(trace):
    assert len(trace.tasks("map")) == 60
    assert len(trace.tasks("reduce")) == 20
    assert trace.job.num_workers == 20
    assert trace.start_up == pytest.approx(15, abs=1)  # launch and boot
    assert trace.input_bytes == pytest.approx(1e9, rel=1e-6)
    assert trace.shuffled_bytes == pytest.approx(1e9, rel=1e-6)
    assert len(trace.matrix) == 60
    assert sum(map(sum, trace.matrix_bytes)) == pytest.approx(1e9, rel=1e-4)
    assert {span.error for span in trace.failures} <= {"its worker was killed", "another attempt was faster"}
    use = trace.time_use
    assert use.total == pytest.approx(trace.seconds * 2 * 20), "a worker has two places"
    assert use.waiting > 0
    assert Trace.from_json(trace.to_json()) == trace


def test_whatever_shows_a_reckoned_trace_says_so(trace, run):
    assert trace.reckoned
    assert not run.trace.reckoned
    assert "Reckoned" in repr(trace)
    assert "Reckoned" not in repr(run.trace)
    assert trace.diagnosis()[0] == "All of this is reckoned by a model, not measured."
    assert terminal.timeline(trace).endswith("reckoned by a model, not measured")
    assert json.loads(trace.to_json())["events"][1]["event"] == "Reckoned"
    chrome = json.loads(trace.to_chrome())
    assert chrome["otherData"]["reckoned"] is True
    assert "reckoned" in chrome["traceEvents"][0]["args"]["name"]
    assert "reckoned" not in run.trace.to_chrome()


DRAWN = {
    "timeline": charts.timeline,
    "time_use": charts.time_use,
    "partition_load": charts.partition_load,
    "shuffle_matrix": charts.shuffle_matrix,
    "flow": charts.flow,
    "rates": charts.rates,
    "compare": lambda trace: charts.compare(trace, trace),
    "speedup": lambda trace: charts.speedup([trace, simulate(Cluster(machines=1), WORK)]),
}


@pytest.mark.parametrize("name", DRAWN)
def test_each_chart_of_it_says_so_in_title_text_and_table(name, trace):
    ax = DRAWN[name](trace)
    assert ax.get_title(loc="left").startswith("Reckoned:")
    assert description(ax).title.startswith("Reckoned:")
    assert description(ax).alt.startswith("Reckoned by a model, not measured.")
    assert "<caption>Reckoned:" in Picture(ax.figure).html


def test_every_chart_of_a_run_is_in_that_list():
    of_results_or_keys = {"amdahl", "top_k", "rank_frequency", "tape"}  # of these a model knows nothing
    of_plain_numbers = {"bars", "by_round", "ripples", "trade_off"}
    assert set(charts.__all__) - of_results_or_keys - of_plain_numbers == set(DRAWN)


def test_a_chart_of_keys_says_that_there_are_none(trace):
    assert charts.rank_frequency(trace).figure is not None


def test_rates_of_a_real_run_are_not_known(run):
    with pytest.raises(BadArgument, match="known of a reckoned run only"):
        charts.rates(run)


# Crowds.


@pytest.fixture(scope="module")
def crowd():
    return simulate(Cluster(machines=300, start_up=5, core=2e9), Job.even(50e9, 2000, 600, name="crowd"), 2)


def test_a_crowd_is_drawn_as_density_with_its_stragglers(crowd):
    ax = charts.timeline(crowd)
    about = description(ax)
    assert len(about.rows) < 100
    assert "attempts that took longest" in about.alt
    for span in slowest(crowd):
        assert f"{span.stage} {span.task} on {span.worker}" in about.alt.replace("\u00a0", " ")
    assert len(ax.patches) == len(slowest(crowd)), "a bar for each straggler"
    assert len(crowd.rows) > 500


def test_the_density_holds_all_the_time_that_attempts_took(crowd):
    found = density(crowd, 100)
    length = crowd.seconds / 100
    spent = sum(span.seconds for span in crowd.spans)
    assert set(found) == set(KINDS)
    assert sum(map(sum, found.values())) * length == pytest.approx(spent)
    assert max(map(sum, zip(*found.values(), strict=True))) <= 2 * 300 + 1e-6


# Several seeds.


def test_a_number_is_the_median_of_five_seeds_with_its_range():
    found = totals(SMALL, WORK)
    assert found.least <= found.median <= found.most
    assert found == totals(SMALL, WORK)
    assert " to " in str(found)
    assert str(Spread(2.0, 2.0, 2.0)).replace("\u00a0", " ") == "2.0 s (2.0 s to 2.0 s)"


def test_small_differences_are_too_close_to_tell():
    assert difference(Spread(100, 100, 100), Spread(102.9, 102, 103)) == "too close to tell"
    assert difference(Spread(100, 90, 120), Spread(108, 99, 110)) == "too close to tell", "ranges that hold each other"
    assert difference(Spread(100, 99, 101), Spread(50, 49, 51)) == "2.0 times as fast"


def test_the_papers_sort_is_drawn_too():
    experiment = osdi04.sort_200_killed
    trace = simulate(experiment.cluster, experiment.job, 0, experiment.kills)
    ax = charts.rates(trace, marks=osdi04.sort.marks)
    said = description(ax).alt
    assert "Input falls below zero where work is lost." in said
    assert "The paper: peaks at about 13 GB/s." in said
    assert "200\u00a0busy workers killed" in " ".join(text.get_text() for text in ax.texts)
    assert "too many buckets" in description(charts.shuffle_matrix(trace)).alt
    assert "99 % of the tasks" in charts.timeline(trace).get_title(loc="left") or "took" in charts.timeline(
        trace
    ).get_title(loc="left")
