"""Waiting for the venue's word on one order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from connectors.model.ids import OrderId
from connectors.model.order import Order
from connectors.worker import api
from tui.cli.client import Client


class Follower:
    """The newest record of every order, from the worker's numbered events.

    Made before the command is sent, so that an answer that overtakes the reply is not missed.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._orders: dict[OrderId, Order] = {}
        self._moved = asyncio.Event()

    async def attach(self) -> None:
        """Ask for the numbered events.

        Raises:
            CommandFailed: The worker would not.
            WorkerGone: The link died.
        """
        self._client.link.on_event = self._take
        picture = await self._client.ask(api.Attach(), api.Picture)
        self._keep(picture.orders)

    def keep(self, order: Order) -> None:
        """Know of a record that came as a reply."""
        self._keep((order,))

    async def until(self, order_id: OrderId, enough: Callable[[Order], bool], timeout_s: float) -> Order | None:
        """The order's record once it is enough, or the newest one when the time is up or the link is gone."""
        gone = asyncio.ensure_future(self._client.link.closed())
        try:
            async with asyncio.timeout(timeout_s):
                while not self._is(order_id, enough) and not gone.done():
                    self._moved.clear()
                    moved = asyncio.ensure_future(self._moved.wait())
                    await asyncio.wait({moved, gone}, return_when=asyncio.FIRST_COMPLETED)
                    moved.cancel()
        except TimeoutError:
            return self._orders.get(order_id)
        finally:
            gone.cancel()
        return self._orders.get(order_id)

    def _is(self, order_id: OrderId, enough: Callable[[Order], bool]) -> bool:
        order = self._orders.get(order_id)
        return order is not None and enough(order)

    def _take(self, push: api.Event | api.Picture) -> None:
        if isinstance(push, api.Picture):
            self._keep(push.orders)
        elif isinstance(push, api.Numbered) and isinstance(push.event, api.OrderChanged):
            self._keep((push.event.order,))

    def _keep(self, orders: tuple[Order, ...]) -> None:
        for order in orders:
            known = self._orders.get(order.order_id)
            if known is None or known.revision <= order.revision:
                self._orders[order.order_id] = order
        self._moved.set()
