from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model.candle import Interval
from support.pane_facts import candle, instrument, walk
from tui.widgets.chart.indicators import Indicator
from tui.widgets.chart.model import ChartModel


def model(indicator: Indicator, zoom: int) -> ChartModel:
    made = ChartModel()
    made.open(instrument(), Interval.M1)
    made.indicators = (indicator,)
    made.view.zoom = zoom
    return made


@pytest.mark.parametrize("indicator", Indicator, ids=lambda each: each.value)
@given(
    count=st.integers(1, 70),
    closes=st.lists(st.integers(6_170_000, 6_190_000), min_size=1, max_size=4),
    zoom=st.sampled_from([0, 3, 4, 5]),
)
def test_what_the_youngest_candle_renews_equals_what_all_candles_make(
    indicator: Indicator, count: int, closes: list[int], zoom: int
) -> None:
    history = walk(count)
    live = model(indicator, zoom)
    live.put_history(history)
    assert len(live.bars) > 0
    last = history[-1]
    for close in closes:
        price = Decimal(close).scaleb(-2)
        last = replace(last, close=price, high=max(last.high, price), low=min(last.low, price))
        live.put_candle(last)
        assert live.bars[-1].close == close
    anew = model(indicator, zoom)
    anew.put_history((*history[:-1], last))
    assert live.bars == anew.bars
    assert live.lines == anew.lines


def test_a_closed_candle_and_the_next_one_make_a_new_column() -> None:
    live = model(Indicator.EMA20, 3)
    live.put_history(walk(30))
    before = len(live.bars)
    live.put_candle(candle(1, "61804 61805 61803 61804.50", closed=False))
    assert len(live.bars) == before + 1
    live.put_candle(candle(4, "61804 61805 61803 61804.50", closed=False))
    assert len(live.bars) == before + 4
