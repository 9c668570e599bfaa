"""Waiting in a browser: here its event loop is Python's own, which runs while somebody waits."""

from __future__ import annotations

import asyncio
import gc
import queue
import sys
import threading
import time
import types
from concurrent.futures import Future

import pytest

from mrkit import waiting


@pytest.fixture
def loop(monkeypatch):
    loop = asyncio.new_event_loop()
    browser = types.SimpleNamespace(run_sync=loop.run_until_complete, can_run_sync=lambda: True)
    script = types.SimpleNamespace(WebAssembly=types.SimpleNamespace(Suspending=True))
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setitem(sys.modules, "pyodide.ffi", browser)
    monkeypatch.setitem(sys.modules, "js", script)
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
    yield loop
    loop.close()


def test_events_happen_while_one_waits_at_a_queue(loop):
    waiting_at = waiting.new_queue()
    loop.call_later(0.01, waiting_at.put, "late")
    waiting_at.put("early")
    assert waiting_at.get(timeout=60) == "early"
    assert waiting_at.get(timeout=60) == "late"
    with pytest.raises(queue.Empty):
        waiting_at.get(timeout=0.01)
    loop.call_soon(waiting_at.put, "last")
    assert waiting_at.get() == "last"


def test_events_happen_now_and_then_where_there_is_always_something_to_take(loop, monkeypatch):
    monkeypatch.setattr(waiting, "A_WHILE", -1)
    happened = []
    waiting_at = waiting.new_queue()
    loop.call_soon(happened.append, "event")
    waiting_at.put("thing")
    assert waiting_at.get() == "thing"
    assert happened == ["event"]


def test_a_future_is_waited_for_but_not_for_ever(loop):
    future: Future = Future()
    waiting.result_of(future, 0.01)
    assert not future.done()
    loop.call_soon(future.set_result, 1)
    waiting.result_of(future, 60)
    assert future.result(0) == 1
    waiting.result_of(future, 60)


def test_a_function_goes_on_beside_what_is_done_here(loop):
    done = []
    beside = waiting.start(done.append, 1, name="beside")
    assert (done, beside.is_alive()) == ([], True)
    beside.join()
    assert (done, beside.is_alive()) == ([1], False)
    beside.join()


def test_what_goes_on_beside_is_not_waited_for_where_one_cannot_wait(loop, monkeypatch):
    beside = waiting.start(print, name="beside")
    monkeypatch.setattr(sys.modules["pyodide.ffi"], "can_run_sync", lambda: False)
    beside.join()
    assert isinstance(waiting.new_queue(), queue.SimpleQueue)


def test_whether_something_happened_is_known_as_soon_as_events_have_their_turn(loop, monkeypatch):
    event = threading.Event()
    monkeypatch.setattr(time, "sleep", lambda seconds: loop.run_until_complete(asyncio.sleep(seconds)))  # as Pyodide's
    assert not waiting.happened(event, 0.001)
    loop.call_soon(event.set)
    assert waiting.happened(event, 0.001)


def test_where_there_are_threads_they_do_all_this():
    said = threading.Event()
    waiting.start(said.set, name="beside").join()
    assert said.is_set()
    assert isinstance(waiting.new_queue(), queue.SimpleQueue)


def test_garbage_is_collected_by_hand_while_somebody_waits_or_goes_on_beside(loop, monkeypatch):
    collected = []
    monkeypatch.setattr(waiting, "MUCH", -1)
    monkeypatch.setattr(waiting.gc, "collect", lambda: collected.append(gc.isenabled()))
    news = waiting.new_queue()
    seen = []

    def work():
        seen.append(gc.isenabled())
        news.put("done")

    beside = waiting.start(work, name="work")
    assert news.get(timeout=60) == "done"
    beside.join()
    assert seen == [False]
    assert set(collected) == {False}
    assert gc.isenabled()
