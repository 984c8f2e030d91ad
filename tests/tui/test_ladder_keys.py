"""Ladder keys that are safe."""

from __future__ import annotations

from decimal import Decimal

import pytest

from support.desk_stage import Stage

SIZE = (120, 40)


@pytest.mark.parametrize(
    ("keys", "rows"),
    [
        (("up",), 1),
        (("down",), -1),
        (("k",), 1),
        (("j",), -1),
        (("K",), 10),
        (("J",), -10),
        (("shift+up",), 10),
        (("shift+down",), -10),
        (("down", "down", "up"), -1),
    ],
    ids=str,
)
async def test_the_cursor_moves_by_rows(stage: Stage, keys: tuple[str, ...], rows: int) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        ladder = stage.desk.floor.ladder
        before = ladder.cursor_price
        assert before is not None
        await stage.press(pilot, *keys)
        assert ladder.cursor_price == before + rows * ladder.model.grid.step


async def test_pages_are_as_long_as_the_ladder_is_high(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        ladder = stage.desk.floor.ladder
        before = ladder.cursor_price
        await stage.press(pilot, "pagedown")
        assert before is not None
        assert ladder.cursor_price == before - (ladder.size.height - 2) * ladder.model.grid.step
        await stage.press(pilot, "pageup")
        assert ladder.cursor_price == before


async def test_home_and_end_go_to_the_touch(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        ladder = stage.desk.floor.ladder
        await stage.press(pilot, "K", "end")
        assert ladder.cursor_price == Decimal("61804.00")
        await stage.press(pilot, "home")
        assert ladder.cursor_price == Decimal("61805.00")


async def test_c_scrolls_to_the_market_and_leaves_the_cursor(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        ladder = stage.desk.floor.ladder
        await stage.press(pilot, *["pagedown"] * 3)
        price = ladder.cursor_price
        await stage.press(pilot, "c")
        assert ladder.cursor_price == price
        assert not ladder.cursor_visible


async def test_o_visits_my_orders(stage: Stage) -> None:
    stage.link.rest("61800.00", number=3)
    stage.link.rest("61790.00", number=4)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        ladder = stage.desk.floor.ladder
        seen = []
        for _ in range(3):
            await stage.press(pilot, "o")
            seen.append(ladder.cursor_price)
        assert seen == [Decimal("61800.00"), Decimal("61790.00"), Decimal("61800.00")]


async def test_slash_puts_the_cursor_on_a_typed_price(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "slash")
        await stage.type(pilot, "61795.5")
        await stage.press(pilot, "enter")
        assert stage.desk.floor.ladder.cursor_price == Decimal("61795.50")
        assert stage.desk.floor.ladder.has_focus


async def test_a_price_that_is_none_is_refused_and_asked_for_afresh(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        before = stage.desk.floor.ladder.cursor_price
        await stage.press(pilot, "slash")
        await stage.type(pilot, "61,5")
        await stage.press(pilot, "enter")
        assert stage.line == "the comma in 61,5 can mean two things. Write 61.5 or 615. The cursor stays."
        assert stage.desk.floor.ladder.cursor_price == before
        await stage.press(pilot, "slash")
        assert stage.desk.floor.typed.value == ""


async def test_comma_and_stop_regroup_and_keep_the_cursor(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        ladder = stage.desk.floor.ladder
        step, price = ladder.model.grid.step, ladder.cursor_price
        await stage.press(pilot, "full_stop")
        assert ladder.model.grid.step > step
        await stage.press(pilot, "comma")
        assert ladder.model.grid.step == step
        assert ladder.cursor_price == price


async def test_digits_choose_the_slot_that_orders_take(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "3", "b", "y")
        assert stage.placed[0].quantity == Decimal("0.05"), "above the soft line: asked, and agreed to"
        await stage.press(pilot, "4", "b")
        assert stage.placed[1].quantity == Decimal("0.00809")
        await stage.press(pilot, "5", "b")
        assert stage.placed[2].quantity == Decimal("0.03236")


async def test_slot_zero_is_the_whole_position(stage: Stage) -> None:
    stage.link.hold("0.051")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "0", "t", "s")
        assert stage.placed[0].quantity == Decimal("0.051")


async def test_z_changes_the_slot(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "2", "z")
        await stage.type(pilot, "$750")
        await stage.press(pilot, "enter")
        assert stage.line == "Slot 2 is $750."
        await stage.press(pilot, "b")
        assert stage.placed[0].quantity == Decimal("0.01213")


@pytest.mark.parametrize("key", ["a"])
async def test_keys_of_later_releases_say_so_and_send_nothing(stage: Stage, key: str) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        asked = stage.deeds
        await stage.press(pilot, key)
        assert "later release" in stage.line
        assert stage.deeds == asked


async def test_an_order_key_elsewhere_says_where_it_works(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "c", "b")
        assert stage.line == "b needs the ladder: gl. Nothing was sent."
        await stage.press(pilot, "g", "l", "b")
        assert len(stage.placed) == 1


async def test_a_prefix_shows_its_choices_and_is_forgotten_after_two_seconds(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "m")
        assert stage.line == "m: b buy MARKET · s sell MARKET · esc"
        stage.clock.advance(3)
        await stage.settle(pilot)
        await stage.press(pilot, "b")
        assert [order.type.value for order in stage.placed] == ["LIMIT"]


async def test_resizing_keeps_cursor_focus_and_zoom(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "down", "g", "c", "plus")
        floor = stage.desk.floor
        before = (floor.ladder.cursor_price, floor.chart.model.view.pitch, floor.focused)
        for width, height in ((80, 24), (200, 60), (72, 20), (120, 40)):
            await pilot.resize_terminal(width, height)
            await stage.settle(pilot)
        assert (floor.ladder.cursor_price, floor.chart.model.view.pitch, floor.focused) == before


async def test_a_new_size_drops_what_is_staged(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "K", "K", "b")
        assert stage.desk.hand.asker.open is not None
        await pilot.resize_terminal(110, 38)
        await stage.settle(pilot)
        await stage.press(pilot, "y")
        assert not stage.placed


async def test_too_small_a_window_says_so_and_panic_works(stage: Stage) -> None:
    async with stage.desk.run_test(size=(72, 20)) as pilot:
        await stage.open(pilot)
        assert "72×20 is too small. The desk needs 80×24." in " ".join(stage.screen().split())
        await stage.press(pilot, "ctrl+g")
        assert stage.desk.store.trading.value == "HALTED"
