"""A fresh Python in a browser: a second Pyodide, in a worker of its own, which runs one program and is ended."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from mrkit.executors.web import link
from mrkit.waiting import result_of

SECONDS = 120  # until it is taken for one that never ends


def run(code: str) -> str:
    """What a program prints that begins with nothing, or why it failed."""
    told: Future[str] = Future()

    def hear(message: dict[str, Any]) -> None:
        if not told.done():
            told.set_result(message.get("printed") or message.get("said") or "")

    worker = link.Link(hear, "fresh.js")
    try:
        worker.say(code=code)
        result_of(told, SECONDS)
        return told.result() if told.done() else ""
    finally:
        worker.end()
