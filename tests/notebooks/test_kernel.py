"""Real notebooks in real kernels: what a learner writes in cells works in worker processes, on every start method."""

from __future__ import annotations

import multiprocessing
import time

import psutil
import pytest
from kernels import Kernel
from oracle import until, workers_of

nbformat = pytest.importorskip("nbformat")
jupyter_client = pytest.importorskip("jupyter_client")
nbclient = pytest.importorskip("nbclient")

START_METHODS = multiprocessing.get_all_start_methods()

# jupyter_client and ipykernel have deprecated things of their own.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:(jupyter_client|zmq|tornado|traitlets|nbclient).*"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

HELPER = """
def shout(word):
    return word.upper() + "!"
"""

NOTEBOOK = [
    "START_METHOD = {start_method!r}",
    "import collections, dataclasses, enum, math\nimport re as regex\nfrom functools import lru_cache, partial\n"
    "from mrkit import MapReduce, SimpleMapReduce, counter\nimport helper\nfrom helper import shout\n"
    "from mrkit.executors.processes import Processes",
    """
WARM = Processes(2, START_METHOD)  # workers that stay from cell to cell, to save time

def mr(map_func, reduce_func, inputs, **options):
    return sorted(MapReduce(map_func, reduce_func, executor=WARM, **options)(inputs, 1), key=repr)

def total(item):
    key, values = item
    return key, sum(values)

LINES = ["the cat", "the dog", "a cat"]
""",
    # functions that use each other and the notebook's imports
    """
WORD = regex.compile(r"[a-z]+")

def words(line):
    for word in WORD.findall(line):
        yield clean(word), 1

def clean(word):  # defined after its use, as in a real notebook
    return word.strip().lower()

assert mr(words, total, LINES) == [("a", 1), ("cat", 2), ("dog", 1), ("the", 2)]
assert mr(words, total, LINES, combiner=total) == mr(words, total, LINES)
""",
    # a changed function is the new one
    """
def clean(word):
    return word[0]

assert mr(words, total, LINES) == [("a", 1), ("c", 2), ("d", 1), ("t", 2)]
""",
    # lambdas and closures
    """
def longer_than(limit):
    seen = []
    def map_func(line):
        seen.append(line)
        return [(len(word), word) for word in line.split() if len(word) > limit]
    return map_func

assert mr(longer_than(1), lambda item: (item[0], sorted(set(item[1]))), LINES) == [(3, ["cat", "dog", "the"])]
assert mr(lambda line: [(len(line), 1)], lambda item: total(item), LINES) == [(5, 1), (7, 2)]
""",
    # recursion, caches, partials, a module next to the notebook
    """
@lru_cache
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

assert mr(lambda n: [(n % 2, fibonacci(n))], total, range(10)) == [(0, 33), (1, 55)]
assert mr(lambda line: [(shout(w), 1) for w in line.split()], total, ["a b", "b"]) == [("A!", 1), ("B!", 2)]
assert mr(lambda line: [(helper.shout(line), 1)], total, ["a"]) == [("A!", 1)]
def power(n, exponent): return [(n, math.pow(n, exponent))]
assert mr(partial(power, exponent=2), total, [1, 2]) == [(1, 1.0), (2, 4.0)]
""",
    # classes, dataclasses, enums, as functions, keys, values and results
    """
class Color(enum.Enum):
    RED = 1
    BLUE = 2

@dataclasses.dataclass(frozen=True)
class Point:
    x: int
    color: Color

@dataclasses.dataclass
class Weight:
    grams: float
    def __add__(self, other):
        return Weight(self.grams + other.grams)

Mean = collections.namedtuple("Mean", "key value count")

class Average:
    def __init__(self, digits):
        self.digits = digits
    def __call__(self, item):
        key, values = item
        values = [weight.grams for weight in values]
        return Mean(key, round(sum(values) / len(values), self.digits), len(values))

def points(n):
    for color in Color:
        yield Point(n % 2, color), Weight(n / 3)

means = mr(points, Average(2), range(9), num_partitions=3)
assert {(m.key.x, m.key.color): (m.value, m.count) for m in means} == {
    (0, Color.RED): (1.33, 5), (0, Color.BLUE): (1.33, 5), (1, Color.RED): (1.33, 4), (1, Color.BLUE): (1.33, 4)
}, means
assert all(type(m) is Mean and type(m.key) is Point and m.key == Point(m.key.x, m.key.color) for m in means)
assert dict(mr(lambda n: [(Color.RED, 1)], total, range(4))) == {Color.RED: 4}
""",
    # a class with methods, inheritance and super()
    """
class Base:
    def key(self, word): return word
    def __call__(self, line): return [(self.key(w), 1) for w in line.split()]

class Initials(Base):
    def key(self, word): return super().key(word)[0]

assert mr(Initials(), total, LINES) == [("a", 1), ("c", 2), ("d", 1), ("t", 2)]
assert mr(Initials().__call__, total, ["x y"]) == [("x", 1), ("y", 1)]
""",
    # an exception of the notebook's own
    """
class Unhappy(Exception):
    def __init__(self, word, *, mood):
        super().__init__(f"{word} is {mood}")
        self.mood = mood

def complain(line):
    raise Unhappy(line, mood="sad")

try:
    mr(complain, total, ["a"])
except Exception as error:
    assert type(error.__cause__) is Unhappy, repr(error.__cause__)
    assert error.__cause__.mood == "sad"
    print(error)
""",
    # counters, workers of the job's own, the article's class, results chained
    """
WARM.close()

def counting(line):
    counter("lines")
    return words(line)

with MapReduce(counting, total, 2, start_method=START_METHOD) as job:
    runs = [job.run(LINES) for _ in range(2)]
    again = MapReduce(lambda pair: [(pair[1], pair[0])], lambda item: (item[0], sorted(item[1])), executor="threads")
    chained = again(runs[0].results)
assert [run.counters for run in runs] == [{"lines": 3}] * 2
assert sorted(chained) == [(1, ["a", "d"]), (2, ["c", "t"])]
if START_METHOD == "spawn":
    assert SimpleMapReduce(words, total, num_workers=2)(LINES) == [("t", 2), ("c", 2), ("d", 1), ("a", 1)]
import multiprocessing
assert multiprocessing.active_children() == []
""",
]


@pytest.mark.parametrize("start_method", START_METHODS)
def test_a_notebook(tmp_path, start_method):
    (tmp_path / "helper.py").write_text(HELPER)
    cells = [source.replace("{start_method!r}", repr(start_method)).strip() for source in NOTEBOOK]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    text = "".join(output.get("text", "") for cell in notebook.cells for output in cell.outputs)
    assert text == (
        "The map function `complain` failed, given 'a' (line 7 of cell In[10]: "
        '`raise Unhappy(line, mood="sad")`): Unhappy: a is sad\n'
    )


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    kernel = Kernel(tmp_path_factory.mktemp("k"))
    printed, error = kernel.run(
        "import os, time, pathlib\n"
        "from mrkit import MapReduce, SimpleMapReduce\n"
        "def total(item):\n"
        "    return item[0], sum(item[1])\n"
        "def words(line):\n"
        "    return [(word, 1) for word in line.split()]\n"
    )
    assert (printed, error) == ("", "")
    yield kernel
    kernel.close()


@pytest.mark.parametrize("start_method", START_METHODS)
def test_prints_appear_in_the_cell_that_ran_the_job(kernel, start_method):
    kernel.run(
        "def reading(line):\n"
        "    print('reading', line)\n"
        "    return words(line)\n"
        f"job = MapReduce(reading, total, 2, start_method={start_method!r})"
    )
    for line in ("one", "two"):
        printed, error = kernel.run(f"results = job(['{line} {line}'])")
        assert error == ""
        (text,) = printed.splitlines()
        assert text.startswith("[worker-")
        assert text.endswith(f"] reading {line} {line}")
        assert kernel.run("print(results)") == (f"[('{line}', 2)]\n", "")


def test_the_article_in_a_cell(kernel):
    printed, error = kernel.run("print(SimpleMapReduce(reading, total, 2)(['b a', 'a']))")
    assert error == ""
    assert sorted(printed.splitlines()) == ["[('b', 1), ('a', 2)]", "reading a", "reading b a"]


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_an_error_names_the_cell_and_its_line(kernel, executor):
    kernel.run("def bad(line):\n    # a comment\n    yield 'key', 1 / len(line.strip())")
    defined = kernel.count
    _, error = kernel.run(f"MapReduce(bad, total, 2, executor={executor!r})(['a', ' '])")
    assert error == (
        f"UserFunctionError: The map function `bad` failed, given ' ' (line 3 of cell In[{defined}]: "
        "`yield 'key', 1 / len(line.strip())`): ZeroDivisionError: division by zero"
    )
    _, error = kernel.run(f"MapReduce(lambda line: None, total, executor={executor!r})(['a'])")
    assert "gave nothing back. Is a `yield` or a `return` missing?" in error
    assert f"(line 1 of cell In[{kernel.count}]: `MapReduce(lambda line: None" in error
    _, error = kernel.run(f"MapReduce(words, lambda item: item[0] + 1, executor={executor!r})(['a'])")
    assert f"`<lambda>` failed, given the key 'a' (line 1 of cell In[{kernel.count}]" in error


def test_what_cannot_travel_has_a_name_in_a_cell(kernel):
    kernel.run("import threading\nmy_lock = threading.Lock()\ndef locked(line):\n    with my_lock: return words(line)")
    _, error = kernel.run("MapReduce(locked, total)(['a'])")
    assert error.startswith("CannotTravel: The map_func `locked` cannot be sent to the workers")
    assert "It uses `my_lock`" in error
    assert kernel.run("print(MapReduce(locked, total, executor='threads')(['a']))") == ("[('a', 1)]\n", "")


@pytest.mark.parametrize("where", ["serial", "threads", *START_METHODS])
@pytest.mark.parametrize("stage", ["map", "reduce"])
def test_stop_ends_the_cell_and_leaves_nothing(kernel, stage, where):
    there = kernel.folder / f"{stage}-{where}"
    place = f"executor={where!r}" if where in ("serial", "threads") else f"start_method={where!r}"
    kernel.run(
        "def slow(item, func):\n"
        f"    pathlib.Path({str(there)!r}).touch()\n"
        "    for _ in range(6000): time.sleep(0.01)\n"
        "    return func(item)\n"
        "slow_words = lambda line: slow(line, words)\n"
        "slow_total = lambda item: slow(item, total)\n"
    )
    functions = "slow_words, total" if stage == "map" else "words, slow_total"
    before = time.monotonic()
    _, error = kernel.run(f"MapReduce({functions}, 2, {place})(['a', 'b', 'c'], 1)", then=kernel.interrupt_when(there))
    assert error.startswith("KeyboardInterrupt")
    assert time.monotonic() - before < 50, "it ended by itself"
    assert until(lambda: not workers_of(kernel.process))
    assert until(lambda: not kernel.folders())
    assert kernel.run(f"print(MapReduce(words, total, 2, {place})(['a a']))") == ("[('a', 2)]\n", "")
    printed, _ = kernel.run("import threading; print([t.name for t in threading.enumerate() if 'worker-' in t.name])")
    assert printed == "[]\n"


@pytest.mark.parametrize("where", ["threads", "spawn"])
def test_a_job_is_awaited_in_a_cell(kernel, where):
    place = "executor='threads'" if where == "threads" else f"start_method={where!r}"
    printed, error = kernel.run(
        "import asyncio\n"
        "def printing(n):\n"
        "    print('mapping', n)\n"
        "    time.sleep(0.02)\n"
        "    yield n % 2, n\n"
        "ticks = 0\n"
        "async def ticking():\n"
        "    global ticks\n"
        "    while True:\n"
        "        ticks += 1\n"
        "        await asyncio.sleep(0.005)\n"
        "other = asyncio.ensure_future(ticking())\n"
        f"run = await MapReduce(printing, total, 2, {place}).start(range(6), 1)\n"
        "other.cancel()\n"
        "print(sorted(run.results), ticks > 2)\n"
    )
    assert error == ""
    lines = printed.splitlines()
    assert lines[-1] == "[(0, 6), (1, 9)] True"
    assert sorted(line.partition("] ")[2] for line in lines[:-1]) == [f"mapping {n}" for n in range(6)]


def test_a_job_started_in_one_cell_prints_in_the_cell_that_awaits_it(kernel):
    printed, error = kernel.run("running = MapReduce(printing, total, 2, executor='threads').start(range(4), 1)")
    assert (printed, error) == ("", "")
    printed, error = kernel.run("run = await running\nprint('after')")
    assert error == ""
    assert printed.count("mapping") == 4
    assert printed.endswith("after\n")


def test_stop_while_a_job_is_awaited(kernel):
    there = kernel.folder / "awaited"
    _, error = kernel.run(
        "def slow_words(line):\n"
        f"    pathlib.Path({str(there)!r}).touch()\n"
        "    for _ in range(6000): time.sleep(0.01)\n"
        "await MapReduce(slow_words, total, 2).start(['a', 'b'], 1)",
        then=kernel.interrupt_when(there),
    )
    assert error.startswith(("KeyboardInterrupt", "CancelledError"))
    assert until(lambda: not workers_of(kernel.process))
    assert until(lambda: not kernel.folders())
    assert kernel.run("print((await MapReduce(words, total, 2).start(['a'])).results)") == ("[('a', 1)]\n", "")


def test_warm_workers_from_cell_to_cell(kernel):
    kernel.run("def who(n):\n    time.sleep(0.05)\n    yield os.getpid(), 1")
    printed, error = kernel.run(
        "with MapReduce(who, lambda item: item[0], 2) as job:\n"
        "    found = [set(job(range(6), 1)) for _ in range(2)]\n"
        "print(len(found[0] | found[1]) <= 2)"
    )
    assert (printed, error) == ("True\n", "")
    kernel.run("job.__enter__()")
    assert kernel.run("first = set(job(range(6), 1))") == ("", "")
    assert kernel.run("print(len(first | set(job(range(6), 1))) <= 2)") == ("True\n", "")
    kernel.run("job.__exit__()")
    assert until(lambda: not workers_of(kernel.process))


@pytest.mark.parametrize("start_method", START_METHODS)
def test_a_kernel_that_is_killed_leaves_no_workers(tmp_path, start_method):
    kernel = Kernel(tmp_path)
    try:
        there = tmp_path / "there"
        kernel.client.execute(
            "import time, pathlib\n"
            "from mrkit import MapReduce\n"
            "def slow(n):\n"
            f"    pathlib.Path({str(there)!r}).touch()\n"
            "    time.sleep(60)\n"
            f"MapReduce(slow, len, 2, start_method={start_method!r})(range(4), 1)"
        )
        assert until(there.exists, 30)
        found = kernel.process.children(recursive=True)
        assert len(workers_of(kernel.process)) == 2
        assert kernel.folders()
        kernel.process.kill()
        assert until(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in found)), found
        assert until(lambda: not kernel.folders())
    finally:
        kernel.close()
