"""How the desk ends when it is told to from outside: by SIGTERM, or because its terminal goes away.

A terminal goes with a closed window, a dropped SSH session, a tmux server that ends.

Textual's writer thread dies with the first write to such a terminal, and the loop then waits for it without end; a
handler on the loop would never run. So a thread of its own waits for the hang-up, turns the terminal into /dev/null,
asks the desk to leave, and ends the process where that comes to nothing. The worker lives on by its own rule.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType

GRACE_S = 3.0
"""How long the desk has to leave by itself."""

SIGNAL_EXIT = 128
"""What a shell adds to the number of the signal that ended a process."""


def heed_signals(loop: asyncio.AbstractEventLoop, leave: Callable[[int], object]) -> None:
    """SIGTERM ends the desk the ordinary way, so that the terminal is put back; a lost terminal ends it too.

    Args:
        loop: The running loop; called on the main thread.
        leave: Asks the desk to leave with an exit code; called on the loop.
    """
    loop.add_signal_handler(signal.SIGTERM, leave, SIGNAL_EXIT + signal.SIGTERM)
    Hangup(partial(loop.call_soon_threadsafe, leave, SIGNAL_EXIT + signal.SIGHUP)).watch()


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
        os._exit(SIGNAL_EXIT + signal.SIGHUP)


def _become_deaf() -> None:
    """Put /dev/null where the terminal was: what is still written goes nowhere, and nothing more is read."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
