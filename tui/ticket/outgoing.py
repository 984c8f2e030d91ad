"""An order that leaves has the processor: what the desk paints meanwhile would take it from the worker."""

from __future__ import annotations

import asyncio

from connectors.worker import api

LEAVE_S = 0.015
"""How long painting may wait for an order that leaves: less than anyone sees."""


class Outgoing:
    """The newest order on its way to the worker; its answer says that the request has been handed on."""

    def __init__(self) -> None:
        self._reply: asyncio.Future[api.Result] | None = None
        self._until_s = 0.0

    def begin(self, reply: asyncio.Future[api.Result]) -> None:
        """An order has just left for the worker, who will answer so."""
        self._reply, self._until_s = reply, _now_s() + LEAVE_S

    @property
    def under_way(self) -> bool:
        """Whether the worker has not answered yet, and `LEAVE_S` have not passed."""
        return self._reply is not None and not self._reply.done() and _now_s() < self._until_s

    async def over(self) -> None:
        """Wait while it is `under_way`."""
        while self._reply is not None and self.under_way:
            await asyncio.wait({self._reply}, timeout=self._until_s - _now_s())


def _now_s() -> float:
    return asyncio.get_running_loop().time()
