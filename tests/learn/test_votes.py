"""Vote, talk, vote again; hand the diary in; and what the teacher counts."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrkit import lessons as content
from mrkit.errors import BadArgument, InputError
from mrkit.learn import answer, check, diary, hand_in, quiz, tally, vote
from mrkit.learn.ballot import EXPLAIN, GO_ON, TALK, advice, gain
from mrkit.learn.catalogue import lessons, questions
from mrkit.learn.exercise import Quiz
from mrkit.learn.handout import Handout, handout

MIME = "application/vnd.mrkit.progress+json"


def swaps(word):
    yield 1, len(word)


# Votes of a student.


def test_the_first_vote_says_nothing_the_second_gives_the_verdict():
    first = quiz("05.q2").vote("A")
    said = find_says("05.q2")
    assert not any(sentence in repr(first) + first._repr_html_() for sentence in said)
    assert "vote again" in repr(first)
    second = quiz("05.q2").vote("b")
    assert second
    assert diary.entries()["05.q2"].votes == ["a", "b"]


def find_says(id):
    return [choice.says for choice in quiz(id).question.choices]


def test_later_votes_take_the_place_of_the_second():
    for choice in "abcb":
        quiz("05.q2").vote(choice)
    assert diary.entries()["05.q2"].votes == ["a", "b"]


def test_a_vote_for_nothing_is_told_and_not_counted():
    assert not quiz("05.q2").vote("z")
    assert "05.q2" not in diary.entries()


def test_an_answer_without_a_vote_is_as_before():
    assert answer("05.q2", "a").finding == "a"
    assert diary.entries()["05.q2"].votes == []


def test_in_class_the_vote_is_the_first_button(monkeypatch, tmp_path):
    from mrkit.learn.widgets import question as widgets

    seen = []
    monkeypatch.setattr(widgets, "_in_a_kernel", lambda: True)
    monkeypatch.setattr(widgets, "_widget_class", lambda kind: lambda state, judge: seen.append(state) or _Nothing())
    quiz("05.q2")._repr_mimebundle_()
    monkeypatch.setenv("MRKIT_STUDENT", '{"quizzes": "vote"}')
    quiz("05.q2")._repr_mimebundle_()
    assert [[by for by, *_ in state["buttons"]] for state in seen] == [["answer", "vote"], ["vote", "answer"]]


class _Nothing:
    def over(self, html, text):
        return {}


# What a student hands in.


def test_the_findings_are_in_the_diary():
    check("01.length", swaps)
    check("01.length", lambda word: [len(word)])
    assert diary.entries()["01.length"].findings == ["swapped", "pair"]


def test_hand_in_says_in_words_what_it_writes():
    check("01.length", swaps)
    quiz("01.q1").vote("a")
    quiz("01.q1").vote("b")
    bundle = hand_in("01")._repr_mimebundle_()
    data, words = bundle[MIME], bundle["text/plain"]
    assert data["questions"] == {
        "01.length": {"attempts": 1, "passed": False, "hints": 0, "findings": ["swapped"], "votes": []},
        "01.q1": {"attempts": 1, "passed": True, "hints": 0, "findings": [], "votes": ["a", "b"]},
    }
    for part in ("01.length", "attempts: 1", "swapped", "a then b", "No code"):
        assert part in words
        assert part in bundle["text/html"]


def test_no_code_and_no_time_of_day_are_handed_in():
    check("01.length", swaps)
    text = json.dumps(hand_in("01")._repr_mimebundle_())
    assert "yield" not in text
    assert not re.search(r"\d\d:\d\d", text)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", hand_in("01").data["day"])
    code = json.loads(diary.path().read_text().split("\n")[1])["code"]
    assert code not in text


def test_only_the_lesson_that_was_named_is_handed_in():
    answer("05.q2", "a")
    assert hand_in("01").data["questions"] == {}
    with pytest.raises(BadArgument, match="no lesson '99'"):
        hand_in("99")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"student": "ana", "seed": 5}', Handout("ana", 5)),
        ('{"student": 5, "seed": "x", "other": 1}', Handout()),
        ("[]", Handout()),
        ("{", Handout()),
        ("nowhere.json", Handout()),
    ],
)
def test_a_handout_in_any_state(monkeypatch, text, expected):
    monkeypatch.setenv("MRKIT_STUDENT", text)
    assert handout() == expected


def test_a_handout_beside_the_notebooks(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MRKIT_STUDENT", raising=False)
    assert handout() == Handout()
    Path("student.json").write_text('{"student": "ana", "seed": 48210, "course": "ddia-26"}')
    assert handout() == Handout("ana", 48210, "ddia-26")


# What the teacher counts.


@pytest.mark.parametrize(
    ("chat", "expected"),
    [
        ("Ana: a\nBo: B\nCy: b.", {"a": 1, "b": 2}),
        ("Ana: a\nAna: c\nana: b", {"b": 1}),
        ("10:03:22 From Ana Müller to Everyone:\n\tb\n10:03:25 From Bo to Everyone:\n\ta\n", {"a": 1, "b": 1}),
        ("[10:03] Ana: b\n[10:04 AM] Ana: why b?\nBo: I think (c)", {"b": 1}),
        ("Ana Müller 10:03\nb\nBo 10:04\nc)\n", {"b": 1, "c": 1}),
        ("a\na\nb", {"a": 2, "b": 1}),
        ("", {}),
        ("nothing: here\nz\n: : :", {}),
    ],
)
def test_a_chat_is_one_letter_for_each_name(chat, expected):
    assert dict(tally("05.q2", chat)) == expected


def test_what_of_a_chat_did_not_count_is_told(tmp_path):
    chat = "Ana: a\nBjörn: b\nAna Müller: b\nDağhan: c please\n10:02 Nino: b\nwhy?\n\n"
    chat += "Cy 10:03\n\nc\n...\nb\nFrom Bo to Everyone:\na"
    ballot = vote("05.q2", folder=tmp_path).count("before", chat)
    assert ballot.counts["before"] == {"a": 2, "b": 4}
    ignored, alike = ballot.remarks
    assert ignored == "Not counted, as no letter stands alone: 'Dağhan: c please'; 'why?'."
    assert alike == "Counted as two people: 'ana', 'ana müller'."
    assert ignored in str(ballot)
    assert "Dağhan: c please" in ballot.bars()
    assert vote("05.q2", folder=tmp_path).remarks == [], "no name is kept"
    many = ballot.count("after", "\n".join(f"x{i}: hello" for i in range(9))).remarks
    assert many[0].endswith("'x4: hello' ... (+4).")


def test_a_second_vote_alone_is_a_vote(tmp_path):
    ballot = vote("05.q2", folder=tmp_path).count("before", {"a": 0}).count("after", {"b": 4, "a": 1})
    assert "Nobody" not in ballot.says
    assert "80%" in ballot.says


@given(
    st.dictionaries(
        st.text("abcdefghijklm nop", min_size=2, max_size=8).map(str.strip).filter(lambda n: len(n) > 1),
        st.sampled_from("abc"),
    )
)
def test_every_name_counts_once(votes):
    """Against plain Python."""
    chat = "\n".join(f"{name}: {letter}" for name, letter in votes.items())
    expected = {letter: list(votes.values()).count(letter) for letter in set(votes.values())}
    assert dict(tally("05.q2", chat)) == expected


@given(st.floats(0, 0.99), st.floats(0, 1))
def test_the_gain_is_a_share_of_what_could_be_gained(before, after):
    assert gain(before, before) == 0
    assert gain(before, 1) == 1
    assert (gain(before, after) > 0) == (after > before) or abs(after - before) < 1e-3
    assert gain(1, after) is None


def test_what_to_do_now():
    assert [advice(share) for share in (0, 0.29, 0.3, 0.7, 0.71, 1)] == [EXPLAIN, EXPLAIN, TALK, TALK, GO_ON, GO_ON]


def test_counts_are_kept_without_names(tmp_path):
    ballot = vote("05.q2", "monday", tmp_path).count("before", {"a": 12, "b": 6})
    assert ballot.says == f"Right: 33%. {TALK}"
    ballot.count("after", "Ana: b\nBo: b\nCy: a\nDora: b")
    text = (tmp_path / "votes-monday.csv").read_text()
    assert "ana" not in text.casefold()
    rows = list(csv.DictReader(text.splitlines()))
    assert [*rows[0]] == ["time", "question", "round", "choice", "count"]
    again = vote("05.q2", "monday", tmp_path)
    assert again.counts["before"] == {"a": 12, "b": 6, "c": 0}
    assert again.right("after") == 0.75
    assert "Of those who could gain, 62% did." in again.says
    assert vote("05.q1", "monday", tmp_path).right("before") is None


def test_the_panel_is_text_and_a_table_too(tmp_path):
    ballot = vote("05.q2", "x", tmp_path).count("before", {"a": 1})
    for part in ("before", "after", "expected", "Exactly once", "60%"):
        assert part in str(ballot)
        assert part in ballot._repr_html_()
    assert '<th scope="row">a' in ballot.bars()


def test_wrong_counts_are_one_sentence(tmp_path):
    ballot = vote("05.q2", "x", tmp_path)
    for when, counts in (("later", {}), ("before", {"z": 1}), ("before", {"a": -1}), ("before", {"a": "x"})):
        with pytest.raises(BadArgument):
            ballot.count(when, counts)
    with pytest.raises(BadArgument, match="not a quiz"):
        vote("05.mean")
    (tmp_path / "votes-bad.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"votes-bad\.csv"):
        vote("05.q2", "bad", tmp_path)


# What the notes expect.

QUIZZES = [q for number in lessons() for q in questions(number).values() if isinstance(q, Quiz)]


@pytest.mark.parametrize("question", QUIZZES, ids=lambda question: question.id)
def test_the_notes_and_the_numbers_agree(question):
    """Where a quiz says what it expects, the notes say the same, and it is a whole class."""
    expected = [choice.expect for choice in question.choices]
    (path,) = (Path(content.__file__).parent / "notes").glob(f"{question.id[:2]}_*.md")
    said = re.search(rf"\*\*{re.escape(question.id)}\*\* \(([^)]*)\)", path.read_text(encoding="utf-8"))
    if set(expected) == {None}:
        assert said is None
        return
    assert None not in expected
    assert sum(expected) == pytest.approx(1)
    words = ", ".join(f"{letter} {share * 100:.0f} %" for letter, share in zip("abcdef", expected, strict=False))
    assert said
    assert " ".join(said[1].split()) == words
