"""The touch is shared like every stream, and a change of instruments reaches whoever asked through the share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, cast

from connectors.market.shared import SharedMarket
from connectors.model.book import BookLevel, BookState, BookTop
from connectors.model.ids import InstrumentId, Product
from connectors.model.instrument import Economic, Filters, Instrument
from connectors.ports.venue import MarketData
from support.clock import FakeClock

BTC = InstrumentId("binance", Product.SPOT, "BTCUSDT")
TOP = BookTop(BTC, 5, BookLevel(Decimal(1), Decimal(2)), None, BookState.LIVE)
CHANGED = Instrument(BTC, Economic("BTC", "USDT", "USDT"), Filters(Decimal("0.1"), Decimal(1)))


class Venue:
    """Says the touch to the one it opened a stream for."""

    def __init__(self) -> None:
        self.opened = 0
        self.closed = 0
        self.put: Callable[[BookTop], None] = lambda _top: None
        self.told: list[Callable[[Sequence[Instrument]], None]] = []
        self.on_instruments: Callable[[Any], None] = self.told.append

    async def watch_touch(self, _instrument: InstrumentId, listener: Callable[[BookTop], None]) -> Venue:
        self.opened += 1
        self.put = listener
        return self

    async def touch(self, _instrument: InstrumentId) -> BookTop:
        return TOP

    async def average_price(self, _instrument: InstrumentId) -> Decimal:
        return Decimal("9.35")

    async def close(self) -> None:
        self.closed += 1


async def test_one_stream_of_the_touch_serves_all_and_a_late_listener_is_told_at_once() -> None:
    venue = Venue()
    market = SharedMarket(cast("MarketData", venue), FakeClock())
    early: list[BookTop] = []
    late: list[BookTop] = []
    first = await market.watch_touch(BTC, early.append)
    venue.put(TOP)
    second = await market.watch_touch(BTC, late.append)
    assert (early, late, venue.opened) == ([TOP], [TOP], 1)
    await first.close()
    assert venue.closed == 0
    await second.close()
    assert venue.closed == 1


async def test_what_is_asked_and_what_changed_passes_through() -> None:
    venue = Venue()
    market = SharedMarket(cast("MarketData", venue), FakeClock())
    heard: list[Sequence[Instrument]] = []
    market.on_instruments(heard.append)
    venue.told[0]([CHANGED])
    assert heard == [[CHANGED]]
    assert await market.touch(BTC) == TOP
    assert await market.average_price(BTC) == Decimal("9.35")
