"""Sizes and prices as they are typed, the walk through the book, the preview."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model.book import BookLevel, BookState
from connectors.model.ids import Mode
from connectors.model.order import OrderType, Side
from support import pane_facts
from support.desk_instruments import instruments
from support.desk_link import ACCOUNT
from tui.ticket import prices, sizes
from tui.ticket.preview import preview
from tui.ticket.seen import Seen
from tui.ticket.ticket import Ticket
from tui.ticket.walk import walk

BTC = instruments()[0]
BOOK = pane_facts.book(levels=60)
SEEN = Seen(
    ACCOUNT,
    "demo",
    Mode.SIM,
    BTC,
    pane_facts.T0,
    book=BOOK,
    newest=BOOK,
    cursor=Decimal("61800.00"),
    position=Decimal("0.051"),
    average=Decimal("61702.10"),
    free_quote=Decimal("8213.40"),
    free_base=Decimal("0.051"),
    equity=Decimal("11983.40"),
)


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("0.01", "0.01"), ("$500", "0.00809"), ("10%bal", "0.01328"), ("50%pos", "0.02550"), ("1.", "1")],
)
def test_a_size_resolves_rounded_down_to_the_lot(text: str, quantity: str) -> None:
    found = sizes.resolve(
        sizes.read(text),
        BTC,
        OrderType.LIMIT,
        price=Decimal("61804.01"),
        free=SEEN.free_quote,
        position=SEEN.position,
    )
    assert found == Decimal(quantity)


@pytest.mark.parametrize("text", ["", "abc", "0", "-1", "1,5", "NaN", "$", "Infinity", "%bal", "1e400", "1e-99"])
def test_what_is_no_size_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(sizes.NotASize) as caught:
        sizes.read(text)
    assert str(caught.value)


@given(st.decimals("0.00001", "100000", places=5, allow_nan=False), st.sampled_from(sizes.Unit))
def test_a_size_reads_back_as_it_is_written(amount: Decimal, unit: sizes.Unit) -> None:
    assert sizes.read(str(sizes.Size(amount, unit))) == sizes.Size(amount, unit)


@pytest.mark.parametrize(("price", "first"), [("61804", "0.01"), ("2684", "0.1"), ("0.6", "1000"), ("500", "1")])
def test_the_first_slots_are_round_and_worth_about_500(price: str, first: str) -> None:
    assert sizes.slots_for(BTC, Decimal(price))[1].amount == Decimal(first)


@pytest.mark.parametrize(
    ("text", "side", "price"),
    [
        ("61800", Side.BUY, "61800"),
        ("bid", Side.BUY, "61804.00"),
        ("ASK - 2t", Side.BUY, "61803.99"),
        ("mid", Side.BUY, "61804.00"),
        ("mid", Side.SELL, "61804.01"),
        ("cursor+1t", Side.SELL, "61800.01"),
    ],
)
def test_a_price_is_a_number_or_follows_the_market(text: str, side: Side, price: str) -> None:
    assert prices.read(text, SEEN, side) == Decimal(price)


@pytest.mark.parametrize("text", ["", "61,800", "bid+2", "last", "-5", "bidd", "1e999999", "1e-99"])
def test_what_is_no_price_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(prices.NotAPrice):
        prices.read(text, SEEN, Side.BUY)


def test_a_walk_takes_the_best_levels_first_and_stops_at_its_limit() -> None:
    levels = [BookLevel(Decimal(price), Decimal("0.5")) for price in (100, 101, 103)]
    met = walk(levels, Decimal("1.2"))
    assert (met.filled, met.cost, met.worst, met.touch) == (
        Decimal("1.2"),
        Decimal("121.1"),
        Decimal(103),
        Decimal(100),
    )
    assert walk(levels, Decimal(9)).filled == Decimal("1.5")
    assert walk(levels, Decimal(1), Decimal(100)).filled == Decimal("0.5")
    assert walk([], Decimal(1)).average is None


@given(st.lists(st.integers(1, 50), min_size=1, max_size=20), st.integers(1, 400))
def test_a_walk_never_takes_more_than_there_is_nor_more_than_was_asked(taken: list[int], quantity: int) -> None:
    levels = [BookLevel(Decimal(100 + row), Decimal(size)) for row, size in enumerate(taken)]
    met = walk(levels, Decimal(quantity))
    assert met.filled == min(sum(taken), quantity)
    assert met.average is not None
    assert Decimal(100) <= met.average <= Decimal(100 + len(taken))


def test_the_preview_of_a_resting_order_adds_up() -> None:
    ticket = Ticket(side=Side.BUY, type=OrderType.LIMIT, quantity=Decimal("0.010"), price=Decimal("61800.00"))
    lines = dict(preview(ticket, replace(SEEN, order_share=None)).lines)
    assert lines["notional"] == "618.00 USDT"
    assert lines["fee (maker)"] == "0.62 USDT   0.10 %"
    assert lines["slippage"] == "rests 4.00 below the bid"
    assert lines["position"] == "+0.061 @ 61,718.15"
    assert lines["free after"] == "8,213.40 → 7,595.40 USDT"
    assert lines["checks"] == "all legal"


def test_the_preview_of_a_market_sell_closes_flat() -> None:
    ticket = Ticket(side=Side.SELL, type=OrderType.MARKET, quantity=Decimal("0.051"))
    lines = dict(preview(ticket, SEEN).lines)
    assert lines["position"] == "flat"
    assert lines["slippage"] == "0.00 bp, to 61,804.00"
    assert "fee (taker)" in lines


def test_a_preview_without_a_live_book_says_unknown() -> None:
    stale = replace(SEEN, book=pane_facts.book(state=BookState.RESYNC))
    ticket = Ticket(side=Side.BUY, type=OrderType.MARKET, quantity=Decimal("0.01"))
    ahead = preview(ticket, stale)
    assert dict(ahead.lines)["slippage"] == "book RESYNC: unknown"
    assert ahead.refusal
