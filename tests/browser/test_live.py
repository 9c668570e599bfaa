"""The live run and the panel in a real JupyterLab: updates before the cell ends, Stop, and what the notebook keeps."""

from lab import notebook

JOB = """
import time
from mrkit import MapReduce
from mrkit.views.widgets.live.live import live, panel

def words(line):
    time.sleep(0.2)
    print("read", line[:8])
    for word in line.split():
        yield word, 1

def total(item):
    return item[0], sum(item[1])

job = MapReduce(words, total, 2, num_partitions=3)
lines = ["the cat sat", "the dog", "the end"] * SIZE
"""


def job(size):
    return JOB.replace("SIZE", str(size))


def test_updates_arrive_before_the_cell_ends_and_a_picture_stays(lab):
    page = lab(notebook(job(10), "run = live(job, lines, 1)", "len(run.results)"))
    page.run(wait=False)
    page.page.wait_for_selector(".live[data-status=running] .live-block:not(.live-is-now)")
    assert page.cells()[1]["execution_count"] is None, "the cell is still running"
    map_bar = page.page.get_by_role("progressbar", name="map")
    assert "of 30" in map_bar.get_attribute("aria-valuetext")
    page.show(".live")
    page.shot("live-running")
    assert page.violations(".live") == []

    page.page.wait_for_selector("text=30 inputs became", state="attached")
    page.page.wait_for_selector(".live", state="detached")
    outputs = [output for output in page.outputs(1) if output["output_type"] == "display_data"]
    (kept,) = outputs
    assert "<img alt=" in kept["data"]["text/html"]
    assert "application/vnd.jupyter.widget-view+json" not in kept["data"]
    assert page.outputs(2)[0]["data"]["text/plain"] == "5"
    page.shot("live-ended")
    assert page.errors == []


def test_the_interrupt_stops_a_blocking_call_and_its_picture_stays(lab):
    page = lab(notebook(job(200), "live(job, lines, 1)"))
    page.run(wait=False)
    page.page.wait_for_selector(".live[data-status=running] .live-block:not(.live-is-now)")
    assert page.page.get_by_role("button", name="Stop").count() == 0
    page.interrupt()
    page.page.wait_for_selector(".live", state="detached")
    kept = next(output for output in page.outputs(1) if output["output_type"] == "display_data")
    assert "ended early" in kept["data"]["text/plain"]


def test_a_panel_runs_and_stops_by_mouse_and_by_keyboard(lab):
    page = lab(notebook(job(200), "shown = panel(job, lines, 1)", "'the next cell'"))
    page.run()
    assert "next cell" in page.outputs(2)[0]["data"]["text/plain"], "the panel's cell returns at once"
    page.show(".live")
    run = page.page.get_by_role("button", name="Run", exact=True)
    stop = page.page.get_by_role("button", name="Stop", exact=True)
    assert stop.is_disabled()
    run.click()
    page.page.wait_for_selector(".live[data-status=running] .live-block:not(.live-is-now)")
    page.shot("panel-running")
    stop.click()
    page.page.wait_for_selector(".live[data-status=stopped]")
    page.page.wait_for_selector("text=ended early", state="attached")
    assert page.violations(".live") == []

    page.page.get_by_role("button", name="Run again").focus()
    page.page.keyboard.press("Enter")
    page.page.wait_for_selector(".live[data-status=running] .live-block:not(.live-is-now)")
    stop.focus()
    page.page.keyboard.press("Space")
    page.page.wait_for_selector(".live[data-status=stopped]")
    page.page.wait_for_selector("text=ended early", state="attached")
    page.shot("panel-stopped")
    saved = [output["data"]["text/html"] for output in page.outputs(1)]
    assert "run this cell again" in saved[0]
    assert "<img alt=" in saved[1]
    assert page.errors == []
