"""Panic over the real exchange: what is sent, in what order, and what is believed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest
import uuid6

from chaos.peers import BTC, Desk
from connectors.model.ids import OrderId
from connectors.model.order import FINAL, Order, OrderOrigin, OrderStatus, OrderType, Side, TimeInForce
from connectors.worker import api
from support.simulator import running_simulator
from worker.house import WorkerHouse, a_worker, until
from worker.peer_exchange import PeerExchange

pytestmark = pytest.mark.peers


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
async def panicking(home: Path) -> AsyncIterator[Panicking]:
    with running_simulator(home, "--seed", "7", "--symbols", "1", "--control") as venue:
        exchange = PeerExchange(venue)
        async with a_worker(home) as house:
            desk = await exchange.attach(await house.join("memory"))
            made = Panicking(house, exchange, desk)
            made.low = await desk.low_price()
            live = house.worker.roster.get(desk.account)
            await until(lambda: live.follower is not None and live.follower.ready)
            yield made


@pytest.fixture
async def desk(home: Path) -> AsyncIterator[Panicking]:
    async with panicking(home) as made:
        yield made


def step(report: api.PanicReport, wanted: api.PanicStep) -> api.StepReport:
    (account,) = report.accounts
    return next(each for each in account.steps if each.step is wanted)


async def test_a_panic_halts_cancels_and_lets_the_venue_say_that_nothing_is_left(desk: Panicking) -> None:
    placed = await desk.rest(3)
    began = await desk.start()
    assert desk.house.worker.executor.state.trading == "HALTED"
    assert step(began, api.PanicStep.REFUSED).state is api.StepState.DONE
    report = await desk.ended()
    assert {desk.state[each].status for each in placed} == {OrderStatus.CANCELED}
    entries, asked = step(report, api.PanicStep.ENTRIES), step(report, api.PanicStep.ASKED)
    assert (entries.done, entries.of, entries.state) == (3, 3, api.StepState.DONE)
    assert asked.state is api.StepState.DONE
    assert report.accounts[0].proved_ns is not None
    assert report.accounts[0].left == ()
    assert {proof.outcome for proof in (*entries.proofs, *asked.proofs)} == {"ok"}
    assert [proof.operation for proof in asked.proofs] == ["orders.open"]
    assert all(proof.request_id for proof in entries.proofs)
    assert len(entries.proofs) == 3


async def test_a_panic_closes_what_the_ledger_holds_where_the_policy_says_so(desk: Panicking) -> None:
    await desk.policy(api.PanicPolicy.FLATTEN)
    await desk.buy("0.003")
    await desk.rest()
    plan = await desk.desk.link.request(api.PlanPanic())
    assert isinstance(plan, api.PanicPlan)
    assert plan.accounts[0].orders == 1
    assert plan.accounts[0].closes == ((BTC, desk.held()),)
    await desk.start()
    report = await desk.ended()
    assert step(report, api.PanicStep.POSITIONS).state is api.StepState.DONE, report
    assert desk.held() < Decimal("0.00001")
    assert report.accounts[0].proved_ns is not None
