"""Bad input gets a clear error: which function, which input, which line, and what to do; on every executor alike."""

from __future__ import annotations

import ctypes
import os
import pickle
import re
import signal
import sys
import threading
import time
import types
from dataclasses import dataclass
from pathlib import Path

import pytest
from oracle import TEXT, nothing_left, total, until, words, workers

from mrkit import MapReduce, MrkitError, RangePartitioner, SimpleMapReduce, counter, flow
from mrkit.errors import (
    BadArgument,
    BadKey,
    BadPair,
    BadPartition,
    CannotTravel,
    InputError,
    UserFunctionError,
    WorkerDied,
    short,
)
from mrkit.events import TaskFailed
from mrkit.executors.processes import Processes
from mrkit.executors.threads import Threads

INPUTS = ["a b", "b c", "bad b", "c"]


def named(value):
    """A test's name, the same in every process."""
    return re.sub(r" at 0x\w+", "", repr(value))


@pytest.fixture(scope="module", params=["serial", "threads", "processes"])
def executor(request):
    if request.param == "serial":
        yield "serial"
        return
    pool = Threads(2) if request.param == "threads" else Processes(2)
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def processes():
    pool = Processes(2)
    yield pool
    pool.close()


def mapping(bad):
    """A map function that is good but for one input."""

    def map_func(line):
        if "bad" in line:
            return bad(line)
        return [(word, 1) for word in line.split()]

    return map_func


def for_key_b(bad, good):
    """A function of an item that is good but for one key."""

    def func(item):
        return bad(item) if item[0] == "b" else good(item)

    return func


def error_of(executor, map_func=words, reduce_func=total, inputs=INPUTS, chunksize=4, **options) -> MrkitError:
    # One task a stage: nothing else is running when it fails, so the workers stay for the next test.
    job = MapReduce(map_func, reduce_func, **{"num_partitions": 1, "executor": executor} | options)
    with pytest.raises(MrkitError) as caught:
        job(inputs, chunksize)
    error = caught.value
    assert "\n" not in str(error)
    assert len(str(error)) < 500
    alone = type(error)(*error.args)
    assert pickle.loads(pickle.dumps(alone)).args == error.args
    return error


# What a map function gives.


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "gave nothing back. Is a `yield` or a `return` missing?"),
        ("a text", "must return or yield (key, value) pairs; it gave 'a text'."),
        (b"bytes", "must return or yield (key, value) pairs; it gave b'bytes'."),
        (7, "must return or yield (key, value) pairs; it gave 7."),
        (True, "must return or yield (key, value) pairs; it gave True."),
        (len, "must return or yield (key, value) pairs; it gave <built-in function len>."),
        (("bad", 1), "I need (key, value) pairs; the map function gave 'bad'."),
        ([1, 2], "I need (key, value) pairs; the map function gave 1."),
        ([None], "I need (key, value) pairs; the map function gave None."),
        (["ab"], "I need (key, value) pairs; the map function gave 'ab'."),
        ([("a",)], "I need (key, value) pairs; the map function gave ('a',)."),
        ([("a", 1, 2)], "I need (key, value) pairs; the map function gave ('a', 1, 2)."),
        ([{"a": 1, "b": 2}], "I need (key, value) pairs; the map function gave {'a': 1, 'b': 2}."),
        ([{"a", "b"}], "I need (key, value) pairs; the map function gave {'"),
    ],
)
def test_a_map_function_that_gives_no_pairs(executor, given, said):
    error = error_of(executor, mapping(lambda line: given))
    assert type(error) is BadPair
    assert said in str(error)
    assert "from the map function `map_func`, given 'bad b' (line" in str(error)
    assert "of test_errors.py: `def map_func(line):`" in str(error)


def test_a_generator_that_yields_no_pair(executor):
    def map_func(line):
        yield "good", 1
        if "bad" in line:
            yield line

    error = error_of(executor, map_func)
    assert type(error) is BadPair
    assert "the map function gave 'bad b'" in str(error)
    assert "given 'bad b'" in str(error)


@pytest.mark.parametrize("given", [None, 0, "", ()], ids=named)
def test_the_very_first_pair_is_looked_at_too(executor, given):
    error = error_of(executor, lambda line: [given, ("a", 1)])
    assert type(error) is BadPair
    assert f"I need (key, value) pairs; the map function gave {given!r}." in str(error)
    assert "given 'a b'" in str(error)


@pytest.mark.parametrize("pair", [("a", 1), ["a", 1], types.SimpleNamespace], ids=["tuple", "list", "namedtuple"])
def test_what_is_taken_for_a_pair(executor, pair):
    from collections import namedtuple

    pair = namedtuple("Pair", "key value")("a", 1) if pair is types.SimpleNamespace else pair
    assert MapReduce(lambda line: [pair], total, executor=executor)(["x", "y"]) == [("a", 2)]
    assert MapReduce(lambda line: {"a": 1}.items(), total, executor=executor)(["x"]) == [("a", 1)]


# Keys.


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (["x"], "The key ['x'] is a list, which can change, so it cannot be a key. Use a tuple"),
        ({"x": 1}, "The key {'x': 1} is a dict, which can change"),
        ({1}, "The key {1} is a set, which can change"),
        (("x", [1]), "which can change, so it cannot be a key"),
        (float("nan"), "NaN cannot be a key"),
        (("x", float("nan")), "NaN cannot be a key"),
        (types.SimpleNamespace(), "which can change, so it cannot be a key"),
        (1j.conjugate, "mrkit cannot know which keys equal it"),
    ],
    ids=named,
)
@pytest.mark.parametrize("combiner", [None, total])
def test_keys_that_cannot_be_grouped(executor, key, said, combiner):
    if isinstance(key, types.BuiltinMethodType):
        key = len
    error = error_of(executor, mapping(lambda line: [("x", 1), (key, 1)]), combiner=combiner)
    assert type(error) is BadKey
    assert said in str(error)
    assert "from the map function `map_func`, given 'bad b' (line" in str(error)
    assert "test_errors.py" in str(error)


def test_looking_for_the_record_of_a_bad_key_counts_and_prints_nothing(executor, capsys):
    def map_func(line):
        print("reading", line)
        yield float("nan") if line == "bad" else line, 1

    error = error_of(executor, map_func, inputs=["a", "bad"])
    assert "given 'bad'" in str(error)
    assert capsys.readouterr().out.count("reading a") == 1


# Exceptions.


class Weird(Exception):
    """Can be pickled but not loaded."""

    def __init__(self, code, *, reason):
        super().__init__(f"{reason} ({code})")
        self.code = code


class Locked(Exception):
    """Cannot be pickled."""

    def __init__(self, text):
        super().__init__(text)
        self.lock = threading.Lock()


class Speechless(Exception):
    def __str__(self):
        raise RuntimeError("no words")

    __repr__ = __str__


def raising(make):
    def bad(_):
        raise make()  # here

    return bad


def of_a_cell():
    class FromACell(ValueError):
        pass

    return FromACell("from a cell")


EXCEPTIONS = {
    "ValueError": (lambda: ValueError("no such thing"), "ValueError: no such thing"),
    "KeyError": (lambda: KeyError("x"), "KeyError: 'x'"),
    "without words": (lambda: AssertionError(), "AssertionError"),
    "StopIteration": (lambda: StopIteration("stopped"), "stopped"),
    "GeneratorExit": (lambda: GeneratorExit("exit"), "exit"),
    "KeyboardInterrupt": (lambda: KeyboardInterrupt("by hand"), "KeyboardInterrupt: by hand"),
    "Weird": (lambda: Weird(7, reason="odd"), "Weird: odd (7)"),
    "Locked": (lambda: Locked("locked"), "Locked: locked"),
    "FromACell": (of_a_cell, "FromACell: from a cell"),
    "Speechless": (lambda: Speechless(), "Speechless"),
    "MemoryError": (lambda: MemoryError(), "MemoryError"),
    "UnicodeError": (lambda: UnicodeDecodeError("utf-8", b"x\xff", 1, 2, "bad"), "UnicodeDecodeError: 'utf-8'"),
    "ExceptionGroup": (lambda: ExceptionGroup("many", [ValueError("one")]), "ExceptionGroup: many"),
}


@pytest.mark.parametrize("name", EXCEPTIONS)
@pytest.mark.parametrize("where", ["map", "generator", "combine", "partition", "reduce"])
def test_an_exception_names_function_input_and_line(executor, where, name):
    make, said = EXCEPTIONS[name]
    if name == "KeyboardInterrupt" and executor == "serial":
        pytest.skip("that is the user's own interrupt")
    error, function, given = raised_in(executor, where, make)
    assert isinstance(error, UserFunctionError)
    assert f"`{function}`" in str(error)
    assert f"given {given}" in str(error)
    assert re.search(r"\(line \d+ of test_errors.py: `raise make\(\)  # here`\)", str(error))
    assert said in str(error)
    cause = error.__cause__
    assert type(cause).__name__ == type(make()).__name__
    assert name == "Speechless" or str(cause) == str(make())
    assert any("in bad\n" in note and "# here" in note for note in cause.__notes__)


def raised_in(executor, where, make):
    bad = raising(make)
    if where == "map":
        return error_of(executor, mapping(bad)), "map_func", "'bad b'"
    if where == "generator":

        def generator(line):
            yield "good", 1
            if "bad" in line:
                bad(line)

        return error_of(executor, generator), "generator", "'bad b'"
    if where == "partition":

        def partitioner(key, num_partitions):
            return bad(key) if key == "b" else 0

        return error_of(executor, partitioner=partitioner), "partitioner", "the key 'b'"
    if where == "combine":
        return error_of(executor, combiner=for_key_b(bad, total)), "func", "the key 'b'"
    return error_of(executor, reduce_func=for_key_b(bad, total)), "func", "the key 'b'"


def test_an_exception_keeps_what_it_knows(executor):
    error, _, _ = raised_in(executor, "map", lambda: Weird(7, reason="odd"))
    assert error.__cause__.code == 7


def test_the_line_is_in_the_helper_that_failed(executor):
    def helper(line):
        return line.no_such_thing

    def map_func(line):
        return helper(line)

    error = error_of(executor, map_func)
    assert "The map function `map_func` failed, given 'a b' (line" in str(error)
    assert "`return line.no_such_thing`" in str(error)


def test_a_line_in_a_library_is_not_the_users(executor):
    import json

    def map_func(line):
        return json.loads(line)

    error = error_of(executor, map_func)
    assert "of test_errors.py: `return json.loads(line)`): JSONDecodeError: Expecting value" in str(error)


def test_objects_and_partials_have_names(executor):
    from functools import partial

    class Mapper:
        def __call__(self, line):
            return line.no_such_thing

        def method(self, line):
            return line.no_such_thing

    assert "map function `Mapper` failed, given 'a b' (line" in str(error_of(executor, Mapper()))
    assert "`return line.no_such_thing`" in str(error_of(executor, Mapper()))
    assert "map function `Mapper.method` failed, given 'a b' (line" in str(error_of(executor, Mapper().method))
    assert "`<lambda>` failed, given 'a b' (line" in str(error_of(executor, lambda line: line.no_such_thing))
    assert "failed, given 'a b'" in str(error_of(executor, partial(int, base=10)))
    assert "map function `len` failed, given 1: TypeError" in str(error_of(executor, len, inputs=[1]))
    assert "reduce function `total` failed" in str(error_of(executor, lambda line: [(line, "x")]))


def test_recursion(executor):
    def deeper(line):
        return deeper(line)

    error = error_of(executor, deeper)
    assert type(error) is UserFunctionError
    assert "`deeper` failed, given 'a b' (line" in str(error)
    assert "RecursionError: maximum recursion depth exceeded" in str(error)
    assert isinstance(error.__cause__, RecursionError)


def test_a_pair_that_is_too_deep(executor):
    def map_func(line):
        deep: list = []
        for _ in range(100_000):
            deep = [deep]
        yield "key", deep

    error = error_of(executor, map_func)
    assert isinstance(error, CannotTravel)
    assert "`map_func`" in str(error)


@pytest.mark.parametrize("code", [0, 3, None, "words"])
def test_sys_exit(executor, code):
    for where in ("map", "reduce"):
        error, function, given = raised_in(executor, where, lambda: SystemExit(code))
        assert type(error) is UserFunctionError
        assert f"`{function}` failed, given {given}" in str(error)
        assert f"it called sys.exit({code!r}). Use return instead" in str(error)


def test_the_length_of_values(executor):
    error = error_of(executor, reduce_func=lambda item: len(item[1]))
    assert "values can be read once and have no length; use `values = list(values)` first" in str(error)


def test_an_input_whose_repr_fails(executor):
    @dataclass
    class Hidden:
        x: int

        def __repr__(self):
            raise ValueError("secret")

    error = error_of(executor, lambda record: None, inputs=[Hidden(1)])
    assert "given <Hidden whose repr raises ValueError>" in str(error)


def test_a_very_long_input_is_cut(executor):
    error = error_of(executor, lambda record: None, inputs=["x" * 10_000])
    assert "given 'xxxxxxxxxx" in str(error)
    assert short("x" * 10_000) in str(error)


def test_the_first_error_ends_the_job(executor):
    def map_func(line):
        counter("calls")
        time.sleep(0.01)
        raise ValueError(line)

    seen: list = []
    error_of(executor, map_func, inputs=range(200), chunksize=1, hooks=[seen.append])
    assert 1 <= sum(isinstance(event, TaskFailed) for event in seen) <= 5
    assert not any(event.again for event in seen if isinstance(event, TaskFailed))


# Combiner and partitioner.


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "I need one (key, value) pair; the combiner gave None."),
        (3, "I need one (key, value) pair; the combiner gave 3."),
        (("b", 1, 2), "I need one (key, value) pair; the combiner gave ('b', 1, 2)."),
        ("b1", "I need one (key, value) pair; the combiner gave 'b1'."),
        (("x", 1), "A combiner must keep its key; it was given 'b' and gave 'x'."),
        ((["b"], 1), "A combiner must keep its key; it was given 'b' and gave ['b']."),
    ],
    ids=named,
)
def test_a_combiner_that_gives_no_pair(executor, given, said):
    error = error_of(executor, combiner=for_key_b(lambda item: given, total))
    assert type(error) is BadPair
    assert said in str(error)
    assert "from the combiner `func`, given the key 'b' (line" in str(error)


@pytest.mark.parametrize("number", [-1, 2, 0.0, 1.5, "0", None, [0], 10**30, float("nan")], ids=named)
def test_a_partitioner_that_gives_no_partition(executor, number):
    def partitioner(key, num_partitions):
        return number if key == "b" else 0

    error = error_of(executor, partitioner=partitioner, num_partitions=2)
    assert type(error) is BadPartition
    said = f"A partitioner must give a whole number from 0 to 1; for 'b' it gave {number!r}."
    assert said in str(error)
    assert "from the partitioner `partitioner`, given the key 'b' (line" in str(error)
    assert "`def partitioner(key, num_partitions):`" in str(error)


def test_whole_numbers_of_other_kinds_are_partitions(executor):
    numpy = pytest.importorskip("numpy")
    for one in (True, numpy.int64(1), numpy.uint8(1)):
        job = MapReduce(words, total, partitioner=lambda key, n, one=one: one, num_partitions=2, executor=executor)
        assert job.run(["a"]).trace.matrix == [[0, 1]]


def test_a_range_partitioner_for_another_number(executor):
    error = error_of(executor, partitioner=RangePartitioner(["a", "b", "c"]), num_partitions=2)
    assert type(error) is BadPartition
    assert "A RangePartitioner for 2 partitions needs 1 borders; this one has 3." in str(error)


# What cannot travel.


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: (n for n in range(3)), "generator"),
        (threading.Lock, "lock"),
        (lambda: sys._getframe(), "frame"),
    ],
    ids=["generator", "lock", "frame"],
)
@pytest.mark.parametrize("article", [False, True])
def test_values_and_results_that_cannot_travel(executor, make, kind, article):
    def map_func(line):
        return [("key", make())] if "bad" in line else [("key", 1)]

    def reduce_func(item):
        return make() if item[0] == "b" else item[0]

    def error_in(*functions):
        if not article:
            return error_of(executor, *functions)
        job = SimpleMapReduce(*functions)
        job._executor, job._owns_executor = MapReduce(*functions, executor=executor)._executor, False
        with pytest.raises(MrkitError) as caught:
            job(INPUTS, 2)
        return caught.value

    error = error_in(map_func, total)
    assert type(error) is CannotTravel
    assert kind in str(error)
    assert "for the key 'key' cannot travel to another process" in str(error)
    assert "the map function `map_func`, given 'bad b' (line" in str(error)
    error = error_in(words, reduce_func)
    assert type(error) is CannotTravel
    assert kind in str(error)
    assert "The result <" in str(error)
    assert "the reduce function `reduce_func` (line" in str(error)


def test_a_combiner_whose_value_cannot_travel(executor):
    error = error_of(executor, combiner=lambda item: (item[0], threading.Lock()))
    assert type(error) is CannotTravel
    assert "It came from the combiner `<lambda>`, given the key 'a' (line" in str(error)


def test_a_generator_as_value_says_what_to_do(executor):
    error = error_of(executor, lambda line: [("key", (c for c in line))])
    assert "Use a list or a tuple of its items." in str(error)


@pytest.mark.parametrize("role", ["map_func", "reduce_func", "combiner", "partitioner"])
def test_functions_that_cannot_travel(processes, role):
    lock = threading.Lock()

    def with_lock(*_):
        return lock

    job = MapReduce(**{"map_func": words, "reduce_func": total, role: with_lock}, executor=processes)
    with pytest.raises(CannotTravel) as caught:
        job(INPUTS)
    assert f"The {role} `with_lock` cannot be sent to the workers" in str(caught.value)
    assert "It uses `lock`, which cannot leave this process." in str(caught.value)
    assert "executor='threads'" in str(caught.value)
    assert isinstance(caught.value.__cause__, TypeError)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_culprit_has_a_name(processes):
    numbers = (n for n in range(3))
    file = Path(os.devnull).open("w")  # noqa: SIM115
    helpers = {"lock": threading.Lock()}
    fine = [1, 2, 3]

    def deep(line):
        return helpers["lock"], fine

    for function, culprit in [
        (lambda line: (fine, numbers), "numbers"),
        (lambda line: (fine, file), "file"),
        (lambda line: (fine, deep(line)), "deep"),
        (deep, "helpers"),
    ]:
        error = error_of(processes, function)
        assert type(error) is CannotTravel
        assert f"It uses `{culprit}`" in str(error)
    file.close()


def test_the_same_functions_work_in_threads():
    lock = threading.Lock()

    def with_lock(line):
        with lock:
            yield line, 1

    for executor in ("threads", "serial"):
        assert MapReduce(with_lock, total, executor=executor)(["a"]) == [("a", 1)]


def test_inputs_that_cannot_travel(processes):
    error = error_of(processes, inputs=[threading.Lock()])
    assert type(error) is CannotTravel
    assert "An input cannot be sent to the workers: cannot pickle '_thread.lock' object. Give the job" in str(error)
    error = error_of(processes, inputs=((n for n in range(3)) for _ in range(2)))
    assert "generator" in str(error)


def test_a_module_that_workers_do_not_have(processes, monkeypatch):
    module = types.ModuleType("only_here")
    exec("def helper(line):\n    return [(line, 1)]", module.__dict__)
    monkeypatch.setitem(sys.modules, "only_here", module)
    assert MapReduce(module.helper, total, executor=processes)(["a"]) == [("a", 1)]
    assert MapReduce(lambda helper: helper("b"), total, executor=processes)([module.helper]) == [("b", 1)]


class Unloadable:
    def __reduce__(self):
        return int, ("not a number",)


@pytest.mark.parametrize("what", ["input", "value", "result"])
def test_what_can_be_sent_but_not_received(processes, what):
    if what == "input":
        error = error_of(processes, inputs=[Unloadable()])
    elif what == "value":
        error = error_of(processes, lambda line: [(line, Unloadable())])
    else:
        error = error_of(processes, reduce_func=lambda item: Unloadable())
    assert not isinstance(error, WorkerDied)
    assert "invalid literal for int()" in str(error)


# Workers that die.


def leaving(how, there):
    """A function that ends its process for one input or key, the first times that it is asked."""

    def leave(item):
        if item == "bad b" or item[0] == "bad":
            with open(there, "a") as file:
                file.write("x")
            how()
        return item

    return leave


def segfault():
    import faulthandler

    faulthandler.disable()
    ctypes.string_at(0)


DEATHS = {
    "os._exit(0)": (lambda: os._exit(0), "it ended with exit status 0"),
    "os._exit(3)": (lambda: os._exit(3), "it ended with exit status 3"),
}
if os.name == "posix":
    DEATHS |= {
        "SIGKILL": (lambda: os.kill(os.getpid(), signal.SIGKILL), "it was killed by signal SIGKILL"),
        "SIGSEGV": (segfault, "it was killed by signal SIGSEGV"),
        "SIGABRT": (lambda: os.abort(), "it was killed by signal SIGABRT"),
    }


@pytest.mark.parametrize("name", DEATHS)
@pytest.mark.parametrize("stage", ["map", "reduce"])
def test_a_worker_that_dies_is_replaced_and_at_last_given_up(processes, tmp_path, stage, name):
    how, said = DEATHS[name]
    leave = leaving(how, tmp_path / "times")
    seen: list = []
    if stage == "map":
        error = error_of(processes, lambda line: words(leave(line)), chunksize=2, max_attempts=2, hooks=[seen.append])
    else:
        error = error_of(processes, reduce_func=lambda item: total(leave(item)), max_attempts=2, hooks=[seen.append])
    assert type(error) is WorkerDied
    what = r"map task 1 \(inputs 3 to 4\)" if stage == "map" else r"reduce task 0 \(partition 0\)"
    assert re.match(rf"The worker died 2 times at {what}: {re.escape(said)}\. Look at what your function", str(error))
    assert (tmp_path / "times").read_text() == "xx"
    failed = [event for event in seen if isinstance(event, TaskFailed)]
    assert [(event.stage, event.attempt, event.again) for event in failed] == [(stage, 1, True), (stage, 2, False)]
    assert all(said in event.error for event in failed)
    assert MapReduce(words, total, num_partitions=1, executor=processes)(["a a"]) == [("a", 2)]


def test_one_input_is_named(processes, tmp_path):
    leave = leaving(lambda: os._exit(1), tmp_path / "times")
    error = error_of(processes, lambda line: words(leave(line)), chunksize=1, max_attempts=1)
    assert "The worker died once at map task 2 ('bad b'): it ended with exit status 1." in str(error)


@pytest.mark.parametrize("stage", ["map", "reduce"])
def test_a_worker_that_dies_once_changes_nothing(processes, tmp_path, stage):
    there = tmp_path / "times"

    def leave(item):
        counter("asked")
        if not there.exists():
            there.touch()
            os._exit(1)
        return item

    expected = MapReduce(words, total, num_partitions=3, executor="serial").run(TEXT, 2)
    job = MapReduce(
        (lambda line: words(leave(line))) if stage == "map" else words,
        (lambda item: total(leave(item))) if stage == "reduce" else total,
        num_partitions=3,
        executor=processes,
    )
    run = job.run(TEXT, 2)
    assert run.results == expected.results
    assert run.records == expected.records
    assert run.counters == {"asked": len(TEXT) if stage == "map" else len(expected.results)}
    assert run.trace.num_pairs == expected.trace.num_pairs
    assert run.trace.matrix == expected.trace.matrix
    assert sum(isinstance(event, TaskFailed) and event.again for event in run.trace.events) >= 1


def test_workers_that_die_between_two_runs():
    with nothing_left(), MapReduce(lambda n: [(os.getpid(), 1)], lambda item: item[0], 2) as job:
        before = workers()
        for _ in range(2):
            job(range(8), 1)
            pool = workers() - before
            assert len(pool) == 2
            for worker in pool:
                worker.kill()
            assert until(lambda pool=pool: not pool & workers())
            assert not {worker.pid for worker in pool} & set(job(range(8), 1))


# Arguments.


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"map_func": None}, "map_func must be a function; you gave None."),
        ({"map_func": "words"}, "map_func must be a function; you gave 'words'."),
        ({"reduce_func": 3}, "reduce_func must be a function; you gave 3."),
        ({"combiner": "sum"}, "combiner must be a function; you gave 'sum'."),
        ({"partitioner": 4}, "partitioner must be a function; you gave 4."),
        ({"num_workers": 0}, "num_workers must be a whole number, at least 1; you gave 0."),
        ({"num_workers": -2}, "num_workers must be a whole number, at least 1; you gave -2."),
        ({"num_workers": 2.0}, "num_workers must be a whole number, at least 1; you gave 2.0."),
        ({"num_workers": True}, "num_workers must be a whole number, at least 1; you gave True."),
        ({"num_partitions": 0}, "num_partitions must be a whole number, at least 1; you gave 0."),
        ({"num_partitions": "3"}, "num_partitions must be a whole number, at least 1; you gave '3'."),
        ({"sample": -1}, "sample must be a whole number, at least 0; you gave -1."),
        ({"max_attempts": 0}, "max_attempts must be a whole number, at least 1; you gave 0."),
        ({"executor": "cluster"}, "executor must be one of 'serial', 'threads', 'processes', a Dask client or"),
        ({"executor": None}, "executor must be one of"),
        ({"executor": ["serial"]}, "executor must be one of"),
        ({"start_method": "teleport"}, "start_method 'teleport' does not exist on this system; use one of"),
        ({"executor": "threads", "start_method": "spawn"}, "start_method goes with executor='processes' only."),
        ({"hooks": "print"}, "hooks must be a list of functions that take one event; you gave 'print'."),
        ({"hooks": print}, "hooks must be a list of functions that take one event; you gave <built-in"),
        ({"hooks": [3]}, "a hook must be a function; you gave 3."),
    ],
    ids=lambda value: repr(value) if isinstance(value, dict) else "",
)
def test_bad_arguments(arguments, said):
    with pytest.raises(BadArgument) as caught:
        MapReduce(**{"map_func": words, "reduce_func": total, **arguments})
    assert str(caught.value).startswith(said)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("inputs", ["file.txt", b"bytes", None, 3, words], ids=named)
def test_bad_inputs(executor, inputs):
    job = MapReduce(words, total, executor=executor)
    with pytest.raises(BadArgument, match="The inputs must be a list, or another iterable of inputs; not "):
        job(inputs)
    with pytest.raises(BadArgument, match="The inputs must be a list"):
        job.start(inputs).result(timeout=30)
    assert job(["a"]) == [("a", 1)]


@pytest.mark.parametrize("chunksize", [0, -1, 1.5, "2", True], ids=named)
def test_bad_chunksizes(executor, chunksize):
    with pytest.raises(BadArgument, match="chunksize must be a whole number, at least 1"):
        MapReduce(words, total, executor=executor)(["a"], chunksize)


def test_the_article_has_the_same_checks():
    with pytest.raises(BadArgument, match="num_workers must be"):
        SimpleMapReduce(words, total, 0)
    with pytest.raises(BadArgument, match="map_func must be"):
        SimpleMapReduce(None, total)
    with pytest.raises(BadArgument, match="reduce_func must be a function; you gave None"):
        SimpleMapReduce(words, None)
    with pytest.raises(BadArgument, match="The inputs must be"):
        SimpleMapReduce(words, total)("file.txt")


def test_a_job_that_runs_already(executor):
    if executor == "serial":
        pytest.skip("nobody can ask while it runs")
    release = threading.Event()
    begun = threading.Event()

    class Waiting:
        """Inputs that wait for the test."""

        def __iter__(self):
            begun.set()
            release.wait(30)
            yield "a"

    job = MapReduce(words, total, executor=executor)
    running = job.start(Waiting())
    assert begun.wait(30)
    with pytest.raises(BadArgument, match="This job is running already"):
        job(["a"])
    release.set()
    assert running.result(timeout=30).results == [("a", 1)]
    assert job(["a"]) == [("a", 1)]


def test_inputs_that_fail(executor):
    """The inputs are read where the job was called: their exception is the cause."""

    def inputs():
        yield "a"
        raise LookupError("no more")

    job = MapReduce(words, total, executor=executor)
    with pytest.raises(InputError, match=r"cannot be read \(line .*: LookupError: no more") as caught:
        job(inputs())
    assert isinstance(caught.value.__cause__, LookupError)
    assert job(["a"]) == [("a", 1)]


def test_a_split_that_fails(executor):
    """A split is read in the worker."""

    class Splits:
        def splits(self):
            yield ["a"]
            yield Broken()

    class Broken:
        def __iter__(self):
            yield "b"
            raise OSError("the disk is gone")

        def __str__(self):
            return "part 2"

    error = error_of(executor, inputs=Splits())
    assert type(error) is InputError
    assert str(error) == "Reading the split part 2 failed: OSError: the disk is gone"
    assert isinstance(error.__cause__, OSError)


def test_all_errors_have_one_base():
    import mrkit.errors

    kinds = [kind for kind in vars(mrkit.errors).values() if isinstance(kind, type)]
    assert len(kinds) > 8
    assert all(issubclass(kind, MrkitError) and kind.__doc__ for kind in kinds if issubclass(kind, Exception))


# What is recognised is recognised by what it is, never by its name.


def _watched(line):
    raise ValueError(f"no {line}")


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_a_helper_may_have_any_name(executor):
    def map_func(line):
        _watched(line)

    with pytest.raises(UserFunctionError, match=r"map function `map_func` failed, given 'a'.*no a"):
        MapReduce(map_func, total, 2, executor=executor)(["a"])


@pytest.mark.parametrize("executor", ["serial", "processes"])
def test_a_map_function_may_run_a_small_mapreduce_of_its_own(executor):
    def map_func(line):
        return flow.reduce_task(lambda item: 1 / 0, [{line: [1]}])

    def reduce_func(item):
        return flow.map_task(lambda record: 1 / 0, [1], 1)

    with pytest.raises(UserFunctionError, match=r"The map function `map_func` failed, given 'a'"):
        MapReduce(map_func, total, 2, executor=executor)(["a"])
    with pytest.raises(UserFunctionError, match=r"The reduce function `reduce_func` failed, given the key 'a'"):
        MapReduce(words, reduce_func, 2, executor=executor)(["a"])
