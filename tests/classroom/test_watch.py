"""One student's code under watch: whatever it does, every exercise has an outcome, and nothing is left behind."""

from __future__ import annotations

import http.server
import os
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest

from mrkit.classroom.assignment import assignments
from mrkit.classroom.watch import Limits, grade_student

RIGHT = "def by_length(word):\n    yield len(word), 1"
SWAP = "def sales_by_city(line):\n    number, city, amount = line.split()\n    yield city, int(amount)"


def graded(*cells, lesson="01", seed=0, limits=None):
    book = assignments()[lesson].plan() | {"cells": list(cells)}
    return {outcome.exercise: outcome for outcome in grade_student([book], seed, limits or Limits())}


@pytest.fixture(autouse=True)
def nothing_is_left():
    before = set(Path(tempfile.gettempdir()).glob("mrkit-grade-*"))
    yield
    assert set(Path(tempfile.gettempdir()).glob("mrkit-grade-*")) <= before
    left = [p for p in psutil.process_iter() if "one_student" in " ".join(_command(p))]
    assert [p for p in left if p.ppid() == os.getpid()] == []


def _command(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_right_wrong_and_untouched_are_told_apart():
    outcomes = graded(RIGHT, "def sales_by_city(line):\n    yield 1, line")
    assert outcomes["01.length"].status == "passed"
    assert outcomes["01.length"].score == outcomes["01.length"].max_score == 2
    assert outcomes["01.swap"].status == "failed"
    assert outcomes["01.swap"].sentence
    assert outcomes["01.filter"].status == "untouched"


def test_a_syntax_error_costs_its_own_exercise_only():
    outcomes = graded("def sales_by_city(line:\n    return", RIGHT)
    assert outcomes["01.length"].status == "passed"
    assert (outcomes["01.swap"].status, outcomes["01.swap"].finding) == ("failed", "syntax_error")
    assert "line 1" in outcomes["01.swap"].sentence


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("    import os\n    os._exit(0)", "exits"),
        ("    import sys\n    sys.exit()", "exits"),
        ("    import ctypes\n    ctypes.string_at(0)", "died"),
        ("    return list(range(2 * 10**9))", "memory"),
        ("    data = [bytes(10**9) for i in range(3)]\n    yield 1, 2", "memory"),
        ("    import socket\n    socket.create_connection(('127.0.0.1', len(line)))", "raises"),
        ("    import subprocess\n    subprocess.run(['ls', line])", "raises"),
        ("    import os\n    line and os.fork()", "raises"),
        ("    open('/tmp/mrkit-was-here', 'w').write(line)", "raises"),
        ("    import os\n    os.kill(os.getppid(), 9 * bool(line))", "raises"),
    ],
)
def test_what_code_may_do_to_its_process_costs_one_exercise(body, finding):
    outcomes = graded(f"def sales_by_city(line):\n    str(line)\n{body}", RIGHT)
    assert (outcomes["01.swap"].status, outcomes["01.swap"].finding) == ("failed", finding)
    assert outcomes["01.length"].status == "passed"
    assert not Path("/tmp/mrkit-was-here").exists()


def test_an_endless_loop_in_c_is_a_timeout_and_the_others_are_graded():
    outcomes = graded("def by_length(word):\n    sum(iter(int, 1))", SWAP, limits=Limits(seconds=20))
    assert outcomes["01.length"].status == "timeout"
    assert outcomes["01.swap"].status != "untouched"
    assert outcomes["01.filter"].status == "untouched"


def test_who_runs_over_keeps_the_points_of_the_exercises_before():
    """And a line names the exercise that used the time up."""
    slow = "def sales_by_city(line):\n    sum(iter(int, 1))"
    outcomes = graded(RIGHT, slow, limits=Limits(seconds=3))
    assert outcomes["01.length"].status == "passed"
    assert outcomes["01.swap"].status == "timeout"
    assert outcomes["01.filter"].status == "timeout"
    assert "01.swap" in outcomes["01.filter"].sentence


def test_an_endless_loop_in_an_assignment():
    outcomes = graded("by_length = [1 for i in iter(int, 1)]", SWAP)
    assert outcomes["01.length"].status == "failed"
    assert outcomes["01.length"].seconds < 15


def test_threads_that_go_on_are_not_taken_along():
    cell = "import threading, time\ndef by_length(word):\n    threading.Thread(target=time.sleep, args=(99,)).start()\n"
    cell += "    yield len(word), 1"
    start = time.monotonic()
    outcomes = graded(cell, SWAP)
    assert len(outcomes) == 3
    assert time.monotonic() - start < 60


def test_nothing_secret_is_to_be_seen(monkeypatch):
    monkeypatch.setenv("MY_TOKEN", "secret")
    cell = "import os\ndef by_length(word):\n    assert 'MY_TOKEN' not in os.environ\n"
    cell += "    assert os.listdir('.') in ([], ['diary'])\n    yield len(word), 1"
    assert graded(cell)["01.length"].status == "passed"


def test_the_network_is_shut():
    """A server of ours hears nothing."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)

        def log_message(self, *arguments):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    cell = f"import urllib.request\ndef by_length(word):\n    urllib.request.urlopen('{address}/' + word)"
    outcome = graded(cell)["01.length"]
    server.shutdown()
    server.server_close()
    assert outcome.finding == "raises"
    assert "no network" in outcome.sentence
    assert asked == []


def test_what_students_print_reaches_nothing(capfd):
    cells = ['print({"done": 1})\nimport os\nos.write(1, b"x")', "x = print('{}')\nby_length = x or by_length"]
    outcomes = graded(RIGHT, *cells)
    assert outcomes["01.length"].status == "passed"
    assert capfd.readouterr() == ("", "")


def test_other_inputs_for_another_seed():
    only_kitten = "def by_length(word):\n    yield (len(word), 1) if word else (0, 1)"
    assert graded(only_kitten, seed=4711)["01.length"].status == "passed"


def test_a_variant_is_graded_by_the_students_seed():
    from mrkit.learn.variant import asked

    right = asked("12.backup", 4711).right
    assert graded(f"saved = {right}", lesson="12", seed=4711)["12.backup"].status == "passed"
    assert graded(f"saved = {right}", lesson="12")["12.backup"].status == "failed"


def test_deleted_imports_and_helpers_are_the_lessons_own():
    cell = "def careful(line):\n    try:\n        yield int(line.split()[-2]), 1\n"
    cell += "    except ValueError:\n        counter('bad lines')"
    assert graded(cell, lesson="12")["12.skip"].status == "passed"
