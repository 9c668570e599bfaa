"""Fixtures of the browser tests: one server and one browser for all, a page for each file, a kernel for each test.

def test_something(lab):
    page = lab(notebook("1 + 1"))       # opened, its kernel ready
    page.run()
    assert page.outputs(0)[0]["data"]["text/plain"] == "2"
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lab import FLAGS, HOW, Lab, Server, chromium

numbers = itertools.count(1)  # of notebooks


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter):
    skipped = [report for report in terminalreporter.stats.get("skipped", ()) if HOW in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} skipped: {HOW}", yellow=True)


# Not for the whole session: Playwright runs an event loop in this thread, in which no other test could start one.
@pytest.fixture(scope="package")
def browser():
    """A headless Chromium; without one, the tests say how to get it."""
    try:
        from playwright.sync_api import sync_playwright

        path = chromium()
    except ImportError:
        path = None
    if path is None:
        pytest.skip(HOW)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="package")
def server(browser, tmp_path_factory):
    """JupyterLab in a folder of its own."""
    running = Server(tmp_path_factory.mktemp("lab") / "server")
    yield running
    running.close()


@pytest.fixture(scope="module")
def warm_page(browser):
    """A page in which the tests of a file open their notebooks one after the other: loading JupyterLab takes long."""
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def lab(browser, server, warm_page):
    """Opens a notebook (a dictionary, a Path or the name of one that is there); the second in a page of its own."""
    opened, pages = [], []

    def open_notebook(book, *, width=1600, height=1000, kernel=True, reduced_motion="null"):
        name = book if isinstance(book, str) else server.write(f"{next(numbers)}.ipynb", book)
        page = browser.new_page() if pages else warm_page
        pages.append(page)
        page.set_default_timeout(20_000)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(reduced_motion=reduced_motion)
        opened.append(Lab(page, server, name, kernel))
        return opened[-1]

    yield open_notebook
    for each in opened:
        each.close()
    for page in pages[1:]:
        page.close()
