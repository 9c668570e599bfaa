"""The answer in a notebook: what a name needs, whatever was done to the cells."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrkit.classroom.assignment import assignments, lesson_of
from mrkit.classroom.extract import Sources


def code(cells, *names):
    return [ast.unparse(node) for node in Sources().add(cells).code(names)]


def value(cells, name):
    space = {}
    exec("\n".join(code(cells, name)), space)
    return space[name]


def test_only_what_a_name_needs_is_taken():
    cells = [
        "import os\nfrom collections import Counter",
        "print('hello')\nrun = job.run(lines)",
        "def helper(x):\n    lines = x\n    return Counter(lines)",
        "def answer_1(x):\n    run = 1\n    return helper(x)",
        "show(run)",
    ]
    assert code(cells, "answer_1") == [
        "from collections import Counter",
        "def helper(x):\n    lines = x\n    return Counter(lines)",
        "def answer_1(x):\n    run = 1\n    return helper(x)",
    ]


def test_the_last_definition_wins():
    assert value(["a = 1", "a = 2", "a = 3"], "a") == 3
    assert value(["a = ...\na = 5"], "a") == 5


def test_a_definition_that_builds_on_an_earlier_one_takes_both():
    assert value(["a = 1", "a = a + 1", "a += 5"], "a") == 7


@pytest.mark.parametrize("call", ["cards([4, 9], [1, 0])", "lay([3, 2], 2)", "slide(print, 'n', range(3), 0)"])
def test_what_only_shows_defines_no_answer(call):
    assert value(["a = 41", f"a = {call}"], "a") == 41


def test_a_cell_that_was_moved_below_its_use_is_found():
    assert value(["b = a + 1", "a = 41"], "b") == 42


def test_what_fills_a_table_comes_with_it():
    cells = ["seen = {}", "seen['a'] = 1", "seen.update(b=2)", "for i in (3, 4):\n    seen[i] = i", "seen = seen"]
    assert value(cells, "seen") == {"a": 1, "b": 2, 3: 3, 4: 4}


def test_imports_with_other_names_and_with_a_star():
    assert value(["from math import *\nimport math as m", "a = m.floor(pi)"], "a") == 3


def test_definitions_under_if_and_try_are_found():
    cells = [
        "try:\n    import nothing_of_this_name as x\nexcept ImportError:\n    x = 5",
        "if True:\n    def f(): return x",
    ]
    assert value(cells, "f")() == 5


def test_local_names_of_functions_and_comprehensions_take_nothing():
    cells = ["lines = expensive()", "def f(text):\n    lines = text\n    return [lines for lines in text]"]
    assert code(cells, "f") == [cells[1]]


def test_defaults_and_decorators_and_bases_are_needed_at_once():
    cells = ["k = 1", "class Base: pass", "def mark(f): return f", "@mark\ndef f(a=k): return a\nclass C(Base): x = k"]
    assert value(cells, "f")() == 1
    assert value(cells, "C").x == 1


def test_a_cell_that_shows_something_defines_nothing():
    cells = ["f = 1", "if check('x', f):\n    f = 2", "r = check('x', f)\nf = 3 if answer('q', 'a') else 4"]
    assert value(cells, "f") == 1


def test_a_student_may_call_a_function_answer():
    assert value(["def answer(n):\n    return n", "x = answer(7)"], "x") == 7


def test_a_broken_cell_costs_its_own_names_only():
    sources = Sources().add(["def good(): return 1", "def bad(:\n    return 2\nother = 3", "fine = 4"])
    assert [ast.unparse(node) for node in sources.code(["good"])] == ["def good():\n    return 1"]
    assert sources.code(["fine"])
    for name in ("bad", "other"):
        with pytest.raises(SyntaxError, match="line 1"):
            sources.code([name])


def test_a_broken_cell_that_was_mended_later_does_not_matter():
    assert value(["def f(:", "f = 1"], "f") == 1
    with pytest.raises(SyntaxError):
        code(["f = 1", "f = = 2"], "f")


def test_commands_of_the_notebook_do_no_harm():
    assert value(["%time\n!ls\na = 1", "%%time\nb = a"], "b") == 1


@pytest.mark.parametrize(
    "source", ["(" * 500, "a = " + "-" * 100_000 + "1", "\0", "def f(): return 1\n  x", "λ = =", ""]
)
def test_strange_sources_are_no_end(source):
    assert code([source, "x = 1"], "x") == ["x = 1"]


STATEMENTS = ["import math", "K = 3", "def g(x):\n    return x + K", "def f(x):\n    return g(x) * math.floor(2.5)"]


@given(st.permutations(STATEMENTS), st.lists(st.sampled_from(STATEMENTS), max_size=4))
def test_copied_and_moved_cells_change_nothing(cells, copies):
    assert value([*cells, *copies], "f")(1) == 8


def test_the_lessons_say_what_is_graded():
    known = assignments()
    assert known["05"].tasks[0].names == ("parts", "add", "average")
    assert known["04"].tasks[0].call == 'parsons("04.count").order(*order)'
    assert all(assignment.tasks and assignment.points > 0 for assignment in known.values())
    assert not any("SOLUTION" in cell for each in known.values() for cell in each.given)


def test_which_lesson_a_notebook_is():
    heading = {"cell_type": "markdown", "source": ["# Lesson 05: Combiners\n"]}
    assert lesson_of({"cells": [heading]}) == "05"
    assert lesson_of({"cells": [heading], "metadata": {"mrkit": {"lesson": "07"}}}) == "07"
    assert lesson_of({"cells": [], "metadata": {"mrkit": []}}) is None
