"""Other languages: what is translated is used, what is not stays English, and what has changed waits for a person."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from mrkit.classroom.translate import messages, translate
from mrkit.cli import main
from mrkit.learn import check, hint, language, quiz, task
from mrkit.learn.catalogue import find, lessons, questions
from mrkit.learn.language import LOCALES, translation, with_words
from mrkit.lessons import editions

LANGUAGES = sorted(path.stem for path in LOCALES.glob("*.po"))


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A folder for PO files of our own."""
    monkeypatch.setattr(language, "LOCALES", tmp_path)
    language._catalog.cache_clear()
    yield tmp_path
    language._catalog.cache_clear()


def swaps(line):
    yield [1, 2], 1


def test_there_are_two():
    assert {"de", "es"} <= set(LANGUAGES)


@pytest.mark.parametrize("code", LANGUAGES)
def test_lesson_00_is_whole_and_most_findings(code):
    tell = translation(code)
    known = messages()
    left = [key for key, english in known.items() if tell(key, english) == english and english not in SAME]
    assert [key for key in left if key.startswith(("00/", "00."))] == []
    findings = [key for key in known if key.startswith("findings/")]
    assert len(set(left) & set(findings)) < len(findings) / 5, "new sentences may wait for a translator, for a while"


SAME = {"Map", "Partition", "Reduce", "Text", "Name", "{error}"}  # said so in German too


@pytest.mark.parametrize("code", LANGUAGES)
def test_pages_votes_and_hand_ins_are_whole(code):
    tell = translation(code)
    left = [key for key, english in messages().items() if tell(key, english) == english and english not in SAME]
    assert [key for key in left if key.startswith(("pages/", "grading/", "words/"))] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_is_filled_in_and_what_is_code_is_the_same_in_every_language(code):
    tell = translation(code)
    for key, english in messages().items():
        said = tell(key, english)
        assert sorted(re.findall(r"\{\w+\}", said)) == sorted(re.findall(r"\{\w+\}", english)), key
        assert set(re.findall(r"glossary\.md#[\w-]+", said)) == set(re.findall(r"glossary\.md#[\w-]+", english)), key


def test_the_learner_reads_german(monkeypatch):
    assert check("00.letter", swaps).sentence.startswith("A list")
    monkeypatch.setenv("MRKIT_LANGUAGE", "de")
    result = check("00.letter", swaps)
    assert result.finding == "key"
    assert result.sentence.endswith("Nimm ein Tupel.")
    assert "Noch nicht (00.letter)" in repr(result)
    assert "Eingabe" in repr(result)
    assert "Das Wort 'cat'" in str(quiz("00.q1"))
    assert "Die Zeilen sind" in repr(task("00.group"))
    assert "Tipp 1 von 4" in repr(hint("00.letter"))


def test_ids_and_findings_are_the_same_in_every_language(monkeypatch):
    before = [list(questions(number)) for number in lessons()]
    monkeypatch.setenv("MRKIT_LANGUAGE", "es")
    assert [list(questions(number)) for number in lessons()] == before
    assert check("00.group", ("the", 4)).finding == "sum"


@pytest.mark.parametrize("code", ["xx", "../../etc/passwd", "", "de\0"])
def test_a_language_that_is_not_there_is_english(monkeypatch, code):
    if "\0" not in code:
        monkeypatch.setenv("MRKIT_LANGUAGE", code)
    assert find("00.letter").title == "Count words by their first letter"


def test_a_sentence_that_has_changed_since_is_english_and_marked(own):
    translate("de", own)
    place = own / "de.po"
    entry = 'msgctxt "findings/passed_value"\nmsgid "Yes, that is right."\nmsgstr ""'
    text = place.read_text(encoding="utf-8")
    assert entry in text
    place.write_text(text.replace(entry, entry.replace("Yes, that is right.", "Yes, it was.")[:-1] + 'Ja."'), "utf-8")
    assert translation("de")("findings/passed_value", "Yes, that is right.") == "Yes, that is right."
    said = translate("de", own)
    assert "1 to be looked at again" in said
    text = place.read_text(encoding="utf-8")
    assert re.search(r'#, fuzzy\n#\| msgid "Yes, it was."\nmsgctxt "findings/passed_value"\n.*\nmsgstr "Ja."', text)
    language._catalog.cache_clear()
    assert translation("de")("findings/passed_value", "Yes, that is right.") == "Yes, that is right."


def test_a_second_time_nothing_changes_and_translations_stay(own):
    translate("fr", own)
    place = own / "fr.po"
    text = place.read_text(encoding="utf-8").replace('msgid "Vote"\nmsgstr ""', 'msgid "Vote"\nmsgstr "Voter"')
    place.write_text(text, encoding="utf-8")
    assert "1 of" in translate("fr", own)
    first = place.read_bytes()
    translate("fr", own)
    assert place.read_bytes() == first
    assert translation("fr")("words/vote", "Vote") == "Voter"


def test_every_sentence_of_every_question_has_a_key_of_its_own():
    known = messages()
    assert {"05.mean/mistake/sum", "05.q1/choice/b/says", "findings/value_order", "00/cell/c00"} <= known.keys()
    for number in lessons():
        for question in questions(number).values():
            met = []
            with_words(question, lambda key, english, met=met: met.append(key) or english)
            assert len(met) == len(set(met)), question.id


def test_lab_in_german_changes_prose_and_nothing_else(tmp_path, capsys):
    assert main(["lab", str(tmp_path / "de"), "--language", "de", "--no-open"]) == 0
    assert main(["lab", str(tmp_path / "en"), "--no-open"]) == 0
    german, english = (json.loads((tmp_path / code / "00_tour.ipynb").read_text("utf-8")) for code in ("de", "en"))
    assert len(german["cells"]) == len(english["cells"])
    for one, other in zip(german["cells"], english["cells"], strict=True):
        same = one["source"] == other["source"]
        assert one["id"] == other["id"]
        assert same == (one["cell_type"] == "code")
    assert "".join(german["cells"][0]["source"]).startswith("# Lektion 00: Rundgang")
    other = json.loads((tmp_path / "de" / "05_combiners.ipynb").read_text("utf-8"))
    assert "".join(other["cells"][0]["source"]).startswith("# Lesson 05"), "English where there is none"


def test_a_language_without_lessons_is_one_sentence(tmp_path, capsys):
    assert main(["lab", str(tmp_path), "--language", "xx", "--no-open"]) == 1
    assert capsys.readouterr().err == "mrkit: There are no lessons in 'xx'; there are some in en, de, es.\n"


def test_a_lesson_is_known_by_its_number_in_any_language():
    from mrkit.classroom.assignment import lesson_of

    text = editions.edition(editions.lessons()[0], instructor=False, language="de")
    assert lesson_of(json.loads(text)) == "00"


@pytest.fixture
def german(tmp_path, monkeypatch):
    """A class released in German, with a wrong answer in a lesson that is translated and in one that is not."""
    monkeypatch.chdir(tmp_path)
    Path("roster.csv").write_text("id\nana\nbo\n", "utf-8")
    assert main(["release", "class", "--roster", "roster.csv", "--lessons", "00,05", "--language", "de"]) == 0
    for name, source in WRONG.items():
        path = Path("class", "ana", f"{name}.ipynb")
        book = json.loads(path.read_text("utf-8"))
        book["cells"].append({"cell_type": "code", "metadata": {}, "source": source, "outputs": []})
        path.write_text(json.dumps(book), "utf-8")
    return tmp_path


WRONG = {
    "00_tour": "def by_letter(line):\n    yield [1, 2], 1",
    "05_combiners": "def count_split(lines):\n    yield from [(w, 1) for line in lines for w in {*line.split()}]",
}


def test_a_course_is_graded_in_its_language(german, capsys):
    assert main(["grade", "class", "--roster", "roster.csv"]) == 0
    report, page = Path("graded/report.html").read_text("utf-8"), Path("graded/feedback/ana.html").read_text("utf-8")
    assert '<html lang="de">' in report
    assert "Die häufigsten falschen Vorstellungen" in report
    assert "Noch nicht versucht" in page
    assert "Rückmeldung für ana" in page
    assert "Nicht lesbar" not in page
    assert "Nimm ein Tupel" in page
    assert "You count the lines in which a word is" in page, "English where nobody has translated it"
    assert main(["grade", "class", "--roster", "roster.csv", "--language", "en", "-o", "graded"]) == 0
    assert "Feedback for ana" in Path("graded/feedback/ana.html").read_text("utf-8"), "and graded again"
    assert "Not attempted yet" in Path("graded/feedback/ana.html").read_text("utf-8")


def test_cards_and_votes_in_another_language(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["cards", "--language", "es"]) == 0
    assert "Tarjetas para votar" in Path("cards.html").read_text("utf-8")
    assert main(["votes", "05.q2", "--before", "a=3,b=1", "--language", "de"]) == 0
    said = capsys.readouterr().out
    assert "vorher" in said
    assert "Unter 30 % richtig" in said
    assert "MRKIT_LANGUAGE" not in os.environ


@pytest.mark.parametrize("command", [["grade", "."], ["cards"], ["votes", "05.q2"], ["release", "x"]])
def test_a_language_that_is_not_there_is_one_sentence(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main([*command, "--language", "xx"]) == 1
    assert capsys.readouterr().err == "mrkit: There are no lessons in 'xx'; there are some in en, de, es.\n"
    assert list(tmp_path.iterdir()) == []


def test_the_panel_and_the_hand_in_speak_the_learners_language(tmp_path, monkeypatch):
    from mrkit.learn import hand_in, vote
    from mrkit.learn.widgets import question as widgets

    seen = []
    monkeypatch.setattr(widgets, "_in_a_kernel", lambda: True)
    monkeypatch.setattr(widgets, "_widget_class", lambda kind: lambda state, judge: seen.append(state) or _Nothing())
    monkeypatch.setenv("MRKIT_LANGUAGE", "es")
    vote("05.q2", folder=tmp_path)._repr_mimebundle_()
    assert seen[0]["words"]["first"] == "Primera votación"
    assert "Nadie ha votado" in seen[0]["html"]
    assert "Entregado con este cuaderno: lección 05" in repr(hand_in("05"))


def test_tasks_sliders_and_assertions_speak_the_learners_language(monkeypatch):
    from mrkit.learn import compared, lay, slide
    from mrkit.learn.widgets import question as widgets

    seen = []
    monkeypatch.setattr(widgets, "_in_a_kernel", lambda: True)
    monkeypatch.setattr(widgets, "_widget_class", lambda kind: lambda state, judge: seen.append(state) or _Nothing())
    monkeypatch.setenv("MRKIT_LANGUAGE", "de")
    lay([2, 1], 2)._repr_mimebundle_()
    slide(print, "n", range(3), start=0)._repr_mimebundle_()
    assert [seen[0]["words"]["run"], seen[1]["words"]["pale"]] == ["Ausführen", "blass: so war es bei {value}"]
    shown = compared.Held([("x == y", "{<3}")])
    assert repr(shown) == "✔ x == y  (beide sind {<3})"
    assert "beide sind <code>{&lt;3}</code>" in shown._repr_html_()


class _Nothing:
    def over(self, html, text):
        return {}
