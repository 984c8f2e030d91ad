"""Waiting for something to happen or to be true, but not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from connectors.ports.clock import Clock

_LOOK_S = 0.02


async def happens_within(event: asyncio.Event, clock: Clock, seconds: float) -> bool:
    """Wait until ``event`` is set, at most so long on ``clock``; whether it is set."""
    sleeping = asyncio.ensure_future(clock.sleep(seconds))
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait((sleeping, waiting), return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleeping.cancel()
        waiting.cancel()
    return event.is_set()


async def comes_true(condition: Callable[[], bool], clock: Clock, seconds: int) -> bool:
    """Wait until a condition holds, at most so long on ``clock``; whether it holds."""
    deadline_ns = clock.monotonic_ns() + seconds * 1_000_000_000
    while not condition() and clock.monotonic_ns() < deadline_ns:
        await clock.sleep(_LOOK_S)
    return condition()
