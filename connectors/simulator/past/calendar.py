"""Where bars begin and end (§4.2): intervals, weeks, months, and the time zone that moves their edges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import gcd

from connectors.model.candle import Interval

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
LEVELS = (DAY, HOUR, 5 * MINUTE, MINUTE, SECOND)
"""Lengths of history's own bars in ms, each a whole number of the next.

Few levels with many parts each: a bar divided in two can meet its average price only by giving one half nearly all
of its volume, and several such divisions in a row leave hours in which nothing trades.
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONDAY = 4 * DAY
"""The first Monday after the epoch, which was a Thursday: weeks are counted from it."""
_DECEMBER = 12


def length(interval: Interval) -> int | None:
    """Length in ms; None for a month."""
    nanos = interval.length_ns
    return None if nanos is None else nanos // 1_000_000


def floor(interval: Interval, time_ms: int, shift_ms: int = 0) -> int:
    """Start of the bar that holds a moment. ``shift_ms`` is the time zone's offset, which moves edges only."""
    local = time_ms + shift_ms
    size = length(interval)
    if size is None:
        moment = _EPOCH + timedelta(milliseconds=local)
        first = datetime(moment.year, moment.month, 1, tzinfo=UTC)
        return _ms(first) - shift_ms
    origin = _MONDAY if interval is Interval.W1 else 0
    return (local - origin) // size * size + origin - shift_ms


def after(interval: Interval, start_ms: int, shift_ms: int = 0) -> int:
    """Start of the next bar, given a bar's start."""
    size = length(interval)
    if size is not None:
        return start_ms + size
    moment = _EPOCH + timedelta(milliseconds=start_ms + shift_ms)
    year, month = (moment.year + 1, 1) if moment.month == _DECEMBER else (moment.year, moment.month + 1)
    return _ms(datetime(year, month, 1, tzinfo=UTC)) - shift_ms


def back(interval: Interval, start_ms: int, count: int, shift_ms: int = 0) -> int:
    """Start of the bar ``count`` bars before one that starts at ``start_ms``."""
    size = length(interval)
    if size is not None:
        return start_ms - count * size
    moment = _EPOCH + timedelta(milliseconds=start_ms + shift_ms)
    months = moment.year * _DECEMBER + moment.month - 1 - count
    year, month = divmod(months, _DECEMBER)
    return _ms(datetime(year, month + 1, 1, tzinfo=UTC)) - shift_ms


def resolution(interval: Interval, shift_ms: int = 0) -> int:
    """The longest of `LEVELS` of which this interval's bars are made up."""
    step = gcd(length(interval) or DAY, abs(shift_ms))
    return next(level for level in LEVELS if step % level == 0)


def cover(start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """(start, length) of the fewest aligned bars of `LEVELS` (days to minutes) that fill a span of whole minutes."""
    found: list[tuple[int, int]] = []
    at = start_ms
    while at < end_ms:
        size = next(level for level in LEVELS if at % level == 0 and at + level <= end_ms)
        found.append((at, size))
        at += size
    return found


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
