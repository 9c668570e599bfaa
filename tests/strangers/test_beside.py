"""What goes on beside the functions: threads that they start, a debugger, the interpreter's settings."""

from __future__ import annotations

import concurrent.futures
import csv
import decimal
import logging
import multiprocessing
import subprocess
import sys
import threading
import traceback
import warnings

import numpy
import pytest
from oracle import total, words
from programs import WORDS, run, write

from mrkit import MapReduce, MrkitError, counter
from mrkit.errors import BadArgument, UserFunctionError

EXECUTORS = ["serial", "threads", "processes", "ProcessPoolExecutor", "ThreadPoolExecutor"]


@pytest.fixture(scope="module", params=EXECUTORS)
def executor(request):
    if request.param == "ProcessPoolExecutor":
        with concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            yield pool
    elif request.param == "ThreadPoolExecutor":
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            yield pool
    else:
        yield request.param


# Threads that a function starts.


def in_threads(line):
    def one(word):
        counter("words")
        print("seen", word)

    threads = [threading.Thread(target=one, args=(word,)) for word in line.split()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [(line, 1)]


def in_a_pool(line):
    def one(word):
        counter("words")
        print("seen", word)

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        list(pool.map(one, line.split()))
    return [(line, 1)]


@pytest.mark.parametrize("map_func", [in_threads, in_a_pool])
def test_what_threads_of_a_task_count_and_print_is_the_tasks(executor, map_func, capsys):
    result = MapReduce(map_func, total, 1, executor=executor).run(["a b c", "d e"], 2)
    assert result.counters == {"words": 5}
    assert capsys.readouterr().out.count("seen") == 5
    assert sum(event.text.count("seen") for event in result.trace.output) == 5


def test_a_pool_that_a_function_keeps_counts_for_every_task():
    def map_func(n):
        import builtins

        if not hasattr(builtins, "kept_pool"):
            builtins.kept_pool = concurrent.futures.ThreadPoolExecutor(1)
        builtins.kept_pool.submit(counter, "calls").result()
        return [(n, 1)]

    for name in ("serial", "processes"):
        assert MapReduce(map_func, total, 1, executor=name).run(range(5), 1).counters == {"calls": 5}
    sys.modules["builtins"].kept_pool.shutdown()
    del sys.modules["builtins"].kept_pool


def test_among_several_tasks_in_one_process_nobody_knows_whose_thread_it_is():
    barrier = threading.Barrier(2, timeout=30)

    def map_func(n):
        barrier.wait()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            pool.submit(counter, "calls").result()
        return [(n, 1)]

    with pytest.raises(MrkitError, match=r"counter\(\) was called in a thread.*executor='processes'"):
        MapReduce(map_func, total, 2, executor="threads")([1, 2], 1)


def test_threads_of_the_program_keep_their_prints(capsys):
    asked, told = threading.Semaphore(0), threading.Semaphore(0)

    def talk():
        for _ in range(2):
            asked.acquire()
            print("my own words")
            counter("not of the job")
            told.release()

    def map_func(n):
        asked.release()
        told.acquire()
        return [(n, 1)]

    thread = threading.Thread(target=talk)
    thread.start()
    result = MapReduce(map_func, total, executor="serial").run([1, 2], 1)
    thread.join()
    assert result.counters == {}
    assert not result.trace.output
    assert capsys.readouterr().out == "my own words\n" * 2


# A debugger.


def test_serial_prints_at_once(capsys):
    shown = []

    def map_func(line):
        print("one")
        sys.stdout.write("two")
        shown.append(capsys.readouterr().out)
        return [(line, 1)]

    run = MapReduce(map_func, total, executor="serial").run(["a"])
    assert shown == ["[main] one\n[main] two"]
    assert capsys.readouterr().out == "\n"
    assert [event.text for event in run.trace.output] == ["one\ntwo"]


DEBUG = f"""{WORDS}
def words(line):
    secret = line.upper()
    STOP
    return [(secret, 1)]
if __name__ == "__main__":
    try:
        print(MapReduce(words, total, 1, executor=EXECUTOR)(["a"]))
    except MrkitError as error:
        print("error", error)
"""


@pytest.mark.parametrize("stop", ["breakpoint()", "import pdb; pdb.set_trace()"])
def test_a_debugger_answers_in_serial(tmp_path, stop):
    write(tmp_path, main=DEBUG.replace("STOP", stop).replace("EXECUTOR", "'serial'"))
    child = subprocess.Popen(
        [sys.executable, "-u", "main.py"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    child.stdin.write("p secret + '!'\n")
    child.stdin.flush()
    said = ""
    while "'A!'" not in said:  # before the task has ended
        said += child.stdout.read(1)
        assert child.poll() is None or "'A!'" in said
    child.stdin.write("c\n")
    child.stdin.close()
    said += child.stdout.read()
    assert child.wait(60) == 0
    child.stdout.close()
    assert f"-> {stop}" in said or "-> return [(secret, 1)]" in said  # Python 3.13 shows the one, others the next
    assert "[('A', 1)]" in said


@pytest.mark.parametrize("stop", ["breakpoint()", "import pdb; pdb.set_trace()"])
@pytest.mark.parametrize("name", ["'processes'", "'threads'"])
def test_a_debugger_in_a_worker_says_to_use_serial(tmp_path, stop, name):
    if name == "'threads'" and "pdb" in stop:
        pytest.skip("a thread can ask")
    done = run(tmp_path, DEBUG.replace("STOP", stop).replace("EXECUTOR", name), stdin=subprocess.DEVNULL)
    [line] = [line for line in done.stdout.splitlines() if "error " in line]  # behind the debugger's prompt
    assert "executor='serial'" in line


@pytest.mark.parametrize("name", ["serial", "threads"])
@pytest.mark.parametrize("where", ["map", "reduce"])
def test_the_error_leads_to_the_users_frame(name, where):
    def map_func(line):
        mine = "map"
        return [(line, 1 / (where == "reduce") and mine)]

    def reduce_func(item):
        mine = "reduce"
        raise LookupError(mine)

    with pytest.raises(UserFunctionError) as caught:
        MapReduce(map_func, reduce_func, executor=name)(["a"])
    for error in (caught.value, caught.value.__cause__):
        frame = list(traceback.walk_tb(error.__traceback__))[-1][0]
        assert frame.f_locals["mine"] == where
    assert "In the worker" in caught.value.__cause__.__notes__[0]


# Settings.


def test_settings_of_the_standard_library_go_along(executor):
    def read(n):
        import csv
        import decimal
        import logging
        import socket
        import sys

        import numpy

        yield (
            (
                sys.getrecursionlimit(),
                sys.get_int_max_str_digits(),
                str(decimal.Decimal(1) / decimal.Decimal(7)),
                csv.field_size_limit(),
                numpy.geterr()["over"],
                logging.getLogger("mine").getEffectiveLevel(),
                logging.getLogger().level,
                socket.getdefaulttimeout(),
            ),
            n,
        )

    import socket

    before = sys.getrecursionlimit(), csv.field_size_limit(), logging.root.level, sys.get_int_max_str_digits()
    try:
        sys.setrecursionlimit(3210)
        sys.set_int_max_str_digits(5000)
        csv.field_size_limit(12_345)
        logging.getLogger("mine").setLevel(7)
        logging.root.setLevel(17)
        socket.setdefaulttimeout(55)
        with decimal.localcontext() as context, numpy.errstate(over="raise"):
            context.prec = 5
            [seen] = MapReduce(read, lambda item: item[0], 2, executor=executor)(range(4), 1)
    finally:
        sys.setrecursionlimit(before[0])
        csv.field_size_limit(before[1])
        logging.root.setLevel(before[2])
        sys.set_int_max_str_digits(before[3])
        logging.getLogger("mine").setLevel(0)
        socket.setdefaulttimeout(None)
    assert seen == (3210, 5000, "0.14286", 12_345, "raise", 7, 17, 55)


def test_warnings_that_are_errors_are_errors_everywhere(executor):
    def warn(n):
        import warnings

        warnings.warn("mind the gap", UserWarning, stacklevel=1)
        return [(n, 1)]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserFunctionError, match="UserWarning: mind the gap"):
            MapReduce(warn, total, 1, executor=executor)([1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert MapReduce(warn, total, 1, executor=executor)([1]) == [(1, 1)]


def test_settings_do_not_stay_with_somebody_elses_workers():
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with decimal.localcontext() as context:
            context.prec = 3
            MapReduce(words, total, executor=pool)(["a"])
        assert pool.submit(lambda: decimal.getcontext().prec).result() == decimal.getcontext().prec


STEPS = """
class Steps:  # an iterator that can travel; those of itertools cannot from Python 3.14 on
    n = 0
    def __iter__(self): return self
    def __next__(self): self.n += 1; return self.n
"""
CARRIERS = {
    "random": "rng = random.Random(42)\ndef f(n): return [(rng.random(), n)]",
    "count": STEPS + "rng = Steps()\ndef f(n): return [(next(rng), n)]",
    "default": STEPS + "def f(n, rng=Steps()): return [(next(rng), n)]",
    "numpy": "rng = numpy.random.default_rng(1)\ndef f(n): return [(float(rng.random()), n)]",
    "closure": "def make():\n    rng = random.Random(1)\n    return lambda n: [(rng.random(), n)]\nf = make()",
    "method": "rng = random.Random(42).random\ndef f(n): return [(rng(), n)]",
    "self": "class F:\n    def __init__(self): self.rng = random.Random(1)\n"
    "    def __call__(self, n): return [(self.rng.random(), n)]\nf = F()",
}


@pytest.mark.parametrize("name", CARRIERS)
def test_a_generator_that_every_worker_would_repeat_is_warned_of_once(name):
    import random

    scope = {"random": random, "numpy": numpy, "__name__": "__main__"}
    exec(CARRIERS[name], scope)
    job = MapReduce(scope["f"], lambda item: item[0], 1)
    with pytest.warns(UserWarning, match=r"uses `(self\.)?rng`, .*every worker") as caught:
        job([1])
    assert len(caught) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        job([1])
        MapReduce(scope["f"], lambda item: item[0], 1, executor="threads")([1])


def test_an_argument_error_of_counter_is_what_it_was():
    with pytest.raises(BadArgument):
        counter(1)
