"""Right answers, each with one small change: the checks must refuse it, or the bank says why it is still right.

The mutator is small: it swaps operators, comparisons and constants, turns conditions round, and drops statements.
"""

from __future__ import annotations

import ast
import copy
import inspect
import sys
import textwrap
from collections.abc import Iterator

import bank
import pytest

from mrkit.learn import check, guard
from mrkit.learn.catalogue import find
from mrkit.learn.exercise import Exercise

bank.modules()
RIGHT = [a for a in bank.ANSWERS if not a.finding and isinstance(find(a.exercise), Exercise)]

SWAPS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Add],
    ast.Div: [ast.FloorDiv, ast.Mult],
    ast.FloorDiv: [ast.Div],
    ast.Mod: [ast.FloorDiv],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
}


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in the place of a node, if somebody had made one slip."""
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        for other in SWAPS.get(type(node.op), ()):
            yield replaced(node, op=other())
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in SWAPS[type(node.ops[0])]:
            yield replaced(node, ops=[other()])
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield ast.Constant(node.value + 1)
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield replaced(node, test=ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    if isinstance(node, ast.Tuple | ast.List) and len(node.elts) == 2 and isinstance(node.ctx, ast.Load):
        yield replaced(node, elts=node.elts[::-1])
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.Return):
        yield ast.Pass()


def replaced(node: ast.AST, **fields) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def mutants(builder: ast.FunctionDef) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every copy of a builder with one change, and the change in words. The last line, its return, stays."""
    for parent in ast.walk(builder):
        for field, value in ast.iter_fields(parent):
            children = value if isinstance(value, list) else [value]
            for i, child in enumerate(children):
                if not isinstance(child, ast.AST) or child is builder.body[-1]:
                    continue
                for variant in variants(child):
                    change = f"{ast.unparse(child)} -> {ast.unparse(variant)}".replace("\n", " ")
                    before = getattr(parent, field)
                    after = [*children[:i], variant, *children[i + 1 :]]
                    setattr(parent, field, after if children is value else variant)
                    yield change, ast.fix_missing_locations(copy.deepcopy(builder))
                    setattr(parent, field, before)


def built(answer: bank.Answer, tree: ast.FunctionDef):
    names = dict(vars(sys.modules[answer.build.__module__]))
    exec(compile(ast.Module([tree], []), f"<mutant of {answer.name}>", "exec"), names)
    return names[tree.name]()


@pytest.mark.parametrize("answer", RIGHT, ids=lambda answer: answer.name)
def test_every_change_is_refused_or_explained(answer, monkeypatch, record_property):
    monkeypatch.setattr(guard, "SECONDS", 3.0)
    explained = getattr(sys.modules[answer.build.__module__], "SURVIVORS", {})
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(answer.build))).body
    tree.decorator_list = []
    survivors, refused = [], 0
    for change, mutant in mutants(tree):
        try:
            parts = built(answer, mutant)
        except Exception:
            refused += 1  # it does not even define a function
            continue
        if check(answer.exercise, *(parts if isinstance(parts, tuple) else (parts,))):
            survivors.append((tree.name, change))
        else:
            refused += 1
    record_property("refused", refused)
    assert refused
    assert set(survivors) == {key for key in explained if key[0] == tree.name}
