"""What a pane of candles shows, and in what order: history before anything that came while it was read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import cast
from uuid import UUID

import pytest

from connectors.model.candle import Candle, Interval
from connectors.model.ids import AccountId, InstrumentId, Product
from connectors.ports.venue import MarketData, Subscription
from connectors.worker import api
from connectors.worker.feeds import CandlesFeed

BTC = InstrumentId("binance", Product.SPOT, "BTCUSDT")
MINUTE_NS = 60_000_000_000


def bar(minute: int, close: str = "100", *, closed: bool = False) -> Candle:
    price = Decimal(close)
    begin = minute * MINUTE_NS
    return Candle(
        instrument=BTC,
        interval=Interval.M1,
        open_ns=begin,
        close_ns=begin + MINUTE_NS - 1,
        open=price,
        high=price,
        low=price,
        close=price,
        volume=Decimal(1),
        quote_volume=price,
        trades=1,
        closed=closed,
    )


class _Market:
    """A stream that speaks while history is still on its way."""

    def __init__(self) -> None:
        self.history: asyncio.Future[Sequence[Candle]] = asyncio.get_running_loop().create_future()
        self.tell: Callable[[Candle], None] = lambda _bar: None

    async def watch_candles(self, _id: InstrumentId, _each: Interval, listener: Callable[[Candle], None]) -> object:
        self.tell = listener
        return object()

    async def candles(self, _id: InstrumentId, _each: Interval, *, limit: int) -> Sequence[Candle]:
        return (await self.history)[-limit:]


class _Pane:
    def __init__(self) -> None:
        self.marks = 0
        self.market = _Market()
        command = api.OpenPane(
            3, AccountId(UUID(int=1)), "BTCUSDT", api.PaneKind.CANDLES, interval=Interval.M1, history=10
        )
        self.feed = CandlesFeed(command, self._mark, self._mark)

    def _mark(self) -> None:
        self.marks += 1

    def open(self) -> asyncio.Future[Subscription]:
        return asyncio.ensure_future(self.feed.start(cast("MarketData", self.market), BTC))


@pytest.fixture
async def pane() -> _Pane:
    return _Pane()


async def test_a_bar_that_comes_while_history_is_read_waits_for_it(pane: _Pane) -> None:
    opening = pane.open()
    await asyncio.sleep(0)
    pane.market.tell(bar(8, "101"))
    assert (pane.feed.take(), pane.marks) == ([], 0)
    pane.market.history.set_result([bar(7, closed=True), bar(8, "100")])
    await opening
    assert pane.feed.take() == [api.CandlesPushed(3, (bar(7, closed=True), bar(8, "101")))]


async def test_after_history_each_bar_is_pushed_as_it_changes(pane: _Pane) -> None:
    pane.market.history.set_result([bar(7)])
    await pane.open()
    pane.feed.take()
    pane.market.tell(bar(7, "99", closed=True))
    pane.market.tell(bar(8, "98"))
    assert pane.feed.take() == [api.CandlePushed(3, bar(7, "99", closed=True)), api.CandlePushed(3, bar(8, "98"))]


async def test_an_instrument_without_history_shows_its_first_bar(pane: _Pane) -> None:
    pane.market.history.set_result([])
    await pane.open()
    pane.feed.take()
    pane.market.tell(bar(8))
    assert pane.feed.take() == [api.CandlePushed(3, bar(8))]
