"""Candles and their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.model.ids import InstrumentId

_SECOND = 1_000_000_000
_SIZES = {
    "s": _SECOND,
    "m": 60 * _SECOND,
    "h": 3600 * _SECOND,
    "d": 86400 * _SECOND,
    "w": 7 * 86400 * _SECOND,
}


class Interval(StrEnum):
    """Candle intervals; case matters (1m is a minute, 1M a month)."""

    S1 = "1s"
    M1 = "1m"
    M3 = "3m"
    M5 = "5m"
    M15 = "15m"
    M30 = "30m"
    H1 = "1h"
    H2 = "2h"
    H4 = "4h"
    H6 = "6h"
    H8 = "8h"
    H12 = "12h"
    D1 = "1d"
    D3 = "3d"
    W1 = "1w"
    MONTH = "1M"

    @property
    def length_ns(self) -> int | None:
        """Length in ns; None for a calendar month."""
        return None if self is Interval.MONTH else int(self.value[:-1]) * _SIZES[self.value[-1]]


@dataclass(frozen=True, slots=True)
class Candle:
    """One bar. Prices in quote, volume in base."""

    instrument: InstrumentId
    interval: Interval
    open_ns: int
    close_ns: int
    """Last ns that belongs to it."""
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    quote_volume: Decimal
    trades: int
    closed: bool
