"""The two axes: round prices and claimed prices at the right, round times at the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from decimal import Decimal

from tui.format.numbers import fixed
from tui.format.times import NANOS, clock, clock_short, day_month, moment
from tui.styles.palette import Ink
from tui.widgets.chart.scale import Span
from tui.widgets.line import DIM, PLAIN, Run, right

_ROWS_BETWEEN = 3
_COLUMNS_BETWEEN = 10
_NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5))
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_TIME_STEPS = (
    1, 5, 10, 15, 30,
    _MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE,
    _HOUR, 2 * _HOUR, 3 * _HOUR, 4 * _HOUR, 6 * _HOUR, 12 * _HOUR,
    _DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY, 91 * _DAY, 364 * _DAY,
)  # fmt: skip  # one row per unit reads better


@dataclass(frozen=True, slots=True)
class Claim:
    """A price that owns a row of the axis.

    Attributes:
        price: In ticks.
        letter: What stands before the label: ``B``, ``S``, ``E``, ``s↓``, ``L``, or ``◀`` for the last price.
        rank: 0 wins a row against 1, and so on; a loser moves by one row, or goes.
        ink: How the label is meant.
        text: The label when it is not the price itself.
    """

    price: int
    letter: str
    rank: int
    ink: Ink = PLAIN
    text: str = ""


def price_step(span: Span, rows: int, tick: Decimal) -> int:
    """Distance of two round labels in ticks: 1 · 2 · 2.5 · 5 × 10ⁿ quote units, with at least three rows between."""
    least = -(-(span.hi - span.lo + 1) * _ROWS_BETWEEN // max(rows, 1))
    exponent = (least * tick).adjusted() - 1
    for power in range(exponent, exponent + 4):
        for nice in _NICE:
            step = nice.scaleb(power) / tick
            if step >= max(least, 1) and step == step.to_integral_value():
                return int(step)
    return max(least, 1)


def round_prices(span: Span, rows: int, tick: Decimal) -> list[int]:
    """Round prices inside the span, in ticks, lowest first."""
    step = price_step(span, rows, tick)
    first = -(-span.lo // step) * step
    return list(range(first, span.hi + 1, step))


def axis_width(span: Span, tick: Decimal, decimals: int) -> int:
    """Cells of the price axis: the longest label and one before it."""
    return max(len(fixed(price * tick, decimals)) for price in (span.lo, span.hi)) + 1


def price_axis(span: Span, rows: int, tick: Decimal, decimals: int, claims: Sequence[Claim]) -> list[Run]:
    """One label or blank per row, top first.

    Claims take their rows in order of rank; round prices take what is left, away from claimed neighbours' own prices.
    """
    width = axis_width(span, tick, decimals)
    labels: dict[int, Run] = {}
    owners: dict[int, int] = {}
    for claim in sorted(claims, key=lambda each: each.rank):
        row = span.row(claim.price, rows)
        if row is None:
            continue
        # A loser moves to the side it lies on, so that labels stay in the order of their prices.
        aside = row - 1 if claim.price >= owners.get(row, claim.price) else row + 1
        free = next((at for at in (row, aside) if 0 <= at < rows and at not in labels), None)
        if free is not None:
            owners[free] = claim.price
            text = claim.text or fixed(claim.price * tick, decimals)
            labels[free] = (claim.letter + right(text, width - len(claim.letter)), claim.ink)
    for price in round_prices(span, rows, tick):
        row = span.row(price, rows)
        if row is not None and row not in labels:
            labels[row] = (right(fixed(price * tick, decimals), width), DIM)
    return [labels.get(row, (" " * width, DIM)) for row in range(rows)]


def time_step(interval_s: int, pitch: int) -> int:
    """Seconds between two time labels, so that they are at least ten columns apart."""
    least = -(-_COLUMNS_BETWEEN * interval_s // max(pitch, 1))
    return next((step for step in _TIME_STEPS if step >= least), _TIME_STEPS[-1])


def time_axis(columns: Sequence[int | None], interval_s: int, pitch: int, zone: tzinfo = UTC) -> str:
    """Labels under the columns.

    Args:
        columns: Opening time of the candle in each column, ns; None where no candle is.
        interval_s: Seconds per candle.
        pitch: Columns per candle.
        zone: For the labels and for what counts as a round time.
    """
    step_s = time_step(interval_s, pitch)
    cells = [" "] * len(columns)
    day_before = ""
    free_from = 0
    for at, open_ns in enumerate(columns):
        if open_ns is None:
            continue
        local = moment(open_ns, zone)
        offset = (local.utcoffset() if local is not None else None) or timedelta()
        if (open_ns // NANOS + int(offset.total_seconds())) % step_s >= interval_s:
            continue
        day = day_month(open_ns, zone)
        text = day if step_s >= _DAY or (day_before and day != day_before) else _time_text(open_ns, step_s, zone)
        day_before = day
        start = at - len(text) // 2
        if start >= free_from and start + len(text) <= len(cells):
            cells[start : start + len(text)] = text
            free_from = start + len(text) + 1
    return "".join(cells)


def _time_text(time_ns: int, step_s: int, zone: tzinfo) -> str:
    return clock(time_ns, zone) if step_s < _MINUTE else clock_short(time_ns, zone)
