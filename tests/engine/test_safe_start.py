"""Workers run nothing that happens to lie in the current folder, but what a notebook can import, they can."""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mrkit import MapReduce

START_METHODS = multiprocessing.get_all_start_methods()
ROOT = str(Path(__file__).parents[2])


@pytest.fixture
def trapped(tmp_path):
    """A folder with modules that have the names of Python's own."""
    for name in ("struct", "pickle", "multiprocessing", "signal", "types", "mrkit_trap"):
        (tmp_path / f"{name}.py").write_text("import os, sys\nopen('ran', 'a').write(__name__)\n")
    (tmp_path / "text.txt").write_text("the cat the dog\n")
    return tmp_path


def run(folder, *command, **more):
    environment = os.environ | {"PYTHONPATH": ROOT}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True, timeout=100, env=environment | more
    )


def test_wordcount_runs_nothing_that_lies_in_the_folder(trapped):
    start = "import sys; from mrkit.cli import main; sys.exit(main(sys.argv[1:]))"
    done = run(trapped, "-P", "-c", start, "wordcount", "text.txt")
    assert done.returncode == 0, done.stderr
    assert "dog" in done.stdout
    assert not (trapped / "ran").exists()


@pytest.mark.parametrize("method", START_METHODS)
def test_no_start_method_runs_it(trapped, method):
    code = (
        "from mrkit import MapReduce\n"
        f"job = MapReduce(lambda n: [(n, 1)], lambda item: item[0], 2, start_method={method!r})\n"
        "print(job([1, 2]))"
    )
    done = run(trapped, "-P", "-c", code)
    assert done.returncode == 0, done.stderr
    assert not (trapped / "ran").exists()


@pytest.mark.parametrize("method", START_METHODS)
def test_modules_beside_a_notebook_still_work_in_its_workers(tmp_path, method):
    (tmp_path / "helpers.py").write_text("def double(n):\n    return 2 * n\n")
    code = (
        "from mrkit import MapReduce\n"
        "def pairs(n):\n    import helpers\n    yield helpers.double(n), 1\n"
        f"print(MapReduce(pairs, lambda item: item[0], 2, start_method={method!r}, num_partitions=1)([1, 2]))"
    )
    done = run(tmp_path, "-c", code)
    assert done.stdout.strip() == "[2, 4]", done.stderr


@pytest.mark.parametrize("method", START_METHODS)
def test_what_a_worker_starts_is_not_affected(method):
    def environment(n):
        yield os.environ.get("PYTHONSAFEPATH", "not set"), n

    expected = os.environ.get("PYTHONSAFEPATH", "not set")
    assert MapReduce(environment, lambda item: item[0], 2, start_method=method)([1, 2]) == [expected]
    assert os.environ.get("PYTHONSAFEPATH", "not set") == expected
