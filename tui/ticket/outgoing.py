"""An order that leaves has the processor: what the desk paints meanwhile would take it from the worker."""

from __future__ import annotations

import asyncio

from connectors.ports.clock import Clock
from connectors.worker import api
from tui.format.times import NANOS

LEAVE_NS = 15_000_000
"""How long painting may wait for an order that leaves: less than anyone sees."""


class Outgoing:
    """The newest order on its way to the worker; its answer says that the request has been handed on.

    Args:
        clock: Time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._reply: asyncio.Future[api.Result] | None = None
        self._until_ns = 0

    def begin(self, reply: asyncio.Future[api.Result]) -> None:
        """An order has just left for the worker, who will answer so."""
        self._reply, self._until_ns = reply, self._clock.monotonic_ns() + LEAVE_NS

    @property
    def under_way(self) -> bool:
        """Whether the worker has not answered yet, and `LEAVE_NS` have not passed."""
        return self._reply is not None and not self._reply.done() and self._left_ns > 0

    async def over(self) -> None:
        """Wait while it is `under_way`."""
        while self._reply is not None and self.under_way:
            await asyncio.wait({self._reply}, timeout=self._left_ns / NANOS)

    @property
    def _left_ns(self) -> int:
        return self._until_ns - self._clock.monotonic_ns()
