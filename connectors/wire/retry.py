"""Trying idempotent calls again: the only place that does, so that nothing else can by mistake."""

from __future__ import annotations

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
    attempt: Callable[[], Awaitable[T]], clock: Clock, rng: random.Random, *, attempts: int = ATTEMPTS
) -> T:
    """Run ``attempt`` until it works or has failed ``attempts`` times.

    Args:
        attempt: One attempt, encoding and signing anew: a signature ages.
        clock: Waits.
        rng: Jitter.
        attempts: How often at most.

    Raises:
        Retry: The last attempt's.
        TradedeskError: Any other error of an attempt, at once.
    """
    for tries, wait_s in enumerate(delays(rng), start=1):
        try:
            return await attempt()
        except Retry:
            if tries >= attempts:
                raise
        await clock.sleep(wait_s)
    raise AssertionError("the sequence of waits has no end")
