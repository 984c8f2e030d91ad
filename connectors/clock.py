"""The system's clock: the one place that asks the operating system what time it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

_BOOT_TIME: int | None = getattr(time, "CLOCK_BOOTTIME", None)
_clock_gettime_ns: Callable[[int], int] | None = getattr(time, "clock_gettime_ns", None)


class SystemClock:
    """`connectors.ports.clock.Clock` over the operating system."""

    def now(self) -> datetime:
        """Wall time, aware, UTC."""
        return datetime.now(UTC)

    def time_ns(self) -> int:
        """Wall time in ns since the Unix epoch."""
        return time.time_ns()

    def monotonic_ns(self) -> int:
        """Monotonic time in ns."""
        return time.monotonic_ns()

    def running_ns(self) -> int:
        """Time in ns that runs on while the machine is asleep: boot time on Linux, wall time elsewhere."""
        if _BOOT_TIME is None or _clock_gettime_ns is None:
            return time.time_ns()
        return _clock_gettime_ns(_BOOT_TIME)

    async def sleep(self, seconds: float) -> None:
        """Wait ``seconds`` on the running loop."""
        await asyncio.sleep(seconds)
