"""Interrupts at the moments that are the worst, and at any other: nothing is left, and the next run is right."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import os
import random
import signal
import sys
import threading
import time

import pytest
from oracle import TEXT, multiset, nothing_left, total, words

from mrkit import MapReduce, SimpleMapReduce, counters, flow
from mrkit.errors import Cancelled
from mrkit.views.widgets.live.live import Panel

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="signals of POSIX"),
]
WANTED = multiset(flow.mapreduce(words, total, TEXT))
START_METHODS = multiprocessing.get_all_start_methods()
WHERE = ["serial", "threads", *START_METHODS]


def job_on(where, map_func=words, **options):
    if where in START_METHODS:
        return MapReduce(map_func, total, 2, start_method=where, **options)
    return MapReduce(map_func, total, 2, executor=where, **options)


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("where", ["serial", "threads", "spawn"])
@pytest.mark.parametrize("when", ["end", "close"])
def test_an_interrupt_at_the_start_of_the_clean_up_of_a_stream(where, when, monkeypatch):
    job = job_on(where)
    act = getattr(job._executor, when)
    interrupts = [interrupt]

    def interrupted(**options):
        if interrupts:
            interrupts.pop()()
        act(**options)

    monkeypatch.setattr(job._executor, when, interrupted)
    with nothing_left(), pytest.raises(KeyboardInterrupt):
        list(job.stream(TEXT))
    assert multiset(job.stream(TEXT)) == WANTED


@pytest.mark.parametrize("where", ["serial", "threads", "spawn"])
def test_a_stream_that_is_left_in_the_middle(where):
    with nothing_left():
        results = job_on(where).stream(TEXT)
        assert next(results)
        results.close()


def test_an_interrupt_while_the_results_of_a_stream_are_used():
    def use():
        for _ in job_on("spawn").stream(TEXT):
            interrupt()

    with nothing_left(), pytest.raises(KeyboardInterrupt):
        use()


@pytest.mark.parametrize("moment", ["_listen_no_more", "_listener"])
def test_two_interrupts_in_serial_leave_stdout_as_it_was(moment, monkeypatch):
    act = getattr(counters, moment)
    many = [interrupt, interrupt]

    def interrupted(*arguments):
        while many:
            many.pop()()
        return act(*arguments)

    monkeypatch.setattr(counters, moment, interrupted)
    before = sys.stdout, sys.stderr, sys.breakpointhook
    counters._listeners.clear()
    with pytest.raises(KeyboardInterrupt):
        job_on("serial")(TEXT)
    many.clear()
    assert (sys.stdout, sys.stderr, sys.breakpointhook) == before
    assert not counters._listening_in
    assert not counters.in_task()
    assert multiset(job_on("serial")(TEXT)) == WANTED


def test_a_cancelled_await_leaves_nothing_for_a_later_cell_to_tell():
    def slowly(line):
        time.sleep(0.05)
        return words(line)

    told = []

    async def cells():
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context["message"]))
        waiting = asyncio.create_task(awaited())
        await asyncio.sleep(0.3)
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
        del waiting
        await asyncio.sleep(1)
        gc.collect()

    async def awaited():
        return await job_on("threads", slowly).start(TEXT * 20, 1)

    with nothing_left():
        asyncio.run(cells())
    assert told == []


def test_what_the_terminal_cannot_show_does_not_silence_the_workers(monkeypatch):
    import io

    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)

    def talkative(line):
        print("caf\xe9 \ud800" if line == TEXT[0] else line)
        return words(line)

    for where in ("serial", "threads", "spawn"):
        monkeypatch.setattr(sys, "stdout", narrow)
        assert multiset(job_on(where, talkative)(TEXT, 1)) == WANTED
        monkeypatch.undo()
    monkeypatch.setattr(sys, "stdout", narrow)
    SimpleMapReduce(words, total, 2).pool.map(lambda line: list(talkative(line)), TEXT, 1)
    monkeypatch.undo()
    said = narrow.buffer.getvalue().decode("ascii")
    assert said.count(r"caf\xe9 \ud800") == 4
    assert said.count("the end") == 4


# At random moments.


def run(job):
    return job(TEXT, 1)


def stream(job):
    return list(job.stream(TEXT, 1))


def start(job):
    running = job.start(TEXT, 1)
    try:
        return running.result(30).results
    except KeyboardInterrupt:
        running.cancel()
        raise


def awaited(job):
    async def cell():
        return (await job.start(TEXT, 1)).results

    return asyncio.run(cell())


def by_panel(job):
    panel = Panel(job, TEXT, 1)
    try:
        panel.run()
        return panel.result(30).results
    except KeyboardInterrupt:
        panel.stop()
        raise
    finally:
        panel.wait()
        panel.view.close()


def some_ms(line):
    time.sleep(0.003)
    yield from words(line)


def wait_for(struck):
    while True:
        try:
            assert struck.wait(30)
            time.sleep(0.01)
            return
        except KeyboardInterrupt:  # too late for the job
            pass


def one_interrupt(rng, report):
    where, mode, double = rng.choice(WHERE), rng.choice([run, stream, start, awaited, by_panel]), rng.random() < 0.5
    after = rng.random() * (0.4 if where in START_METHODS else 0.08)
    at = []

    def strike():
        at.append(time.monotonic())
        interrupt()
        if double:
            time.sleep(rng.random() * 0.02)
            interrupt()
        struck.set()

    struck = threading.Event()
    job = job_on(where, some_ms)
    timer = threading.Timer(after, strike)
    ended = None
    with contextlib.suppress(KeyboardInterrupt):  # the second one
        try:
            timer.start()
            mode(job)
        except (KeyboardInterrupt, Cancelled, asyncio.CancelledError):
            ended = time.monotonic()
        except BaseException as error:
            report["odd"] += 1
            print(f"\n{where} {mode.__name__} double={double}: {type(error).__name__}: {error}")
    wait_for(struck)
    timer.join()
    late = ended - at[0] if ended and at else 0
    report["late"] += late > 1
    report["worst"] = max(report["worst"], late)
    report["interrupts"] += 1 + double


def interrupts_at_random(number, seed):
    rng = random.Random(seed)
    report = dict.fromkeys(("interrupts", "odd", "left", "late", "worst"), 0)
    before = sys.stdout, sys.stderr
    for _ in range(number):
        try:
            with nothing_left():
                one_interrupt(rng, report)
        except AssertionError as error:
            report["left"] += 1
            print(f"\nleft: {error}")
        if multiset(job_on("serial")(TEXT)) != WANTED or (sys.stdout, sys.stderr) != before:
            report["odd"] += 1
    print(f"\nInterrupts with seed {seed}: {report}")
    return report


def test_some_interrupts_at_random_moments():
    report = interrupts_at_random(20, seed=int(os.environ.get("SOAK_SEED", "1")))
    assert not report["odd"]
    assert not report["left"]


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_many_interrupts_at_random_moments():
    number = int(os.environ.get("SOAK_RUNS", "1000"))
    report = interrupts_at_random(number, seed=int(os.environ.get("SOAK_SEED", str(random.randrange(10**6)))))
    assert not report["odd"]
    assert not report["left"]
