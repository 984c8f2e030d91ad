"""Order keys: what leaves, what is staged, what is asked, what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.model.book import BookState
from connectors.model.ids import Mode
from connectors.model.order import OrderStatus, OrderType, Side
from connectors.worker import api
from support import pane_facts
from support.desk_stage import Stage, make_stage
from tui.modals.confirm import Confirm

SIZE = (120, 40)


async def test_b_buys_the_slot_at_the_cursor_and_says_what_became_of_it(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "down", "down", "down")
        cursor = stage.desk.floor.ladder.cursor_price
        await stage.place(pilot, "b")
        (order,) = stage.placed
        assert (order.side, order.type, order.price) == (Side.BUY, OrderType.LIMIT, cursor)
        assert order.quantity == Decimal("0.01")
        assert order.frame == stage.update_id
        assert order.seen_price == Decimal("61804.005")
        assert stage.line == f"k1 BUY 0.010 @ {cursor:,.2f} resting  (key to ack 9.0 ms)"


async def test_an_order_is_on_the_ladder_before_the_worker_has_answered(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.link.mute = True
        await stage.press(pilot, "down", "b")
        assert "⋯0.010" in stage.screen()


async def test_the_order_of_one_key_press_is_asked_for_once(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "b")
        await stage.settle(pilot)
        assert len(stage.placed) == 1


@pytest.mark.parametrize(
    ("keys", "side", "kind", "price"),
    [
        (("t", "b"), Side.BUY, OrderType.LIMIT, "61804.00"),
        (("t", "s"), Side.SELL, OrderType.LIMIT, "61804.01"),
        (("m", "b"), Side.BUY, OrderType.MARKET, None),
        (("m", "s"), Side.SELL, OrderType.MARKET, None),
    ],
    ids=["join bid", "join ask", "market buy", "market sell"],
)
async def test_a_prefix_and_a_side_place_the_dearer_orders(
    stage: Stage, keys: tuple[str, ...], side: Side, kind: OrderType, price: str | None
) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, *keys)
        (order,) = stage.placed
        assert (order.side, order.type) == (side, kind)
        assert order.price == (None if price is None else Decimal(price))


async def test_improving_by_a_tick_needs_a_spread_of_more_than_one(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "i", "b")
        assert not stage.placed
        assert stage.line == "Improving to 61,804.01 would cross: the spread is one tick. Nothing was sent."
        stage.book(pane_facts.book(gap="0.05", levels=60))
        await stage.settle(pilot)
        await stage.press(pilot, "i", "b")
        assert stage.placed[-1].price == Decimal("61804.01")


async def test_a_price_through_the_touch_is_staged_and_y_sends_it(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "K", "K", "b")
        assert not stage.placed
        assert stage.line.startswith("CROSSES. BUY 0.010 @ ")
        assert "b?" in stage.screen() or "?0.010" in stage.screen()
        await stage.press(pilot, "y")
        assert len(stage.placed) == 1


@pytest.mark.parametrize("key", ["n", "escape", "enter", "down", "x", "j"])
async def test_anything_but_y_drops_what_is_staged_and_does_nothing_else(stage: Stage, key: str) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "K", "K", "b")
        cursor = stage.desk.floor.ladder.cursor_price
        await stage.press(pilot, key, "y")
        assert not stage.placed
        assert not stage.link.sent(api.CancelOrder)
        assert stage.desk.floor.ladder.cursor_price == cursor
        assert stage.desk.floor.ladder.model.ghost is None


async def test_y_within_250_ms_drops_what_is_staged(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "K", "K", "b")
        await stage.press(pilot, "y", apart_s=0.2)
        assert stage.line == "Dropped: y came within 250 ms. Nothing was sent."
        await stage.press(pilot, "y")
        assert not stage.placed


async def test_what_is_staged_lapses_after_ten_seconds(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "K", "K", "b")
        stage.clock.advance(10)
        await stage.settle(pilot)
        assert stage.line == "Dropped after 10 s without an answer. Nothing was sent."
        await stage.press(pilot, "y")
        assert not stage.placed


async def test_plus_moves_the_staged_price_by_a_row(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "K", "K", "b")
        cursor = stage.desk.floor.ladder.cursor_price
        assert cursor is not None
        await stage.press(pilot, "minus", "y")
        assert stage.placed[-1].price == cursor - stage.desk.floor.ladder.model.grid.step


async def test_another_order_key_takes_the_place_of_what_is_staged(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "K", "K", "b", "t", "b")
        assert [order.price for order in stage.placed] == [Decimal("61804.00")]


async def test_above_the_soft_line_a_buy_is_staged(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.desk.trader.slots.put("BTCUSDT", 1, size("0.2"))
        await stage.press(pilot, "t", "b")
        assert not stage.placed
        assert "12,360.80 USDT · y sends" in stage.line
        await stage.press(pilot, "y")
        assert len(stage.placed) == 1


async def test_crossing_above_the_soft_line_asks_in_a_dialog_that_enter_does_not_answer(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.desk.trader.slots.put("BTCUSDT", 1, size("0.2"))
        await stage.press(pilot, "K", "K", "b")
        assert isinstance(stage.desk.screen, Confirm)
        await stage.press(pilot, "enter", "space")
        assert isinstance(stage.desk.screen, Confirm)
        await stage.press(pilot, "y")
        assert not isinstance(stage.desk.screen, Confirm)
        assert len(stage.placed) == 1


async def test_the_dialog_is_deaf_for_its_first_300_ms(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.desk.trader.slots.put("BTCUSDT", 1, size("0.2"))
        await stage.press(pilot, "K", "K", "b")
        await stage.press(pilot, "y", apart_s=0.2)
        assert isinstance(stage.desk.screen, Confirm)
        await stage.press(pilot, "n")
        assert not stage.placed
        assert stage.line == "Dropped: nothing was sent."


async def test_above_the_hard_line_nothing_helps(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.desk.trader.slots.put("BTCUSDT", 1, size("0.9"))
        await stage.press(pilot, "t", "b", "y")
        assert not stage.placed
        assert "above the hard line" in stage.line


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


async def test_a_connection_without_a_key_says_so_plainly() -> None:
    stage = make_stage(mode=Mode.LIVE, keyed=False)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "b")
        assert not stage.placed
        assert stage.line == (
            "demo has no key: it shows the market and cannot trade. Keys come with a later release. Nothing was sent."
        )


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (BookState.RESYNC, "The book is being rebuilt (try 2). Keys that use its prices wait; cancel and close work."),
        (BookState.STALE, "No book from demo for 4 s. What you see is old. Price keys are off."),
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
        assert stage.line == f"{sentence} Nothing was sent."


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
        cursor = stage.desk.floor.ladder.cursor_price
        stage.book(pane_facts.book("62304.00", levels=60))
        await stage.settle(pilot)
        stage.clock.advance(2)
        await stage.settle(pilot)
        await stage.press(pilot, "b")
        assert not stage.placed
        assert stage.line == (
            f"The cursor {cursor:,.2f} is off the screen. c shows the market, an arrow scrolls to the cursor."
            " Nothing was sent."
        )


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


def size(text: str) -> object:
    from tui.ticket.sizes import read

    return read(text)
