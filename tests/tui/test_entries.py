"""Order keys: what leaves, what is staged, what is asked, what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.model.order import OrderType, Side
from connectors.worker import api
from support import pane_facts
from support.desk_stage import Stage
from tui.modals.confirm import Confirm
from tui.ticket.sizes import Size, read

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


async def test_an_order_is_with_the_worker_before_anything_is_painted(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.desk.trader.join(Side.BUY)
        assert [place.side for place in stage.placed] == [Side.BUY]
        await stage.settle(pilot)


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
        stage.desk.trader.slots.put("BTCUSDT", 1, size("0.05"))
        await stage.press(pilot, "t", "b")
        assert not stage.placed
        assert "3,090.20 USDT · y sends" in stage.line
        await stage.press(pilot, "y")
        assert len(stage.placed) == 1


async def test_crossing_above_the_soft_line_asks_in_a_dialog_that_enter_does_not_answer(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.desk.trader.slots.put("BTCUSDT", 1, size("0.05"))
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
        stage.desk.trader.slots.put("BTCUSDT", 1, size("0.05"))
        await stage.press(pilot, "K", "K", "b")
        await stage.press(pilot, "y", apart_s=0.2)
        assert isinstance(stage.desk.screen, Confirm)
        await stage.press(pilot, "n")
        assert not stage.placed
        assert stage.line == "Dropped: nothing was sent."


async def test_above_the_hard_line_nothing_helps_and_the_largest_size_is_named(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.desk.trader.slots.put("BTCUSDT", 1, size("0.2"))
        await stage.press(pilot, "t", "b", "y")
        assert not stage.placed
        assert stage.line.startswith("12,360.80 USDT is above 4,090.20, 5 % of equity. Largest size here: 0.06618.")


def size(text: str) -> Size:
    return read(text)
