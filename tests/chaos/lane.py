"""Where a run of kills happens: workers that die, what was asked of them, and chance."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from pathlib import Path

import uuid6

from chaos.await_hooks import Kill
from chaos.fork_server import ForkServer
from chaos.patience import PATIENCE_S, until_asked
from chaos.peers import BTC
from chaos.workers import Workers
from connectors.clock import SystemClock
from connectors.errors import WorkerGone
from connectors.model.ids import OrderId
from connectors.model.order import Order, OrderStatus
from connectors.model.risk import LimitName
from connectors.worker import api
from support.simulator import Simulator
from worker.house import folders

_UNSETTLED = frozenset({OrderStatus.UNKNOWN, OrderStatus.SUBMITTING})


class NotTaken(Exception):
    """A scenario could not go on: an order was declined, as it may be after a kill of the exchange's connections."""


class Lane(Workers):
    """Everything of one run, and what was asked of it."""

    def __init__(self, home: Path, venue: Simulator, server: ForkServer, rng: random.Random) -> None:
        super().__init__(home, venue, server)
        self.rng = rng
        self.tickets: set[str] = set()
        self.accepted: set[str] = set()
        self.external: set[str] = set()
        self.limited = False
        """Whether so little may be lost that the loss lock shuts, or is shut."""
        self.died_first: Kill | None = None
        """Where the very first worker on its archive died, if it did."""
        self.since_ms = time.time_ns() // 1_000_000 - 1_000

    async def low_price(self) -> Decimal:
        """A price that rests: 5 % under the last."""
        row = await self.exchange.public("ticker/price", symbol=BTC.symbol)
        return (Decimal(row["price"]) * Decimal("0.95")).quantize(Decimal("0.01"))

    async def place(self, command: api.PlaceOrder, *, surely: bool = True) -> None:
        """Place an order, and remember its ticket; one that is surely taken is asked for until it is.

        Raises:
            NotTaken: The worker declined it, which it surely should not.
        """
        self.tickets.add(command.order_id.hex)
        answer = await (self._once_up(command) if surely else self.desk.link.request(command))
        if isinstance(answer, api.OrderAccepted):
            self.accepted.add(command.order_id.hex)
        elif surely:
            raise NotTaken(str(answer))

    async def place_together(self, commands: Iterable[api.PlaceOrder]) -> None:
        """Place orders at the same time, whether they are taken or not."""
        placing = (self.place(command, surely=False) for command in commands)
        for ended in await asyncio.gather(*placing, return_exceptions=True):
            if isinstance(ended, BaseException):
                raise ended

    async def _once_up(self, command: api.Command) -> api.Result:
        """The answer once the account is up and has heard what was bought.

        A reconciliation may be over before its stream is there, and a fill is told before the balance it makes.
        """
        end = time.monotonic() + PATIENCE_S
        while True:
            answer = await self.desk.link.request(command)
            too_soon = isinstance(answer, api.Failure) and (
                answer.kind is api.FailureKind.UNAVAILABLE or answer.code == "BALANCE"
            )
            if not too_soon or time.monotonic() > end:
                return answer
            await SystemClock().sleep(0.01)

    async def place_elsewhere(self, type_: str, **terms: object) -> None:
        """Place an order as another tool on the same account does."""
        client = f"web-{uuid6.uuid7().hex[-12:]}"
        self.external.add(client)
        await self.exchange.signed(
            "POST",
            "order",
            symbol=BTC.symbol,
            side="BUY",
            type=type_,
            quantity="0.001",
            newClientOrderId=client,
            **terms,
        )

    async def ask(self, command: api.Command, *tickets: OrderId) -> api.Result:
        """Ask for something that may make or rename orders, and remember their tickets."""
        self.tickets |= {ticket.hex for ticket in tickets}
        answer = await self.desk.link.request(command)
        if isinstance(answer, api.OrderAccepted | api.ListAccepted):
            self.accepted |= {ticket.hex for ticket in tickets} & self._own(answer)
        return answer

    @staticmethod
    def _own(answer: api.OrderAccepted | api.ListAccepted) -> set[str]:
        orders = answer.orders if isinstance(answer, api.ListAccepted) else (answer.order,)
        return {order.order_id.hex for order in orders}

    async def order_when(self, order_id: OrderId, condition: Callable[[Order], bool]) -> Order:
        """The order once it is as the condition says."""
        found: list[Order] = []

        async def so() -> bool:
            answer = await self.desk.link.request(api.GetOrders(handle=str(order_id)))
            assert isinstance(answer, api.Orders), answer
            found[:] = [order for order in answer.orders if condition(order)]
            return bool(found)

        await until_asked(so, f"{order_id} never was as awaited")
        return found[0]

    async def settled(self) -> None:
        """Wait until nothing is UNKNOWN, on its way, or waiting for a cancel or a change."""
        left: list[Order] = []

        async def so() -> bool:
            left[:] = [order for order in await self.desk.orders() if _waits(order)]
            return not left

        try:
            await until_asked(so, "")
        except AssertionError:
            raise AssertionError(f"not settled: {left}") from None

    async def tidy(self) -> None:
        """Take every fault away and leave no order open."""
        await self.exchange.disarm()
        await self.back()
        await self.settled()
        await self.cleared()

    async def unlocked(self) -> None:
        """As much may be lost as ever, and the loss lock is open, whether it was shut or not."""
        await self.desk.link.request(api.SetLimit(LimitName.DAY_LOSS, None, self.desk.account))
        await self.desk.link.request(api.UnlockLoss(self.desk.account, "RESUME"))
        self.limited = False

    async def cleared(self) -> None:
        """Leave no order open, and let new ones pass."""
        if self.limited:
            await self.unlocked()
        await self.desk.link.request(api.SetTrading(api.TradingState.ACTIVE))

        async def none_open() -> bool:
            return not any(order.working for order in await self.desk.orders())

        if not await none_open():
            await self.desk.link.request(api.CancelOrders(external=True))
            await until_asked(none_open, "orders stay open after a cancel of all")


def _waits(order: Order) -> bool:
    return order.status in _UNSETTLED or (order.working and (order.canceling or order.amending is not None))


@asynccontextmanager
async def a_lane(home: Path, venue: Simulator, seed: int, first: Kill | None = None) -> AsyncIterator[Lane]:
    """A lane with a worker that is up.

    Args:
        home: Its folders.
        venue: The exchange.
        seed: Of its chance.
        first: Where the very first worker on this archive dies; the next one is then up.
    """
    server = ForkServer.start(folders(home))
    await server.ready()
    lane = Lane(home, venue, server, random.Random(seed))
    try:
        if first is not None:
            with suppress(WorkerGone):
                await lane.begin(first)
            lane.died_first = await lane.died()
        await lane.start()
        yield lane
    finally:
        await lane.leave()
        await server.stop()
