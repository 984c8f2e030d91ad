from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.model.order import Order, OrderOrigin, OrderStatus, OrderType
from connectors.model.side import Side
from support.pane_facts import order
from tui.widgets.ladder.marks import Ghost, by_row, ghost_mark, mark_of, order_row
from tui.widgets.ladder.queue import Ahead
from tui.widgets.ladder.rows import Grid

GRID = Grid(Decimal("0.01"), 100)
PARTIAL = order(status=OrderStatus.PARTIALLY_FILLED, filled=Decimal("0.006"))
STOP = order(
    side=Side.SELL,
    quantity="0.031",
    price=None,
    kind=OrderType.STOP_LOSS,
    status=OrderStatus.PENDING_TRIGGER,
    trigger_price=Decimal(61500),
)


def mark(*orders: Order, queue: Ahead | None = None, width: int = 12) -> str:
    return mark_of(orders, GRID, lambda _: queue, 5).best(width)


@pytest.mark.parametrize(
    ("shown", "wide", "narrow"),
    [
        (order(), "B0.010", "B0.010"),
        (order(side=Side.SELL, quantity="0.02"), "S0.020", "S0.020"),
        (PARTIAL, "B.006/.010", "B/.004"),
        (order(status=OrderStatus.SUBMITTING), "⋯0.010", "⋯0.010"),
        (order(status=OrderStatus.UNKNOWN), "?0.010", "?0.010"),
        (order(canceling=True), "×B0.010", "×B.010"),
        (order(origin=OrderOrigin.EXT), "EB0.010", "EB.010"),
        (order(price="61800.50"), "B0.010*", "B.010*"),
        (STOP, "s↓0.031", "s↓.031"),
        (order(quantity="1500"), "B1500", "B1500"),
    ],
    ids=["buy", "sell", "partial", "sending", "unknown", "cancelling", "external", "off label", "stop", "whole"],
)
def test_an_own_mark_names_side_size_and_state(shown: Order, wide: str, narrow: str) -> None:
    assert mark(shown) == wide
    assert mark(shown, width=6) == narrow


def test_the_queue_estimate_stands_behind_the_size_where_there_is_room() -> None:
    ahead = Ahead(Decimal("1.2345"), sure=True)
    assert mark(order(), queue=ahead) == "B0.010 ~1.2"
    assert mark(order(), queue=ahead, width=6) == "B0.010"
    assert mark(order(), queue=Ahead(Decimal(1), sure=False)) == "B0.010 ~?"


def test_a_size_is_never_rounded_to_fit() -> None:
    fine = order(quantity="0.00163")
    assert mark(fine) == "B0.00163"
    assert mark(fine, width=6) == "B.001…"


def test_several_orders_in_a_row_are_summed_and_the_gravest_state_shows() -> None:
    assert mark(order(3), order(4, quantity="0.020")) == "B0.030 ×2"
    assert mark(order(3), order(4, status=OrderStatus.UNKNOWN)) == "?B0.020 ×2"


def test_a_ghost_is_a_question_in_lower_case() -> None:
    assert ghost_mark(Ghost(Side.BUY, Decimal(61800), Decimal("0.010"))).best(12) == "b?0.010"
    assert ghost_mark(Ghost(Side.SELL, Decimal(61800), Decimal("0.010"))).best(6) == "s?.010"


def test_buys_stand_at_or_below_their_price_and_sells_at_or_above() -> None:
    assert order_row(order(price="61800.50"), GRID) == 61800
    assert order_row(order(side=Side.SELL, price="61800.50"), GRID) == 61801
    assert order_row(STOP, GRID) == 61500
    assert order_row(order(kind=OrderType.MARKET, price=None), GRID) is None


def test_orders_of_one_row_stand_together_oldest_first() -> None:
    cells = by_row([order(5), order(3), order(4, side=Side.SELL)], GRID)
    assert [each.handle for each in cells[61800, Side.BUY]] == ["k3", "k5"]
    assert [each.handle for each in cells[61800, Side.SELL]] == ["k4"]
