"""Averages over candles, and quarter cells to draw them in: exact decimals for the eye, never for an order."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from itertools import pairwise

from connectors.model.candle import Candle
from tui.widgets.chart.scale import Span

QUARTERS = ("⣀⠤⠒⠉", "⡀⠄⠂⠁", "⢀⠠⠐⠈")
"""Glyphs from the lowest quarter of a cell to the highest, for the first, second and third series."""

_ZERO = Decimal(0)

_DEVIATIONS = 2

Values = list[Decimal | None]
"""One value per candle; None until there are enough candles."""


class Indicator(Enum):
    """What can be drawn over the candles; the value is its legend."""

    EMA20 = "EMA20"
    EMA50 = "EMA50"
    SMA20 = "SMA20"
    VWAP = "VWAP"
    BOLLINGER = "BB20"


def values_of(indicator: Indicator, candles: Sequence[Candle]) -> list[Values]:
    """The series an indicator draws; its middle or only one first."""
    if indicator is Indicator.EMA20:
        return [ema(candles, 20)]
    if indicator is Indicator.EMA50:
        return [ema(candles, 50)]
    if indicator is Indicator.SMA20:
        return [sma(candles, 20)]
    if indicator is Indicator.VWAP:
        return [vwap(candles)]
    return bollinger(candles, 20)


def renew(indicator: Indicator, candles: Sequence[Candle], series: list[Values]) -> None:
    """Put the youngest values right after the youngest candle changed; the others still stand."""
    length = _LENGTHS.get(indicator)
    if length is None:
        fresh = values_of(indicator, candles)
    elif indicator in _EXPONENTIAL:
        before = series[0][-2] if len(series[0]) > 1 else None
        if before is None:
            fresh = [ema(candles, length)]
        else:
            fresh = [[before + Decimal(2) / (length + 1) * (candles[-1].close - before)]]
    else:
        fresh = values_of(indicator, candles[-length:])
    for line, values in zip(series, fresh, strict=True):
        line[-1] = values[-1]


_LENGTHS = {Indicator.EMA20: 20, Indicator.EMA50: 50, Indicator.SMA20: 20, Indicator.BOLLINGER: 20}
_EXPONENTIAL = frozenset({Indicator.EMA20, Indicator.EMA50})


def ema(candles: Sequence[Candle], length: int) -> Values:
    """Exponential average of closes, weight 2 ÷ (length + 1), begun with the simple average of the first ``length``."""
    if len(candles) < length:
        return [None] * len(candles)
    weight = Decimal(2) / (length + 1)
    value = sum((candle.close for candle in candles[:length]), _ZERO) / length
    values: Values = [None] * (length - 1) + [value]
    for candle in candles[length:]:
        value += weight * (candle.close - value)
        values.append(value)
    return values


def sma(candles: Sequence[Candle], length: int) -> Values:
    """Simple average of the last ``length`` closes."""
    values: Values = []
    total = _ZERO
    for number, candle in enumerate(candles):
        total += candle.close
        if number >= length:
            total -= candles[number - length].close
        values.append(total / length if number >= length - 1 else None)
    return values


def vwap(candles: Sequence[Candle]) -> Values:
    """Average price weighted by volume since the first candle held: quote volume ÷ base volume."""
    values: Values = []
    quote = base = _ZERO
    for candle in candles:
        quote += candle.quote_volume
        base += candle.volume
        values.append(quote / base if base else None)
    return values


def bollinger(candles: Sequence[Candle], length: int) -> list[Values]:
    """Simple average, and two standard deviations of the closes above and below it."""
    middle = sma(candles, length)
    upper: Values = []
    lower: Values = []
    for number, average in enumerate(middle):
        if average is None:
            upper.append(None)
            lower.append(None)
            continue
        closes = [candle.close for candle in candles[number - length + 1 : number + 1]]
        spread = (sum(((close - average) ** 2 for close in closes), _ZERO) / length).sqrt()
        upper.append(average + _DEVIATIONS * spread)
        lower.append(average - _DEVIATIONS * spread)
    return [middle, upper, lower]


def atr(candles: Sequence[Candle], length: int = 14) -> Decimal | None:
    """Average true range over ``length`` candles by Wilder's smoothing; None until there are enough."""
    ranges = [
        max(now.high - now.low, abs(now.high - before.close), abs(now.low - before.close))
        for before, now in pairwise(candles)
    ]
    if len(ranges) < length:
        return None
    value = sum(ranges[:length], _ZERO) / length
    for width in ranges[length:]:
        value = (value * (length - 1) + width) / length
    return value


def quarter(price: int, span: Span, rows: int, series: int) -> tuple[int, str] | None:
    """Row (0 at the top) and glyph of a price in ticks; None outside the span."""
    at = span.part(price, 4 * rows)
    if not 0 <= at < 4 * rows:
        return None
    return rows - 1 - at // 4, QUARTERS[series % len(QUARTERS)][at % 4]
