"""The runs that lessons show live: both workers are seen at work, in every run."""

from __future__ import annotations

import ast

import nbformat
import pytest

from mrkit import share
from mrkit.lessons import editions

LESSONS = ("00_tour", "04_word_count")


def do_live_run(name, watch):
    """The live run of a lesson, by `watch(job, inputs, chunksize)` in place of `live`, without the cells before it."""
    path = share.folder("notebooks") / f"{name}.ipynb"
    book = nbformat.reads(editions.edition(path, instructor=True), as_version=4)
    cells = [ast.parse(cell.source) for cell in book.cells if cell.cell_type == "code"]
    (lived,) = (
        cell for cell in cells if any(isinstance(at, ast.Assign) and is_call(at.value, "live") for at in cell.body)
    )
    names = {}
    for cell in cells:
        defined = [at for at in cell.body if cell is not lived and is_definition(at)]
        exec(compile(ast.Module(defined, []), path.name, "exec"), names)
    names["live"] = watch
    exec(compile(lived, path.name, "exec"), names)


def is_call(node, name):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def is_definition(node):
    """What other cells need: imports, functions and the table of `str.maketrans`."""
    if isinstance(node, ast.Assign):
        return isinstance(node.value, ast.Call) and getattr(node.value.func, "attr", "") == "maketrans"
    return isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef)


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("times", [2, pytest.param(20, marks=pytest.mark.soak)])
def test_both_workers_have_a_block_in_every_stage(name, times):
    def watch(job, inputs, chunksize):
        for _ in range(times):
            trace = job.run(inputs[:40], chunksize).trace
            assert trace.slow_motion > 1
            for stage in ("map", "reduce"):
                assert {task.worker for task in trace.tasks(stage)} == {"worker-1", "worker-2"}

    do_live_run(name, watch)
