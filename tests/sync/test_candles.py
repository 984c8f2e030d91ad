"""Candles: paging without a hole or a double, folding without losing a digit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model.candle import Candle, Interval
from connectors.model.ids import InstrumentId, Product
from connectors.sync.candles import base_of, bucket_ns, folded, paged

BTC = InstrumentId("binance", Product.SPOT, "BTCUSDT")
MINUTE = 60_000_000_000
START = 1_795_000_200_000_000_000
"""On a boundary of five minutes."""


def candle(number: int, *, closed: bool = True) -> Candle:
    price = Decimal(100 + number % 7)
    return Candle(
        instrument=BTC,
        interval=Interval.M1,
        open_ns=START + number * MINUTE,
        close_ns=START + (number + 1) * MINUTE - 1,
        open=price,
        high=price + 2,
        low=price - 2,
        close=price + 1,
        volume=Decimal("0.1"),
        quote_volume=Decimal("10.01"),
        trades=3,
        closed=closed,
    )


class Venue:
    """History of 5,000 minutes, given in pages."""

    def __init__(self) -> None:
        self.rows = [candle(number) for number in range(5_000)]
        self.asked: list[int] = []

    async def page(self, low: int | None, high: int | None, size: int) -> Sequence[Candle]:
        self.asked.append(size)
        rows = [
            row for row in self.rows if (low is None or row.open_ns >= low) and (high is None or row.open_ns <= high)
        ]
        return rows[:size] if low is not None else rows[-size:]


@given(
    low=st.none() | st.integers(-100, 5_100),
    span=st.none() | st.integers(0, 5_100),
    limit=st.integers(1, 6_000),
    page_size=st.integers(100, 1_000),
)
async def test_pages_join_into_what_one_answer_would_have_been(
    low: int | None, span: int | None, limit: int, page_size: int
) -> None:
    venue = Venue()
    start = None if low is None else START + low * MINUTE
    end = None if span is None else START + ((low or 0) + span) * MINUTE
    whole = await venue.page(start, end, limit)
    venue.asked.clear()
    got = await paged(venue.page, start_ns=start, end_ns=end, limit=limit, page_size=page_size)
    assert list(got) == list(whole)
    assert max(venue.asked) <= page_size
    assert len(venue.asked) <= limit // page_size + 2


def test_folding_keeps_every_digit() -> None:
    rows = [candle(number) for number in range(4, 14)]
    first, second, third = folded(rows, Interval.M5)
    assert [row.open_ns for row in (first, second, third)] == [
        bucket_ns(START + n * MINUTE, Interval.M5) for n in (4, 5, 10)
    ]
    part = rows[1:6]
    assert (second.open, second.close) == (part[0].open, part[-1].close)
    assert (second.high, second.low) == (max(row.high for row in part), min(row.low for row in part))
    assert (second.volume, second.quote_volume, second.trades) == (Decimal("0.5"), Decimal("50.05"), 15)
    assert [row.closed for row in (first, second, third)] == [True, True, False]
    assert second.close_ns - second.open_ns + 1 == 5 * MINUTE


@given(st.integers(0, 4_000_000_000_000_000_000), st.sampled_from([i for i in Interval if i is not Interval.MONTH]))
def test_every_moment_lies_in_the_bucket_that_begins_before_it(moment: int, interval: Interval) -> None:
    begin = bucket_ns(moment, interval)
    assert interval.length_ns is not None
    assert 0 <= moment - begin < interval.length_ns


def test_weeks_begin_on_mondays_and_months_are_not_folded() -> None:
    monday_ns = 1_794_787_200_000_000_000
    assert bucket_ns(monday_ns, Interval.W1) == monday_ns
    assert bucket_ns(monday_ns - 1, Interval.W1) < monday_ns
    with pytest.raises(ValueError, match="months"):
        bucket_ns(monday_ns, Interval.MONTH)


def test_the_largest_fitting_interval_is_folded_from() -> None:
    native = frozenset({Interval.M1, Interval.M5, Interval.H1, Interval.MONTH})
    assert base_of(Interval.M15, native) is Interval.M5
    assert base_of(Interval.H4, native) is Interval.H1
    assert base_of(Interval.M3, native) is Interval.M1
    assert base_of(Interval.S1, native) is None
    assert base_of(Interval.MONTH, native) is None
