"""Tickers: 24-hour statistics and the touch."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.model.ids import InstrumentId


@dataclass(frozen=True, slots=True)
class Ticker:
    """Rolling 24-hour statistics of one instrument."""

    instrument: InstrumentId
    last: Decimal
    open: Decimal
    high: Decimal
    low: Decimal
    volume: Decimal
    """Base units."""
    quote_volume: Decimal
    change: Decimal
    change_percent: Decimal
    bid: Decimal | None
    """None where the venue's ticker has no touch (Bybit spot, Binance futures)."""
    ask: Decimal | None
    time_ns: int
