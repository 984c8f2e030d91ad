from __future__ import annotations

import pytest

from connectors.matching.queue import QueueBook, Resting
from connectors.matching.terms import End, Prevention, Request
from connectors.model.order import TimeInForce
from connectors.model.side import Side
from matching.test_queue import book_of, trades

BUY, SELL = Side.BUY, Side.SELL


@pytest.mark.parametrize(
    ("wanted", "end", "gone", "asks"),
    [
        (2, End.PREVENTED, (2, 2, 3), [(100, 3), (101, 4)]),
        (5, End.PREVENTED, (5, 5, 0), [(101, 4)]),
        (6, End.FILLED, (5, 5, 0), [(101, 3)]),
    ],
)
def test_decrement_shrinks_both_by_what_they_would_have_traded(
    wanted: int, end: End, gone: tuple[int, int, int], asks: list[tuple[int, int]]
) -> None:
    book = QueueBook()
    book.rest(Resting(1, SELL, 100, 5, "me"))
    book.rest(Resting(2, SELL, 101, 4))
    outcome = book.submit(Request(9, BUY, wanted, owner="me", prevention=Prevention.DECREMENT))
    (prevented,) = outcome.prevented
    assert (outcome.end, (prevented.lots, prevented.taker_lots, prevented.left)) == (end, gone)
    assert book.asks.levels() == asks


def test_what_gives_way_is_told_with_how_many_trades_came_before() -> None:
    book = book_of((100, 1), (100, 2))
    book.rest(Resting(3, SELL, 100, 2, "me"))
    outcome = book.submit(Request(9, BUY, 4, owner="me", prevention=Prevention.EXPIRE_BOTH))
    assert [(p.order_id, p.price, p.lots, p.taker_lots, p.after) for p in outcome.prevented] == [(3, 100, 2, 1, 2)]


def test_an_iceberg_shows_its_peak_and_goes_to_the_end_with_each_new_part() -> None:
    book = QueueBook()
    assert book.submit(Request(1, SELL, 5, limit=100, peak=2)).end is End.RESTS
    book.rest(Resting(2, SELL, 100, 3))
    assert book.asks.levels() == [(100, 5)]
    first = book.submit(Request(9, BUY, 4))
    assert trades(first) == [(1, 100, 2), (2, 100, 2)]
    assert [match.maker_left for match in first.matches] == [3, 1]
    assert [(order.order_id, order.lots, order.hidden) for order in book.queue(SELL, 100)] == [(2, 1, 0), (1, 2, 1)]
    assert trades(book.submit(Request(10, BUY, 9))) == [(2, 100, 1), (1, 100, 2), (1, 100, 1)]
    assert not len(book)


def test_fill_or_kill_counts_what_icebergs_hide() -> None:
    book = QueueBook()
    book.submit(Request(1, SELL, 5, limit=100, peak=2))
    killed = Request(9, BUY, 6, limit=100, time_in_force=TimeInForce.FOK)
    assert book.submit(killed).end is End.EXPIRED
    filled = Request(9, BUY, 5, limit=100, time_in_force=TimeInForce.FOK)
    assert book.submit(filled).end is End.FILLED


def test_an_order_made_smaller_keeps_its_place_and_cannot_be_made_larger() -> None:
    book = book_of((100, 5), (100, 4))
    assert book.reduce(1, 2)
    assert not any(book.reduce(order_id, lots) for order_id, lots in ((1, 2), (1, 3), (1, 0), (7, 1)))
    assert book.asks.levels() == [(100, 6)]
    assert trades(book.submit(Request(9, BUY, 3))) == [(1, 100, 2), (2, 100, 1)]


def test_an_iceberg_made_smaller_shows_as_much_as_before_while_it_can() -> None:
    book = QueueBook()
    book.submit(Request(1, SELL, 5, limit=100, peak=2))
    book.rest(Resting(2, SELL, 100, 4))
    assert book.reduce(1, 3)
    assert [(order.order_id, order.lots) for order in book.queue(SELL, 100)] == [(1, 2), (2, 4)]
    assert book.reduce(1, 1)
    assert [(order.order_id, order.lots) for order in book.queue(SELL, 100)] == [(1, 1), (2, 4)]
