"""The exchange's own time: the one place of this process that asks for it."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Source of time; a test gives its own."""

    def now_ms(self) -> int:
        """Wall time in ms since the Unix epoch."""
        ...


class WallClock:
    """The system's wall time, which an operator may set back: never answers less than before."""

    def __init__(self) -> None:
        self._last = 0

    def now_ms(self) -> int:
        """Wall time in ms since the Unix epoch; stands still while the system's clock is behind what it said."""
        self._last = max(self._last, time.time_ns() // 1_000_000)
        return self._last


def arrival_ns() -> int:
    """Wall time in ns, for the access log: when bytes came, whatever the exchange's own clock says."""
    return time.time_ns()


async def pause(delay_s: float) -> None:
    """Let a while pass, as a message does on its way."""
    await asyncio.sleep(delay_s)
