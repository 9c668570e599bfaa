"""Every piece of advice that mrkit prints can be followed.

Calls, options, packages and commands are found in the source of all that is printed, and looked up; calls that depend
on the moment are made.
"""

from __future__ import annotations

import ast
import inspect
import re
from importlib import import_module, metadata
from pathlib import Path

import pytest
from typer.main import get_command

import mrkit
from mrkit import MapReduce
from mrkit.cli.commands import app
from mrkit.errors import BadArgument
from mrkit.learn import check, parsons, quiz
from mrkit.learn.catalogue import lessons, questions
from mrkit.learn.exercise import Exercise, Parsons, Quiz
from mrkit.views import Player, speedup

PACKAGE = Path(mrkit.__file__).parent
ROOMS = [import_module(name) for name in ("mrkit", "mrkit.inputs", "mrkit.views", "mrkit.learn")]
PUBLIC = {name: getattr(room, name) for room in ROOMS for name in room.__all__}
PUBLIC |= {f"job.{name}": getattr(MapReduce, name) for name in ("run", "start")}

GIVEN = "given"
CALL = re.compile(r"(?<![\w.])([a-zA-Z_][\w.]*)\(((?:[^()]|\([^()]*\))*)\)")
OPTION = re.compile(r"(?<![\w.])([a-z]\w+)=[\w'\"{]")
JS_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
OTHERS = {"asynchronous", "canvas", "moodle"}  # no arguments of mrkit's: of Dask's Client, of --lms


def words(line):
    return [(word, 1) for word in line.split()]


def total(item):
    return item[0], sum(item[1])


# What is printed: every text in the source that is no docstring, with GIVEN for what is put in at run time.


def python_texts(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    skipped = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, documented) and is_text(node.body)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
            yield "".join(part.value if isinstance(part, ast.Constant) else GIVEN for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.value


def is_text(body):
    return bool(body) and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)


def javascript_texts(path):
    for text in JS_TEXT.finditer(path.read_text(encoding="utf-8")):
        yield re.sub(r"\$\{[^}]*\}", GIVEN, text[1] or text[2] or "")


def printed():
    for path in sorted(PACKAGE.rglob("*.py")):
        for text in python_texts(path):
            yield path, text
    for path in sorted(PACKAGE.rglob("*.js")):
        for text in javascript_texts(path):
            yield path, text


def fits(call):
    """Whether a call of mrkit has arguments that its function takes, such as "check('01.length', ...)"."""
    name, arguments = call
    tree = ast.parse(f"call({arguments})", mode="eval").body
    given = [...] * (len(tree.args) + (name.startswith("job.")))
    try:
        inspect.signature(PUBLIC[name]).bind(*given, **{each.arg: ... for each in tree.keywords})
    except TypeError:
        return False
    return True


def calls(text):
    # "check()" and "check(...)" are how a function is named, no calls to be made
    return [
        (name, arguments) for name, arguments in CALL.findall(text) if name in PUBLIC and arguments not in ("", "...")
    ]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("use check('01.length', ...).", True),
        ("give it your functions: Player(run, map_func, reduce_func).", False),
        ("use parsons('04.count', ...).", False),
        ("as job.run(inputs) gives", True),
    ],
)
def test_wrong_advice_is_found(text, right):
    assert [fits(call) for call in calls(text)] == [right]


def test_calls_of_mrkit_in_what_is_printed_have_the_arguments_that_they_need():
    found = [(path, call) for path, text in printed() for call in calls(text)]
    assert len(found) >= 5, "as many are known; fewer would mean that they are not found"
    assert [(path.name, call) for path, call in found if not fits(call)] == []


def test_options_in_what_is_printed_exist():
    takers = [each for name, each in PUBLIC.items() if callable(each) and not name.endswith(("Error", "Failed"))]
    known = OTHERS.union(*(inspect.signature(each).parameters for each in takers))
    found = []
    for path, text in printed():
        if path.suffix == ".py" and "lessons" not in path.parts and re.search(r"\w [\w'`]+.*[.:?]", text):
            plain = CALL.sub("", text)
            found += [(path.name, name) for name in OPTION.findall(plain) if "<" not in text and ";" not in text]
    assert {"executor", "sample", "encoding", "baseline"} <= {name for _, name in found}
    assert [(path, name) for path, name in found if name not in known] == []


def test_packages_in_what_is_printed_can_be_installed():
    extras = set(metadata.metadata("mrkit").get_all("Provides-Extra"))
    found = {extra for _, text in printed() for extra in re.findall(r"'mrkit\[([\w.]+)\]'", text)}
    assert {"url", "dask", "spark"} <= found
    assert found - {GIVEN} <= extras  # the name of an executor: spark or dask


def test_commands_and_their_options_in_what_is_printed_exist():
    commands = get_command(app).commands
    options = {name: {each for part in command.params for each in part.opts} for name, command in commands.items()}
    found = [each.split() for _, text in printed() for each in re.findall(r"`mrkit ([^`]+)`", text)]
    assert found
    for name, *rest in found:
        assert {each for each in rest if each.startswith("-")} <= options[name]
    texts = [text for path, text in printed() if {"cli", "classroom"} & set(path.parts) and "pip install" not in text]
    named = {each for text in texts if " " in text for each in re.findall(r"(?<![\w-])--[a-z][\w-]+", text)}
    assert named <= set().union(*options.values())


# What depends on the moment.


def follow(advice):
    """Make the last call that stands in a text."""
    return eval(re.search(r".*(\bquiz\(\S+\)\.answer\(.*\)|\b(?:check|parsons)\(.*\))", advice, re.DOTALL)[1], PUBLIC)


def some(kind):
    return next(each for lesson in lessons() for each in questions(lesson).values() if isinstance(each, kind))


RIGHT = {Exercise: check, Quiz: quiz, Parsons: parsons}


@pytest.mark.parametrize("kind", RIGHT)
@pytest.mark.parametrize("asked", RIGHT.values())
def test_the_wrong_call_for_a_question_names_the_right_one(kind, asked):
    question = some(kind)
    if asked is RIGHT[kind]:
        asked(question.id)
        return
    with pytest.raises(BadArgument) as refused:
        asked(question.id)
    shown = follow(str(refused.value))
    assert shown.question is question if kind is Parsons else (shown.id, shown.status) == (question.id, "untouched")


@pytest.mark.parametrize("ask", [quiz, parsons])
def test_a_question_says_how_to_answer_it(ask):
    question = some(Quiz if ask is quiz else Parsons)
    assert follow(str(ask(question.id))).id == question.id


def test_a_run_without_records_says_how_to_keep_them():
    run = MapReduce(words, total, executor="serial", sample=0).run(["a b"])
    with pytest.raises(BadArgument, match="sample=1000") as refused:
        Player(run)
    option = eval(f"dict({re.search(r'sample=[0-9]+', str(refused.value))[0]})")
    Player(MapReduce(words, total, executor="serial", **option).run(["a b"]))


def test_a_run_without_a_baseline_says_how_to_get_one():
    job = MapReduce(words, total, num_workers=2, executor="threads")
    with pytest.raises(BadArgument, match="baseline=True"):
        speedup([job.run(["a b"])])
    speedup([job.run(["a b"], baseline=True)])


def test_a_function_without_source_is_what_the_player_says_it_is():
    sources = Player(MapReduce(dict.items, len, executor="serial").run([{"a": 1}]))._story.sources
    assert {"map", "reduce"}.isdisjoint(sources), "Python has no text of them"
    written = Player(MapReduce(words, total, executor="serial").run(["a"]))._story.sources
    assert {"map", "reduce"} <= set(written), "written with def, they have"
