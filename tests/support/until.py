"""Waiting for something outside this process: it is looked at again and again, because it sends no event."""

from __future__ import annotations

import time
from collections.abc import Callable

_PAUSE_S = 0.01


def until(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Return as soon as the condition holds; fail with its name when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        time.sleep(_PAUSE_S)
