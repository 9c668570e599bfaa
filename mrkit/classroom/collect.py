"""What was handed in: every notebook in a folder, in whatever form a system has put it there.

Understood are `NAME/*.ipynb`, nbgrader's `submitted/NAME/ASSIGNMENT/`, Moodle's `Full Name_123_assignsubmission_file/`,
Canvas's `name_LATE_12_34_file.ipynb`, and zip archives of these; other forms by a pattern. Archives are read, never
unpacked: nothing is written, and nothing outside the folder is opened. What cannot be read becomes a sentence.
"""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from mrkit import __version__
from mrkit.classroom import notebook
from mrkit.classroom.assignment import assignments
from mrkit.classroom.notebook import LARGEST, Book
from mrkit.classroom.roster import Roster, Student, plain
from mrkit.errors import BadArgument, MrkitError

MOST_IN_ARCHIVE = 1_000_000_000  # bytes that all files of an archive may have together
MOST_FILES = 20_000  # of one archive
DEEPEST = 3  # archives in archives
MOODLE = re.compile(r"(?P<student_id>.+)_(?P<number>\d+)_assignsubmission_(file|onlinetext)_?")
CANVAS = re.compile(r"(?P<student_id>[^_]+)_(?P<late>LATE_)?(?P<number>\d+)_\d+_.+")
STUDENT_FILE = "student.json"


@dataclass
class Received:
    """One notebook: whose it is, of which lesson, where it was, and when it came."""

    student: str
    lesson: str
    place: str
    book: Book
    when: datetime
    known: Student | None = None
    seed: int = 0
    stamped: bool = False  # the time is what a platform noted, not that of a file that somebody copied
    late: bool = False  # the platform says so


@dataclass
class Collected:
    """The notebook that counts for each student and lesson; sentences for people; and what could not be read."""

    books: dict[tuple[str, str], Received] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)  # student, sentence

    def add(self, one: Received) -> None:
        """Take one more; of two of one student and lesson the later counts."""
        key = one.student, one.lesson
        other = self.books.get(key)
        if other is None:
            self.books[key] = one
            return
        first, last = sorted((other, one), key=lambda each: (each.when, each.place))
        self.notes.append(f"{one.student} handed in lesson {one.lesson} twice: {last.place} counts, not {first.place}.")
        self.books[key] = last

    def refuse(self, student: str, sentence: str) -> None:
        """Note a file that cannot be read."""
        self.unreadable.append((student, sentence))


@dataclass(frozen=True)
class _File:
    """A file as it was found: the folders and the name, what is in it, and its time."""

    parts: tuple[str, ...]
    content: Book | bytes
    when: datetime

    @classmethod
    def read(cls, parts: tuple[str, ...], data: bytes, when: datetime) -> _File:
        """A file of which only what counts is kept: outputs may be large."""
        return cls(parts, notebook.read(data) if parts[-1].endswith(".ipynb") else data, when)

    @property
    def place(self) -> str:
        return "/".join(self.parts)

    @property
    def late(self) -> bool:
        found = CANVAS.fullmatch(self.parts[-1])
        return bool(found and found["late"])


def collect(folder: Path, roster: Roster, pattern: str | None = None, leave: Path | None = None) -> Collected:
    """All notebooks below a folder or in an archive, but for those below `leave`; `MrkitError` if there is none."""
    if not folder.exists():
        raise MrkitError(f"There is no folder {folder}.")
    found = Collected()
    files = list(_files(folder, found, leave) if folder.is_dir() else _single(folder, found))
    beside = {file.parts[:-1]: file for file in files if file.parts[-1] == STUDENT_FILE}
    times = {file.parts[:-1]: file for file in files if file.parts[-1] == "timestamp.txt"}
    naming = _Naming(roster, _compiled(pattern), _no_collections(files))
    for file in files:
        if isinstance(file.content, Book):
            stamp = naming.timestamp(file.parts) or _text(times.get(file.parts[:-1]))
            _take(found, file, file.content, naming, _student_file(file, beside), _time(stamp))
    if not found.books and not found.unreadable:
        raise MrkitError(f"There is no notebook in {folder}.")
    return found


def _take(
    found: Collected, file: _File, book: Book, naming: _Naming, own: dict[str, Any], when: datetime | None
) -> None:
    name, given = naming.name(file.parts), str(own.get("student") or "")
    owner = naming.roster.find(name)
    if given and owner and plain(given) not in owner.names:
        found.notes.append(
            f"{file.place} lies where {name} hands in, but its student.json says {given}: {given} gets it."
        )
    known = naming.roster.find(given or name)
    student = known.id if known else given or name
    if naming.roster.students and known is None:
        found.notes.append(f"{file.place}: {student} is not in the roster.")
    problem = book.problem
    if not problem and book.lesson is None:
        problem = "this notebook does not say which lesson it is."
    elif not problem and book.lesson not in assignments():
        problem = f"this mrkit has no lesson {book.lesson}."
    if problem:
        found.refuse(student, f"{file.place}: {problem}")
        return
    if book.version and book.version != __version__:
        found.notes.append(f"{file.place} was made with mrkit {book.version}; it is graded with {__version__}.")
    stamped = when is not None
    found.add(
        Received(
            student, book.lesson or "", file.place, book, when or file.when, known, seed_in(own), stamped, file.late
        )
    )


# Files.


def _files(folder: Path, found: Collected, leave: Path | None) -> Iterator[_File]:
    """Notebooks and the small files beside them, in folders and archives, in a fixed order."""
    root = folder.resolve()
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__MACOSX")) and _mine(Path(here, f), leave))
        for linked in [f for f in folders if Path(here, f).is_symlink()]:
            found.notes.append(
                f"{Path(here, linked).relative_to(folder).as_posix()} is a link to a folder: not followed."
            )
        for name in sorted(names):
            path = Path(here, name)
            if name.startswith(".") or not name.endswith((".ipynb", ".zip", STUDENT_FILE, "timestamp.txt")):
                continue
            parts = path.relative_to(folder).parts
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                found.refuse(parts[0] if len(parts) > 1 else path.stem, f"{'/'.join(parts)}: a link out of the folder.")
                continue
            if path.exists() and not path.is_file():  # a pipe would be waited for
                found.refuse(parts[0] if len(parts) > 1 else path.stem, f"{'/'.join(parts)}: it is no ordinary file.")
                continue
            yield from _opened(path, parts, found)


def _single(path: Path, found: Collected) -> Iterator[_File]:
    """What is in an archive, as if it lay in a folder; or one notebook."""
    for file in _opened(path, (path.name,), found) if path.suffix in (".zip", ".ipynb") else ():
        yield replace(file, parts=file.parts[1:]) if path.suffix == ".zip" else file


def _mine(path: Path, leave: Path | None) -> bool:
    return leave is None or path.resolve() != leave.resolve()


def _opened(path: Path, parts: tuple[str, ...], found: Collected) -> Iterator[_File]:
    try:
        when = datetime.fromtimestamp(path.stat().st_mtime)
        if path.suffix == ".zip":
            with open(path, "rb") as file:
                yield from _archive(file, (*parts[:-1], path.stem), when, found, 1)
        elif path.stat().st_size > LARGEST and path.suffix == ".ipynb":
            found.refuse(parts[0] if parts[1:] else path.stem, f"{'/'.join(parts)}: {notebook.TOO_LARGE}")
        else:
            with open(path, "rb") as file:
                yield _File.read(parts, file.read(LARGEST + 1), when)
    except OSError as error:
        found.refuse(parts[0], f"{'/'.join(parts)}: {error.strerror or error}.")


def _archive(file: Any, parts: tuple[str, ...], when: datetime, found: Collected, depth: int) -> Iterator[_File]:
    place = "/".join(parts) + ".zip"
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.infolist()
            if len(names) > MOST_FILES:
                found.refuse(parts[0], f"{place}: it has more than {MOST_FILES:,} files in it.")
                return
            if sum(info.file_size for info in names) > MOST_IN_ARCHIVE:
                found.refuse(parts[0], f"{place}: it would be too large when it is unpacked.")
                return
            for info in names:
                yield from _entry(archive, info, parts, found, depth)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        found.refuse(parts[0], f"{place}: this archive cannot be read ({error}).")
    except Exception as error:  # zlib, lzma and bz2 have errors of their own
        found.refuse(parts[0], f"{place}: this archive is damaged ({type(error).__name__}).")


def _entry(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, parts: tuple[str, ...], found: Collected, depth: int
) -> Iterator[_File]:
    inside = tuple(part for part in re.split(r"[/\\]", info.filename) if part not in ("", ".", ".."))
    if not inside or any(part.startswith((".", "__MACOSX")) for part in inside):
        return
    if not inside[-1].endswith((".ipynb", ".zip", STUDENT_FILE, "timestamp.txt")) or info.is_dir():
        return
    with archive.open(info) as file:
        data = file.read(LARGEST + 1)  # never more, whatever the archive says of itself
    when = datetime(*info.date_time) if info.date_time[1] and info.date_time[2] else datetime.min
    if inside[-1].endswith(".zip"):
        if depth >= DEEPEST or len(data) > LARGEST:
            found.refuse(parts[0], f"{'/'.join(parts + inside)}: archives in archives, too deep or too large.")
        else:
            yield from _archive(io.BytesIO(data), (*parts, *inside[:-1], Path(inside[-1]).stem), when, found, depth + 1)
        return
    yield _File.read(parts + inside, data, when)


# Names.


@dataclass(frozen=True)
class _Naming:
    roster: Roster
    pattern: re.Pattern | None
    collections: frozenset[tuple[str, ...]]

    def name(self, parts: tuple[str, ...]) -> str:
        """Who is meant by a path."""
        if self.pattern and (found := self.pattern.search("/".join(parts))):
            return found["student_id"]
        for part in parts[:-1]:
            if found := MOODLE.fullmatch(part):
                return self._by_number(self.roster.by_moodle(found["number"]), found["number"], found["student_id"])
        for part in parts[:-1]:
            if self.roster.find(part):
                return part
        if found := CANVAS.fullmatch(parts[-1]):
            return self._by_canvas(found["number"], found["student_id"])
        if "submitted" in parts[:-2]:
            return parts[parts.index("submitted") + 1]
        folders = [part for i, part in enumerate(parts[:-1]) if parts[: i + 1] not in self.collections]
        return folders[0] if folders else self._in_file_name(Path(parts[-1]).stem)

    def _by_number(self, owner: Student | None, number: str, name: str) -> str:
        """Whose number it is, else whose name; who is neither keeps the number: there may be two of that name."""
        if owner:
            return owner.id
        return f"{name} ({number})" if self.roster.students and not self.roster.find(name) else name

    def _by_canvas(self, number: str, name: str) -> str:
        """The same; a name counts only for who has no other number."""
        owner, known = self.roster.by_canvas(number), self.roster.find(name)
        if owner is None and known and known.canvas:
            return f"{name} ({number})"
        return self._by_number(owner, number, name)

    def timestamp(self, parts: tuple[str, ...]) -> str:
        """The time in a path, where the pattern has a group for it; "" if there is none."""
        found = self.pattern.search("/".join(parts)) if self.pattern else None
        return (found.groupdict().get("timestamp") if found else "") or ""

    def _in_file_name(self, stem: str) -> str:
        """`ana`, `ana_05_combiners`, `05_combiners-ana`: the part that is not the lesson's own name."""
        lessons = [name for each in assignments().values() for name in (each.name, each.lesson)]
        for name in sorted(lessons, key=len, reverse=True):
            rest = re.sub(rf"(^|[\W_]+){re.escape(name)}($|[\W_]+)", " ", stem).strip()
            if rest and rest != stem:
                return rest
        return stem


def _no_collections(files: Iterable[_File]) -> frozenset[tuple[str, ...]]:
    """The archives and folders that hold the folders of many students: their names are nobody's."""
    inside: dict[tuple[str, ...], set[str]] = {}
    for file in files:
        for depth in range(1, len(file.parts) - 1):
            inside.setdefault(file.parts[:depth], set()).add(file.parts[depth])
    tops = {parts for parts in inside if len(parts) == 1}
    return frozenset(tops if len(tops) == 1 and len(inside[next(iter(tops))]) > 1 else ())


def _student_file(file: _File, beside: dict[tuple[str, ...], _File]) -> dict[str, Any]:
    """What the nearest student.json says."""
    for depth in range(len(file.parts) - 1, -1, -1):
        if found := beside.get(file.parts[:depth]):
            try:
                own = json.loads(_bytes(found))
            except (ValueError, RecursionError):
                return {}
            return own if isinstance(own, dict) else {}
    return {}


def seed_in(own: dict[str, Any]) -> int:
    """The seed that a student.json names, and 0 if it names none."""
    seed = own.get("seed")
    return seed if isinstance(seed, int) else 0


def _time(stamp: str) -> datetime | None:
    """The time that a platform noted, as nbgrader or a file's name writes it."""
    for form in ("%Y-%m-%d %H:%M:%S.%f %Z", "%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d-%H-%M-%S"):
        try:
            return datetime.strptime(stamp, form)
        except ValueError:
            continue
    return None


def _text(file: _File | None) -> str:
    return _bytes(file).decode("utf-8", errors="replace").strip() if file else ""


def _bytes(file: _File) -> bytes:
    return file.content if isinstance(file.content, bytes) else b""


def _compiled(pattern: str | None) -> re.Pattern | None:
    try:
        compiled = re.compile(pattern) if pattern else None
    except re.error as error:
        raise BadArgument(f"--pattern {pattern!r} is not a regular expression: {error}.") from error
    if compiled and "student_id" not in compiled.groupindex:
        raise BadArgument("--pattern needs a group (?P<student_id>...): it says whose file it is.")
    return compiled
