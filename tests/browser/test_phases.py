"""The phase view in a real JupyterLab: sorted, filtered and picked by mouse and by keyboard."""

from lab import notebook

CELL = """
from mrkit import MapReduce
from mrkit.views.widgets.phases.phases import phases

def words(line):
    return [(word, 1) for word in line.split()]

def total(item):
    return item[0], sum(item[1])

lines = [f"the cat w{number}" for number in range(25)]
phases(MapReduce(words, total, num_partitions=3, executor="serial").run(lines, 5))
"""


def texts(page, table, column):
    cells = page.page.locator(f".phases-{table} tbody .phases-column-{column}")
    return [text for text in cells.all_inner_texts() if text]


def test_the_tables_by_mouse_and_by_keyboard(lab):
    page = lab(notebook(CELL), height=1400)
    page.run()
    page.show(".phases")
    page.page.wait_for_selector(".phases-pick")
    said = page.page.locator(".phases-said")
    height = page.page.locator(".phases").bounding_box()["height"]
    assert "25 inputs, 75 pairs" in said.inner_text().replace("\u00a0", " ")

    page.page.locator(".phases-reduce").get_by_role("button", name="key", exact=True).click()
    page.page.wait_for_selector(".phases-reduce th[aria-sort=ascending]")
    keys = [text[2:] if text[1:2].isspace() else text[1:] for text in texts(page, "reduce", "key")]
    assert keys == sorted(keys)
    assert keys[0] == "cat"

    page.page.locator(".phases-input .phases-pick").nth(2).click()
    page.page.wait_for_selector("text=Input 3, 'the cat w2', was read by main")
    page.page.wait_for_function("document.querySelector('.phases-map caption').innerText.includes('3 of 75')")
    assert len(texts(page, "map", "value")) == 3
    assert page.page.locator(".phases").bounding_box()["height"] == height, "nothing jumps"
    assert page.violations(".phases") == []
    page.shot("phases", ".phases")

    page.page.keyboard.press("Escape")
    page.page.wait_for_selector(".phases-said:has-text('75')")
    page.page.locator(".phases-input .phases-pick[tabindex='0']").focus()
    page.page.keyboard.press("ArrowDown")
    page.page.keyboard.press("Enter")
    page.page.wait_for_selector("text=Input 4, 'the cat w3', was read by main")
    page.page.keyboard.press("PageDown")
    page.page.wait_for_selector(".phases-input .phases-where:has-text('page 2 of 3')")

    page.page.get_by_role("button", name="Show all").click()
    page.page.get_by_label("key", exact=True).last.fill("w7")
    page.page.wait_for_function("document.querySelector('.phases-input caption').innerText.includes('1 of 25')")
    assert texts(page, "input", "input") == ["the cat w7"]
    assert page.errors == []


def test_a_saved_notebook_shows_the_first_rows_without_a_kernel(lab):
    page = lab(notebook(CELL))
    page.run()
    page.save()
    saved = lab(page.name, kernel=False)
    output = saved.page.locator(".jp-OutputArea-output").first
    assert "the cat w9" in output.inner_text()
    assert "Error displaying widget" not in output.inner_text()
