"""What if: what the controls mean, what is drawn, and that it needs no numpy and no picture library."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from mrkit.errors import BadArgument
from mrkit.views.widgets.whatif import drawing
from mrkit.views.widgets.whatif.settings import CONTROLS, Settings, answer
from mrkit.views.widgets.whatif.whatif import whatif


@pytest.fixture(scope="module")
def plain():
    return answer(Settings())


@pytest.fixture(scope="module")
def killed():
    return answer(Settings(killed=20))


def total(**settings):
    return answer(Settings(**settings)).total.median


def test_every_setting_has_a_control_with_a_question():
    assert [control.name for control in CONTROLS] == list(vars(Settings()))
    for control in CONTROLS:
        assert control.question.endswith("?")
        value = getattr(Settings(), control.name)
        assert isinstance(value, bool) == (not control.step)
        assert isinstance(value, bool) or control.least <= value <= control.most


def test_a_hundred_machines_are_like_the_papers():
    """A seventeenth of the paper's sort takes as long, and so do its variants."""
    sort, without, deaths = total(), total(backups=False), total(killed=11)
    assert sort == pytest.approx(891, rel=0.1)
    assert without / sort == pytest.approx(1283 / 891, rel=0.15)
    assert deaths / sort == pytest.approx(933 / 891, rel=0.1)


def test_what_the_lesson_asks():
    assert total(reduces=20) > 1.5 * total()
    assert total(core=150) > 1.5 * total()
    assert total(locality=False) > total()
    assert total(start_up=0) == pytest.approx(total() - 60, abs=30)
    assert total(copies=1) < total() < total(copies=3)
    assert total(machines=200, core=360) > 0.7 * total(), "twice the machines, the same core"


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_both_ends_of_each_control_have_an_answer_or_a_sentence(control):
    for value in (control.least, control.most):
        values = {control.name: value, **({"killed": 10} if control.name == "kill_at" else {})}
        found = answer(Settings.of(values), seeds=1)
        assert found.total or re.search(r"before the kill at|cannot kill", found.problem)
        drawing.picture(found, drawing.Scale.around(answer(Settings(), seeds=1)), "x")


def test_what_a_browser_sends_is_taken_with_care():
    assert Settings.of({"machines": 50.0, "backups": 0, "nonsense": 3}) == Settings(machines=50, backups=False)


def test_the_answer_is_the_same_without_numpy():
    code = (
        "import sys; sys.modules['numpy'] = sys.modules['matplotlib'] = None\n"
        "from mrkit.views.widgets.whatif.whatif import whatif\n"
        "w = whatif(machines=150); print(w.set(killed=20)); print(len(w.still()[0]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100, check=True)
    said, length = done.stdout.splitlines()
    here = whatif(machines=150)
    assert here.set(killed=20) == said
    assert len(here.still()[0]) == int(length)


def test_the_picture_is_an_svg_with_words_for_those_who_do_not_see_it(killed):
    svg = ElementTree.fromstring(drawing.picture(killed, drawing.Scale.around(killed), "Now"))
    assert "Calculated, not measured" in svg.get("aria-label")
    texts = [element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Now", "input", "shuffle", "output", "20 killed", "map", "partition", "reduce"} <= set(texts)
    bars = [group for group in svg.iter("{http://www.w3.org/2000/svg}g") if group.get("class") == "whatif-slow"]
    assert len(bars) == len(killed.slow) > 0
    for bar, slow in zip(bars, killed.slow, strict=True):
        assert bar.get("tabindex") == "0"
        assert bar.get("aria-label") == bar.get("data-said") == slow.said


def axes_of(picture):
    """The axes of a picture: its frames, and the words at them."""
    svg = ElementTree.fromstring(picture)
    lines = [line.attrib for line in svg.iter("{http://www.w3.org/2000/svg}line") if "stroke-width" not in line.attrib]
    ends = [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text") if text.get("text-anchor") != "start"]
    return [line for line in lines if "stroke-dasharray" not in line], [end for end in ends if end[0] not in "↑gmr"]


def test_the_axes_are_the_same_at_every_position():
    widget = whatif()
    first = axes_of(widget.shown["now"])
    for values in ({"backups": False, "ill_factor": 20}, {"machines": 300}, {"machines": 30}, {"killed": 50}):
        widget.set(**vars(Settings()) | values)
        assert axes_of(widget.shown["now"]) == axes_of(widget.shown["kept"]) == first


def test_there_are_two_pictures_only_where_they_differ():
    widget = whatif()
    assert widget.shown["kept"] == ""
    assert widget.shown["said"].endswith("Where do you see why?")
    widget.set(backups=False)
    assert "At first: " in widget.shown["kept"]
    assert "guess first" not in widget.shown["said"]
    widget.keep()
    assert widget.shown["kept"] == ""
    assert "This run is kept" in widget.shown["said"]
    widget.set(backups=True)
    assert "Kept: " in widget.shown["kept"]


def test_the_words_are_plain():
    widget = whatif()
    words = f"{widget.set(ill=5)} {widget.shown['now']} {' '.join(control.question for control in CONTROLS)}".lower()
    assert not re.search(r"reckon|seed|outrun(?!\))|\bill\b", re.sub(r"<[^>]*>", " ", words))


def test_what_leaves_the_picture_says_how_far_it_goes():
    widget = whatif()
    widget.set(backups=False, ill_factor=20)
    assert f"goes on to {widget.now.seconds:,.0f} s →" in widget.shown["now"]
    widget.set(backups=True, machines=300)
    assert "↑ up to" in widget.shown["now"]
    assert "goes on to" not in widget.shown["kept"]


def test_the_words_say_what_was_changed_and_what_it_did(plain):
    other = answer(replace(plain.settings, backups=False))
    assert "backup tasks on → off: 1." in drawing.said(other, plain)
    assert "times as long" in drawing.said(other, plain)
    assert "too close to tell" in drawing.said(answer(replace(plain.settings, kill_at=361)), plain)
    assert drawing.said(plain, plain) == drawing.said(plain)
    assert drawing.said(answer(plain.settings, 1)).endswith("in one run of the model.")


def test_the_browser_asks_and_python_answers():
    widget = whatif("backups", "ill", ill=4)
    assert [control["name"] for control in widget.controls] == ["ill", "backups"]
    before = widget.shown["now"]
    widget.asked = {"number": 1, "values": {"backups": False}, "resting": False}
    assert widget.shown["number"] == 1
    assert widget.now.seeds == 1
    assert widget.shown["now"] != before
    widget.asked = {"number": 2, "values": {"backups": False}, "resting": True}
    assert widget.now.seeds == 5
    assert "backup tasks on → off" in widget.shown["said"]
    widget.asked = {"number": 3, "keep": True}
    assert widget.kept == widget.now
    widget.asked = {"number": 4, "values": {"killed": 90, "kill_at": 1200, "machines": 50}, "resting": True}
    assert widget.shown["said"] == "You cannot kill 90 of 50 machines."
    assert widget.still()[1] == "You cannot kill 90 of 50 machines."


def test_by_hand():
    widget = whatif()
    assert "too close to tell" not in widget.set(core=150)
    widget.keep()
    assert widget.set() == drawing.said(widget.now)
    assert sorted(widget._repr_mimebundle_()) == ["text/html", "text/plain"]


def test_a_control_that_does_not_exist():
    with pytest.raises(BadArgument, match=r"There is no control 'speed'\. Take some of: machines, maps"):
        whatif("speed")
