"""The teacher's pages and panels in a real browser: axe, the keyboard, no network, and pictures to look at."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from lab import SHOTS, Lab, notebook

sys.path += [str(Path(__file__).parents[1] / "learn"), str(Path(__file__).parents[1] / "classroom")]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """The pages of a made-up class."""
    import made_class

    from mrkit.classroom import cards, grade, ideas, pages
    from mrkit.classroom.roster import read
    from mrkit.classroom.watch import Limits

    root = tmp_path_factory.mktemp("class")
    made_class.make(root / "in", seed=18, size=36, lessons=["01", "05", "12"])
    known = grade.grade(root / "in", root / "out", read(root / "roster.csv"), limits=Limits(), jobs=2)
    pages.write_all(root / "out", known, ideas.ideas(known))
    (root / "out" / "cards.html").write_text(cards.cards(), encoding="utf-8")
    return root / "out"


@pytest.fixture(params=["light", "dark"])
def page(request, browser):
    """A page in both colour schemes, which notes what it asks for."""
    made = browser.new_page(color_scheme=request.param, viewport={"width": 1280, "height": 720})
    made.asked = []
    made.on("request", lambda asked: made.asked.append(asked.url))
    made.scheme = request.param
    yield made
    made.close()


def violations(page):
    import axe_playwright_python

    page.evaluate(Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("() => window.axe.run()")["violations"]
    return [
        f"{each['id']} ({each['impact']}): {node['html'][:200]} {node['failureSummary']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def show(page, path, name):
    page.goto(path.as_uri())
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{page.scheme}.png", full_page=True)
    assert violations(page) == []
    assert [url for url in page.asked if not url.startswith("file:")] == [], "one file, offline"


def test_the_report(page, out):
    show(page, out / "report.html", "report")
    folds = page.locator("summary")
    for fold in range(folds.count()):  # with the keyboard
        folds.nth(fold).focus()
        page.keyboard.press("Enter")
    page.screenshot(path=SHOTS / f"report-open-{page.scheme}.png", full_page=True)
    assert page.locator("details[open]").count() == folds.count()
    assert violations(page) == []


def test_a_students_page(page, out):
    show(page, min((out / "feedback").iterdir()), "feedback")


def test_the_cards(page, out):
    show(page, out / "cards.html", "cards-to-print")
    if page.scheme == "light":
        pdf = page.pdf(format="A4")
        assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 2


PANEL = """
import os, tempfile
os.environ["MRKIT_PROGRESS"] = os.path.join(tempfile.mkdtemp(), "diary")  # nobody has voted before
from mrkit.learn import hand_in, quiz, task, vote
"""


def test_vote_twice_and_count_by_keyboard(lab):
    page: Lab = lab(
        notebook(PANEL, 'quiz("05.q2")', 'vote("05.q2", "browser")', 'task("12.backup")', 'hand_in("05")'),
        width=1100,
        height=1500,
    )
    page.run()
    keys, forms = page.page.keyboard, page.page.locator(".mrkit-question")
    quiz, panel = forms.nth(0), forms.nth(1)
    quiz.get_by_text("Exactly once").wait_for()
    quiz.locator("input").first.focus()
    keys.press("Space")
    quiz.get_by_role("button", name="Vote").focus()
    keys.press("Enter")
    quiz.get_by_text("Noted: a (05.q2)").wait_for()
    assert quiz.get_by_text("Not yet").count() == 0
    quiz.locator("input").nth(1).focus()
    keys.press("Space")
    quiz.get_by_role("button", name="Vote").focus()
    keys.press("Space")
    quiz.get_by_text("Correct (05.q2)").wait_for()

    panel.locator("input").nth(0).fill("12")
    panel.locator("input").nth(1).fill("6")
    panel.locator("input").nth(1).press("Enter")
    panel.get_by_text("Right: 33%").wait_for()
    panel.locator("summary").focus()
    keys.press("Enter")
    panel.locator("textarea").fill("Ana: b\nBo: b\nCy: a")
    panel.get_by_role("button", name="Count as second vote").focus()
    keys.press("Enter")
    panel.get_by_text("Right before 33%, after 67%.").wait_for()
    for theme in ("dark", "light"):
        page.change_theme(theme)
        assert page.violations(".mrkit-question") == []
        page.shot(f"votes-{theme}")
    (output,) = page.outputs(4)
    assert "application/vnd.mrkit.progress+json" in output["data"]
    assert page.errors == []
