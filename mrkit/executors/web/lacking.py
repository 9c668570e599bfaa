"""What a worker in a browser has not got, it asks the notebook's Python for: modules that are imported, files to read.

Workers of a browser share no disk. So what a function imports or opens, and is not there, is fetched to the place where
it lies at home, and is read there; what a task writes comes home when it ends. Both sides of that stand here. It knows
no messages: `ask(kind, name)` brings the answer, as bytes or None.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

Ask = Callable[[str, str], bytes | None]
Written = tuple[str, bool, bytes]  # a path, whether something was added to the file, and that or all of it
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


# At home.


def answer(kind: str, name: str) -> bytes | None:
    """A file by its path, or an archive of all files of a module by its name; None if there is none.

    Of a folder, only that it is there.
    """
    if kind == "folder":
        return b"" if os.path.isdir(name) else None
    if kind == "module":
        files = [(Path(path.anchor), path) for path in _files_of_module(name)]
        return archive(files) if files else None
    try:
        return Path(name).read_bytes()
    except OSError:
        return None


def put(written: list[Written]) -> None:
    """What a task has written, where it lies at home."""
    for path, added, data in written:
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "ab" if added else "wb") as file:
                file.write(data)


def archive(files: Iterable[tuple[Path, Path]]) -> bytes:
    """Some files as a zip, each with its path from some folder on: (folder, path)."""
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w") as packed:
            for folder, path in files:
                packed.write(path, path.relative_to(folder))
        return file.getvalue()


def _files_of_module(name: str) -> Iterator[Path]:
    for distribution in metadata.packages_distributions().get(name, ()):
        for file in metadata.files(distribution) or ():
            yield Path(str(file.locate())).resolve()
        return
    with contextlib.suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(name)
        if spec is not None:
            for folder in spec.submodule_search_locations or ():
                yield from (path for path in Path(folder).resolve().rglob("*") if path.is_file())
            if spec.has_location and not spec.submodule_search_locations:
                yield Path(str(spec.origin)).resolve()


# In a worker.


class Fetching:
    """Brings what is missing when it is imported, or opened to be read."""

    def __init__(self, ask: Ask):
        self._ask = ask
        self._asked: set[str] = set()
        self._brought: set[str] = set()
        self._writes: dict[str, int | None] = {}  # files that this task writes: from where on; None: the whole file
        self._busy = False

    def begin(self) -> None:
        """From now on; it cannot be undone."""
        sys.meta_path.append(self)
        sys.addaudithook(self._hear)

    def forget(self) -> None:
        """The next job begins: files and the user's own modules may have changed, and others may have come."""
        for name, module in list(sys.modules.items()):
            if getattr(module, "__file__", None) in self._brought:
                del sys.modules[name]
        for path in self._brought:
            with contextlib.suppress(OSError):
                os.unlink(path)
                if path.endswith(".py"):  # an empty folder passes for a package
                    os.removedirs(os.path.dirname(path))
        self._asked, self._brought = set(), set()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """What Python asks for a module that it does not find: it may be found when it has been fetched."""
        if path is not None or name in self._asked or name in sys.stdlib_module_names:
            return None
        self._asked.add(name)
        packed = self._ask("module", name)
        if packed is None:
            return None
        root = os.path.abspath(os.sep)
        with zipfile.ZipFile(io.BytesIO(packed)) as files, self._unheard():
            files.extractall(root)
            paths = [os.path.join(root, each) for each in files.namelist()]
        self._brought.update(path for path in paths if "site-packages" not in path)
        importlib.invalidate_caches()
        return PathFinder.find_spec(name)

    def written(self) -> list[Written]:
        """What the task that ends has written."""
        found = []
        for path, start in self._writes.items():
            with contextlib.suppress(OSError):  # it was only for a time
                found.append((path, start is not None, Path(path).read_bytes()[start or 0 :]))
        self._writes = {}
        return found

    def _hear(self, event: str, given: tuple) -> None:
        if event != "open" or self._busy or not isinstance(given[0], str | bytes | os.PathLike):
            return
        try:
            path, flags = os.path.abspath(os.fsdecode(given[0])), given[2] or 0
        except OSError:  # the folder that we are in was removed
            return
        if path.startswith("/proc/") or path.endswith(".pyc"):  # nobody has these
            return
        with self._unheard():
            if path not in self._asked and not os.path.exists(path):
                self._asked.add(path)
                self._bring(path)
            if flags & WRITING:
                self._note(path, added=bool(flags & os.O_APPEND))

    @contextlib.contextmanager
    def _unheard(self) -> Iterator[None]:
        """What is opened in the block is our own affair."""
        before, self._busy = self._busy, True
        try:
            yield
        finally:
            self._busy = before

    def _bring(self, path: str) -> None:
        data = self._ask("file", path)
        if data is not None:
            self._brought.add(path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            Path(path).write_bytes(data)

    def _note(self, path: str, added: bool) -> None:
        """A file is about to be written: from its end on, or as a whole."""
        self._brought.add(path)
        folder = os.path.dirname(path)
        if not os.path.isdir(folder) and self._ask("folder", folder) is not None:
            os.makedirs(folder)
        if not added:
            self._writes[path] = None
        elif path not in self._writes:
            self._writes[path] = os.path.getsize(path) if os.path.exists(path) else 0
