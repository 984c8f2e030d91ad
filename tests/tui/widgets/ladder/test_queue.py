from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from connectors.model.order import OrderOrigin, OrderStatus
from connectors.model.side import Side
from support.pane_facts import order, trade
from tui.widgets.ladder.queue import Ahead, QueueEstimates

AT = Decimal("61800.00")
MINE = order(quantity="0.010", price="61800.00")


def estimates(shown: str = "2.914", *, live: bool = True) -> QueueEstimates:
    queue = QueueEstimates()
    queue.put_orders([MINE], {AT: Decimal(shown)}, live=live)
    return queue


def ahead(queue: QueueEstimates) -> Decimal:
    estimate = queue.of(MINE.order_id)
    assert estimate is not None
    return estimate.size


def test_at_the_ack_everything_displayed_but_my_own_is_ahead() -> None:
    assert estimates().of(MINE.order_id) == Ahead(Decimal("2.904"), sure=True)


def test_trades_at_the_price_eat_the_front_once() -> None:
    queue = estimates("3.010")
    queue.put_trade(trade("61800.00", "1.000", Side.SELL))
    assert ahead(queue) == Decimal("2.000")
    queue.put_book({AT: Decimal("2.010")}, live=True)
    assert ahead(queue) == Decimal("2.000")


def test_trades_elsewhere_or_of_the_other_side_leave_the_queue_alone() -> None:
    queue = estimates("3.010")
    queue.put_trade(trade("61800.01", "1.000", Side.SELL))
    queue.put_trade(trade("61800.00", "1.000", Side.BUY))
    assert ahead(queue) == Decimal("3.000")


def test_other_shrinkage_counts_in_proportion() -> None:
    queue = estimates("4.000")
    queue.put_orders([MINE], {AT: Decimal("4.000")}, live=True)
    queue.put_book({AT: Decimal("8.000")}, live=True)
    assert ahead(queue) == Decimal("3.990")
    queue.put_book({AT: Decimal("4.000")}, live=True)
    assert ahead(queue) == Decimal("3.990") - 4 * Decimal("3.990") / 8


def test_an_order_of_another_tool_starts_behind_the_whole_level() -> None:
    queue = QueueEstimates()
    foreign = replace(MINE, origin=OrderOrigin.EXT)
    queue.put_orders([foreign], {AT: Decimal("2.914")}, live=True)
    assert queue.of(foreign.order_id) == Ahead(Decimal("2.914"), sure=True)


def test_an_estimate_is_unsure_once_the_book_was_not_live() -> None:
    queue = estimates()
    queue.put_book({AT: Decimal("2.914")}, live=False)
    queue.put_book({AT: Decimal("2.914")}, live=True)
    estimate = queue.of(MINE.order_id)
    assert estimate is not None
    assert not estimate.sure


def test_only_resting_limit_orders_have_a_place() -> None:
    queue = QueueEstimates()
    waiting = order(8, status=OrderStatus.SUBMITTING)
    lost = order(9, status=OrderStatus.UNKNOWN)
    queue.put_orders([waiting, lost], {AT: Decimal(1)}, live=True)
    assert queue.of(waiting.order_id) is None
    assert queue.of(lost.order_id) is None


def test_a_moved_order_joins_the_end_of_its_new_level() -> None:
    queue = estimates()
    moved = replace(MINE, price=Decimal("61801.00"))
    queue.put_orders([moved], {Decimal("61801.00"): Decimal("1.010")}, live=True)
    assert ahead(queue) == Decimal("1.000")
    queue.put_orders([], {}, live=True)
    assert queue.of(MINE.order_id) is None


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("book"), st.integers(0, 5000)),
        st.tuples(st.just("trade"), st.integers(1, 2000)),
    ),
    max_size=30,
)


@given(EVENTS)
def test_the_queue_never_grows_and_never_exceeds_what_is_displayed(events: list[tuple[str, int]]) -> None:
    queue = estimates("3.000")
    before = ahead(queue)
    for kind, number in events:
        size = Decimal(number) / 1000
        if kind == "book":
            queue.put_book({AT: size}, live=True)
            assert ahead(queue) <= size
        else:
            queue.put_trade(trade("61800.00", str(size), Side.SELL))
        assert 0 <= ahead(queue) <= before
        before = ahead(queue)
