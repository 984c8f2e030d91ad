"""Orders by the thousand at a venue's limits, and under a clock that is an hour off: each is one order, or none."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import uuid6

from chaos.peers import BTC, Desk
from connectors.clock import SystemClock
from connectors.model.ids import OrderId
from connectors.model.order import FINAL, OrderStatus, OrderType, Side, TimeInForce
from connectors.model.risk import LimitName
from connectors.ports.clock import Clock
from connectors.worker import api
from support.simulator import running_simulator
from worker.house import a_worker, folders
from worker.peer_exchange import PeerExchange

pytestmark = pytest.mark.peers

A_SECOND = 50
"""Binance's 50 orders in ten seconds, ten times as fast: a thousand then take twenty seconds and not two hundred."""
LIMITS = {
    "rateLimits": [
        {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6_000},
        {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 1, "limit": A_SECOND},
        {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 160_000},
        {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 61_000},
    ]
}
CLOCK = -1021
"""The one refusal after which a create is sent once more: it comes before the matching engine."""
AT_ONCE = 40
"""Tickets that wait for their answer at the same time."""

CREATE = ("rest", "POST", "/api/v3/order")
HOUR_NS = 3_600_000_000_000


class HourAhead(SystemClock):
    """A machine whose clock nobody has set."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time_ns() / 1e9, UTC)

    def time_ns(self) -> int:
        return super().time_ns() + HOUR_NS


@asynccontextmanager
async def a_desk(home: Path, *options: str, clock: Clock | None = None) -> AsyncIterator[tuple[PeerExchange, Desk]]:
    with running_simulator(home, "--seed", "7", "--symbols", "1", "--control", *options) as venue:
        exchange = PeerExchange(venue)
        async with a_worker(home, clock) as house:
            yield exchange, await exchange.attach(await house.join("memory"))


def lines(log: Path) -> tuple[list[dict[str, Any]], dict[int, dict[str, Any]]]:
    """Creates that came in, and all answers by number."""
    read = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    asked = [
        line
        for line in read
        if line["kind"] == "request" and (line["via"], line.get("method"), line.get("path")) == CREATE
    ]
    return asked, {line["n"]: line for line in read if line["kind"] == "answer"}


def in_the_engine(asked: list[dict[str, Any]], answers: dict[int, dict[str, Any]]) -> list[str]:
    """Client ids of the creates that came past the door; those turned away at it were sent once more at most."""
    refused: Counter[str] = Counter()
    reached: list[str] = []
    for entry in asked:
        client_id, told = entry["body"].partition("newClientOrderId=")[2].partition("&")[0], answers[entry["n"]]
        assert client_id not in reached, "a create was sent again after one that the engine had"
        if told["status"] == 200:
            reached.append(client_id)
            continue
        assert told.get("code") == CLOCK, f"the venue had to refuse one: {told}"
        refused[client_id] += 1
    assert max(Counter(reached).values()) == 1, "a create was sent twice"
    sends = Counter(reached) + refused
    assert max(sends.values()) <= 2, "a create was sent more than once again"
    return reached


async def _taken(desk: Desk, price: Decimal) -> OrderId:
    """Place a ticket that takes what is there, which at this price is nothing, and wait for its end."""
    ticket = OrderId(uuid6.uuid7())
    command = api.PlaceOrder(
        ticket, desk.account, BTC, Side.BUY, OrderType.LIMIT, Decimal("0.001"), price=price,
        time_in_force=TimeInForce.IOC,
    )  # fmt: skip
    answer = await desk.link.request(command)
    while isinstance(answer, api.Failure) and "cannot take orders now" in answer.sentence:
        # Nothing was sent; the same ticket again is the same order.
        await asyncio.sleep(0.2)
        answer = await desk.link.request(command)
    assert isinstance(answer, api.OrderAccepted), answer
    status = answer.order.status
    while status not in FINAL:
        await asyncio.sleep(0.02)
        listed = await desk.link.request(api.GetOrders(handle=str(ticket)))
        assert isinstance(listed, api.Orders)
        status = listed.orders[0].status
    return ticket


@pytest.mark.timeout(600)
@pytest.mark.parametrize("count", [100, pytest.param(1_000, marks=pytest.mark.soak)])
async def test_a_thousand_orders_at_the_limits_are_a_thousand_orders_and_none_is_over_them(
    home: Path, count: int
) -> None:
    """A tenth of them each time, all of them in a soak."""
    folders(home)
    (limits := home / "limits.json").write_text(json.dumps(LIMITS), encoding="utf-8")
    log = home / "access.log"
    async with a_desk(home, "--limits", str(limits), "--access-log", str(log)) as (exchange, desk):
        for name in (LimitName.OPEN_ORDERS, LimitName.ORDERS_PER_SECOND):
            assert await desk.link.request(api.SetLimit(name, None, desk.account, off=True)) == api.Done()
        price = (await desk.low_price()).quantize(Decimal("0.01"))
        room = asyncio.Semaphore(AT_ONCE)
        taken: list[OrderId] = []

        async def one() -> None:
            async with room:
                taken.append(await _taken(desk, price))

        async with asyncio.TaskGroup() as all_of_them:
            for _ in range(count):
                all_of_them.create_task(one())
        known = await desk.link.request(api.GetOrders(limit=2 * count))
        assert isinstance(known, api.Orders)
        there = await exchange.signed("GET", "allOrders", symbol=BTC.symbol, limit=1_000)
    statuses = Counter(order.status for order in known.orders)
    asked, answers = lines(log)
    reached = in_the_engine(asked, answers)
    assert len(set(taken)) == len(known.orders) == count
    assert Counter(order["clientOrderId"] for order in there) == Counter(reached), "each is one order of the venue"
    assert max(answers[entry["n"]].get("orders", {}).get("1S", 0) for entry in asked) <= A_SECOND
    # What the limiter held back for longer than an order may wait was told so, and never left.
    assert statuses[OrderStatus.EXPIRED] == len(reached)
    assert statuses[OrderStatus.EXPIRED] + statuses[OrderStatus.REJECTED] == count
    assert {order.client_order_id for order in known.orders if order.status is OrderStatus.EXPIRED} == set(reached)


async def test_under_a_clock_an_hour_off_orders_are_taken_and_look_ups_find_them(home: Path) -> None:
    async with a_desk(home, clock=HourAhead()) as (exchange, desk):
        command = desk.resting(await desk.low_price())
        await exchange.arm(kind="drop_answer", on=["create"])
        assert isinstance(await desk.link.request(command), api.OrderAccepted)
        order = await desk.order_when(command.order_id, lambda known: known.status is OrderStatus.OPEN)
        (there,) = await exchange.signed("GET", "openOrders", symbol=BTC.symbol)
        assert (str(there["orderId"]), there["clientOrderId"]) == (order.venue_order_id, command.order_id.hex)
        await desk.reconcile()
        assert [known.status for known in await desk.orders()] == [OrderStatus.OPEN]


async def test_a_create_refused_for_its_clock_is_sent_once_more_and_is_one_order(home: Path) -> None:
    folders(home)
    log = home / "access.log"
    async with a_desk(home, "--access-log", str(log)) as (exchange, desk):
        command = desk.resting(await desk.low_price())
        # The first comparison would meet the wrong clock before the order does, and put it right.
        await desk.reconcile()
        await exchange.arm(kind="clock", shift_ms=60_000)
        # The stream's word would hold back what is sent once too often.
        await exchange.arm(kind="missing_events", times=4, on=["user_stream"])
        assert isinstance(await desk.link.request(command), api.OrderAccepted)
        await desk.order_when(command.order_id, lambda known: known.status is OrderStatus.OPEN)
        await exchange.disarm()
        there = await exchange.signed("GET", "openOrders", symbol=BTC.symbol)
    asked, answers = lines(log)
    assert [answers[entry["n"]].get("code") for entry in asked] == [CLOCK, None]
    assert [order["clientOrderId"] for order in there] == in_the_engine(asked, answers) == [command.order_id.hex]
