"""The explorer without a browser: what changed, in words and numbers, and that a run does what the controls say."""

import threading
import time
from dataclasses import replace

import pytest

from mrkit import MapReduce, Trace
from mrkit.errors import BadArgument
from mrkit.views.picture import Picture, description
from mrkit.views.widgets.explorer import explorer as module
from mrkit.views.widgets.explorer.experiments import HEADER, Experiment, Settings, difference, table
from mrkit.views.widgets.explorer.explorer import REPEATS, Explorer, explorer, pictures


def words(line):
    return [(word, 1) for word in line.split()]


def total(item):
    return item[0], sum(item[1])


LINES = ["the cat sat", "the dog", "the end"] * 10


def experiment(number=1, chunksize=0, seconds=None, **settings):
    settings = {"workers": 1, "chunksize": chunksize, "partitions": 2, "combiner": False} | settings
    job = MapReduce(
        words,
        total,
        combiner=total if settings["combiner"] else None,
        num_partitions=settings["partitions"],
        executor="serial",
    )
    trace = job.run(LINES, chunksize or None).trace
    end = max(event.time for event in trace.events[:-1])  # as if it had begun earlier or later
    times = seconds or (trace.seconds,)
    traces = tuple(Trace([replace(trace.job, time=end - each), *trace.events[1:]]) for each in times)
    return Experiment(number, Settings(**settings), traces)


@pytest.fixture
def quick(monkeypatch):
    """The explorer with threads instead of processes, and without the time that drawing takes."""

    def job(*arguments, **options):
        return MapReduce(*arguments, **options, executor="threads")

    monkeypatch.setattr(module, "MapReduce", job)
    drawn = []

    def draw(*experiments):
        drawn.append(experiments)
        return {"Time": f"<p>picture {len(drawn)}</p>", "Load": "<p>load</p>"}

    monkeypatch.setattr(module, "pictures", draw)
    monkeypatch.setattr(module, "_drawn", lambda figure: figure)
    monkeypatch.setattr(Explorer, "_keep_picture", lambda *_: None)
    return drawn


def run(shown, **settings):
    for name, value in settings.items():
        shown._controls[name].value = value
    shown.run()
    shown.wait()


def test_what_was_changed_and_what_that_did():
    said = difference(experiment(1, chunksize=1), experiment(2, chunksize=10)).replace("\u00a0", " ")
    assert said.startswith("Since run 1: inputs in a task 1 → 10. The effect: 30 → 3 map tasks")
    said = difference(experiment(1), experiment(2, combiner=True))
    assert "combiner off → on" in said
    assert "70 → " in said
    assert "values shuffled" in said


@pytest.mark.parametrize(
    ("seconds", "word"),
    [
        ((3.0, 3.1, 2.9), "3.0 times as long"),
        ((0.1, 0.11, 0.1), "10 times as fast"),
        ((1.3, 0.9, 1.2), "the time is too close to tell"),
    ],
)
def test_faster_slower_or_nobody_knows(seconds, word):
    before = experiment(1, seconds=(1.0, 1.25, 0.9))
    said = difference(before, experiment(2, seconds=seconds, partitions=3)).replace("\u00a0", " ")
    assert said.endswith(f"{word}.")


def test_chance_is_not_what_the_learner_did():
    before = experiment(1, seconds=(1.0, 1.1, 0.9))
    assert "the same but for chance" in difference(before, experiment(2, seconds=(1.1, 1.0, 0.95)))
    assert "your machine does other things" in difference(before, experiment(2, seconds=(2.0, 2.1, 2.2)))


def test_the_table_has_every_run_as_numbers():
    rows = table([experiment(1), experiment(2, chunksize=10, combiner=True)._replace(kept=True)])
    assert [dict(zip(HEADER, row, strict=True))["run"] for row in rows] == ["1", "2 (kept)"]
    second = dict(zip(HEADER, rows[1], strict=True))
    assert (second["inputs in a task"], second["combiner"], second["map tasks"]) == ("10", "on", "3")
    assert second["inputs"] == "30"
    assert second["values shuffled"] == "15", "5 words in each of 3 tasks"


def test_both_runs_stand_on_the_same_axes():
    slow, quick = experiment(1, seconds=(4.0, 4.1)), experiment(2, seconds=(1.0, 1.1))
    drawn, turned = pictures(slow, quick), pictures(quick, slow)
    for view in ("Time", "Workers", "Load"):
        (least, most), (also_least, also_most) = (each[view].axes[0].get_xlim() for each in (drawn, turned))
        assert most - least == pytest.approx(also_most - also_least, rel=0.01), view
        assert drawn[view].axes[0].get_ylim() == pytest.approx(turned[view].axes[0].get_ylim()), view
    assert set(pictures(slow, None)) == set(drawn)


def test_a_chart_of_one_run_says_which_and_of_how_many():
    drawn = pictures(experiment(2, seconds=(4.0, 4.1, 4.2)), None)
    said = description(drawn["Workers"].axes[0]).title.replace("\u00a0", " ")
    assert said.startswith("Run 2, the middle one of 3 (4.1 s): ")
    for view in ("Time", "Load"):  # of all runs, and the same in all
        assert not description(drawn[view].axes[0]).title.startswith("Run")
    alone = pictures(experiment(1), None)["Workers"].axes[0]
    assert not description(alone).title.startswith("Run")


def test_a_run_does_what_the_controls_say(quick, monkeypatch):
    made, job = [], module.MapReduce
    monkeypatch.setattr(module, "MapReduce", lambda *given, **options: made.append(given) or job(*given, **options))
    shown = explorer(words, total, LINES, combiner=total)
    run(shown, workers=2, partitions=3, chunksize=5)
    run(shown, combiner=True, chunksize=10)
    first, second = shown.experiments
    assert first.settings == Settings(2, 5, 3, False)
    assert (first.trace.job.num_workers, len(first.trace.partitions), len(first.trace.tasks("map"))) == (2, 3, 6)
    assert second.trace.num_shuffled == 15
    assert "Since run 1: inputs in a task 5 → 10 and combiner off → on" in shown._said.value
    assert quick == [(first, None), (second, first)]
    assert len(first.traces) == REPEATS
    assert len(made) == 2, "the workers of a setting start once, for all its runs"
    assert "picture 2" in shown._chart.value
    shown._view.value = "Load"
    assert shown._chart.value == "<p>load</p>"
    shown._view.value = "Numbers"
    assert shown._chart.value.count("<tr") == 3
    assert first.trace.baseline is not None
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("mrkit")]


def test_one_thread_is_measured_once_for_the_same_inputs(quick):
    shown = explorer(words, total, LINES)
    run(shown)
    run(shown, workers=1)
    first, second = (each.trace.baseline for each in shown.experiments)
    assert first == second


def test_inputs_can_depend_on_size_and_skew(quick):
    asked = []

    def make(size, skew):
        asked.append((size, skew))
        return ["a"] * 7

    shown = explorer(words, total, make)
    run(shown, size=1_000, skew=0.5)
    assert asked == [(1_000, 0.5)]
    assert shown.experiments[0].trace.num_inputs == 7


def test_inputs_that_are_made_as_a_stream_are_the_same_in_each_run(quick):
    shown = explorer(words, total, lambda size, skew: (line for line in LINES))
    run(shown, size=1_000)
    assert {trace.num_inputs for trace in shown.experiments[0].traces} == {len(LINES)}
    assert len(shown.experiments[0].traces) == REPEATS


def test_a_kept_run_stays_the_one_to_compare_with(quick):
    shown = explorer(words, total, LINES)
    run(shown)
    shown._keep_button.click()
    run(shown, partitions=2)
    run(shown, partitions=3)
    assert "Since run 1: partitions 4 → 3" in shown._said.value
    shown._release_button.click()
    assert "Since run 2: partitions 2 → 3" in shown._said.value


def test_an_error_of_the_users_is_a_sentence(quick):
    shown = explorer(lambda line: [(line, 1 / 0)], total, LINES)
    run(shown)
    assert "ZeroDivisionError" in shown._status.value
    assert "explorer-problem" in shown._status.value
    assert not shown.experiments
    assert not shown._run_button.disabled


def test_an_error_in_making_the_inputs_is_a_sentence(quick):
    def make(size, skew):
        raise ValueError("no such size")

    shown = explorer(words, total, make)
    run(shown)
    assert "no such size" in shown._status.value


def test_stop_ends_the_run_and_is_no_problem(quick, monkeypatch):
    begun = threading.Event()
    monkeypatch.setattr(module, "FEW", 0)

    def slow(line):
        begun.set()
        time.sleep(0.02)
        return words(line)

    shown = explorer(slow, total, LINES * 1000)
    shown.run()
    shown.run()  # a second click changes nothing
    assert begun.wait(20)
    shown._stop_button.click()
    shown.wait()
    assert "was stopped" in shown._status.value
    assert "explorer-problem" not in shown._status.value
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("mrkit")]


def test_a_stream_cannot_be_run_twice():
    with pytest.raises(BadArgument, match="not a stream"):
        Explorer(words, total, iter(LINES))


def test_the_last_run_is_left_in_the_notebook(quick, monkeypatch):
    outputs = []

    class Handle:
        def update(self, bundle, raw):
            outputs.append(bundle)

    monkeypatch.undo()
    monkeypatch.setattr(module, "MapReduce", lambda *a, **options: MapReduce(*a, **options, executor="threads"))
    monkeypatch.setattr(module, "display", lambda bundle, **_: outputs.append(bundle) or Handle())
    drawn, titles = [], []
    monkeypatch.setattr(module, "pictures", lambda *given: drawn.append(pictures(*given)) or drawn[-1])
    monkeypatch.setattr(
        "mrkit.views.picture.Picture", lambda each: titles.append(each.axes[0].get_title("left")) or Picture(each)
    )
    shown = explorer(words, total, LINES)
    shown._ipython_display_()
    run(shown)
    assert len(drawn) == 1, "what is kept is drawn once"
    assert titles[0], "with its title"
    place, nothing, kept = outputs
    assert "data-mrkit-place" in place["text/html"]
    assert nothing["text/html"] == ""
    assert kept["text/html"].count("<img ") == 1
    assert "All runs of this session" in kept["text/html"]
    assert all("application/vnd.jupyter.widget-view+json" not in bundle for bundle in outputs)
