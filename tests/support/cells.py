"""One deed for every cell of ``docs/venues.md``: done where a venue declares it, refused where it does not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest

from connectors.errors import Refused, Rejected
from connectors.model.order import (
    OrderReport,
    OrderRequest,
    OrderStatus,
    OrderType,
    SelfTradePrevention,
    Side,
    TimeInForce,
)
from connectors.model.order_list import ListKind, ListStatus
from docs.venues import MODES_OF_PREVENTION, TRAILS
from support.deeds import (
    amends,
    cancels_all,
    changes_a_price,
    changes_no_price,
    expires,
    fills,
    finds_by_client_id,
    has_a_book,
    has_its_candles,
    has_its_products,
    is_conclusive,
    keeps_lists,
    knows_its_mode,
    lends_nothing,
    looked_up,
    means_its_answer,
    names_legs,
    refuses_a_second,
    renames,
    replaces,
    rests,
    sells_what_is_there,
    serves_one_product,
    tells_amends,
    tells_fills,
    tells_history,
    tests_an_order,
    trails,
    waits,
    wants_an_instrument,
)
from support.stage import Stage

Deed = Callable[[Stage], Awaitable[None]]
Form = Callable[[Stage], OrderRequest]


@dataclass(frozen=True)
class Cell:
    """What proves a cell.

    Attributes:
        call: What is done where the venue declares it.
        refuse: What is asked where it does not; must be refused before anything is sent.
    """

    call: Deed
    refuse: Deed | None = None


def cell(form: Form, then: Callable[[Stage, OrderReport], Awaitable[None]]) -> Cell:
    """A cell about a form of order: it is placed and looked at, or refused."""

    async def call(stage: Stage) -> None:
        request = form(stage)
        report = await stage.trading.place(request)
        assert report.client_order_id == request.client_order_id
        await then(stage, report)

    async def refuse(stage: Stage) -> None:
        sent: list[int] = []
        with pytest.raises(Refused) as refused:
            await stage.trading.place(form(stage), lambda: sent.append(1))
        assert sent == []
        assert refused.value.sentence.endswith(".")
        with pytest.raises(Refused):
            await stage.trading.test(form(stage))

    return Cell(call, refuse)


def order_type(kind: OrderType) -> Cell:
    then = {OrderType.MARKET: fills, OrderType.LIMIT: rests, OrderType.LIMIT_MAKER: rests, OrderType.TRAILING: trails}
    return cell(lambda stage: stage.order(kind), then.get(kind, waits))


def trailing(kind: OrderType) -> Cell:
    return cell(lambda stage: stage.order(kind, trigger_price=None, trailing_delta=500), trails)


def time_in_force(force: TimeInForce) -> Cell:
    def form(stage: Stage) -> OrderRequest:
        later = stage.connector.status().time_ns + 3_600_000_000_000
        return stage.order(time_in_force=force, expire_time_ns=later if force is TimeInForce.GTD else None)

    return cell(form, rests if force in {TimeInForce.GTC, TimeInForce.GTD} else expires)


def in_quote(side: Side) -> Cell:
    return cell(
        lambda stage: stage.order(OrderType.MARKET, side, quantity=None, quote_quantity=Decimal(50)), costs_fifty
    )


async def costs_fifty(stage: Stage, report: OrderReport) -> None:
    await fills(stage, report)
    assert report.cost is not None
    assert Decimal(45) < report.cost <= Decimal(50)


def iceberg() -> Cell:
    async def shows_half(stage: Stage, report: OrderReport) -> None:
        assert (await looked_up(stage, report)).iceberg_quantity == stage.whole(stage.size / 2)
        await rests(stage, report)

    return cell(lambda stage: stage.order(iceberg_quantity=stage.whole(stage.size / 2)), shows_half)


def prevention(mode: SelfTradePrevention) -> Cell:
    async def kept(stage: Stage, report: OrderReport) -> None:
        assert (await looked_up(stage, report)).self_trade_prevention is mode
        await rests(stage, report)

    common = cell(lambda stage: stage.order(self_trade_prevention=mode), kept)

    async def call(stage: Stage) -> None:
        if mode in stage.instrument.self_trade_prevention:
            await common.call(stage)
            return
        with pytest.raises(Rejected):
            await common.call(stage)

    return Cell(call, common.refuse)


def list_kind(kind: ListKind) -> Cell:
    async def call(stage: Stage) -> None:
        request = stage.list_of(kind)
        placed = await stage.trading.place_list(request)
        assert (placed.kind, placed.status, placed.client_list_id) == (
            kind,
            ListStatus.EXECUTING,
            request.client_list_id,
        )
        by_id = {report.client_order_id: report for report in placed.reports}
        for order in request.orders:
            report = by_id[order.client_order_id]
            assert (report.side, report.type, report.quantity, report.price) == (
                order.side,
                order.type,
                order.quantity,
                order.price,
            )
            first = order is (request.entry or request.take_profit)
            assert report.status is (OrderStatus.OPEN if first else OrderStatus.PENDING_TRIGGER)
        gone = await stage.trading.cancel_list(stage.instrument.id, venue_list_id=placed.venue_list_id)
        assert {report.status for report in gone.reports} == {OrderStatus.CANCELED}

    async def refuse(stage: Stage) -> None:
        sent: list[int] = []
        with pytest.raises(Refused):
            await stage.trading.place_list(stage.list_of(kind), lambda: sent.append(1))
        assert sent == []

    return Cell(call, refuse)


CELLS: dict[str, Cell] = {
    "products": Cell(has_its_products),
    "modes the room knows": Cell(knows_its_mode),
    "candles": Cell(has_its_candles),
    "book": Cell(has_a_book),
    "own fills": Cell(tells_fills),
    **{f"order {kind}": order_type(kind) for kind in OrderType if kind is not OrderType.UNKNOWN},
    **{f"order {kind}, trailing": trailing(kind) for kind in TRAILS},
    **{f"time in force {force}": time_in_force(force) for force in TimeInForce if force is not TimeInForce.UNKNOWN},
    "market buy sized in base": order_type(OrderType.MARKET),
    "market buy sized in quote": in_quote(Side.BUY),
    "market sell sized in quote": in_quote(Side.SELL),
    "iceberg": iceberg(),
    **{f"self-trade prevention {mode}": prevention(mode) for mode in MODES_OF_PREVENTION},
    "test an order without placing it": Cell(tests_an_order),
    "change an order": Cell(amends),
    "change an order’s price": Cell(changes_a_price, changes_no_price),
    "a changed order gets a new client id": Cell(renames),
    "the changes of an order": Cell(tells_amends),
    "cancel and replace in one call": Cell(replaces),
    "cancel all of a symbol": Cell(cancels_all),
    "history of orders": Cell(tells_history),
    "order lists": Cell(keeps_lists),
    **{f"list {kind}": list_kind(kind) for kind in ListKind if kind is not ListKind.UNKNOWN},
    "each order of a list has its own id": Cell(names_legs),
    "short": Cell(sells_what_is_there, sells_what_is_there),
    "leverage": Cell(lends_nothing, lends_nothing),
    "one key for several products": Cell(serves_one_product, serves_one_product),
    "a positive answer to a create means": Cell(means_its_answer),
    "a second create with the same id is refused": Cell(refuses_a_second),
    "look-up by client order id": Cell(finds_by_client_id),
    "own fills only per symbol": Cell(wants_an_instrument),
    "“not found” is conclusive after": Cell(is_conclusive),
}
"""By the name of the row."""
