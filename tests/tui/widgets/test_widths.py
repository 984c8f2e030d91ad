"""Every pane, at any width, with whatever a venue may call its instruments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model.book import BookState
from connectors.model.candle import Interval
from connectors.model.order import OrderStatus
from connectors.model.side import Side
from connectors.model.trade import Gap
from support.pane_facts import BTC, NANOS, T0, book, instrument, order, position, trade, walk
from tui.widgets.chart import Chart
from tui.widgets.chart.marks import ChartMarks
from tui.widgets.depth import DepthProfile
from tui.widgets.holdings import PositionFacts, PositionsTable
from tui.widgets.ladder import Ladder
from tui.widgets.line import Line, text_of, width_of
from tui.widgets.orders import OrdersTable
from tui.widgets.orders_pane import OrdersPane
from tui.widgets.pane import LinePane
from tui.widgets.rows import TickerRow
from tui.widgets.tape import Tape
from tui.widgets.watchlist import Watchlist

ORDERS = (
    order(3),
    order(4, Side.SELL, "0.0200001", "61812"),
    order(5, status=OrderStatus.UNKNOWN, price="61799"),
    order(6, status=OrderStatus.PARTIALLY_FILLED, filled=Decimal("0.006"), price="61798.55"),
    order(7, Side.SELL, "123456.789", "61900"),
)


def ladder(state: BookState = BookState.LIVE) -> Ladder:
    pane = Ladder(label="demo")
    pane.set_instrument(instrument())
    pane.put_book(book(state=state))
    pane.put_orders(ORDERS)
    pane.put_position(position())
    pane.put_trade(trade())
    return pane


def chart() -> Chart:
    pane = Chart()
    pane.set_instrument(instrument(), Interval.M1)
    pane.put_history(walk(90))
    pane.put_marks(ChartMarks(orders=ORDERS, entry=Decimal(61780)))
    pane.put_gap(Gap(BTC, T0 - 600 * NANOS, T0 - 400 * NANOS))
    return pane


def tape() -> Tape:
    pane = Tape()
    pane.set_instrument(instrument())
    pane.put_trades([trade(quantity="0.001"), trade(quantity="0.002"), trade(quantity="123456.12345678")])
    return pane


def watchlist() -> Watchlist:
    pane = Watchlist()
    pane.put_instruments([instrument(), instrument("A-VERY-LONG-SYMBOL-USDT"), instrument("漢字USDT")])
    pane.put_candles(walk(30))
    return pane


def depth() -> DepthProfile:
    pane = DepthProfile()
    pane.set_instrument(instrument())
    pane.put_book(book())
    return pane


def orders_pane() -> OrdersPane:
    pane = OrdersPane()
    pane.put_orders(ORDERS)
    pane.put_positions([(position(), Decimal(61804))])
    return pane


def orders_table() -> OrdersTable:
    pane = OrdersTable()
    pane.put_orders(ORDERS)
    return pane


def positions() -> PositionsTable:
    pane = PositionsTable()
    pane.put_positions([PositionFacts(position(), "demo", Decimal(61804))])
    return pane


def ticker_row() -> TickerRow:
    pane = TickerRow()
    pane.set_instrument(instrument())
    pane.put_book(book())
    return pane


NARROWEST: dict[Callable[[], LinePane], int] = {
    ladder: 41,
    chart: 20,
    tape: 28,
    watchlist: 29,
    depth: 20,
    orders_pane: 44,
    orders_table: 72,
    positions: 72,
    ticker_row: 60,
}
"""From this width on nothing is cut: a pane gives way by its own rules."""


def all_lines(pane: LinePane, width: int, height: int) -> list[Line]:
    pane.flush(T0)
    pane.now_ns = T0
    body = pane.body_lines(width, height)
    return [*body, pane.heading(width - 1)] if pane.HAS_TITLE else body


@pytest.mark.parametrize("make", NARROWEST, ids=lambda make: make.__name__)
@given(extra=st.integers(0, 170), height=st.integers(1, 70))
def test_no_line_is_wider_than_its_pane(make: Callable[[], LinePane], extra: int, height: int) -> None:
    width = NARROWEST[make] + extra
    pane = make()
    lines = all_lines(pane, width, height)
    assert max((width_of(line) for line in lines), default=0) <= width
    assert len(lines) <= height + 1


@pytest.mark.parametrize("make", NARROWEST, ids=lambda make: make.__name__)
@given(width=st.integers(0, 40), height=st.integers(0, 5))
def test_a_pane_too_small_to_be_of_use_is_still_no_fault(make: Callable[[], LinePane], width: int, height: int) -> None:
    assert isinstance(all_lines(make(), width, height), list)


@pytest.mark.parametrize("state", BookState, ids=lambda state: state.value)
@given(width=st.integers(41, 120), height=st.integers(2, 60))
def test_ladder_rows_have_one_width_in_every_state(state: BookState, width: int, height: int) -> None:
    pane = ladder(state)
    pane.now_ns = T0
    widths = {width_of(line) for line in pane.body_lines(width, height)}
    assert len(widths) == 1
    assert widths <= {41, 58, 76}


@given(symbol=st.text(min_size=1, max_size=20), base=st.text(max_size=10), width=st.integers(20, 160))
def test_no_name_a_venue_invents_reaches_the_terminal_as_a_command(symbol: str, base: str, width: int) -> None:
    plain = instrument(symbol)
    hostile = replace(plain, economic=replace(plain.economic, base=base))
    watched, quiet, waiting, row = Watchlist(), Tape(), Ladder(label=symbol), TickerRow()
    watched.put_instruments([hostile])
    for pane in (quiet, waiting, row):
        pane.set_instrument(hostile)
    for shown in (watched, quiet, waiting, row):
        for line in all_lines(shown, width, 5):
            assert text_of(line).isprintable()
