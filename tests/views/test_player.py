"""The record player's story, rows and traits, without a browser."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrkit import MapReduce, RangePartitioner, stable_hash
from mrkit.errors import BadArgument
from mrkit.partition import hash_partitioner
from mrkit.views.widgets import living as still
from mrkit.views.widgets.player.player import Player
from mrkit.views.widgets.player.source import UNKNOWN, lines_of_pairs, lines_of_returns, source_of
from mrkit.views.widgets.player.story import story

LINES = ["the cat sat", "the dog sat on the mat", "", "the end"]


def words(line):
    for word in line.split():
        yield word, 1


def total(item):
    word, ones = item
    return word, sum(ones)


def by_first_letter(key, num_partitions):
    return ord(key[0]) % num_partitions


def run(lines=LINES, chunksize=1, **options):
    defaults = {"num_workers": 2, "num_partitions": 2, "executor": "threads"}
    return MapReduce(words, total, **defaults | options).run(lines, chunksize=chunksize)


def kinds(told):
    return Counter(step.kind for step in told.steps)


lines_of_text = st.lists(st.lists(st.sampled_from(["a", "b", "cat", "the", "Ω"]), max_size=5).map(" ".join), max_size=8)


@given(lines_of_text, st.integers(1, 3), st.integers(1, 4), st.booleans())
def test_replaying_the_steps_gives_the_words_counted(lines, chunksize, num_partitions, combine):
    combiner = total if combine else None
    done = run(lines, chunksize, num_partitions=num_partitions, executor="serial", combiner=combiner)
    told = story(done)
    inputs, pairs, groups, results = [], [], defaultdict(list), {}
    for step in told.steps:
        if step.kind == "read":
            inputs.append(told.inputs[step.item][1])
        if step.kind == "pair":
            assert told.pairs[step.item][0] == len(inputs) - 1  # a pair comes out of the input that is being read
            pairs.append(told.keys[told.pairs[step.item][1]])
        if step.kind == "move":
            key, _, _, value = told.parcels[step.item]
            assert told.groups[key][0] == stable_hash(told.keys[key]) % num_partitions
            groups[told.keys[key]].append(int(value))
        if step.kind == "reduce":
            assert len(groups) == len(told.keys)  # not before all have arrived
            results[told.keys[step.item]] = int(told.groups[step.item][1])
    expected = Counter(word for line in lines for word in line.split())
    assert inputs == [line or "''" for line in lines]
    assert pairs == [word for line in lines for word in line.split()]
    assert {key: sum(values) for key, values in groups.items()} == results == expected
    chunks = [lines[i : i + chunksize] for i in range(0, len(lines), chunksize)]
    in_task = [Counter(word for line in chunk for word in line.split()) for chunk in chunks]
    if told.combined:
        assert dict(groups) == {word: [count[word] for count in in_task if count[word]] for word in expected}


def test_each_sentence_is_true_for_the_run():
    done = run()
    told = story(done, hashes=True)
    worker = {task.task: task.worker.replace("worker-", "Worker ") for task in done.trace.tasks("map")}
    for step in told.steps:
        if step.kind == "pair":
            number, key, value = told.pairs[step.item]
            pair = f"({told.keys[key]!r}, {value})"
            assert step.text == f"{worker[number]} gives input {number + 1} to words() and gets {pair}."
        if step.kind == "move":
            key = told.keys[told.parcels[step.item].key]
            hashed = stable_hash(key)
            assert f"The stable hash of {key!r} is {hashed:,}; modulo 2 that is {hashed % 2}" in step.text
    third = next(step.text for step in told.steps if step.kind == "read" and step.item == 2)
    assert third.startswith(f"{worker[2]} reads input 3, '', for map task 2.")
    assert third.endswith("It gives no pair.")
    assert told.steps[-1].text.replace("\xa0", " ").startswith("Done: 4 inputs → 11 pairs → 7 groups → 7 results.")


def test_the_combiner_is_seen_and_told():
    told = story(run(chunksize=4, combiner=total))
    assert kinds(told)["pair"] == 11
    assert kinds(told)["combine"] == kinds(told)["move"] == 7
    text = next(step.text for step in told.steps if step.kind == "combine").replace("\xa0", " ")
    assert text.endswith("gives total() the key 'the' with 4 values, 1, 1, 1 and 1, and gets ('the', 4).")


def test_the_lines_of_the_functions_that_ran():
    told = story(run(), hashes=True)
    shown = ("read", "pair", "move", "reduce")
    lines = {kind: {step.line for step in told.steps if step.kind == kind} for kind in shown}
    assert lines == {"read": {UNKNOWN}, "pair": {2}, "move": {1}, "reduce": {2}}
    text = {phase: ["".join(part for _, part in line) for line in code.lines] for phase, code in told.sources.items()}
    assert text["map"][2] == "        yield word, 1"
    assert text["partition"][1].strip() == "return stable_hash(key) % num_partitions"
    assert text["partition"][1].strip() in Path(hash_partitioner.__code__.co_filename).read_text(encoding="utf-8")


def test_a_chip_does_not_say_its_key_twice():
    def three(item):
        word, ones = item
        return word, sum(ones), 0

    told = story(MapReduce(words, three, num_partitions=1, executor="serial").run(["a a", "b"]))
    assert [result for _, result, _ in told.groups] == ["(2, 0)", "(1, 0)"]


def test_nobody_hears_of_hashes_who_does_not_ask():
    told = story(run())
    moves = [step for step in told.steps if step.kind == "move"]
    assert moves[0].text == "All pairs with the key 'the' go to partition 0. It opens a group."
    assert not any("hash" in step.text or "modulo" in step.text for step in told.steps)
    assert "hash" not in str(told.sources["partition"])


def test_times_are_those_of_the_tasks():
    done = run()
    told = story(done)
    first = min(task.started for task in done.trace.tasks("map"))
    for stage, times in (("map", told.map_times), ("reduce", told.reduce_times)):
        expected = [(1000 * (task.started - first), 1000 * (task.finished - first)) for task in done.trace.tasks(stage)]
        assert [pytest.approx(each, abs=0.001) for each in times] == expected


def by_day(sale):
    shop, day, cents = sale
    yield (shop, day), cents


def growing(item):
    shop, pairs = item
    total = 0
    for (_, day), cents in pairs:
        total += cents
        yield shop, day, total


SALES = [("a", 3, 5), ("b", 1, 4), ("a", 1, 6), ("a", 2, 7), ("b", 2, 1)]


def of_groups(executor="threads", **options):
    job = MapReduce(by_day, growing, 2, group_by=lambda key: key[0], num_partitions=2, executor=executor, **options)
    return job.run(SALES, 2)


@pytest.mark.parametrize("combiner", [None, total], ids=["alone", "with a combiner"])
def test_groups_are_told_with_their_keys_in_order_and_the_line_that_gave_their_results(combiner):
    told = story(of_groups(combiner=combiner))
    steps = [step for step in told.steps if step.kind == "reduce"]
    assert len(steps) == 2
    assert {step.line for step in steps} == {5}
    text = {phase: ["".join(part for _, part in line) for line in code.lines] for phase, code in told.sources.items()}
    assert text["reduce"][5].strip() == "yield shop, day, total"
    (a,) = (step.text.replace("\xa0", " ") for step in steps if "'a'" in step.text)
    days = [a.index(f"('a', {day})") for day in (1, 2, 3)]
    assert days == sorted(days), a
    if combiner is not None:
        assert {step.line for step in told.steps if step.kind == "combine"} == {2}


def test_a_group_without_results_has_no_line():
    def none(item):
        yield from ()

    done = MapReduce(by_day, none, group_by=lambda key: key[0], executor="serial").run(SALES)
    assert {step.line for step in story(done).steps if step.kind == "reduce"} == {UNKNOWN}


def test_functions_that_ended_a_worker_or_are_slow_are_not_run_again(monkeypatch):
    called = []

    def watched(line):
        called.append(line)
        return [(word, 1) for word in line.split()]

    monkeypatch.setattr("mrkit.views.widgets.player.story.SLOW", 0.0)
    done = MapReduce(watched, total, executor="serial").run(LINES)
    called.clear()
    story(done)
    assert called == []


def test_looking_for_lines_prints_nothing_and_does_not_stop(capsys):
    def noisy(record):
        print("noise")
        return [(record, 1)]

    def moody(record, seen=[0]):  # noqa: B006
        seen[0] += 1
        yield record, seen[0]

    def failing(record):
        raise RuntimeError

    assert lines_of_pairs(noisy, ["a"], [[("a", 1)]]) == [[2]]
    assert lines_of_pairs(moody, ["a"], [[("a", 7)]]) == [[UNKNOWN]]
    assert lines_of_pairs(failing, ["a"], [[("a", 1)]]) == [[UNKNOWN]]
    assert lines_of_pairs(dict.items, [{"a": 1}], [[("a", 1)]]) == [[UNKNOWN]]
    assert lines_of_returns(failing, [("a",)]) == [UNKNOWN]
    assert source_of(len) is None
    assert capsys.readouterr().out == ""


def test_a_lambda_is_shown_without_the_rest_of_its_line():
    first, second = [lambda line: [(word, 1) for word in line.split()], lambda item: (sum(item[1]) + 1) * (1)]
    shown = [source_of(function) for function in (first, second)]
    assert [each.name for each in shown] == ["a lambda", "a lambda"]
    texts = ["".join(text for _, text in each.lines[0]) for each in shown]
    assert texts == ["lambda line: [(word, 1) for word in line.split()]", "lambda item: (sum(item[1]) + 1) * (1)"]
    assert MapReduce(first, second, executor="serial")._name() == "two lambdas"


@pytest.mark.parametrize(
    ("partitioner", "said"),
    [
        (by_first_letter, "by_first_letter() sends 'the' to partition 0."),
        (RangePartitioner(["n"]), "'the' is not before 'n', so it goes to partition 1."),
    ],
)
def test_other_partitioners_are_told_too(partitioner, said):
    told = story(run(partitioner=partitioner))
    assert next(step.text for step in told.steps if step.kind == "move").startswith(said)
    assert {step.line for step in told.steps if step.kind == "move"} != {UNKNOWN}


def test_joined_partitions_are_told_as_they_were():
    done = run(num_partitions=None)
    told = story(done, hashes=True)
    assert [name for name, _, _ in told.partitions] == [
        f"partitions {first} to {last - 1}" for first, last in done.trace.ranges
    ]
    move = next(step.text for step in told.steps if step.kind == "move")
    number = stable_hash("the") % 64
    task = next(r for r, (first, last) in enumerate(done.trace.ranges) if first <= number < last)
    assert f"modulo 64 that is {number}: to partition {number}, which reduce task {task} takes." in move


@pytest.mark.parametrize("combiner", [None, total])
def test_a_sample_is_counted_and_nothing_is_invented(combiner):
    told = story(run(["a b", "a c"] * 20, sample=4, combiner=combiner))
    assert told.sample == "showing 4 of 40 inputs and 8 of 80 pairs"
    assert kinds(told)["read"] == 4
    assert (told.keys[0], told.groups[0][1]) == ("a", "40")
    assert told.groups[0][2].replace("\xa0", " ").startswith("'a': at least 4 pairs of inputs 1, 2, 3 and 4")
    if combiner:
        assert {parcel.value for parcel in told.parcels} == {"?"}


def test_large_runs_are_cut_to_what_can_be_shown(monkeypatch):
    monkeypatch.setattr("mrkit.views.widgets.player.story.MOST_PAIRS", 5)
    told = story(run())
    assert told.sample == "showing 1 of 4 inputs and 3 of 11 pairs"
    assert set(told.keys) == {"the", "cat", "sat"}


def test_a_run_of_nothing_has_a_story():
    told = story(run([]))
    assert [step.kind for step in told.steps] == ["phase", "phase", "phase", "end"]
    assert "<svg" in Player(run([])).still()[0]


@pytest.mark.parametrize(
    ("given", "said"), [(None, "needs a run"), ("no records", "kept no records to show. Run the job with sample=1000")]
)
def test_bad_arguments_are_said(given, said):
    with pytest.raises(BadArgument, match=said):
        Player(run(sample=0) if given else given)


def test_the_traits_of_the_player():
    player = Player(run())
    rows = json.loads(player.rows)
    assert player.step == 0
    assert player.says == rows["steps"][0][-1]
    player.step = len(rows["steps"]) - 1
    assert player.says.startswith("Done")
    with pytest.raises(BadArgument, match="there is no step 99"):
        player.step = 99
    assert {"rows", "step", "picked", "place", "_esm", "_css"} <= set(player.keys)


def test_the_output_is_a_picture_with_its_text_and_no_widget_view():
    player = Player(run(['<b> & "q"', "the the"]))
    output = player._repr_mimebundle_()
    assert set(output) == {"text/html", "text/plain"}
    assert f'data-mrkit-place="{player.place}"' in output["text/html"]
    assert "Input 1, &lt;b&gt; &amp; &quot;q&quot;, gave" in output["text/html"]
    assert "Input 2, the the, gave the 1, the 1." in output["text/plain"]
    picture, _, caption = player.still()
    assert "&lt;b&gt;" in picture
    assert "<b>" not in picture
    assert "2\xa0inputs → 5\xa0pairs" in caption


def test_large_pictures_stay_small():
    picture, text, _ = Player(run([" ".join(f"w{i}" for i in range(400))] * 30, chunksize=10)).still()
    assert int(re.search(r'height="(\d+)"', picture)[1]) < 4000
    assert "There are 22 more inputs." in text
    assert len(text) < 6000


def contrast(one, other):
    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_shared_look_has_enough_contrast_in_both_themes():
    sheet = (still.HERE / "base.css").read_text(encoding="utf-8")
    themes = sheet.split("[data-jp-theme-light")
    light, dark = (dict(re.findall(r"--mrkit-([\w-]+): (#\w{6})", theme)) for theme in themes)
    for theme, paper, ink in ((light, "#FFFFFF", "#212121"), (dark, "#111111", "#FFFFFF")):
        assert {"map", "partition-ink", "key-7"} <= set(theme)
        for name, colour in theme.items():
            if name.endswith("ink") or name == "ink-soft":
                assert contrast(colour, paper) >= 4.5, name
            if name in ("map", "partition", "reduce", "fault"):
                assert contrast(colour, paper) >= 2.95, name
            if name.startswith("key-"):
                assert contrast(ink, colour) >= 4.5, name
