"""A worker killed between the intent of a change and its answer: the next one asks, and never changes twice."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import uuid6

from chaos.peers import Desk, Peers, peers_at
from connectors.errors import TradedeskError
from connectors.model.ids import OrderId
from connectors.model.order import FINAL, Order, OrderStatus
from connectors.worker import api

pytestmark = pytest.mark.peers

D = Decimal


@pytest.fixture
async def peers(home: Path) -> AsyncIterator[Peers]:
    async with peers_at(home) as made:
        yield made


async def killed_while_changing(peers: Peers, point: str, *, price: bool) -> tuple[Desk, api.AmendOrder]:
    """Place, ask for a change, die at the point; the desk of the next worker."""
    desk = await peers.start_worker(point)
    resting = replace(desk.resting(await desk.low_price()), quantity=D("0.002"))
    await desk.link.request(resting)
    order = await desk.order_when(resting.order_id, lambda now: now.status is OrderStatus.OPEN)
    change = api.AmendOrder(order.order_id, OrderId(uuid6.uuid7()), quantity=D("0.001"))
    if price:
        change = replace(change, quantity=None, price=(order.price or D(0)) - D("1.00"))
    with suppress(TradedeskError):  # it may die before it can answer
        await desk.link.request(change)
    await desk.link.closed()
    assert await peers.worker_ended() == -signal.SIGKILL
    await desk.link.close()
    return await peers.start_worker(), change


async def decided(desk: Desk, order_id: OrderId) -> Order:
    """The order once nothing of it is open to doubt."""
    await desk.low_price()
    return await desk.order_when(order_id, lambda now: now.amending is None)


async def test_a_smaller_size_that_nobody_heard_confirmed_is_found_by_asking(peers: Peers) -> None:
    desk, change = await killed_while_changing(peers, "after-amend", price=False)
    order = await decided(desk, change.order_id)
    (at_venue,) = await peers.venue_orders(change.order_id)
    assert (order.quantity, order.status) == (at_venue.quantity, OrderStatus.OPEN)
    assert at_venue.quantity == D("0.001")
    await desk.link.close()


@pytest.mark.parametrize("point", ["before-replace", "after-replace"])
async def test_of_an_order_and_its_replacement_one_is_left_whenever_the_worker_dies(peers: Peers, point: str) -> None:
    desk, change = await killed_while_changing(peers, point, price=True)
    old = await decided(desk, change.order_id)
    new = await desk.order_when(change.amend_id, lambda now: now.status in FINAL or now.status is OrderStatus.OPEN)
    happened = point == "after-replace"
    assert old.status is (OrderStatus.CANCELED if happened else OrderStatus.OPEN)
    assert new.status is (OrderStatus.OPEN if happened else OrderStatus.NEVER_ARRIVED)
    assert len(await peers.venue_orders(change.amend_id)) == happened
    again = await desk.link.request(change)
    assert isinstance(again, api.OrderAccepted)
    assert again.order.order_id == change.amend_id
    assert len(await peers.venue_orders(change.amend_id)) == happened, "the same change over a restart"
    await desk.link.close()
