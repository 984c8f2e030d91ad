"""A venue that has candles and counts what it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from connectors.model.candle import Candle, Interval
from connectors.model.ids import InstrumentId

BTC = InstrumentId.parse("binance.spot:BTCUSDT")
MINUTE = 60_000_000_000


def candle(minute: int, *, closed: bool = True, price: str = "100.50") -> Candle:
    """The candle of one minute since the epoch."""
    return Candle(
        instrument=BTC,
        interval=Interval.M1,
        open_ns=minute * MINUTE,
        close_ns=(minute + 1) * MINUTE - 1,
        open=Decimal(price),
        high=Decimal("101.00"),
        low=Decimal("99.0"),
        close=Decimal("100") + minute,
        volume=Decimal("1.2300"),
        quote_volume=Decimal("123.45"),
        trades=minute % 7,
        closed=closed,
    )


class CandleVenue:
    """Candles from minute ``first`` to the one in progress."""

    def __init__(self, first: int, now: int) -> None:
        self.first = first
        self.now = now
        self.price = "100.50"
        self.asked: list[tuple[int | None, int | None, int]] = []
        self.told = 0

    async def fetch(self, start_ns: int | None, end_ns: int | None, limit: int) -> Sequence[Candle]:
        """As `connectors.ports.venue.MarketData.candles`."""
        self.asked.append((start_ns, end_ns, limit))
        minutes = [
            minute
            for minute in range(self.first, self.now + 1)
            if (start_ns is None or minute * MINUTE >= start_ns) and (end_ns is None or minute * MINUTE <= end_ns)
        ]
        chosen = minutes[-limit:] if start_ns is None else minutes[:limit]
        found = [self.candle(minute) for minute in chosen]
        self.told += len(found)
        return found

    def candle(self, minute: int) -> Candle:
        return replace(candle(minute, price=self.price), closed=minute < self.now)
