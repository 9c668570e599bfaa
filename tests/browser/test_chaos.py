"""The kill button in a real JupyterLab: a click kills a worker, and the second attempt is seen."""

from lab import notebook

JOB = """
import time
from mrkit import MapReduce
from mrkit.views.widgets.live.chaos import chaos

def words(line):
    time.sleep(1)
    for word in line.split():
        yield word, 1

def total(item):
    return item[0], sum(item[1])

job = MapReduce(words, total, 2, num_partitions=2)
lines = ["the cat sat", "the dog", "the end"] * 4
"""


def test_a_click_kills_and_another_worker_does_the_task_again(lab):
    page = lab(notebook(JOB, "shown = chaos(job, lines, 1)", "run = shown.result(60)\nshown.wait()\nlen(run.results)"))
    page.run_cell(0)
    page.run_cell(1)
    page.show(".live")
    kill = page.page.get_by_role("button", name="Kill a worker")
    assert kill.is_disabled(), "nothing runs yet"
    page.page.get_by_role("button", name="Run", exact=True).click()
    page.page.wait_for_selector(".live[data-status=running] .live-is-now")
    height = page.page.locator(".live").bounding_box()["height"]
    page.page.get_by_role("button", name="Kill worker-2").locator("xpath=following-sibling::div[1]").click()
    page.page.wait_for_selector(".live-told:has-text('worker-2 was killed')")
    page.page.wait_for_selector(".live-doing:has-text('(attempt 2)')")
    page.page.wait_for_selector(".live-block.live-is-fault")
    page.show(".live")
    page.shot("chaos-killed")
    assert page.violations(".live") == []

    page.run_cell(2)
    assert page.outputs(2)[0]["data"]["text/plain"] == "5"
    page.page.wait_for_selector("text=12 inputs became", state="attached")
    assert not page.page.get_by_text("12 inputs became").first.is_visible(), "the panel says how it ended, once"
    assert page.page.locator(".live").bounding_box()["height"] >= height, "it keeps its height"
    kept = page.outputs(1)[1]["data"]
    assert "1 failed attempt" in kept["text/plain"] or "Stopped early" in kept["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" not in kept
    page.shot("chaos-ended")
    assert page.errors == []
