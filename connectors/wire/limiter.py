"""A venue's rate limits, kept on our side so that its door is never knocked at too often (REQUIREMENTS C1–C4).

Windows are the venue's: fixed spans of its own clock, not of ours. The venue's headers win over what was counted here;
what is in flight is added to them, because the venue had not seen it when it wrote the header.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count
from typing import TYPE_CHECKING

from connectors.errors import Throttled, Unavailable
from connectors.model.connection import LimitUse
from connectors.ports.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECOND = 1_000_000_000
UNITS = {"SECOND": "S", "MINUTE": "M", "HOUR": "H", "DAY": "D"}
"""A venue's word for a span → the letter its headers use."""
_SECONDS = {"S": 1, "M": 60, "H": 3600, "D": 86400}


class Priority(IntEnum):
    """Who goes first when it is tight; lower is more urgent."""

    CANCEL = 0
    """Cancels, reduce-only, panic: may use the reserve."""
    ORDER = 1
    ACCOUNT = 2
    MARKET = 3


_CEILING_PERCENT = {Priority.CANCEL: 100, Priority.ORDER: 95, Priority.ACCOUNT: 80, Priority.MARKET: 80}
"""How much of a window each may fill: reads stop at 80 %, orders leave the last twentieth to cancels."""

_PATIENCE_S = {Priority.CANCEL: 5, Priority.ORDER: 1, Priority.ACCOUNT: 70, Priority.MARKET: 70}
"""How long each may wait for room: an order that waited longer is not the order that was meant."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a venue: at most ``limit`` of ``kind`` in each span of ``number`` ``unit``s."""

    kind: str
    """Such as ``REQUEST_WEIGHT`` or ``ORDERS``."""
    unit: str
    """S, M, H or D."""
    number: int
    limit: int

    @classmethod
    def of(cls, kind: str, interval: str, number: int, limit: int) -> Limit | None:
        """Read one as a venue lists it; None for an interval this release does not know."""
        unit = UNITS.get(interval)
        return None if unit is None or number < 1 or limit < 1 else cls(kind, unit, number, limit)

    @property
    def span_ns(self) -> int:
        """Length of the window in ns."""
        return _SECONDS[self.unit] * self.number * _SECOND

    @property
    def name(self) -> str:
        """Such as ``REQUEST_WEIGHT 1M``."""
        return f"{self.kind} {self.number}{self.unit}"


@dataclass(slots=True)
class _Window:
    limit: Limit
    number: int = -1
    used: int = 0
    flying: int = 0
    """Cost of what was sent and not answered yet; part of ``used``."""
    landed: int = 0
    """Cost of all that was answered, ever."""

    def turn(self, venue_ns: int) -> None:
        """Begin a new window when the venue's clock has; what is in flight may arrive in either."""
        number = venue_ns // self.limit.span_ns
        if number != self.number:
            self.number = number
            self.used = self.flying

    def room(self, cost: int, priority: Priority) -> bool:
        return self.used + cost <= self.limit.limit * _CEILING_PERCENT[priority] // 100

    @property
    def resets_ns(self) -> int:
        return (self.number + 1) * self.limit.span_ns


class Flight:
    """One request on its way, and what was answered beside it: the venue may have counted that after it.

    Args:
        windows: Every window, with what the request costs there.
    """

    def __init__(self, windows: Iterable[tuple[_Window, int]]) -> None:
        self._known = {window.limit.name: window.landed + cost for window, cost in windows}

    def beside(self, window: _Window) -> int:
        """Cost of what was answered since it was sent, itself left out; for the moment in which it is answered."""
        return window.landed - self._known.get(window.limit.name, window.landed)


@dataclass(order=True, slots=True)
class _Waiting:
    priority: Priority
    number: int
    costs: Mapping[str, int] = field(compare=False)
    let_in: asyncio.Future[None] = field(compare=False)


class Limiter:
    """The limits of one connection.

    Args:
        venue: Venue name, for the sentences.
        clock: Source of time.
        venue_ns: The venue's clock now, in ns since the epoch.
    """

    def __init__(self, venue: str, clock: Clock, venue_ns: Callable[[], int]) -> None:
        self._venue = venue
        self._clock = clock
        self._venue_ns = venue_ns
        self._windows: list[_Window] = []
        self._queue: list[_Waiting] = []
        self._numbers = count()
        self._pump: asyncio.Task[None] | None = None
        self._held_until_ns = 0
        self._banned = False

    def configure(self, limits: Iterable[Limit]) -> None:
        """Take the venue's own list; what was counted so far in windows that stay is kept."""
        known = {window.limit.name: window for window in self._windows}
        self._windows = []
        for limit in limits:
            window = known.get(limit.name, _Window(limit))
            window.limit = limit
            self._windows.append(window)

    def observe(self, kind: str, unit: str, number: int, used: int, flight: Flight | None = None) -> None:
        """Take the venue's count of one window: it wins, with what it may not have counted yet added.

        That is what is in flight; and what was answered beside the request whose answer this is (``flight``): answers
        come in another order than that in which the venue counted, and one that was overtaken tells too little.
        """
        for window in self._windows:
            if (window.limit.kind, window.limit.unit, window.limit.number) == (kind, unit, number):
                window.turn(self._venue_ns())
                window.used = used + window.flying + (flight.beside(window) if flight is not None else 0)

    def hold(self, seconds: float, *, banned: bool = False) -> None:
        """Send nothing for so long (Retry-After); ``banned`` when the venue closed the door (418)."""
        self._held_until_ns = max(self._held_until_ns, self._clock.monotonic_ns() + round(seconds * _SECOND))
        self._banned = banned or (self._banned and self.held_s > 0)

    @property
    def held_s(self) -> float:
        """Seconds until the venue may be asked again; 0 when it may."""
        return max(0, self._held_until_ns - self._clock.monotonic_ns()) / _SECOND

    def uses(self) -> tuple[LimitUse, ...]:
        """Use of every window now."""
        now_ns = self._venue_ns()
        for window in self._windows:
            window.turn(now_ns)
        return tuple(LimitUse(w.limit.name, w.used, w.limit.limit, w.resets_ns) for w in self._windows)

    @property
    def waiting(self) -> int:
        """Requests that wait for room."""
        return len(self._queue)

    @contextmanager
    def flight(self, costs: Mapping[str, int]) -> Iterator[Flight]:
        """Count costs as in flight for the length of one request; enter it right after `enter`."""
        windows = [(window, costs.get(window.limit.kind, 0)) for window in self._windows]
        for window, cost in windows:
            window.flying += cost
        try:
            yield Flight(windows)
        finally:
            for window, cost in windows:
                window.flying -= cost
                window.landed += cost

    async def enter(self, costs: Mapping[str, int], priority: Priority, *, operation: str = "") -> None:
        """Wait for room and take it.

        Args:
            costs: Kind → cost, such as ``{"REQUEST_WEIGHT": 2}``.
            priority: Who asks.
            operation: What for, for the sentence.

        Raises:
            Throttled: Room comes later than this priority can wait, or the venue asked for quiet. Nothing was sent.
        """
        if self._fits(costs, priority) and not self._queue:
            self._take(costs)
            return
        wait_s = self._wait_s(costs, priority)
        if wait_s > _PATIENCE_S[priority]:
            raise self._throttled(wait_s, operation)
        waiting = _Waiting(priority, next(self._numbers), costs, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._queue.sort()
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._let_in(), name="limiter")
        try:
            await waiting.let_in
        finally:
            if waiting in self._queue:
                self._queue.remove(waiting)

    async def close(self) -> None:
        """Turn away whoever waits."""
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)
            self._pump = None
        queue, self._queue = self._queue, []
        for waiting in queue:
            if not waiting.let_in.done():
                waiting.let_in.set_exception(Unavailable("The connection was closed.", venue=self._venue))

    async def _let_in(self) -> None:
        """While somebody waits: let in whoever fits, most urgent first, and look again when a window turns."""
        while self._queue:
            for waiting in tuple(self._queue):
                if self._fits(waiting.costs, waiting.priority):
                    self._queue.remove(waiting)
                    if not waiting.let_in.done():
                        self._take(waiting.costs)
                        waiting.let_in.set_result(None)
            if self._queue:
                # A header may free a window before it turns, so nobody sleeps for longer than a quarter second.
                soonest = min(self._wait_s(waiting.costs, waiting.priority) for waiting in self._queue)
                await self._clock.sleep(min(max(soonest, 0.01), 0.25))

    def _fits(self, costs: Mapping[str, int], priority: Priority) -> bool:
        if self.held_s > 0:
            return False
        now_ns = self._venue_ns()
        for window in self._windows:
            cost = costs.get(window.limit.kind, 0)
            window.turn(now_ns)
            if cost and not window.room(cost, priority):
                return False
        return True

    def _take(self, costs: Mapping[str, int]) -> None:
        for window in self._windows:
            window.used += costs.get(window.limit.kind, 0)

    def _wait_s(self, costs: Mapping[str, int], priority: Priority) -> float:
        """Seconds until there is room at the latest: until the last full window turns, or the hold ends."""
        now_ns = self._venue_ns()
        full = [
            window.resets_ns - now_ns
            for window in self._windows
            if costs.get(window.limit.kind, 0) and not window.room(costs[window.limit.kind], priority)
        ]
        return max(self.held_s, max(full, default=0) / _SECOND)

    def _throttled(self, wait_s: float, operation: str) -> Throttled:
        why = "has closed its door to this address" if self._banned and self.held_s else "limits how often it is asked"
        return Throttled(
            f"{self._venue} {why}; nothing was sent. Try again in {max(1, round(wait_s))} s.",
            retry_after_s=wait_s,
            banned=self._banned and self.held_s > 0,
            venue=self._venue,
            operation=operation,
        )
