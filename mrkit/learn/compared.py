"""A cell that ends with an `assert` says that it held, and what was compared.

An assertion that holds is silent, and a learner does not know silence from a cell that did nothing. So in a kernel
each such cell gets a line for each of its assertions, with the value that both sides had where it can be told without
calling anything of the learner's again. It must never make a cell fail, and never run code of the cell twice.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from mrkit.errors import short
from mrkit.learn.language import say

PURE = {"len", "dict", "list", "set", "sorted", "sum", "max", "min", "tuple", "round"}  # cheap, and change nothing
PLAIN = (ast.Call, ast.keyword, ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.Constant, ast.Tuple, ast.List)
WORDS = {"both": "both are {value}"}
LITERAL = (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.UnaryOp, ast.USub, ast.Load)
LONG = 72  # letters of a value


def watch() -> None:
    """From now on, in a kernel, after each cell. Twice is as good as once."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython and ipython.get_ipython()
    if hasattr(shell, "kernel"):
        shell.events.register("post_run_cell", _say)


def held(cell: str, names: Mapping[str, Any]) -> list[tuple[str, str]]:
    r"""The assertions of a cell that ends with one, as (what was asserted, the value of both sides or "").

    >>> held("n = 3\nassert len(words) == n", {"words": ["a", "cat", "sat"], "n": 3})
    [('len(words) == n', '3')]
    """
    try:
        body = ast.parse(cell).body
    except (SyntaxError, ValueError):  # a command of the notebook's
        return []
    if not body or not isinstance(body[-1], ast.Assert):
        return []
    tests = [each.test for each in body if isinstance(each, ast.Assert)]
    return [(ast.unparse(test), _value(test, names)) for test in tests]


def _value(test: ast.expr, names: Mapping[str, Any]) -> str:
    """The value of an equality, if its other side does not say it already and one side is safe to look at."""
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Eq) or len(test.ops) > 1:
        return ""
    sides = [test.left, *test.comparators]
    if any(all(isinstance(node, LITERAL) for node in ast.walk(side)) for side in sides):
        return ""
    for side in sides:
        try:
            if _is_safe(side, names):
                return short(_look(side, names), LONG)
        except Exception:
            continue
    return ""


def _look(side: ast.expr, names: Mapping[str, Any]) -> Any:
    return eval(compile(ast.Expression(side), "<assert>", "eval"), dict(names))


def _is_safe(node: ast.AST, names: Mapping[str, Any]) -> bool:
    """Whether a part of the cell can be looked at again, from its innermost parts to the whole."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", "")
        if name not in PURE or names.get(name, getattr(builtins, name)) is not getattr(builtins, name):
            return False
    if isinstance(node, ast.keyword) and not isinstance(node.value, ast.Constant):  # `key=` may be the learner's own
        return False
    parts = [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.Load)]
    if not isinstance(node, PLAIN) or not all(_is_safe(part, names) for part in parts):
        return False
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):  # what can be read only once was read by the cell
        return not isinstance(_look(node, names), Iterator)
    return True


def _say(result: Any) -> None:
    from IPython import get_ipython
    from IPython.display import display

    if result.success and (found := held(result.info.raw_cell, get_ipython().user_ns)):
        display(Held(found))


def _both(value: str) -> str:
    return say("words/compared/both", WORDS["both"]).format(value=value)


class Held:
    """Assertions that held, a line for each."""

    def __init__(self, found: list[tuple[str, str]]):
        self.found = found

    def __repr__(self) -> str:
        return "\n".join(f"✔ {test}" + f"  ({_both(value)})" * bool(value) for test, value in self.found)

    def _repr_html_(self) -> str:
        sign = '<strong style="color:var(--jp-success-color1, #2e7d32)">✔</strong>'
        value = ' <span style="color:var(--jp-content-font-color2, #555)">{}</span>'
        lines = []
        for test, said in self.found:
            both = value.format(_both(f"<code>{escape(said)}</code>")) if said else ""
            lines.append(f"<div>{sign} <code>{escape(test)}</code>{both}</div>")
        return f'<div role="status">{"".join(lines)}</div>'
