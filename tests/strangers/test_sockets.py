"""The fork server's socket finds its place, however long the path of the temporary folder is."""

import multiprocessing
import os

import pytest
from programs import WORDS, said

if "forkserver" not in multiprocessing.get_all_start_methods():
    pytest.skip("no fork server here", allow_module_level=True)

FIRST = "import multiprocessing.util; multiprocessing.util.get_temp_dir()"
PROGRAM = """
import os, tempfile
if __name__ == "__main__":
    {first}
    try:
        job = MapReduce(words, total, 2, start_method="forkserver")
        print(sorted(job(["a b", "b"], 1)), tempfile.gettempdir() == os.environ["TMPDIR"])
    except MrkitError as error:
        print(type(error).__name__, error)
"""


@pytest.fixture
def long_folder(tmp_path, monkeypatch):
    folder = tmp_path / ("x" * 100) / "y"
    folder.mkdir(parents=True)
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def test_a_temporary_folder_with_a_long_path(tmp_path, long_folder):
    assert said(tmp_path, WORDS + PROGRAM.format(first="")) == "[('a', 1), ('b', 2)] True"
    assert os.listdir(long_folder) == []


def test_a_long_folder_that_python_uses_already_is_one_sentence(tmp_path, long_folder):
    out = said(tmp_path, WORDS + PROGRAM.format(first=FIRST))
    if not out.startswith("[('a', 1)"):  # newer Pythons do not use such a folder
        assert out.startswith("CannotStart The workers cannot start: the path of ")
        assert out.endswith(
            'Set the environment variable TMPDIR to a shorter path and start Python anew, or use "spawn".'
        )
        assert len(out.splitlines()) == 1
    assert os.listdir(long_folder) == []
