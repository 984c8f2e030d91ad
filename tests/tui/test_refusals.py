"""Order keys that are refused: by the desk with its sentence, by the worker, by the venue, or by silence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.model.book import BookState
from connectors.model.ids import Mode
from connectors.model.instrument import InstrumentStatus
from connectors.model.order import OrderStatus
from connectors.worker import api
from support import pane_facts
from support.desk_stage import Stage, make_stage
from tui.ticket.sizes import Size, read

SIZE = (120, 40)
ROOM = 76
"""Cells a sentence has on the message line of 80 columns, its glyph and margins left out."""


async def test_a_price_beyond_the_collar_is_refused(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.desk.floor.put_cursor(Decimal("68100"))
        await stage.settle(pilot)
        await stage.press(pilot, "b")
        assert not stage.placed
        assert stage.line == "10.2 % above the ask 61,804.01; the limit is 1 %. Digits swapped? Nothing was sent."


async def test_a_broken_filter_is_named_with_the_nearest_legal_value(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.desk.trader.slots.put("BTCUSDT", 1, size("0.00005"))
        await stage.press(pilot, "t", "b")
        assert not stage.placed
        assert stage.line == (
            "3.09 USDT is under the venue's least of 5.00. Smallest size here: 0.00009. Nothing was sent."
        )


async def test_disarmed_an_order_key_says_what_it_would_send(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+t", "t", "b")
        assert not stage.placed
        assert stage.line == ("DISARMED. This would send: BUY 0.010 @ 61,804.00. ctrl+t arms. Nothing was sent.")
        await stage.press(pilot, "ctrl+t", "t", "b")
        assert len(stage.placed) == 1


async def test_live_starts_disarmed_is_armed_by_a_typed_word_and_disarms_after_ten_minutes_without_a_key() -> None:
    stage = make_stage(mode=Mode.LIVE, wanted="demo")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        assert "DISARMED" in stage.screen().splitlines()[0]
        await stage.press(pilot, "t", "b")
        assert stage.line.startswith("DISARMED. This would send: BUY 0.010 @ 61,804.00.")
        await stage.press(pilot, "ctrl+t", "y", "enter")
        assert not stage.desk.trader.armed, "a letter is no word"
        sheet = stage.desk.dialogs.sheet
        assert sheet is not None
        assert sheet.said == "That is not LIVE or demo. Nothing was changed."
        await stage.press(pilot, "escape")
        assert stage.line == "Still DISARMED."
        await stage.press(pilot, "ctrl+t", *"LIVE", "enter")
        assert stage.desk.trader.armed
        await stage.press(pilot, "t", "b")
        assert "y sends" in stage.line
        assert not stage.placed
        stage.clock.advance(601)
        await stage.settle(pilot)
        assert not stage.desk.trader.armed
        await stage.press(pilot, "ctrl+t")
        assert stage.desk.trader.armed, "once in a session is enough"


async def test_a_connection_without_a_key_says_so_plainly() -> None:
    stage = make_stage(mode=Mode.LIVE, keyed=False)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "b")
        assert not stage.placed
        assert stage.line == (
            "demo has no key: it shows the market and cannot trade. Give it one on the venues screen (gv)."
            " Nothing was sent."
        )


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (BookState.RESYNC, "Book RESYNC (try 2). Cancel and close work. Nothing was sent."),
        (BookState.STALE, "No book from demo for 4 s: price keys are off. Nothing was sent."),
    ],
)
async def test_a_book_that_is_not_live_refuses_price_keys_with_its_sentence(
    stage: Stage, state: BookState, sentence: str
) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.book(pane_facts.book(levels=60, state=state, attempt=2))
        await stage.settle(pilot)
        stage.clock.advance(4)
        await stage.press(pilot, "b")
        assert not stage.placed
        assert stage.line == sentence
        assert len(stage.line) <= ROOM


@pytest.mark.parametrize("status", [InstrumentStatus.CANCEL_ONLY, InstrumentStatus.HALT, InstrumentStatus.BREAK])
async def test_an_instrument_that_stops_trading_refuses_entries_by_name_and_lets_cancels_through(
    stage: Stage, status: InstrumentStatus
) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        order = await stage.place(pilot, "t", "b")
        known = stage.link.instruments[0]
        stage.link.tell(api.InstrumentChanged(order.account, replace(known, status=status)))
        await stage.settle(pilot)
        assert status.value in stage.screen().splitlines()[1]
        await stage.press(pilot, "t", "b")
        assert len(stage.placed) == 1
        assert stage.line == f"BTCUSDT is in state {status} and takes no such order now. Nothing was sent."
        await stage.press(pilot, "d", "a")
        assert any(isinstance(command, api.CancelOrder | api.CancelOrders) for command in stage.link.commands)
        stage.link.tell(api.InstrumentChanged(order.account, known))
        await stage.settle(pilot)
        await stage.press(pilot, "t", "b")
        assert len(stage.placed) == 2


async def test_a_coarser_tick_reaches_the_next_ticket_at_once_and_the_resting_order_stays(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        order = await stage.place(pilot, "t", "b")
        known = stage.link.instruments[0]
        coarse = replace(known, filters=replace(known.filters, tick_size=Decimal("0.5")))
        stage.link.tell(api.InstrumentChanged(order.account, coarse))
        await stage.settle(pilot)
        assert stage.desk.floor.ladder.model.grid.tick == Decimal("0.5")
        assert stage.desk.store.orders[order.order_id].working
        seen = stage.desk.seen()
        assert seen is not None
        assert seen.instrument == coarse


async def test_what_changed_while_the_worker_was_away_is_drawn_when_it_is_back(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        known = stage.link.instruments[0]
        halted = replace(known, status=InstrumentStatus.HALT)
        stage.link.instruments = (halted, *stage.link.instruments[1:])
        stage.link.number += 3
        stage.link.push(stage.link.picture())
        await stage.until(pilot, lambda: stage.desk.market.instrument == halted)
        await stage.settle(pilot)
        assert "HALT" in stage.screen().splitlines()[1]


async def test_a_ladder_painted_too_far_behind_the_book_refuses(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.book()
        stage.clock.advance(0.6)
        await pilot.press("b")
        await pilot.pause()
        assert not stage.placed
        assert "600 ms behind the book" in stage.line


async def test_a_cursor_off_the_screen_refuses_with_the_exact_sentence(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "up", "down")
        cursor = stage.desk.floor.ladder.cursor_price
        stage.book(pane_facts.book("62304.00", levels=60))
        await stage.settle(pilot)
        stage.clock.advance(2)
        await stage.settle(pilot)
        await stage.press(pilot, "b")
        assert not stage.placed
        assert stage.line == (f"Cursor {cursor:,.2f} is off screen. c: market, arrow: cursor. Nothing was sent.")


@pytest.mark.parametrize("key", ["x", "plus", "minus", "v"])
async def test_no_key_touches_an_order_at_a_cursor_that_is_off_the_screen(stage: Stage, key: str) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "up", "down")
        order = await stage.place(pilot, "b")
        cursor = stage.desk.floor.ladder.cursor_price
        assert order.price == cursor
        stage.book(pane_facts.book("62304.00", levels=60))
        stage.clock.advance(2)
        await stage.settle(pilot)
        stage.clock.advance(2)
        sent = len(stage.link.commands)
        await stage.press(pilot, key)
        assert {type(command) for command in stage.link.commands[sent:]} <= {api.ListConnections}
        assert stage.line == f"Cursor {cursor:,.2f} is off screen. c: market, arrow: cursor. Nothing was sent."
        await stage.press(pilot, "up", "x")
        assert [command.order_id for command in stage.link.commands if isinstance(command, api.CancelOrder)] == [
            order.order_id
        ]


async def test_the_first_key_at_a_cursor_that_went_with_the_market_sends_nothing(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.book(pane_facts.book("62304.00", levels=60))
        await stage.settle(pilot)
        stage.clock.advance(2)
        await stage.settle(pilot)
        assert stage.desk.floor.ladder.cursor_price == 62304
        await stage.press(pilot, "b")
        assert not stage.placed
        assert stage.line.startswith("The cursor went with the market to 62,304.00. Press again to act there.")
        await stage.press(pilot, "b")
        assert [placed.price for placed in stage.placed] == [62304]


async def test_a_stop_at_a_cursor_that_went_with_the_market_is_asked_for_twice(stage: Stage) -> None:
    stage.link.hold()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.book(pane_facts.book("62304.00", levels=60))
        await stage.settle(pilot)
        stage.clock.advance(2)
        await stage.settle(pilot)
        await stage.press(pilot, "p", "p")
        assert stage.line.startswith("The cursor went with the market to 62,304.00. Press again to act there.")
        await stage.press(pilot, "p", "p")
        assert "went with the market" not in stage.line


async def test_a_refusal_of_the_worker_clears_the_row_and_stays_on_the_line(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        refused = api.Failure(api.FailureKind.REFUSED, "Order rate 50 of 50 in 10 s. Try again in 2 s.")
        stage.link.answers[api.PlaceOrder] = refused
        await stage.press(pilot, "b")
        assert stage.line == "Order rate 50 of 50 in 10 s. Try again in 2 s."
        assert not stage.desk.store.orders
        stage.desk.say("something less important")
        assert stage.line == "Order rate 50 of 50 in 10 s. Try again in 2 s."


async def test_a_lost_answer_leaves_the_order_on_the_screen_as_unknown(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.link.answers[api.PlaceOrder] = api.Failure(api.FailureKind.UNKNOWN, "No answer from the worker.")
        await stage.press(pilot, "b")
        (order,) = stage.desk.store.orders.values()
        assert order.status is OrderStatus.UNKNOWN
        assert "?0.010" in stage.screen()


async def test_a_venues_refusal_is_told_with_its_words_and_stays(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "b")
        stage.link.changed(stage.placed[0].order_id, OrderStatus.REJECTED, reason="demo refused: [/b] balance")
        await stage.settle(pilot)
        assert stage.line.startswith("k1 BUY 0.010 @ 61,804.00 refused: demo refused: [/b] balance")
        standing = stage.desk.teller.standing
        assert standing is not None
        assert standing.sticky


async def test_a_moved_touch_since_the_frame_asks_once_more(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.clock.advance(1)
        stage.book(pane_facts.book("61814.00", levels=60))
        await pilot.press("b")
        await pilot.pause()
        assert not stage.placed
        assert "y sends" in stage.line


def size(text: str) -> Size:
    return read(text)
