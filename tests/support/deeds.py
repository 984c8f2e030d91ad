"""What a test does with a venue to see that it keeps what it declares."""

from __future__ import annotations

import inspect
from decimal import Decimal

import pytest

from connectors.errors import DuplicateOrder, InsufficientFunds, OrderNotFound, Refused
from connectors.model.capabilities import CreateIdempotency
from connectors.model.change import AmendRequest, CancelOutcome, CreateOutcome, ReplaceRequest
from connectors.model.ids import Mode
from connectors.model.order import OrderReport, OrderStatus, OrderType, Side
from connectors.model.order_list import ListKind, ListStatus
from support.stage import Stage, fresh_id

# --- what becomes of an order


async def looked_up(stage: Stage, report: OrderReport) -> OrderReport:
    """What the venue says of an order when asked, by either id."""
    trading, instrument = stage.trading, stage.instrument.id
    by_venue = await trading.order(instrument, venue_order_id=report.venue_order_id)
    assert by_venue == await trading.order(instrument, client_order_id=report.client_order_id)
    return by_venue


async def fills(stage: Stage, report: OrderReport) -> None:
    assert (report.status, report.filled > 0) == (OrderStatus.FILLED, True)
    assert (await looked_up(stage, report)).status is OrderStatus.FILLED


async def rests(stage: Stage, report: OrderReport) -> None:
    assert report.status is OrderStatus.OPEN
    found = await looked_up(stage, report)
    assert (found.status, found.type, found.price) == (OrderStatus.OPEN, report.type, report.price)
    assert (await stage.ends(report)).status is OrderStatus.CANCELED


async def waits(stage: Stage, report: OrderReport) -> None:
    found = await looked_up(stage, report)
    for told in (report, found):
        assert (told.status, told.type) == (OrderStatus.PENDING_TRIGGER, report.type)
    assert (await stage.ends(report)).status is OrderStatus.CANCELED


async def trails(stage: Stage, report: OrderReport) -> None:
    assert (await looked_up(stage, report)).trailing_delta == 500
    await waits(stage, report)


async def expires(stage: Stage, report: OrderReport) -> None:
    for told in (report, await looked_up(stage, report)):
        assert (told.status, told.filled) == (OrderStatus.EXPIRED, Decimal(0))


# --- calls of their own


async def tests_an_order(stage: Stage) -> None:
    request = stage.order()
    assert await stage.trading.test(request) is None
    rates = await stage.trading.test(request, fees=True)
    assert rates is not None
    assert Decimal(0) <= rates.maker <= rates.taker < Decimal("0.1")
    with pytest.raises(OrderNotFound):
        await stage.trading.order(stage.instrument.id, client_order_id=request.client_order_id)


async def lowered(stage: Stage) -> tuple[OrderReport, OrderReport, AmendRequest]:
    """An order, the same after half of it was taken off, and how that was asked."""
    placed = await stage.trading.place(stage.order())
    request = AmendRequest(
        stage.instrument.id,
        placed.client_order_id,
        new_client_order_id=fresh_id(),
        quantity=stage.whole(stage.size / 2),
    )
    return placed, await stage.trading.amend(request), request


async def amends(stage: Stage) -> None:
    placed, amended, request = await lowered(stage)
    assert (amended.venue_order_id, amended.quantity) == (placed.venue_order_id, request.quantity)
    found = await stage.trading.order(stage.instrument.id, venue_order_id=placed.venue_order_id)
    assert (found.status, found.quantity, found.price) == (OrderStatus.OPEN, request.quantity, placed.price)


async def renames(stage: Stage) -> None:
    placed, amended, request = await lowered(stage)
    assert amended.client_order_id == request.new_client_order_id
    assert amended.replaced_client_order_id == placed.client_order_id
    again = await stage.trading.order(stage.instrument.id, client_order_id=request.new_client_order_id)
    assert again.venue_order_id == placed.venue_order_id


async def tells_amends(stage: Stage) -> None:
    placed, _, request = await lowered(stage)
    assert placed.venue_order_id is not None
    (one,) = await stage.trading.amendments(stage.instrument.id, placed.venue_order_id)
    assert (one.old_quantity, one.new_quantity) == (placed.quantity, request.quantity)
    assert (one.old_client_order_id, one.new_client_order_id) == (placed.client_order_id, request.new_client_order_id)


async def changes_no_price(stage: Stage) -> None:
    sent: list[int] = []
    placed = await stage.trading.place(stage.order())
    request = AmendRequest(stage.instrument.id, venue_order_id=placed.venue_order_id, price=stage.at("0.91"))
    with pytest.raises(Refused, match="price"):
        await stage.trading.amend(request, lambda: sent.append(1))
    assert sent == []


async def changes_a_price(stage: Stage) -> None:
    placed = await stage.trading.place(stage.order())
    request = AmendRequest(stage.instrument.id, venue_order_id=placed.venue_order_id, price=stage.at("0.91"))
    assert (await stage.trading.amend(request)).price == stage.at("0.91")


async def replaces(stage: Stage) -> None:
    placed = await stage.trading.place(stage.order())
    new = stage.order(price=stage.at("0.91"))
    report = await stage.trading.replace(ReplaceRequest(new, venue_order_id=placed.venue_order_id))
    assert (report.cancel, report.create) == (CancelOutcome.DONE, CreateOutcome.ACCEPTED)
    assert report.cancelled is not None
    assert report.created is not None
    assert (report.cancelled.client_order_id, report.cancelled.status) == (placed.client_order_id, OrderStatus.CANCELED)
    await rests(stage, report.created)


async def cancels_all(stage: Stage) -> None:
    placed = [await stage.trading.place(stage.order()) for _ in range(2)]
    gone = await stage.trading.cancel_all(stage.instrument.id)
    assert {report.client_order_id for report in gone} >= {report.client_order_id for report in placed}
    assert list(await stage.trading.open_orders(stage.instrument.id)) == []


async def tells_history(stage: Stage) -> None:
    placed = [await stage.trading.place(stage.order()) for _ in range(3)]
    await stage.trading.cancel_all(stage.instrument.id)
    ids = [report.venue_order_id for report in placed]
    newest = await stage.trading.order_history(stage.instrument.id, limit=3)
    assert [report.venue_order_id for report in newest] == ids
    after = await stage.trading.order_history(stage.instrument.id, after=ids[0], limit=1)
    assert [report.venue_order_id for report in after] == [ids[1]]


async def keeps_lists(stage: Stage) -> None:
    request = stage.list_of(ListKind.OTO)
    placed = await stage.trading.place_list(request)
    by_client = await stage.trading.order_list(client_list_id=request.client_list_id)
    assert by_client == await stage.trading.order_list(venue_list_id=placed.venue_list_id)
    assert placed.venue_list_id in {each.venue_list_id for each in await stage.trading.open_lists()}
    gone = await stage.trading.cancel_list(stage.instrument.id, client_list_id=request.client_list_id)
    assert (gone.venue_list_id, gone.status) == (placed.venue_list_id, ListStatus.DONE)
    assert placed.venue_list_id not in {each.venue_list_id for each in await stage.trading.open_lists()}
    history = await stage.trading.list_history(limit=5)
    assert [each.status for each in history if each.venue_list_id == placed.venue_list_id] == [ListStatus.DONE]


async def names_legs(stage: Stage) -> None:
    request = stage.list_of(ListKind.OTOCO)
    placed = await stage.trading.place_list(request)
    assert {each.client_order_id for each in placed.orders} == {order.client_order_id for order in request.orders}


# --- what is true of the venue as a whole


async def has_its_products(stage: Stage) -> None:
    found = {instrument.id.product for instrument in await stage.market.instruments()}
    assert found <= stage.connector.capabilities.products


async def knows_its_mode(stage: Stage) -> None:
    assert stage.connector.connection.mode in stage.connector.capabilities.modes
    assert Mode.SIM in stage.connector.capabilities.modes


async def has_its_candles(stage: Stage) -> None:
    for interval in sorted(stage.connector.capabilities.intervals):
        (candle,) = await stage.market.candles(stage.instrument.id, interval, limit=1)
        assert candle.interval is interval


async def has_a_book(stage: Stage) -> None:
    book = await stage.market.book(stage.instrument.id, 5)
    assert (len(book.bids), len(book.asks)) == (5, 5)


async def tells_fills(stage: Stage) -> None:
    report = await stage.trading.place(stage.order(OrderType.MARKET))
    listed = await stage.account.fills(stage.instrument.id, venue_order_id=report.venue_order_id)
    assert sum(fill.quantity for fill in listed) == report.filled
    assert not any(fill.provisional for fill in listed)


async def means_its_answer(stage: Stage) -> None:
    report = await stage.trading.place(stage.order())
    assert report.status is OrderStatus.OPEN
    opened = await stage.trading.open_orders(stage.instrument.id)
    assert report.venue_order_id in {each.venue_order_id for each in opened}


async def refuses_a_second(stage: Stage) -> None:
    request = stage.order()
    placed = await stage.trading.place(request)
    assert stage.connector.capabilities.create_idempotency is not CreateIdempotency.NONE
    with pytest.raises(DuplicateOrder):
        await stage.trading.place(request)
    await stage.ends(placed)


async def finds_by_client_id(stage: Stage) -> None:
    placed = await stage.trading.place(stage.order())
    found = await stage.trading.order(stage.instrument.id, client_order_id=placed.client_order_id)
    assert found.venue_order_id == placed.venue_order_id


async def wants_an_instrument(stage: Stage) -> None:
    wanted = inspect.signature(type(stage.account).fills).parameters["instrument"]
    assert wanted.default is inspect.Parameter.empty


async def sells_what_is_there(stage: Stage) -> None:
    free = {balance.asset: balance.free for balance in await stage.account.balances()}
    more = stage.whole(free.get(stage.instrument.base, Decimal(0))) + stage.size
    with pytest.raises(InsufficientFunds):
        await stage.trading.place(stage.order(side=Side.SELL, quantity=more))


async def lends_nothing(stage: Stage) -> None:
    assert not stage.connector.capabilities.leverage
    assert not hasattr(stage.trading, "set_leverage")


async def serves_one_product(stage: Stage) -> None:
    assert len(stage.connector.connection.products) == 1


async def is_conclusive(stage: Stage) -> None:
    assert stage.connector.capabilities.conclusive_after_ms >= 12_500
    with pytest.raises(OrderNotFound):
        await stage.trading.order(stage.instrument.id, client_order_id=fresh_id())
