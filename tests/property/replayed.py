"""One run of requests, carried out by the model venue and by an exchange over real sockets, told in the same words."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from connectors.errors import DuplicateOrder, OrderNotFound, Rejected
from connectors.model.change import AmendRequest, ReplaceRequest
from connectors.model.ids import AccountId, ClientListId, ClientOrderId
from connectors.model.order import OrderReport, OrderRequest, OrderType, Side
from connectors.model.order_list import ListKind, OrderListRequest
from property.model_venue import ModelVenue
from support.stage import Stage, fresh_id

Step = tuple[str, int]
"""What is done, and with which of the orders so far (counted from the oldest, round and round)."""
Words = tuple[str, ...]

DEEDS = ("rest", "rest", "market", "cancel", "halve", "same", "double", "replace", "oco", "otoco", "twice", "look")

Take = Callable[[str, Any], Awaitable[Words]]


def drawn(seed: int, steps: int = 14) -> list[Step]:
    """A run, the same for a seed."""
    source = random.Random(seed)
    return [("rest", 0), *((source.choice(DEEDS), source.randrange(8)) for _ in range(steps))]


@dataclass
class Script:
    """Turns steps into requests; the same ones for whoever carries them out."""

    stage: Stage
    orders: list[OrderRequest] = field(default_factory=list)

    def asked(self, step: Step) -> tuple[str, Any]:  # noqa: PLR0911 - one for each deed
        """The call of a step, and what it is given."""
        deed, number = step
        order = self.orders[number % len(self.orders)] if self.orders else self._fresh()
        match deed:
            case "rest":
                return "place", self._new()
            case "market":
                return "place", self._new(OrderType.MARKET)
            case "twice":
                return "place", replace(self._fresh(), client_order_id=order.client_order_id)
            case "halve" | "same" | "double":
                return "amend", self._amend(order, deed)
            case "replace":
                made = self._new(price=self.stage.at("0.91"))
                return "replace", ReplaceRequest(made, order.client_order_id)
            case "oco" | "otoco":
                return "place_list", self._list(ListKind.OCO if deed == "oco" else ListKind.OTOCO)
            case _:
                return deed, order.client_order_id

    def _amend(self, order: OrderRequest, deed: str) -> AmendRequest:
        size = (order.quantity or Decimal(0)) * {"halve": 1, "same": 2, "double": 4}[deed] / 2
        name = order.client_order_id
        return AmendRequest(order.instrument, name, None, name, self.stage.whole(size))

    def _fresh(self, kind: OrderType = OrderType.LIMIT, **changed: Any) -> OrderRequest:
        return self.stage.order(kind, **{"quantity": self.stage.whole(self.stage.size * 2), **changed})

    def _new(self, kind: OrderType = OrderType.LIMIT, **changed: Any) -> OrderRequest:
        made = self._fresh(kind, **changed)
        self.orders.append(made)
        return made

    def _list(self, kind: ListKind) -> OrderListRequest:
        target = self.stage.order(OrderType.LIMIT_MAKER, Side.SELL)
        stop = self.stage.order(OrderType.STOP_LOSS_LIMIT, Side.SELL)
        entry = self.stage.order() if kind is ListKind.OTOCO else None
        made = OrderListRequest(kind, ClientListId(fresh_id()), entry=entry, take_profit=target, stop_loss=stop)
        self.orders += made.orders
        return made


async def told(take: Take, script: Script, asked: tuple[str, Any]) -> tuple[Words, ...]:
    """What came of one step, and how every order stands then."""
    call, given = asked
    outcome = await _outcome(take, call, given)
    standing = [await _outcome(take, "look", order.client_order_id) for order in script.orders]
    return (outcome, *standing)


async def _outcome(take: Take, call: str, given: Any) -> Words:
    try:
        return await take(call, given)
    except OrderNotFound:
        return ("not found",)
    except DuplicateOrder:
        return ("duplicate",)
    except Rejected:
        return ("refused",)


def _words(report: OrderReport) -> Words:
    quantity = report.quantity.normalize() if report.quantity is not None else None
    return (report.status.value, str(quantity), str(report.filled.normalize()))


def over_sockets(stage: Stage) -> Take:
    """Carried out by the exchange."""

    async def take(call: str, given: Any) -> Words:
        trading, instrument = stage.trading, stage.instrument.id
        match call:
            case "place":
                return _words(await trading.place(given))
            case "cancel":
                return _words(await trading.cancel(instrument, client_order_id=given))
            case "amend":
                return _words(await trading.amend(given))
            case "replace":
                both = await trading.replace(given)
                return (both.cancel.value, both.create.value)
            case "place_list":
                made = await trading.place_list(given)
                return (made.status.value, *sorted(report.status.value for report in made.reports))
            case _:
                return _words(await trading.order(instrument, client_order_id=given))

    return take


def by_the_model() -> Take:
    """Carried out by the model venue."""
    venue = ModelVenue(AccountId(UUID(int=1)), {"USDT": Decimal(10_000_000), "BTC": Decimal(100)})
    venue.only_lowers = True

    async def take(call: str, given: Any) -> Words:
        match call:
            case "place":
                venue.place(given, venue.now_ns)
                return _words(venue.report(venue.orders[-1]))
            case "cancel":
                return _words(venue.cancel(ClientOrderId(given), None)[0])
            case "amend":
                return _words(venue.amend(given, venue.now_ns)[0])
            case "replace":
                both, _events = venue.replace(given, venue.now_ns)
                return (both.cancel.value, both.create.value)
            case "place_list":
                made, events = venue.place_list(given, venue.now_ns)
                return (made.status.value, *sorted(report.status.value for report in events))
            case _:
                return _words(venue.find(ClientOrderId(given), None))

    return take


async def replay(stage: Stage, steps: Sequence[Step]) -> list[tuple[Step, tuple[Words, ...], tuple[Words, ...]]]:
    """Carry a run out twice: each step with what the model said and what the exchange said."""
    script = Script(stage)
    model, exchange = by_the_model(), over_sockets(stage)
    heard = []
    for step in steps:
        asked = script.asked(step)
        heard.append((step, await told(model, script, asked), await told(exchange, script, asked)))
    return heard
