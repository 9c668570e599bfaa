"""`import mrkit` stays light, and every module imports downwards only."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import mrkit

PACKAGE = Path(mrkit.__file__).parent
HEAVY = {
    *["matplotlib", "IPython", "ipykernel", "ipywidgets", "anywidget", "numpy", "pandas", "pebble", "psutil", "tqdm"],
    *["typer", "click", "rich", "dask", "distributed", "pyspark", "nbformat", "jupyterlab", "asyncio", "fsspec"],
    *["s3fs", "aiohttp"],
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
    assert not {name for name in new if name.startswith(("mrkit.views", "mrkit.learn", "mrkit.jupyter", "mrkit.cli"))}
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
    assert "mrkit.worker" in in_worker
    assert not in_worker & (HEAVY - {"pebble", "asyncio"})  # pebble loads asyncio
    assert not {name for name in in_worker if name.startswith(("mrkit.views", "mrkit.learn", "mrkit.jupyter"))}


# Directions, from the source.


def imports(path: Path, *, top_level: bool) -> set[str]:
    """The modules that a file imports, anywhere or only when it is imported itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = _running(tree) if top_level else ast.walk(tree)
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found |= {inner} if mrkit_modules({inner}) else {inner, node.module}
    return found


def _running(tree: ast.AST):
    """The nodes that run at import: not the bodies of functions, not what is for the type checker only."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _running(node)


def mrkit_modules(names: set[str]) -> set[str]:
    """Of some imported names, the modules of mrkit that are files."""
    return {name for name in names if name.split(".")[0] == "mrkit" and name != "mrkit" and _file(name)}


def _file(name: str) -> bool:
    path = PACKAGE.joinpath(*name.split(".")[1:])
    return path.with_suffix(".py").is_file() or path.is_dir()


def module(name: str) -> Path:
    path = PACKAGE.joinpath(*name.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


CORE = [
    *["attempts", "blame", "counters", "engine", "errors", "events", "flow", "inputs", "job", "partition", "records"],
    *["shuffle", "tasks", "trace", "executors", "executors.futures", "executors.processes", "executors.serial"],
    *["executors.threads", "interrupts", "urls"],
]
ABOVE = ("mrkit.views", "mrkit.learn", "mrkit.cli", "mrkit.jupyter", "mrkit.lab", "mrkit.doctor", "mrkit.jobs")


@pytest.mark.parametrize("name", CORE)
def test_the_core_knows_nothing_of_what_looks_at_it(name):
    found = imports(module(f"mrkit.{name}"), top_level=False)
    assert not {other for other in found if other.startswith(ABOVE)}
    heavy = {other.partition(".")[0] for other in found} & HEAVY
    allowed = {"executors.processes": {"pebble"}, "tasks": {"psutil"}, "urls": {"aiohttp", "fsspec", "s3fs"}}
    assert heavy - {"asyncio"} <= allowed.get(name, set())


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_dask_and_spark_are_never_imported_at_module_level(path):
    if {"_share", "bench"} & set(path.parts):  # a benchmark's contenders are programs of their own
        return
    if path.parent.name == "executors" and path.stem.startswith(
        ("dask", "spark")
    ):  # loaded by `executors.make`, when used
        return
    roots = {name.partition(".")[0] for name in imports(path, top_level=True)}
    assert not roots & {"dask", "distributed", "pyspark"}


def test_flow_is_pure():
    """It imports keys and errors, and no clock, pool or file."""
    assert mrkit_modules(imports(module("mrkit.flow"), top_level=False)) <= {"mrkit.partition", "mrkit.errors"}
    outside = {name.partition(".")[0] for name in imports(module("mrkit.flow"), top_level=False)} - {"mrkit"}
    assert outside <= {"__future__", "collections", "itertools", "types", "typing"}


def test_the_engine_imports_what_the_design_draws():
    found = mrkit_modules(imports(module("mrkit.engine"), top_level=False))
    assert not found & {"mrkit.job", "mrkit.trace", "mrkit.blame"}
    assert {"mrkit.flow", "mrkit.events", "mrkit.shuffle", "mrkit.executors"} <= found
    assert not {name for name in found if name.startswith("mrkit.executors.")} - {"mrkit.executors.Executor"}


def test_a_trace_is_made_of_events_alone():
    found = mrkit_modules(imports(module("mrkit.trace"), top_level=True))
    assert found <= {"mrkit.events", "mrkit.errors"}
    assert mrkit_modules(imports(module("mrkit.events"), top_level=False)) <= {"mrkit.errors"}


def test_partition_and_errors_stand_at_the_bottom():
    assert mrkit_modules(imports(module("mrkit.errors"), top_level=False)) == set()
    assert mrkit_modules(imports(module("mrkit.partition"), top_level=False)) == {"mrkit.errors"}


def test_views_see_numbers_and_records_not_the_engine():
    files = sorted((PACKAGE / "views").rglob("*.py"))
    forbidden = {
        "mrkit.engine",
        "mrkit.tasks",
        "mrkit.worker",
        "mrkit.attempts",
        "mrkit.shuffle",
        "mrkit.executors",
        "mrkit.flow",
    }
    for path in files:
        names = imports(path, top_level=False)
        if "mrkit.executors.available_cpus" in names:  # a fact about the machine, not about an executor
            names -= {"mrkit.executors.available_cpus", "mrkit.executors"}
        found = mrkit_modules(names)
        assert not {name for name in found if name in forbidden or name.startswith("mrkit.executors")}, path
        assert not {name for name in found if name.startswith(("mrkit.learn", "mrkit.cli"))}, path


def test_nothing_imports_in_circles():
    """At import time: the modules of mrkit have an order."""
    graph = {}
    for path in PACKAGE.rglob("*.py"):
        if "_share" in path.parts:
            continue
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(["mrkit", *(part for part in parts if part != "__init__")])
        graph[name] = mrkit_modules(imports(path, top_level=True)) - {name}
    done: set[str] = set()
    while len(done) < len(graph):
        free = {name for name, needs in graph.items() if name not in done and needs & graph.keys() <= done}
        assert free, f"a circle among {sorted(graph.keys() - done)}"
        done |= free


def test_the_walk_finds_something():
    assert "pebble" in {name.partition(".")[0] for name in imports(module("mrkit.executors.processes"), top_level=True)}
    assert "mrkit.executors.serial" not in imports(module("mrkit.executors"), top_level=True)
    assert "mrkit.executors.serial" in imports(module("mrkit.executors"), top_level=False)
