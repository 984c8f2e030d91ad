"""Filters, collars, classes: what is refused, with which value against which limit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model.book import BookState
from connectors.model.ids import Mode
from connectors.model.order import OrderType, Side
from connectors.worker.api import TradingState
from support import pane_facts
from support.desk_instruments import instruments
from support.desk_link import ACCOUNT
from tui.ticket import judge
from tui.ticket.rules import breaches
from tui.ticket.seen import Seen
from tui.ticket.ticket import Ticket

BTC = instruments()[0]
TOUCH = Decimal("61804.01")


def limit(price: str, quantity: str = "0.01", side: Side = Side.BUY) -> Ticket:
    return Ticket(side=side, type=OrderType.LIMIT, quantity=Decimal(quantity), price=Decimal(price))


def market(quantity: str, side: Side = Side.BUY) -> Ticket:
    return Ticket(side=side, type=OrderType.MARKET, quantity=Decimal(quantity))


def seen(**more: object) -> Seen:
    book = pane_facts.book(levels=60)
    plain = Seen(ACCOUNT, "demo", Mode.SIM, BTC, pane_facts.T0, book=book, newest=book, cursor=Decimal(61800))
    plain = replace(plain, equity=Decimal(80_000), free_quote=Decimal(20_000), free_base=Decimal(1))
    return replace(plain, **more)  # type: ignore[arg-type]  # any field of Seen by name


@pytest.mark.parametrize(
    ("ticket", "name", "nearest"),
    [
        (limit("61804.005"), "PRICE_FILTER", ("61804.00", "61804.01")),
        (limit("0.001"), "PRICE_FILTER", ("0.00", "0.01")),
        (limit("2000000"), "PRICE_FILTER", ("1000000",)),
        (limit("61800", "0.000015"), "LOT_SIZE", ("0.00001", "0.00002")),
        (limit("61800", "9001"), "LOT_SIZE", ("9000",)),
        (limit("61800", "0.00005"), "MIN_NOTIONAL", ("0.00009",)),
        (market("0.00005"), "MIN_NOTIONAL", ("0.00009",)),
    ],
)
def test_a_broken_filter_is_named_with_its_nearest_legal_values(
    ticket: Ticket, name: str, nearest: tuple[str, ...]
) -> None:
    broken = breaches(ticket, BTC, TOUCH)[0]
    assert broken.filter == name
    assert broken.nearest == tuple(Decimal(text) for text in nearest)
    assert broken.sentence.endswith(".")


@given(st.decimals("0.001", "5", places=8, allow_nan=False), st.decimals("100", "900000", places=5, allow_nan=False))
def test_taking_the_nearest_values_makes_any_order_legal(quantity: Decimal, price: Decimal) -> None:
    ticket = Ticket(side=Side.BUY, type=OrderType.LIMIT, quantity=quantity, price=price)
    for _ in range(4):
        broken = breaches(ticket, BTC, TOUCH)
        if not broken:
            return
        assert broken[0].nearest, broken[0].sentence
        ticket = ticket.model_copy(update={broken[0].field: broken[0].nearest[-1]})
    raise AssertionError("it stays illegal")


def test_refusals_name_what_must_be_mended_first() -> None:
    ticket = limit("61800")
    assert "no key" in judge.state_refusal(ticket, seen(keyed=False, trading=TradingState.HALTED))
    assert (
        judge.state_refusal(ticket, seen(trading=TradingState.HALTED, trading_words="HALTED here.")) == "HALTED here."
    )
    assert judge.state_refusal(ticket, seen(trading=TradingState.REDUCING)).startswith("REDUCING")
    assert judge.state_refusal(ticket, seen(unable="demo is DOWN.", armed=False)) == "demo is DOWN. Nothing was sent."
    assert judge.state_refusal(ticket, seen(armed=False)).startswith(
        "DISARMED. This would send: BUY 0.010 @ 61,800.00."
    )
    assert judge.state_refusal(ticket, seen()) == ""


def test_reducing_needs_neither_the_arm_switch_nor_an_active_desk() -> None:
    halted = seen(armed=False, trading=TradingState.HALTED, trading_words="HALTED.")
    assert judge.state_refusal(market("0.01", Side.SELL), halted, reduces=True) == ""


@pytest.mark.parametrize(
    ("ticket", "words"),
    [
        (limit("68100"), "10.2 % above the ask 61,804.01; the limit is 1 %."),
        (limit("55000", side=Side.SELL), "11.0 % below the bid 61,804.00; the limit is 1 %."),
        (limit("40000", "0.1"), "35.3 % below the bid 61,804.00; the limit is 20 %."),
        (market("1000"), "The painted book holds "),
        (limit("61800", "0.9"), "55,620.00 USDT is above 4,000.00, 5 % of equity. Largest size here: 0.06472."),
    ],
)
def test_numbers_beyond_a_line_are_refused(ticket: Ticket, words: str) -> None:
    assert judge.number_refusal(ticket, seen()).startswith(words)


@pytest.mark.parametrize(
    ("ticket", "more", "level"),
    [
        (limit("61800"), {}, 0),
        (limit("61816.37"), {}, 0),
        (limit("61816.38"), {}, 1),
        (limit("61800", "0.2"), {}, 1),
        (limit("61900", "0.2"), {}, 2),
        (limit("61800"), {"mode": Mode.LIVE}, 1),
        (limit("61800"), {"newest": pane_facts.book("61814.00", levels=60)}, 1),
        (limit("61900", "0.2"), {"mode": Mode.LIVE}, 2),
        (limit("61805", "0.2", Side.SELL), {"position": Decimal(1)}, 0),
        (limit("61800"), {"equity": None}, 1),
    ],
)
def test_the_class_counts_size_mode_crossing_and_a_moved_touch(
    ticket: Ticket, more: dict[str, object], level: int
) -> None:
    assert judge.klass(ticket, seen(**more)) == level


@pytest.mark.parametrize(("state", "level"), [(BookState.LIVE, 0), (BookState.STALE, 1)])
def test_a_close_asks_once_more_while_the_fill_price_is_unknown(state: BookState, level: int) -> None:
    assert judge.reducing_class(seen(book=pane_facts.book(state=state))) == level
