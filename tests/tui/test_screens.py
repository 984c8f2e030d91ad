"""The lists: orders with their evidence, positions, balances, venues."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from textual import events

from connectors.model.balance import Balance
from connectors.model.connection import Connection
from connectors.model.fill import Fee
from connectors.model.ids import AccountId, Mode
from connectors.model.order import OrderStatus, Side
from connectors.worker import api
from support.desk_stage import Stage, make_stage

SIZE = (120, 40)


async def test_orders_shows_working_ones_and_the_evidence_of_the_selected(stage: Stage) -> None:
    stage.link.rest("61800.00", number=3)
    stage.link.rest("61812.00", "SELL", number=4)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "o")
        await stage.settle(pilot)
        screen = stage.screen()
        assert "working 2" in screen
        assert "EVIDENCE k4  SELL" in screen
        await stage.press(pilot, "down")
        assert "EVIDENCE k3  BUY" in stage.screen()
        assert "written to the journal" in stage.screen()


async def test_the_orders_pane_of_the_least_wide_window_has_rows(stage: Stage) -> None:
    for number in range(3, 8):
        stage.link.rest(f"61{number}00.00", number=number)
    stage.link.hold()
    async with stage.desk.run_test(size=(160, 45)) as pilot:
        await stage.open(pilot)
        screen = stage.screen()
        assert "ORDERS  5 working" in screen
        assert all(f"61,{number}00.00" in screen for number in range(3, 8)), "every one has its row"
        assert "more" not in screen


async def test_tape_and_watchlist_have_room_below_each_other_in_a_narrow_window(stage: Stage) -> None:
    async with stage.desk.run_test(size=(100, 30)) as pilot:
        await stage.open(pilot)
        floor = stage.desk.floor
        assert floor.tape.size.width == floor.watchlist.size.width == 100 - 58
        assert floor.tape.size.height >= 5


async def test_sizes_are_dashes_until_a_price_is_known() -> None:
    stage = make_stage(joined=True)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.until(pilot, lambda: stage.desk.market.instrument is not None)
        await stage.settle(pilot)
        assert "SIZE [1]–  2 –  3 –  4 $500" in stage.screen()
        await stage.open(pilot)
        assert "SIZE [1]0.010  2 0.020" in stage.screen()


async def test_x_cancels_the_selected_order_and_da_all_entries(stage: Stage) -> None:
    stage.link.rest("61800.00", number=3)
    stage.link.rest("61812.00", "SELL", number=4)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "o", "x")
        assert [command.order_id.int for command in stage.link.sent(api.CancelOrder)] == [4]
        await stage.press(pilot, "d", "a")
        assert {command.order_id.int for command in stage.link.sent(api.CancelOrder)} == {3, 4}


async def test_tabs_turn_and_a_finished_order_is_not_canceled(stage: Stage) -> None:
    order = stage.link.rest("61800.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.link.changed(order.order_id, OrderStatus.FILLED, filled=Decimal("0.01"), cost=Decimal(618))
        await stage.press(pilot, "g", "o", "right", "right", "x")
        assert stage.line == "k3 is FILLED: there is nothing to cancel."
        assert not stage.link.sent(api.CancelOrder)
        await stage.press(pilot, "left")
        assert "unknown 0" in stage.screen()


async def test_o_shows_the_order_on_the_market_with_the_cursor_on_it(stage: Stage) -> None:
    stage.link.rest("61790.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "o", "o")
        await stage.until(pilot, lambda: stage.desk.current_mode == "market")
        await stage.until(pilot, lambda: stage.desk.floor.ladder.cursor_price == Decimal("61790.00"))


async def test_r_asks_the_venue(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "o", "r")
        await stage.settle(pilot)
        assert len(stage.link.sent(api.Reconcile)) == 1
        assert stage.line == "demo was asked: the lists are as the venue says."


async def test_positions_are_valued_at_the_market_and_closed_by_key(stage: Stage) -> None:
    stage.link.hold()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "p")
        await stage.settle(pilot)
        screen = stage.screen()
        assert "61,702.10" in screen
        assert "+5.20" in screen
        assert "FILLS BTCUSDT" in screen
        await stage.press(pilot, "f", "h")
        assert stage.placed[0].side is Side.SELL
        assert stage.placed[0].quantity == Decimal("0.0255")
        await stage.press(pilot, "o")
        await stage.until(pilot, lambda: stage.desk.current_mode == "market")


async def test_fees_are_said_in_the_asset_they_were_taken_in(stage: Stage) -> None:
    stage.link.hold()
    (recorded,) = stage.link.fills
    fees = (Fee("BTC", Decimal("0.00002")), Fee("BTC", Decimal("0.00001")))
    stage.link.fills = [replace(recorded, fill=replace(recorded.fill, fee=fee)) for fee in fees]
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "p")
        await stage.settle(pilot)
        assert "fees in quote" in stage.screen()
        assert "FILLS BTCUSDT  2   fees 0.00003 BTC" in stage.screen()


async def test_without_a_position_the_list_says_flat(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "p", "f", "f")
        assert stage.line == "Flat: nothing to close."


async def test_balances_are_valued_in_the_quote_currency(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "b", "down")
        await stage.settle(pilot)
        assert "61,804.01 USDT" in stage.screen() or "61,804.00 USDT" in stage.screen()
        assert "worth 81,804.0" in stage.screen()


async def test_play_money_is_never_added_to_real_money(stage: Stage) -> None:
    live = Connection(AccountId(UUID(int=99)), "binance", "main", Mode.LIVE, keyed=True)
    status = replace(stage.link.status(), account=live.account, label="main", mode=Mode.LIVE)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.link.tell(api.ConnectionChanged(status, live))
        stage.link.tell(api.BalancesChanged((Balance(live.account, "USDT", Decimal(1234), Decimal(0), 0),)))
        await stage.press(pilot, "g", "b")
        await stage.settle(pilot)
        assert "worth 81,804.0" in stage.screen()
        assert "USDT SIM, 1,234.00 USDT LIVE" in stage.screen()
        stage.link.tell(api.ConnectionChanged(status, None))
        await stage.settle(pilot)
        assert "1,234" not in stage.screen()
        assert " LIVE  " not in stage.screen()


async def test_venues_are_listed(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "v")
        await stage.settle(pilot)
        assert "● connected" in stage.screen()
        assert "no vault yet" in stage.screen()


async def test_a_changed_order_is_drawn_on_the_list_that_is_looked_at(stage: Stage) -> None:
    order = stage.link.rest("61800.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "o")
        stage.link.changed(order.order_id, OrderStatus.UNKNOWN, reason="no answer in 10 s")
        await stage.settle(pilot)
        assert "1 UNKNOWN" in stage.screen().splitlines()[0]
        assert stage.line.startswith("k3 BUY 0.010 @ 61,800.00 UNKNOWN: no answer in 10 s")


async def test_a_screen_gone_back_to_shows_no_frame_of_what_was_so_when_it_was_left(stage: Stage) -> None:
    async with stage.desk.run_test(size=(120, 40)) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3")
        stage.clock.advance(40)
        stage.link.tell(api.TradingChanged(api.TradingState.HALTED, "by you", stage.clock.time_ns()))
        await pilot.pause()
        stage.desk.post_message(events.Key("f2", None))
        await pilot.pause()  # no beat: what is shown was composed as the screen came up
        row = stage.screen().splitlines()[0]
        assert "HALTED by you 14:04:0" in row
        assert "14:04:0" in row.rpartition("│")[2]
