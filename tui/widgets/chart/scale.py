"""The price scale in whole ticks: which prices the plot spans, and when it may change.

The picture must not breathe: the span stays until a price leaves it, or until much of it has been unused for a while.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

_PADDING = 16
"""One part in so many of the range is left free at either end, so that the next small extreme fits."""
_UNUSED_PERCENT = 40
_UNUSED_NS = 5_000_000_000
_ORDER_REACH = 4
"""Orders count when they lie within a quarter of the candles' range beyond it."""


def ticks(price: Decimal, tick: Decimal) -> int:
    """A price in ticks, to the nearest one (averages lie between ticks)."""
    return int((price / tick).to_integral_value(ROUND_HALF_EVEN))


@dataclass(frozen=True, slots=True)
class Span:
    """Prices from ``lo`` to ``hi``, both included, in ticks."""

    lo: int
    hi: int

    def part(self, price: int, parts: int) -> int:
        """Which of ``parts`` equal parts a price lies in, 0 at the bottom; outside the span it is not clamped.

        ``(price - lo) * parts // (hi - lo + 1)``: whole numbers only, so that equal prices draw equal rows.
        """
        return (price - self.lo) * parts // (self.hi - self.lo + 1)

    def row(self, price: int, rows: int) -> int | None:
        """Row of a price, 0 at the top; None outside the span."""
        row = rows - 1 - self.part(price, rows)
        return row if 0 <= row < rows else None

    def price_at(self, row: int, rows: int) -> int:
        """A price in the middle of a row."""
        return self.lo + (2 * (rows - 1 - row) + 1) * (self.hi - self.lo + 1) // (2 * rows)

    def holds(self, lo: int, hi: int) -> bool:
        """Whether both prices lie inside."""
        return self.lo <= lo and hi <= self.hi


class ChartScale:
    """The span in use.

    Attributes:
        span: None before the first candle.
    """

    def __init__(self) -> None:
        self.span: Span | None = None
        self._unused_since_ns: int | None = None

    def reset(self) -> None:
        """Fit anew at the next occasion: another instrument, interval, zoom or pan."""
        self.span = None

    def fit(self, lo: int, hi: int, orders: Iterable[int], now_ns: int) -> Span:
        """Follow what is visible.

        Args:
            lo: Lowest low among the visible candles, ticks.
            hi: Highest high.
            orders: Prices of working orders; far ones are left to their axis labels.
            now_ns: Any clock that runs forward.
        """
        reach = max((hi - lo) // _ORDER_REACH, 1)
        for price in orders:
            if lo - reach <= price < lo:
                lo = price
            elif hi < price <= hi + reach:
                hi = price
        if self.span is None or not self.span.holds(lo, hi):
            return self._refit(lo, hi)
        room = self.span.hi - self.span.lo + 1
        if (room - (hi - lo + 1)) * 100 <= room * _UNUSED_PERCENT:
            self._unused_since_ns = None
        elif self._unused_since_ns is None:
            self._unused_since_ns = now_ns
        elif now_ns - self._unused_since_ns >= _UNUSED_NS:
            return self._refit(lo, hi)
        return self.span

    def _refit(self, lo: int, hi: int) -> Span:
        padding = max((hi - lo + 1) // _PADDING, 1)
        self.span = Span(lo - padding, hi + padding)
        self._unused_since_ns = None
        return self.span
