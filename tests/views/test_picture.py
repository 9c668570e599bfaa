"""A chart as a notebook shows and keeps it: the image, its text and its table, once."""

from __future__ import annotations

import base64
import io
from html.parser import HTMLParser

import made_traces as made
import nbformat
import pytest
from matplotlib import pyplot as plt
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from PIL import Image

from mrkit.errors import BadArgument
from mrkit.views import charts, show
from mrkit.views.picture import MOST_ROWS, Picture, describe, description, new_chart

HOSTILE = '<b onclick="x">&amp;</b>'


class Page(HTMLParser):
    """The images, the headings and the cells of a page."""

    def __init__(self, html):
        super().__init__()
        self.images, self.tags, self.cells, self.text = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "img":
            self.images.append(dict(attrs))
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data):
        self.text.append(data)
        if self.cells:
            self.cells[-1] += data


def chart(alt="Seen.", rows=((1, "a"),), title="Title"):
    ax = new_chart(2.0)
    describe(ax, title, alt, ("number", "letter"), rows)
    return ax


def test_the_bundle_has_the_picture_its_text_and_its_table():
    ax = charts.timeline(made.with_failure())
    data, metadata = Picture(ax.figure)._repr_mimebundle_()
    about = description(ax)
    assert set(data) == {"text/html", "image/png", "text/plain"}
    assert data["text/plain"] == about.alt
    page = Page(data["text/html"])
    (image,) = page.images
    assert image["alt"] == about.alt
    assert image["src"] == "data:image/png;base64," + data["image/png"]
    assert page.cells[: len(about.header)] == list(about.header)
    assert len(page.cells) == len(about.header) * (1 + len(about.rows))
    assert about.title in page.text
    drawn = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert drawn.size == pytest.approx((2 * int(image["width"]), 2 * int(image["height"])), abs=1)
    assert metadata["image/png"] == {"width": int(image["width"]), "height": int(image["height"])}


def test_what_is_not_ours_is_escaped():
    page = Page(Picture(chart(alt=HOSTILE, rows=[(HOSTILE, "a")], title=HOSTILE).figure).html)
    assert page.images[0]["alt"] == HOSTILE
    assert "b" not in page.tags
    assert HOSTILE in page.cells
    assert HOSTILE in page.text


def test_a_long_table_is_cut_and_what_is_left_out_is_counted():
    page = Page(Picture(chart(rows=[(n, "x") for n in range(12_345)]).figure).html)
    assert page.tags.count("tr") == MOST_ROWS + 1
    assert "12,245 more rows are not shown." in page.text


def test_numbers_in_a_table_are_short():
    page = Page(Picture(chart(rows=[(1234567, 0.123456789), (True, None)]).figure).html)
    assert page.cells[2:] == ["1,234,567", "0.1235", "True", "None"]


def test_a_figure_of_several_charts_has_all_their_words():
    figure, (left, right) = plt.subplots(1, 2, figsize=(17, 5), layout="constrained")
    charts.timeline(made.with_failure(), ax=left)
    charts.partition_load(made.with_failure(), ax=right)
    picture = Picture(figure)
    plt.close(figure)
    assert description(left).alt in picture.alt
    assert description(right).alt in picture.alt
    assert Page(picture.html).tags.count("table") == 2


def test_a_chart_shows_itself_and_is_not_one_of_pyplots():
    ax = chart()
    data, _ = ax._repr_mimebundle_()
    assert data["text/plain"] == "Seen."
    assert plt.get_fignums() == []


def shown(capsys, *arguments, **options):
    show(*arguments, **options)
    return capsys.readouterr().out.strip()


def test_show_takes_a_chart_a_figure_or_a_function(capsys):
    trace = made.with_failure()
    alt = description(charts.timeline(trace)).alt
    assert shown(capsys, charts.timeline, trace) == alt
    assert shown(capsys, charts.timeline(trace)) == alt
    assert shown(capsys, charts.timeline(trace).figure) == alt
    assert "c 3 and b 2" in shown(capsys, charts.top_k, [("a", 1), ("b", 2), ("c", 3)], k=2)


def test_show_closes_the_figure(capsys):
    figure, ax = plt.subplots()
    shown(capsys, charts.timeline, made.with_failure(), ax=ax)
    assert figure.number not in plt.get_fignums()


@pytest.mark.parametrize("value", [None, 3, [1], lambda: 3])
def test_show_of_something_else_is_a_clear_error(value):
    with pytest.raises(BadArgument, match=r"show\(timeline, run\)"):
        show(value)


CELLS = [
    """\
%matplotlib inline
from mrkit import MapReduce
from mrkit.views import partition_load, show, timeline
run = MapReduce(lambda line: [(word, 1) for word in line.split()], lambda item: (item[0], sum(item[1])),
                executor="serial", num_partitions=2).run(["the cat", "the <dog>"])
show(timeline, run)
""",
    "timeline(run)",
    "_ = partition_load(run)",
    "import matplotlib.pyplot as plt\nfigure, ax = plt.subplots()\nshow(timeline, run, ax=ax)",
]


def test_a_notebook_shows_each_chart_once_with_text_and_table():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    NotebookClient(notebook, timeout=100, kernel_name="python3").execute()
    assert [len(cell.outputs) for cell in notebook.cells] == [1, 1, 0, 1]
    html, _ = HTMLExporter().from_notebook_node(notebook)
    page = Page(html)
    pictures = [image["alt"] for image in page.images if image["src"].startswith("data:image/png")]
    assert len(pictures) == 3
    assert all("row of bars" in alt for alt in pictures)
    assert page.tags.count("table") == 3
    assert "outcome" in page.text
