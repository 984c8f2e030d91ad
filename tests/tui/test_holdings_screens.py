"""Positions, balances and alerts: nothing is added that does not belong together, and what nobody knows is a dash."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from connectors.model.balance import Balance
from connectors.model.connection import Connection, LinkState
from connectors.model.fill import Fee
from connectors.model.ids import AccountId, Mode
from connectors.model.order import OrderStatus, OrderType
from connectors.model.position import Position, PositionChange, PositionEvent
from connectors.worker import api
from support import pane_facts
from support.desk_link import ACCOUNT
from support.desk_stage import Stage
from support.pane_facts import NANOS, T0
from tui.commands.line import run_line
from tui.format import words

SIZE = (120, 40)
LIVE = Connection(AccountId(UUID(int=99)), "binance", "main", Mode.LIVE, keyed=True)


def add_live(stage: Stage) -> None:
    """A second connection, with real money and a position in it."""
    status = replace(stage.link.status(), account=LIVE.account, label="main", mode=Mode.LIVE)
    stage.link.tell(api.ConnectionChanged(status, LIVE))
    held = Position(LIVE.account, pane_facts.BTC, Decimal(2), Decimal(100_000), Decimal("-500"))
    stage.link.tell(api.PositionChanged(held))
    for instrument in stage.link.instruments:
        stage.desk.store.instruments[LIVE.account, instrument.symbol] = instrument


async def test_the_headline_adds_no_position_of_one_mode_to_that_of_another(stage: Stage) -> None:
    stage.link.hold()
    async with stage.desk.run_test(size=(200, 60)) as pilot:
        await stage.open(pilot)
        add_live(stage)
        await stage.press(pilot, "f4")
        await stage.settle(pilot)
        heading = stage.screen().splitlines()[1]
        assert "open 2" in heading
        assert "SIM value 3,152.00 USDT   uPnL +5.20" in heading
        assert "LIVE value – USDT   uPnL –" in heading, "the price here is of the simulated market"
        assert "503" not in heading
        await stage.press(pilot, "right")
        assert "‹instrument›" in stage.screen().splitlines()[1]  # noqa: RUF001  # the mark of what is chosen


async def test_a_fee_in_a_third_asset_has_no_sum_in_quote(stage: Stage) -> None:
    stage.link.hold()
    (recorded,) = stage.link.fills
    stage.link.fills = [replace(recorded, fill=replace(recorded.fill, fee=Fee("BNB", Decimal("0.001"))))]
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f4")
        await stage.settle(pilot)
        assert "fees in quote –" in stage.screen().splitlines()[1]  # the dash of what nobody knows
        assert "fees 0.001 BNB" in stage.screen()


async def test_protection_is_read_from_the_stops_and_the_rest_is_named(stage: Stage) -> None:
    stage.link.hold()
    stop = pane_facts.stop()
    stage.link.orders[stop.order_id] = stop
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f4")
        await stage.settle(pilot)
        assert "61 % stop" in stage.screen()
        assert "worst case at stops -6.27 on 0.031, 0.02 UNPROTECTED" in stage.screen()
        stage.link.changed(stop.order_id, OrderStatus.CANCELED)
        await stage.settle(pilot)
        assert " none" in stage.screen()


async def test_enter_shows_what_made_the_position_and_flip_is_refused_on_spot(stage: Stage) -> None:
    stage.link.hold()
    event = PositionEvent(pane_facts.position(), PositionChange.OPEN, Decimal("0.051"), Decimal(61702), Decimal(0), T0)
    stage.link.answers[api.GetPositionHistory] = api.PositionHistory((event,))
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f4", "enter")
        await stage.settle(pilot)
        assert stage.link.sent(api.GetPositionHistory) == [api.GetPositionHistory(ACCOUNT, pane_facts.BTC)]
        assert "open      +0.05100 @ 61,702.00" in stage.screen()
        await stage.press(pilot, "f", "r")
        assert stage.line.startswith("Spot cannot go short")
        assert not stage.placed
        await stage.press(pilot, "escape")
        await stage.settle(pilot)
        assert "FILLS BTCUSDT" in stage.screen()


async def test_a_position_is_closed_by_a_typed_amount_and_by_a_limit(stage: Stage) -> None:
    stage.link.hold()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f4")
        for line, refused in (
            ("close 1,5", "the comma in 1,5 can mean two things"),
            ("close @", "close at what price?"),
        ):
            assert run_line(stage.desk, line).startswith(refused)
        assert not stage.placed
        assert not run_line(stage.desk, "close 0.01")
        assert (stage.placed[0].type, stage.placed[0].quantity) == (OrderType.MARKET, Decimal("0.01"))
        assert not run_line(stage.desk, "close 50% @ ask")
        placed = stage.placed[1]
        assert (placed.type, placed.quantity, placed.price) == (
            OrderType.LIMIT,
            Decimal("0.0255"),
            Decimal("61804.01"),
        )
        assert not run_line(stage.desk, "close 7")
        assert stage.placed[2].quantity == Decimal("0.051"), "never more than is held"
        assert run_line(stage.desk, "flip mkt").startswith("Spot cannot go short")


async def test_the_external_line_stands_beside_each_balance_and_moves_are_listed(stage: Stage) -> None:
    stage.link.hold()
    standing = api.AssetStanding(ACCOUNT, "BTC", Decimal(1), Decimal(0), Decimal("0.051"), Decimal("0.949"), T0)
    stage.link.answers[api.GetAssets] = api.AssetLedger((standing,))
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f5", "enter")
        await stage.settle(pilot)
        assert "+0.949" in stage.screen()
        assert "MOVEMENTS BTC  +0.051 by fills, +0.949 external" in stage.screen()
        assert "BUY 0.051 BTCUSDT @ 61,702.1" in stage.screen()
        asked = len(stage.link.sent(api.GetAssets))
        stage.link.tell(api.BalancesChanged((Balance(ACCOUNT, "BTC", Decimal(2), Decimal(0), T0),)))
        await stage.settle(pilot)
        assert len(stage.link.sent(api.GetAssets)) == asked, "not at each change"
        stage.clock.advance(6)
        await stage.settle(pilot)
        await stage.settle(pilot)
        assert len(stage.link.sent(api.GetAssets)) == asked + 1


async def test_orders_of_a_venue_that_cannot_be_asked_are_as_of_when_it_could(stage: Stage) -> None:
    stage.link.rest("61800.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3")
        stage.link.tell(api.ConnectionChanged(stage.link.status(LinkState.DOWN), stage.link.connection))
        await stage.settle(pilot)
        assert "OPEN ?14:03" in stage.screen()
        stage.link.tell(api.ConnectionChanged(stage.link.status(), stage.link.connection))
        await stage.settle(pilot)
        assert "?14:03" not in stage.screen()


async def test_alerts_are_read_one_by_one_and_by_ctrl_n(stage: Stage) -> None:
    async with stage.desk.run_test(size=(200, 60)) as pilot:
        await stage.open(pilot)
        for number in range(3):
            alert = api.Alert(T0 + number * NANOS, api.AlertLevel.WARN, f"Alert {number} came.", ACCOUNT)
            stage.link.tell(api.AlertRaised(alert))
        await stage.press(pilot, "f8")
        await stage.settle(pilot)
        assert "2 new of 3" not in stage.screen()
        assert "3 alerts" in stage.screen().splitlines()[0]
        rows = [line for line in stage.screen().splitlines() if "Alert" in line and "WARN" in line]
        assert [row.split("Alert ")[1][0] for row in rows] == ["2", "1", "0"]
        await stage.press(pilot, "enter")
        await stage.settle(pilot)
        assert "2 new of 3" in stage.screen()
        rows = [line for line in stage.screen().splitlines() if "Alert" in line and "WARN" in line]
        assert [row.split("Alert ")[1][0] for row in rows] == ["1", "0", "2"], "what is new stands first"
        await stage.press(pilot, "ctrl+n")
        assert stage.line == "Alert 1 came."
        await stage.press(pilot, "ctrl+n")
        assert stage.line == "Taken as read. 1 more."
        await stage.press(pilot, "a")
        await stage.settle(pilot)
        assert "0 new of 3" in stage.screen()
        assert "MESSAGES" in stage.screen()


async def test_orders_are_as_of_the_last_word_while_no_worker_answers(stage: Stage) -> None:
    stage.link.rest("61790.00", number=4)
    async with stage.desk.run_test(size=(120, 40)) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "o")
        await stage.settle(pilot)
        assert "OPEN ?" not in stage.screen()
        stage.link.die()
        await stage.until(pilot, lambda: stage.desk.session.condition.lost)
        await stage.until(pilot, lambda: "OPEN ?14:03" in stage.screen())
        assert words.WORKER_GONE in stage.screen()


async def test_at_80_columns_what_no_stop_stands_for_is_named_before_the_fees(stage: Stage) -> None:
    stage.link.hold()
    stop = pane_facts.stop()
    stage.link.orders[stop.order_id] = stop
    async with stage.desk.run_test(size=(80, 24)) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f4")
        await stage.settle(pilot)
        assert "worst case at stops -6.27 on 0.031, 0.02 UNPROTECTED" in stage.screen()
