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


SEEN = """
from mrkit.events import JobStarted, TaskStarted
from mrkit.views.widgets.live.state import LiveState

def seen(*workers):
    state = LiveState()
    state.take(JobStarted(100.0, "words", "processes", "spawn", 2, 12))
    for task, worker in enumerate(workers):
        state.take(TaskStarted(101.0, "map", task, 1, worker))
    shown.view.snapshot = state.snapshot(102.0)
"""


def test_a_row_names_the_worker_that_it_is_of(lab):
    steps = ["seen('worker-2')", "seen('worker-1', 'worker-2')", "seen()"]
    page = lab(notebook(JOB, "shown = chaos(job, lines, 1)", SEEN, *steps))
    for cell in range(4):
        page.run_cell(cell)
    row = page.page.locator(".live-label:text-matches('^worker')").first
    page.page.wait_for_selector(".live-label[aria-label='Kill worker-2']")
    page.run_cell(4)
    page.page.wait_for_selector(".live-label:text('worker-1')")
    assert row.get_attribute("aria-label") == "Kill worker-1"
    page.run_cell(5)
    page.page.wait_for_selector(".live-doing:has-text('is starting')")
    assert page.page.locator(".live [data-worker], .live-label[role], .live-label[aria-label]").count() == 0
    assert row.get_attribute("tabindex") is None


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
