"""counter() and print inside a task: kept with the task that said it, and counted once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from oracle import TEXT, total, words

from mrkit import MapReduce, counter
from mrkit.counters import MOST_OUTPUT, collecting
from mrkit.errors import UserFunctionError


def test_outside_a_job_it_does_nothing():
    counter("nobody listens")
    counter("nobody listens", 10)


def test_what_is_counted_in_the_block_is_kept():
    with collecting() as (counts, output):
        counter("a")
        counter("b", 5)
        counter("a", -3)
        print("hello", end="")
    counter("a")
    assert counts == {"a": -2, "b": 5}
    assert output.text() == "hello"


def test_blocks_may_be_nested():
    with collecting() as (outer, outer_output):
        counter("a")
        print("outer")
        with collecting() as (inner, inner_output):
            counter("a", 10)
            print("inner")
        counter("a")
        print("outer again")
    assert (outer, inner) == ({"a": 2}, {"a": 10})
    assert (outer_output.text(), inner_output.text()) == ("outer\nouter again\n", "inner\n")


def test_threads_do_not_mix():
    barrier = threading.Barrier(4)

    def task(number):
        with collecting() as (counts, output):
            barrier.wait()
            for _ in range(100):
                counter("times", number)
                print(number, end="")
                time.sleep(0)
            barrier.wait()
        return counts["times"], output.text()

    before = sys.stdout, sys.stderr
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(task, range(1, 5)))
    assert found == [(100 * number, str(number) * 100) for number in range(1, 5)]
    assert (sys.stdout, sys.stderr) == before


def test_text_of_other_threads_goes_where_it_went(capsys):
    """A task in one thread must not swallow what the notebook prints in another."""
    begun = threading.Event()

    def say():
        begun.wait()
        print("from another thread")

    thread = threading.Thread(target=say)
    thread.start()
    with collecting() as (_, output):
        begun.set()
        thread.join()
        print("from the task")
    assert output.text() == "from the task\n"
    assert capsys.readouterr().out == "from another thread\n"


def test_stdout_and_stderr_are_put_back_after_an_error(capsys):
    before = sys.stdout, sys.stderr
    with pytest.raises(ZeroDivisionError), collecting():
        print(1 / 0)
    assert (sys.stdout, sys.stderr) == before


def test_a_stream_that_was_exchanged_within_stays(monkeypatch):
    import io

    mine = io.StringIO()
    with collecting():
        monkeypatch.setattr(sys, "stdout", mine)
    assert sys.stdout is mine


def test_a_task_that_never_ends_does_not_make_later_ones_deaf(capsys):
    """A thread that hangs in C code cannot be stopped, and keeps its block open."""
    release, inside = threading.Event(), threading.Event()

    def hang():
        with collecting():
            inside.set()
            release.wait()

    thread = threading.Thread(target=hang)
    thread.start()
    inside.wait()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdout", sys.__stdout__)  # as when the next cell has a stream of its own
            with collecting() as (_, output):
                print("heard")
        assert output.text() == "heard\n"
    finally:
        release.set()
        thread.join()


def test_a_task_may_redirect_its_own_output():
    import contextlib
    import io

    with collecting() as (_, output):
        mine = io.StringIO()
        with contextlib.redirect_stdout(mine):
            print("mine")
        print("the task's")
    assert (mine.getvalue(), output.text()) == ("mine\n", "the task's\n")


def test_the_streams_keep_their_other_faces():
    with collecting():
        assert sys.stdout.encoding
        assert sys.stdout.isatty() in (True, False)
        sys.stdout.flush()
        sys.stderr.writelines(["a", "b"])


def test_everything_that_writes_is_kept():
    import logging

    with collecting() as (_, output):
        sys.stdout.write("one\n")
        sys.stdout.writelines(["two\n", "three\n"])
        print("four", file=sys.stderr, flush=True)
        handler = logging.StreamHandler()
        handler.emit(logging.LogRecord("n", logging.INFO, "f", 1, "five", None, None))
    text = output.text()
    for word in ("one", "two", "three", "four", "five"):
        assert word in text


def test_output_has_a_limit():
    with collecting() as (_, output):
        for _ in range(30):
            print("x" * 9_999)
    text = output.text()
    assert text.count("x") <= MOST_OUTPUT
    assert text.startswith("x" * 9_999 + "\n")
    assert text.endswith(f"\n... and {30 * 10_000 - MOST_OUTPUT:,} more characters\n")


@pytest.mark.parametrize("executor", ["serial", "threads"])
def test_jobs_within_jobs(executor, capsys):
    """A map function may run a small job of its own; each keeps its own counters."""

    def outer(line):
        counter("outer")
        inner = MapReduce(words, lambda item: counter("inner") or total(item), executor="serial")
        run = inner.run([line])
        counter("groups within", run.counters["inner"])
        yield from run.results

    run = MapReduce(outer, total, executor=executor).run(["a b a", "b"], 1)
    assert sorted(run.results) == [("a", 2), ("b", 2)]
    assert run.counters == {"groups within": 3, "outer": 2}


def test_a_task_that_is_tried_again_counts_once(tmp_path):
    there = tmp_path / "there"

    def once_fatal(line):
        counter("lines")
        print("reading", line)
        if not there.exists():
            there.touch()
            os._exit(1)
        yield from words(line)

    run = MapReduce(once_fatal, total, 2).run(TEXT, 2)
    assert run.counters == {"lines": len(TEXT)}
    assert sum(event.text.count("reading") for event in run.trace.output) == len(TEXT)


@pytest.mark.parametrize("executor", ["serial", "threads"])
def test_counters_of_a_failed_job_harm_nobody(executor):
    def fails(line):
        counter("lines")
        raise ValueError

    job = MapReduce(fails, total, executor=executor)
    with pytest.raises(UserFunctionError):
        job(TEXT)
    with collecting() as (counts, _):
        counter("mine")
    assert counts == {"mine": 1}


def test_a_baseline_counts_and_prints_nothing_more(capsys):
    def counting(line):
        counter("lines")
        print("reading")
        yield from words(line)

    run = MapReduce(counting, total, executor="serial").run(TEXT, baseline=True)
    assert run.counters == {"lines": len(TEXT)}
    assert capsys.readouterr().out.count("reading") == len(TEXT)


def test_printing_while_tasks_come_and_go_does_not_crash():
    """`print` in one thread, while others put listeners in the place of sys.stdout and take them away."""
    program = """
import io, sys, threading, time
from mrkit.counters import collecting

def tasks():
    while not over:
        with collecting():
            pass

over, sys.stdout = False, io.StringIO()
sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=tasks) for _ in range(2)]
for thread in threads:
    thread.start()
end = time.monotonic() + 2
while time.monotonic() < end:
    print("a", "b", "c")
over = True
for thread in threads:
    thread.join()
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
