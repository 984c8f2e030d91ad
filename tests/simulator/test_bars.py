from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.model.candle import Interval
from connectors.simulator.past import calendar
from connectors.simulator.past.bars import Bar, flat, merge, share, split
from connectors.simulator.past.calendar import DAY, HOUR, MINUTE, cover


@st.composite
def whole_bars(draw: st.DrawFn) -> Bar:
    low = draw(st.integers(1, 10_000))
    high = low + draw(st.integers(0, 500))
    prices = st.integers(low, high)
    bought, sold = draw(st.integers(0, 5000)), draw(st.integers(0, 5000))
    return Bar(
        draw(prices),
        high,
        low,
        draw(prices),
        bought,
        sold,
        draw(st.integers(low * bought, high * bought)),
        draw(st.integers(low * sold, high * sold)),
        draw(st.integers(0, 3000)),
    )


@given(whole_bars(), st.sampled_from([2, 3, 5, 60]), st.integers())
@example(Bar(1, 4, 1, 1, 1, 0, 2, 0, 0), 60, 0)
def test_parts_join_to_exactly_the_whole_and_each_is_a_possible_bar(bar: Bar, count: int, seed: int) -> None:
    parts = split(bar, count, Random(seed))
    assert len(parts) == count
    assert merge(parts) == bar
    assert all(before.close == after.open for before, after in pairwise(parts))
    for part in parts:
        assert part.low <= min(part.open, part.close) <= max(part.open, part.close) <= part.high
        assert part.low * part.buy_lots <= part.buy_units <= part.high * part.buy_lots
        assert part.low * part.sell_lots <= part.sell_units <= part.high * part.sell_lots
        assert part.trades >= 0


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_shares_are_whole_and_add_up(total: int, weights: list[int]) -> None:
    shares = share(total, weights)
    assert sum(shares) == total
    assert min(shares) >= 0


def test_a_trade_moves_close_and_extremes_and_counts_for_who_took() -> None:
    bar = flat(100).traded(105, 2, buyer_took=True).traded(98, 3, buyer_took=False)
    assert bar == Bar(100, 105, 98, 98, 2, 3, 210, 294, 2)
    assert merge([]) is None


def test_a_span_is_covered_by_few_aligned_bars_without_a_hole() -> None:
    start, end = 19 * DAY + 5 * HOUR + 7 * MINUTE, 23 * DAY + 13 * HOUR + 21 * MINUTE
    places = cover(start, end)
    assert places[0][0] == start
    assert all(at + size == after for (at, size), (after, _) in pairwise(places))
    assert sum(size for _, size in places) == end - start
    assert all(at % size == 0 for at, size in places)
    assert len(places) < 60


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    thursday = 1_893_553_445_000 + DAY  # 2030-01-03
    assert calendar.floor(Interval.W1, thursday) == 1_893_456_000_000 - DAY  # Monday 2029-12-31
    assert calendar.floor(Interval.MONTH, thursday) == 1_893_456_000_000
    assert calendar.after(Interval.MONTH, 1_893_456_000_000) == 1_893_456_000_000 + 31 * DAY
    assert calendar.back(Interval.MONTH, 1_893_456_000_000, 13) == 1_893_456_000_000 - (365 + 31) * DAY


@pytest.mark.parametrize("seed", range(20))
def test_no_minute_of_a_busy_day_is_empty_and_no_hour_holds_most_of_it(seed: int) -> None:
    """A chart of the past looks like a market: trading is spread, though not evenly."""
    day = Bar(6_180_000, 6_260_000, 6_120_000, 6_210_000, 2_000_000_000, 2_100_000_000, 0, 0, 2_000_000)
    average = (day.open + day.high + day.low + day.close) // 4
    day = day._replace(buy_units=day.buy_lots * average, sell_units=day.sell_lots * average)
    hours = split(day, 24, Random(seed))
    assert max(hour.lots for hour in hours) < day.lots / 3
    fives = split(max(hours, key=lambda hour: hour.lots), 12, Random(seed))
    assert all(five.lots for hour in hours for five in split(hour, 12, Random(seed)))
    assert all(minute.lots for five in fives for minute in split(five, 5, Random(seed)))
