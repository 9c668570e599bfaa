"""A module of a user's that is changed, reloaded and made by hand, for executors whose workers are elsewhere."""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path

from mrkit import MapReduce

TEXT = """
STOP = set()
class Word:
    kind = "old"
    def __init__(self, text):
        self.text = text
def words(line):
    return [(word, Word(word)) for word in line.split() if word not in STOP]
def first(item):
    return item[0], next(iter(item[1])).text, Word.kind
"""
LINES = ["the cat", "the dog"]


def check(folder: Path, monkeypatch, executor) -> None:
    """The same functions give the same results there as in this process, whatever became of their module."""

    def both(map_func, reduce_func):
        jobs = [MapReduce(map_func, reduce_func, num_partitions=2, executor=where) for where in ("serial", executor)]
        here, there = (job(LINES) for job in jobs)
        assert there == here
        return sorted(here)

    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (folder / "study.py").write_text(TEXT)
    importlib.invalidate_caches()
    study = importlib.import_module("study")
    monkeypatch.setitem(sys.modules, "study", study)  # which takes it out at the end
    assert len(both(study.words, study.first)) == 3

    study.STOP, study.Word.kind = {"the"}, "new"
    assert both(study.words, study.first) == [("cat", "cat", "new"), ("dog", "dog", "new")]
    assert both(lambda line: study.words(line), lambda item: (item[0], study.Word.kind, study.STOP)) == [
        ("cat", "new", {"the"}),
        ("dog", "new", {"the"}),
    ]

    (folder / "study.py").write_text(TEXT.replace("line.split()", "line.upper().split()"))
    importlib.reload(study)
    assert both(study.words, study.first)[0] == ("CAT", "CAT", "old")

    def by_import(line):
        import study as mine

        return mine.words(line)

    (folder / "study.py").unlink()
    assert both(by_import, study.first)[0] == ("CAT", "CAT", "old")

    made = types.ModuleType("study")
    exec(TEXT, vars(made))
    monkeypatch.setitem(sys.modules, "study", made)
    assert both(made.words, made.first)[0] == ("cat", "cat", "old")
