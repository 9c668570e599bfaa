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


def test_a_control_a_run_and_the_run_before_on_the_same_axes(lab):
    page = lab(notebook(CELL), width=1280, height=720)
    page.run()
    page.show(".explorer")
    run = page.page.get_by_role("button", name="Run", exact=True)
    assert "to see your first run here" in page.page.locator(".explorer-status").inner_text()
    assert not page.page.locator(".explorer-chart").is_visible(), "no empty box before the first run"
    page.shot("explorer-before", ".explorer")
    run.click()
    page.page.wait_for_selector(".explorer-chart svg", timeout=60_000)
    page.page.wait_for_selector(".explorer-buttons .mod-primary:not([disabled])")
    assert "warm workers" in page.page.locator(".explorer-status").inner_text()

    page.page.get_by_role("slider", name="How many inputs should one task take?").focus()
    for _ in range(4):
        page.page.keyboard.press("ArrowRight")
    page.page.get_by_role("checkbox", name="Should map tasks shrink their pairs before they travel?").check()
    run.click()
    page.page.wait_for_selector(
        "text=Since run 1: inputs in a task automatic → 10 and combiner off → on", timeout=60_000
    )
    page.page.wait_for_selector(".explorer-buttons .mod-primary:not([disabled])")
    for view in ("Workers", "Load", "Time", "Numbers"):
        page.page.get_by_role("button", name=view, exact=True).click()
        shown = ".explorer-runs" if view == "Numbers" else ".explorer-chart svg"
        page.page.wait_for_selector(shown)
        assert page.page.locator(".explorer").bounding_box()["height"] <= 600, view
        assert page.violations(".explorer") == []
        page.shot(f"explorer-{view.lower()}")
    rows = page.page.locator(".explorer .explorer-runs tbody tr")
    assert rows.count() == 2
    assert "1,000" in rows.last.inner_text(), "map tasks of 10 inputs each"
    place, kept = (output["data"]["text/html"] for output in page.outputs(0))
    assert "run this cell again" in place
    assert "<img " in kept
    assert not page.page.locator("[data-mrkit-kept]").is_visible(), "the charts are not shown twice"
    assert page.errors == []


def test_an_error_is_a_sentence(lab):
    page = lab(notebook(CELL.replace("yield word, 1", "yield word, 1 / 0")), height=1600)
    page.run()
    page.show(".explorer")
    page.page.get_by_role("button", name="Run", exact=True).click()
    page.page.wait_for_selector(".explorer-problem:has-text('ZeroDivisionError')")
    assert page.page.get_by_role("button", name="Run", exact=True).is_enabled()
