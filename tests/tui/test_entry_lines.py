"""Entries by line: what a line means, what is refused, and that enter takes only what was shown."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.pilot import Pilot

from connectors.model.book import BookLevel, BookView
from connectors.model.ids import Mode
from connectors.model.order import OrderType, Side, TimeInForce
from support import pane_facts
from support.desk_instruments import instruments
from support.desk_stage import Stage
from tui.commands import entry_lines
from tui.commands.entry_lines import Entry, Known, NotAnEntry
from tui.commands.line import run_line
from tui.ticket import prices, sizes
from tui.ticket.seen import Seen

SIZE = (120, 40)
D = Decimal
KNOWN = Known("demo", ("BTCUSDT", "ETHUSDT"), {1: sizes.Size(D("0.01")), 2: sizes.Size(D("0.02"))})


def book(bid: str = "61804.00") -> BookView:
    plain = pane_facts.book(bid, levels=60)
    bids = (BookLevel(plain.bids[0].price, D("0.388")), *plain.bids[1:])
    asks = (BookLevel(plain.asks[0].price, D("0.412")), *plain.asks[1:])
    return replace(plain, bids=bids, asks=asks)


SEEN = Seen(
    account=pane_facts.ACCOUNT,
    label="demo",
    mode=Mode.SIM,
    instrument=instruments()[0],
    now_ns=pane_facts.T0,
    book=book(),
    newest=book(),
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


async def typed(stage: Stage, pilot: Pilot[int], text: str) -> None:
    """Open the command line and put a text into it, painted as it stands."""
    await stage.press(pilot, "colon")
    base = stage.desk.rooms.base
    assert base is not None
    base.typed.insert_text_at_cursor(text)
    await stage.settle(pilot)


async def test_a_line_shows_what_it_would_send_and_enter_sends_that(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await typed(stage, pilot, "buy 0.005 @ 61800")
        assert stage.line.startswith(
            "enter: BUY 0.005 @ 61,800.00 · 309.00 USDT · fee 0.31 USDT · rests 4.00 below the"
        )
        assert not stage.placed
        await stage.press(pilot, "enter")
        (placed,) = stage.placed
        assert (placed.side, placed.type, placed.quantity, placed.price) == (
            Side.BUY,
            OrderType.LIMIT,
            D("0.005"),
            D("61800"),
        )
        assert not stage.desk.rooms.typing


async def test_enter_waits_where_the_line_was_not_shown_as_it_reads(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await typed(stage, pilot, "buy 0.005 @ bi")
        for key, character in (("d", "d"), ("enter", "\r")):
            stage.desk.post_message(events.Key(key, character))
        await pilot.pause()
        assert not stage.placed
        assert stage.line.startswith("read it, then enter: BUY 0.005 @ 61,804.00")
        assert stage.desk.rooms.typing
        await stage.press(pilot, "enter")
        assert [placed.price for placed in stage.placed] == [D("61804.00")]


async def test_enter_waits_where_the_touch_moved_since_it_was_shown(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await typed(stage, pilot, "buy 0.005 @ bid")
        stage.book(book("61810.00"))
        stage.desk.floor.flush(stage.clock.time_ns())  # the ladder has painted it, the line not yet
        await pilot.pause()
        stage.desk.post_message(events.Key("enter", "\r"))
        await pilot.pause()
        assert not stage.placed
        assert stage.line.startswith("read it, then enter: BUY 0.005 @ 61,810.00")


async def test_enter_never_confirms_what_asks_once_more(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await typed(stage, pilot, "buy 0.04 @ 61800")
        assert "asks once more" in stage.line
        await stage.press(pilot, "enter")
        assert "y sends  n drops" in stage.line
        await stage.press(pilot, "enter")
        assert not stage.placed
        await typed(stage, pilot, "buy 0.04 @ 61800")
        await stage.press(pilot, "enter", "y")
        assert len(stage.placed) == 1


async def test_a_disarmed_desk_shows_the_line_and_sends_nothing(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+t")
        await typed(stage, pilot, "buy 0.005 mkt")
        assert stage.line == "refused: DISARMED. This would send: BUY 0.005 at MARKET. ctrl+t arms."
        await stage.press(pilot, "enter")
        assert not stage.placed
        assert stage.line.startswith("DISARMED. This would send: BUY 0.005 at MARKET.")


async def test_an_entry_by_line_needs_the_screen_its_prices_come_from(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3")
        assert run_line(stage.desk, "buy 0.005 mkt").startswith("buy and sell by line take prices from the market")
        assert not stage.placed


async def test_typing_after_a_refused_line_begins_anew_and_an_arrow_mends_it(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await typed(stage, pilot, "buy 0.005")
        await stage.press(pilot, "enter")
        assert stage.line == "at what price? Add @ PRICE, or mkt. Nothing was sent."
        base = stage.desk.rooms.base
        assert base is not None
        await stage.press(pilot, "colon")
        assert base.typed.value == "buy 0.005"
        await stage.press(pilot, "h")
        assert base.typed.value == "h", "what is typed takes the draft's place"
        await stage.press(pilot, "escape", "colon", "up")
        assert base.typed.value == "buy 0.005", "the line before"
        await stage.press(pilot, "end", "0")
        assert base.typed.value == "buy 0.0050"


@pytest.mark.parametrize(("screen", "key", "sign"), [("f2", "colon", ":"), ("f3", "slash", "/"), ("f2", "z", "z")])
async def test_the_typed_line_says_what_it_is_for(stage: Stage, screen: str, key: str, sign: str) -> None:
    async with stage.desk.run_test(size=(80, 24)) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, screen, key)
        assert stage.screen().splitlines()[-1].startswith(f" {sign} ")
        await stage.press(pilot, "escape")
        assert "PANIC" in stage.screen().splitlines()[-1]


async def test_a_trailing_stop_is_placed_by_line_for_what_is_held(stage: Stage) -> None:
    stage.link.hold()
    first, *others = stage.link.instruments
    kinds = first.order_types | {OrderType.TRAILING}
    stage.link.instruments = (replace(first, order_types=kinds), *others)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        for line, why in (
            ("trail", "trail how far behind?"),
            ("trail 5", "5 is no distance to trail at"),
            ("trail 0.005%", "0.005% is no distance to trail at"),
            ("trail 50bp 1", "1 is more than the 0.051 held"),
        ):
            assert run_line(stage.desk, line).startswith(why)
        assert not stage.placed
        assert run_line(stage.desk, "trail 0.5% 50%") == ""
        (placed,) = stage.placed
        assert (placed.side, placed.type, placed.trailing_delta, placed.quantity, placed.price) == (
            Side.SELL,
            OrderType.TRAILING,
            50,
            D("0.0255"),
            None,
        )
        assert "SELL 0.0255 TRAILING 0.5 % behind" in stage.line


async def test_an_instrument_without_trailing_stops_says_so(stage: Stage) -> None:
    stage.link.hold()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        assert run_line(stage.desk, "trail 0.5%") == ""
        assert stage.line.startswith("BTCUSDT takes no trailing stop.")
        assert not stage.placed
