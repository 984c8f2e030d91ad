"""The candles a chart holds, and the columns it makes of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from connectors.model.candle import Candle
from tui.widgets.chart.scale import ticks

_MOST = 5_000
"""Candles kept; older ones are forgotten."""
_MOST_MISSING = 2_000
"""Intervals without a candle that are filled in a row: beyond, time is folded."""
_ZERO = Decimal(0)


class Bar(NamedTuple):
    """One column: prices in ticks, volume in base units."""

    open: int
    high: int
    low: int
    close: int
    volume: Decimal
    open_ns: int
    close_ns: int
    traded: bool = True
    progress: bool = False
    """Not closed yet: drawn bold."""

    @property
    def rising(self) -> bool:
        """Whether it closed at or above its opening."""
        return self.close >= self.open


class CandleSeries:
    """Candles of one instrument and interval, oldest first, each opening time once."""

    def __init__(self) -> None:
        self._candles: list[Candle] = []
        self.version = 0
        """Raised by every change, for caches."""
        self.older_version = 0
        """Raised by every change but one of the youngest candle: what is made of the others still stands."""

    @property
    def candles(self) -> Sequence[Candle]:
        """Oldest first."""
        return self._candles

    def replace(self, candles: Iterable[Candle]) -> None:
        """Take a history in place of what was there; a younger candle in progress that is already known stays."""
        last = self._candles[-1] if self._candles else None
        by_time = {candle.open_ns: candle for candle in candles}
        self._candles = [by_time[open_ns] for open_ns in sorted(by_time)][-_MOST:]
        self._changed()
        same = last is not None and self._candles and _same_stream(last, self._candles[-1])
        if same and last is not None and last.open_ns > self._candles[-1].open_ns:
            self._candles.append(last)

    def put(self, candle: Candle) -> int:
        """Take one candle: the one in progress, its close, or a repaired older one.

        Returns:
            By how many candles the series grew at its young end.
        """
        if self._candles and candle.open_ns == self._candles[-1].open_ns and _same_stream(self._candles[-1], candle):
            self._candles[-1] = candle
            self.version += 1
            return 0
        self._changed()
        if self._candles and not _same_stream(self._candles[-1], candle):
            self._candles = [candle]
            return 0
        if not self._candles or candle.open_ns > self._candles[-1].open_ns:
            self._candles.append(candle)
            del self._candles[:-_MOST]
            return 1
        at = bisect_left(self._candles, candle.open_ns, key=lambda each: each.open_ns)
        if self._candles[at].open_ns == candle.open_ns:
            self._candles[at] = candle
        else:
            self._candles.insert(at, candle)
        return 0

    def clear(self) -> None:
        """Forget everything."""
        self._candles = []
        self._changed()

    def _changed(self) -> None:
        self.version += 1
        self.older_version += 1


def _same_stream(one: Candle, other: Candle) -> bool:
    return one.instrument == other.instrument and one.interval is other.interval


def gapless(candles: Sequence[Candle]) -> list[Candle]:
    """Fill intervals without a candle with flat ones at the last close, so that columns are proportional to time."""
    filled: list[Candle] = []
    length_ns = candles[0].interval.length_ns if candles else None
    for candle in candles:
        if filled and length_ns and candle.open_ns - filled[-1].open_ns > length_ns:
            before = filled[-1]
            missing = min((candle.open_ns - before.open_ns) // length_ns - 1, _MOST_MISSING)
            filled += [_flat(before, before.open_ns + number * length_ns) for number in range(1, missing + 1)]
        filled.append(candle)
    return filled


def _flat(before: Candle, open_ns: int) -> Candle:
    close = before.close
    length_ns = before.close_ns - before.open_ns
    return replace(
        before,
        open_ns=open_ns,
        close_ns=open_ns + length_ns,
        open=close,
        high=close,
        low=close,
        volume=_ZERO,
        quote_volume=_ZERO,
        trades=0,
        closed=True,
    )


def bars(candles: Sequence[Candle], tick: Decimal, times: int = 1) -> list[Bar]:
    """Columns of ``times`` candles each.

    Groups are aligned to time, not to the young end: a column keeps its candles while new ones come.
    """
    if not candles:
        return []
    length_ns = (candles[0].interval.length_ns or 0) * times
    result: list[Bar] = []
    group: list[Candle] = []
    for candle in candles:
        if group and (length_ns == 0 or candle.open_ns // length_ns != group[0].open_ns // length_ns):
            result.append(bar_of(group, tick))
            group = []
        group.append(candle)
    result.append(bar_of(group, tick))
    return result


def last_bar(candles: Sequence[Candle], tick: Decimal, bar: Bar) -> Bar:
    """The youngest column again, after its youngest candle changed."""
    at = len(candles) - 1
    while at > 0 and candles[at - 1].open_ns >= bar.open_ns:
        at -= 1
    return bar_of(candles[at:], tick)


def bar_of(group: Sequence[Candle], tick: Decimal) -> Bar:
    """One column of some candles, oldest first."""
    first, last = group[0], group[-1]
    return Bar(
        ticks(first.open, tick),
        ticks(max(each.high for each in group), tick),
        ticks(min(each.low for each in group), tick),
        ticks(last.close, tick),
        sum((each.volume for each in group), _ZERO),
        first.open_ns,
        last.close_ns,
        traded=any(each.volume or each.trades for each in group),
        progress=not last.closed,
    )
