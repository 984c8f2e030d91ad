"""Noticing after the fact that the machine was asleep (SECURITY-SPEC §5): memory is unprotected meanwhile."""

from __future__ import annotations

import sys

LINUX_TOLERANCE_NS = 5_000_000_000
"""Boot time against monotonic time: both run evenly, only sleep parts them."""
OTHER_TOLERANCE_NS = 30_000_000_000
"""Wall time against monotonic time: a corrected clock parts them too."""


class SuspendWatch:
    """Compares a clock that runs on during sleep with one that does not.

    Args:
        tolerance_ns: How far they may part between two looks.
    """

    def __init__(self, tolerance_ns: int) -> None:
        self._tolerance_ns = tolerance_ns
        self._apart_ns: int | None = None

    def slept(self, running_ns: int, awake_ns: int) -> bool:
        """Look once, about each second, and say whether there was a sleep since the look before.

        A clock set back counts too: who can do that can hide a sleep.

        Args:
            running_ns: Boot time on Linux, wall time elsewhere.
            awake_ns: Monotonic time.
        """
        apart = running_ns - awake_ns
        before, self._apart_ns = self._apart_ns, apart
        return before is not None and abs(apart - before) > self._tolerance_ns


def suspend_watch() -> SuspendWatch:
    """The watch over this system's clocks (`connectors.ports.clock.Clock.running_ns`)."""
    return SuspendWatch(LINUX_TOLERANCE_NS if sys.platform == "linux" else OTHER_TOLERANCE_NS)
