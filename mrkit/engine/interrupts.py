"""Ctrl-C and the kernel's interrupt while a job is at work: raised where the job waits or runs the user's code.

Python raises KeyboardInterrupt between any two steps of the main thread, also where a lock has just been taken or a
folder was just made; then a lock stays locked for ever, or the folder stays. So a job holds an interrupt back
(`uninterrupted`) but for the places where it may take long (`interruptible`). After the first one all that follows is
tidying up, which a second one does not break off; a third does, in case that hangs. Only the main thread is ever
interrupted: in another one nothing here does anything.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any


class _Gate:
    """The handler of interrupts while there is something that must not be broken off."""

    def __init__(self, before: Any):
        self.before = before
        self.open = False
        self.raised = False
        self.waiting = 0

    def __call__(self, number: int, frame: Any) -> None:
        self.waiting += 1
        if (self.open and not self.raised) or self.waiting > 1:
            self.let_through(number, frame)

    def let_through(self, number: int, frame: Any) -> None:
        self.waiting = 0
        self.raised = True
        self.before(number, frame)
        self.raised = False  # a handler of the user's own that raises nothing


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """For what must not be broken off: an interrupt waits for the end of the block, a second one does not."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
    elif isinstance(before, _Gate):
        with _set(before, open=False):
            yield
    else:
        gate = _Gate(before)
        signal.signal(signal.SIGINT, gate)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
            if gate.waiting and not gate.raised:
                before(signal.SIGINT, None)  # a traceback would keep the frame, and all that is in it


def is_interrupted() -> bool:
    """Whether an interrupt waits for the end of an `uninterrupted` block, for what takes long in many steps."""
    gate = signal.getsignal(signal.SIGINT)
    return isinstance(gate, _Gate) and gate.waiting > 0


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """In an `uninterrupted` block, for what may take long: an interrupt is raised at once."""
    gate = signal.getsignal(signal.SIGINT)
    if isinstance(gate, _Gate) and threading.current_thread() is threading.main_thread():
        with _set(gate, open=True):
            yield
            gate.raised = False  # it was caught: the block went on
    else:
        yield


@contextlib.contextmanager
def _set(gate: _Gate, open: bool) -> Iterator[None]:
    before = gate.open
    _turn(gate, open)
    try:
        yield
    finally:
        _turn(gate, before)


def _turn(gate: _Gate, open: bool) -> None:
    gate.open = open
    if open and gate.waiting and not gate.raised:
        gate.let_through(signal.SIGINT, None)
