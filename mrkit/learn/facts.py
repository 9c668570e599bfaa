"""What is certain from the text of a function alone, before it runs: a `return` in a loop, a global that is written.

Serves `check`, which names such a fact when something else shows that the answer is wrong, and `hint`, which shows its
line. It reads the text with Python's own parser and never runs it.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

LOOPS = (ast.For, ast.While)
GIVES_NONE = {"append", "extend", "sort", "reverse", "add", "update", "clear", "insert"}
ASKED_WITHOUT_BRACKETS = {"isalpha", "isdigit", "isalnum", "lower", "upper", "strip", "split"}
CHANGES = GIVES_NONE | {"setdefault", "pop", "popitem", "remove", "discard"}


class Fact(NamedTuple):
    """One fact: its id among the sentences, the learner's own line, and the name in it."""

    id: str
    line: str
    name: str = ""


def facts(function: Any) -> list[Fact]:
    """The facts of a function, the surest first; none if its text is not to be had.

    >>> facts(len)
    []
    """
    try:
        text = textwrap.dedent(inspect.getsource(function))
        tree = next(node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    except (OSError, TypeError, SyntaxError, StopIteration, ValueError):
        return []
    lines = text.splitlines()
    return [
        Fact(id, lines[getattr(node, "lineno", 1) - 1].strip(), name)
        for find in FINDERS
        for id, node, name in find(tree)
    ]


Found = Iterator[tuple[str, ast.AST, str]]


def _inside(node: ast.AST, kinds: Any) -> Iterator[Any]:
    """The nodes of some kinds under a node, those of functions inside it left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, kinds):
            yield child
        if not isinstance(child, ast.FunctionDef | ast.Lambda):
            yield from _inside(child, kinds)


def _returns_in_loops(tree: ast.FunctionDef) -> Found:
    for loop in _inside(tree, LOOPS):
        for statement in loop.body:
            if isinstance(statement, ast.Return):
                yield "return_in_loop", statement, ""
                return
    for loop in _inside(tree, LOOPS):
        for statement in _inside(loop, ast.Return | ast.Break):
            yield "leaves_loop", statement, "return" if isinstance(statement, ast.Return) else "break"
            return


def _mutable_defaults(tree: ast.FunctionDef) -> Found:
    arguments = tree.args.args[len(tree.args.args) - len(tree.args.defaults) :]
    for argument, default in zip(arguments, tree.args.defaults, strict=True):
        if isinstance(default, ast.List | ast.Dict | ast.Set | ast.Call):
            yield "mutable_default", tree, argument.arg


def _locals(tree: ast.FunctionDef) -> set[str]:
    stored = {node.id for node in _inside(tree, ast.Name) if isinstance(node.ctx, ast.Store)}
    written = {name for node in _inside(tree, ast.Global | ast.Nonlocal) for name in node.names}
    return stored | {argument.arg for argument in tree.args.args} - written


def _written_outside(tree: ast.FunctionDef) -> Found:
    for statement in _inside(tree, ast.Global | ast.Nonlocal):
        yield "outside_written", statement, statement.names[0]
        return
    own = _locals(tree)
    for node in _inside(tree, ast.Call | ast.Subscript):
        target = node.func if isinstance(node, ast.Call) else node
        if not isinstance(target, ast.Attribute | ast.Subscript) or not isinstance(target.value, ast.Name):
            continue
        changes = target.attr in CHANGES if isinstance(target, ast.Attribute) else isinstance(target.ctx, ast.Store)
        if changes and target.value.id not in own:
            yield "outside_written", node, target.value.id
            return


def _gives_none(tree: ast.FunctionDef) -> Found:
    for node in _inside(tree, ast.Assign | ast.Return | ast.Call | ast.Tuple):
        held = node.elts if isinstance(node, ast.Tuple) else [node.value] if hasattr(node, "value") else []
        for value in held:
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in GIVES_NONE:
                yield "gives_none", value, value.func.attr


def _without_brackets(tree: ast.FunctionDef) -> Found:
    called = {id(node.func) for node in _inside(tree, ast.Call)}
    handed = {id(part) for node in _inside(tree, ast.Call) for part in [*node.args, *(k.value for k in node.keywords)]}
    for node in _inside(tree, ast.Attribute):
        if node.attr in ASKED_WITHOUT_BRACKETS and id(node) not in called | handed:
            yield "no_brackets", node, node.attr


def _yields_late(tree: ast.FunctionDef) -> Found:
    """A `yield` after the loop of what only the loop's last round has left."""
    for place, loop in enumerate(tree.body):
        if not isinstance(loop, ast.For) or any(_inside(loop, ast.Yield | ast.YieldFrom)):
            continue
        made = {n.id for s in loop.body if isinstance(s, ast.Assign) for n in _targets(s)} | {
            n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)
        }
        before = {n.id for s in tree.body[:place] for n in ast.walk(s) if isinstance(n, ast.Name)}
        for statement in tree.body[place + 1 :]:
            value = statement.value if isinstance(statement, ast.Expr) else None
            if (
                isinstance(value, ast.Yield)
                and {n.id for n in ast.walk(value) if isinstance(n, ast.Name)} & made - before
            ):
                yield "yield_after_loop", statement, ""


def _targets(statement: ast.Assign) -> Iterator[ast.Name]:
    return (node for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name))


def _gives_nothing(tree: ast.FunctionDef) -> Found:
    gives = any(_inside(tree, ast.Yield | ast.YieldFrom)) or any(r.value for r in _inside(tree, ast.Return))
    if not gives:
        prints = [call for call in _inside(tree, ast.Call) if getattr(call.func, "id", "") == "print"]
        yield ("prints_only", prints[0], "") if prints else ("gives_nothing", tree.body[-1], "")


def _input_unused(tree: ast.FunctionDef) -> Found:
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for argument in tree.args.args:
        if argument.arg not in used:
            yield "input_unused", tree, argument.arg


def _letters(tree: ast.FunctionDef) -> Found:
    first = tree.args.args[0].arg if tree.args.args else ""
    for loop in _inside(tree, ast.For):
        if isinstance(loop.iter, ast.Name) and loop.iter.id == first:
            yield "over_letters", loop, first


def _spaces(tree: ast.FunctionDef) -> Found:
    for call in _inside(tree, ast.Call):
        if getattr(call.func, "attr", "") == "split" and [getattr(a, "value", "") for a in call.args] == [" "]:
            yield "split_at_space", call, ""


def _tests(tree: ast.FunctionDef) -> Iterator[tuple[ast.expr, list[ast.stmt]]]:
    """Every test, with what is done where it is true."""
    for node in _inside(tree, ast.If | ast.comprehension):
        for test in [node.test] if isinstance(node, ast.If) else node.ifs:
            yield test, node.body if isinstance(node, ast.If) else []


def _or_enough(tree: ast.FunctionDef) -> Found:
    """A test that lets something in, with an `or` before or after what it must not be."""
    for test, body in _tests(tree):
        parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) else []
        leaves = any(isinstance(statement, ast.Return | ast.Continue | ast.Break) for statement in body)
        if any(map(_says_no, parts)) and not leaves:
            yield "or_enough", test, ""


def _says_no(test: ast.expr) -> bool:
    if isinstance(test, ast.Compare):
        return isinstance(test.ops[0], ast.NotIn | ast.NotEq)
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def _asks_whole(tree: ast.FunctionDef) -> Found:
    """The whole input looked up in a collection, in a function that goes over its parts."""
    first = tree.args.args[0].arg if tree.args.args else ""
    loops = any(_inside(tree, ast.For | ast.comprehension))
    for test in _inside(tree, ast.Compare):
        among = isinstance(test.ops[0], ast.In | ast.NotIn) and isinstance(test.comparators[0], ast.Name)
        if loops and among and getattr(test.left, "id", "") == first:
            yield "asks_whole", test, first


def _list_and_text(tree: ast.FunctionDef) -> Found:
    for test in _inside(tree, ast.Compare):
        sides = [test.left, test.comparators[0]]
        text = any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in sides)
        if text and isinstance(test.ops[0], ast.Eq | ast.NotEq) and any(map(_is_list, sides)):
            yield "list_and_text", test, ""


def _is_list(node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return _is_list(node.value)
    return isinstance(node, ast.List) or getattr(getattr(node, "func", None), "attr", "") in ("split", "splitlines")


def _set_order(tree: ast.FunctionDef) -> Found:
    for call in _inside(tree, ast.Call):
        kept = getattr(call.func, "id", "") in ("list", "tuple", "enumerate", "iter")
        of = call.args[0] if call.args and kept else None
        made = getattr(getattr(of, "func", None), "id", "") in ("set", "frozenset")
        if made or isinstance(of, ast.Set | ast.SetComp):
            yield "set_order", call, ""


def _two_backslashes(tree: ast.FunctionDef) -> Found:
    for call in _inside(tree, ast.Call):
        if any(getattr(argument, "value", "") == "\\n" for argument in call.args):
            yield "two_backslashes", call, ""


def _sent_each_round(tree: ast.FunctionDef) -> Found:
    """A table that is made anew in each round of a loop over the inputs, and sent there."""
    for loop in _inside(tree, ast.For):
        made = [n.id for s in loop.body if isinstance(s, ast.Assign) and _is_table(s.value) for n in _targets(s)]
        sends = [s for s in loop.body if any(_inside(s, ast.Yield | ast.YieldFrom))]
        if made and sends:
            yield "sent_each_round", sends[0], made[0]


def _is_table(node: ast.expr) -> bool:
    name = getattr(getattr(node, "func", None), "id", "")
    return isinstance(node, ast.Dict | ast.DictComp) or name in ("dict", "Counter", "defaultdict")


def _only_if_there(tree: ast.FunctionDef) -> Found:
    """A table that is written only where an `if` has found the name in it."""
    stores = [n for n in _inside(tree, ast.Subscript) if isinstance(n.ctx, ast.Store)]
    for test in _inside(tree, ast.If):
        among = isinstance(test.test, ast.Compare) and isinstance(test.test.ops[0], ast.In)
        name = getattr(test.test.comparators[0], "id", "") if among else ""
        written = [n for n in stores if getattr(n.value, "id", "") == name]
        under = {id(n) for statement in test.body for n in ast.walk(statement)}
        if name and written and not test.orelse and all(id(n) in under for n in written):
            yield "only_if_there", test, name


def _raises_again(tree: ast.FunctionDef) -> Found:
    for handler in _inside(tree, ast.ExceptHandler):
        for statement in _inside(handler, ast.Raise):
            yield "raises_again", statement, ""


def _renamed(tree: ast.FunctionDef) -> Found:
    given = {argument.arg for argument in tree.args.args[1:]}
    for statement in _inside(tree, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name) and target.id in given:
                yield "renamed", statement, target.id


def _divides_by(tree: ast.FunctionDef) -> Found:
    first, *given = [argument.arg for argument in tree.args.args] or [""]
    for node in _inside(tree, ast.BinOp):
        sides = getattr(node.left, "id", ""), getattr(node.right, "id", "")
        if isinstance(node.op, ast.FloorDiv) and sides[0] == first and sides[1] in given:
            yield "divides_by", node, sides[1]


def _whole_pair(tree: ast.FunctionDef) -> Found:
    first = tree.args.args[0].arg if tree.args.args else ""
    for call in _inside(tree, ast.Call):
        name = getattr(call.func, "id", "")
        if name in ("max", "min", "sum", "sorted", "len") and call.args and getattr(call.args[0], "id", "") == first:
            yield "whole_pair", call, f"{name}({first})"


def _own_process(tree: ast.FunctionDef) -> Found:
    for call in _inside(tree, ast.Call):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name in ("hash", "__hash__"):
            yield "calls_hash", call, name
        if name in ("id", "getpid", "random", "randrange", "randint", "choice", "time", "now", "uuid4"):
            yield "calls_chance", call, name


FINDERS: tuple[Callable[[ast.FunctionDef], Found], ...] = (
    *(_gives_nothing, _gives_none, _without_brackets, _mutable_defaults, _written_outside, _returns_in_loops),
    *(_whole_pair, _raises_again, _renamed, _only_if_there, _or_enough, _asks_whole, _list_and_text),
    *(_two_backslashes, _set_order, _divides_by, _sent_each_round),
    *(_yields_late, _own_process, _input_unused, _letters, _spaces),
)

_ANY = {"wrong", "no_results", "nothing", "raises", "split", "value_order", "combiner_times"}

# These are told before a known mistake that gives the same results; the others after it.
SURE = {
    *("gives_nothing", "prints_only", "gives_none", "no_brackets", "mutable_default", "outside_written"),
    *("return_in_loop", "yield_after_loop", "calls_hash", "calls_chance", "set_order", "whole_pair", "raises_again"),
    *("renamed", "only_if_there", "or_enough", "asks_whole", "list_and_text", "two_backslashes"),
}

# Which findings a fact explains: a fact is told only when the answer is wrong in a way that it can cause.
EXPLAINS = {
    "gives_nothing": {"nothing", "no_results", "wrong"},
    "prints_only": {"nothing", "no_results", "wrong"},
    "gives_none": {"nothing", "raises", "wrong", "pair", "value"},
    "no_brackets": {"wrong", "raises", "split"},
    "mutable_default": _ANY | {"shared_state", "second_attempt", "not_deterministic", "key_order"},
    "outside_written": _ANY
    | {"shared_state", "second_attempt", "not_deterministic", "key_order", "reducer_count", "unstable_hash"},
    "return_in_loop": _ANY,
    "leaves_loop": {"wrong", "no_results", "nothing", "split", "value_order"},
    "yield_after_loop": {"raises", "wrong", "no_results", "split"},
    "calls_hash": {"unstable_hash"},
    "calls_chance": {"unstable_hash", "not_deterministic", "load", "second_attempt", "second_attempt_text"},
    "set_order": {"unstable_hash", "not_deterministic"},
    "whole_pair": {"stream", "raises", "wrong"},
    "raises_again": {"raises"},
    "renamed": {"wrong", "second_attempt"},
    "only_if_there": {"wrong", "no_results"},
    "or_enough": {"wrong"},
    "asks_whole": {"wrong", "no_results"},
    "list_and_text": _ANY,
    "two_backslashes": {"wrong", "no_results", "split"},
    "divides_by": {"partition_number"},
    "sent_each_round": {"budget"},
    "input_unused": {"wrong", "no_results", "raises", "load", "placement", "partition_number"},
    "over_letters": {"wrong", "raises", "no_results"},
    "split_at_space": {"wrong", "raises"},
}
