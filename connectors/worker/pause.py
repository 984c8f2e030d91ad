"""Waiting for something to happen, but not for ever."""

from __future__ import annotations

import asyncio

from connectors.ports.clock import Clock


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
