"""Time, injected: nothing else in the house asks for it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """A source of time. Wall time is aware UTC; monotonic time only measures spans."""

    def now(self) -> datetime:
        """Wall time, aware, UTC."""
        ...

    def time_ns(self) -> int:
        """Wall time in ns since the Unix epoch."""
        ...

    def monotonic_ns(self) -> int:
        """Monotonic time in ns."""
        ...

    def running_ns(self) -> int:
        """Time in ns that runs on while the machine is asleep: boot time on Linux, wall time elsewhere."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait ``seconds`` on the running loop."""
        ...
