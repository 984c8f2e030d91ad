"""Between a refusal of our clock and the one second send, a trader may change his mind: then nothing leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import uuid6

from chaos.peers import BTC, Desk
from connectors.model.ids import OrderId
from connectors.model.order import FINAL, Order, OrderStatus
from connectors.venues.binance.gate import Gate
from connectors.worker import api
from support.simulator import running_simulator
from worker.house import WorkerHouse, a_worker, until
from worker.owner import Owner
from worker.peer_exchange import PeerExchange

pytestmark = pytest.mark.peers

Deed = Callable[[WorkerHouse, Desk, OrderId], Awaitable[object]]


async def halt(_house: WorkerHouse, desk: Desk, _order: OrderId) -> object:
    return await desk.link.request(api.SetTrading(api.TradingState.HALTED))


async def cancel(_house: WorkerHouse, desk: Desk, order: OrderId) -> object:
    return await desk.link.request(api.CancelOrder(order))


async def cover(_house: WorkerHouse, desk: Desk, _order: OrderId) -> object:
    return await desk.link.request(api.CoverVault("test"))


async def panic(_house: WorkerHouse, desk: Desk, _order: OrderId) -> object:
    return await desk.link.request(api.StartPanic(OrderId(uuid6.uuid7())))


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PeerExchange]:
    home = tmp_path_factory.mktemp("venue")
    with running_simulator(home, "--seed", "7", "--symbols", "1", "--control") as venue:
        yield PeerExchange(venue)


@pytest.fixture
async def house(home: Path, exchange: PeerExchange) -> AsyncIterator[WorkerHouse]:
    await exchange.disarm()
    async with a_worker(home) as made:
        yield made
    await exchange.disarm()


def meanwhile(monkeypatch: pytest.MonkeyPatch, exchange: PeerExchange, deed: Callable[[], Awaitable[object]]) -> None:
    """Do something while the worker compares clocks after a refusal, and let the venue's clock be right from then."""
    compare = Gate.compare_clocks

    async def comparing(self: Gate, samples: int = 3) -> None:
        monkeypatch.setattr(Gate, "compare_clocks", compare)
        await deed()
        await exchange.disarm()
        await compare(self, samples)

    monkeypatch.setattr(Gate, "compare_clocks", comparing)


@pytest.mark.parametrize(
    ("deed", "why"),
    [(halt, {"halted"}), (cancel, {"canceled"}), (cover, {"the desk was covered"}), (panic, {"halted", "canceled"})],
    ids=["halt", "cancel", "cover", "panic"],
)
async def test_the_second_send_looks_at_what_was_asked_for_meanwhile(
    house: WorkerHouse, exchange: PeerExchange, monkeypatch: pytest.MonkeyPatch, deed: Deed, why: set[str]
) -> None:
    link = await house.join("memory")
    await Owner(link).create()
    desk = await exchange.attach(link)
    command = desk.resting(await desk.low_price())
    before = len(await exchange.signed("GET", "allOrders", symbol=BTC.symbol))
    meanwhile(monkeypatch, exchange, lambda: deed(house, desk, command.order_id))
    await exchange.arm(kind="clock", shift_ms=60_000)
    assert isinstance(await link.request(command), api.OrderAccepted)
    ended = await over(house, command.order_id)
    assert ended.status is OrderStatus.CANCELED
    assert ended.reason in {f"not sent again after the venue refused it: {each}" for each in why}
    assert ended.sent_ns is not None
    assert len(await exchange.signed("GET", "allOrders", symbol=BTC.symbol)) == before, "nothing reached the engine"
    await house.worker.keeper.flush()
    kept = await house.worker.keeper.ask(lambda archive: archive.journal.order(command.order_id))
    assert kept == ended, "it is in the journal"


async def test_a_replace_is_held_back_too_and_its_order_stands(
    house: WorkerHouse, exchange: PeerExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await exchange.attach(await house.join("memory"))
    resting = desk.resting(await desk.low_price())
    await desk.link.request(resting)
    old = await desk.order_when(resting.order_id, lambda order: order.status is OrderStatus.OPEN)
    meanwhile(monkeypatch, exchange, lambda: halt(house, desk, resting.order_id))
    await exchange.arm(kind="clock", shift_ms=60_000)
    ticket = OrderId(uuid6.uuid7())
    answer = await desk.link.request(api.AmendOrder(old.order_id, ticket, price=(old.price or Decimal(0)) - 1))
    assert isinstance(answer, api.OrderAccepted), answer
    assert (await over(house, ticket)).reason == "not sent again after the venue refused it: halted"
    there = {row["clientOrderId"] for row in await exchange.signed("GET", "openOrders", symbol=BTC.symbol)}
    assert (old.client_order_id in there, ticket.hex in there) == (True, False)
    stands = house.worker.executor.state.orders[old.order_id]
    assert (stands.status, stands.amending) == (OrderStatus.OPEN, None)


async def over(house: WorkerHouse, order_id: OrderId) -> Order:
    await until(lambda: house.worker.executor.state.orders[order_id].status in FINAL)
    return house.worker.executor.state.orders[order_id]
