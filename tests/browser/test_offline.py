"""Pages without a network, in a real browser: a site of three files, kept by the worker that `mrkit site` gives it.

Each build has a number; a page shows its own, and its style has it too.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from serving import served

from mrkit import site
from mrkit.site import offline

LIVING = Path(site.__file__).parent / "pages" / "_static" / "living.js"
PAGE = """<!doctype html><html data-content_root="./"><title>{build}</title>
<link rel="stylesheet" href="a.css?v={build}"><link rel="icon" href="data:,">
<body>{build}<script type="module" src="living.js"></script>"""
BUILDS = "[document.title, getComputedStyle(document.body).getPropertyValue('--build')].join(' ')"
UNTIL = "async () => { while (!(await (PROMISED))) await new Promise((done) => setTimeout(done, 100)); }"
INSTALLED = """async () => {
    const one = await navigator.serviceWorker.register("service-worker.js");
    await one.update().catch(() => {});
    while (one.installing) await new Promise((done) => setTimeout(done, 100));
    return [one.waiting !== null, one.active !== null];
}"""


def build(folder, number):
    """Make one build in place of another."""
    (folder / "lite").mkdir(parents=True, exist_ok=True)
    (folder / "lite" / "index.html").write_text("lite")
    (folder / "living.js").write_bytes(LIVING.read_bytes())
    for name in ("index.html", "other.html"):
        (folder / name).write_text(PAGE.format(build=number))
    (folder / "a.css").write_text(f"body {{ --build: {number}; }}")
    offline.add(folder / "lite", "lessons")
    offline.add(folder, "pages", leave_out="lite")
    for path in folder.rglob("*.*"):
        os.utime(path, (number * 1e6, number * 1e6))  # or the server takes builds of one second for the same


@pytest.fixture
def visitor(browser):
    context = browser.new_context()
    yield context
    context.close()


def visit(visitor, address):
    page = visitor.new_page()
    page.goto(address)
    return page


def is_kept(page):
    page.evaluate("navigator.serviceWorker.ready.then(() => {})")


def wait_until(page, promised):
    page.evaluate(UNTIL.replace("PROMISED", promised))


def test_after_the_first_visit_pages_open_without_the_site(visitor, tmp_path):
    build(tmp_path / "a" / "b", 1)
    with served(tmp_path) as host:
        is_kept(visit(visitor, f"{host}/a/b/"))
    for name in ("", "index.html", "other.html?some#where"):
        assert visit(visitor, f"{host}/a/b/{name}").evaluate(BUILDS) == "1 1"


def test_the_lessons_have_a_worker_of_their_own_which_keeps_nothing_yet(visitor, tmp_path):
    build(tmp_path, 1)
    with served(tmp_path) as host:
        page = visit(visitor, host)
        is_kept(page)
        scopes = page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.map((one) => one.scope))")
        assert sorted(scopes) == [f"{host}/", f"{host}/lite/"]
        assert [name.split()[1] for name in page.evaluate("caches.keys()")] == [f"{host}/"]
        lesson = visit(visitor, f"{host}/lite/")
        wait_until(lesson, "caches.keys().then((names) => names.some((name) => name.includes('/lite/ ')))")


def test_the_next_build_comes_whole_and_not_beside_a_page_of_the_last(visitor, tmp_path):
    build(tmp_path, 1)
    with served(tmp_path) as host:
        page = visit(visitor, host)
        is_kept(page)
        page.reload()
        other = visit(visitor, f"{host}/other.html")
        build(tmp_path, 2)
        page.reload()
        wait_until(page, "navigator.serviceWorker.getRegistration().then((one) => one.waiting)")
        page.goto(f"{host}/other.html")
        assert page.evaluate(BUILDS) == "1 1"
        other.close()
        page.reload()
        page.wait_for_function(f"{BUILDS} === '2 2'")
        wait_until(page, "caches.keys().then((names) => names.length === 1)")
    assert visit(visitor, host).evaluate(BUILDS) == "2 2"


def test_a_file_that_is_not_of_the_build_is_never_kept(visitor, tmp_path):
    build(tmp_path, 1)
    with served(tmp_path) as host:
        page = visit(visitor, host)
        is_kept(page)
        build(tmp_path, 2)
        (tmp_path / "a.css").write_text("body { --build: 3; }")  # while the site is put in its place, say
        assert page.evaluate(INSTALLED) == [False, True]
        page.reload()
        assert page.evaluate(BUILDS) == "1 1"


def test_a_connection_that_saves_data_is_left_alone(visitor, tmp_path):
    build(tmp_path, 1)
    worker = tmp_path / offline.NAME
    saves = 'Object.defineProperty(navigator, "connection", { value: { saveData: true } });'
    worker.write_text(f"{saves}\n{worker.read_text()}")
    with served(tmp_path) as host:
        page = visit(visitor, host)
        assert page.evaluate(INSTALLED) == [False, False]
        assert page.evaluate("caches.keys()") == []
        assert page.evaluate(BUILDS) == "1 1"


def test_where_a_page_may_have_no_worker_it_is_as_without(visitor, tmp_path):
    build(tmp_path, 1)
    said = []
    visitor.on("console", lambda message: said.append(message.text))
    visitor.on("weberror", lambda error: said.append(str(error.error)))
    visitor.route("**/*", lambda route: route.fulfill(path=tmp_path / urlsplit(route.request.url).path[1:]))
    page = visit(visitor, "http://the-teachers-laptop/index.html")  # without https no page may
    page.wait_for_load_state()
    assert page.evaluate("[window.isSecureContext, navigator.serviceWorker === undefined]") == [False, True]
    assert page.evaluate(BUILDS) == "1 1"
    assert said == []
