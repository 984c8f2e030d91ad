"""How long to wait before trying again: a pure sequence, so that it can be tested without waiting."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count

CAP_S = 30
"""No wait is longer (REQUIREMENTS B3)."""


def ceilings(initial_s: float = 1, multiplier: float = 2, cap_s: float = CAP_S) -> Iterator[float]:
    """Yield initial × multiplier^n seconds, capped: 1, 2, 4, 8, 16, 30 and 30 for ever."""
    for attempt in count():
        ceiling = initial_s * multiplier**attempt
        if ceiling >= cap_s:
            break
        yield ceiling
    while True:
        yield cap_s


def delays(rng: random.Random, initial_s: float = 1, multiplier: float = 2, cap_s: float = CAP_S) -> Iterator[float]:
    """Yield waits in seconds with full jitter: anywhere between nothing and the ceiling, so that clients spread.

    Args:
        rng: Source of chance, injected.
        initial_s: First ceiling.
        multiplier: Growth per attempt.
        cap_s: Highest ceiling.
    """
    for ceiling in ceilings(initial_s, multiplier, cap_s):
        yield rng.uniform(0, ceiling)
