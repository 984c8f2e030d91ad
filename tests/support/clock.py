"""Clocks for tests: one that stands still until it is told, one that follows the running loop."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

NANOS = 1_000_000_000
"""Nanoseconds in a second."""

START = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
"""When every test begins: a round date nobody mistakes for today."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

TURNS_TO_SETTLE = 50
"""Loop turns given to woken sleepers before time moves on: enough for a chain of awaits, not enough to hide a spin."""


def nanos(moment: datetime) -> int:
    """Return whole ns since the Unix epoch; exact, because a datetime holds whole microseconds."""
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1_000


@dataclass(order=True, slots=True)
class _Sleeper:
    due_ns: int
    number: int
    woken: asyncio.Future[None] = field(compare=False)


class FakeClock:
    """A `connectors.ports.clock.Clock` that moves only when a test moves it.

    Wall time and monotonic time move together; `jump` moves wall time alone, as a corrected system clock does.
    """

    def __init__(self, start: datetime = START) -> None:
        self._wall_ns = nanos(start)
        self._mono_ns = 0
        self._asleep_ns = 0
        self._sleepers: list[_Sleeper] = []
        self._numbers = itertools.count()

    def now(self) -> datetime:
        """Wall time, aware, UTC; ns below a microsecond are cut off."""
        return _EPOCH + timedelta(microseconds=self._wall_ns // 1_000)

    def time_ns(self) -> int:
        """Wall time in ns since the Unix epoch."""
        return self._wall_ns

    def monotonic_ns(self) -> int:
        """Ns since the clock was made."""
        return self._mono_ns

    def running_ns(self) -> int:
        """Monotonic time and every sleep of the machine (`suspend`)."""
        return self._mono_ns + self._asleep_ns

    async def sleep(self, seconds: float) -> None:
        """Wait until the test has moved time on by ``seconds``; with 0 or less, give one turn to the loop."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        due_ns = self._mono_ns + round(seconds * NANOS)
        heapq.heappush(self._sleepers, _Sleeper(due_ns, next(self._numbers), woken))
        await woken

    @property
    def sleeping(self) -> int:
        """How many sleepers wait on this clock."""
        return sum(not sleeper.woken.done() for sleeper in self._sleepers)

    def advance(self, seconds: float = 0, *, ns: int = 0) -> None:
        """Move both times on at once and wake whoever is due; sleepers run when the test next awaits."""
        self._move(self._mono_ns + round(seconds * NANOS) + ns)

    def jump(self, seconds: float) -> None:
        """Move wall time alone, forward or back; nobody is woken."""
        self._wall_ns += round(seconds * NANOS)

    def suspend(self, seconds: float) -> None:
        """Let the machine sleep: wall time and boot time go on, monotonic time does not; nobody is woken."""
        self._wall_ns += round(seconds * NANOS)
        self._asleep_ns += round(seconds * NANOS)

    async def run(self, seconds: float) -> None:
        """Let ``seconds`` pass sleeper by sleeper, so that one who sleeps again inside the span is woken again."""
        end_ns = self._mono_ns + round(seconds * NANOS)
        await self._settle()
        while self._sleepers and self._sleepers[0].due_ns <= end_ns:
            self._move(self._sleepers[0].due_ns)
            await self._settle()
        self._move(end_ns)
        await self._settle()

    def _move(self, mono_ns: int) -> None:
        if mono_ns < self._mono_ns:
            raise ValueError("monotonic time does not run back: use jump() to move wall time")
        self._wall_ns += mono_ns - self._mono_ns
        self._mono_ns = mono_ns
        while self._sleepers and self._sleepers[0].due_ns <= mono_ns:
            sleeper = heapq.heappop(self._sleepers)
            if not sleeper.woken.done():
                sleeper.woken.set_result(None)

    async def _settle(self) -> None:
        for _ in range(TURNS_TO_SETTLE):
            await asyncio.sleep(0)


class LoopClock:
    """A `connectors.ports.clock.Clock` that follows the running loop: with `ScaledLoop`, minutes take seconds.

    Wall time starts at ``start`` when the clock is first asked, and moves with the loop.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start_ns = nanos(start)
        self._zero_ns: int | None = None

    def now(self) -> datetime:
        """Wall time, aware, UTC."""
        return _EPOCH + timedelta(microseconds=self.time_ns() // 1_000)

    def time_ns(self) -> int:
        """Wall time in ns since the Unix epoch."""
        moment_ns = self.monotonic_ns()
        if self._zero_ns is None:
            self._zero_ns = moment_ns
        return self._start_ns + moment_ns - self._zero_ns

    def monotonic_ns(self) -> int:
        """The running loop's time in ns."""
        return round(asyncio.get_running_loop().time() * NANOS)

    def running_ns(self) -> int:
        """The running loop's time in ns: this machine never sleeps."""
        return self.monotonic_ns()

    async def sleep(self, seconds: float) -> None:
        """Wait ``seconds`` of the running loop."""
        await asyncio.sleep(seconds)
