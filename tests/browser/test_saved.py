"""What a saved notebook shows of all that moved: opened again without a kernel, and as nbconvert's HTML offline."""

from __future__ import annotations

import pytest
from lab import SHOTS, Lab, notebook
from nbconvert import HTMLExporter

SETUP = """
from mrkit import MapReduce
from mrkit.views.widgets.live.chaos import chaos
from mrkit.views.widgets.live.live import live, panel
from mrkit.views.widgets.phases.phases import phases
from mrkit.views.widgets.player.player import Player
from mrkit.views.widgets.explorer.explorer import explorer

def words(line):
    for word in line.split():
        yield word, 1

def total(item):
    return item[0], sum(item[1])

lines = ["the cat sat", "the dog", "the end"] * 10
job = MapReduce(words, total, 2, num_partitions=3)
"""
CELLS = [
    "run = live(job, lines, 1)",
    "Player(run)",
    "phases(run)",
    "shown = panel(job, lines, 1)",
    "hurt = chaos(job, lines, 1)",
    "explorer(words, total, lambda size, skew: lines, total)",
]
WITH_A_BUTTON = (3, 4, 5)
ENDED = "30 inputs became 70 pairs and 5 results."
SAYS = [ENDED, "Run the cell to play it.", "inputs (the first 10 of 30)", ENDED, ENDED, "2 workers took"]
KEPT = "number => JSON.stringify(window.panel.content.model.toJSON().cells[number].outputs).includes('<img')"


@pytest.fixture(scope="module")
def saved(browser, server):
    """The name of a notebook in which everything has run, and that was saved."""
    page = browser.new_page(viewport={"width": 1600, "height": 1600})
    opened = Lab(page, server, server.write("saved.ipynb", notebook(SETUP, *CELLS)))
    opened.run()
    for number in WITH_A_BUTTON:
        cell = cell_of(opened, number)
        cell.get_by_role("button", name="Run", exact=True).click()
        page.wait_for_function(KEPT, arg=number + 1, timeout=60_000)
    opened.save()
    opened.shutdown()
    page.close()
    return opened.name


def cell_of(opened, number):
    """A cell, scrolled into sight: JupyterLab draws no others."""
    opened.page.evaluate("number => window.panel.content.scrollToItem(number)", number + 1)
    cell = opened.page.locator(f".jp-Notebook-cell[data-windowed-list-index='{number + 1}']")
    cell.scroll_into_view_if_needed()
    return cell


def test_opened_again_without_a_kernel(saved, lab):
    again = lab(saved, kernel=False, height=1600)
    again.page.evaluate("window.panel = window.jupyterapp.shell.currentWidget")
    for number, says in enumerate(SAYS):
        cell = cell_of(again, number)
        assert says in cell.inner_text().replace("\xa0", " ")
        assert "Error displaying widget" not in again.page.content()
        again.shot(f"saved-{number}")


def test_as_html_offline(saved, server, browser):
    html, _ = HTMLExporter().from_filename(str(server.folder / "work" / saved))
    path = server.folder / "saved.html"
    path.write_text(html, encoding="utf-8")
    with browser.new_context(offline=True, viewport={"width": 1200, "height": 900}) as offline:
        page = offline.new_page()
        page.goto(path.as_uri(), wait_until="domcontentloaded")
        cells = page.locator(".jp-CodeCell")
        for number, says in enumerate(SAYS):
            assert says in cells.nth(number + 1).inner_text().replace("\xa0", " ")
        assert "Error displaying widget" not in page.content()
        images = page.locator("img").all()
        assert len(images) >= 5
        assert all(image.evaluate("image => image.complete && image.naturalWidth > 0") for image in images)
        assert all(image.get_attribute("alt") for image in images)
        page.screenshot(path=SHOTS / "saved-html.png", full_page=True)
