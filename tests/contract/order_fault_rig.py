"""A worker whose orders meet faults, and what became of them: here, at the venue, and on the way."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import uuid6

from chaos.peers import BTC, Desk
from connectors import registry
from connectors.clock import SystemClock
from connectors.model.ids import OrderId
from connectors.model.list_terms import ListKind
from connectors.model.order import Order, OrderStatus, OrderType, Side
from connectors.model.risk import LimitName
from connectors.worker import api, follow
from contract.fault_expectations import FAULTS
from contract.fault_rig import Rig
from contract.order_fault_cells import FAULTS as FAULT_KINDS
from contract.order_fault_cells import REQUESTS, Struck
from support.simulator import Simulator
from worker.house import WorkerHouse, a_worker
from worker.peer_exchange import PeerExchange

SPEED = 6
"""How many times faster the worker's time runs: time-outs of ten seconds are over sooner."""

CONCLUSIVE_MS = 3_000
"""On the worker's clock: the venue on loopback answers in milliseconds."""

_OF_THE_STREAM = {"duplicate", "late events", "missing events"}
_PATIENCE_S = 60
_LATE_S = 4
_UNSETTLED = frozenset({OrderStatus.UNKNOWN, OrderStatus.SUBMITTING})


class ScaledClock(SystemClock):
    """Spans as long as those of a loop that runs `SPEED` times faster."""

    def monotonic_ns(self) -> int:
        """Monotonic time, faster."""
        return time.monotonic_ns() * SPEED

    def running_ns(self) -> int:
        """The same: this machine does not sleep."""
        return self.monotonic_ns()


class _Settling:
    """A connector that can be believed sooner."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.capabilities = replace(real.capabilities, conclusive_after_ms=CONCLUSIVE_MS)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class OrderRig:
    """One worker and one venue."""

    def __init__(self, rig: Rig, desk: Desk, house: WorkerHouse) -> None:
        self.rig = rig
        self.desk = desk
        self._house = house

    @property
    def orders(self) -> Mapping[OrderId, Order]:
        """What the worker knows: looked at often, so not asked for over the link."""
        return self._house.worker.executor.state.orders

    async def strike(self, fault: str, operation: str) -> None:
        """Arm a fault at an operation's own request; the venue's log begins here."""
        await self.rig.forget()
        if FAULT_KINDS[fault] in {Struck.TAKEN, Struck.LOST}:
            # The stream would tell before the answer is given up: then nothing was lost.
            await self.rig.arm({"kind": "missing_events", "times": 8, "events": ["executionReport"]}, "user_stream")
        await self.arm(fault, operation)

    async def arm(self, fault: str, operation: str) -> None:
        """Arm a fault at an operation's own request."""
        endpoint, request = REQUESTS[operation]
        passing = {"after": 1} if operation == "cancel all" else {}
        if fault == "clock refused":
            await self.rig.arm({"kind": "refuse", "code": -1021, "of": request, **passing}, endpoint)
        elif fault == "answer too late":
            # Later than the worker waits for it.
            await self.rig.arm({**FAULTS[fault], "low_ms": 2_500, "of": request, **passing}, endpoint)
        elif fault in _OF_THE_STREAM:
            await self.rig.arm(FAULTS[fault], "user_stream")
        else:
            await self.rig.arm({**FAULTS[fault], "of": request, **passing}, endpoint)

    async def counted(self, operation: str, wanted: int) -> int:
        """How many of an operation's requests reached the venue; one that is answered late is in its log late."""
        end = time.monotonic() + _LATE_S
        while True:
            found = len([entry for entry in await self.rig.log() if entry.get("request") == REQUESTS[operation][1]])
            if found >= wanted or time.monotonic() > end:
                return found
            await SystemClock().sleep(0.5)

    async def at_venue(self, orders: list[Order]) -> int:
        """How many orders the venue ever had under any id of these."""
        ids = {client for order in orders for client in (*order.client_order_ids, order.order_id.hex)}
        since = min(order.created_ns for order in orders) // 1_000_000 - 90_000
        answer = await self.rig.signed("GET", "allOrders", symbol=BTC.symbol, startTime=since, limit=1000)
        return sum(row["clientOrderId"] in ids for row in answer.json())

    async def settled(self, *wanted: OrderId) -> list[Order]:
        """The orders once nothing about them is open, oldest first."""
        end = time.monotonic() + _PATIENCE_S
        while True:
            orders = [self.orders[order_id] for order_id in wanted]
            if not any(_waits(order) for order in orders):
                return orders
            assert time.monotonic() < end, f"not settled: {orders}"
            await SystemClock().sleep(0.05)

    async def calm(self) -> None:
        """No fault, no order, and an account that can be asked."""
        await self.rig.disarm()
        end = time.monotonic() + _PATIENCE_S
        while await self.desk.link.request(api.Reconcile(self.desk.account)) != api.Done():
            assert time.monotonic() < end, "the account does not come back"
            await SystemClock().sleep(0.1)
        await self.desk.link.request(api.CancelOrders())
        while any(order.working for order in self.orders.values()):
            assert time.monotonic() < end, "orders stay open"
            await SystemClock().sleep(0.05)

    # --- operations: each leaves the ids of the orders it is about, oldest first

    def order(self, type_: OrderType, side: Side = Side.BUY, **terms: Decimal) -> api.PlaceOrder:
        """A ticket."""
        made = api.PlaceOrder(OrderId(uuid6.uuid7()), self.desk.account, BTC, side, type_, Decimal("0.002"))
        return replace(made, **terms)  # type: ignore[arg-type]

    async def low_price(self) -> Decimal:
        """A price that rests, 8 % under the market: nearer than the desk's own collar."""
        return (Decimal(await self.rig.far_below()) * Decimal("1.15")).quantize(Decimal("0.01"))

    async def placed(self, command: api.PlaceOrder) -> OrderId:
        """Place an order; its intent is on disk."""
        assert isinstance(await self.asked(command), api.OrderAccepted)
        return command.order_id

    async def asked(self, command: api.Command) -> api.Result:
        """Ask, as soon as the account can be asked: until then the worker sends nothing, and the fault waits."""
        end = time.monotonic() + _PATIENCE_S
        while True:
            answer = await self.desk.link.request(command)
            if not isinstance(answer, api.Failure):
                return answer
            assert answer.kind is api.FailureKind.UNAVAILABLE, answer
            assert time.monotonic() < end, answer
            await SystemClock().sleep(0.2)

    async def resting(self) -> OrderId:
        """An order that rests and is known to."""
        order_id = await self.placed(self.order(OrderType.LIMIT, price=await self.low_price()))
        await self.settled(order_id)
        return order_id

    async def run(self, fault: str, operation: str) -> list[OrderId]:
        """Let a fault strike an operation."""
        return await _RUNS[operation](self, fault)


def _waits(order: Order) -> bool:
    return order.status in _UNSETTLED or (order.working and (order.canceling or order.amending is not None))


async def _place_limit(rig: OrderRig, fault: str) -> list[OrderId]:
    price = await rig.low_price()
    await rig.strike(fault, "place limit")
    return [await rig.placed(rig.order(OrderType.LIMIT, price=price))]


async def _place_market(rig: OrderRig, fault: str) -> list[OrderId]:
    await rig.low_price()
    await rig.strike(fault, "place market")
    return [await rig.placed(rig.order(OrderType.MARKET))]


async def _cancel(rig: OrderRig, fault: str) -> list[OrderId]:
    order_id = await rig.resting()
    await rig.strike(fault, "cancel")
    assert await rig.desk.link.request(api.CancelOrder(order_id)) == api.Done()
    return [order_id]


async def _cancel_all(rig: OrderRig, fault: str) -> list[OrderId]:
    """Cancels leave in the order in which the orders were made: the fault lets the first pass."""
    orders = [await rig.resting(), await rig.resting()]
    await rig.strike(fault, "cancel all")
    answer = await rig.desk.link.request(api.CancelOrders(rig.desk.account, BTC))
    assert answer == api.Canceling(len(orders))
    return orders


async def _amend(rig: OrderRig, fault: str) -> list[OrderId]:
    order_id = await rig.resting()
    await rig.strike(fault, "amend")
    answer = await rig.asked(api.AmendOrder(order_id, OrderId(uuid6.uuid7()), quantity=Decimal("0.001")))
    assert isinstance(answer, api.OrderAccepted), answer
    return [order_id]


async def _replace(rig: OrderRig, fault: str) -> list[OrderId]:
    price = await rig.low_price()
    order_id = await rig.placed(rig.order(OrderType.LIMIT, price=price))
    await rig.settled(order_id)
    await rig.strike(fault, "replace")
    fresh = OrderId(uuid6.uuid7())
    answer = await rig.asked(api.AmendOrder(order_id, fresh, price=price - 5))
    assert isinstance(answer, api.OrderAccepted), answer
    return [order_id, fresh]


async def _list(rig: OrderRig, fault: str) -> list[OrderId]:
    low = await rig.low_price()
    target = rig.order(OrderType.LIMIT_MAKER, price=low)
    stop = rig.order(OrderType.STOP_LOSS, trigger_price=(low * Decimal("1.1")).quantize(Decimal("0.01")))
    await rig.strike(fault, "list")
    command = api.PlaceList(ListKind.OCO, OrderId(uuid6.uuid7()), take_profit=target, stop_loss=stop)
    answer = await rig.asked(command)
    assert isinstance(answer, api.ListAccepted), answer
    return [target.order_id, stop.order_id]


async def _look_up(rig: OrderRig, fault: str) -> list[OrderId]:
    price = await rig.low_price()
    await rig.strike(fault, "look-up")
    # Its event must not come either: otherwise nothing is left to look up.
    await rig.rig.arm({"kind": "missing_events", "times": 1, "events": ["executionReport"]}, "user_stream")
    await rig.rig.arm({"kind": "drop_answer"}, "create")
    return [await rig.placed(rig.order(OrderType.LIMIT, price=price))]


async def _open_orders(rig: OrderRig, fault: str) -> list[OrderId]:
    order_id = await rig.resting()
    await rig.strike(fault, "open orders")
    await rig.desk.link.request(api.Reconcile(rig.desk.account))
    return [order_id]


_RUNS: Mapping[str, Callable[[OrderRig, str], Awaitable[list[OrderId]]]] = {
    "place limit": _place_limit,
    "place market": _place_market,
    "cancel": _cancel,
    "cancel all": _cancel_all,
    "amend": _amend,
    "replace": _replace,
    "list": _list,
    "look-up": _look_up,
    "open orders": _open_orders,
}


@asynccontextmanager
async def an_order_rig(home: Path, venue: Simulator) -> AsyncIterator[OrderRig]:
    """A worker on the venue that asks nothing by routine, its limits of how much and how often switched off."""

    def connector(*args: Any, **kwargs: Any) -> Any:
        return _Settling(registry.create(*args, **kwargs))

    with pytest.MonkeyPatch.context() as patch:
        # Requests are counted: none of them comes by chance.
        patch.setattr(follow, "RECONCILE_EVERY_S", 86_400.0)
        async with (
            httpx.AsyncClient(base_url=venue.rest, trust_env=False, verify=False, timeout=200) as http,  # noqa: S501
            a_worker(home, ScaledClock(), make_connector=connector) as house,
        ):
            desk = await PeerExchange(venue).attach(await house.join("memory"))
            for name in (LimitName.OPEN_ORDERS, LimitName.ORDERS_PER_SECOND, LimitName.DAY_LOSS, LimitName.ORDER_VALUE):
                answer = await desk.link.request(api.SetLimit(name, None, desk.account, off=True))
                assert answer == api.Done(), answer
            rig = OrderRig(Rig(venue, http), desk, house)
            await rig.calm()
            yield rig
            await rig.rig.disarm()
