"""Trying idempotent calls again: the only place that does, so that nothing else can by mistake."""

from __future__ import annotations

import math
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from connectors.errors import Retry
from connectors.ports.clock import Clock
from connectors.wire.backoff import delays

T = TypeVar("T")

ATTEMPTS = 4
"""Sends of one idempotent call: with waits of up to 1, 2 and 4 s a caller learns of a failure within seconds."""


async def persist(
    attempt: Callable[[], Awaitable[T]],
    clock: Clock,
    rng: random.Random,
    *,
    attempts: int = ATTEMPTS,
    elsewhere: Callable[[], bool] = lambda: False,
    left_s: Callable[[], float] = lambda: math.inf,
) -> T:
    """Run ``attempt`` until it works or has failed ``attempts`` times.

    Args:
        attempt: One attempt, encoding and signing anew: a signature ages.
        clock: Waits.
        rng: Jitter.
        attempts: How often at most, apart from those made elsewhere.
        elsewhere: Whether the next attempt goes to a place that was not tried yet: it costs no wait.
        left_s: Seconds left of the call's own time; an attempt that could not begin in it is not made.

    Raises:
        Retry: The last attempt's.
        TradedeskError: Any other error of an attempt, at once.
    """
    waits, tries = delays(rng), 0
    while True:
        try:
            return await attempt()
        except Retry:
            moves = elsewhere()
            tries += not moves
            wait_s = 0 if moves else next(waits)
            if tries >= attempts or left_s() <= wait_s:
                raise
        if wait_s:
            await clock.sleep(wait_s)
