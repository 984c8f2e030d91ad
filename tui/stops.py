"""Being stopped as a job and going on: the terminal was somebody else's meanwhile."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import FrameType


def heed_stops(loop: asyncio.AbstractEventLoop, stopped: Callable[[], None]) -> None:
    """Tell of SIGTSTP and SIGCONT, before Textual's own handlers for them run, which paint the screen anew.

    Those run on the loop, between two of its steps. Where the signal strikes, a step may hold what they wait for: they
    write to the terminal's queue and wait for the thread that reads it, and a desk that was told to stop in the middle
    of a write would wait for its own lock, for good.

    Args:
        loop: The running loop; called on the main thread.
        stopped: Called on the main thread at once, in the middle of any step: it may only take a note.
    """
    for number in (signal.SIGTSTP, signal.SIGCONT):
        _before(loop, number, stopped)


def _before(loop: asyncio.AbstractEventLoop, number: signal.Signals, stopped: Callable[[], None]) -> None:
    theirs = signal.getsignal(number)

    def handle(number: int, _frame: FrameType | None) -> None:
        stopped()
        if callable(theirs) and not loop.is_closed():
            loop.call_soon_threadsafe(theirs, number, None)

    signal.signal(number, handle)
