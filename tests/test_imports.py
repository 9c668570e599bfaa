"""`import mrkit` stays light, and every module imports downwards only."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import mrkit

PACKAGE = Path(mrkit.__file__).parent
HEAVY = {
    *["matplotlib", "IPython", "ipykernel", "ipywidgets", "anywidget", "numpy", "pandas", "pebble", "psutil", "tqdm"],
    *["typer", "click", "rich", "dask", "distributed", "pyspark", "nbformat", "jupyterlab", "asyncio", "fsspec"],
    *["s3fs", "aiohttp", "simpy"],
}


def loaded(code: str) -> set[str]:
    """The modules that a fresh Python has after running some code."""
    code += "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return set(json.loads(done.stdout.splitlines()[-1])) - {"__mp_main__"}  # multiprocessing's name for __main__


@pytest.fixture(scope="module")
def before():
    return loaded("import cloudpickle")


def test_import_mrkit_is_light(before):
    new = loaded("import mrkit") - before
    assert "mrkit.job" in new
    assert not new & HEAVY
    assert not {name for name in new if name.startswith(("mrkit.views", "mrkit.learn", "mrkit.lessons", "mrkit.cli"))}
    others = {name.partition(".")[0] for name in new} - sys.stdlib_module_names - {"mrkit"}
    assert others == set(), "the standard library and cloudpickle alone"


def test_a_serial_job_needs_no_more(before):
    code = (
        "from mrkit import MapReduce, SimpleMapReduce, text_lines, counter\n"
        "job = MapReduce(lambda line: [(word, 1) for word in line.split()], lambda item: (item[0], sum(item[1])),\n"
        "                executor='serial', num_partitions=3)\n"
        "run = job.run(['a b', 'b'])\n"
        "run.explain('a'); run.trace.to_json(); run.trace.matrix; run.counters; repr(run)\n"
        "job.start(['a']).result()\n"
        "try: MapReduce(len, len, executor='serial')([1])\n"
        "except Exception as error: str(error)\n"
    )
    new = loaded(code) - before
    assert not new & (HEAVY - {"asyncio"})
    assert not {name for name in new if name.startswith("multiprocessing.pool")}
    assert {name.partition(".")[0] for name in new} - sys.stdlib_module_names == {"mrkit"}


def test_threads_need_no_more(before):
    code = "import mrkit; mrkit.MapReduce(lambda n: [(n, n)], lambda item: item[0], 2, executor='threads')(range(3))"
    assert not (loaded(code) - before) & HEAVY


def test_worker_processes_load_no_view(before):
    code = (
        "import mrkit, sys\n"
        "if __name__ == '__main__':\n"
        "    modules = lambda n: [(name, 1) for name in list(sys.modules)]\n"
        "    found = mrkit.MapReduce(modules, lambda item: item[0], 1)([1])\n"
        "    print('\\n'.join('worker ' + name for name in found))\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    in_worker = {line.partition(" ")[2] for line in done.stdout.splitlines() if line.startswith("worker ")}
    assert "mrkit.engine.worker" in in_worker
    assert not in_worker & (HEAVY - {"pebble", "asyncio"})  # pebble loads asyncio
    assert not {name for name in in_worker if name.startswith(("mrkit.views", "mrkit.learn", "mrkit.lessons"))}


# Directions, from the source, by folder: a new module needs no line here.

# Floors from the ground up: a floor may import what stands below it, and itself.
FLOORS = [
    ["errors", "installation", "interpreter", "machine", "values", "version", "waiting"],
    ["arguments", "partition", "events", "counters", "modules", "words"],
    ["pickling"],
    ["flow", "functions", "faults", "inputs"],
    ["engine", "records"],
    ["executors", "trace"],
    ["running", "job", "moved"],
    ["", "share"],  # the entrance
    ["datasets", "examples"],
    ["views", "cluster"],
    ["learn"],
    ["lessons"],
    ["classroom", "site"],
    ["cli"],
    ["__main__"],
]
LAZY = {  # imports inside a function, from a room that is built on this one: a method of convenience
    ("job", "trace"),
    ("learn", "lessons"),
}
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
PRIVATE = {"engine": {"engine", "executors", "job"}}  # nobody else goes in


def imports(path: Path) -> set[str]:
    """The modules that a file imports anywhere, for the type checker too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if _is_module(inner) else str(node.module))
    return found


def _is_module(name: str) -> bool:
    path = PACKAGE.joinpath(*name.split(".")[1:])
    return name.split(".")[0] == "mrkit" and (path.with_suffix(".py").is_file() or (path / "__init__.py").is_file())


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(["mrkit", *(part for part in parts if part != "__init__")])


def room(name: str) -> str:
    """The folder or the single module at the top that a module belongs to."""
    return name.partition(".")[2].partition(".")[0]


FILES = {_name(path): path for path in sorted(PACKAGE.rglob("*.py")) if "_share" not in path.parts}
ARROWS = {
    name: {other for other in imports(path) if room(other) != name and other != name} for name, path in FILES.items()
}
OWN = {name: {other for other in found if other.split(".")[0] == "mrkit"} for name, found in ARROWS.items()}


def test_every_room_has_its_floor():
    assert {room(name) for name in FILES} <= FLOOR.keys()


@pytest.mark.parametrize("name", FILES)
def test_no_arrow_leads_up(name):
    above = {other for other in OWN[name] if FLOOR[room(other)] > FLOOR[room(name)]}
    assert not above


@pytest.mark.parametrize("name", FILES)
def test_nobody_goes_through_a_private_door(name):
    for door, friends in PRIVATE.items():
        assert room(name) in friends or not {other for other in OWN[name] if room(other) == door}


def test_nothing_imports_in_circles():
    """Imports for the type checker and inside functions counted."""
    packages = {name for name, path in FILES.items() if path.name == "__init__.py"}
    graph = {name: {other for other in found if other in FILES} - {name} for name, found in OWN.items()}
    for name in packages:  # a package's face may know its rooms, which may not know their face
        graph[name] |= set()
    done: set[str] = set()
    while len(done) < len(graph):
        free = {name for name, needs in graph.items() if name not in done and needs <= done}
        assert free, f"a circle among {sorted(graph.keys() - done)}"
        done |= free


@pytest.mark.parametrize("name", [name for name in FILES if FLOOR[room(name)] <= FLOOR["job"]])
def test_the_core_knows_no_picture_and_no_notebook(name):
    roots = {other.partition(".")[0] for other in ARROWS[name]}
    assert not roots & {"matplotlib", "IPython", "ipykernel", "ipywidgets", "anywidget", "traitlets", "jupyterlab"}


@pytest.mark.parametrize(
    "name", [name for name in FILES if not name.startswith(("mrkit.executors.dask", "mrkit.executors.spark"))]
)
def test_dask_and_spark_are_never_imported_at_module_level(name):
    top = {
        root
        for node in _running(ast.parse(FILES[name].read_text(encoding="utf-8")))
        for root in (
            [alias.name.partition(".")[0] for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module).partition(".")[0]]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not top & {"dask", "distributed", "pyspark"}


def _running(tree: ast.AST):
    """The nodes that run at import: not the bodies of functions, not what is for the type checker only."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _running(node)


def test_flow_is_pure():
    """It imports keys and errors, and no clock, pool or file."""
    assert OWN["mrkit.flow"] <= {"mrkit.errors", "mrkit.partition", "mrkit.values"}
    outside = {name.partition(".")[0] for name in ARROWS["mrkit.flow"]} - {"mrkit"}
    assert outside <= {"__future__", "collections", "itertools", "types", "typing"}


def test_no_twins():
    """Two modules never differ by an s or an -ing, and no name at the top means two things."""
    stems = {}
    for name in FILES:
        last = name.rpartition(".")[2]
        stem = last.removesuffix("ing").removesuffix("s")
        if len(last) > 4 and not last.startswith("lesson_"):
            stems.setdefault(stem, set()).add(last)
    assert {stem: twins for stem, twins in stems.items() if len(twins) > 1} == {}


def test_a_file_among_the_charts_is_a_chart_of_its_name():
    from mrkit import views
    from mrkit.views import charts

    files = {path.stem for path in (PACKAGE / "views/charts").glob("*.py")} - {"__init__"}
    assert files <= set(charts.__all__) & set(views.__all__)
    assert all(callable(getattr(views, name)) for name in files)


def test_old_names_still_lead_to_their_modules():
    from mrkit import moved

    for old, new in moved.NOW.items():
        done = loaded(f"import {old}, {new}, sys; assert sys.modules['{old}'] is sys.modules['{new}']")
        assert new in done


def test_a_name_that_is_gone_says_what_to_use(tmp_path):
    from mrkit import moved
    from mrkit.lessons import editions

    for old, sentence in moved.GONE.items():
        with pytest.raises(ModuleNotFoundError, match=rf"^`{re.escape(old)}` is gone\. "):
            importlib.import_module(old)
        (notebook,) = re.findall(r"mrkit lab --reset (\w+)", sentence)
        assert list(editions.reset(tmp_path, notebook))  # the advice can be followed


def test_the_walk_finds_something():
    assert "pebble" in {name.partition(".")[0] for name in ARROWS["mrkit.executors.processes"]}
    assert "mrkit.executors.serial" in OWN["mrkit.executors"]
    assert len(FILES) > 100
