"""Waiting for a condition, and for how long at most."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from connectors.clock import SystemClock

PATIENCE_S = 90
"""By the wall; the workers' clocks run faster."""


async def until(condition: Callable[[], bool], otherwise: str) -> None:
    """Look until something is true."""

    async def so() -> bool:
        return condition()

    await until_asked(so, otherwise)


async def until_asked(condition: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    """Ask until the answer is yes."""
    end = time.monotonic() + PATIENCE_S
    while not await condition():
        assert time.monotonic() < end, otherwise
        await SystemClock().sleep(0.01)
