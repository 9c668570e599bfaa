"""The benchmarks measure the same work: answers agree, tables say what was run, nothing here judges a time."""

from __future__ import annotations

import json
import random
from collections import Counter
from functools import partial
from itertools import chain, islice
from pathlib import Path

import pytest

from tests.bench.program import command, data, main, measure, memory, micro, report
from tests.bench.program import functions as f
from tests.bench.program.answers import digest
from tests.bench.program.contenders import ARTICLE, JOBS, POOL, THREAD, Target, Way, engines, ways
from tests.bench.program.contenders import thread as in_thread

TINY = {"wordcount": 6_000, "index": 4_000, "join": 300, "stations": 300, "sort": 300}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    return {job: data.make(job, TINY[job], folder / job, 2) for job in JOBS}


def oracle(job, files):
    """Each answer once more, from the words of the job alone."""
    lines = [line for path in files for line in Path(path).read_text("utf-8").split("\n")[:-1]]
    if job == "wordcount":
        return Counter(chain.from_iterable(map(f.words, lines))).items()
    if job == "index":
        found = {}
        for line in lines:
            number, text = line.split("\t", 1)
            for word in set(f.words(text)):
                found.setdefault(word, set()).add(int(number))
        return [(word, sorted(numbers)) for word, numbers in found.items()]
    if job == "join":
        rows = [line.split("\t") for line in lines]
        names = {key: rest for table, key, rest in rows if table == "customer"}
        return [(key, names[key], rest) for table, key, rest in rows if table == "order" and key in names]
    if job == "stations":
        degrees = {}
        for line in lines:
            station, value = line.split(";")
            degrees.setdefault(station, []).append(int(value.replace(".", "")))
        return [
            (station, min(tenths) / 10, sum(tenths) / 10 / len(tenths), max(tenths) / 10)
            for station, tenths in degrees.items()
        ]
    return sorted(lines)


@pytest.mark.parametrize("job", JOBS)
def test_one_thread_is_right(files, job):
    answer = list(in_thread.__dict__[job](files[job], 2))
    assert len(answer) > 20
    assert digest(job, answer) == digest(job, oracle(job, files[job]))


ALL = [(job, way) for job in JOBS for way in ways(job) if job == "wordcount" or not way.slow_to_start]
ALL += [("join", way) for way in engines("join") if not way.slow_to_start]


@pytest.mark.parametrize(("job", "way"), ALL, ids=lambda value: value if isinstance(value, str) else value.label)
def test_every_contender_gives_the_same_answer(files, job, way):
    if missing := way.missing():
        pytest.skip(missing)
    ran = measure.contestant(way.module, way.function, job, 2, files[job])
    assert ran.answer == digest(job, oracle(job, files[job]))
    assert ran.seconds > ran.job_seconds > 0
    assert ran.tree >= 1_000_000
    assert ran.largest >= 1_000_000


def test_inputs_are_as_large_as_asked_and_the_same_every_time(files, tmp_path):
    for job in JOBS:
        again = data.make(job, TINY[job], tmp_path / job, 1)
        assert [Path(path).read_bytes() for path in again] == [Path(path).read_bytes() for path in files[job]]
        lines = sum(Path(path).read_bytes().count(b"\n") for path in again)
        if job in ("wordcount", "index"):
            assert 0.5 * TINY[job] < data.size_of(again) < 2 * TINY[job]
        else:
            assert lines == TINY[job]
    assert {len(line) for path in files["sort"] for line in Path(path).read_bytes().splitlines(keepends=True)} == {
        data.LINE
    }


def test_a_join_has_orders_with_and_without_a_customer(files):
    rows = [line.split("\t") for path in files["join"] for line in f.lines_of(path)]
    orders = sum(table == "order" for table, *_ in rows)
    joined = len(in_thread.join(files["join"], 1))
    assert 0.5 * orders < joined < orders


def test_words_are_the_article_s():
    from mrkit.examples import file_to_words

    path = __file__
    assert Counter(file_to_words(path)) == Counter(chain.from_iterable(map(f.word_ones, f.lines_of(path))))
    assert [word for line in f.lines_of(path) for word, _ in f.word_ones(line)] == [
        word for line in f.lines_of(path) for word in f.words(line)
    ]


@pytest.mark.parametrize("job", [job for job in JOBS if job != "sort"])
def test_a_digest_does_not_see_order_but_all_else(files, job):
    answer = list(oracle(job, files[job]))
    shuffled = random.Random(1).sample(answer, len(answer))
    assert digest(job, shuffled) == digest(job, answer)
    assert digest(job, answer[1:]) != digest(job, answer)
    assert digest(job, [*answer[1:], answer[1]]) != digest(job, answer)


def test_a_digest_of_a_sort_sees_order():
    assert digest("sort", ["a", "b"]) != digest("sort", ["b", "a"])


def ran(label, seconds, job="sort", round=0, largest=10**6, answer="x"):
    return report.Ran(job, label, round, measure.Measured(seconds, seconds / 2, largest, 2 * largest, answer))


def test_the_table_has_medians_and_ratios():
    runs = [ran("mrkit", s, round=i) for i, s in enumerate((9.0, 2.0, 1.0))]
    runs += [ran(ARTICLE, 4.0), ran(POOL, 1.0), ran(THREAD, 8.0, job="join")]
    title, empty, header, *lines = report.table(runs, "sort", 5_000_000).splitlines()
    assert title == "Total sort of 100-byte records: 5.0 MB, medians of 3 runs"
    assert not empty
    assert header.split("  ")[0] == ""
    assert [line.split("  ")[0].strip() for line in lines] == [POOL, "mrkit", ARTICLE]
    assert lines[1].split() == ["mrkit", "2.00", "1.00", "9.00", "1.00", "0.50", "2.00", "1", "2"]
    assert len({len(line) for line in [header, *lines]}) == 1


def test_a_table_without_those_it_compares_to():
    lines = report.table([ran("mrkit", 2.0)], "sort", 1).splitlines()
    assert lines[-1].split() == ["mrkit", "2.00", "2.00", "2.00", "1.00", "-", "-", "1", "2"]


def test_targets_are_ratios_of_medians(monkeypatch):
    two = (Target("sort", "mrkit", POOL, 2.0), Target("sort", "mrkit", ARTICLE, 0.1, "largest"))
    monkeypatch.setattr(report, "TARGETS", (*two, Target("join", "mrkit", POOL, 1.0)))
    runs = [ran("mrkit", 2.0), ran(POOL, 1.0), ran(ARTICLE, 1.0, largest=2 * 10**6)]
    assert report.reached(runs) == [(two[0], 2.0), (two[1], 0.5)]
    first, second = report.targets(runs).splitlines()
    assert first.split()[:2] == ["reached", "2.00"]
    assert second.split()[:2] == ["MISSED", "0.50"]


def test_a_wrong_answer_is_an_error_not_a_time():
    runs = [ran("mrkit", 1.0), ran(POOL, 1.0, answer="y"), ran(THREAD, 1.0, job="join", answer="z")]
    with pytest.raises(command.WrongAnswer, match=r"mrkit: x; a pool by hand: y"):
        command.check_answers(runs, "sort")
    command.check_answers(runs, "join")


def test_who_is_not_installed_is_left_out_with_advice(tmp_path, capsys):
    nobody = Way("Nobody", "nobody", "sort", ("no_such_module",), "nobody")
    nowhere = Way("Nowhere", "thread", "no_such_function")
    one = [way for way in ways("sort") if way.label == THREAD]
    told = command.compete(["sort"], 0.0003, 2, 2, tmp_path, candidates=lambda job: [*one, nobody, nowhere])
    assert [run.label for run in told.runs] == [THREAD] * 2
    assert told.left_out[0] == "Nobody is left out: python -m pip install nobody"
    assert len(told.left_out) == 2
    assert told.left_out[1].startswith("Nowhere failed in sort. ")
    assert "no_such_function" in told.left_out[1]
    assert capsys.readouterr().out.count("Nobody is left out") == 1


def test_a_quick_look_leaves_out_who_takes_seconds_to_start(tmp_path):
    slow = Way("Slow", "thread", "sort", slow_to_start=True)
    run = partial(command.compete, ["sort"], 0.0003, 1, 2, candidates=lambda job: [slow])
    assert run(tmp_path / "quick", quick=True).runs == []
    assert len(run(tmp_path / "full").runs) == 1


def test_a_name_that_nobody_has(capsys):
    assert main(["--jobs", "sort", "--only", "pool", "sparc"]) == 1
    said = capsys.readouterr().err
    assert "No contender has 'sparc' in its name. Take one of: mrkit; mrkit, whole splits;" in said
    assert "; the article's class;" in said


def test_the_command(tmp_path, capsys):
    arguments = ["--scale", "0.0003", "--rounds", "1", "--workers", "2", "--jobs", "sort", "stations"]
    assert main([*arguments, "--only", THREAD, "pool", "--output", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "Total sort of 100-byte records" in said
    assert "weather station" in said
    assert "Word count" not in said
    told = json.loads((tmp_path / "out" / "bench.json").read_text())
    assert {(run["job"], run["contender"]) for run in told["runs"]} == {
        (job, label) for job in ("sort", "stations") for label in (THREAD, POOL)
    }
    assert [row["label"] for row in told["medians"]["sort"]] != []
    assert told["machine"]["workers"] == 2
    assert (tmp_path / "out" / "bench.png").read_bytes().startswith(b"\x89PNG")


def test_the_chart_has_a_bar_for_each_contender(monkeypatch, tmp_path):
    from matplotlib.figure import Figure

    from tests.bench.program import chart

    kept = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, path, dpi: kept.append(figure))
    runs = [ran("mrkit", 2.0), ran(POOL, 1.0), ran("mrkit", 3.0, job="join")]
    told = report.Told(report.machine(2), {"sort": 5, "join": 7}, runs, [])
    chart.draw(told, tmp_path / "x.png")
    shown = [
        ([label.get_text() for label in ax.get_yticklabels()], [bar.get_width() for bar in ax.patches])
        for ax in kept[0].axes[::2]
    ]
    assert shown == [(["mrkit"], [3.0]), ([POOL, "mrkit"], [1.0, 2.0])]


def test_the_small_figures_are_all_there(tmp_path):
    found = list(micro.figures(0.001, 1, 2, tmp_path / "micro"))
    assert [figure.name for figure in found] == [
        "watching on / off, word count",
        "watching, for each task",
        "a task that does nothing",
        "4 files, warm workers",
        "4 files, first run",
        "100 tiny inputs / one thread",
        "group_by / sort_keys",
        "a pair, keys that repeat",
        "a pair, keys that are all different",
        "a module of 1 functions, by value",
        "a module of 1 functions, by value",
        "a module of 10 functions, by value",
        "import mrkit",
    ]
    lines = micro.table(found).splitlines()
    assert len(lines) == 1 + len(found)
    assert sum("reached" in line or "MISSED" in line for line in lines) == 9


def test_more_keys_than_memory(tmp_path):
    found = list(memory.runs(0.001, 2, tmp_path))
    assert [one.keys for one in found] == [3_000, 30_000]
    assert [one.input_bytes for one in found] == [300_000, 3_000_000]
    said = memory.table(found)
    assert "3 " in said
    assert sum(line.startswith(("reached", "MISSED")) for line in said.splitlines()) == 2
    assert not list(tmp_path.rglob("*.txt"))


def test_one_group_larger_than_memory(tmp_path):
    found = list(memory.runs(0.01, 2, tmp_path, memory.GROUPED))
    assert [one.keys for one in found] == [3_000, 30_000]
    said = memory.table(found, memory.GROUPED)
    assert said.startswith("One group, in the order of its keys: memory_limit='64MB'")


def test_keys_are_all_met_before_one_comes_again():
    lines = list(islice(data.memory(0, 10**9, 1000), 2500))
    keys = [line.split()[0] for line in lines]
    assert len(set(keys[:1000])) == 1000
    assert keys[:500] == keys[1000:1500]
    assert {len(line) for line in lines} == {data.LINE - 1}
    assert len({line.split()[1] for line in lines}) == 10


def test_tiny_buckets_on_an_engine_are_counted_and_the_answer_is_checked(capsys):
    assert main(["--growth", "--scale", "0.01", "--only", "worker processes"]) == 0
    rows = [line.split()[3:] for line in capsys.readouterr().out.splitlines() if line.startswith("mrkit, worker")]
    assert [row[:3] for row in rows] == [
        ["2", "2", "4"],
        ["2", "2", "4"],
        ["10", "2", "20"],
        ["2", "10", "20"],
        ["10", "10", "100"],
        ["10", "64", "640"],
        ["1", "10", "10"],
    ]


# Predictions.


def test_predictions_stand_beside_what_was_measured(tmp_path, monkeypatch, capsys):
    from tests.bench.program import prediction

    monkeypatch.setattr(prediction, "settings", lambda cpus: [prediction.Setting(1), prediction.Setting(2, splits=3)])
    monkeypatch.setattr(prediction, "TINY_TASKS", 5)
    monkeypatch.setattr(command, "available_cpus", lambda: 2)
    told = main(["--predict", "--scale", "0.0001", "--rounds", "1", "--jobs", "stations", "--output", str(tmp_path)])
    assert told == 0
    said = capsys.readouterr().out
    assert "stations" in said
    assert "5 tasks of 2 ms" in said
    assert "Median of the errors" in said
    rows = json.loads((tmp_path / "predict.json").read_text("utf-8"))
    assert {row["setting"] for row in rows} == {"2 workers, 3 splits", "2 workers"}
    assert all(row["measured"] > 0 < row["reckoned"] for row in rows)


def test_a_prediction_that_is_too_far_says_so():
    from tests.bench.program.prediction import Line, table

    far, near = Line("sort", "2 workers", 1.0, 1.16), Line("sort", "2 workers", 1.0, 1.14)
    assert "too far" in table([far])
    assert "too far" not in table([near])
