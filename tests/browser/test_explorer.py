"""The explorer in a real JupyterLab: a control is changed, the job runs, the charts and the words change."""

from lab import notebook

CELL = """
from mrkit.views.widgets.explorer.explorer import explorer

def words(line):
    for word in line.split():
        yield word, 1

def total(item):
    return item[0], sum(item[1])

explorer(words, total, lambda size, skew: ["the cat sat", "the dog"] * (size // 2), total)
"""


def test_a_control_a_run_and_the_run_before_beside_it(lab):
    page = lab(notebook(CELL), height=1600)
    page.run()
    page.show(".explorer")
    run = page.page.get_by_role("button", name="Run", exact=True)
    assert "to see your first run here" in page.page.locator(".explorer-status").inner_text()
    assert not page.page.locator(".explorer-charts").is_visible(), "no empty box before the first run"
    page.shot("explorer-before", ".explorer")
    run.click()
    page.page.wait_for_selector(".explorer-charts img", timeout=60_000)
    room = page.page.locator(".explorer-charts").bounding_box()
    first = page.page.locator(".explorer-charts img").get_attribute("alt")

    page.page.get_by_role("slider", name="How many inputs should one task take?").focus()
    for _ in range(4):
        page.page.keyboard.press("ArrowRight")
    page.page.get_by_role("checkbox", name="Should map tasks shrink their pairs before they travel?").check()
    run.click()
    page.page.wait_for_selector("text=Since run 1: inputs in a task automatic → 10 and combiner off → on")
    page.page.wait_for_function(
        "first => document.querySelector('.explorer-charts img').alt !== first", arg=first, timeout=60_000
    )
    page.page.locator(".explorer-runs summary").click()
    assert page.page.locator(".explorer-runs tbody tr").count() == 2
    again = page.page.locator(".explorer-charts").bounding_box()
    assert (again["x"], again["width"]) == (room["x"], room["width"]), "the second run is in the same place"
    assert "1,000" in page.page.locator(".explorer-runs tbody tr").last.inner_text(), "map tasks of 10 inputs each"
    assert page.violations(".explorer") == []
    page.shot("explorer", ".explorer")
    place, kept = (output["data"]["text/html"] for output in page.outputs(0))
    assert "run this cell again" in place
    assert "<img alt=" in kept
    assert not page.page.locator("[data-mrkit-kept]").is_visible(), "the charts are not shown twice"
    assert page.errors == []


def test_an_error_is_a_sentence(lab):
    page = lab(notebook(CELL.replace("yield word, 1", "yield word, 1 / 0")), height=1600)
    page.run()
    page.show(".explorer")
    page.page.get_by_role("button", name="Run", exact=True).click()
    page.page.wait_for_selector(".explorer-problem:has-text('ZeroDivisionError')")
    assert page.page.get_by_role("button", name="Run", exact=True).is_enabled()
