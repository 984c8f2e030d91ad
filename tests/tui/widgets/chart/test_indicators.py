from __future__ import annotations

from decimal import Decimal

import pytest

from support.pane_facts import candle, walk
from tui.widgets.chart.indicators import Indicator, atr, bollinger, ema, quarter, sma, values_of, vwap
from tui.widgets.chart.scale import Span

RISING = [candle(number, f"{n} {n + 2} {n - 1} {n + 1}") for number, n in enumerate(range(10, 16))]


def test_an_average_starts_when_there_are_enough_candles() -> None:
    assert ema(RISING, 3)[:3] == [None, None, Decimal(12)]
    assert sma(RISING, 3) == [None, None, 12, 13, 14, 15]
    assert ema(RISING[:2], 3) == [None, None]


def test_an_exponential_average_follows_its_formula() -> None:
    closes = [each.close for each in RISING]
    expected = sum(closes[:3], Decimal(0)) / 3
    for close in closes[3:]:
        expected += (close - expected) / 2
    assert ema(RISING, 3)[-1] == expected


def test_vwap_is_quote_by_base_and_unknown_without_volume() -> None:
    quiet = candle(0, "10 10 10 10", "0")
    assert vwap([quiet, candle(1, "10 12 9 11", "2"), candle(2, "11 14 11 14", "1")]) == [None, 11, 12]


def test_bollinger_bands_lie_two_deviations_apart() -> None:
    middle, upper, lower = bollinger(RISING, 3)
    assert middle[2] == 12
    assert upper[1] is None
    assert lower[1] is None
    assert upper[2] is not None
    assert lower[2] is not None
    assert upper[2] - 12 == 12 - lower[2]
    assert abs((upper[2] - 12) ** 2 - 4 * Decimal(2) / 3) < Decimal("1e-20")


def test_the_true_range_counts_a_jump_between_candles() -> None:
    jump = [candle(0, "10 11 9 10"), candle(1, "20 21 19 20"), candle(2, "20 21 19 20")]
    assert atr(jump, 2) == (Decimal(11) + Decimal(2)) / 2
    assert atr(jump, 3) is None


@pytest.mark.parametrize("indicator", Indicator, ids=lambda each: each.value)
def test_every_indicator_gives_one_value_per_candle(indicator: Indicator) -> None:
    candles = walk(60)
    assert all(len(values) == 60 for values in values_of(indicator, candles))


def test_quarter_cells_rise_with_the_price() -> None:
    span = Span(0, 7)
    glyphs = [quarter(price, span, 2, 0) for price in range(8)]
    assert glyphs == [(row, glyph) for row in (1, 0) for glyph in "⣀⠤⠒⠉"]
    assert quarter(8, span, 2, 0) is None
    assert quarter(0, span, 2, 1) == (1, "⡀")
