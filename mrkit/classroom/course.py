"""The seed of each student: the same whenever it is asked for, and not to be guessed from anybody else's.

A course has a secret, in `course.json` beside the roster, which the teacher keeps. A seed is a keyed hash of it and
the student's id.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from mrkit.classroom.roster import plain
from mrkit.errors import MrkitError

NAME = "course.json"


@dataclass(frozen=True)
class Course:
    """A course: its name, the secret that makes its seeds, when each lesson is due, and its language."""

    name: str
    secret: str
    due: dict[str, str] = field(default_factory=dict)
    language: str = "en"

    def seed(self, student: str) -> int:
        """The student's seed, from 10,000 to 99,999.

        >>> Course("ddia-26", "x").seed("ana") == Course("ddia-26", "x").seed(" Ana")
        True
        """
        digest = hashlib.blake2b(plain(student).encode(), key=self.secret.encode()[:64], digest_size=8).digest()
        return 10_000 + int.from_bytes(digest) % 90_000


def find(roster: Path) -> Course | None:
    """The course whose file lies beside a roster, or None."""
    place = roster.resolve().with_name(NAME)
    if not place.exists():
        return None
    try:
        stored = json.loads(place.read_text(encoding="utf-8"))
        due = {str(lesson): str(day) for lesson, day in dict(stored.get("due", {})).items()}
        return Course(str(stored["course"]), str(stored["secret"]), due, str(stored.get("language", "en")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MrkitError(f"{place} is damaged. Without its secret the students' seeds cannot be made again.") from error


def find_or_make(
    roster: Path, name: str = "", lessons: Iterable[str] = (), due: str = "", language: str | None = None
) -> Course:
    """The course of a roster; a new one gets a name and a secret. Its language, and when lessons are due, are kept."""
    found = find(roster) or Course(name or roster.resolve().parent.name, secrets.token_hex(16))
    found.due.update({lesson: due for lesson in lessons if due})
    found = replace(found, language=language or found.language)
    stored = {"course": found.name, "secret": found.secret, "due": found.due, "language": found.language}
    roster.resolve().with_name(NAME).write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    return found
