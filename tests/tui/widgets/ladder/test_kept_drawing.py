"""What the ladder keeps from frame to frame shows: a ladder that has kept nothing draws the same cells."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.model.book import BookLevel, BookState
from connectors.model.order import OrderStatus
from connectors.model.side import Side
from support.pane_facts import NANOS, T0, book, instrument, order, position, trade
from tui.widgets.ladder import Ladder
from tui.widgets.ladder.marks import Ghost
from tui.widgets.ladder.picture import Picture
from tui.widgets.ladder.title import Title
from tui.widgets.line import Line

Deed = Callable[[Ladder], object]
PRICES = st.integers(-40, 40).map(lambda ticks: Decimal(61804) + Decimal(ticks) / 4)
SIZES = st.integers(1, 4000).map(lambda number: Decimal(number) / 1000)
SIDES = st.sampled_from(Side)
STATES = st.sampled_from([BookState.LIVE] * 6 + [BookState.STALE, BookState.RESYNC])


def take_book(state: BookState, seed: int, at: int, size: Decimal) -> Deed:
    """The same book over and over, with one level of another size; sometimes another book."""
    plain = book(seed=seed, state=state, checked_ns=None)
    bids = tuple(BookLevel(each.price, size) if row == at else each for row, each in enumerate(plain.bids))
    return lambda ladder: ladder.put_book(replace(plain, bids=bids))


def take_order(side: Side, quantity: Decimal, price: Decimal, status: OrderStatus, filled: bool) -> Deed:
    mine = order(3, side, str(quantity), str(price), status=status, filled=quantity / 2 if filled else Decimal(0))
    return lambda ladder: ladder.put_orders([mine, order(4, Side.SELL, "0.02", "61900")])


def set_marks(price: Decimal) -> Deed:
    return lambda ladder: ladder.model.marks.update(M=price)


DEEDS: st.SearchStrategy[Deed] = st.one_of(
    st.builds(take_book, STATES, st.sampled_from([7, 7, 8]), st.integers(0, 12), SIZES),
    st.builds(take_order, SIDES, SIZES, PRICES, st.sampled_from(OrderStatus), st.booleans()),
    st.builds(
        lambda at, size, side: lambda ladder: ladder.put_trade(trade(str(at), str(size), side)), PRICES, SIZES, SIDES
    ),
    st.builds(lambda at: lambda ladder: ladder.put_position(position(entry=str(at))), PRICES),
    st.builds(lambda side, at, size: lambda ladder: ladder.set_ghost(Ghost(side, at, size)), SIDES, PRICES, SIZES),
    st.just(lambda ladder: ladder.set_ghost(None)),
    st.builds(set_marks, PRICES),
    st.builds(lambda words: lambda ladder: ladder.set_halted(words), st.sampled_from(["", "HALTED by you"])),
    st.builds(lambda rows: lambda ladder: ladder.move_cursor(rows), st.sampled_from([1, -1, 6, -25])),
    st.builds(lambda steps: lambda ladder: ladder.regroup(steps), st.sampled_from([1, -1])),
    st.just(lambda ladder: ladder.centre()),
    st.just(lambda ladder: ladder.model.volume.clear()),
    st.just(lambda ladder: ladder.set_instrument(instrument(tick="0.25", decimals=3))),
    st.just(Ladder.touch_up),
)
WINDOWS = st.sampled_from([(58, 31), (58, 31), (58, 31), (76, 31), (41, 19)])
BEATS = st.lists(st.tuples(DEEDS, WINDOWS, st.sampled_from([0, NANOS // 10, NANOS])), min_size=2, max_size=12)


def fresh(ladder: Ladder) -> Ladder:
    """The same facts in a ladder that has drawn nothing yet; the scale of the bars is one of the facts."""
    other = Ladder(label=ladder.label)
    other.model = deepcopy(ladder.model)
    other._picture = Picture(bars=deepcopy(ladder._picture.bars))  # noqa: SLF001  # what it keeps is what is tested
    other._title = Title()  # noqa: SLF001
    other.now_ns = ladder.now_ns
    return other


def drawn(ladder: Ladder, width: int, height: int) -> list[Line]:
    body = ladder.body_lines(width, height)
    return [ladder.heading(width - 1), *body]


@given(BEATS)
@settings(deadline=None, max_examples=60)
def test_what_is_kept_from_frame_to_frame_never_shows(beats: list[tuple[Deed, tuple[int, int], int]]) -> None:
    ladder = Ladder(label="demo")
    ladder.set_instrument(instrument())
    ladder.put_book(book())
    ladder.now_ns = T0
    drawn(ladder, 58, 31)
    for deed, (width, height), waited_ns in beats:
        deed(ladder)
        ladder.now_ns += waited_ns
        other = fresh(ladder)
        assert drawn(ladder, width, height) == drawn(other, width, height)
