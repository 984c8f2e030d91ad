from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.matching.queue import QueueBook, Resting
from connectors.matching.terms import End, Outcome, Prevention, Request
from connectors.matching.walk import walk
from connectors.model.order import TimeInForce
from connectors.model.side import Side

BUY, SELL = Side.BUY, Side.SELL


def book_of(*asks: tuple[int, int], bids: tuple[tuple[int, int], ...] = ()) -> QueueBook:
    book = QueueBook()
    for number, (price, lots) in enumerate(asks, start=1):
        book.rest(Resting(number, SELL, price, lots))
    for number, (price, lots) in enumerate(bids, start=101):
        book.rest(Resting(number, BUY, price, lots))
    return book


def trades(outcome: Outcome) -> list[tuple[int, int, int]]:
    return [(match.maker_id, match.price, match.lots) for match in outcome.matches]


def test_a_market_buy_walks_up_the_asks_at_their_own_prices() -> None:
    book = book_of((100, 2), (101, 3), (102, 5))
    outcome = book.submit(Request(9, BUY, 4))
    assert trades(outcome) == [(1, 100, 2), (2, 101, 2)]
    assert outcome.end is End.FILLED
    assert book.asks.levels() == [(101, 1), (102, 5)]


def test_what_a_limit_order_does_not_find_rests_at_its_limit() -> None:
    book = book_of((100, 2), (102, 5))
    outcome = book.submit(Request(9, BUY, 4, limit=101))
    assert (outcome.end, outcome.left) == (End.RESTS, 2)
    assert book.bids.levels() == [(101, 2)]


@pytest.mark.parametrize("life", [TimeInForce.IOC])
def test_an_immediate_order_gives_up_its_rest(life: TimeInForce) -> None:
    book = book_of((100, 2))
    outcome = book.submit(Request(9, BUY, 4, limit=100, time_in_force=life))
    assert (outcome.end, outcome.left, outcome.filled) == (End.EXPIRED, 2, 2)
    assert not len(book.bids)


def test_fill_or_kill_trades_in_whole_or_not_at_all() -> None:
    book = book_of((100, 2), (101, 1), (103, 9))
    killed = book.submit(Request(9, BUY, 4, limit=101, time_in_force=TimeInForce.FOK))
    assert (killed.end, killed.filled) == (End.EXPIRED, 0)
    assert book.asks.levels() == [(100, 2), (101, 1), (103, 9)]
    assert book.submit(Request(9, BUY, 3, limit=101, time_in_force=TimeInForce.FOK)).end is End.FILLED


def test_a_post_only_order_that_would_take_is_refused_and_changes_nothing() -> None:
    book = book_of((100, 2))
    assert book.submit(Request(9, BUY, 1, limit=100, post_only=True)).end is End.WOULD_TAKE
    assert book.submit(Request(9, BUY, 1, limit=99, post_only=True)).end is End.RESTS
    assert book.asks.levels() == [(100, 2)]


def test_a_quote_sized_buy_takes_the_whole_lots_its_budget_pays_for() -> None:
    book = book_of((100, 2), (110, 5))
    outcome = book.submit(Request(9, BUY, None, budget=439))
    assert trades(outcome) == [(1, 100, 2), (2, 110, 2)]
    assert outcome.end is End.FILLED


def test_a_quote_sized_buy_that_empties_the_book_expires() -> None:
    assert book_of((100, 2)).submit(Request(9, BUY, None, budget=1000)).end is End.EXPIRED


def test_first_come_is_first_served_and_a_cancel_keeps_the_others_in_line() -> None:
    book = book_of((100, 1), (100, 2), (100, 3))
    assert book.cancel(1) == 1
    assert trades(book.submit(Request(9, BUY, 4))) == [(2, 100, 2), (3, 100, 2)]
    assert book.cancel(1) is None


def test_every_change_of_a_level_moves_the_revision_and_is_drained_once() -> None:
    book = book_of((100, 1), (101, 2))
    assert book.revision == 2
    book.drain()
    book.submit(Request(9, BUY, 2))
    assert book.revision == 4
    assert book.drain() == [(SELL, 100, 0), (SELL, 101, 1)]
    assert book.drain() == []


@pytest.mark.parametrize(
    ("mode", "end", "traded", "left"),
    [
        (Prevention.NONE, End.FILLED, [(1, 100, 1), (2, 100, 2), (3, 101, 1)], [(101, 3)]),
        (Prevention.EXPIRE_MAKER, End.FILLED, [(1, 100, 1), (3, 101, 3)], [(101, 1)]),
        (Prevention.EXPIRE_TAKER, End.PREVENTED, [(1, 100, 1)], [(100, 2), (101, 4)]),
        (Prevention.EXPIRE_BOTH, End.PREVENTED, [(1, 100, 1)], [(101, 4)]),
        (Prevention.DECREMENT, End.FILLED, [(1, 100, 1), (3, 101, 1)], [(101, 3)]),
    ],
)
def test_an_order_that_meets_its_owner_gives_way_as_asked(
    mode: Prevention, end: End, traded: list[tuple[int, int, int]], left: list[tuple[int, int]]
) -> None:
    book = book_of((100, 1))
    book.rest(Resting(2, SELL, 100, 2, "me"))
    book.rest(Resting(3, SELL, 101, 4))
    outcome = book.submit(Request(9, BUY, 4, owner="me", prevention=mode))
    assert (outcome.end, trades(outcome), book.asks.levels()) == (end, traded, left)


@pytest.mark.parametrize(
    ("mode", "lots", "end"),
    [
        (Prevention.EXPIRE_MAKER, 2, End.FILLED),
        (Prevention.EXPIRE_MAKER, 3, End.EXPIRED),
        (Prevention.EXPIRE_TAKER, 1, End.FILLED),
        (Prevention.EXPIRE_TAKER, 2, End.EXPIRED),
        (Prevention.DECREMENT, 1, End.FILLED),
        (Prevention.DECREMENT, 2, End.EXPIRED),
        (Prevention.NONE, 4, End.FILLED),
    ],
)
def test_fill_or_kill_does_not_count_on_its_own_owner(mode: Prevention, lots: int, end: End) -> None:
    book = book_of((100, 1))
    book.rest(Resting(2, SELL, 100, 2, "me"))
    book.rest(Resting(3, SELL, 100, 1))
    request = Request(9, BUY, lots, limit=100, time_in_force=TimeInForce.FOK, owner="me", prevention=mode)
    assert book.submit(request).end is end


def test_a_walk_tells_what_an_order_will_meet() -> None:
    book = book_of((100, 2), (101, 3))
    request = Request(9, BUY, 4)
    met = walk(book.asks.levels(), request)
    assert (met.steps, met.units, met.worst, met.left) == (((100, 2), (101, 2)), 402, 101, 0)
    outcome = book.submit(request)
    assert met.units == sum(match.units for match in outcome.matches)


def test_a_walk_stops_at_the_limit() -> None:
    assert walk([(100, 2), (101, 3)], Request(9, BUY, 4, limit=100)).left == 2
    assert walk([(100, 2), (99, 3)], Request(9, SELL, 4, limit=100)).left == 2


@dataclass
class Step:
    side: Side
    lots: int | None
    limit: int | None
    budget: int | None
    life: TimeInForce
    post_only: bool
    owner: str
    mode: Prevention
    cancel: int | None
    smaller: tuple[int, int] | None
    peak: int


LIVES = st.sampled_from([TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK])


@st.composite
def steps(draw: st.DrawFn) -> Step:
    quote_sized = draw(st.integers(0, 9)) == 0
    market = quote_sized or draw(st.integers(0, 3)) == 0
    return Step(
        side=draw(st.sampled_from([BUY, SELL])),
        lots=None if quote_sized else draw(st.integers(1, 20)),
        limit=None if market else draw(st.integers(95, 105)),
        budget=draw(st.integers(1, 3000)) if quote_sized else None,
        life=TimeInForce.IOC if market else draw(LIVES),
        post_only=not market and draw(st.integers(0, 4)) == 0,
        owner=draw(st.sampled_from(["", "a", "b"])),
        mode=draw(st.sampled_from(list(Prevention))),
        cancel=draw(st.one_of(st.none(), st.integers(1, 60))),
        smaller=draw(st.one_of(st.none(), st.tuples(st.integers(1, 60), st.integers(1, 9)))),
        peak=draw(st.sampled_from([0, 0, 0, 1, 3])),
    )


class Watched:
    """A book, and what each order has asked for, got and given up."""

    def __init__(self) -> None:
        self.book = QueueBook()
        self.base: dict[int, int] = defaultdict(int)
        self.quote: dict[int, int] = defaultdict(int)
        self.ordered: dict[int, int] = {}
        self.owned: dict[int, str] = {}
        self.filled: dict[int, int] = defaultdict(int)
        self.gone: dict[int, int] = defaultdict(int)

    def change(self, step: Step) -> None:
        """Cancel an order, or make one smaller: that one keeps its place."""
        if step.cancel is not None:
            self.gone[step.cancel] += self.book.cancel(step.cancel) or 0
        if step.smaller is not None and (found := self.book.order(step.smaller[0])) is not None:
            left, line = found.left, self.line(found.side, found.price)
            if self.book.reduce(*step.smaller):
                self.gone[step.smaller[0]] += left - step.smaller[1]
                assert self.line(found.side, found.price) == line, "it lost its place"

    def submit(self, number: int, step: Step) -> Outcome:
        """Match one order and count what it did to everybody."""
        terms = (step.side, step.lots, step.limit, step.budget, step.life, step.post_only, step.owner, step.mode)
        outcome = self.book.submit(Request(number, *terms, step.peak))
        self.owned[number] = step.owner
        self.ordered[number] = step.lots if step.lots is not None else outcome.filled
        for match in outcome.matches:
            sign = match.taker_side.sign
            for order_id, way in ((match.taker_id, sign), (match.maker_id, -sign)):
                self.base[order_id] += way * match.lots
                self.quote[order_id] -= way * match.units
                self.filled[order_id] += match.lots
        for prevented in outcome.prevented:
            self.gone[prevented.order_id] += prevented.lots
            if step.mode is Prevention.DECREMENT and step.lots is not None:
                self.gone[number] += prevented.taker_lots
        if outcome.end is not End.RESTS:
            self.gone[number] += outcome.left
        return outcome

    def line(self, side: Side, price: int | None = None) -> list[int]:
        """Ids of a side, first in line first."""
        prices = [price] if price is not None else [level for level, _ in self.book.side(side).levels()]
        return [order.order_id for level in prices for order in self.book.queue(side, level)]

    def check(self) -> None:
        """Nothing was made or lost."""
        assert sum(self.base.values()) == sum(self.quote.values()) == 0
        for order_id, lots in self.ordered.items():
            resting = self.book.order(order_id)
            assert self.filled[order_id] + self.gone[order_id] + (resting.left if resting else 0) == lots
        for side in (BUY, SELL):
            for price, total in self.book.side(side).levels():
                assert total == sum(order.lots for order in self.book.queue(side, price)) > 0
        bid, ask = self.book.bids.best(), self.book.asks.best()
        assert bid is None or ask is None or bid < ask, "the book is crossed"


@given(st.lists(steps(), max_size=60))
def test_matching_makes_nothing_loses_nothing_and_keeps_the_queue(script: list[Step]) -> None:
    watched = Watched()
    for number, step in enumerate(script, start=1):
        watched.change(step)
        queue = watched.line(SELL if step.side is BUY else BUY)
        outcome = watched.submit(number, step)
        met = {*(m.maker_id for m in outcome.matches), *(p.order_id for p in outcome.prevented)}
        assert met == set(queue[: len(met)]), "somebody was passed over"
        for match in outcome.matches:
            assert step.limit is None or step.side.sign * (step.limit - match.price) >= 0, "traded through its limit"
            alone = not step.owner or watched.owned[match.maker_id] != step.owner
            assert alone or step.mode is Prevention.NONE, "a self-trade"
        assert step.budget is None or sum(match.units for match in outcome.matches) <= step.budget
        watched.check()
