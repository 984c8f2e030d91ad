"""Orders that rest are changed: nudged, carried, moved and resized; by key, in their row, and by line."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from connectors.model.book import BookState
from connectors.model.ids import Mode, OrderId
from connectors.model.order import Kinship, OrderStatus
from connectors.worker import api
from support import pane_facts
from support.desk_stage import Stage, make_stage
from tui.commands.line import run_line

SIZE = (120, 40)


def sent(stage: Stage) -> list[api.AmendOrder]:
    return stage.link.sent(api.AmendOrder)


async def test_a_nudge_moves_my_order_at_the_cursor_by_a_row_with_what_was_seen(stage: Stage) -> None:
    order = stage.link.rest("61804.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "minus")
        (change,) = sent(stage)
        assert change.order_id == order.order_id
        assert (change.price, change.quantity, change.trigger_price) == (Decimal(61803), None, None)
        assert change.frame == stage.update_id
        assert change.seen_price == Decimal("61804.005")
        assert stage.line == "k3 61,804.00 → 61,803.00 is on its way"
        assert stage.desk.store.orders[order.order_id].amending is not None


async def test_a_held_nudge_is_one_change_and_a_second_waits_for_the_venues_word(stage: Stage) -> None:
    stage.link.rest("61804.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "minus", apart_s=0.4)
        await stage.press(pilot, "minus", apart_s=0.1)
        assert len(sent(stage)) == 1
        assert "250 ms is the least" in stage.line
        await stage.press(pilot, "minus")
        assert len(sent(stage)) == 1
        assert stage.line == "k3 is being changed: wait for the venue's word. Nothing was sent."


async def test_after_a_change_of_screen_a_nudge_settles_first(stage: Stage) -> None:
    stage.link.rest("61800.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3")
        await stage.press(pilot, "minus", apart_s=0.05)
        assert not sent(stage)
        assert stage.line == "Settling: press again."
        await stage.press(pilot, "minus")
        assert [change.price for change in sent(stage)] == [Decimal("61799.99")]


async def test_disarmed_a_nudge_says_what_it_would_send(stage: Stage) -> None:
    stage.link.rest("61804.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+t", "minus")
        assert not sent(stage)
        assert stage.line.startswith("DISARMED. This would send: k3 61,804.00 → 61,803.00")


async def test_a_price_key_waits_for_a_live_book_and_a_halt_is_a_halt(stage: Stage) -> None:
    stage.link.rest("61804.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.book(pane_facts.book(levels=60, state=BookState.RESYNC))
        await stage.settle(pilot)
        await stage.press(pilot, "minus", "minus")
        assert not sent(stage)
        assert stage.line == "Book RESYNC (try 1). Cancel and close work. Nothing was sent."
        stage.book()
        await stage.press(pilot, "ctrl+g", "escape", "minus")
        assert not sent(stage)
        assert stage.line.startswith("HALTED")


async def test_the_row_is_edited_in_two_fields_and_judged_as_one_types(stage: Stage) -> None:
    order = stage.link.rest("61800.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3", "e")
        assert stage.line == "k3 stays as it is. tab: price / size  esc leaves it"
        await stage.press(pilot, "ctrl+u")
        stage.desk.orders.edit.write("61801.005")
        await stage.settle(pilot)
        assert stage.line.startswith("Price 61,801.005 is between ticks (0.01). Nearest: 61,801.00 or 61,801.01")
        await stage.press(pilot, "enter")
        assert not sent(stage), "what is refused is not sent"
        await stage.press(pilot, "backspace")
        assert stage.line.startswith("k3 61,800.00 → 61,801.00 · canceled and placed anew, loses ")
        assert stage.line.endswith("· enter sends")
        await stage.press(pilot, "tab", "ctrl+u")
        stage.desk.orders.edit.write("0.020009")
        await stage.settle(pilot)
        assert "and 0.01000 → 0.02000 · 1,236.02" in stage.line
        assert "(rounded down from 0.020009)" in stage.line
        await stage.press(pilot, "enter")
        (change,) = sent(stage)
        assert (change.price, change.quantity) == (Decimal("61801.00"), Decimal("0.02000"))
        await stage.settle(pilot)
        assert "AMENDING" in stage.screen() or "AMEND →" in stage.screen()
        stage.link.changed(
            order.order_id, OrderStatus.OPEN, price=change.price, quantity=change.quantity, amending=None
        )
        await stage.settle(pilot)
        assert stage.line == "k3 BUY 0.020 @ 61,801.00 changed"


async def test_esc_leaves_the_fields_and_the_order_as_it_was(stage: Stage) -> None:
    stage.link.rest("61800.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3", "e", "1", "escape")
        assert stage.line == "k3 stays as it is."
        assert stage.desk.current_mode == "orders"
        await stage.press(pilot, "enter")
        assert not sent(stage)


async def test_the_fields_close_when_the_order_is_over(stage: Stage) -> None:
    order = stage.link.rest("61800.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3", "e")
        stage.link.changed(order.order_id, OrderStatus.FILLED, filled=Decimal("0.01"), cost=Decimal(618))
        await stage.settle(pilot)
        await stage.press(pilot, "enter")
        assert not sent(stage)
        assert not stage.desk.orders.edit.open


async def test_enter_on_a_live_account_stages_and_y_sends(stage: Stage) -> None:
    stage = make_stage(mode=Mode.LIVE, wanted="demo")
    stage.link.rest("61800.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+t", *"LIVE", "enter", "f3", "e", "ctrl+u")
        stage.desk.orders.edit.write("61801")
        await stage.settle(pilot)
        assert stage.line.endswith("· enter asks")
        await stage.press(pilot, "enter")
        assert not sent(stage)
        assert stage.line.startswith("k3 61,800.00 → 61,801.00 · ")
        assert stage.line.endswith("· y sends  n drops")
        await stage.press(pilot, "y")
        assert [change.price for change in sent(stage)] == [Decimal(61801)]


async def test_a_grabbed_order_is_carried_by_arrows_and_dropped_by_y(stage: Stage) -> None:
    stage.link.rest("61804.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "v", "down", "down", "up", "K", "J", "down")
        assert stage.line.startswith("k3 61,804.00 → 61,802.00 · ")
        assert stage.desk.floor.ladder.model.ghost is not None
        assert not sent(stage)
        await stage.press(pilot, "y")
        assert [change.price for change in sent(stage)] == [Decimal(61802)]
        assert stage.desk.floor.ladder.model.ghost is None


async def test_any_other_key_lets_a_grabbed_order_go(stage: Stage) -> None:
    stage.link.rest("61804.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "v", "down", "escape")
        assert stage.line == "k3 stays where it was."
        await stage.press(pilot, "y")
        assert not sent(stage)


async def test_e_on_the_ladder_edits_in_the_ticket(stage: Stage) -> None:
    order = stage.link.rest("61804.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "e")
        assert "TICKET changes k3" in stage.screen()
        await stage.press(pilot, "ctrl+u")
        await stage.type(pilot, "61790")
        await stage.press(pilot, "ctrl+y")
        assert [(each.order_id, each.price, each.quantity) for each in sent(stage)] == [
            (order.order_id, Decimal(61790), None)
        ]
        assert not stage.placed, "no second order"
        await stage.press(pilot, "enter")
        assert "TICKET changes" not in stage.screen()


LINES: list[tuple[str, str | None, str | None]] = [
    ("move k3 @ 61790", "61790", None),
    ("move k3 +2t", "61800.02", None),
    ("MOVE k3 -1t", "61799.99", None),
    ("move k3 @ bid", "61804.00", None),
    ("move k3 -10usdt", "61790.00", None),
    ("resize k3 0.02", None, "0.02"),
    ("resize k3 0.005", None, "0.005"),
]
REFUSED = [
    ("move k9 @ 61790", "No order is called k9. Nothing was sent."),
    ("move k3", "move what, and where? move k3 @ 61790, or move k3 +2t. Nothing was sent."),
    ("move k3 +2", "+2 is no distance. Write +2t, -5bp, -0.5% or +10usdt. Nothing was sent."),
    ("move k3 2t", "move k3 where? @ 61790, or a distance: +2t, -5bp, +0.1%. Nothing was sent."),
    ("move k3 @ 61,790", "the comma in 61,790 can mean two things. Write 61.790 or 61790. Nothing was sent."),
    ("move k3 @ 68100", "10.2 % above the ask 61,804.01; the limit is 1 %. Digits swapped? Nothing was sent."),
    ("resize k3", "resize what, to what? resize k3 0.02. Nothing was sent."),
    ("move last @ bid", "No order of yours was placed here last. Nothing was sent."),
]


async def test_lines_change_an_order_or_say_why_not(stage: Stage) -> None:
    order = stage.link.rest("61800.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        for line, said in REFUSED:
            assert (run_line(stage.desk, line) or stage.line) == said, line
        assert not sent(stage)
        for line, price, quantity in LINES:
            stage.desk.store.orders[order.order_id] = order
            assert not run_line(stage.desk, line)
            change = sent(stage)[-1]
            assert change.price == (None if price is None else Decimal(price)), line
            assert change.quantity == (None if quantity is None else Decimal(quantity)), line
        assert len(sent(stage)) == len(LINES)


async def test_making_an_order_smaller_keeps_its_place_and_works_disarmed(stage: Stage) -> None:
    stage.link.instruments = tuple(replace(each, amend=True, replace=True) for each in stage.link.instruments)
    stage.link.rest("61800.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+t", "f3", "e", "tab", "ctrl+u")
        stage.desk.orders.edit.write("0.004")
        await stage.settle(pilot)
        assert stage.line == "k3 0.01000 → 0.00400 · 247.20 · keeps its place · enter sends"
        await stage.press(pilot, "enter")
        assert [change.quantity for change in sent(stage)] == [Decimal("0.004")]


async def test_a_partly_filled_order_is_not_made_smaller_than_it_is_filled(stage: Stage) -> None:
    order = stage.link.rest("61800.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.link.changed(order.order_id, OrderStatus.PARTIALLY_FILLED, filled=Decimal("0.006"), cost=Decimal("370.8"))
        await stage.press(pilot, "f3", "e", "tab", "ctrl+u")
        stage.desk.orders.edit.write("0.006")
        await stage.settle(pilot)
        assert stage.line == "0.006 is not above 0.006, which is filled. x cancels the rest. Nothing was sent."
        await stage.press(pilot, "enter")
        assert not sent(stage)


async def test_the_hand_follows_an_order_that_was_canceled_and_replaced(stage: Stage) -> None:
    old = stage.link.rest("61800.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3")
        child = replace(
            old,
            order_id=OrderId(UUID(int=4)),
            handle="k4",
            price=Decimal(61801),
            parent=old.order_id,
            kinship=Kinship.REPLACED,
        )
        stage.link.orders[child.order_id] = child
        stage.link.changed(old.order_id, OrderStatus.CANCELED, replacement=child.order_id)
        stage.link.tell(api.OrderChanged(child))
        await stage.settle(pilot)
        assert stage.line.startswith("k4 BUY 0.010 @ 61,801.00 resting, in place of k3")
        selected = stage.desk.orders.table.selected
        assert selected is not None
        assert selected.handle == "k4"


async def test_a_stop_is_moved_by_its_trigger_disarmed_too(stage: Stage) -> None:
    stop = pane_facts.stop()
    stage.link.orders[stop.order_id] = stop
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+t", "f3", "plus")
        (change,) = sent(stage)
        assert (change.price, change.trigger_price) == (None, Decimal("61500.01"))
