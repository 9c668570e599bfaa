"""A bucket is taken only if it is whole, and if it is the one that was asked for."""

import os
import pickle
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from oracle import nothing_left

from mrkit import MapReduce, SimpleMapReduce, counter, events
from mrkit.engine import shuffle
from mrkit.errors import DamagedBucket

LINES = ["aa bb", "cc dd", "ee ff", "gg hh"]  # whose buckets are all of one size


def words(line):
    for word in line.split():
        yield word, 1


def total(item):
    word, ones = item
    return word, sum(ones)


def one_partition(key, number):
    return 0


def written(path, *parts):
    return shuffle.write([[part] for part in parts], str(path))


def swap(one, two):
    for here, there in ((one, "kept"), (two, one), ("kept", two)):
        os.replace(here, there)


def zero(path):
    path.write_bytes(bytes(path.stat().st_size))


def shorten(path):
    os.truncate(path, path.stat().st_size - 1)


def test_what_another_task_wrote_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("map-0-1", "map-1-1", "map-0-2", "map-0-1.1"):
        written(tmp_path / name, {name[-1]: [1]})
    output = written(tmp_path / "map-2-1", {"x": [1]})
    assert [*shuffle.read(output, 0)] == [{"x": [1]}]
    for name in ("map-0-1", "map-1-1", "map-0-2", "map-0-1.1"):
        shutil.copy(tmp_path / name, tmp_path / "map-2-1")
        with pytest.raises(DamagedBucket):
            list(shuffle.read(output, 0))


def test_what_the_same_task_of_another_job_wrote_is_refused(tmp_path):
    for job, value in (("one", {"a": [1]}), ("two", {"a": [2]})):
        (tmp_path / job).mkdir()
        output = written(tmp_path / job / "map-0-1", value)
    shutil.copy(tmp_path / "one" / "map-0-1", tmp_path / "two" / "map-0-1")
    with pytest.raises(DamagedBucket):
        list(shuffle.read(output, 0))


def test_another_part_or_another_frame_of_the_same_file_is_refused(tmp_path):
    output = shuffle.write([["one", "two"], ["abc", "def"]], str(tmp_path / "map-0-1"))
    path = tmp_path / "map-0-1"
    data = path.read_bytes()
    frame = len(data) // 4
    frames = [data[start : start + frame] for start in range(0, len(data), frame)]
    for order in ((1, 0, 2, 3), (2, 3, 0, 1), (0, 0, 2, 3)):
        path.write_bytes(b"".join(frames[number] for number in order))
        with pytest.raises(DamagedBucket):
            [*shuffle.read(output, 0), *shuffle.read(output, 1)]


def test_any_byte_that_is_another_is_noticed():
    writer = shuffle.Writer(None)
    for bucket in ({"the": [1, 1]}, {"the": [[1]]}):  # written in two ways
        writer.add_bucket(bucket)
    writer.add(["a result"])
    output = writer.close()
    for place in range(output.size):
        data = bytearray(output.data)
        data[place] ^= 1
        with pytest.raises(DamagedBucket):
            list(shuffle.read(replace(output, data=bytes(data)), 0))


def test_a_file_of_zeros_is_refused(tmp_path):
    output = written(tmp_path / "map-0-1", {"a": [1]}, {"b": [2]})
    zero(tmp_path / "map-0-1")
    for part in (0, 1):
        with pytest.raises(DamagedBucket):
            list(shuffle.read(output, part))


@pytest.mark.parametrize("place", ["file", "memory", "moved"])
def test_the_parts_of_an_output_are_known_wherever_they_go(tmp_path, place):
    output = shuffle.write([["a"], ["b"], ["c"]], None if place == "memory" else str(tmp_path / "map-0-1"))
    some = output.parts(1, 3)
    if place == "moved":
        some = shuffle.loaded(some)
        some = replace(some, data=b"??" + some.data).moved(2, None, b"??" + some.data)
    assert [[*shuffle.read(some, part)] for part in (0, 1)] == [["b"], ["c"]]


def test_parts_in_memory_are_no_copy_and_travel_alone():
    output = shuffle.write([["x" * 1_000_000], ["y" * 1_000], []], None)
    part = output.parts(1, 3)
    assert part.data.obj is output.data
    travelled = pickle.dumps(part)
    assert len(travelled) < 2_000
    assert [list(shuffle.read(pickle.loads(travelled), number)) for number in range(2)] == [["y" * 1_000], []]


@pytest.mark.parametrize("damage", ["swap", "zero", "shorten", "remove"])
def test_a_job_makes_damaged_buckets_again(damage, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    struck = []

    def strike(event):
        if isinstance(event, events.ReducePlanned):
            one, two, *_ = struck[:] = sorted(Path(tempfile.gettempdir()).glob("mrkit-*/*/map-*"))
            acts = {"swap": lambda: swap(one, two), "zero": lambda: zero(one), "shorten": lambda: shorten(one)}
            acts.get(damage, one.unlink)()

    job = MapReduce(words, total, 2, num_partitions=2, partitioner=one_partition, hooks=[strike])
    run = job.run(LINES, 1)
    assert len(struck) >= len(LINES)
    assert dict(run.results) == Counter(word for line in LINES for word in line.split())
    assert [span.stage for span in run.trace.spans if not span.ok]


class Strikes:
    """A hook that damages what reduce tasks wrote, as soon as it is there, so many times for each task."""

    def __init__(self, act, times=1):
        self.act, self.times, self.struck = act, times, Counter()

    def __call__(self, event):
        if isinstance(event, events.TaskFinished) and event.stage == "reduce" and self.struck[event.task] < self.times:
            [path] = Path(tempfile.gettempdir()).glob(f"mrkit-*/*/reduce-{event.task}-{event.attempt}")
            self.act(path)
            self.struck[event.task] += 1


@pytest.mark.parametrize("kind", [MapReduce, SimpleMapReduce])
@pytest.mark.parametrize("act", [zero, shorten, os.unlink], ids=["zero", "shorten", "remove"])
def test_a_reduce_task_whose_results_were_lost_is_run_again(kind, act):
    job, calm = kind(counting, total, 2), kind(counting, total, 2)(LINES)
    strikes = Strikes(act)
    run = job.run(LINES, 1, hooks=[strikes])
    assert strikes.struck
    assert run.results == calm
    assert run.counters == {"lines": len(LINES)}


def counting(line):
    counter("lines")
    yield from words(line)


def test_results_that_were_read_before_the_others_got_lost_come_once():
    def spoil_the_end(path):
        with open(path, "r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(b"?")

    numbers = range(40_000)  # several frames
    job = MapReduce(lambda n: [(n, 1)], lambda item: item[0], 2, num_partitions=1)
    strikes = Strikes(spoil_the_end)
    assert job.run(numbers, hooks=[strikes]).results == list(numbers)
    assert strikes.struck == {0: 1}


@pytest.mark.parametrize("at_once", [True, False])
def test_results_that_are_wanted_all_at_once_are_read_while_others_are_made(at_once):
    finished, on_disk = [], []

    def look(event):
        if isinstance(event, events.TaskFinished) and event.stage == "reduce":
            there = {path.name for path in Path(tempfile.gettempdir()).glob("mrkit-*/*/reduce-*")}
            on_disk.append([name for name in finished if name in there])
            finished.append(f"reduce-{event.task}-{event.attempt}")

    job = MapReduce(words, total, 2, num_partitions=4, hooks=[look])
    results = job(LINES) if at_once else list(job.stream(LINES))
    assert dict(results) == Counter(word for line in LINES for word in line.split())
    assert on_disk == [[] if at_once else finished[:number] for number in range(4)]


def test_a_disk_that_spoils_the_results_every_time_is_told():
    strikes = Strikes(zero, times=99)
    with nothing_left(), pytest.raises(DamagedBucket, match=r"What reduce task 0 writes is damaged every time"):
        MapReduce(words, total, 2, num_partitions=1, hooks=[strikes])(LINES)
