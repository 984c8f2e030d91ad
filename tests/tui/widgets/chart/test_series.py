from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from support.pane_facts import candle, walk
from tui.widgets.chart.series import CandleSeries, bars, gapless

CENT = Decimal("0.01")


def series() -> CandleSeries:
    held = CandleSeries()
    held.replace(candle(number, "10 12 9 11") for number in range(-3, 1))
    return held


def test_the_candle_in_progress_is_replaced_and_the_next_one_added() -> None:
    held = series()
    assert held.put(candle(0, "10 13 9 12", closed=False)) == 0
    assert held.candles[-1].close == 12
    assert held.put(candle(1, "12 12 12 12")) == 1
    assert len(held.candles) == 5


def test_a_repaired_older_candle_takes_its_place() -> None:
    held = series()
    held.put(candle(-2, "1 1 1 1"))
    assert [each.close for each in held.candles] == [11, 1, 11, 11]
    held.put(candle(-9, "2 2 2 2"))
    assert held.candles[0].close == 2


def test_a_history_older_than_the_candle_in_progress_keeps_it() -> None:
    held = series()
    held.put(candle(1, "11 11 11 11", closed=False))
    held.replace(candle(number, "5 5 5 5") for number in range(-3, 1))
    assert [each.close for each in held.candles] == [5, 5, 5, 5, 11]


def test_columns_are_proportional_to_time() -> None:
    sparse = [candle(-5, "10 12 9 11"), candle(-1, "11 12 10 12"), candle(0, "12 12 12 12")]
    whole = gapless(sparse)
    assert [each.open_ns for each in whole] == [candle(number, "1 1 1 1").open_ns for number in range(-5, 1)]
    assert [each.close for each in whole[1:4]] == [11, 11, 11]
    assert not any(bar.traded for bar in bars(whole, CENT)[1:4])


@given(st.integers(1, 200), st.sampled_from([1, 2, 4, 8, 16]))
def test_folding_keeps_extremes_volume_and_both_ends(count: int, times: int) -> None:
    candles = walk(count)
    folded = bars(candles, CENT, times)
    assert max(bar.high for bar in folded) == max(candle.high for candle in candles) / CENT
    assert min(bar.low for bar in folded) == min(candle.low for candle in candles) / CENT
    assert sum(bar.volume for bar in folded) == sum(candle.volume for candle in candles)
    assert folded[0].open == candles[0].open / CENT
    assert folded[-1].close == candles[-1].close / CENT
    assert all(bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high for bar in folded)


def test_folded_columns_keep_their_candles_while_new_ones_come() -> None:
    candles = walk(40)
    before = bars(candles[:-1], CENT, 4)
    after = bars(candles, CENT, 4)
    assert after[: len(before) - 1] == before[:-1]
