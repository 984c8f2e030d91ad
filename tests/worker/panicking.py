"""A worker over the real exchange whose panic is watched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import uuid6

from chaos.peers import BTC, Desk
from connectors.model.ids import OrderId
from connectors.model.order import Order, OrderStatus, OrderType, Side
from connectors.ports.clock import Clock
from connectors.worker import api
from support.simulator import running_simulator
from worker.house import WorkerHouse, a_worker, until
from worker.peer_exchange import PeerExchange


class Panicking:
    """A worker with one account, and what it was told of a panic."""

    def __init__(self, house: WorkerHouse, exchange: PeerExchange, desk: Desk) -> None:
        self.house, self.exchange, self.desk = house, exchange, desk
        self.low = Decimal(0)

    @property
    def state(self) -> dict[OrderId, Order]:
        return dict(self.house.worker.executor.state.orders.items())

    async def rest(self, count: int = 1) -> list[OrderId]:
        """Orders that rest."""
        placed = []
        for _ in range(count):
            command = self.desk.resting(self.low)
            answer = await self.desk.link.request(command)
            assert isinstance(answer, api.OrderAccepted), answer
            placed.append(command.order_id)
        await until(lambda: all(self.state[each].status is OrderStatus.OPEN for each in placed))
        return placed

    async def buy(self, quantity: str = "0.001") -> None:
        command = api.PlaceOrder(
            OrderId(uuid6.uuid7()), self.desk.account, BTC, Side.BUY, OrderType.MARKET, Decimal(quantity)
        )
        assert isinstance(await self.desk.link.request(command), api.OrderAccepted)
        await until(lambda: self.state[command.order_id].status is OrderStatus.FILLED)
        await until(lambda: bool(self.held()))

    def held(self) -> Decimal:
        position = self.house.worker.executor.state.positions.get((self.desk.account, BTC))
        return position.quantity if position else Decimal(0)

    async def asked(self, method: str, path: str) -> int:
        """How many requests of a kind the exchange has had."""
        return await self.exchange.asked(lambda line: line.get("request", "") == f"{method} {path}")

    async def policy(self, policy: api.PanicPolicy, *, while_covered: bool = False) -> None:
        command = api.SetPanicPolicy(self.desk.account, policy, while_covered)
        assert await self.desk.link.request(command) == api.Done()

    async def start(self, *, external: bool = False) -> api.PanicReport:
        answer = await self.desk.link.request(api.StartPanic(OrderId(uuid6.uuid7()), external))
        assert isinstance(answer, api.PanicReport), answer
        return answer

    async def ended(self) -> api.PanicReport:
        panic = self.house.worker.panic
        await until(lambda: not panic.running)
        report = panic.report()
        assert report is not None
        assert report.ended_ns is not None
        return report


@asynccontextmanager
async def panicking(home: Path, clock: Clock | None = None) -> AsyncIterator[Panicking]:
    with running_simulator(home, "--seed", "7", "--symbols", "1", "--control") as venue:
        exchange = PeerExchange(venue)
        async with a_worker(home, clock) as house:
            desk = await exchange.attach(await house.join("memory"))
            made = Panicking(house, exchange, desk)
            made.low = await desk.low_price()
            live = house.worker.roster.get(desk.account)
            await until(lambda: live.follower is not None and live.follower.ready)
            yield made


def step(report: api.PanicReport, wanted: api.PanicStep) -> api.StepReport:
    """A step of the one account."""
    (account,) = report.accounts
    return next(each for each in account.steps if each.step is wanted)
