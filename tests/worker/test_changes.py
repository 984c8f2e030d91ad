"""Changes of orders and lists of them over real sockets: on the simulated exchange, which speaks Binance's protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import uuid6

from chaos.peers import BTC, Desk
from connectors.model.ids import OrderId
from connectors.model.order import FINAL, EvidenceKind, Kinship, Order, OrderStatus, OrderType, Side, TimeInForce
from connectors.model.order_list import ListKind, ListRole
from connectors.worker import api
from support.simulator import running_simulator
from worker.house import WorkerHouse, a_worker, until
from worker.peer_exchange import Ears, PeerExchange

pytestmark = pytest.mark.peers

D = Decimal
S = OrderStatus


@pytest.fixture
async def exchange(home: Path) -> AsyncIterator[PeerExchange]:
    with running_simulator(home, "--seed", "7", "--symbols", "1", "--control") as venue:
        yield PeerExchange(venue)


@pytest.fixture
async def house(exchange: PeerExchange, home: Path) -> AsyncIterator[WorkerHouse]:
    async with a_worker(home) as made:
        yield made


@pytest.fixture
async def desk(exchange: PeerExchange, house: WorkerHouse) -> Desk:
    return await exchange.attach(await house.join("memory"))


def new_id() -> OrderId:
    return OrderId(uuid6.uuid7())


async def resting(desk: Desk, size: str = "0.002") -> Order:
    """An order that rests, as the venue acknowledged it."""
    command = api.PlaceOrder(
        new_id(), desk.account, BTC, Side.BUY, OrderType.LIMIT, D(size), price=await desk.low_price()
    )
    answer = await desk.link.request(command)
    assert isinstance(answer, api.OrderAccepted), answer
    return await desk.order_when(command.order_id, lambda order: order.status is S.OPEN)


async def changed(desk: Desk, command: api.AmendOrder) -> Order:
    answer = await desk.link.request(command)
    assert isinstance(answer, api.OrderAccepted), answer
    return answer.order


def order_of(house: WorkerHouse, order_id: OrderId) -> Order:
    return house.worker.executor.state.orders[order_id]


async def test_a_smaller_size_is_changed_in_place_once_and_the_record_follows_the_venues_word(
    exchange: PeerExchange, house: WorkerHouse, desk: Desk
) -> None:
    order = await resting(desk)
    command = api.AmendOrder(order.order_id, new_id(), quantity=D("0.001"))
    asked = await changed(desk, command)
    assert asked.amending is not None
    assert (asked.quantity, asked.amending.quantity) == (D("0.002"), D("0.001"))
    await until(lambda: order_of(house, order.order_id).amending is None)
    after = order_of(house, order.order_id)
    assert (after.quantity, after.status, after.venue_order_id) == (D("0.001"), S.OPEN, order.venue_order_id)
    assert EvidenceKind.AMENDED in {line.kind for line in after.evidence}
    again = await changed(desk, command)
    assert again.order_id == order.order_id
    assert await exchange.asked(lambda line: "keepPriority" in line.get("request", "")) == 1
    shown = await exchange.signed("GET", "order", symbol="BTCUSDT", orderId=after.venue_order_id)
    assert (D(shown["origQty"]), shown["clientOrderId"]) == (D("0.001"), order.client_order_id)


async def test_a_new_price_cancels_and_replaces_and_the_two_orders_name_each_other(
    exchange: PeerExchange, house: WorkerHouse, desk: Desk
) -> None:
    order = await resting(desk)
    assert order.price is not None
    command = api.AmendOrder(order.order_id, new_id(), price=order.price + D("0.50"))
    fresh = await changed(desk, command)
    assert (fresh.order_id, fresh.parent, fresh.kinship) == (command.amend_id, order.order_id, Kinship.REPLACED)
    await until(lambda: order_of(house, order.order_id).replacement == fresh.order_id)
    old, new = order_of(house, order.order_id), order_of(house, fresh.order_id)
    assert (old.status, old.amending) == (S.CANCELED, None)
    assert (new.status, new.price, new.quantity) == (S.OPEN, order.price + D("0.50"), D("0.002"))
    again = await changed(desk, command)
    assert again.order_id == fresh.order_id
    assert await exchange.asked(lambda line: "cancelReplace" in line.get("request", "")) == 1
    listed = await exchange.signed("GET", "openOrders", symbol="BTCUSDT")
    assert [row["clientOrderId"] for row in listed] == [fresh.client_order_id]


async def test_what_cannot_be_changed_is_refused_with_a_sentence_and_nothing_is_sent(
    exchange: PeerExchange, desk: Desk
) -> None:
    order = await resting(desk)
    await desk.link.request(api.CancelOrder(order.order_id))
    await desk.order_when(order.order_id, lambda now: now.status is S.CANCELED)
    answer = await desk.link.request(api.AmendOrder(order.order_id, new_id(), quantity=D("0.001")))
    assert isinstance(answer, api.Failure)
    assert answer.sentence == f"{order.handle} is CANCELED: there is nothing to change."
    other = await desk.link.request(api.AmendOrder(new_id(), new_id(), quantity=D("0.001")))
    assert isinstance(other, api.Failure)
    assert other.kind is api.FailureKind.ORDER_NOT_FOUND
    assert (
        await exchange.asked(lambda line: "keepPriority" in line.get("request", "") or "cancelReplace" in str(line))
        == 0
    )


async def test_an_oco_is_placed_in_one_call_and_cancelling_one_of_it_ends_both(
    exchange: PeerExchange, house: WorkerHouse, desk: Desk
) -> None:
    low = await desk.low_price()

    def leg(kind: OrderType, **terms: Decimal) -> api.PlaceOrder:
        made = api.PlaceOrder(new_id(), desk.account, BTC, Side.BUY, kind, D("0.001"))
        return replace(made, **terms)  # type: ignore[arg-type]

    high = (low * D("1.1")).quantize(D("0.01"))
    command = api.PlaceList(
        ListKind.OCO,
        new_id(),
        take_profit=leg(OrderType.LIMIT_MAKER, price=low),
        stop_loss=leg(OrderType.STOP_LOSS, trigger_price=high),
    )
    answer = await desk.link.request(command)
    assert isinstance(answer, api.ListAccepted), answer
    assert [order.list_role for order in answer.orders] == [ListRole.TAKE_PROFIT, ListRole.STOP_LOSS]
    target, stop = (order.order_id for order in answer.orders)
    await until(lambda: order_of(house, target).status is S.OPEN)
    await until(lambda: order_of(house, stop).status is S.PENDING_TRIGGER)
    again = await desk.link.request(command)
    assert isinstance(again, api.ListAccepted)
    assert {order.order_id for order in again.orders} == {target, stop}
    await desk.link.request(api.CancelOrder(target))
    assert order_of(house, stop).canceling
    await until(lambda: all(order_of(house, one).status in FINAL for one in (target, stop)))
    assert await exchange.asked(lambda line: "orderList/oco" in line.get("request", "")) == 1


async def test_a_stop_and_a_target_attached_to_an_entry_wait_for_it(
    exchange: PeerExchange, house: WorkerHouse, desk: Desk
) -> None:
    low = await desk.low_price()

    def leg(side: Side, kind: OrderType, **terms: Decimal) -> api.PlaceOrder:
        made = api.PlaceOrder(new_id(), desk.account, BTC, side, kind, D("0.001"))
        return replace(made, **terms)  # type: ignore[arg-type]

    command = api.PlaceList(
        ListKind.OTOCO,
        new_id(),
        entry=leg(Side.BUY, OrderType.LIMIT, price=low),
        take_profit=leg(Side.SELL, OrderType.LIMIT_MAKER, price=(low * D("1.1")).quantize(D("0.01"))),
        stop_loss=leg(Side.SELL, OrderType.STOP_LOSS, trigger_price=(low * D("0.9")).quantize(D("0.01"))),
    )
    answer = await desk.link.request(command)
    assert isinstance(answer, api.ListAccepted), answer
    entry, *exits = answer.orders
    assert {(one.parent, one.kinship) for one in exits} == {(entry.order_id, Kinship.TRIGGERED)}
    await until(lambda: order_of(house, entry.order_id).status is S.OPEN)
    await until(lambda: all(order_of(house, one.order_id).status is S.PENDING_TRIGGER for one in exits))
    await desk.link.request(api.CancelOrder(entry.order_id))
    await until(lambda: all(order_of(house, one.order_id).status in FINAL for one in answer.orders))


async def test_a_list_the_venue_refuses_leaves_none_of_its_orders(
    exchange: PeerExchange, house: WorkerHouse, desk: Desk
) -> None:
    low = await desk.low_price()
    command = api.PlaceList(
        ListKind.OCO,
        new_id(),
        take_profit=api.PlaceOrder(new_id(), desk.account, BTC, Side.BUY, OrderType.LIMIT_MAKER, D("0.001"), price=low),
        # Under the market: a buy stop there would trigger at once.
        stop_loss=api.PlaceOrder(
            new_id(), desk.account, BTC, Side.BUY, OrderType.STOP_LOSS, D("0.001"), trigger_price=low - D("10.00")
        ),
    )
    answer = await desk.link.request(command)
    assert isinstance(answer, api.ListAccepted), answer
    await until(lambda: all(order_of(house, one.order_id).status is S.REJECTED for one in answer.orders))
    assert await exchange.signed("GET", "openOrders", symbol="BTCUSDT") == []


async def test_a_gtd_order_at_a_venue_without_one_is_canceled_by_the_desk_at_its_time(
    house: WorkerHouse, desk: Desk
) -> None:
    expires = house.worker.clock.time_ns() + 1_500_000_000
    command = api.PlaceOrder(
        new_id(),
        desk.account,
        BTC,
        Side.BUY,
        OrderType.LIMIT,
        D("0.001"),
        price=await desk.low_price(),
        time_in_force=TimeInForce.GTD,
        expire_time_ns=expires,
    )
    answer = await desk.link.request(command)
    assert isinstance(answer, api.OrderAccepted), answer
    assert answer.order.emulated_expiry
    assert "needs the worker alive" in answer.order.evidence[0].text
    await until(lambda: order_of(house, command.order_id).status is S.CANCELED)
    ended = order_of(house, command.order_id)
    assert house.worker.clock.time_ns() >= expires
    assert any("its time is over" in line.text for line in ended.evidence)


async def test_an_amend_whose_answer_is_lost_is_looked_up_and_not_sent_again(
    exchange: PeerExchange, house: WorkerHouse, desk: Desk
) -> None:
    order = await resting(desk)
    ears = Ears(desk.link)
    await exchange.arm(kind="drop_answer", on=["create"])
    await changed(desk, api.AmendOrder(order.order_id, new_id(), quantity=D("0.001")))
    await until(lambda: order_of(house, order.order_id).amending is None)
    assert order_of(house, order.order_id).quantity == D("0.001")
    assert await exchange.asked(lambda line: "keepPriority" in line.get("request", "")) == 1
    assert ears.told
