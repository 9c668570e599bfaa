"""What travels is what it was: functions, classes and exceptions of a script, of a cell and of a module, in a worker.

The contract with cloudpickle: CI holds it with the oldest release that pyproject.toml allows and with the newest.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest

DEFINITIONS = """
import functools
import inspect
from dataclasses import dataclass, field
from enum import Enum


@dataclass(frozen=True)
class Point:
    x: int


@dataclass(frozen=True, order=True)
class Line(Point):
    to: Point = Point(0)
    note: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Slim:
    x: int


class Color(Enum):
    RED = 1


class Unhappy(Exception):
    def __init__(self, word, *, mood):
        super().__init__(f"{word} is {mood}")
        self.mood = mood


@functools.lru_cache(maxsize=None)
def cached(n):
    return n + 1


def outer(n):
    def inner(m):
        return n + m

    return inner


def places():
    functions = [cached.__wrapped__, outer, outer(1), places, Unhappy.__init__, lambda n: n, (n for n in ()), keys]
    codes = [getattr(one, "__code__", None) or one.gi_code for one in functions]
    return [(code.co_filename, code.co_firstlineno, code.co_name, code.co_qualname) for code in codes]


def keys(n):
    for key in (Point(n % 2), Line(n % 2, note=str(n)), Slim(n % 2), Color.RED, (Point(n % 2), Color.RED)):
        yield key, n


def where(n):
    import os

    yield "places", places()
    yield "cached", [cached(n), cached.cache_info().hits >= 0]
    yield "closure", outer(n)(1)
    yield "names", [Point.__qualname__, Unhappy.__qualname__, Color.RED.name, repr(Slim(1))]
    yield "worker", os.getpid()


def fails(n):
    # the line that is named
    raise Unhappy(n, mood="sad")
"""

ASKED = """
def ask(start_method):
    import os

    from mrkit import MapReduce, MrkitError

    found = dict(MapReduce(where, lambda item: (item[0], next(item[1])), 1, start_method=start_method)([1]))
    counted = MapReduce(keys, lambda item: (item[0], sum(item[1])), 2, start_method=start_method)(range(6), 1)
    try:
        MapReduce(fails, len, 1, start_method=start_method)([7])
    except MrkitError as error:
        said, cause = str(error), error.__cause__
    return {
        "places": found["places"] == places(),
        "elsewhere": found["worker"] != os.getpid(),
        "values": [found["cached"], found["closure"], found["names"]],
        "groups": sorted(total for key, total in counted),
        "same": {key for key, _ in counted} == {key for n in (0, 1) for key, _ in keys(n)},
        "cause": [type(cause) is Unhappy, getattr(cause, "mood", None), str(cause)],
        "said": said,
    }
"""


def expected(place):
    line = next(n for n, text in enumerate(DEFINITIONS.strip().splitlines(), 1) if "raise Unhappy" in text)
    return {
        "places": True,
        "elsewhere": True,
        "values": [[2, True], 2, ["Point", "Unhappy", "RED", "Slim(x=1)"]],
        "groups": [6, 6, 6, 6, 9, 9, 9, 9, 15],
        "same": True,
        "cause": [True, "sad", "7 is sad"],
        "said": f"The map function `fails` failed, given 7 (line {line} of {place}: "
        '`raise Unhappy(n, mood="sad")`): Unhappy: 7 is sad',
    }


START_METHODS = ["spawn"] if sys.platform == "win32" else ["spawn", "forkserver", "fork"]


def told(script, folder):
    done = subprocess.run([sys.executable, script], cwd=folder, capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.mark.parametrize("start_method", START_METHODS)
def test_from_a_script(tmp_path, start_method):
    script = tmp_path / "script.py"
    ending = f'import json\nif __name__ == "__main__":\n    print(json.dumps(ask({start_method!r})))\n'
    script.write_text(DEFINITIONS.strip() + "\n" + ASKED + ending)
    assert told(script, tmp_path) == expected("script.py")


@pytest.mark.parametrize("default", START_METHODS[1:])
def test_how_the_platform_starts_processes_by_default_changes_nothing(tmp_path, default):
    """On Linux it was `fork`, and is `forkserver` from Python 3.14 on."""
    script = tmp_path / "script.py"
    ending = (
        f"import json, multiprocessing\nmultiprocessing.set_start_method({default!r})\nprint(json.dumps(ask(None)))\n"
    )
    script.write_text(DEFINITIONS.strip() + "\n" + ASKED + ending)
    assert told(script, tmp_path) == expected("script.py")


@pytest.mark.parametrize("start_method", START_METHODS)
def test_from_a_module(tmp_path, start_method):
    (tmp_path / "helper.py").write_text(DEFINITIONS.strip() + "\n" + ASKED)
    script = tmp_path / "script.py"
    script.write_text(
        f'import json, helper\nif __name__ == "__main__":\n    print(json.dumps(helper.ask({start_method!r})))\n'
    )
    assert told(script, tmp_path) == expected("helper.py")


@pytest.mark.parametrize("start_method", START_METHODS)
def test_from_a_cell(tmp_path, start_method):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    cells = [DEFINITIONS.strip(), ASKED.strip(), f"import json; print(json.dumps(ask({start_method!r})))"]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    nbclient.NotebookClient(notebook, timeout=100, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = "".join(output.get("text", "") for output in notebook.cells[-1].outputs)
    assert json.loads(printed) == expected("cell In[1]")


def test_from_typed_text(tmp_path):
    """A program without a file: `python -c`, whose functions have a line and no text."""
    program = DEFINITIONS.strip() + "\n" + ASKED + "\nimport json\nprint(json.dumps(ask('spawn')))\n"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=100)
    answer = json.loads(done.stdout)
    assert answer | {"said": ""} == expected("") | {"said": ""}
    assert answer["said"].startswith("The map function `fails` failed, given 7 (line")


def test_a_function_defined_by_exec_keeps_its_name():
    from mrkit import MapReduce

    space: dict = {}
    exec(compile(textwrap.dedent("def double(n):\n    yield 'n', 2 * n\n"), "<typed>", "exec"), space)
    assert MapReduce(space["double"], lambda item: sum(item[1]), 1)([1, 2]) == [6]


@pytest.mark.skipif(sys.version_info < (3, 14), reason="annotations are evaluated when they are defined")
def test_annotations_that_are_not_evaluated_yet(tmp_path):
    """Python 3.14 looks at an annotation when somebody asks for it (PEP 649), and then its names must be known."""
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent("""
        from dataclasses import dataclass
        from mrkit import MapReduce

        @dataclass(frozen=True)
        class Node:
            name: str
            after: Node | None = None

        def pairs(n: OnlyForTheTypeChecker) -> NeverDefined:
            yield Node("a", Node("b")), n

        def total(item: tuple[Node, Iterable[int]]) -> int:
            return item[0].after.name, sum(item[1])

        if __name__ == "__main__":
            for start_method in ("spawn", "forkserver"):
                print(MapReduce(pairs, total, 2, start_method=start_method)([1, 2], 1))
        """)
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=100)
    assert (done.stdout, done.stderr) == ("[('b', 3)]\n" * 2, "")
