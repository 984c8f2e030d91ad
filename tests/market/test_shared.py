"""Shared streams: counted, late listeners served, intervals the venue lacks folded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Retry
from connectors.market.shared import SharedMarket
from connectors.model.candle import Candle, Interval
from connectors.model.ids import InstrumentId, Product, TradeId
from connectors.model.side import Side
from connectors.model.ticker import Ticker
from connectors.model.trade import Trade
from connectors.ports.venue import MarketData
from support.clock import FakeClock

BTC = InstrumentId("binance", Product.SPOT, "BTCUSDT")
MINUTE = 60_000_000_000
START = 1_795_000_200_000_000_000


def candle(number: int, *, close: int = 100, closed: bool = True) -> Candle:
    open_ns = START + number * MINUTE
    price = Decimal(close)
    return Candle(
        BTC, Interval.M1, open_ns, open_ns + MINUTE - 1, price, price, price, price, Decimal(1), price, 2, closed
    )


ONE = Decimal(1)
TICKER = Ticker(BTC, ONE, ONE, ONE, ONE, ONE, ONE, ONE, ONE, None, None, 1)
TRADE = Trade(BTC, TradeId("1"), Decimal(1), Decimal(1), Side.BUY, 1)


class Venue:
    """Counts what it is asked for, and hands out what a test says."""

    def __init__(self) -> None:
        self.open: dict[str, Callable[[Any], None]] = {}
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.fails = False
        self.history: list[Candle] = []

    async def _watch(self, name: str, listener: Callable[[Any], None]) -> Subscribed:
        self.opened.append(name)
        await self.gate.wait()
        if self.fails:
            raise Retry("not now")
        self.open[name] = listener
        return Subscribed(self, name)

    async def watch_ticker(self, _instrument: InstrumentId, listener: Callable[[Any], None]) -> Subscribed:
        return await self._watch("ticker", listener)

    async def watch_trades(self, _instrument: InstrumentId, listener: Callable[[Any], None]) -> Subscribed:
        return await self._watch("trades", listener)

    async def watch_candles(
        self, _instrument: InstrumentId, interval: Interval, listener: Callable[[Any], None]
    ) -> Subscribed:
        return await self._watch(f"candles {interval}", listener)

    async def candles(
        self,
        _instrument: InstrumentId,
        interval: Interval,
        *,
        start_ns: int | None = None,
        end_ns: int | None = None,
        limit: int = 500,
    ) -> Sequence[Candle]:
        rows = [row for row in self.history if start_ns is None or row.open_ns >= start_ns]
        return rows[:limit] if start_ns is not None else rows[-limit:]


class Subscribed:
    def __init__(self, venue: Venue, name: str) -> None:
        self._venue = venue
        self._name = name

    async def close(self) -> None:
        self._venue.closed.append(self._name)


def shared(venue: Venue, clock: FakeClock, native: frozenset[Interval] | None = None) -> SharedMarket:
    market: MarketData = venue  # type: ignore[assignment]  # as much of it as these tests ask
    return SharedMarket(market, clock, native)


async def test_ten_listeners_are_one_stream_and_the_last_ends_it(clock: FakeClock) -> None:
    venue = Venue()
    market = shared(venue, clock)
    got: list[list[Ticker]] = [[] for _ in range(10)]
    subscriptions = [await market.watch_ticker(BTC, one.append) for one in got]
    venue.open["ticker"](TICKER)
    assert all(one == [TICKER] for one in got)
    for subscription in subscriptions[:9]:
        await subscription.close()
        await subscription.close()
    assert (venue.opened, venue.closed) == (["ticker"], [])
    await subscriptions[9].close()
    assert venue.closed == ["ticker"]
    await market.watch_ticker(BTC, got[0].append)
    assert venue.opened == ["ticker", "ticker"]


async def test_listeners_that_come_while_it_is_opened_wait_for_the_same_stream(clock: FakeClock) -> None:
    venue = Venue()
    venue.gate.clear()
    market = shared(venue, clock)
    joining = [asyncio.create_task(market.watch_ticker(BTC, lambda _: None)) for _ in range(3)]
    await asyncio.sleep(0)
    venue.gate.set()
    await asyncio.gather(*joining)
    assert venue.opened == ["ticker"]


async def test_a_late_listener_is_given_the_newest_state_but_no_old_trade(clock: FakeClock) -> None:
    venue = Venue()
    market = shared(venue, clock)
    states: list[Ticker] = []
    trades: list[Any] = []
    await market.watch_ticker(BTC, lambda _: None)
    await market.watch_trades(BTC, lambda _: None)
    venue.open["ticker"](TICKER)
    venue.open["trades"](TRADE)
    await market.watch_ticker(BTC, states.append)
    await market.watch_trades(BTC, trades.append)
    assert (states, trades) == ([TICKER], [])


async def test_a_stream_that_cannot_be_opened_leaves_nobody_behind(clock: FakeClock) -> None:
    venue = Venue()
    venue.fails = True
    market = shared(venue, clock)
    got: list[Ticker] = []
    with pytest.raises(Retry):
        await market.watch_ticker(BTC, got.append)
    venue.fails = False
    await market.watch_ticker(BTC, got.append)
    venue.open["ticker"](TICKER)
    assert got == [TICKER]


async def test_an_interval_the_venue_lacks_is_folded(clock: FakeClock) -> None:
    venue = Venue()
    venue.history = [candle(number, close=100 + number) for number in range(20)]
    market = shared(venue, clock, frozenset({Interval.M1}))
    rows = await market.candles(BTC, Interval.M5, limit=3)
    assert [row.open_ns for row in rows] == [START + number * MINUTE for number in (5, 10, 15)]
    assert [(row.open, row.close, row.volume) for row in rows] == [
        (Decimal(105), Decimal(109), Decimal(5)),
        (Decimal(110), Decimal(114), Decimal(5)),
        (Decimal(115), Decimal(119), Decimal(5)),
    ]


async def test_a_folded_candle_in_progress_counts_each_part_once(clock: FakeClock) -> None:
    venue = Venue()
    venue.history = [candle(0), candle(1), candle(2, closed=False)]
    market = shared(venue, clock, frozenset({Interval.M1}))
    got: list[Candle] = []
    await market.watch_candles(BTC, Interval.M5, got.append)
    put = venue.open["candles 1m"]
    assert got[-1].volume == Decimal(3)
    put(candle(2, close=120, closed=False))
    put(candle(2, close=90))
    put(candle(2, close=90))
    assert (got[-1].high, got[-1].low, got[-1].close, got[-1].volume) == (
        Decimal(100),
        Decimal(90),
        Decimal(90),
        Decimal(3),
    )
    put(candle(3))
    put(replace(candle(4), close=Decimal(77)))
    assert (got[-1].closed, got[-1].close, got[-1].volume) == (True, Decimal(77), Decimal(5))
    put(candle(5, closed=False))
    assert (got[-1].open_ns, got[-1].volume, got[-1].closed) == (START + 5 * MINUTE, Decimal(1), False)
