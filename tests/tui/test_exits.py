"""What takes risk off: cancel, close, resume, leaving. It works disarmed, halted and without a book."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from connectors.model.book import BookState
from connectors.model.connection import Connection
from connectors.model.ids import AccountId, Mode, OrderId
from connectors.model.order import OrderStatus, OrderType, Side
from connectors.worker import api
from support import pane_facts
from support.desk_stage import Stage

SIZE = (120, 40)


@pytest.mark.parametrize("key", ["x", "delete"])
async def test_x_cancels_my_order_at_the_cursor(stage: Stage, key: str) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        order = await stage.place(pilot, "down", "b")
        await stage.press(pilot, key)
        assert stage.link.sent(api.CancelOrder) == [api.CancelOrder(order.order_id)]
        assert stage.line == "k1: cancel sent."
        stage.link.changed(order.order_id, OrderStatus.CANCELED)
        await stage.settle(pilot)
        assert stage.line == "k1 BUY 0.010 @ 61,803.00 canceled"


async def test_x_where_nothing_of_mine_stands_says_so(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "x")
        assert stage.line == "No order of yours at 61,804.00. o goes to the next one."


async def test_cancel_works_disarmed_halted_and_without_a_live_book(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        order = await stage.place(pilot, "b")
        stage.book(pane_facts.book(levels=60, state=BookState.RESYNC))
        await stage.press(pilot, "ctrl+t", "ctrl+g", "x")
        assert stage.link.sent(api.CancelOrder) == [api.CancelOrder(order.order_id)]


@pytest.mark.parametrize(
    ("keys", "numbers"), [(("d", "b"), {3}), (("d", "s"), {4}), (("d", "a"), {3, 4})], ids=["buys", "sells", "all"]
)
async def test_d_cancels_a_side_or_all_and_leaves_protective_orders(
    stage: Stage, keys: tuple[str, ...], numbers: set[int]
) -> None:
    stage.link.rest("61800.00", "BUY", number=3)
    stage.link.rest("61812.00", "SELL", number=4)
    stop = pane_facts.stop()
    stage.link.orders[stop.order_id] = stop
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, *keys)
        canceled = {command.order_id.int for command in stage.link.sent(api.CancelOrder)}
        assert canceled == numbers


async def test_canceling_a_protective_order_says_what_it_leaves_and_asks(stage: Stage) -> None:
    stop = pane_facts.order(
        5,
        Side.SELL,
        "0.031",
        None,
        kind=OrderType.STOP_LOSS,
        status=OrderStatus.PENDING_TRIGGER,
        trigger_price=Decimal("61804.00"),
    )
    stage.link.orders[stop.order_id] = stop
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "x")
        assert not stage.link.sent(api.CancelOrder)
        assert stage.line == "Cancel k5? It leaves 0.031 unprotected. y cancels  n keeps"
        await stage.press(pilot, "y")
        assert len(stage.link.sent(api.CancelOrder)) == 1


async def test_ff_sells_what_is_held_rounded_down_to_the_lot(stage: Stage) -> None:
    stage.link.hold("0.050993")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+t", "f", "f")
        (order,) = stage.placed
        assert (order.side, order.type, order.quantity) == (Side.SELL, OrderType.MARKET, Decimal("0.05099"))


async def test_fh_closes_half(stage: Stage) -> None:
    stage.link.hold("0.051")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f", "h")
        assert stage.placed[0].quantity == Decimal("0.0255")


async def test_closing_without_a_live_book_asks_once_more(stage: Stage) -> None:
    stage.link.hold()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.book(pane_facts.book(levels=60, state=BookState.STALE))
        await stage.settle(pilot)
        await stage.press(pilot, "f", "f")
        assert not stage.placed
        assert "y sends" in stage.line
        await stage.press(pilot, "y")
        assert len(stage.placed) == 1


async def test_flat_there_is_nothing_to_close(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f", "f")
        assert stage.line == "Flat: nothing to close."
        assert not stage.placed


async def test_resume_is_typed_and_asked(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+g", "escape", "colon")
        await stage.type(pilot, "resume")
        await stage.press(pilot, "enter")
        assert stage.line.startswith("Resume? ")
        await stage.press(pilot, "y")
        assert stage.link.sent(api.SetTrading)[-1] == api.SetTrading(api.TradingState.ACTIVE)
        assert stage.desk.store.trading is api.TradingState.ACTIVE


async def test_quit_with_nothing_behind_leaves_at_once(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+q")
        await stage.until(pilot, lambda: not stage.desk.is_running)
    assert stage.desk.return_code == 0
    assert stage.backstage.closed


async def test_quit_says_what_stays_and_n_stays(stage: Stage) -> None:
    stage.link.rest("61800.00")
    stage.link.hold()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+q")
        assert stage.line.startswith(
            "Quit? 1 order, 1 position pause at demo (SIM). y quit  x cancel, then quit  n stay"
        )
        await stage.press(pilot, "n")
        assert stage.desk.is_running
        assert stage.line == "Staying."


async def test_quit_counts_for_each_connection_what_is_there(stage: Stage) -> None:
    other = Connection(AccountId(UUID(int=99)), "binance", "tb", Mode.TESTNET, keyed=True)
    status = replace(stage.link.status(), account=other.account, label="tb", mode=Mode.TESTNET)
    stage.link.hold()
    order = replace(stage.link.rest("61800.00"), account=other.account)
    stage.link.orders.clear()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.link.tell(api.ConnectionChanged(status, other))
        stage.link.tell(api.OrderChanged(order))
        await stage.press(pilot, "ctrl+q")
        assert stage.line.startswith(
            "Quit? 1 position pauses at demo (SIM), 1 order stays at tb (TESTNET). y quit  x cancel, then quit  n stay"
        )


async def test_quit_offers_no_cancel_where_no_entry_works(stage: Stage) -> None:
    stage.link.hold()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+q")
        assert stage.line == "Quit? 1 position pauses at demo (SIM). y quit  n stay"
        await stage.press(pilot, "x")
        assert stage.desk.is_running
        assert stage.line == "Staying."


async def test_quit_x_cancels_first_and_leaves_when_that_is_proved(stage: Stage) -> None:
    order = stage.link.rest("61800.00")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+q", "x")
        assert stage.link.sent(api.CancelOrder) == [api.CancelOrder(order.order_id)]
        assert stage.desk.is_running
        stage.link.changed(order.order_id, OrderStatus.CANCELED)
        await stage.until(pilot, lambda: not stage.desk.is_running)
    assert order.order_id == OrderId(UUID(int=3))
