"""A class that was made up: notebooks of a hundred students whose answers come from the banks, by a seed.

`make` writes them and says what grading must find. Most students answer some exercises right, some wrong and leave
some untouched; some of them do to a notebook what students do to notebooks.
"""

from __future__ import annotations

import ast
import copy
import functools
import inspect
import json
import os
import textwrap
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import ModuleType

import bank

from mrkit.classroom.assignment import Task, assignments, source_of
from mrkit.classroom.extract import Sources
from mrkit.learn.catalogue import find
from mrkit.learn.exercise import OwnJob, Parsons
from mrkit.lessons import editions

bank.modules()
FIRST = "Ana Björn Chloé Dağhan Émile Fátima Grzegorz Håkon Inés Jürgen Kübra Łukasz Mária Nino Øystein Paul".split()  # noqa: SIM905
LAST = "Müller O'Neill García-Ruiz Nguyễn Łapiński Ström Ünal Weiß Żak Smith".split()  # noqa: SIM905
DIARY = "application/vnd.mrkit.progress+json"


@dataclass
class Pupil:
    """A made-up student: what is in the notebooks, and what grading must say."""

    id: str
    first_name: str
    last_name: str
    books: dict[str, dict] = field(default_factory=dict)
    expected: dict[str, tuple[str, str]] = field(default_factory=dict)  # exercise -> status, finding
    trick: str = ""


# Answers as cells.


def whole(answer: bank.Answer) -> bool:
    """Whether an answer means the same in a notebook: one that lacks an import may find it in another cell there."""
    return "noqa: F821" not in inspect.getsource(answer.build)


def known_answers(task: Task) -> dict[str, list]:
    """By finding ("" if it is right) the answers of the bank; where there is none, values and orders as cells."""
    if isinstance(find(task.id), OwnJob):  # the bank has whole jobs, and not the names that grading collects
        book = json.loads(_edition(task.id[:2], instructor=True))
        return {"": [source_of(book["cells"][place_of(book, task)])]}
    found: dict[str, list] = {}
    for answer in bank.ANSWERS:
        if answer.exercise == task.id and whole(answer):
            found.setdefault(answer.finding, []).append(answer)
    return found or {finding: [f"{task.names[0]} = {value!r}"] for finding, value in _values(task.id)}


def _values(id: str):
    question = find(id)
    if isinstance(question, Parsons):
        yield from ORDERS[id].items()
    else:
        yield "", question.right
        yield from ((mistake.id, mistake.value) for mistake in question.mistakes)


ORDERS = {  # of lines, by finding
    "04.count": {
        "": ["g", "d>", "a>>", "b", "f>", "c>"],
        "distractor": ["g", "d>", "a>>", "b", "f>", "h>"],
        "no_name": ["g", "a>", "b", "f>", "c>"],
        "syntax": ["g", "d>", "a>", "b", "f>", "c>"],
    },
    "13.spark": {"": ["d", "e>", "a>", "b>"], "distractor": ["d", "c>", "a>", "b>"], "unset": ["d", "e>", "b>", "a>"]},
}


class _Global(ast.NodeTransformer):
    def visit_Nonlocal(self, node):
        return ast.Global(names=node.names)


def cell_of(answer: bank.Answer, task: Task, taken: set[str]) -> str:
    """The source of an answer as a student would have written it; in a function if its names are taken already."""
    module = inspect.getmodule(answer.build)
    (builder,) = ast.parse(textwrap.dedent(inspect.getsource(answer.build))).body
    builder.decorator_list = []
    *body, last = builder.body
    own = {node.id for node in ast.walk(builder) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    own |= {node.name for node in ast.walk(builder) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    plain = isinstance(last, ast.Return) and not any(isinstance(n, ast.Return) for s in body for n in _outside(s))
    target = ", ".join(task.names)
    lines = [ast.unparse(node) for node in _needs(module, builder)]
    value = ast.unparse(last.value) if plain else ""
    ready = value in (target, f"({target})")  # they have the lesson's names already
    if plain and not own & (taken - set(task.names) if ready else taken):
        taken |= own
        lines += [ast.unparse(_Global().visit(node)) for node in body]
        lines += [] if ready else [f"{target} = {value}"]
    else:
        builder.name = f"make_{task.id.replace('.', '_')}"
        lines += [ast.unparse(builder), f"{target} = {builder.name}()"]
    return "\n".join(lines)


def _outside(node: ast.AST):
    """The nodes of a statement that are not in a function of their own."""
    yield node
    if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
        for child in ast.iter_child_nodes(node):
            yield from _outside(child)


def _needs(module: ModuleType, builder: ast.AST) -> list[ast.stmt]:
    """What the builder uses of its module."""
    names = {node.id for node in ast.walk(builder) if isinstance(node, ast.Name)}
    found = Sources().add([inspect.getsource(module)]).code(names)
    for node in found:
        if isinstance(node, ast.FunctionDef):  # another builder of the bank
            node.decorator_list = [each for each in node.decorator_list if not _marks(each)]
    return [node for node in found if "bank" not in ast.unparse(node).splitlines()[0]]


def _marks(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func) in ("right", "wrong")


# Notebooks.


def student_book(lesson: str) -> dict:
    """A lesson as a student gets it."""
    return json.loads(_edition(lesson))


@functools.cache
def _edition(lesson: str, instructor: bool = False) -> str:
    path = next(path for path in editions.lessons() if path.stem.startswith(lesson))
    return editions.edition(path, instructor=instructor)


def place_of(book: dict, task: Task) -> int:
    """Where the answer of a task goes: the cell before its check."""
    return next(i for i, cell in enumerate(book["cells"]) if task.call in source_of(cell)) - 1


def put(book: dict, task: Task, source: str) -> None:
    book["cells"][place_of(book, task)]["source"] = source


def code_cell(source: str) -> dict:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def diary_cell(lesson: str, questions: dict) -> dict:
    data = {DIARY: {"lesson": lesson, "questions": questions}, "text/plain": "handed in"}
    cell = code_cell(f'hand_in("{lesson}")')
    cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": data}]
    return cell


# Students.


def answered(pupil: Pupil, lessons: list[str], rng: Random) -> None:
    """Answer the exercises of some lessons: right, wrong with a finding of the bank, or not at all."""
    for lesson in lessons:
        book = student_book(lesson)
        taken = {name for task in assignments()[lesson].tasks for name in task.names}
        for task in assignments()[lesson].tasks:
            known = known_answers(task)
            state = rng.choices(["right", "wrong", "untouched"], [5, 4, 1])[0]
            fitting = [finding for finding in known if bool(finding) == (state == "wrong")]
            if state == "untouched" or not fitting:
                pupil.expected[task.id] = ("untouched", "untouched")
                continue
            finding = rng.choice(fitting)
            answer = rng.choice(known[finding])
            put(book, task, answer if isinstance(answer, str) else cell_of(answer, task, taken))
            status = {"": "passed", "untouched": "untouched"}.get(finding, "failed")
            pupil.expected[task.id] = (status, finding)
        pupil.books[f"{assignments()[lesson].name}.ipynb"] = book


Trick = Callable[[Pupil, dict, Task, Random], None]


def copied(pupil, book, task, rng):
    at = place_of(book, task)
    book["cells"][at + 1 : at + 1] = [copy.deepcopy(cell) for cell in book["cells"][at : at + 2]]


def deleted(pupil, book, task, rng):
    """All checks, hints and imports are gone, with the nbgrader marks of the rest."""
    keep = ("check(", "hint(", "quiz(", "progress(", "import ")
    book["cells"] = [c for c in book["cells"] if c["cell_type"] == "markdown" or not source_of(c).startswith(keep)]
    for cell in book["cells"]:
        cell["metadata"] = {}


def answer_deleted(pupil, book, task, rng):
    del book["cells"][place_of(book, task)]
    pupil.expected[task.id] = ("untouched", "untouched")


def moved(pupil, book, task, rng):
    at = place_of(book, task)
    book["cells"].append(book["cells"].pop(at))


def endless(pupil, book, task, rng):
    name = task.names[0]
    put(book, task, f"def {name}(*given):\n    while True:\n        pass\n" + others(task))
    pupil.expected[task.id] = ("failed", "endless")


def endless_in_c(pupil, book, task, rng):
    put(book, task, f"def {task.names[0]}(*given):\n    sum(iter(int, 1))\n" + others(task))
    pupil.expected[task.id] = ("timeout", "timeout")


def syntax_error(pupil, book, task, rng):
    put(book, task, f"def {task.names[0]}(item:\n    return item\n" + others(task))
    pupil.expected[task.id] = ("failed", "syntax_error")


def exits(pupil, book, task, rng):
    put(book, task, f"def {task.names[0]}(*given):\n    import os\n    os._exit(0)\n" + others(task))
    pupil.expected[task.id] = ("failed", "exits")


def two_gigabytes(pupil, book, task, rng):
    put(book, task, f"def {task.names[0]}(*given):\n    return list(range(2 * 10**9))\n" + others(task))
    pupil.expected[task.id] = ("failed", "memory")


def others(task: Task) -> str:
    """The other functions of an exercise, done somehow."""
    return "".join(f"def {name}(*given):\n    return given\n" for name in task.names[1:])


def renamed(pupil, book, task, rng):
    pupil.books = {f"copy of homework ({i}).ipynb": each for i, each in enumerate(pupil.books.values())}


def with_diary(pupil, book, task, rng):
    rng.shuffle(letters := ["a", "b", "c"])
    entry = {"attempts": rng.randint(1, 9), "hints": rng.randint(0, 3), "passed": True, "findings": []}
    lesson = task.id.partition(".")[0]
    book["cells"].append(diary_cell(lesson, {task.id: entry, f"{lesson}.q1": entry | {"votes": letters[:2]}}))


TRICKS: list[Trick] = [
    *(copied, deleted, answer_deleted, moved, endless, syntax_error, exits, two_gigabytes, renamed),
    *(with_diary,) * 5,
]


def plays(pupil: Pupil, trick: Trick, rng: Random) -> None:
    """Do something to one exercise that takes a function."""
    functions = []
    for name in pupil.books:
        given = student_book(name[:2])
        tasks = assignments()[name[:2]].tasks
        functions += [(name, t) for t in tasks if f"def {t.names[0]}" in source_of(given["cells"][place_of(given, t)])]
    name, task = rng.choice(functions)
    pupil.trick = trick.__name__
    trick(pupil, pupil.books[name], task, rng)


def make(folder: Path, seed: int = 0, size: int = 100, lessons: list[str] | None = None) -> list[Pupil]:
    """Write a class below `folder` and its roster beside it; who is in it."""
    rng, pupils = Random(seed), []
    lessons = lessons or list(assignments())
    for number in range(size):
        first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
        pupil = Pupil(f"{first.lower()}{number:02}", first, last)
        answered(pupil, lessons, rng)
        if number == 6:
            plays(pupil, endless_in_c, rng)
        elif number % 3 == 1:
            plays(pupil, TRICKS[number // 3 % len(TRICKS)], rng)
        write(folder, pupil, number)
        pupils.append(pupil)
    rows = ["id,last_name,first_name,email"]
    rows += [f"{p.id},{p.last_name},{p.first_name},{p.id}@example.org" for p in pupils]
    folder.with_name("roster.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return pupils


def write(folder: Path, pupil: Pupil, number: int) -> None:
    """The notebooks of one student; of some, first an older hand-in that does not count."""
    name = unicodedata.normalize("NFD", pupil.id) if number % 2 else pupil.id  # as macOS writes it
    place = folder / name
    place.mkdir(parents=True)
    for file, book in pupil.books.items():
        (place / file).write_text(json.dumps(book), encoding="utf-8")
        if number % 20 == 5 and file[:2].isdigit():
            old = place / f"old {file}"
            old.write_text(json.dumps(student_book(file[:2])), encoding="utf-8")
            os.utime(old, (1_700_000_000, 1_700_000_000))
