"""What every venue must do (REQUIREMENTS A1, P1), asked of each over real sockets."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

import pytest

from connectors.errors import (
    Unauthorised,
    UnknownInstrument,
)
from connectors.model.book import BookState, BookTop, BookView
from connectors.model.candle import Candle, Interval
from connectors.model.connection import LinkState
from connectors.model.instrument import InstrumentStatus
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade
from connectors.ports.venue import (
    Connector,
    LiveBook,
    MarketData,
)
from connectors.wire.signers import HmacSigner
from support.heard import Heard
from support.simulator import Simulator

pytestmark = pytest.mark.peers

SYMBOL = "BTCUSDT"


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
