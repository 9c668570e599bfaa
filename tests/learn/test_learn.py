"""Quizzes, puzzles, hints and progress: what a lesson does besides checking."""

from __future__ import annotations

import ast
import contextlib
import errno
import json
import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from mrkit.errors import BadArgument
from mrkit.learn import (
    alone,
    answer,
    cards,
    check,
    compared,
    diary,
    hint,
    hints,
    lay,
    parsons,
    press,
    progress,
    quiz,
    slide,
    verdict,
)
from mrkit.learn.cards import Cards
from mrkit.learn.catalogue import find, lessons, questions
from mrkit.learn.exercise import Choice, Exercise, Hints, Parsons, Quiz
from mrkit.learn.parsons import Puzzle
from mrkit.learn.quiz import Asked
from mrkit.learn.result import with_code

HINTS = Hints("idea", "line", "twin")


def forgets(word):
    [(len(word), 1)]


def swaps(word):
    yield 1, len(word)


def by_length(word):
    yield len(word), 1


def total(item):
    return item[0], sum(item[1])


COUNT = Parsons(
    id="t.count",
    title="Count words",
    lines={
        "a": "yield word, 1",
        "b": "for word in line.split():",
        "c": "def words(line):",
        "d": "return word, 1",
    },
    exercise=Exercise(
        "t.words",
        "Words",
        ("map_func",),
        lambda rng: rng.choices(["a cat", "a dog a"], k=6),
        lambda lines: [(w, " ".join(lines).split().count(w)) for w in set(" ".join(lines).split())],
        HINTS,
        given={"reduce_func": total},
    ),
    hints=HINTS,
    distractors={"d": "`return` ends the function at the first word."},
)


# Questions.


@pytest.mark.parametrize("lesson", lessons())
def test_ids_name_their_lesson(lesson):
    for id in questions(lesson):
        assert id.startswith(f"{lesson}.")


def test_unknown_ids_get_advice():
    with pytest.raises(BadArgument, match=r"Do you mean '01.length'"):
        find("01.lenght")
    with pytest.raises(BadArgument, match="no exercise called 'nonsense'"):
        check("nonsense", by_length)
    with pytest.raises(BadArgument, match="use quiz"):
        check("01.q1", "a")
    with pytest.raises(BadArgument, match="use check"):
        quiz("01.length")
    with pytest.raises(BadArgument, match="use check"):
        parsons("01.length")
    with pytest.raises(BadArgument, match="is a quiz"):
        hint("01.q1")


@pytest.mark.parametrize("lesson", lessons())
def test_quizzes_have_one_right_choice_and_a_sentence_for_each(lesson):
    for question in questions(lesson).values():
        if isinstance(question, Quiz):
            assert sum(choice.right for choice in question.choices) == 1
            assert len({choice.says for choice in question.choices}) == len(question.choices) > 2


# Quizzes.


def test_answers():
    right = answer("01.q1", "B ")
    assert right
    assert right.sentence == "Map looks at each word by itself. Nothing has met yet."
    wrong = quiz("01.q1").answer("a")
    assert (bool(wrong), wrong.finding) == (False, "a")
    assert right.sentence not in repr(wrong)  # it says nothing about the right one
    assert answer("01.q1", "z").sentence == "The choices are a, b, c; you gave 'z'."
    assert answer("01.q1", ...).status == "untouched"
    assert diary.entries()["01.q1"].attempts == 2


def test_while_nbgrader_grades_what_fails_has_the_text_of_no_points(monkeypatch):
    """Its rule: a cell whose result reads as a number gets so many points, and else all of them."""
    right, wrong, untouched = (check("01.length", answer) for answer in (by_length, swaps, ...))
    shown = wrong._repr_mimebundle_()
    assert "Not yet" in shown["text/plain"]
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert wrong._repr_mimebundle_() == shown | {"text/plain": "0"}
    assert untouched._repr_mimebundle_()["text/plain"] == "0"
    assert "Correct" in right._repr_mimebundle_()["text/plain"]


def test_quiz_without_widgets_is_text():
    shown = quiz("01.q1")._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"}
    assert 'quiz("01.q1").answer("...")' in shown["text/plain"]
    assert all(f"<b>{letter}</b>" in shown["text/html"] for letter in "abc")


# Puzzles.


@pytest.fixture
def puzzle():
    return Puzzle(COUNT)


def test_lines_in_order(puzzle):
    assert puzzle.order("c", "b>", "a>>")
    assert puzzle.program("c", "b>", "a>>").splitlines()[2] == "        yield word, 1"
    assert diary.entries()["t.count"].passed


def test_lines_in_the_wrong_order(puzzle):
    found = {
        ("c", "a>", "b>"): "syntax",
        ("c", "b", "a"): "syntax",
        ("b", "a>"): "syntax",
        ("c", "b>", "d>>"): "distractor",
        ("c", "c"): "twice",
        ("x",): "unknown_line",
        (): "untouched",
        (...,): "untouched",
    }
    for lines, finding in found.items():
        result = puzzle.order(*lines)
        assert (lines, result.finding) == (lines, finding)
        assert not result
    assert puzzle.order("c", "b>", "d>>").sentence == COUNT.distractors["d"]
    no_def = Puzzle(Parsons("t.x", "T", {"a": "x = 1"}, COUNT.exercise, HINTS))
    assert no_def.order("a").finding == "no_part"
    fails = Puzzle(Parsons("t.x", "T", {"a": "x = 1 / 0"}, COUNT.exercise, HINTS))
    assert "ZeroDivisionError" in fails.order("a").sentence


def test_puzzle_is_text_too(puzzle):
    assert "  b  for word in line.split():" in str(puzzle)
    assert "Not every line is needed." in str(puzzle)
    assert set(puzzle._repr_mimebundle_()) == {"text/plain", "text/html"}


# The widgets, as their JavaScript would use them.


@pytest.fixture
def in_a_kernel(monkeypatch):
    pytest.importorskip("anywidget")
    from mrkit.learn.widgets import question as widgets

    monkeypatch.setattr(widgets, "_in_a_kernel", lambda: True)
    made = []
    real = widgets._widget_class

    def remembered(kind):
        return lambda *given: made.append(real(kind)(*given)) or made[-1]

    monkeypatch.setattr(widgets, "_widget_class", remembered)
    return made


def test_widgets_have_a_text_twin_and_answer(in_a_kernel, puzzle):
    shown = quiz("01.q1")._repr_mimebundle_()
    (widget,) = in_a_kernel
    assert set(shown) == {"text/plain", "text/html"}, "a saved widget view would be an error box"
    assert shown["text/html"].startswith(f'<div data-mrkit-place="{widget.place}">')
    assert all(with_code(choice.text) in shown["text/html"] for choice in find("01.q1").choices)
    assert shown["text/plain"].startswith("The map function gets")
    widget.given = {"number": 1, "answer": {"choice": "a", "by": "answer"}}
    assert widget.verdict["passed"] is False
    widget.given = {"number": 2, "answer": {"choice": "b", "by": "answer"}}
    assert widget.verdict["passed"] is True
    assert in_a_kernel[1:] == []
    shown = puzzle._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"}
    assert f'data-mrkit-place="{in_a_kernel[1].place}"' in shown["text/html"]
    in_a_kernel[1].given = {"number": 1, "answer": ["c", "b>", "a>>"]}
    assert in_a_kernel[1].verdict["passed"] is True
    assert "Correct" in in_a_kernel[1].verdict["html"]


def test_a_button_and_a_slider_call_the_function_again(in_a_kernel):
    calls = []

    def shake():
        calls.append(1)
        print(f"<{len(calls)}>")

    shown = press(shake, "Shake")._repr_mimebundle_()
    (button,) = in_a_kernel
    assert set(shown) == {"text/plain", "text/html"}, "a saved widget view would be an error box"
    assert shown["text/plain"] == "<1>"
    assert "&lt;1&gt;" in shown["text/html"]
    assert button.place in shown["text/html"]
    button.given = {"number": 1, "answer": None}
    assert "&lt;2&gt;" in button.verdict["html"]

    shown = slide(lambda n: print(12 // n), "workers", range(0, 7, 2), start=4)._repr_mimebundle_()
    slider = in_a_kernel[1]
    assert shown["text/plain"] == "workers: 4\n3"
    assert "workers" not in slider.state["html"]
    assert [slider.state[name] for name in ("min", "max", "step", "start")] == [0, 6, 2, 4]
    slider.given = {"number": 1, "answer": 6}
    assert ">2</pre>" in slider.verdict["html"]
    slider.given = {"number": 2, "answer": 0}
    assert "ZeroDivisionError" in slider.verdict["html"]


def test_tasks_are_laid_each_once():
    laid = lay([3, 2, 2, 9, 1], 2).rows([9], [3, 2, 2, 1])
    assert "Yours ends after 9 s, the run after 12 s" in repr(laid)
    assert laid._repr_html_().count("width:") >= 2 * 5
    for rows in ([[9, 3, 2, 2, 1]], [[9], [3, 2, 1]], [[9, 9], [3, 2, 2, 1]]):
        with pytest.raises(BadArgument, match="Lay each of the tasks"):
            lay([3, 2, 2, 9, 1], 2).rows(*rows)
    for tasks in ([], [0], ["a"], [1] * 13):
        with pytest.raises(BadArgument, match="up to 12 tasks"):
            lay(tasks, 2)


def test_cards_keep_their_names_in_any_order(capsys):
    cards([4, 9, "<b>"], [2, 0, 1])
    assert capsys.readouterr().out.split() == ["<b>", "4", "9"]
    html = Cards([4, 9, "<b>"], [2, 0, 1])._repr_html_()
    assert re.findall(r'data-mrkit-moves="(\d)"', html) == ["2", "0", "1"]
    assert "&lt;b&gt;" in html
    for values, order in (([4], [1]), ([4, 9, 7], [0]), ([4, 9], [0, 0]), ([4, 9], ["a", 0])):
        with pytest.raises(BadArgument, match="order has each place of the values once"):
            cards(values, order)


def test_a_solved_puzzle_stays_solved_in_this_kernel():
    assert parsons("04.count").order(...).status == "untouched"
    right = ("g", "d>", "a>>", "b", "f>", "c>")
    assert not parsons("04.count").order(*right[:-1])
    assert parsons("04.count").order(...).status == "untouched"
    result = parsons("04.count").order(*right)
    assert result
    assert "For a grader" not in result.sentence
    again = parsons("04.count").order(...)
    assert again
    assert again.sentence.endswith("For a grader write: order = " + json.dumps(right))


def test_two_sliders_that_are_heard_at_once_keep_what_is_theirs():
    def say(name):
        print(name, "begins")
        time.sleep(0.005)
        print(name, "ends")

    controls = [slide(lambda n, name=name: say(name), name, range(9), start=0) for name in ("one", "two")]
    with ThreadPoolExecutor(4) as pool:
        shown = list(pool.map(lambda n: controls[n % 2].at(n % 9)._repr_html_(), range(24)))
    for number, html in enumerate(shown):
        name = ("one", "two")[number % 2]
        assert f"{name} begins\n{name} ends</pre>" in html


def test_a_control_without_widgets_shows_the_first_call():
    assert repr(press(lambda: print("once"), "Again")) == "once"
    assert set(press(lambda: print("once"), "Again")._repr_mimebundle_()) == {"text/plain", "text/html"}
    with pytest.raises(BadArgument, match=r"range\(1, 5\); you gave 5"):
        slide(print, "n", range(1, 5), start=5)


def test_code_in_questions_is_code(in_a_kernel):
    choices = tuple(Choice(f"`a < {n}`", f"{n}", right=n == 1) for n in range(3))
    asked = Asked(Quiz("t.q", "What is `x < y` here, 1 < 2?", choices))
    asked._repr_mimebundle_()
    Puzzle(Parsons("t.p", "Use `yield`", {"a": "x = 1"}, COUNT.exercise, HINTS))._repr_mimebundle_()
    quiz_state, puzzle_state = (widget.state for widget in in_a_kernel)
    assert quiz_state["question"].endswith("x &lt; y</code> here, 1 &lt; 2?")
    assert quiz_state["choices"][2][1].endswith("a &lt; 2</code>")
    assert puzzle_state["question"].endswith("yield</code>. Put the lines in order.")
    assert "`" not in asked._repr_html_() + str(quiz_state) + str(puzzle_state)
    assert "`x < y`" in str(asked), "plain text keeps its marks"


def test_a_puzzle_of_two_functions_says_so(in_a_kernel):
    parsons("04.count")._repr_mimebundle_()
    (puzzle,) = (widget.state for widget in in_a_kernel)
    assert "Put the lines in order. They make a map function and a reduce function." in puzzle["question"]


def test_an_answer_with_several_names_says_how_many_are_right():
    tools = dict.fromkeys("abcdefghij", "count")
    assert dict(check("14.classify", tools).rows)["right so far"] == "1 of 10"
    assert "right so far" not in dict(check("14.classify", "count").rows)
    assert "right so far" not in dict(check("06.makespan", 1).rows)


# Hints.


def test_each_rung_needs_a_new_failed_attempt():
    assert hint("01.length").rung == 0
    check("01.length", ...)
    assert hint("01.length").rung == 0  # that was no attempt
    check("01.length", forgets)
    assert hint("01.length").text == find("01.length").hints.idea
    again = hint("01.length")
    assert again.rung == 1
    assert "another attempt" in again.text
    check("01.length", forgets)
    assert hint("01.length").rung == 1  # the same code is no new attempt
    check("01.length", swaps)
    assert hint("01.length").text == find("01.length").hints.line
    check("01.length", lambda word: [(word, 1)])
    case = hint("01.length")
    assert case.rung == 3
    assert any(label.startswith("map '") for label, _ in case.rows)
    assert "should be" in dict(case.rows)
    check("01.length", lambda word: [(word, 2)])
    assert hint("01.length").text == find("01.length").hints.twin
    check("01.length", lambda word: [(word, 3)])
    assert hint("01.length").rung == 4  # the last stays


def test_the_small_case_of_a_plain_function():
    for function in (lambda w, s: 1 / s, lambda w, s: 1 - 1 / s, lambda w, s: 1 / (s - s)):
        check("07.serial", function)
        shown = hint("07.serial")
    assert [label for label, _ in shown.rows] == ["arguments", "you gave", "should be"]
    assert "ZeroDivisionError" in dict(shown.rows)["you gave"]
    check("07.serial", lambda w, s: 1 / s)
    arguments, given, right = (text for _, text in hints.steps(*verdict.last["07.serial"]))
    workers, speedup = ast.literal_eval(arguments)
    assert float(given) == pytest.approx(1 / speedup)
    assert float(right) == pytest.approx((1 / speedup - 1 / workers) / (1 - 1 / workers))


def test_a_cell_that_ran_with_others_opens_no_hint_and_takes_none(monkeypatch):
    check("01.length", forgets)
    with monkeypatch.context() as patch:
        patch.setattr(alone.requests, "alone", False)
        assert hint("01.length").text == hints.CLOSED
    assert hint("01.length").rung == 1
    monkeypatch.setattr(alone.requests, "alone", False)
    assert hint("01.length").rung == 1  # that was open already


def test_small_case_without_a_failed_run_is_in_words(monkeypatch):
    for function in (forgets, swaps, lambda word: [(word, 1)]):
        check("01.length", function)
        monkeypatch.setattr(verdict, "last", {})  # as after a restart of the kernel
        shown = hint("01.length")
    assert (shown.rung, shown.text) == (3, find("01.length").hints.case)


def test_after_passing_the_ladder_is_free():
    check("03.max", lambda item: (item[0], max(item[1])))
    assert [hint("03.max").rung for _ in range(2)] == [1, 2]


def test_hints_survive_functions_that_hurt():
    for n in range(3):
        check("03.max", lambda item, n=n: (item[0], 1 / 0, n))
        shown = hint("03.max")
    assert shown.rung == 3
    assert "ZeroDivisionError" in repr(shown)


# Progress.


def test_progress():
    assert progress("01").done == 0
    check("01.length", forgets)
    check("01.length", by_length)
    answer("01.q1", "a")
    lines = {line.id: str(line) for line in progress("01").lines}
    assert lines["01.length"] == "done, 2 attempts"
    assert lines["01.q1"] == "not yet, 1 attempt"
    assert lines["01.swap"] == "not tried yet"
    assert progress("01").done == 1
    assert {line.id for line in progress().lines} > set(lines)
    with pytest.raises(BadArgument, match="no lesson '99'"):
        progress("99")


def test_passing_once_is_enough():
    check("01.length", by_length)
    check("01.length", swaps)
    assert diary.entries()["01.length"].passed


def test_the_diary_keeps_no_code():
    check("01.length", swaps)
    text = diary.path().read_text()
    assert "swaps" not in text
    assert "yield" not in text
    assert all(
        set(json.loads(line)) == {"time", "id", "what", "passed", "code", "finding"}
        for line in text.split("\n")
        if line
    )


def test_damage_is_tolerated():
    diary.note("01.length", "attempt", passed=True, code="1")
    with diary.path().open("ab") as file:
        file.write(b'{"id": "01.swap", "what": "att\xff\x00')  # cut short
    diary.note("01.swap", "attempt", passed=True, code="2")
    with diary.path().open("a") as file:
        file.write("[]\n3\nnull\n{}\n")
    assert {id for id, entry in diary.entries().items() if entry.passed} == {"01.length", "01.swap"}


def test_many_kernels_at_once():
    def work(name):
        for n in range(50):
            diary.note(name, "attempt", passed=False, code=str(n))

    threads = [threading.Thread(target=work, args=(f"01.{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {id: entry.attempts for id, entry in diary.entries().items()} == {f"01.{n}": 50 for n in range(4)}


def full_disk(monkeypatch, folder, write=None):
    def refuse(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = SimpleNamespace(write=write or refuse, fileno=lambda: 0)
    monkeypatch.setattr(diary, "_alone", lambda _: contextlib.nullcontext())
    monkeypatch.setattr(diary, "open", lambda *_, **__: contextlib.nullcontext(file), raising=False)
    return os.strerror(errno.ENOSPC)


def nearly_full_disk(monkeypatch, folder):
    return full_disk(monkeypatch, folder, lambda data: len(data) - 1)


def file_for_a_folder(monkeypatch, folder):
    (folder / "file").write_text("")
    monkeypatch.setenv("MRKIT_PROGRESS", str(folder / "file" / "progress.jsonl"))
    return "file"


def no_home(monkeypatch, folder):
    def lost():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(diary, "path", lost)
    return "Could not determine home directory."


FAULTS = [full_disk, nearly_full_disk, file_for_a_folder, no_home]
ANSWERS = {
    "quiz": lambda: answer("01.q1", "a"),
    "vote": lambda: quiz("01.q1").vote("a"),
    "check": lambda: check("01.length", by_length),
    "wrong check": lambda: check("01.length", swaps),
    "lines": lambda: parsons("04.count").order("a", "b"),
}


@pytest.mark.parametrize("way", ANSWERS)
@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_written_down_is_said_once_and_the_answer_is_judged(monkeypatch, tmp_path, fault, way):
    kept = ANSWERS[way]()
    diary.forget()
    why = fault(monkeypatch, tmp_path)
    told, later = ANSWERS[way](), ANSWERS[way]()
    assert "MRKIT_PROGRESS" not in repr(kept)
    for said in (repr(told), told._repr_html_()):
        assert said.count("MRKIT_PROGRESS") == 1
        assert why in said
    assert "MRKIT_PROGRESS" not in repr(later)
    assert told == kept
    assert len(diary.entries()) == 1  # as long as this process lasts


def test_forgetting():
    check("01.length", by_length)
    diary.forget()
    assert diary.entries() == {}


def test_where_the_diary_is(monkeypatch):
    monkeypatch.delenv("MRKIT_PROGRESS")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert diary.path().parts[-3:] == ("data", "mrkit", "progress.jsonl")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "Application Support" in str(diary.path())
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", "/local")
    assert diary.path().parts[-3:] == ("local", "mrkit", "progress.jsonl")


# The import.


def test_import_needs_no_widgets():
    code = (
        "import sys\n"
        "for name in ('ipywidgets', 'anywidget', 'traitlets', 'matplotlib', 'IPython'): sys.modules[name] = None\n"
        "from mrkit.learn import answer, quiz\n"
        "print(quiz('01.q1')._repr_mimebundle_().keys())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "text/html" in done.stdout


def test_an_assertion_that_holds_says_what_was_compared():
    calls, once = [], iter([1, 2])
    held = SimpleNamespace(it=once, both=[once], words=["a", "b"])
    names = {"words": ["a", "b"], "numbers": once, "f": 1 / 3, "len2": len, "own": calls.append, "held": held}
    told = {
        "assert len(words) == 2": [("len(words) == 2", "")],
        "x = 1\nassert words\nassert sorted(words) == list('ab')": [
            ("words", ""),
            ("sorted(words) == list('ab')", "['a', 'b']"),
        ],
        "assert list(numbers) == words": [("list(numbers) == words", "['a', 'b']")],
        "assert len2(words) == words.pop()": [("len2(words) == words.pop()", "")],
        "assert words == ['a', 'b']": [("words == ['a', 'b']", "")],
        "assert sorted(words, key=own) == f()": [("sorted(words, key=own) == f()", "")],
        "assert list(held.it) == f()": [("list(held.it) == f()", "")],
        "assert list(held.both[0]) == f()": [("list(held.both[0]) == f()", "")],
        "assert sorted(held.words[:], reverse=True) == f()": [
            ("sorted(held.words[:], reverse=True) == f()", "['b', 'a']")
        ],
        "assert words\nwords": [],
        "%time 1": [],
        "": [],
    }
    for cell, lines in told.items():
        assert compared.held(cell, names) == lines
    assert names["words"] == ["a", "b"]
    assert next(once) == 1, "what can be read once was not read"
    assert calls == [], "and nothing of the learner's was called"
    shown = compared.Held([("a < b", ""), ("x == y", "3")])
    assert repr(shown) == "✔ a < b\n✔ x == y  (both are 3)"
    assert "<code>a &lt; b</code>" in shown._repr_html_()
