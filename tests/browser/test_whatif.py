"""What if, in a real JupyterLab: dragged, picked, kept; the picture moves while a slider is dragged."""

from lab import notebook

CELL = """
from mrkit.views import whatif
whatif()
"""


def test_a_virtual_cluster_under_the_hand(lab):
    page = lab(notebook(CELL), height=1300)
    page.run()
    page.show(".whatif")
    page.page.wait_for_selector(".whatif-picture svg")
    said = page.page.locator(".whatif-said")
    assert "Calculated, not measured" in said.inner_text()
    first = page.page.locator(".whatif-picture").nth(1).inner_html()

    page.page.get_by_label("Are there backup tasks?").uncheck()
    page.page.wait_for_selector(".whatif-said:has-text('on → off')")
    page.page.wait_for_selector(".whatif-said:has-text('5 runs of the model')")
    assert "times as long" in said.inner_text()
    page.shot("whatif", ".whatif")

    slider = page.page.get_by_label("What can the core of the network carry?")
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.page.mouse.move(box["x"] + box["width"] * 0.2, y)
    page.page.mouse.down()
    seen = set()
    for share in range(20, 90, 5):  # the button is down: the picture must follow
        page.page.mouse.move(box["x"] + box["width"] * share / 100, y)
        page.page.wait_for_timeout(150)
        seen.add(page.page.locator(".whatif-picture").nth(1).inner_html())
    page.page.mouse.up()
    assert len(seen) > 4
    assert first not in seen
    page.page.wait_for_selector(".whatif-said:has-text('5 runs of the model')")

    page.page.get_by_role("button", name="Keep this run for comparison").click()
    page.page.wait_for_function("!document.querySelector('.whatif-said').innerText.includes('→')")
    slow = page.page.locator(".whatif-picture").nth(1).locator(".whatif-slow").first
    slow.focus()
    page.page.keyboard.press("Enter")
    assert "on worker" in page.page.locator(".whatif-pick").inner_text()
    slow.click()
    assert "task" in page.page.locator(".whatif-pick").inner_text()
    assert page.violations(".whatif") == []
