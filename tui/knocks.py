"""The desk's event loop, which hears the terminal's reader knock.

Keys are read in a thread of Textual's and handed to the loop from there. Between that moment and the hand lie three
turns of the loop: a callback, a task, the application's queue. Whoever has long work to do in pieces asks before each
of them whether a key is on its way, and lets those turns pass first (`tui.painter`).

Not taken: a queue of our own for keys, past Textual's. Keys that Textual handles itself (in a typed line) would no
longer come in the order in which they were pressed.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from contextvars import Context
from typing import TypeVarTuple

Ts = TypeVarTuple("Ts")

LATEST_S = 0.01
"""So long after a knock nobody is expected any more: it was no key, or one that has found its hand."""


class KnockLoop(asyncio.SelectorEventLoop):
    """Notes when another thread hands it something."""

    def __init__(self) -> None:
        super().__init__()
        self._knocked_s = -math.inf

    def call_soon_threadsafe(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """See `asyncio.AbstractEventLoop.call_soon_threadsafe`."""
        self._knocked_s = self.time()
        return super().call_soon_threadsafe(callback, *args, context=context)

    @property
    def somebody_waits(self) -> bool:
        """Whether something was handed over just now that has not come to where it is handled."""
        return self.time() - self._knocked_s < LATEST_S

    def let_in(self) -> None:
        """It has come there."""
        self._knocked_s = -math.inf
