"""The record player in a real JupyterLab: by mouse, by keyboard, read by a machine for access, and saved."""

from __future__ import annotations

import json
import re

import pytest
from lab import THEMES, notebook

SETUP = """
from mrkit import MapReduce
from mrkit.views.widgets.player.player import Player

def words(line):
    for word in line.split():
        yield word, 1

def total(item):
    word, ones = item
    return word, sum(ones)

lines = ["the cat sat", "the dog sat on the mat", "a cat", "the end"]
"""
PLAYER = """
run = MapReduce(words, total, 2, num_partitions=2, executor="threads").run(lines, chunksize=1)
player = Player(run, hashes=True)
player
"""
COMBINED = """
run = MapReduce(words, total, 2, num_partitions=2, executor="threads", combiner=total).run(lines, chunksize=2)
Player(run)
"""
LARGE = """
many = [f"w{i % 700} w{i % 90}" for i in range(6000)]
run = MapReduce(words, total, 2, num_partitions=4, executor="threads", sample=5000).run(many)
Player(run)
"""
CARD = ".mrp-card"


@pytest.fixture
def player(lab):
    """Opens a notebook with a player and runs it; the keys go to the player."""

    def open_player(*cells, **context):
        opened = lab(notebook(SETUP, *cells), **context)
        opened.run()
        opened.show(CARD)
        opened.page.focus(CARD)
        return opened

    return open_player


def sentence(opened):
    return opened.page.inner_text(".mrp-sentence").replace("\xa0", " ")


def step(opened):
    return int(re.search(r"step ([\d,]+)", opened.page.inner_text(".mrp-counter"))[1].replace(",", ""))


def lit(opened, kind):
    """The texts of what is picked out, of one kind."""
    texts = opened.page.locator(f".mrp-{kind}.mrp-lit").all_inner_texts()
    return [" ".join(text.split()) for text in texts]


def test_keyboard_and_mouse(player):
    opened = player(PLAYER, "player.step")
    page = opened.page
    keys = page.keyboard.press

    assert sentence(opened) == "Map: 4 inputs wait for 2 workers."
    keys("ArrowRight")
    keys("ArrowRight")
    assert re.fullmatch(r"Worker \d gives input 1 to words\(\) and gets \('the', 1\)\.", sentence(opened))
    assert page.inner_text(".mrp-running") == "        yield word, 1"
    assert page.locator(".mrp-p").all_text_contents() == ["●the1"]
    keys("ArrowLeft")
    assert page.locator(".mrp-p").count() == 0
    keys("2")
    assert sentence(opened).startswith("Partition: 13 pairs are ready.")
    keys("ArrowRight")
    assert "modulo 2 that is 0: to partition 0. It opens a group." in sentence(opened)
    assert page.inner_text(".mrp-running").strip() == "return stable_hash(key) % num_partitions"
    keys("3")
    assert page.locator(".mrp-v").count() == 13
    assert page.locator(".mrp-r").count() == 0
    keys("1")
    assert step(opened) == 1
    keys("End")
    assert sentence(opened).startswith("Done: 4 inputs → 13 pairs → 8 groups → 8 results.")
    assert page.locator(".mrp-r").count() == 8
    page.click("[aria-label='One step back']")
    page.wait_for_function("document.querySelector('.mrp-r.mrp-now')")
    page.wait_for_timeout(500)  # the step travels to the kernel a moment after it is shown
    opened.run_cell(2)
    assert opened.outputs(2)[0]["data"]["text/plain"] == str(step(opened) - 1)

    page.locator(".mrp-r").first.click()
    assert lit(opened, "r") == ["● the 4"]
    assert lit(opened, "p") == ["● the 1"] * 4
    assert lit(opened, "i") == ["1 the cat sat", "2 the dog sat on the mat", "4 the end"]
    assert page.inner_text(".mrp-running") == "        yield word, 1"
    assert sentence(opened).startswith("'the': 4 pairs of inputs 1, 2 and 4, made by worker")
    assert page.locator(".mrp-dim.mrp-r").count() == 7
    opened.shot("player-picked", CARD)
    page.locator(".mrp-r").first.click()
    assert page.locator(".mrp-lit, .mrp-dim").count() == 0
    page.locator(".mrp-q").nth(1).click()
    assert lit(opened, "r") == ["◆ dog 1", "● end 1"]
    keys("Escape")
    assert page.locator(".mrp-lit, .mrp-dim").count() == 0
    page.locator(".mrp-t").first.click()
    assert "did map task" in sentence(opened)
    keys("Escape")

    page.focus(".mrp-i[data-id=i0]")
    keys("Tab")
    assert page.evaluate("document.activeElement.dataset.id") == "p0"
    keys("Enter")
    assert lit(opened, "p") == ["● the 1"]
    assert lit(opened, "i") == ["1 the cat sat"]
    keys("Home")
    keys(" ")
    page.wait_for_function("document.querySelector('.mrp-counter b').textContent > 2")
    keys(" ")
    assert page.get_attribute(".mrp-play", "aria-label") == "Play"
    assert len(opened.cells()) == 3  # no key reached the notebook
    assert opened.errors == []


def test_as_it_happened_all_workers_play_on_the_times_of_their_tasks(player):
    opened = player(PLAYER.replace("lines,", "lines * 3,"), "player.step", width=1280, height=720)
    page = opened.page
    height = page.locator(CARD).bounding_box()["height"]
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="as it happened").click()
    assert page.get_attribute(".mrp-play", "aria-label") == "Pause"
    assert page.get_by_role("button", name="as it happened").get_attribute("aria-pressed") == "true"
    steps = page.locator(".mrp-counter").inner_text().rpartition(" of ")[2]
    assert int(page.locator(".mrp-scrub").get_attribute("max")) == int(steps) - 1, "the knob ends where the line ends"
    page.wait_for_function("document.querySelectorAll('.mrp-p').length > 3")
    page.keyboard.press(" ")
    assert page.get_attribute(".mrp-play", "aria-label") == "Play"
    caption = page.inner_text(".mrp-told .mrp-caption")
    assert re.fullmatch(
        r"as it happened, [\d,.]+ times slower; of a task only its start and its end are known", caption
    )
    assert "modulo" not in page.inner_text(".mrp-code")
    assert page.locator(CARD).bounding_box()["height"] == height
    assert opened.violations(CARD) == []
    opened.shot("player-as-it-happened", CARD)
    page.locator(".mrp-p").first.click()
    assert lit(opened, "i")
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    assert sentence(opened).startswith("Done: 12 inputs")
    assert page.locator(".mrp-r").count() == 8
    page.wait_for_timeout(500)
    opened.run_cell(2)
    last = int(opened.outputs(2)[0]["data"]["text/plain"])
    page.get_by_role("button", name="one record at a time").click()
    assert step(opened) == last + 1, "the same step, in the order in which it is told"
    assert opened.errors == []


def test_access_and_a_layout_that_stays(player):
    opened = player(COMBINED, width=800, reduced_motion="reduce")
    page = opened.page
    sizes = set()
    for key in ("Home", "ArrowRight", "2", "ArrowRight", "3", "ArrowRight", "End"):
        page.keyboard.press(key)
        sizes.add(tuple(page.locator(CARD).bounding_box().values())[2:])
        assert page.locator(".mrp-flying").count() == 0
    assert len(sizes) == 1
    assert page.locator(".mrp-c").count() == 10
    cut = "elements => elements.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"
    assert page.locator(".mrp-key, .mrp-heading, .mrkit-button").evaluate_all(cut) == []
    for theme in reversed(THEMES):
        opened.change_theme(theme)
        assert opened.violations(CARD) == []
        page.locator(".mrp-r").first.click()
        assert opened.violations(CARD) == []
        opened.shot(f"player-{theme}-narrow", CARD)
        page.keyboard.press("Escape")


def test_thousands_of_records_are_a_sample_and_few_elements(player):
    opened = player(LARGE)
    page = opened.page
    assert page.inner_text(".mrp-sample") == "showing 5,000 of 6,000 inputs and 10,000 of 12,000 pairs"
    for key in ("2", "ArrowRight", "3", "ArrowRight", "End"):
        page.keyboard.press(key)
        assert page.locator(f"{CARD} *").count() < 2000
    page.evaluate("document.querySelector('.mrp-left .mrp-scroll').scrollTop = 1e9")
    page.wait_for_selector(".mrp-i[data-id=i4999]")


def test_a_saved_notebook_shows_the_picture_and_its_text(player, lab, server):
    opened = player(PLAYER)
    opened.save()
    opened.shutdown()
    again = lab(opened.name)
    picture = again.page.locator("figure img")
    picture.wait_for()
    assert "Input 1, the cat sat, gave the 1, cat 1, sat 1." in picture.get_attribute("alt")
    assert picture.evaluate("image => image.naturalWidth") == 1000
    assert again.page.locator(CARD).count() == 0
    assert "Error displaying widget" not in again.page.inner_text("body")
    again.shot("player-reopened")

    from nbconvert import HTMLExporter

    book = (server.folder / "work" / opened.name).read_text(encoding="utf-8")
    assert "widget-view" not in book
    html, _ = HTMLExporter().from_filename(str(server.folder / "work" / opened.name))
    assert 'alt="Record player of words and total: 4' in html
    assert json.loads(book)["cells"][1]["outputs"][0]["data"].keys() == {"text/html", "text/plain"}
