"""A browser alone: jobs on real Web Workers, each with a Pyodide of its own, from a Python like JupyterLite's."""

import json

import pytest
from alone import HOW, Alone, pyodide, served


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    if pyodide() is None:
        pytest.skip(HOW)
    with served(tmp_path_factory.mktemp("alone")) as address:
        yield address


@pytest.fixture(scope="module")
def kernel(browser, address):
    page = browser.new_page()
    yield Alone(page, address)
    page.close()


JOB = """
import json, os, sys, time
from pathlib import Path
from mrkit import MapReduce, MrkitError, counter, text_lines

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
print(json.dumps([*found, on(by_name, ["data/song.txt"]).results]))
"""
    once = [["ROW", 2], ["YOUR", 1], ["BOAT", 1]]
    assert shown(kernel, code) == [sorted(once), sorted([w.lower(), n] for w, n in once), [["GENTLY", 1]]]


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
