"""What every venue must do (REQUIREMENTS A1, P1), asked of each over real sockets."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

import pytest
import uuid6

from connectors.errors import (
    DuplicateOrder,
    InsufficientFunds,
    InvalidOrder,
    OrderNotFound,
    Refused,
    Unauthorised,
    UnknownInstrument,
)
from connectors.model.book import BookState, BookTop, BookView
from connectors.model.candle import Candle, Interval
from connectors.model.connection import LinkState
from connectors.model.ids import ClientOrderId, InstrumentId, VenueOrderId
from connectors.model.instrument import Instrument, InstrumentStatus
from connectors.model.order import OrderReport, OrderRequest, OrderStatus, OrderType, ReportSource, TimeInForce
from connectors.model.side import Side
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade
from connectors.ports.venue import (
    Account,
    AccountEvent,
    AccountStreamUp,
    BalanceUpdate,
    Connector,
    LiveBook,
    MarketData,
    Trading,
)
from connectors.worker.signers import HmacSigner
from support.heard import Heard
from support.simulator import Simulator

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


# --- connecting


async def test_a_connection_is_live_with_clock_limits_and_epoch(connector: Connector, venue: Simulator) -> None:
    status = connector.status()
    assert status.state is LinkState.LIVE
    assert status.clock_offset_ms is not None
    assert abs(status.clock_offset_ms) < 500
    assert {limit.name for limit in status.limits} >= {"REQUEST_WEIGHT 1M", "ORDERS 10S"}
    assert all(0 <= limit.used <= limit.limit for limit in status.limits)
    assert await connector.epoch() == venue.instance
    assert abs(await connector.server_time_ns() - status.time_ns) < 5_000_000_000


async def test_closing_twice_is_allowed_and_leaves_it_off(made: Callable[..., Connector]) -> None:
    connector = made()
    await connector.connect()
    await connector.close()
    await connector.close()
    assert connector.status().state is LinkState.OFF


async def test_without_a_key_there_is_market_data_and_nothing_else(made: Callable[..., Connector]) -> None:
    connector = made(keyed=False)
    await connector.connect()
    assert connector.trading is None
    assert connector.account is None
    assert (await connector.market.instrument(SYMBOL)).symbol == SYMBOL
    await connector.close()


async def test_a_wrong_secret_is_refused_for_good(venue: Simulator) -> None:
    from connectors import registry
    from connectors.clock import SystemClock

    wrong = registry.create(venue.connection(), HmacSigner(venue.api_key, b"wrong"), SystemClock())
    with pytest.raises(Unauthorised) as refused:
        await wrong.connect()
    assert refused.value.venue == "binance"
    assert wrong.status().state is LinkState.REFUSED
    assert wrong.status().reason == refused.value.sentence
    await wrong.close()


# --- public data


async def test_instruments_are_found_in_any_case(market: MarketData) -> None:
    instrument = await market.instrument(SYMBOL.lower())
    assert instrument in await market.instruments()
    assert (instrument.base, instrument.quote, instrument.status) == ("BTC", "USDT", InstrumentStatus.TRADING)
    assert instrument.filters.tick_size > 0
    assert instrument.filters.step_size > 0


async def test_an_unknown_symbol_is_named(market: MarketData) -> None:
    with pytest.raises(UnknownInstrument, match="NOSUCH"):
        await market.instrument("NOSUCH")


async def test_a_long_range_of_candles_is_paged_without_a_hole(market: MarketData) -> None:
    instrument = (await market.instrument(SYMBOL)).id
    candles = await market.candles(instrument, Interval.M1, limit=2_300)
    assert len(candles) == 2_300
    assert all(one.close_ns + 1 == other.open_ns for one, other in pairwise(candles))
    assert all(candle.low <= min(candle.open, candle.close) for candle in candles)
    assert all(candle.high >= max(candle.open, candle.close) for candle in candles)
    assert [candle.closed for candle in candles[:-1]] == [True] * 2_299


async def test_candles_of_a_span_begin_and_end_where_asked(market: MarketData) -> None:
    instrument = (await market.instrument(SYMBOL)).id
    recent = await market.candles(instrument, Interval.M5, limit=50)
    again = await market.candles(
        instrument, Interval.M5, start_ns=recent[10].open_ns, end_ns=recent[19].open_ns, limit=1_000
    )
    assert list(again) == list(recent[10:20])


async def test_book_ticker_and_trades_fit_together(market: MarketData) -> None:
    instrument = (await market.instrument(SYMBOL)).id
    book = await market.book(instrument, 50)
    bids, asks = [Decimal(price) for price, _ in book.bids], [Decimal(price) for price, _ in book.asks]
    assert len(bids) == len(asks) == 50
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert bids[0] < asks[0]
    ticker = await market.ticker(instrument)
    assert ticker.low <= ticker.last <= ticker.high
    trades = await market.trades(instrument, 20)
    ids = [int(trade.trade_id) for trade in trades]
    assert ids == sorted(ids)


# --- streams


async def test_a_book_goes_live_and_every_update_moves_it_on(market: MarketData) -> None:
    instrument = (await market.instrument(SYMBOL)).id
    seen: Heard[BookTop] = Heard()
    views: list[BookView] = []

    def listen(book: LiveBook) -> None:
        seen(book.top())
        views.append(book.view(20))

    subscription = await market.watch_book(instrument, listen)
    await seen.until(lambda top: top.state is BookState.LIVE)
    begun = len(seen.items)
    await seen.count(begun + 10)
    live = [top for top in seen.items if top.state is BookState.LIVE]
    ids = [top.update_id for top in live]
    assert ids == sorted(set(ids))
    assert all(top.bid and top.ask and top.bid.price < top.ask.price for top in live)
    view = views[-1]
    assert len(view.bids) == len(view.asks) == 20
    assert all(high.price > low.price for high, low in pairwise(view.bids))
    assert all(low.price < high.price for low, high in pairwise(view.asks))
    assert (view.best_bid, view.best_ask) == (seen.items[-1].bid, seen.items[-1].ask)
    await subscription.close()
    await subscription.close()


async def test_trades_candles_and_ticker_stream(market: MarketData) -> None:
    instrument = (await market.instrument(SYMBOL)).id
    trades: Heard[Trade | Gap] = Heard()
    candles: Heard[Candle] = Heard()
    tickers: Heard[Ticker] = Heard()
    subscriptions = [
        await market.watch_trades(instrument, trades),
        await market.watch_candles(instrument, Interval.M1, candles),
        await market.watch_ticker(instrument, tickers),
    ]
    ids = [int(trade.trade_id) for trade in await trades.count(5) if isinstance(trade, Trade)]
    assert ids == list(range(ids[0], ids[0] + 5))
    candle, ticker = (await candles.count(1))[0], (await tickers.count(1))[0]
    assert (candle.instrument, candle.interval, ticker.instrument) == (instrument, Interval.M1, instrument)
    for subscription in subscriptions:
        await subscription.close()


# --- orders


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
