"""Fixtures of the browser tests: one server and one browser for all, a fresh page for each notebook.

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


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter):
    skipped = [report for report in terminalreporter.stats.get("skipped", ()) if HOW in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} skipped: {HOW}", yellow=True)


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def server(browser, tmp_path_factory):
    """JupyterLab in a folder of its own."""
    running = Server(tmp_path_factory.mktemp("lab") / "server")
    yield running
    running.close()


@pytest.fixture
def lab(browser, server):
    """Opens a notebook (a dictionary, a Path or the name of one that is there) in a page of its own."""
    numbers, opened = itertools.count(1), []

    def open_notebook(book, *, width=1600, height=1000, kernel=True, **context):
        name = book if isinstance(book, str) else server.write(f"{len(opened)}-{next(numbers)}.ipynb", book)
        page = browser.new_context(viewport={"width": width, "height": height}, **context).new_page()
        page.set_default_timeout(20_000)
        opened.append(Lab(page, server, name, kernel))
        return opened[-1]

    yield open_notebook
    for each in opened:
        try:
            each.shutdown()
        finally:
            each.page.context.close()
