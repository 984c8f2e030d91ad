from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.chart.grid import BODY, EMPTY, FALLING, RISING, WICK, column, halves, sparkline
from tui.widgets.chart.scale import Span
from tui.widgets.chart.series import Bar


def bar(opened: int, high: int, low: int, close: int, *, traded: bool = True) -> Bar:
    return Bar(opened, high, low, close, Decimal(1), 0, 1, traded=traded)


def cell(upper: int, lower: int, *, rising: bool) -> str:
    """One cell of a two-row plot of four prices, whose upper row holds the pair in question."""
    return (RISING if rising else FALLING)[upper][lower]


@pytest.mark.parametrize("rising", [True, False], ids=["up", "down"])
def test_each_pair_of_halves_has_the_glyph_of_the_contract(rising: bool) -> None:
    table = [[cell(upper, lower, rising=rising) for lower in range(3)] for upper in range(3)]
    up = [[" ", "╷", "╻"], ["╵", "│", "╽"], ["╹", "╿", "┃"]]
    down = [[" ", "╷", "▄"], ["╵", "│", "╽"], ["▀", "╿", "█"]]
    assert table == (up if rising else down)


@pytest.mark.parametrize(
    ("prices", "picture"),
    [
        # Eight prices, four rows: each row is two prices, each half one.
        ((2, 7, 0, 5), "│┃┃│"),
        ((5, 7, 0, 2), "│██│"),
        ((1, 6, 1, 6), "╻┃┃╹"),
        ((6, 6, 1, 1), "▄██▀"),
        ((3, 4, 3, 4), " ╻╹ "),
        ((4, 4, 3, 3), " ▄▀ "),
        ((3, 7, 3, 4), "│╽╹ "),
        ((4, 4, 0, 3), " ▄╿│"),
        ((7, 7, 7, 7), "─   "),
        ((3, 6, 1, 3), "╷│┼╵"),
        ((3, 6, 3, 3), "╷│┴ "),
        ((3, 3, 0, 3), "  ┬│"),
    ],
)
def test_candles_are_drawn_in_halves(prices: tuple[int, int, int, int], picture: str) -> None:
    assert column(bar(*prices), Span(0, 7), 4) == picture


def test_an_interval_without_a_trade_is_a_dot_at_the_last_close() -> None:
    assert column(bar(3, 3, 3, 3, traded=False), Span(0, 7), 4) == "  · "
    assert column(bar(9, 9, 9, 9, traded=False), Span(0, 7), 4) == "    "


def test_what_lies_outside_the_span_is_left_out() -> None:
    assert column(bar(2, 20, -5, 5), Span(0, 7), 4) == "│┃┃│"
    assert column(bar(20, 25, 18, 22), Span(0, 7), 4) == "    "


@st.composite
def candles(draw: st.DrawFn) -> tuple[Bar, Span, int]:
    low = draw(st.integers(1, 10**7))
    high = low + draw(st.integers(0, 10**5))
    opened, close = draw(st.integers(low, high)), draw(st.integers(low, high))
    span = Span(low - draw(st.integers(0, 10**5)), high + draw(st.integers(0, 10**5)))
    return bar(opened, high, low, close), span, draw(st.integers(1, 60))


@given(candles())
def test_every_candle_has_a_body_inside_its_wick(case: tuple[Bar, Span, int]) -> None:
    shown, span, rows = case
    filled = halves(shown, span, rows)
    used = [half for half, value in enumerate(filled) if value != EMPTY]
    body = [half for half, value in enumerate(filled) if value == BODY]
    assert body == list(range(body[0], body[-1] + 1))
    assert used == list(range(used[0], used[-1] + 1))
    assert {filled[half] for half in used} <= {WICK, BODY}
    assert used[0] == span.part(shown.low, 2 * rows)
    assert used[-1] == span.part(shown.high, 2 * rows)
    assert len(column(shown, span, rows)) == rows


def test_a_sparkline_runs_from_lowest_to_highest() -> None:
    assert sparkline([1, 2, 3, 4, 5], 5) == "▁▂▃▅▇"
    assert sparkline([7, 7], 4) == "  ▁▁"
    assert sparkline([], 3) == "   "
    assert sparkline([1, 9], 0) == ""
