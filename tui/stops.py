"""Being stopped as a job and going on: the terminal was somebody else's meanwhile."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType


def heed_stops(stopped: Callable[[], None]) -> None:
    """Tell of SIGTSTP and SIGCONT, before Textual's own handlers for them run, which paint the screen anew.

    Args:
        stopped: Called on the main thread, between any two of its steps: it may only take a note.
    """
    for number in (signal.SIGTSTP, signal.SIGCONT):
        _before(number, stopped)


def _before(number: signal.Signals, stopped: Callable[[], None]) -> None:
    theirs = signal.getsignal(number)

    def handle(number: int, frame: FrameType | None) -> None:
        stopped()
        if callable(theirs):
            theirs(number, frame)

    signal.signal(number, handle)
