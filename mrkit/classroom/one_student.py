"""The process that grades one student: `python -P -m mrkit.classroom.one_student`, started by `mrkit.classroom.watch`.

It reads what to grade as JSON from stdin and writes one line of JSON for each thing done to stdout, at once, so that
nothing is lost when a student's code takes the process down. It stands in an empty folder, behind a fence. Nothing
that a student's code does or prints may reach anything else.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import json
import linecache
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from mrkit.classroom import fence
from mrkit.classroom.extract import Sources
from mrkit.classroom.outcome import Outcome, said
from mrkit.learn import answer, check, guard, parsons
from mrkit.learn.aside import Ended, NoProcess
from mrkit.learn.checks.determinism import ELSEWHERE
from mrkit.learn.guard import TooLong, guarded

MOST = 0.6  # of the memory that it may have: an answer that took so much, and too long, has taken too much
LONGEST_CODE = 2000  # characters of an answer that are kept


def main() -> None:
    """Grade what stdin says, and tell stdout."""
    job = json.load(sys.stdin)
    tell = _private_stdout()
    fence.limit(job["memory"])
    _fenced_helper(Path.cwd())
    fence.close(Path.cwd())
    threads = threading.active_count()
    for book in job["books"]:
        given = {ast.unparse(each.node) for each in Sources().add(book["given"]).statements}
        sources = Sources().add(book["given"]).add(book["cells"])
        for task in book["tasks"]:
            tell({"start": task["id"], "code": own_code(sources, task["names"], given)})
            outcome = graded(sources, task, job)
            tell({"done": outcome.as_dict()})
            if outcome.finding == "memory" or threading.active_count() > threads or not ELSEWHERE.alive:
                tell({"again": True})  # a fresh process for what is left: this one is not clean any more
                os._exit(0)
    tell({"end": True})
    os._exit(0)  # whatever else the student's code has set going


def _fenced_helper(folder: Path) -> None:
    """The other process of the checks starts before nothing can be started any more, behind a fence of its own."""
    with contextlib.suppress(NoProcess, Ended):
        ELSEWHERE.call(fence.close, folder, seconds=guard.SECONDS)


def graded(sources: Sources, task: dict[str, Any], job: dict[str, Any]) -> Outcome:
    """One exercise, from the statements of the notebook to what the check says."""
    start, before = time.perf_counter(), fence.peak()
    memory = f"{job['memory'] / 1e9:g} GB"
    try:
        outcome = _checked(sources.code(task["names"]), task, job["seed"])
    except SyntaxError as error:
        outcome = said("syntax_error", task["id"], task["points"], error=error.msg or "Python cannot read the cell.")
    except MemoryError:
        outcome = said("memory", task["id"], task["points"], limit=memory)
    except Exception as error:
        outcome = said("code_raises", task["id"], task["points"], error=_named(error))
    full = outcome.finding == "endless" and before < MOST * job["memory"] <= fence.peak()
    if outcome.status == "failed" and ("MemoryError" in outcome.sentence or full):
        outcome = said("memory", task["id"], task["points"], limit=memory)
    outcome.seconds = round(time.perf_counter() - start, 3)
    return outcome


def _checked(nodes: list[ast.stmt], task: dict[str, Any], seed: int) -> Outcome:
    names = _run(nodes, task["id"])
    missing = [name for name in task["names"] if name not in names]
    if missing:
        return said("missing", task["id"], task["points"], status="untouched", name=missing[0])
    if any(names[name] is ... for name in task["names"]):
        return said("untouched", task["id"], task["points"], "untouched")
    names |= {"check": functools.partial(check, seed=seed), "parsons": parsons, "answer": answer}
    result = eval(compile(task["call"], "<check>", "eval"), names)
    if result.finding == "untouched":
        return said("untouched", task["id"], task["points"], "untouched")  # nobody can run it again on a page
    rows = [list(row) for row in result.rows]
    return Outcome(task["id"], result.status, result.finding, result.sentence, task["points"], rows)


def _run(nodes: list[ast.stmt], id: str) -> dict[str, Any]:
    """The names after these statements have run, in a `__main__` of their own, as in a notebook."""
    main = sys.modules["__main__"] = ModuleType("__main__")
    source = "\n".join(map(ast.unparse, nodes)) + "\n"
    file = f"<answer to {id}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)  # so that errors show the line
    program = compile(source, file, "exec")
    try:
        guarded(lambda output: exec(program, main.__dict__))
    except TooLong:
        raise RuntimeError("the time is up: does every loop end?") from None
    except SystemExit:
        raise RuntimeError("an attempt to end the program") from None
    return main.__dict__


def own_code(sources: Sources, names: list[str], given: set[str]) -> str:
    """The student's own part of an answer, as far as the check needs it, without remarks, docstrings and imports."""
    try:
        nodes = sources.code(names)
    except SyntaxError:
        return ""
    own = [
        node for node in nodes if not isinstance(node, ast.Import | ast.ImportFrom) and ast.unparse(node) not in given
    ]
    return "\n\n".join(ast.unparse(_Bare().visit(_copy(node))) for node in own)[:LONGEST_CODE]


def _copy(node: ast.stmt) -> ast.stmt:
    return ast.parse(ast.unparse(node)).body[0]


class _Bare(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": .")


def _private_stdout() -> Callable[[dict], None]:
    """A way to talk to whoever started us; what anything else prints from now on goes nowhere."""
    private = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)

    def tell(what: dict) -> None:
        private.write(json.dumps(what) + "\n")
        private.flush()

    return tell


if __name__ == "__main__":
    main()
