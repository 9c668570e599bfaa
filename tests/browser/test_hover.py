"""A chart without matplotlib, under the mouse: what it rests on says its value and is outlined, in each theme."""

import pytest

from mrkit.views import style
from mrkit.views.pen import without

UNDER = """([x, y]) => {
    const told = document.elementFromPoint(x, y).closest(".mrkit-told");
    if (!told) return null;
    return [told.querySelector("title").textContent, getComputedStyle(told.querySelector("path, circle")).stroke];
}"""


@pytest.fixture
def chart(browser):
    """Shows a chart with a bar that has its number written on it, and a line; and finds what is at a place of it."""
    page = browser.new_page(viewport={"width": 900, "height": 700})
    ax = without.page(without.Figure, 8, 4).add_subplot()
    ax.set(xlim=(0, 10), ylim=(0, 10), ylabel="pairs")
    ax.bar([2], [8], width=2, **style.fill("reduce"))
    ax.text(2, 4, "eight", ha="center", va="center", bbox=style.number_ground())
    ax.plot([5, 7, 9], [5, 5, 5])
    drawn = ax.figure.svg()
    frame = ax.figure.frames()[0]

    def show(html_of, **media):
        page.emulate_media(**media)
        page.set_content(f"<body data-jp-theme-light={media.get('color_scheme') != 'dark'}>{html_of(drawn)}")

    def at(x, y):
        left, top, scale = page.evaluate(
            "() => { const box = document.querySelector('svg').getBoundingClientRect();"
            f" return [box.left, box.top, box.width / {8 * 72}]; }}"
        )
        place = [left + scale * frame.at(x, y)[0], top + scale * frame.at(x, y)[1]]
        page.mouse.move(*place)
        return page.evaluate(UNDER, place)

    yield page, show, at
    page.close()


def in_a_page(svg):
    return style.on_page(svg, "A bar.", 800, 400)


@pytest.mark.parametrize("media", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_what_the_mouse_rests_on_says_its_value_and_is_outlined(chart, media):
    _, show, at = chart
    show(in_a_page, **media)
    bar, ink = at(2, 4)  # through the words on it
    assert bar.splitlines()[-1] == "pairs: 8"
    assert ink == "rgb(27, 31, 36)"
    assert at(7.05, 5.05) == ["7\npairs: 5", ink]
    assert at(6, 5) is None
    assert at(8, 9) is None


def test_where_a_notebook_is_not_trusted_the_chart_is_told_in_words(chart):
    page, show, _ = chart
    show(in_a_page)
    assert page.locator("svg").is_visible()
    assert not page.locator("p").is_visible()
    show(lambda svg: in_a_page(svg).replace("<style>", "<!--").replace("</style>", "-->"))  # as JupyterLab does
    assert not page.locator("svg").is_visible()
    assert page.locator("p").inner_text() == "A bar."
