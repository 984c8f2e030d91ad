"""Candles of any span and length: long ranges fetched in pages, larger intervals folded from smaller ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace

from connectors.model.candle import Candle, Interval

_DAY_NS = 86_400_000_000_000
_MONDAY_NS = 4 * _DAY_NS
"""1970-01-01 was a Thursday; weeks begin on Mondays."""

Page = Callable[[int | None, int | None, int], Awaitable[Sequence[Candle]]]
"""(start_ns, end_ns, limit) → candles, oldest first: from the start if one is given, else the newest to the end."""


async def paged(
    page: Page, *, start_ns: int | None, end_ns: int | None, limit: int, page_size: int
) -> tuple[Candle, ...]:
    """Fetch up to ``limit`` candles in pages of at most ``page_size``.

    With a start, forward from it; without, backward from the end (or from now).

    Args:
        page: Fetches one page.
        start_ns: Open time of the oldest, or None for the newest ones.
        end_ns: Open time the newest may have, or None.
        limit: How many at most.
        page_size: What the venue gives at once.

    Returns:
        Candles, oldest first, none twice.
    """
    found: dict[int, Candle] = {}
    low, high = start_ns, end_ns
    while len(found) < limit:
        size = min(page_size, limit - len(found))
        rows = await page(low, high, size)
        fresh = [row for row in rows if row.open_ns not in found]
        found.update((row.open_ns, row) for row in fresh)
        if len(rows) < size or not fresh:
            break
        if start_ns is not None:
            low = rows[-1].close_ns + 1
            if high is not None and low > high:
                break
        else:
            high = rows[0].open_ns - 1
    ordered = [found[open_ns] for open_ns in sorted(found)]
    return tuple(ordered[:limit] if start_ns is not None else ordered[-limit:])


def bucket_ns(open_ns: int, interval: Interval) -> int:
    """Open time of the candle of ``interval`` that a moment belongs to; UTC, weeks from Monday.

    Raises:
        ValueError: A month has no fixed length and is not aggregated.
    """
    length = interval.length_ns
    if length is None:
        raise ValueError("months have no fixed length")
    origin = _MONDAY_NS if interval is Interval.W1 else 0
    return (open_ns - origin) // length * length + origin


def base_of(interval: Interval, native: Iterable[Interval]) -> Interval | None:
    """The largest native interval that ``interval`` is a whole number of; None when there is none."""
    length = interval.length_ns
    if length is None:
        return None
    fitting = [base for base in native if base.length_ns is not None and length % base.length_ns == 0]
    return max((base for base in fitting if base is not interval), key=lambda base: base.length_ns or 0, default=None)


def folded(candles: Iterable[Candle], interval: Interval) -> tuple[Candle, ...]:
    """Aggregate candles, oldest first, into larger ones. A bucket is closed when its last part is."""
    out: list[Candle] = []
    for part in candles:
        if out and out[-1].open_ns == bucket_ns(part.open_ns, interval):
            out[-1] = join(out[-1], part)
        else:
            out.append(first(part, interval))
    return tuple(out)


def first(part: Candle, interval: Interval) -> Candle:
    """The larger candle as its first known part makes it."""
    open_ns = bucket_ns(part.open_ns, interval)
    close_ns = open_ns + (interval.length_ns or 0) - 1
    return replace(
        part,
        interval=interval,
        open_ns=open_ns,
        close_ns=close_ns,
        closed=part.closed and part.close_ns == close_ns,
    )


def join(whole: Candle, part: Candle) -> Candle:
    """A larger candle with one more, later part."""
    return replace(
        whole,
        high=max(whole.high, part.high),
        low=min(whole.low, part.low),
        close=part.close,
        volume=whole.volume + part.volume,
        quote_volume=whole.quote_volume + part.quote_volume,
        trades=whole.trades + part.trades,
        closed=part.closed and part.close_ns == whole.close_ns,
    )
