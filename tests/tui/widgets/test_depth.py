from __future__ import annotations

from decimal import Decimal

from connectors.model.book import BookLevel, BookState, BookView
from support.pane_facts import BTC, T0, book, instrument
from tui.widgets.depth import DepthProfile
from tui.widgets.line import text_of


def profile(view: BookView) -> DepthProfile:
    pane = DepthProfile()
    pane.set_instrument(instrument())
    pane.put_book(view)
    return pane


def levels(*pairs: tuple[str, str]) -> tuple[BookLevel, ...]:
    return tuple(BookLevel(Decimal(price), Decimal(size)) for price, size in pairs)


EVEN = BookView(
    BTC,
    1,
    BookState.LIVE,
    levels(("100", "1"), ("99", "1"), ("98", "2")),
    levels(("101", "1"), ("102", "1"), ("103", "4")),
    T0,
)


def test_size_rises_outwards_on_both_sides_on_one_scale() -> None:
    lines = [text_of(line) for line in profile(EVEN).body_lines(7, 3)]
    left_side = [line[1:3] for line in lines[:2]]
    right_side = [line[4:6] for line in lines[:2]]
    assert left_side[1][0] == "█"
    assert right_side[0][1] == "█"
    assert left_side[0][0] != "█"


def test_the_title_names_reach_and_sums() -> None:
    text = text_of(profile(EVEN).heading(60))
    assert text.split() == ["DEPTH", "±2.00", "bid", "4.00", "ask", "6.00"]


def test_the_prices_below_are_the_ends_and_the_middle() -> None:
    last = text_of(profile(book()).body_lines(44, 10)[-1])
    assert last.split() == ["61,765", "61,804", "61,843"]
    assert len(last) == 44


def test_a_side_without_levels_draws_nothing() -> None:
    empty = BookView(BTC, 1, BookState.LIVE, (), levels(("101", "1")), T0)
    assert profile(empty).body_lines(40, 8) == []
    assert text_of(profile(empty).heading(40)) == "DEPTH"
