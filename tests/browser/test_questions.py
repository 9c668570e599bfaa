"""The questions of a lesson in a real JupyterLab: by keyboard alone, in both themes, read by a machine for access."""

from __future__ import annotations

import pytest
from lab import THEMES, notebook

SETUP = """
import os, tempfile
os.environ["MRKIT_PROGRESS"] = os.path.join(tempfile.mkdtemp(), "progress.jsonl")
from mrkit.learn import check, hint, progress, quiz
from mrkit.learn.parsons import Puzzle
from mrkit.learn.exercise import Hints, Parsons
from mrkit.learn.catalogue import find
"""
RUN = """
from mrkit import MapReduce
from mrkit.views import Player
run = MapReduce(lambda line: [(line, 1)], lambda item: item[0], num_workers=1, executor="serial").run(["a"])
"""
PUZZLE = """
Puzzle(Parsons(
    id="01.lines",
    title="Count words by length",
    lines={"a": "yield len(word), 1", "b": "def by_length(word):", "c": "return len(word), 1"},
    distractors={"c": "`return` gives one pair by itself. A map function yields its pairs."},
    exercise=find("01.length"),
    hints=find("01.length").hints,
))
"""
CARDS = """
from IPython.display import display
display(check("01.length", lambda word: (len(word), 1)))
display(check("01.length", ...), hint("01.length"), progress("01"))
seen = set()
def by_length(word):
    if word not in seen:
        seen.add(word)
        yield len(word), 1
display(check("01.length", by_length))
check("01.length", lambda word: [(len(word), 1)])
"""


@pytest.fixture
def page(lab):
    page = lab(notebook(SETUP, 'quiz("01.q1")', PUZZLE, CARDS), width=1100, height=1500)
    page.run()
    page.page.wait_for_selector(".mrkit-question h4")
    return page


@pytest.mark.parametrize("code", ['quiz("01.q1")', "Player(run)"])
def test_shift_enter_in_a_widget_runs_its_cell_and_goes_on(lab, code):
    lesson = lab(notebook(SETUP + RUN, code, "after = 1"))
    lesson.run()
    inside = lesson.page.locator(".mrkit-question input, .mrp .mrkit-button").first
    inside.click()
    lesson.page.keyboard.press("Shift+Enter")
    lesson.page.wait_for_function("window.panel.content.activeCellIndex === 2")
    lesson.page.keyboard.press("Shift+Enter")
    lesson.page.wait_for_function("window.panel.content.widgets[2].model.executionCount === 5")
    assert [cell["execution_count"] for cell in lesson.cells()[:3]] == [1, 4, 5]


def test_a_hint_opens_for_who_asks_for_it_and_not_when_all_cells_run(lab):
    lesson = lab(notebook(SETUP, 'check("01.length", lambda word: [(word, 1)])', 'hint("01.length")'))
    lesson.run()
    assert "stays closed" in lesson.cells()[2]["outputs"][0]["data"]["text/html"]
    lesson.run_cell(2)
    assert "hint 1 of 4" in lesson.cells()[2]["outputs"][0]["data"]["text/html"]


def test_questions_by_keyboard(page):
    keys = page.page.keyboard
    forms = page.page.locator(".mrkit-question")
    quiz, lines = forms.nth(0), forms.nth(1)

    quiz.locator("input").first.focus()
    keys.press("Space")
    keys.press("Enter")
    quiz.get_by_text("Map does not bring equal words together").wait_for()
    quiz.locator("input").first.focus()
    keys.press("ArrowDown")
    keys.press("Enter")
    quiz.get_by_text("Correct (01.q1)").wait_for()

    lines.locator("ul button").nth(0).focus()  # a, which belongs second
    keys.press("Enter")
    keys.press("ArrowRight")
    lines.locator("ul button").nth(0).focus()
    keys.press("Enter")
    keys.press("ArrowLeft")
    keys.press("ArrowUp")
    assert lines.locator("ol code").all_text_contents() == ["def by_length(word):", "yield len(word), 1"]
    page.shot("questions-before")
    lines.get_by_text("Check my program").focus()
    keys.press("Enter")
    lines.get_by_text("Correct (01.lines)").wait_for()
    for theme in reversed(THEMES):
        page.change_theme(theme)
        assert page.violations(".mrkit-question") == []
        page.shot(f"questions-{theme}")

    lines.locator("ol button").nth(1).focus()
    keys.press("Delete")
    assert lines.locator("ol code").all_text_contents() == ["def by_length(word):"]
    assert lines.locator("ul code").count() == 2
    assert page.errors == []


def drag(page, line, to, x, y):
    """Press on a line, and let go so far within another element."""
    start, end = line.bounding_box(), to.bounding_box()
    page.page.mouse.move(start["x"] + 30, start["y"] + start["height"] / 2)
    page.page.mouse.down()
    page.page.mouse.move(end["x"] + x - 20, end["y"] + y, steps=4)
    page.page.mouse.move(end["x"] + x, end["y"] + y, steps=4)
    page.page.mouse.up()
    page.page.wait_for_timeout(100)


def test_lines_are_dragged_and_a_solved_puzzle_stays_solved(lab):
    page = lab(notebook(SETUP, PUZZLE, f"{PUZZLE.strip()}.order(...)", PUZZLE), width=1280, height=720)
    page.run_cell(0)
    page.run_cell(1)
    puzzle = page.page.locator(".mrkit-question").first
    page.show(".mrkit-question")
    program = puzzle.get_by_role("region", name="Your program")
    drag(page, puzzle.locator("ul button").nth(0), program, 64 + 34, 60)  # one step to the right
    drag(page, puzzle.locator("ul button").nth(0), program, 64, 30)  # and the other one above it
    assert puzzle.locator("ol code").all_text_contents() == ["def by_length(word):", "yield len(word), 1"]
    drag(page, puzzle.locator("ul button").nth(0), program, 64, 120)
    page.shot("parsons-dragged")
    assert puzzle.locator("ol code").count() == 3
    drag(page, puzzle.locator("ol button").nth(2), puzzle.locator(".mrkit-help"), 60, 5)
    assert puzzle.locator("ol code").count() == 2, "dragged out again"
    check = puzzle.get_by_role("button", name="Check my program")
    card = puzzle.locator(".mrkit-ask").bounding_box()
    assert card["y"] < check.bounding_box()["y"] < card["y"] + card["height"], "the button is in the card"
    check.click()
    verdict = puzzle.get_by_text("Correct (01.lines)")
    verdict.wait_for()
    page.page.wait_for_timeout(300)
    assert verdict.bounding_box()["y"] < 690, "and what is said of it in sight"
    page.run_cell(2)
    assert "Correct (01.lines)" in page.outputs(2)[0]["data"]["text/plain"]
    page.run_cell(3)
    again = page.page.locator(".mrkit-question:has(ol)").nth(1)
    again.locator("ol code").nth(1).wait_for()
    assert again.locator("ol code").all_text_contents() == ["def by_length(word):", "yield len(word), 1"]
    page.shot("parsons-solved")
    assert page.errors == []


def test_tasks_are_laid_by_mouse_and_by_keyboard(lab):
    page = lab(notebook("from mrkit.learn import lay\nlay([2, 2, 8], 2)"), width=1280, height=720)
    page.run()
    page.show(".mrkit-question")
    laying = page.page.locator(".mrkit-question")
    lanes = laying.locator(".mrkit-lane-track")
    run = laying.get_by_role("button", name="Run", exact=True)
    drag(page, laying.get_by_role("button", name="task of 8 s"), lanes.nth(2), 100, 20)
    assert lanes.nth(2).locator("button").count() == 1
    assert run.is_disabled()
    for _ in range(2):
        lanes.nth(0).get_by_role("button", name="task of 2 s").first.focus()
        page.page.keyboard.press("1")
    laying.get_by_text("ends after 4 s").wait_for()
    run.click()
    laying.get_by_text("Yours ends after 8 s, the run after 10 s").wait_for()
    assert page.violations(".mrkit-question") == []
    assert page.errors == []


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_stands_in_the_way(page, theme):
    page.change_theme(theme)
    assert page.violations(".mrkit-question") == []
    assert page.violations(".jp-OutputArea-output [role=status]") == []
    page.show(".jp-Cell:last-of-type [role=status]")
    page.shot(f"cards-{theme}")


def test_the_text_twin_is_saved(page):
    for cell in (1, 2):
        (output,) = page.outputs(cell)
        assert set(output["data"]) == {"text/plain", "text/html"}, "a saved widget view would be an error box"


def test_a_saved_notebook_shows_the_questions_as_text(page, lab):
    forms = page.page.locator(".mrkit-question:has(fieldset, .mrkit-ask)")  # a right answer has a button, too
    assert forms.count() == 2
    assert not page.page.get_by_text("Answer with").first.is_visible(), "the living question stands over the text"
    page.save()
    page.shutdown()
    again = lab(page.name, kernel=False, width=1100, height=1500)
    again.page.wait_for_timeout(1000)  # a living question would be there by now
    again.page.get_by_text('quiz("01.q1").answer("...")').wait_for()
    again.page.get_by_text('parsons("01.lines")').wait_for()
    for text in ("The map function gets", "c 1, because it is one line", "yield len(word), 1"):
        assert again.page.get_by_text(text).first.is_visible()
    assert again.page.get_by_text("Error displaying widget").count() == 0
    assert again.page.locator(".mrkit-question").count() == 0
    again.shot("questions-saved")


CONTROLS = """
from mrkit import MapReduce
from mrkit.learn import press, slide
from mrkit.views import partition_load, show
words = "a cat a dog a bird".split() * 20
numbers = iter(range(100))
def load(partitions):
    job = MapReduce(lambda word: [(word, 1)], lambda item: item[0], num_partitions=partitions, executor="serial")
    show(partition_load, job.run(words), most=120, tasks=32)
"""


def test_a_button_and_a_slider_by_keyboard_and_saved(lab):
    cells = 'press(lambda: print("shake", next(numbers)), "Shake")', 'slide(load, "partitions", range(1, 33), start=4)'
    page = lab(notebook(CONTROLS, *cells), width=1100, height=1000)
    page.run()
    keys, controls = page.page.keyboard, page.page.locator(".mrkit-control")
    button, slider = controls.nth(0), controls.nth(1)
    button.get_by_text("shake 0").wait_for()
    button.get_by_role("button", name="Shake").focus()
    keys.press("Space")
    button.get_by_text("shake 1").wait_for()
    picture = slider.locator(".mrkit-moving > svg")
    before = picture.get_attribute("aria-label")
    slider.get_by_role("slider").focus()
    keys.press("ArrowRight")
    page.page.wait_for_function(
        "before => document.querySelector('.mrkit-moving > svg').getAttribute('aria-label') !== before", arg=before
    )
    assert slider.locator("output").text_content() == "5"
    assert slider.get_by_text("pale: as it was at 4").is_visible()
    assert page.violations(".mrkit-control") == []
    page.shot("controls")
    assert page.errors == []

    page.save()
    page.shutdown()
    again = lab(page.name, kernel=False, width=1100, height=1000)
    again.page.wait_for_timeout(1000)  # a living control would be there by now
    assert again.page.locator(".mrkit-control").count() == 0
    for text in ("shake 0", "partitions: 4"):
        assert again.page.get_by_text(text, exact=True).is_visible()
    assert again.page.get_by_alt_text(before).is_visible()
    assert again.page.get_by_text("Error displaying widget").count() == 0
    again.shot("controls-saved")


AXES = "() => [...document.querySelectorAll('.mrkit-moving [id^=\"matplotlib.axis\"]')]"
WATCH = """() => {
    window.titles = new Set();
    new MutationObserver(() => {
        if (window.down) window.titles.add(document.querySelector(".mrkit-moving-title").textContent);
    }).observe(document.querySelector(".mrkit-screen"), { childList: true });
}"""


def test_the_picture_follows_while_the_slider_is_dragged_on_the_same_axes(lab):
    page = lab(notebook(CONTROLS + 'slide(load, "partitions", range(1, 33), start=4)'), width=1280, height=720)
    page.run()
    page.show(".mrkit-control")
    page.page.wait_for_selector(".mrkit-moving svg")
    page.page.evaluate(f"() => {{ window.axes = ({AXES})(); }}")
    page.page.evaluate(WATCH)
    box = page.page.get_by_role("slider").bounding_box()
    middle = box["y"] + box["height"] / 2
    at = [box["x"] + box["width"] * place / 31 for place in range(32)]
    page.page.mouse.move(at[3], middle)
    page.page.mouse.down()
    page.page.evaluate("() => { window.down = true; }")
    for place in range(4, 32):
        page.page.mouse.move(at[place], middle)
        page.page.wait_for_timeout(60)
    page.page.wait_for_function("() => window.titles.size > 3")
    assert page.page.locator(".mrkit-ghost").count() == 1, "what was there before is pale"
    page.shot("slider-dragged")
    page.page.evaluate("() => { window.down = false; }")
    page.page.mouse.up()
    page.page.wait_for_function(
        "() => document.querySelector('.mrkit-moving > svg').getAttribute('aria-label').match(/^32\\s/)"
    )
    assert page.page.evaluate(f"() => (({AXES})()).every((axis, which) => axis === window.axes[which])")
    assert page.page.locator(".mrkit-control").bounding_box()["height"] <= 600
    for theme in ("dark", "light"):
        page.change_theme(theme)
        page.shot(f"slider-{theme}")
        assert page.violations(".mrkit-control") == []
    assert page.errors == []


def test_a_right_answer_is_played_at_one_click(lab):
    own = "from mrkit.learn import check\ndef by_letter(line):\n    for word in line.split():\n        yield word[0], 1"
    page = lab(notebook(own, 'check("00.letter", by_letter)'), width=1280, height=720)
    page.run()
    page.show("text=Correct (00.letter)")
    page.page.get_by_role("button", name="Play my solution").click()
    page.page.wait_for_selector(".mrp-card")
    assert "Record player · by_letter and total" in page.page.inner_text(".mrp-card")
    assert page.page.get_by_role("button", name="Play my solution").count() == 0
    page.page.focus(".mrp-card")
    page.page.keyboard.press("End")
    assert page.page.locator(".mrp-r").count() > 2
    assert page.violations(".mrp-card") == []
    page.shot("play-my-solution", ".mrp-card")
    (kept,) = page.outputs(1)
    assert "Correct (00.letter)" in kept["data"]["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" not in kept["data"]
    assert page.errors == []
