"""What every venue must do with orders (REQUIREMENTS A1, P1), asked of each over real sockets."""

from __future__ import annotations

from decimal import Decimal

import pytest
import uuid6

from connectors.errors import (
    DuplicateOrder,
    InsufficientFunds,
    InvalidOrder,
    OrderNotFound,
    Refused,
)
from connectors.model.ids import ClientOrderId, InstrumentId, VenueOrderId
from connectors.model.instrument import Instrument
from connectors.model.order import OrderReport, OrderRequest, OrderStatus, OrderType, ReportSource, TimeInForce
from connectors.model.side import Side
from connectors.ports.venue import (
    Account,
    AccountEvent,
    AccountStreamUp,
    BalanceUpdate,
    MarketData,
    Trading,
)
from support.heard import Heard

pytestmark = pytest.mark.peers

SYMBOL = "BTCUSDT"


def fresh_id() -> ClientOrderId:
    return ClientOrderId(uuid6.uuid7().hex)


async def bid_far_below(market: MarketData, instrument: Instrument, quantity: str = "0.01") -> OrderRequest:
    last = (await market.ticker(instrument.id)).last
    price = (last * Decimal("0.8")) // instrument.filters.tick_size * instrument.filters.tick_size
    return OrderRequest(
        instrument.id,
        fresh_id(),
        Side.BUY,
        OrderType.LIMIT,
        Decimal(quantity),
        price=price,
        time_in_force=TimeInForce.GTC,
    )


def market_order(instrument: InstrumentId, side: Side, quantity: str) -> OrderRequest:
    return OrderRequest(instrument, fresh_id(), side, OrderType.MARKET, Decimal(quantity))


async def test_an_order_lives_from_acknowledgement_to_cancel(
    market: MarketData, trading: Trading, account: Account
) -> None:
    instrument = await market.instrument(SYMBOL)
    events: Heard[AccountEvent] = Heard()
    watching = await account.watch_account(events)
    assert isinstance((await events.count(1))[0], AccountStreamUp)
    request = await bid_far_below(market, instrument)
    sent: list[int] = []
    placed = await trading.place(request, lambda: sent.append(len(events.items)))
    assert sent == [1]
    assert (placed.status, placed.source) == (OrderStatus.OPEN, ReportSource.ACK)
    assert (placed.client_order_id, placed.price, placed.quantity, placed.filled) == (
        request.client_order_id,
        request.price,
        request.quantity,
        Decimal(0),
    )
    assert request.client_order_id in {report.client_order_id for report in await trading.open_orders(instrument.id)}
    assert request.client_order_id in {report.client_order_id for report in await trading.open_orders()}
    by_client = await trading.order(instrument.id, client_order_id=request.client_order_id)
    by_venue = await trading.order(instrument.id, venue_order_id=placed.venue_order_id)
    assert by_client == by_venue
    cancelled = await trading.cancel(instrument.id, client_order_id=request.client_order_id)
    assert (cancelled.client_order_id, cancelled.status) == (request.client_order_id, OrderStatus.CANCELED)

    def is_ours(event: AccountEvent, status: OrderStatus) -> bool:
        return (
            isinstance(event, OrderReport)
            and event.client_order_id == request.client_order_id
            and event.status is status
        )

    await events.until(lambda event: is_ours(event, OrderStatus.OPEN))
    await events.until(lambda event: is_ours(event, OrderStatus.CANCELED))
    history = await trading.order_history(instrument.id)
    assert [report.status for report in history if report.client_order_id == request.client_order_id] == [
        OrderStatus.CANCELED
    ]
    await watching.close()


async def test_a_market_order_fills_and_every_place_tells_the_same_fills(
    market: MarketData, trading: Trading, account: Account
) -> None:
    instrument = await market.instrument(SYMBOL)
    events: Heard[AccountEvent] = Heard()
    watching = await account.watch_account(events)
    await events.until(lambda event: isinstance(event, AccountStreamUp))
    before = {balance.asset: balance.total for balance in await account.balances()}
    report = await trading.place(market_order(instrument.id, Side.BUY, "0.015"))
    assert (report.status, report.filled) == (OrderStatus.FILLED, Decimal("0.015"))
    assert sum(fill.quantity for fill in report.fills) == report.filled
    assert sum(fill.quote_quantity for fill in report.fills) == report.cost
    await events.until(
        lambda event: (
            isinstance(event, OrderReport)
            and event.venue_order_id == report.venue_order_id
            and event.status is OrderStatus.FILLED
        )
    )
    streamed = [
        event.fill
        for event in events.items
        if isinstance(event, OrderReport) and event.venue_order_id == report.venue_order_id and event.fill
    ]
    assert report.venue_order_id is not None
    listed = await account.fills(instrument.id, venue_order_id=report.venue_order_id)
    facts = [(fill.trade_id, fill.price, fill.quantity, fill.quote_quantity, fill.fee) for fill in report.fills]
    for other in (streamed, listed):
        assert [(fill.trade_id, fill.price, fill.quantity, fill.quote_quantity, fill.fee) for fill in other] == facts
    later = await account.fills(instrument.id, after=report.fills[0].trade_id)
    assert [fill.trade_id for fill in later] == [fill.trade_id for fill in report.fills[1:]]
    after = {balance.asset: balance.total for balance in await account.balances()}
    fees = sum((fill.fee.amount for fill in report.fills if fill.fee and fill.fee.asset == "BTC"), Decimal(0))
    assert report.cost is not None
    assert after["BTC"] - before.get("BTC", Decimal(0)) == report.filled - fees
    assert before["USDT"] - after["USDT"] == report.cost
    await events.until(lambda event: isinstance(event, BalanceUpdate))
    await watching.close()


async def test_a_market_order_can_be_sized_in_quote(market: MarketData, trading: Trading) -> None:
    instrument = (await market.instrument(SYMBOL)).id
    request = OrderRequest(instrument, fresh_id(), Side.BUY, OrderType.MARKET, quote_quantity=Decimal(50))
    report = await trading.place(request)
    assert report.status is OrderStatus.FILLED
    assert report.cost is not None
    assert Decimal(45) < report.cost <= Decimal(50)


async def test_cancel_all_cancels_all_of_one_instrument_and_nothing_is_no_failure(
    market: MarketData, trading: Trading
) -> None:
    instrument = await market.instrument(SYMBOL)
    requests = [await bid_far_below(market, instrument) for _ in range(3)]
    for request in requests:
        await trading.place(request)
    cancelled = await trading.cancel_all(instrument.id)
    assert {report.client_order_id for report in cancelled} >= {request.client_order_id for request in requests}
    assert {report.status for report in cancelled} == {OrderStatus.CANCELED}
    assert list(await trading.cancel_all(instrument.id)) == []


async def test_what_breaks_a_filter_is_refused_with_its_name(market: MarketData, trading: Trading) -> None:
    instrument = await market.instrument(SYMBOL)
    with pytest.raises(InvalidOrder) as refused:
        await trading.place(market_order(instrument.id, Side.BUY, "0.0123456789"))
    assert refused.value.filter in {"LOT_SIZE", ""}
    with pytest.raises(InvalidOrder) as refused:
        await trading.place(await bid_far_below(market, instrument, "0.00001"))
    assert refused.value.filter == "NOTIONAL"


async def test_more_than_the_balance_is_refused(market: MarketData, trading: Trading) -> None:
    instrument = await market.instrument(SYMBOL)
    with pytest.raises(InsufficientFunds):
        await trading.place(await bid_far_below(market, instrument, "10"))


async def test_a_client_id_that_is_still_open_is_a_duplicate(market: MarketData, trading: Trading) -> None:
    instrument = await market.instrument(SYMBOL)
    request = await bid_far_below(market, instrument)
    await trading.place(request)
    with pytest.raises(DuplicateOrder):
        await trading.place(request)
    await trading.cancel(instrument.id, client_order_id=request.client_order_id)


async def test_unknown_orders_are_not_found(market: MarketData, trading: Trading) -> None:
    instrument = (await market.instrument(SYMBOL)).id
    with pytest.raises(OrderNotFound):
        await trading.cancel(instrument, client_order_id=fresh_id())
    with pytest.raises(OrderNotFound):
        await trading.order(instrument, client_order_id=fresh_id())
    with pytest.raises(OrderNotFound):
        await trading.order(instrument, venue_order_id=VenueOrderId("999999999"))


async def test_what_the_venue_does_not_have_is_refused_before_anything_is_sent(
    market: MarketData, trading: Trading
) -> None:
    instrument = await market.instrument(SYMBOL)
    sent: list[int] = []
    request = OrderRequest(instrument.id, fresh_id(), Side.BUY, OrderType.TRAILING, Decimal("0.01"))
    with pytest.raises(Refused):
        await trading.place(request, lambda: sent.append(1))
    assert sent == []
