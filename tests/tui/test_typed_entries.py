"""Entries typed as lines, by key: what enter would send is shown first, and nothing else is sent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from textual import events
from textual.pilot import Pilot

from connectors.model.order import OrderType, Side
from support.desk_stage import Stage
from support.pane_facts import book_of_examples
from tui.commands.line import run_line

SIZE = (120, 40)
D = Decimal


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
        stage.book(book_of_examples("61810.00"))
        sum(stage.desk.floor.flushes(stage.clock.time_ns()))  # the ladder has painted it, the line not yet
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
