"""What mrkit leans on that others have not promised: nothing that is not listed here, and a test for each.

When a release of a library changes one of these, its test here fails first and says by its name what has changed.
"""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import mrkit
from mrkit import MapReduce
from mrkit.errors import WorkerDied
from mrkit.functions import shown_place

PACKAGE = Path(mrkit.__file__).parent

# Names with an underscore that their makers have documented, as Python's namedtuple._replace.
DOCUMENTED = {"_asdict", "_exit", "_fields", "_replace", "_repr_html_", "_repr_mimebundle_"}
OURS = {
    "_blocks",
    "_cells",
    "_check_pair",
    "_clicked",
    "_load",
    "_outputs",
    "_stream",
    "_written",
}  # of one module of mrkit, used in another beside it

# Others: file -> attribute -> why it cannot be done without, and what happens when it is gone.
ALLOWED = {
    "executors/ending.py": {
        "_clear": "a worker that was forked must not do what its parent is to do at its end; nobody else can say so",
        "_exit_function": "it does what is told below at the end of a worker; a forked one would not do it",
        "_run_exitfuncs": "a worker ends by os._exit, by pebble: without it nothing that `atexit` was given runs",
        "_shutdown": "the same for threads and pools, which must end before what `atexit` was given",
    },
    "executors/futures.py": {
        "_max_workers": "Python has no way to ask; without it one worker for each core is assumed"
    },
    "executors/spark/client.py": {"_jrdd": "rdd.count() without it is slower: all data goes through Python once more"},
    "executors/spark/context.py": {
        "_active_spark_context": "PySpark cannot be asked; without it Spark refuses a second context in its own words",
        "_gateway": "the Java process that must end with us; without it a new one is started, and lasts until we end",
        "_jvm": "is cleared with _gateway; a name that nobody reads does no harm",
        "_jsc": "only Java knows how many executors there are; without it the first task waits for one",
    },
}


def private_names(path: Path) -> set[str]:
    """Attributes with an underscore that a file takes from something that is not its own."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    own |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    taken = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not _is(node.value, "self", "cls"):
            taken.add(node.attr)
        elif isinstance(node, ast.Call) and _is(node.func, "getattr", "setattr", "hasattr", "_call"):
            taken |= {name.value for name in node.args[1:2] if isinstance(name, ast.Constant)}
        elif isinstance(node, ast.ImportFrom) and not str(node.module).startswith("mrkit"):
            taken |= {alias.name for alias in node.names}
    return {name for name in taken - own if name.startswith("_") and not name.endswith("__")}


def _is(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names


FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if "_share" not in path.parts]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nothing_private_of_others_is_used_but_what_is_listed(path):
    allowed = ALLOWED.get(path.relative_to(PACKAGE).as_posix(), {})
    assert private_names(path) - DOCUMENTED - OURS == set(allowed)


def test_the_list_is_of_files_that_are_there():
    assert {*ALLOWED} <= {path.relative_to(PACKAGE).as_posix() for path in FILES}


# Pebble: that it makes its workers through the context it is given, and what it takes their ends for.


def test_pebble_makes_its_workers_by_the_context_it_is_given():
    started = []
    pebble = pytest.importorskip("pebble")
    from mrkit.executors import starting

    class Context(starting.CONTEXTS["spawn"]):
        def Process(self, *args, **kwargs):
            started.append(super().Process(*args, **kwargs))
            return started[-1]

    with pebble.ProcessPool(2, context=Context()) as pool:
        assert pool.schedule(abs, args=(-1,)).result(timeout=60) == 1
        workers = list(started)
    assert {worker.name for worker in workers} >= {workers[0].name}
    assert len(workers) == 2


def test_a_worker_that_ends_with_status_0_is_noticed_by_pebble():
    def leaves(number):
        import os

        os._exit(0)

    job = MapReduce(leaves, len, 1, max_attempts=1)
    with pytest.raises(WorkerDied):  # and it does not wait for ever
        job([1])


def test_pebble_leaves_our_handler_of_the_interrupt_alone():
    pebble = pytest.importorskip("pebble")
    before = signal.getsignal(signal.SIGINT)
    with pebble.ProcessPool(1) as pool:
        assert pool.schedule(abs, args=(-1,)).result(timeout=60) == 1
        assert signal.getsignal(signal.SIGINT) is before


# IPython and typer.


def test_ipython_says_which_cell_a_file_is():
    compilerop = pytest.importorskip("IPython.core.compilerop")
    compiler = compilerop.CachingCompiler()
    file = compiler.cache("1 + 1\n", 5, raw_code="1 + 1\n")
    assert compiler.format_code_name(file) == ("Cell", "In[5]")
    assert compiler.format_code_name(__file__) is None


def test_a_cell_that_ipython_no_longer_names_is_still_a_cell(monkeypatch, tmp_path):
    IPython = pytest.importorskip("IPython")
    shell = type("Shell", (), {"compile": object()})()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    assert shown_place(str(tmp_path / "1234.py"), 3) == " (line 3 of your cell)"
    assert shown_place(__file__, 1).startswith(" (line 1 of test_leans_on.py: ")


def test_typers_errors_of_usage_have_a_message_and_a_status():
    typer = pytest.importorskip("typer")
    error = typer.BadParameter("no")
    assert error.format_message()
    assert error.exit_code == 2
    from mrkit.cli.commands import _WrongCommand

    assert isinstance(error, _WrongCommand)
    assert not issubclass(typer.Exit, _WrongCommand)


# Python.


def test_what_python_does_at_its_end_can_be_done_before_it():
    code = """
        import atexit, os, threading, time
        def work():
            time.sleep(0.1)
            print("thread")
        atexit.register(print, "forgotten")
        atexit._clear()
        atexit.register(print, "exit")
        threading.Thread(target=work).start()
        threading._shutdown()
        atexit._run_exitfuncs()
        os._exit(0)
    """
    done = subprocess.run([sys.executable, "-u", "-c", textwrap.dedent(code)], capture_output=True, text=True)
    assert (done.stdout.split(), done.stderr) == (["thread", "exit"], "")


def test_multiprocessing_ends_a_worker_in_order_and_says_where_its_sockets_are(monkeypatch, tmp_path):
    code = """
        import multiprocessing, os, sys, tempfile
        from multiprocessing import context, forkserver, util
        def work():
            util.Finalize(None, print, ["last"], exitpriority=-1000)
            util.Finalize(None, print, ["first"], exitpriority=1000)
            print(multiprocessing.parent_process().sentinel is not None)
        if __name__ == "__main__":
            tempfile.tempdir = os.environ["PLACE"]
            print(os.path.dirname(util.get_temp_dir()) == os.environ["PLACE"])
            sys.stdout.flush()
            worker = context.SpawnProcess(target=work)
            worker.start()
            worker.join()
    """
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(code), encoding="utf-8")
    environment = os.environ | {"PLACE": str(tmp_path)}
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True)
    assert (done.stdout.split(), done.stderr) == (["True", "True", "first", "last"], "")


def test_the_imports_of_a_function_can_be_read_from_its_code():
    from mrkit import modules

    statements = "import json.decoder\nfrom os import path, sep\nfrom . import trace\n"
    found = modules._imports(compile(statements, "<typed>", "exec"))
    assert found == (("json.decoder", 0), ("os", 0), ("os.path", 0), ("os.sep", 0), ("", 1), ("trace", 1))


def test_pools_of_the_standard_library_say_how_many_workers_they_have():
    from concurrent.futures import ThreadPoolExecutor

    from mrkit.executors.futures import Futures

    with ThreadPoolExecutor(3) as pool:
        assert Futures(pool).num_workers == 3


def test_a_pool_that_does_not_say_it_still_runs_jobs():
    from concurrent.futures import Executor, Future

    class Own(Executor):
        def submit(self, function, /, *args, **kwargs):
            future = Future()
            future.set_result(function(*args, **kwargs))
            return future

    assert MapReduce(lambda n: [(n % 2, n)], lambda item: sum(item[1]), executor=Own())([1, 2, 3]) == [4, 2]


def test_a_class_made_by_dataclass_is_known_by_its_code():
    from dataclasses import dataclass

    from mrkit import stable_hash

    @dataclass(frozen=True)
    class Point:
        x: int

    assert stable_hash(Point(1)) == stable_hash(Point(1))


# Dask.


def test_what_dask_is_asked_for_is_there():
    distributed = pytest.importorskip("distributed")
    import inspect

    from distributed.utils import sync

    assert callable(sync)
    assert "callback_timeout" in inspect.signature(distributed.Client.sync).parameters
    assert (
        hasattr(distributed.core.Server, "handlers")
        or "handlers" in inspect.signature(distributed.core.Server.__init__).parameters
    )
    from distributed.worker_memory import WorkerMemoryManager

    assert "memory_limit" in WorkerMemoryManager.__annotations__


# fsspec and s3fs.


def test_stores_make_their_clients_by_what_they_are_given():
    http = pytest.importorskip("fsspec.implementations.http")
    import inspect

    from fsspec.core import strip_protocol

    assert callable(http.get_client)
    assert "get_client" in inspect.signature(http.HTTPFileSystem.__init__).parameters
    assert inspect.iscoroutinefunction(http.HTTPFileSystem.set_session)
    assert callable(http.HTTPFileSystem.encode_url)
    assert strip_protocol("https://host/a.txt") == "https://host/a.txt"
    s3fs = pytest.importorskip("s3fs")
    assert "session" in inspect.signature(s3fs.S3FileSystem.__init__).parameters
    assert strip_protocol("s3://bucket/a.txt") == "bucket/a.txt"


# Spark.


@pytest.mark.spark
def test_spark_has_what_is_listed():
    from pyspark import SparkContext

    for name in ("_active_spark_context", "_gateway", "_jvm"):
        assert getattr(SparkContext, name, "gone") is None or name
        assert hasattr(SparkContext, name)
