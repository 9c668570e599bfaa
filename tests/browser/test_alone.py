"""A browser alone: jobs on real Web Workers, each with a Pyodide of its own, from a Python like JupyterLite's."""

import json
import re
from pathlib import Path

import pytest
from alone import HOW, Alone, kernel_served, pyodide


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    if pyodide() is None:
        pytest.skip(HOW)
    with kernel_served(tmp_path_factory.mktemp("alone")) as address:
        yield address


@pytest.fixture(scope="module")
def kernel(browser, address):
    page = browser.new_page()
    yield Alone(page, address)
    page.close()


JOB = """
import asyncio, itertools, json, os, sys, time
from pathlib import Path
from mrkit import MapReduce, MrkitError, counter, faults, text_lines

def words(line):
    counter("lines")
    print("reading", line)
    for word in line.split():
        yield word, 1

def total(item):
    return item[0], sum(item[1])

def on(map_func, inputs, chunksize=1, **options):
    options = {"num_workers": 2, "num_partitions": 2} | options
    return MapReduce(map_func, total, **options).run(inputs, chunksize)

def caught(function):
    try:
        function()
    except MrkitError as error:
        print(type(error).__name__, error)

def attempts(run):
    return [[span.stage, span.task, span.attempt, span.ok] for span in run.trace.spans if span.stage == "map"]

def in_answer_to_a_click(function):
    import js
    from pyodide.ffi import create_proxy
    js.eval("(f) => f()")(create_proxy(function))

LINES = ["the cat", "the dog", "the end"]
"""


def shown(kernel, code):
    """What a piece of code prints as JSON in its last line."""
    return json.loads(kernel.run(JOB + code).splitlines()[-1])


def test_a_job_runs_on_two_workers_with_prints_and_counters(kernel):
    printed = kernel.run(JOB + "run = on(words, LINES); print(json.dumps([run.results, run.counters]))").splitlines()
    assert json.loads(printed[-1]) == [[["the", 3], ["cat", 1], ["dog", 1], ["end", 1]], {"lines": 3}]
    assert {line.partition("] ")[2] for line in printed[:-1]} == {
        "reading the cat",
        "reading the dog",
        "reading the end",
    }
    assert {line.partition("] ")[0] for line in printed[:-1]} == {"[worker-1", "[worker-2"}


def test_times_are_those_of_one_clock(kernel):
    code = """
run = on(words, LINES * 5)
spans = [(span.submitted, span.started, span.finished) for span in run.trace.spans]
print(json.dumps([*spans, run.trace.seconds]))
"""
    *spans, seconds = shown(kernel, code)
    assert len(spans) == 17
    for submitted, started, finished in spans:
        assert 0 <= submitted <= started <= finished <= seconds


def test_each_worker_has_modules_and_hashes_of_its_own(kernel):
    code = """
def numbered(line):
    import colorsys
    colorsys.number = getattr(colorsys, "number", 0) + 1
    yield line, colorsys.number

def by_hash(key, number):
    return hash(key) % number

counted = on(numbered, ["a"] * 10, num_partitions=1, combiner=None).results
torn = on(words, ["a b c d e f g h i j k l m n o p"] * 4, partitioner=by_hash, num_partitions=5).results
print(json.dumps([counted, len(torn), "colorsys" in sys.modules]))
"""
    [[_, numbers]], results, here = shown(kernel, code)
    assert numbers < sum(range(11))  # one worker would have counted to ten
    assert results > 16
    assert here is False


def test_what_a_function_opens_or_imports_comes_from_the_notebooks_disk(kernel):
    code = """
folder = Path("/home/pyodide/book"); folder.mkdir(); os.chdir(folder); sys.path.insert(0, str(folder))
Path("data").mkdir(); Path("data/song.txt").write_text("row row\\nyour boat\\n")
Path("helper.py").write_text("def upper(word): return word.upper()")

def by_name(name):
    import helper, iniconfig
    with open(name) as file:
        for word in file.read().split():
            yield helper.upper(word), 1

found = [sorted(on(by_name, ["data/song.txt"]).results), sorted(on(words, text_lines("data", 8), None).results)]
Path("data/song.txt").write_text("gently\\n")
Path("helper.py").write_text("def upper(word): return word.title()")
print(json.dumps([*found, on(by_name, ["data/song.txt"]).results]))
"""
    once = [["ROW", 2], ["YOUR", 1], ["BOAT", 1]]
    assert shown(kernel, code) == [sorted(once), sorted([w.lower(), n] for w, n in once), [["Gently", 1]]]


def test_what_a_task_writes_comes_home(kernel):
    code = """
import tempfile
with tempfile.TemporaryDirectory() as folder:
    mail = Path(folder, "mail.txt")
    mail.write_text("first\\n")

    def send(name):
        with open(mail, "a") as file:
            print("to", name, file=file)
        yield name, 1

    on(send, ["ana", "bo", "cy"], faults=[faults.lose(1)])
    print(json.dumps(sorted(mail.read_text().splitlines())))
"""
    assert shown(kernel, code) == ["first", "to ana", "to bo", "to bo", "to cy"]


def test_what_goes_wrong_is_said_as_everywhere(kernel):
    code = """
caught(lambda: on(lambda n: [(n, 1 / 0)], [5]))
caught(lambda: on(lambda name: [(name, open(name))], ["/no/where"]))
caught(lambda: on(lambda n: os._exit(3), [5], max_attempts=2))
print(on(words, LINES).results[0])
"""
    zero, missing, died, *_, result = kernel.run(JOB + code).splitlines()
    assert zero.startswith("UserFunctionError The map function `<lambda>` failed, given 5 (line ")
    assert zero.endswith("ZeroDivisionError: division by zero")
    assert "No such file or directory: '/no/where'" in missing
    assert died.startswith("WorkerDied The worker died 2 times at map task 0 (5): it ended with exit status 3.")
    assert result == "('the', 3)"


def test_a_worker_can_be_killed_and_its_task_is_done_again(kernel):
    code = """
planned = on(words, LINES, faults=[faults.kill("map", 1)])

def slowly(number):
    time.sleep(0.05)
    yield number % 2, 1

job = MapReduce(slowly, total, 2, num_partitions=1)
running = job.start(range(40), 1)
while (name := job.kill_worker()) is None:
    await asyncio.sleep(0.01)
run = await running
lost = [span.worker for span in run.trace.spans if not span.ok]
print(json.dumps([planned.results, attempts(planned), run.results, [name] == lost, job.kill_worker()]))
"""
    results, planned, more, same, nobody = shown(kernel, code)
    assert results == [["the", 3], ["cat", 1], ["dog", 1], ["end", 1]]
    assert sorted(planned) == [["map", 0, 1, True], ["map", 1, 1, False], ["map", 1, 2, True], ["map", 2, 1, True]]
    assert (sorted(more), same, nobody) == ([[0, 20], [1, 20]], True, None)


def test_a_task_that_takes_too_long_is_ended_and_one_that_dawdles_gets_a_rival(kernel):
    code = """
def endless(line):
    while line == "b":
        pass
    yield line, 1

caught(lambda: on(endless, ["a", "b"], task_timeout=0.3, max_attempts=2))
run = on(words, LINES, speculative=True, faults=[faults.slow("map", 0, 1000)])
print(json.dumps([run.results, attempts(run)]))
"""
    lines = kernel.run(JOB + code).splitlines()
    assert lines[0].startswith("TaskTimeout Map task 1 ('b') was tried 2 times, each time longer than the task_timeout")
    results, tried = json.loads(lines[-1])
    assert results == [["the", 3], ["cat", 1], ["dog", 1], ["end", 1]]
    assert [row for row in tried if row[1] == 0] == [["map", 0, 1, False], ["map", 0, 2, True]]


def test_a_job_goes_on_beside_the_cell_and_can_be_stopped(kernel):
    code = """
def slowly(number):
    time.sleep(0.02)
    yield number % 2, 1

def begun(running, seen):
    return any(type(event).__name__ == "TaskFinished" for event in seen) or running.done()

seen = []
endless = MapReduce(slowly, total, 2).start(itertools.count(), hooks=[seen.append])
while not begun(endless, seen):
    await asyncio.sleep(0.01)
beside = MapReduce(slowly, total, 2, num_partitions=1, executor="serial").start(range(6))
print(beside.done(), len((await beside).results), endless.done())
endless.cancel()
print(endless.done())
caught(endless.result)
in_answer_to_a_click(MapReduce(slowly, total, 2).start(itertools.count()).cancel)
print(MapReduce(slowly, total, 2, num_partitions=1).start(range(6)).result().results)
"""
    lines = kernel.run(JOB + code).splitlines()
    assert lines == ["False 2 False", "True", "Cancelled The job was stopped.", "[(0, 3), (1, 3)]"]


def test_functions_that_are_put_aside_at_any_depth_leave_garbage_and_do_not_break_python(kernel):
    code = """
import gc
from mrkit.waiting import start

class Down:  # each step down is one of C's too
    def __init__(self, then):
        self.then = then

    def __getattr__(self, name):
        return getattr(self, name[1:]) if len(name) > 1 else self.then()

def down(steps, then):
    getattr(Down(then), "d" * (steps + 1))

def litter():
    for _ in range(4000):
        ring = []
        ring.append([ring])

def work(first):
    for n in range(60):
        down((n * 7 + first) % 40, lambda: time.sleep(0.002))
        down((n * 11 + first) % 60, litter)

for each in [start(work, first, name="aside") for first in (5, 40, 20)]:
    each.join()
print(json.dumps([gc.isenabled(), gc.get_count()[0] < 400_000]))
"""
    assert shown(kernel, code) == [True, True]


def test_where_workers_cannot_be_waited_for_or_do_not_start_they_take_turns(kernel):
    code = """
in_answer_to_a_click(lambda: print(on(words, LINES).results))
from mrkit.executors.web import crew, link
script, link._script = link._script, lambda name: "nowhere.js"
crew._spare.clear()
for _ in range(2):
    print(on(words, LINES).results)
link._script = script
"""
    lines = [line for line in kernel.run(JOB + code).splitlines() if "reading" not in line]
    assert [line.partition(" So workers take turns in the one Python")[0] for line in lines] == [
        "A job that a button starts cannot wait for the browser's workers.",
        lines[1],
        "The workers cannot start: the browser does not say why.",
        lines[1],
        lines[1],
    ]
    assert lines[1] == "[('the', 3), ('cat', 1), ('dog', 1), ('end', 1)]"


def test_the_contract_of_all_executors_holds(browser, address):
    page = browser.new_page()
    said = Alone(page, address).run((Path(__file__).parent / "pyodide" / "contract.py").read_text(encoding="utf-8"))
    page.close()
    assert said.endswith("all passed"), said
    assert int(re.search(r"(\d+) passed", said)[1]) > 70


def test_a_fresh_python_shares_nothing(kernel):
    code = """
from mrkit.executors.web import fresh
here = "only here"
hashes = [fresh.run("from mrkit import stable_hash; print(hash('a'), stable_hash('a'))").split() for _ in range(2)]
print(json.dumps([hashes, fresh.run("here")]))
"""
    (one, other), error = shown(kernel, code)
    assert one[0] != other[0]
    assert one[1] == other[1]
    assert "name 'here' is not defined" in error


def test_a_worker_reads_files_by_their_names(kernel):
    code = """
Path("/tmp/below").mkdir()
Path("/tmp/below/page.txt").write_text("a b\\nb\\n")
def of_file(path):
    for line in text_lines(path):
        yield from words(line)
print(json.dumps(sorted(on(of_file, ["/tmp/below/page.txt"]).results)))
"""
    assert shown(kernel, code) == [["a", 1], ["b", 2]]
