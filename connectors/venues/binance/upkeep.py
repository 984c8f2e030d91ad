"""A connection kept alive: the venue probed, what waited for it told when it is back, and chores done when due."""

from __future__ import annotations

import asyncio
import statistics
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from connectors.errors import TradedeskError
from connectors.ports.clock import Clock
from connectors.venues.binance.gate import Gate
from connectors.venues.binance.health import Monitor

_SECOND = 1_000_000_000
PULSE_S = 3
"""Between probes of a healthy venue; they keep a connection warm for the next order."""
PROBE_S = 2
"""Between probes of one that does not answer, outside every back-off (REQUIREMENTS D2)."""
HEALTH_INTERVAL_S = 10
"""Within so long a venue that is not available is reported as such (P3): a probe's wait and its own patience twice."""
_REMEMBERED = 1200
"""Round trips remembered for the median: an hour of pulses."""


class Chore:
    """Something to be done now and then while the venue answers.

    Args:
        run: Does it.
        every_s: Seconds between two times.
        clock: Time.
    """

    def __init__(self, run: Callable[[], Awaitable[object]], every_s: float, clock: Clock) -> None:
        self._run = run
        self._every_ns = round(every_s * _SECOND)
        self._clock = clock
        self._due_ns = 0

    def expire(self) -> None:
        """It is due now."""
        self._due_ns = 0

    async def do(self) -> None:
        """Do it, due or not.

        Raises:
            TradedeskError: It failed; it is due again at the next time all the same.
        """
        self._due_ns = self._clock.monotonic_ns() + self._every_ns
        await self._run()

    async def do_if_due(self) -> None:
        """Do it if it is due."""
        if self._clock.monotonic_ns() >= self._due_ns:
            await self.do()


class Upkeep:
    """Probes the venue from `start` to `close`.

    Args:
        gate: The way to the venue.
        monitor: Told of every answer and of every silence.
        clock: Time.
        establish: Passes the steps of connecting again.
        on_back: Told when the venue answers again.
        chores: Done while it answers.
    """

    def __init__(
        self,
        gate: Gate,
        monitor: Monitor,
        clock: Clock,
        establish: Callable[[], Awaitable[None]],
        on_back: Callable[[], None],
        chores: Sequence[Chore],
    ) -> None:
        self._gate = gate
        self._monitor = monitor
        self._clock = clock
        self._establish = establish
        self._on_back = on_back
        self._chores = chores
        self._round_trips: deque[int] = deque(maxlen=_REMEMBERED)
        self._task: asyncio.Task[None] | None = None

    def start(self, name: str) -> None:
        """Begin; called once more it does nothing."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep(), name=name)
            self._task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Stop; may be called twice."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            healthy = self._monitor.vitals.established and not self._monitor.vitals.missed
            wait_s = PULSE_S if healthy else PROBE_S
            if not healthy:
                self._monitor.note(next_try_ns=self._clock.time_ns() + wait_s * _SECOND)
            await self._clock.sleep(wait_s)
            try:
                await self._beat()
            except TradedeskError as problem:
                self._monitor.note(problem=problem, missed=self._monitor.vitals.missed + 1)

    async def _beat(self) -> None:
        """One probe; what was waiting for the venue is told when it is back.

        Raises:
            TradedeskError: The venue does not answer.
        """
        round_trip_ns = await self._gate.probe()
        self._round_trips.append(round_trip_ns)
        back = self._monitor.vitals.missed > 0
        self._monitor.note(
            # A key that is refused stays refused, with its reason, however well the venue answers.
            problem=self._monitor.vitals.problem if self._stands_refused else None,
            missed=0,
            next_try_ns=None,
            round_trip_ns=round_trip_ns,
            median_ns=int(statistics.median(self._round_trips)),
        )
        if not self._monitor.vitals.established:
            await self._establish()
        if back:
            self._on_back()
        for chore in self._chores:
            await chore.do_if_due()

    @property
    def _stands_refused(self) -> bool:
        return self._monitor.vitals.refused or not self._monitor.vitals.established

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A fault of ours ends the task: handed to whoever supervises the loop, and never silent."""
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            asyncio.get_running_loop().call_exception_handler({"message": "connection keeper", "exception": fault})
