"""Entries by line: what a line means, what is refused, and that enter takes only what was shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model.ids import Mode
from connectors.model.order import OrderType, Side, TimeInForce
from support import pane_facts
from support.desk_instruments import instruments
from tui.commands import entry_lines
from tui.commands.entry_lines import Entry, Known, NotAnEntry
from tui.ticket import prices, sizes
from tui.ticket.seen import Seen

SIZE = (120, 40)
D = Decimal
KNOWN = Known("demo", ("BTCUSDT", "ETHUSDT"), {1: sizes.Size(D("0.01")), 2: sizes.Size(D("0.02"))})


SEEN = Seen(
    account=pane_facts.ACCOUNT,
    label="demo",
    mode=Mode.SIM,
    instrument=instruments()[0],
    now_ns=pane_facts.T0,
    book=pane_facts.book_of_examples(),
    newest=pane_facts.book_of_examples(),
    last=D("61804.01"),
    cursor=D("61800.00"),
    position=D("0.051"),
    average=D("61702.10"),
    free_base=D("0.051"),
    free_quote=D("8213.40"),
    equity=D(20_000),
)
"""The state of the contract's examples."""


def read(line: str) -> Entry:
    return entry_lines.read(line, SEEN, KNOWN)


@pytest.mark.parametrize(
    ("line", "side", "kind", "size", "price", "force"),
    [
        ("buy 0.01 @ 61800 post", Side.BUY, OrderType.LIMIT_MAKER, "0.01", "61800", None),
        ("buy 0.01 btcusdt @ bid", Side.BUY, OrderType.LIMIT, "0.01", "61804.00", None),
        ("BUY btcusdt 0.01 btc @bid", Side.BUY, OrderType.LIMIT, "0.01", "61804.00", None),
        ("b $500 @ bid-2t", Side.BUY, OrderType.LIMIT, "0.00809", "61803.98", None),
        ("b $500 @ bid - 2t", Side.BUY, OrderType.LIMIT, "0.00809", "61803.98", None),
        ("buy 500usdt @ mid-5bp", Side.BUY, OrderType.LIMIT, "0.00809", "61773.10", None),
        ("buy 500 usdt @ -0.05%", Side.BUY, OrderType.LIMIT, "0.00809", "61773.10", None),
        ("sell 50% mkt", Side.SELL, OrderType.MARKET, "0.0255", None, None),
        ("buy 10%bal mkt", Side.BUY, OrderType.MARKET, "0.01328", None, None),
        ("buy 0.05 mkt cap 5bp", Side.BUY, OrderType.LIMIT, "0.05", "61834.91", TimeInForce.IOC),
        ("sell 0.05 mkt cap 5bp", Side.SELL, OrderType.LIMIT, "0.05", "61773.10", TimeInForce.IOC),
        ("buy #2 @ cursor", Side.BUY, OrderType.LIMIT, "0.02", "61800", None),
        ("buy 0.02 @ best-1t", Side.BUY, OrderType.LIMIT, "0.02", "61803.99", None),
        ("s 0.02 @ opp", Side.SELL, OrderType.LIMIT, "0.02", "61804.00", None),
        ("buy 0.01 @ ask ioc", Side.BUY, OrderType.LIMIT, "0.01", "61804.01", TimeInForce.IOC),
        ("sell 0.01 @ 61850", Side.SELL, OrderType.LIMIT, "0.01", "61850", None),
        ("sell all @ ask post", Side.SELL, OrderType.LIMIT_MAKER, "0.051", "61804.01", None),
        ("sell 0.01 @ entry+1%", Side.SELL, OrderType.LIMIT, "0.01", "62319.13", None),
        ("buy 1_0 @ 61.8k fok", Side.BUY, OrderType.LIMIT, "10", "61800", TimeInForce.FOK),
    ],
)
def test_a_line_means_what_the_contract_says(  # one column each
    line: str, side: Side, kind: OrderType, size: str, price: str | None, force: TimeInForce | None
) -> None:
    ticket = read(line).ticket
    assert (ticket.side, ticket.type, ticket.quantity, ticket.price, ticket.time_in_force) == (
        side,
        kind,
        D(size),
        None if price is None else D(price),
        force,
    )


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("buy 61800", "61,800 is a price, not a size. Did you mean buy SIZE @ 61800 ?"),
        ("buy 61800 @ 0.01", "61,800 is a price, not a size"),
        ("buy 0.01", "at what price? Add @ PRICE, or mkt"),
        ("buy 0.01 @", "at what price? @ 61800, @ bid, @ ask-2t"),
        ("buy", "how much?"),
        ("buy mkt", "how much?"),
        ("buy 1,5 @ 61800", "the comma in 1,5 can mean two things. Write 1.5 or 15"),
        ("buy 0.01 btcusd @ 61800", "demo has no BTCUSD. It has BTCUSDT"),
        ("buy 0.01 ethusdt @ 2600", "ETHUSDT is not on the screen: w switches to it"),
        ("buy 0.01 61800", "unknown word 61800"),
        ("buy 0.01 market", "demo has no MARKET"),
        ("buy 0.01 @ 61800 psot", "psot does not belong here. After the price: post, ioc, fok, gtc, reduce"),
        ("buy 0.01 mkt post", "post does not belong here"),
        ("buy 0.01 mkt ioc", "ioc does not belong here"),
        ("buy 0.01 @ 61800 post ioc", "post rests and IOC does not: take one of them"),
        ("buy 0.01 mkt cap", "cap by how much? mkt cap 5bp"),
        ("buy 0.01 mkt cap 5", "+5 is no distance"),
        ("buy 0.01 @ +100", "+100 is no distance. Write +2t, -5bp, -0.5% or +10usdt"),
        ("buy 0.01 @ vwap", "vwap is not known now"),
        ("buy 0.01 @ mark", "mark is not known now"),
        ("buy -1 @ bid", "-1 is no size"),
        ("buy 1e5 @ bid", "1e5 is no size"),
        ("buy 0.000001 @ bid", "0.000001 is nothing here: it is less than one lot"),
        ("buy #7 @ bid", "#7 is no size slot"),
        ("buy 101%bal mkt", "101 % is no share"),
        ("buy all mkt", "buy all of what? buy 100%bal takes the whole free balance"),
        ("buy 50 risk stop 61500 @ ask", "Sizes by risk are not built yet"),
        ("buy 1r stop 61500 @ ask", "Sizes by risk are not built yet"),
        ("buy 0.01 @ bid tp 62500", "An attached target is not built yet: :tp PRICE places one once this is filled"),
        ("buy 0.01 @ bid gtd 14:00", "gtd by line is not built yet: tradedesk order place --gtd TIME has it"),
        ("long 0.01 mkt", "long is for derivatives; BTCUSDT is spot: buy, or sell"),
        ("buy 0.01 mkt reduce", "reduce: BUY adds to what is held"),
        ("sell 0.1 mkt reduce", "reduce: 0.1 is more than the 0.051 held"),
    ],
)
def test_what_is_not_understood_whole_is_refused(line: str, why: str) -> None:
    with pytest.raises((NotAnEntry, prices.NotAPrice, sizes.NotASize)) as caught:
        read(line)
    assert str(caught.value).startswith(why)


def test_what_the_book_forbids_is_shown_before_enter() -> None:
    taking = entry_lines.shown(read("buy 0.02 @ bid+1t post"), SEEN)
    assert taking == (
        "refused: post-only at 61,804.01 would take; the ask is 61,804.01. Use bid, or drop post.",
        True,
    )
    words, refused = entry_lines.shown(read("buy 0.01 @ 68100"), SEEN)
    assert refused
    assert words.startswith("refused: 10.2 % above the ask 61,804.01; the limit is 1 %. Digits swapped?")
    words, refused = entry_lines.shown(read("buy 0.01 @ 61800"), SEEN)
    assert words.startswith("BUY 0.010 @ 61,800.00 · 618.00 USDT · asks once more · fee 0.62 USDT · rests 4.00 below")
    assert not refused


WORDS = ["0.01", "61800", "$500", "50%", "all", "#1", "@", "bid", "ask-2t", "btcusdt", "post", "ioc", "reduce", "cap"]
WORDS += ["5bp", "mkt", "buy", "sell", "1,5", "gtc", "market", "+0.1%", "b", "k"]


@given(st.sampled_from(["buy", "sell", "b", "s"]), st.lists(st.sampled_from(WORDS), max_size=6))
def test_no_line_without_the_word_mkt_ever_becomes_a_market_order(verb: str, words: list[str]) -> None:
    try:
        ticket = read(" ".join([verb, *words])).ticket
    except (NotAnEntry, prices.NotAPrice, sizes.NotASize):
        return
    assert (ticket.type is OrderType.MARKET) == ("mkt" in words and "cap" not in words)
    assert ticket.side is entry_lines.SIDES[verb]
    assert "@" in words or "mkt" in words
    assert not {"1,5", "market", "b", "k", "buy", "sell"} & set(words), "one unknown word refuses the whole line"


# --- by key -----------------------------------------------------------------------------------------------------------
