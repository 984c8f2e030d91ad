"""An instrument whose status or steps change at the exchange: every client is told, and the worker refuses by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.model.ids import OrderId
from connectors.model.instrument import Instrument, InstrumentStatus
from connectors.model.order import OrderStatus
from connectors.worker import api
from support.simulator import running_simulator
from worker.house import WorkerHouse, a_worker, until
from worker.peer_exchange import Ears, PeerExchange

pytestmark = pytest.mark.peers


@pytest.fixture
async def exchange(home: Path) -> AsyncIterator[PeerExchange]:
    with running_simulator(home, "--seed", "7", "--symbols", "1", "--control") as venue:
        yield PeerExchange(venue)


@pytest.fixture
async def house(exchange: PeerExchange, home: Path) -> AsyncIterator[WorkerHouse]:
    async with a_worker(home) as made:
        yield made


def creates(entry: dict[str, Any]) -> bool:
    return bool(entry["what"] == "request" and entry["request"] == "POST /api/v3/order")


def changed(ears: Ears) -> list[Instrument]:
    return [event.instrument for event in ears.told if isinstance(event, api.InstrumentChanged)]


async def test_a_cancel_only_instrument_is_told_of_and_refused_with_its_status_and_a_cancel_still_goes(
    exchange: PeerExchange, house: WorkerHouse
) -> None:
    desk = await exchange.attach(await house.join("memory"))
    price = await desk.low_price()
    resting = desk.resting(price)
    await desk.link.request(resting)
    await desk.order_when(resting.order_id, lambda order: order.status is OrderStatus.OPEN)
    ears = Ears(desk.link)

    await exchange.arm(kind="status", symbol="BTCUSDT", status="CANCEL_ONLY")
    # The exchange's refusal of the first one is what teaches the worker, before the next refresh.
    await desk.link.request(desk.resting(price))
    await until(lambda: bool(changed(ears)))

    (instrument,) = changed(ears)
    assert instrument.status is InstrumentStatus.CANCEL_ONLY
    sent = await exchange.asked(creates)
    assert sent == 2
    refused = await desk.link.request(desk.resting(price))
    assert isinstance(refused, api.Failure)
    assert refused.kind is api.FailureKind.REFUSED
    assert refused.sentence == "BTCUSDT is in state CANCEL_ONLY and takes no such order now."
    assert await exchange.asked(creates) == sent

    assert await desk.link.request(api.CancelOrder(resting.order_id)) == api.Done()
    await until(lambda: status_of(house, resting.order_id) is OrderStatus.CANCELED)


async def test_a_coarser_tick_is_told_of_and_an_old_order_between_two_ticks_stays(
    exchange: PeerExchange, house: WorkerHouse
) -> None:
    desk = await exchange.attach(await house.join("memory"))
    price = (await desk.low_price()).quantize(Decimal(1)) + Decimal("0.01")
    resting = desk.resting(price)
    await desk.link.request(resting)
    await desk.order_when(resting.order_id, lambda order: order.status is OrderStatus.OPEN)
    ears = Ears(desk.link)

    await exchange.arm(kind="filters", symbol="BTCUSDT", tick="0.5")
    await desk.link.request(desk.resting(price))
    await until(lambda: bool(changed(ears)))

    (instrument,) = changed(ears)
    assert instrument.filters.tick_size == Decimal("0.5")
    refused = await desk.link.request(desk.resting(price))
    assert isinstance(refused, api.Failure)
    assert "0.5" in refused.sentence
    assert await exchange.asked(creates) == 2
    assert status_of(house, resting.order_id) is OrderStatus.OPEN


def status_of(house: WorkerHouse, order_id: OrderId) -> OrderStatus:
    return house.worker.executor.state.orders[order_id].status
