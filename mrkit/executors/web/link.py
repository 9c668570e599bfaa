"""One Web Worker, as a pair of ears and a mouth: starts it with a Pyodide of its own, and passes messages to and fro.

The only module that speaks JavaScript; worker.js is its other end, or fresh.js. It knows no tasks.
"""

from __future__ import annotations

import functools
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle

from mrkit.errors import CannotStart
from mrkit.executors.web.lacking import answer, archive
from mrkit.functions import PACKAGE

WASM = "pyodide.asm.wasm"  # which every page with Pyodide has loaded


class Link:
    """A Web Worker; `heard` gets each of its messages, as a dictionary."""

    def __init__(self, heard: Callable[[dict[str, Any]], None], script: str = "worker.js"):
        import js
        from pyodide.ffi import JsException, create_proxy

        self._heard = heard
        self._hear = create_proxy(lambda event: self._take(event.data.to_py()))
        self._fail = create_proxy(lambda event: heard({"died": None, "said": str(getattr(event, "message", ""))}))
        try:
            self._worker = js.Worker.new(_script(script), type="module")
        except JsException as error:  # the page's own rules forbid it
            raise CannotStart(f"The workers cannot start: {error}") from error
        self._worker.onmessage, self._worker.onerror = self._hear, self._fail
        self.say(address=_address(), packages=_packages(), folder=_folder())

    def _take(self, message: dict[str, Any]) -> None:
        if "lacks" in message:
            self.say(given=answer(*message["lacks"]))
        else:
            self._heard(message)

    def say(self, **message: Any) -> None:
        """Send a message."""
        import js
        from pyodide.ffi import to_js

        self._worker.postMessage(to_js(message, dict_converter=js.Object.fromEntries))

    def end(self) -> None:
        """End the worker, whatever it is at."""
        self._worker.onmessage = self._worker.onerror = None
        self._worker.terminate()
        self._hear.destroy()
        self._fail.destroy()


def are_there() -> bool:
    """Whether this page can start workers."""
    import js

    return hasattr(js, "Worker")


def _address() -> str:
    """Where this page has its Pyodide from."""
    import js

    for entry in js.performance.getEntriesByType("resource"):
        if entry.name.partition("?")[0].endswith(WASM):
            return entry.name.partition("?")[0].removesuffix(WASM)
    raise CannotStart(f"The workers cannot start: nobody knows where this page has {WASM} from.")


@functools.cache
def _script(name: str) -> str:
    """An address for a file beside this one: a notebook has none to load it from."""
    import js
    from pyodide.ffi import to_js

    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    kind = to_js({"type": "text/javascript"}, dict_converter=js.Object.fromEntries)
    return js.URL.createObjectURL(js.Blob.new(to_js([text]), kind))


@functools.cache
def _packages() -> Any:
    """What a worker needs to begin: mrkit and cloudpickle as they are here, from no other place."""
    import js
    from pyodide.ffi import to_js

    folders = Path(PACKAGE), Path(cloudpickle.__file__).parent
    files = [(folder.parent, path) for folder in folders for path in folder.rglob("*.py")]
    return js.Blob.new(to_js([archive(files)]))


def _folder() -> str:
    """Where packages are installed."""
    return sysconfig.get_path("purelib")
