"""A terminal that goes away: a closed window, a dropped SSH session, a tmux server that ends.

Textual's writer thread dies with the first write to such a terminal, and the loop then waits for it without end; a
handler on the loop would never run. So a thread of its own waits for the hang-up, turns the terminal into /dev/null,
asks the desk to leave, and ends the process where that comes to nothing. The worker lives on by its own rule.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

GRACE_S = 3.0
"""How long the desk has to leave by itself."""

EXIT_HANGUP = 128 + signal.SIGHUP
"""What a shell makes of a process that SIGHUP ended."""


class Hangup:
    """Waits for the end of the terminal on standard output.

    Args:
        leave: Asks the desk to leave; called from another thread, once.
    """

    def __init__(self, leave: Callable[[], object]) -> None:
        self._leave = leave
        self._told = threading.Event()

    def watch(self) -> None:
        """Begin to wait; call it on the main thread."""
        signal.signal(signal.SIGHUP, self._on_signal)
        # No read and no write is asked for: poll answers to hang-up and error alone.
        poll = select.poll()
        poll.register(sys.__stdout__.fileno() if sys.__stdout__ else 1, 0)
        threading.Thread(target=self._wait, args=(poll,), name="hangup", daemon=True).start()
        threading.Thread(target=self._end, name="hangup-end", daemon=True).start()

    def _wait(self, poll: select.poll) -> None:
        poll.poll()
        self._told.set()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._told.set()

    def _end(self) -> None:
        self._told.wait()
        _become_deaf()
        self._leave()
        threading.Event().wait(GRACE_S)
        os._exit(EXIT_HANGUP)


def _become_deaf() -> None:
    """Put /dev/null where the terminal was: what is still written goes nowhere, and nothing more is read."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
