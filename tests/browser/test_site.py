"""The site in a real browser that reaches no other machine: its pages, and every cell of every lesson."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from built import HOW, OWN, PATH, Lesson, can_be_made, make
from serving import served

from mrkit.lessons import editions

pytestmark = pytest.mark.timeout(120, func_only=True)  # the site is made by whichever test is first
ALWAYS = ("00", "02", "12")  # the other lessons are for `-m soak` too


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of the site, and what was said while it was made."""
    if not can_be_made():
        pytest.skip(HOW)
    return make(tmp_path_factory.mktemp("site") / "served")


@pytest.fixture(scope="module")
def address(made):
    folder, _ = made
    root = folder.parents[PATH.count("/")]
    with served(root) as host:
        yield f"{host}/{PATH}"


@pytest.fixture
def visitor(browser, address):
    """Opens pages for somebody who was never here, and who reaches the site alone."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    elsewhere = []

    def only_here(route):
        if route.request.url.startswith((address, "data:", "blob:")) or route.request.url.endswith("/favicon.ico"):
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    context.route("**/*", only_here)
    yield context
    context.close()
    assert elsewhere == []


@pytest.fixture
def page(visitor):
    page = visitor.new_page()
    page.set_default_timeout(60_000)
    return page


# The folder.


def test_the_whole_site_is_small(made):
    folder, _ = made
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 60e6


def test_a_notebook_that_fails_is_named_and_the_rest_is_made(made):
    folder, said = made
    if not said:
        pytest.skip("this site was made before")
    assert "failed: fails.ipynb: ZeroDivisionError: division by zero" in said
    assert "left out: torn.ipynb" in said
    for name in OWN:
        assert (folder / "notebooks" / f"{name}.html").exists()
        assert (folder / "lite" / "files" / f"{name}.ipynb").exists()


class Links(HTMLParser):
    """Where a page leads to, and the places in it."""

    def __init__(self, html):
        super().__init__()
        self.targets, self.places = set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.targets |= {found[name] for name in ("href", "src") if found.get(name)}
        self.places |= {found[name] for name in ("id", "name") if found.get(name)}


def test_every_link_of_a_page_leads_somewhere(made):
    folder, _ = made
    pages = {
        path: Links(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html") if "lite" not in path.parts
    }
    lost = []
    for path, links in pages.items():
        for target in links.targets:
            address, fragment = urldefrag(target)
            if urlsplit(target).scheme:
                continue
            there = (path.parent / unquote(address.partition("?")[0])).resolve() if address else path
            if not there.exists() or (fragment and there in pages and unquote(fragment) not in pages[there].places):
                lost.append(f"{path.relative_to(folder)}: {target}")
    assert lost == []


# The pages.


def serious(page):
    """What axe finds in a page that is serious."""
    return Lesson.violations.__get__(type("Page", (), {"page": page})())("body")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "notebooks/00_tour", "api", "mrkit/classroom/CLASSROOM"])
def test_pages_are_accessible(page, address, name, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/{name}.html")
    page.wait_for_load_state("networkidle")
    assert serious(page) == []


@pytest.mark.parametrize("width", [390, 1920])
def test_pages_fit_a_phone_and_a_projector(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("index", "notebooks/00_tour", "notebooks/13_beyond_one_machine", "api"):
        page.goto(f"{address}/{name}.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_the_first_page_has_a_player_that_moves(page, address):
    page.goto(f"{address}/index.html")
    player_moves(page)


def player_moves(page):
    steps = page.locator(".mrp").get_by_text(re.compile(r"step \d+ of \d+"))
    steps.wait_for()
    before = steps.inner_text()
    page.locator(".mrp").get_by_role("button", name="One step on").click()
    page.wait_for_function("before => !document.querySelector('.mrp').innerText.includes(before)", arg=before)


def test_from_a_page_to_the_same_lesson_in_the_browser(page, address):
    page.goto(f"{address}/notebooks/00_tour.html#cell-c01")
    assert page.locator("#cell-c01 .mrkit-address").count() == 1
    page.get_by_role("link", name="Open in this browser").click()
    page.wait_for_function("window.jupyterapp !== undefined", timeout=120_000)
    page.locator(".jp-MarkdownCell h1:has-text('Lesson 00: Tour')").wait_for()


@pytest.mark.parametrize(("width", "app"), [(390, "notebooks"), (1400, "lab")])
def test_the_list_of_pages_with_answers_says_so_and_leads_to_the_lessons_without(page, address, width, app):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/notebooks/00_tour.html")
    list_of_pages = page.locator(".sidebar-scroll").text_content()
    assert list_of_pages.split()[:7] == ["Do", "the", "lessons", "here", "Lessons,", "with", "answers"]
    page.goto(page.get_by_role("link", name="Do the lessons here", include_hidden=True).evaluate("link => link.href"))
    links = page.get_by_role("link", name="Do it").evaluate_all("links => links.map(link => link.href)")
    names = [*(path.name for path in editions.lessons()), *(f"{name}.ipynb" for name in sorted(OWN))]
    assert links[:16] == [f"{address}/lite/{app}/index.html?path={name}" for name in names[:16]]
    assert [unquote(link).partition("=")[2] for link in links] == names[: len(links)]


# The lessons.


OFTEN = {True: (), False: pytest.mark.soak}
LESSONS = [
    pytest.param(path.name, marks=OFTEN[editions.number_of(path) in ALWAYS], id=path.stem)
    for path in editions.lessons()
]


@pytest.mark.timeout(900, func_only=True)
@pytest.mark.parametrize("name", LESSONS)
def test_every_cell_of_a_lesson_runs(page, address, name):
    lesson = Lesson(page, address, name)
    assert lesson.faults() == []
    assert lesson.errors == []


@pytest.mark.timeout(600, func_only=True)
def test_what_moves_and_answers_does_so_in_the_browser_too(page, address):
    lesson = Lesson(page, address, "00_tour.ipynb")
    number = {cell["id"]: place for place, cell in enumerate(lesson.cells())}
    for id, place in number.items():
        if id <= "c32" and lesson.cells()[place]["cell_type"] == "code":
            lesson.run_cell(place, 120, wait=id != "c32")
    page.locator(".live[data-status=running] .live-is-now").first.wait_for()  # while its cell blocks
    early = lesson.show(".live").inner_text()
    page.wait_for_function("early => document.querySelector('.live').innerText !== early", arg=early)

    assert "MapReduce" in page.evaluate(COMPLETE, "MapRe")
    player = lesson.show(".mrp")
    player.get_by_role("button", name="One step on").click()
    player.get_by_text("step 2 of").wait_for()
    quiz = page.locator(".mrkit-question").first
    quiz.locator("input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    quiz.get_by_text("(00.q1)").wait_for()
    assert lesson.violations(".jp-OutputArea-output, .jp-RenderedMarkdown") == []


COMPLETE = """async code => {
    const kernel = window.panel.sessionContext.session.kernel;
    return (await kernel.requestComplete({code, cursor_pos: code.length})).content.matches;
}"""


@pytest.mark.timeout(600, func_only=True)
def test_the_kill_button_kills_in_the_browser_too(page, address):
    lesson = Lesson(page, address, "12_failure.ipynb")
    number = {cell["id"]: place for place, cell in enumerate(lesson.cells())}
    for id in ("c02", "c03", "c05", "c06", "c20"):
        lesson.run_cell(number[id], 120)
    lesson.show(".live")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name="Kill worker-2").click()
    page.locator(".live-told:has-text('worker-2 was killed')").wait_for()
    page.locator(".live-block.live-is-fault").first.wait_for()


@pytest.mark.timeout(600, func_only=True)
def test_the_explorer_runs_again_and_again_while_cells_run_jobs_of_their_own(page, address):
    lesson = Lesson(page, address, "07_speed.ipynb")
    cells = lesson.cells()
    explorer = next(place for place, cell in enumerate(cells) if "explorer(steps" in cell["source"])
    for place, cell in enumerate(cells):
        if cell["id"] in ("c02", "c03", "c04") or place == explorer:
            lesson.run_cell(place, 120)
    lesson.show(".explorer")
    for _ in range(2):
        page.get_by_role("button", name="Run", exact=True).click()
        job = "print(len(MapReduce(steps, longest, num_workers=2).run(range(1, 200)).results))"
        assert [lesson.say(job) for _ in range(3)] == ["10\n"] * 3
        page.locator(".explorer-buttons .mod-primary:not([disabled])").wait_for()
        page.locator(".explorer-status:has-text('warm worker')").wait_for()


@pytest.mark.timeout(300, func_only=True)
def test_after_the_first_visit_it_works_without_the_site_and_progress_is_kept(visitor, page, made):
    folder, _ = made
    with served(folder.parents[PATH.count("/")]) as host:
        visitor.unroute_all()  # a worker's requests are answered by the page's service worker
        address = f"{host}/{PATH}"
        page.goto(f"{address}/index.html")
        page.evaluate(KEPT, f"{address}/")
        for _ in range(2):  # at the second time JupyterLite looks whose worker that is
            lesson = Lesson(page, address, "00_tour.ipynb")
        lesson.say("from mrkit.learn import answer; answer('00.q1', 'a')")
        page.evaluate(KEPT, f"{address}/lite/")
    page.close()
    again = visitor.new_page()
    lesson = Lesson(again, address, "01_map.ipynb")
    assert lesson.say("from mrkit.learn import diary; print(diary.entries()['00.q1'].attempts)") == "1\n"
    for name in ("index", "notebooks/00_tour", "api"):
        again.goto(f"{address}/{name}.html")
        again.wait_for_load_state()
        assert again.evaluate("[...document.images].filter((one) => one.naturalWidth === 0).length") == 0, name
        assert again.evaluate("[...document.styleSheets].length") >= 3, name
    again.goto(address + "/")
    player_moves(again)


def test_a_link_to_a_cell_leads_there(page, address):
    lesson = Lesson(page, address, "01_map.ipynb", cell="01-swap")
    page.wait_for_function(IN_SIGHT, arg="01-swap")
    assert lesson.errors == []


COMPILED = """
import inspect, textwrap, IPython, mrkit.flow
from pathlib import Path
print(textwrap.__file__[-4:], *(Path(each.__spec__.cached).exists() for each in (IPython, mrkit.flow)))
print("def fill(" in inspect.getsource(textwrap), "def group" in inspect.getsource(mrkit.flow))
"""
RUNNING = """async () => {
    const { sessions } = window.jupyterapp.serviceManager;
    await sessions.refreshRunning();
    return [...sessions.running()].map((session) => session.path);
}"""


def test_what_a_lesson_loads_was_compiled_before_and_its_sources_are_there(page, address):
    assert Lesson(page, address, "00_tour.ipynb").say(COMPILED) == ".pyc True True\nTrue True\n"


def test_a_lesson_has_one_python_though_it_was_started_early(page, address):
    lesson = Lesson(page, address, "00_tour.ipynb")
    assert lesson.say("a = 1; print(a)") == "1\n"
    assert page.evaluate(RUNNING) == ["00_tour.ipynb"]


def test_for_a_link_to_no_lesson_no_python_starts(page, address):
    page.goto(f"{address}/lite/lab/index.html?path=99_none.ipynb", wait_until="domcontentloaded")
    page.wait_for_function("window.jupyterapp !== undefined", timeout=60_000)
    page.evaluate("window.jupyterapp.restored.then(() => {})")
    assert page.evaluate(RUNNING) == []


@pytest.mark.timeout(300, func_only=True)
def test_a_hint_stays_closed_when_all_cells_run(page, address):
    lesson = Lesson(page, address, "01_map.ipynb")
    number = {"".join(cell["source"]): place for place, cell in enumerate(lesson.cells())}
    hint = number['hint("01.length")']
    [here] = [place for source, place in number.items() if source.startswith("def by_length")]
    lesson._call(f"() => window.panel.content.model.cells.get({here}).sharedModel.setSource({WRONG!r})")
    lesson._call(f"() => {{ window.panel.content.activeCellIndex = {hint + 1}; {ABOVE} }}", seconds=120)
    assert "stays closed" in lesson.cells()[hint]["outputs"][0]["data"]["text/html"]
    lesson.run_cell(hint)
    assert "hint 1 of 4" in lesson.cells()[hint]["outputs"][0]["data"]["text/html"]


def test_who_comes_back_is_told_that_python_began_anew(page, address):
    lesson = Lesson(page, address, "01_map.ipynb")
    told = page.get_by_text("Python began anew")
    lesson.run_cell(1, 120)
    lesson.save()
    assert told.count() == 0
    page.reload()
    told.wait_for()


KEPT = """async (folder) => {
    const wanted = (await (await fetch(folder + "service-worker.js")).text()).match(/FILES = (.*);/)[1];
    for (;;) {
        const name = (await caches.keys()).find((name) => name.startsWith(`mrkit ${folder} `));
        const kept = name ? (await (await caches.open(name)).keys()).length : 0;
        if (kept >= Object.keys(JSON.parse(wanted)).length) return;
        await new Promise((done) => setTimeout(done, 200));
    }
}"""
WRONG = "def by_length(word):\n    yield word, 1"
ABOVE = "return window.jupyterapp.commands.execute('notebook:run-all-above');"
IN_SIGHT = """id => {
    const cell = window.panel.content.widgets.find((widget) => widget.model.id === id);
    const { top, bottom } = cell.node.getBoundingClientRect();
    return cell.node.isConnected && top >= 0 && bottom <= window.innerHeight;
}"""
