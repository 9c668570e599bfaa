"""The words of the pages that grading writes, by key, so that they can be translated; English where they are not."""

from __future__ import annotations

from typing import Any

from mrkit.learn.language import say

PHRASES = {
    "feedback/title": "Feedback for {name}",
    "feedback/lesson": "Lesson {lesson}: {score} of {points} points",
    "feedback/points": "{score} of {points} points",
    "feedback/timeout": "Too long",
    "feedback/unreadable": "Not readable",
    "report/title": "What the class knows",
    "report/about": "Students: {students}. Lessons: {lessons}. Graded on {day}. Names are only below, under the folds.",
    "report/about/guests": "Not in the roster, graded but not counted: {guests}.",
    "report/exercises": "Exercises",
    "report/exercises/caption": "How many students passed each exercise.",
    "report/exercise": "Exercise",
    "report/asks": "What it asks",
    "report/passed": "Passed",
    "report/failed": "Tried, not passed",
    "report/untouched": "Untouched or not readable",
    "report/failed/short": "Not passed",
    "report/untouched/short": "Untouched",
    "report/bars": "As bars",
    "report/bar": "{passed} passed, {failed} not passed, {untouched} untouched",
    "report/ideas": "The most frequent wrong ideas",
    "report/ideas/none": "No wrong answer at all.",
    "report/ideas/notes": "The lines to teach it again are from the notes for teachers; "
    "`mrkit lab FOLDER --instructor` writes them into `FOLDER/notes`. Ideas with as many students have the same place.",
    "report/ideas/tied": "As many students ({students}) had each of {more} more ideas: they are in `findings.csv`.",
    "report/idea": "{students} of {all} students ({share}), in {exercise}; finding `{finding}`",
    "report/again": "To teach it again:",
    "report/example": "One such answer, from {exercise}",
    "report/votes": "Votes before and after",
    "report/votes/none": "Nobody handed in votes: they come with the cell `hand_in()` at the end of a lesson.",
    "report/votes/caption": "Students who voted: {voters}.",
    "report/choice": "Choice",
    "report/text": "Text",
    "report/before": "Before",
    "report/after": "After",
    "report/expected": "Expected",
    "report/expected/before": "As the notes expect it before",
    "report/right": "{letter} (right)",
    "report/vote": "before {before}, after {after}",
    "report/vote/expected": "before {before}, after {after}, expected {expected}",
    "report/help": "Who needs help",
    "report/help/count": "{few} of {all} students have less than half of the points, "
    "or needed more than {many} attempts at one exercise.",
    "report/help/limit": "Listed are the {limit} with the smallest share of the points.",
    "report/help/names": "Who and why (names)",
    "report/student": "Student",
    "report/why": "Why",
    "report/why/points": "{score} of {points} points",
    "report/why/failed": "not passed: {exercises}",
    "report/why/nothing": "nothing that can be graded",
    "report/why/untouched": "untouched: {exercises}",
    "report/why/often": "more than {many} attempts: {exercises}",
    "report/files": "Files",
    "report/files/count": "Not read: {unreadable}. Remarks: {remarks}.",
    "report/files/names": "Which ones (names)",
    "report/files/unread": "Not read:",
    "report/all": "All points",
    "report/all/names": "The table of all students (names)",
    "report/name": "Name",
    "report/most": "{lesson} (of {points})",
    "cards/title": "Cards to vote with",
    "cards/hint": "Print one page for each student, and cut along the lines. Hold one card up, close to the chest: "
    "each has its letter, its shape and its grey.",
    "cards/card": "Card {letter}",
}


def phrase(key: str, **fill: Any) -> str:
    """The words of a key, filled in.

    >>> phrase("cards/card", letter="A")
    'Card A'
    """
    return say(f"pages/{key}", PHRASES[key]).format(**fill)
