"""The answer in a notebook: the few statements that a name needs, found in the syntax tree.

A notebook is read as a row of statements, cell by cell. For a name, `Sources.code` takes the last statement that
defines it, what that needs in turn, and nothing else: no runs, no widgets, no cells that only show something. So a
copied, moved, deleted or edited cell does no harm. It serves the grading of a class and never runs anything.
"""

from __future__ import annotations

import ast
import functools
import re
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

RUNNERS = {"check", "hint", "quiz", "answer", "parsons", "press", "slide", "progress", "hand_in", "task", "vote"}
RUNNERS |= {"cards", "lay"}
CHANGES = {"append", "add", "update", "extend", "insert", "setdefault", "remove", "discard", "pop", "clear", "sort"}
_MAGIC = re.compile(r"^%%(time|timeit|capture|prun)\b.*")
_LAZY = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(eq=False)
class Statement:
    """One statement at the top level of a cell: what it defines, and what it needs at once or when it is called."""

    node: ast.stmt
    place: tuple
    defines: set[str]
    changes: set[str]
    now: set[str]
    later: set[str]
    runs: set[str]  # which of the lesson's own functions it calls: it shows something, and defines nothing of use


@dataclass(frozen=True)
class Broken:
    """A cell that Python cannot read: the names that it would have defined, and why it cannot be read."""

    place: tuple
    names: frozenset[str]
    error: str


@dataclass
class Sources:
    """The statements of one or more notebooks, in their order."""

    statements: list[Statement] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    own: set[str] = field(default_factory=set)  # functions that are defined here

    def add(self, cells: Iterable[str]) -> Sources:
        """Read some more cells; what they define counts before what was there."""
        for source in cells:
            cell = len(self.statements) + len(self.broken)
            try:
                read = _read(source)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                self.broken.append(Broken((cell, 0), frozenset(_names_in_text(source)), _in_words(error)))
                continue
            self.statements += [replace(each, place=(cell + i, 0)) for i, each in enumerate(read)]
            self.own |= {each.node.name for each in read if isinstance(each.node, ast.FunctionDef)}
        return self

    def code(self, names: Iterable[str]) -> list[ast.stmt]:
        """The statements that `names` need, in their order; `SyntaxError` if the last one is in a broken cell."""
        return [statement.node for statement in _Slice(self).of(names)]

    def definition(self, name: str, before: tuple | None = None) -> Statement | None:
        """The last statement that defines a name, before a place if there is one."""
        known = [each for each in self.statements if name in each.defines and not each.runs - self.own]
        earlier = [statement for statement in known if before is None or statement.place < before]
        found = earlier[-1] if earlier else next(iter(known), None)
        broken = [cell for cell in self.broken if name in cell.names and (before is None or cell.place < before)]
        if broken and (found is None or broken[-1].place > found.place):
            raise SyntaxError(broken[-1].error)
        return found


@functools.lru_cache(maxsize=1000)
def _read(source: str) -> tuple[Statement, ...]:
    """The statements of a cell; most cells of a student are the lesson's own, and are read once."""
    return tuple(_statement(node, ()) for node in parse(source).body)


def parse(source: str) -> ast.Module:
    """The syntax tree of a cell, with the notebook's own commands (`%time`, `!ls`) taken out."""
    source = _MAGIC.sub("", source)
    try:
        return ast.parse(source)
    except SyntaxError:
        if not re.search(r"^\s*[%!?]|\?\s*$|=\s*[%!]", source, re.MULTILINE):
            raise
        from IPython.core.inputtransformer2 import TransformerManager

        return ast.parse(TransformerManager().transform_cell(source))


class _Slice:
    def __init__(self, sources: Sources):
        self.sources = sources
        self.taken: dict[Statement, tuple] = {}  # and where it goes

    def of(self, names: Iterable[str]) -> list[Statement]:
        for statement in self.sources.statements:
            if _imports_all(statement.node):
                self.taken[statement] = statement.place
        for name in names:
            self._need(name, None, None)
        return sorted(self.taken, key=lambda statement: self.taken[statement])

    def _need(self, name: str, before: tuple | None, place: tuple | None) -> None:
        found = self.sources.definition(name, before)
        if found is None:
            return
        late = place is not None and found.place >= (before or found.place)
        self._take(found, (*place[:1], place[1] - 1) if late and place else found.place)
        end = before or (float("inf"),)
        for other in self.sources.statements:
            if name in other.changes and found.place < other.place < end and not other.runs - self.sources.own:
                self._take(other, other.place)

    def _take(self, statement: Statement, place: tuple) -> None:
        if statement in self.taken:
            return
        self.taken[statement] = place
        for name in sorted(statement.now):
            self._need(name, statement.place, place)
        for name in sorted(statement.later):
            self._need(name, None, None)


def _statement(node: ast.stmt, place: tuple) -> Statement:
    names = _Names(symtable.symtable(ast.unparse(node), "<cell>", "exec"))
    changes = set(_changes(node))
    if isinstance(node, ast.AugAssign):
        names.now |= changes
        names.defined -= changes
    return Statement(node, place, names.defined, changes - names.defined, names.now, names.later, _runs(node))


def _runs(node: ast.stmt) -> set[str]:
    if isinstance(node, _LAZY | ast.ClassDef):
        return set()
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return {function.id for function in calls if isinstance(function, ast.Name)} & RUNNERS


class _Names:
    """The names that a statement binds, those that it reads when it runs, and those that its functions will read."""

    def __init__(self, table: symtable.SymbolTable):
        symbols = table.get_symbols()
        self.defined = {s.get_name() for s in symbols if s.is_assigned() or s.is_imported() or s.is_namespace()}
        self.now = {symbol.get_name() for symbol in symbols if symbol.is_referenced()}
        self.later: set[str] = set()
        for inner in table.get_children():
            self._inside(inner, later=False)

    def _inside(self, table: symtable.SymbolTable, later: bool) -> None:
        # A comprehension and the body of a class run at once, a function when it is called.
        later = later or (table.get_type() == "function" and not table.get_name().endswith(("comp", "expr")))
        found = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
        (self.later if later else self.now).update(found)
        for inner in table.get_children():
            self._inside(inner, later)


def _changes(node: ast.stmt) -> Iterator[str]:
    """The names whose objects a statement changes: `seen[word] = 1`, `words.append("a")`, `total += 1`."""
    if isinstance(node, _LAZY | ast.ClassDef):
        return
    for each in ast.walk(node):
        if isinstance(each, ast.AugAssign) and isinstance(each.target, ast.Name):
            yield each.target.id
        if isinstance(each, ast.Subscript | ast.Attribute) and isinstance(each.ctx, ast.Store | ast.Del):
            yield from _root(each)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr in CHANGES:
            yield from _root(each.func)


def _root(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _imports_all(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)


def _names_in_text(source: str) -> set[str]:
    """What a cell that cannot be read would define, as far as one can see."""
    defined = re.findall(r"^(?:async\s+)?(?:def|class)\s+(\w+)", source, re.MULTILINE)
    assigned = re.findall(r"^([A-Za-z_][\w, ]*?)\s*(?::[^=\n]*)?=(?!=)", source, re.MULTILINE)
    return {*defined, *(name.strip() for names in assigned for name in names.split(","))}


def _in_words(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"Python cannot read line {error.lineno or 1} of the cell: {error.msg}."
    return f"Python cannot read the cell: {type(error).__name__}."
