from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from support.pane_facts import NANOS
from tui.widgets.chart.scale import ChartScale, Span, ticks


def test_the_span_stays_while_prices_move_inside_it() -> None:
    scale = ChartScale()
    first = scale.fit(1000, 2000, (), 0)
    assert scale.fit(1010, 1990, (), NANOS) is first
    assert scale.fit(990, 2030, (), 2 * NANOS) is first


def test_the_span_is_fitted_anew_when_a_price_leaves_it() -> None:
    scale = ChartScale()
    first = scale.fit(1000, 2000, (), 0)
    second = scale.fit(1000, 2500, (), 0)
    assert second.hi > first.hi
    assert second.holds(1000, 2500)


def test_much_unused_room_is_given_up_only_after_five_seconds() -> None:
    scale = ChartScale()
    first = scale.fit(1000, 2000, (), 0)
    assert scale.fit(1400, 1600, (), NANOS) is first
    assert scale.fit(1400, 1600, (), 5 * NANOS) is first
    assert scale.fit(1000, 2000, (), 5 * NANOS + 1) is first
    assert scale.fit(1400, 1600, (), 6 * NANOS) is first
    assert scale.fit(1400, 1600, (), 11 * NANOS) is not first


def test_orders_near_the_candles_are_shown_and_far_ones_are_not() -> None:
    near = ChartScale().fit(1000, 2000, (2200, 900), 0)
    assert near.holds(900, 2200)
    far = ChartScale().fit(1000, 2000, (9000,), 0)
    assert far.hi < 2300


@given(st.integers(1, 10**9), st.integers(0, 10**6), st.integers(1, 100))
def test_parts_rise_with_price_and_fill_the_height(lo: int, room: int, parts: int) -> None:
    span = Span(lo, lo + room)
    assert span.part(lo, parts) == 0
    assert 0 <= span.part(lo + room, parts) < parts
    assert span.part(lo - 1, parts) < 0
    assert span.part(lo + room + 1, parts) == parts


@given(st.integers(1, 10**9), st.integers(100, 10**6), st.integers(1, 50), st.data())
def test_the_price_of_a_row_lies_in_that_row(lo: int, room: int, rows: int, data: st.DataObject) -> None:
    span = Span(lo, lo + room)
    row = data.draw(st.integers(0, rows - 1))
    assert span.row(span.price_at(row, rows), rows) == row


def test_averages_between_ticks_go_to_the_nearest() -> None:
    assert ticks(Decimal("61804.014"), Decimal("0.01")) == 6_180_401
    assert ticks(Decimal("61804.016"), Decimal("0.01")) == 6_180_402
