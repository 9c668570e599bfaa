"""What fits where: a chart in the page's theme and width, a widget on the whole screen, on a projector, on a phone."""

import io

import pytest
from lab import notebook
from PIL import Image

CHART = """
from mrkit.views.charts import top_k
top_k([("the", 5123), ("of", 2500)])
"""
JOB = """
from mrkit import MapReduce
from mrkit.views import Player, buckets, chaos, panel, phases, whatif

def words(line):
    for word in line.split():
        yield word, 1

def total(item):
    return item[0], sum(item[1])

lines = [f"the cat w{number} sat on the mat" for number in range(60)]
run = MapReduce(words, total, num_partitions=3, executor="serial").run(lines[:12], 5)
"""


def share_of_white(page, selector):
    picture = Image.open(io.BytesIO(page.page.locator(selector).first.screenshot())).convert("L")
    return sum(picture.histogram()[250:]) / (picture.width * picture.height)


def test_a_chart_has_the_theme_and_the_width_of_the_page(lab):
    page = lab(notebook(CHART), width=1280, height=720)
    page.run()
    page.show(".mrkit-chart img")
    assert share_of_white(page, ".mrkit-chart img") > 0.5
    room = page.page.locator(".jp-OutputArea-output").first.bounding_box()["width"]
    assert page.page.locator(".mrkit-chart img").first.bounding_box()["width"] >= 0.97 * room
    page.change_theme("dark")
    assert share_of_white(page, ".mrkit-chart img") == 0, "no white slab"
    assert page.violations(".mrkit-chart") == []


WIDGETS = {
    "Player(run)": ".mrp",
    "phases(run)": ".phases",
    "buckets(run)": ".buckets",
    "whatif()": ".whatif",
    "panel(MapReduce(words, total, executor='serial'), lines)": ".live",
    "chaos(MapReduce(words, total), lines)": ".live",
}
CUT = """selector => {
    const page = document.querySelector(selector);
    const wide = e => innerWidth > 600 && e.closest("td"); // a cell of a table may be cut: picked, it is told whole
    const seen = [...page.querySelectorAll("*")].filter(e => e.clientWidth > 1 && !e.closest("svg") && !wide(e));
    const scrolls = e => getComputedStyle(e).overflowX === "auto";
    return seen.filter(e => e.scrollWidth > e.clientWidth + 1 && !scrolls(e) && e.innerText?.trim())
        .map(e => `${e.className}: ${e.innerText.slice(0, 60)} (${e.scrollWidth} in ${e.clientWidth})`);
}"""


@pytest.mark.parametrize(("cell", "selector"), WIDGETS.items())
def test_a_widget_fits_a_projector_and_a_phone(lab, cell, selector):
    page = lab(notebook(JOB, cell), width=1280, height=720)
    page.run()
    page.show(selector)
    page.page.wait_for_timeout(300)
    box = page.page.locator(selector).first.bounding_box()
    assert box["height"] <= 600
    assert page.page.evaluate(CUT, selector) == []
    page.page.set_viewport_size({"width": 390, "height": 844})
    page.page.wait_for_timeout(300)
    assert page.page.evaluate(CUT, selector) == []
    assert page.violations(selector) == []


def test_the_line_of_steps_is_whole_on_a_phone(lab):
    page = lab(notebook(JOB, "Player(run)"), width=390, height=844)
    page.run()
    page.show(".mrp-scrub")
    steps, drawn = page.page.evaluate("""() => {
        const line = document.querySelector(".mrp-scrub");
        return [line.max, getComputedStyle(line).getPropertyValue("--mrp-track")];
    }""")
    assert f"of {int(steps) + 1:,}" in page.page.locator(".mrp-counter").inner_text()
    assert "gradient" in drawn


def test_what_is_pointed_at_in_the_shuffle_is_lit_with_its_records(lab):
    page = lab(notebook(JOB, "buckets(run)"), width=1280, height=720)
    page.run()
    page.show(".buckets")
    lit = page.page.locator(".buckets-record.buckets-on")
    assert lit.count() == 0
    page.page.get_by_role("button", name="map task 1").hover()
    page.page.wait_for_selector(".buckets-said:has-text('Map task 1 read')")
    rows = {chip.get_attribute("data-row") for chip in lit.all()}
    assert rows == {"1"}
    page.page.get_by_role("button", name="partition 2").focus()
    page.page.wait_for_selector(".buckets-said:has-text('Partition 2 got')")
    assert {chip.get_attribute("data-column") for chip in lit.all()} == {"2"}
    assert page.page.locator("td.buckets-on").count() == 3
    for theme in ("light", "dark"):
        page.change_theme(theme)
        assert page.violations(".buckets") == []
        page.shot(f"buckets-{theme}", ".buckets")
    assert page.errors == []


def test_the_players_sentence_stays_in_sight_when_zoomed(lab):
    page = lab(notebook(JOB, "Player(run)"), width=1024, height=576)  # 1280 by 720 at 125 %
    page.run()
    page.show(".mrp")
    page.page.wait_for_timeout(300)
    told = page.page.locator(".mrp-sentence").bounding_box()
    assert told["y"] + 40 < 576 - 25, "above the status bar"


@pytest.mark.parametrize(("cell", "selector"), WIDGETS.items())
def test_every_widget_fills_the_screen_and_leaves_it(lab, cell, selector):
    page = lab(notebook(JOB, cell), width=1280, height=720)
    page.run()
    page.show(selector)
    page.page.get_by_role("button", name="Full screen").click()
    full = "selector => document.fullscreenElement?.matches(`${selector}, :has(${selector})`)"
    page.page.wait_for_function(full, arg=selector)
    assert page.violations(selector) == []
    page.page.get_by_role("button", name="Leave full screen (Esc)").click()
    page.page.wait_for_function("document.fullscreenElement === null")
    page.page.get_by_role("button", name="Full screen").wait_for()
