from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.matching.followed import FollowedBook
from connectors.matching.terms import End, Match, Outcome, Prevention, Request
from connectors.model.order import TimeInForce
from connectors.model.side import Side

BUY, SELL = Side.BUY, Side.SELL


@pytest.fixture
def book() -> FollowedBook:
    found = FollowedBook()
    for price, lots in ((101, 3), (102, 5), (104, 50)):
        found.put(SELL, price, lots)
    for price, lots in ((100, 4), (99, 6), (97, 50)):
        found.put(BUY, price, lots)
    return found


def trades(matches: Outcome | list[Match]) -> list[tuple[int, int]]:
    found = matches.matches if isinstance(matches, Outcome) else matches
    return [(match.price, match.lots) for match in found]


def test_a_market_buy_fills_at_the_recorded_prices(book: FollowedBook) -> None:
    outcome = book.submit(Request(1, BUY, 7))
    assert trades(outcome) == [(101, 3), (102, 4)]
    assert outcome.end is End.FILLED


def test_what_was_taken_is_gone_until_the_level_is_spoken_of_again(book: FollowedBook) -> None:
    book.submit(Request(1, BUY, 4))
    assert book.asks.levels() == [(101, 3), (102, 5), (104, 50)], "the recorded book is never altered"
    assert book.depth(SELL) == [(102, 4), (104, 50)]
    book.put(SELL, 101, 2)
    assert trades(book.submit(Request(2, BUY, 3))) == [(101, 2), (102, 1)]


def test_an_order_waits_behind_what_was_there_and_fills_when_trades_have_used_it_up(book: FollowedBook) -> None:
    assert book.submit(Request(1, BUY, 2, limit=100)).end is End.RESTS
    assert book.trade(100, 3, SELL) == []
    assert trades(book.trade(100, 2, SELL)) == [(100, 1)]
    assert trades(book.trade(100, 9, SELL)) == [(100, 1)]
    assert 1 not in book


def test_orders_that_leave_the_level_bring_ours_forward(book: FollowedBook) -> None:
    book.submit(Request(1, BUY, 2, limit=100))
    book.put(BUY, 100, 1)
    assert trades(book.trade(100, 3, SELL)) == [(100, 2)]


def test_two_of_ours_at_one_price_are_served_in_turn_out_of_one_trade(book: FollowedBook) -> None:
    book.submit(Request(1, BUY, 2, limit=100))
    book.submit(Request(2, BUY, 2, limit=100))
    assert [(match.maker_id, match.lots) for match in book.trade(100, 7, SELL)] == [(1, 2), (2, 1)]


def test_a_trade_through_our_price_fills_the_order_at_its_own_price(book: FollowedBook) -> None:
    book.submit(Request(1, BUY, 2, limit=100))
    assert trades(book.trade(99, 1, SELL)) == [(100, 2)]


def test_a_trade_the_other_way_leaves_our_order_alone(book: FollowedBook) -> None:
    book.submit(Request(1, BUY, 2, limit=100))
    assert book.trade(100, 50, BUY) == []


def test_an_opposite_level_that_reaches_our_price_fills_us_from_what_stands_there(book: FollowedBook) -> None:
    book.submit(Request(1, SELL, 5, limit=101))
    book.put(SELL, 101, 0)
    book.put(BUY, 101, 3)
    assert trades(book.cross()) == [(101, 3)]
    assert book.cross() == [], "the same three lots are not sold twice"
    book.put(BUY, 102, 9)
    assert trades(book.cross()) == [(101, 2)]


def test_fill_or_kill_and_post_only_see_what_is_left(book: FollowedBook) -> None:
    book.submit(Request(1, BUY, 3))
    fill_or_kill = Request(2, BUY, 6, limit=102, time_in_force=TimeInForce.FOK)
    assert book.submit(fill_or_kill).end is End.EXPIRED
    assert book.submit(Request(3, BUY, 1, limit=101, post_only=True)).end is End.RESTS
    assert book.submit(Request(4, BUY, 1, limit=102, post_only=True)).end is End.WOULD_TAKE


@pytest.mark.parametrize(
    ("mode", "end", "traded"),
    [
        (Prevention.NONE, End.FILLED, [(101, 3), (101, 2), (102, 1)]),
        (Prevention.EXPIRE_MAKER, End.FILLED, [(101, 3), (102, 3)]),
        (Prevention.EXPIRE_TAKER, End.PREVENTED, [(101, 3)]),
        (Prevention.EXPIRE_BOTH, End.PREVENTED, [(101, 3)]),
        (Prevention.DECREMENT, End.FILLED, [(101, 3), (102, 1)]),
    ],
)
def test_our_own_resting_order_gives_way_as_asked(
    book: FollowedBook, mode: Prevention, end: End, traded: list[tuple[int, int]]
) -> None:
    book.submit(Request(1, SELL, 2, limit=101, owner="me"))
    outcome = book.submit(Request(2, BUY, 6, owner="me", prevention=mode))
    assert (outcome.end, trades(outcome)) == (end, traded)
    assert (1 in book) is (mode is Prevention.EXPIRE_TAKER)


def test_decrement_leaves_the_larger_order_with_the_rest(book: FollowedBook) -> None:
    book.submit(Request(1, SELL, 9, limit=101, owner="me"))
    outcome = book.submit(Request(2, BUY, 5, owner="me", prevention=Prevention.DECREMENT))
    assert (outcome.end, trades(outcome)) == (End.PREVENTED, [(101, 3)])
    assert [(p.lots, p.taker_lots, p.left, p.after) for p in outcome.prevented] == [(2, 2, 7, 1)]
    assert book.cancel(1) == 7


def test_an_iceberg_of_ours_waits_again_with_each_part_it_shows(book: FollowedBook) -> None:
    book.submit(Request(1, BUY, 3, limit=100, peak=2))
    assert trades(book.trade(100, 9, SELL)) == [(100, 2)]
    assert book.trade(100, 4, SELL) == [], "it stands behind the feed's four lots again"
    assert trades(book.trade(100, 9, SELL)) == [(100, 1)]


def test_an_order_of_ours_made_smaller_keeps_its_place(book: FollowedBook) -> None:
    book.submit(Request(1, BUY, 5, limit=100))
    book.trade(100, 3, SELL)
    assert book.reduce(1, 2)
    assert not book.reduce(1, 2)
    assert trades(book.trade(100, 9, SELL)) == [(100, 2)]


def test_sizes_finer_than_a_step_are_taken_in_whole_steps() -> None:
    book = FollowedBook(step=10)
    book.put(SELL, 100, 25)
    book.put(SELL, 101, 100)
    assert trades(book.submit(Request(1, BUY, 40))) == [(100, 20), (101, 20)]
    assert trades(book.submit(Request(2, BUY, None, budget=101 * 19))) == [(101, 10)]


def test_an_order_is_cancelled_once(book: FollowedBook) -> None:
    book.submit(Request(1, BUY, 2, limit=100))
    assert (book.cancel(1), book.cancel(1)) == (2, None)
    assert book.trade(99, 100, SELL) == []


MOVES = st.one_of(
    st.tuples(st.just("put"), st.sampled_from([BUY, SELL]), st.integers(95, 105), st.integers(0, 9)),
    st.tuples(st.just("trade"), st.sampled_from([BUY, SELL]), st.integers(95, 105), st.integers(1, 9)),
    st.tuples(st.just("limit"), st.sampled_from([BUY, SELL]), st.integers(95, 105), st.integers(1, 9)),
    st.tuples(st.just("market"), st.sampled_from([BUY, SELL]), st.just(0), st.integers(1, 9)),
)


@given(st.lists(MOVES, max_size=60))
def test_no_order_fills_more_than_it_asked_nor_worse_than_its_limit(
    moves: list[tuple[str, Side, int, int]],
) -> None:
    book = FollowedBook()
    ordered: dict[int, tuple[Side, int | None, int]] = {}
    filled: dict[int, int] = {}
    given_up: dict[int, int] = {}
    for number, (kind, side, price, lots) in enumerate(moves, start=1):
        found: list[Match]
        if kind == "put":
            book.put(side, price, lots)
            found = book.cross()
        elif kind == "trade":
            found = book.trade(price, lots, side)
        else:
            limit = price if kind == "limit" else None
            ordered[number] = (side, limit, lots)
            outcome = book.submit(Request(number, side, lots, limit, owner="me"))
            found = list(outcome.matches)
            given_up[number] = 0 if outcome.end is End.RESTS else outcome.left
        for match in found:
            for order_id in {match.maker_id, match.taker_id} - {0}:
                filled[order_id] = filled.get(order_id, 0) + match.lots
                own_side, limit, _ = ordered[order_id]
                assert limit is None or own_side.sign * (limit - match.price) >= 0
    for order_id, (_, _, lots) in ordered.items():
        left = book.cancel(order_id) or 0
        assert filled.get(order_id, 0) + left + given_up[order_id] == lots
