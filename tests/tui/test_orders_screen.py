"""The orders screen: the hand stays on its order, what it acts on is what is marked, and nothing known is left out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from connectors.model.fill import Fee, Fill, RecordedFill
from connectors.model.ids import TradeId, VenueOrderId
from connectors.model.list_terms import ListKind
from connectors.model.order import Evidence, EvidenceKind, Order, OrderStatus, OrderType, Side
from connectors.worker import api
from support import pane_facts
from support.desk_link import ACCOUNT, EPOCH
from support.desk_stage import Stage
from tui.commands.line import run_line
from tui.modals.resolve import WORD, ResolveSheet

SIZE = (120, 40)


def lost(stage: Stage, number: int = 6) -> Order:
    """An order nobody knows the state of."""
    order = stage.link.rest("61790.00", number=number)
    order = replace(
        order,
        status=OrderStatus.UNKNOWN,
        next_check_ns=stage.clock.time_ns() + 30_000_000_000,
        evidence=(*order.evidence, Evidence(pane_facts.T0, EvidenceKind.NO_ANSWER, "no answer for 10 s")),
    )
    stage.link.orders[order.order_id] = order
    return order


def fill(stage: Stage, order: Order, price: str = "61803.50") -> None:
    """Half of an order was filled."""
    done = Fill(
        pane_facts.BTC,
        TradeId("8812050"),
        VenueOrderId("42"),
        order.side,
        Decimal(price),
        Decimal("0.005"),
        Decimal(price) * Decimal("0.005"),
        Fee("BNB", Decimal("0.0003")),
        pane_facts.T0,
        maker=False,
    )
    stage.link.tell(api.FillRecorded(RecordedFill(ACCOUNT, EPOCH, order.order_id, done)))


async def test_the_hand_stays_on_an_order_that_leaves_the_list(stage: Stage) -> None:
    first = stage.link.rest("61800.00", number=3)
    stage.link.rest("61790.00", number=2)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3")
        assert stage.desk.orders.table.selected == first
        stage.link.changed(first.order_id, OrderStatus.FILLED, filled=Decimal("0.01"), cost=Decimal(618))
        await stage.settle(pilot)
        assert "‹working 1›" in stage.screen()  # noqa: RUF001  # the mark of an open tab
        await stage.press(pilot, "x")
        assert not stage.link.sent(api.CancelOrder), "x never reaches the order that moved up"
        assert stage.line == "k3 is FILLED: there is nothing to cancel."
        await stage.press(pilot, "down", "x")
        assert [command.order_id.int for command in stage.link.sent(api.CancelOrder)] == [2]
        assert "FILLED" not in stage.screen(), "once the hand has left it, it is gone from this list"


async def test_new_orders_do_not_move_the_selection(stage: Stage) -> None:
    stage.link.rest("61800.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3")
        for number in (4, 5):
            stage.link.tell(api.OrderChanged(stage.link.rest("61801.00", number=number)))
        await stage.settle(pilot)
        await stage.press(pilot, "x")
        assert [command.order_id.int for command in stage.link.sent(api.CancelOrder)] == [3]


async def test_marks_and_counts_say_which_orders_are_meant(stage: Stage) -> None:
    for number in range(2, 7):
        stage.link.rest(f"618{number:02}.00", number=number)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3", "2")
        assert stage.line == "2: x cancels so many from the selection down"
        await stage.press(pilot, "x")
        assert [command.order_id.int for command in stage.link.sent(api.CancelOrder)] == [6, 5]
        await stage.press(pilot, "down", "down", "space", "down", "down", "space")
        assert "marked 2" in stage.screen()
        await stage.press(pilot, "up", "x")
        assert [command.order_id.int for command in stage.link.sent(api.CancelOrder)] == [6, 5, 4, 2]
        stage.clock.advance(3)
        await stage.press(pilot, "3")
        stage.clock.advance(3)
        await stage.press(pilot, "x")
        assert len(stage.link.sent(api.CancelOrder)) == 5, "a count nobody used is forgotten"


async def test_sorting_and_filtering_keep_what_is_unknown_first(stage: Stage) -> None:
    stage.link.rest("61800.00", number=3)
    stage.link.rest("61812.00", "SELL", number=4)
    lost(stage)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3")
        table = stage.desk.orders.table
        assert [order.handle for order in table.shown] == ["k6", "k4", "k3"]
        assert "UNKNOWN next 28s" in stage.screen()
        await stage.press(pilot, "s")
        assert "sort time ↑" in stage.screen()
        assert [order.handle for order in table.shown] == ["k6", "k3", "k4"]
        await stage.press(pilot, "slash")
        await stage.type(pilot, "sell")
        await stage.press(pilot, "enter")
        await stage.settle(pilot)
        assert [order.handle for order in table.shown] == ["k4"]
        table.set_filter("nothing has this")
        await stage.settle(pilot)
        assert "Nothing here has the words nothing has this" in stage.screen()


async def test_evidence_is_copied_and_grows_and_esc_takes_it_back(stage: Stage) -> None:
    lost(stage)
    copied: list[str] = []
    stage.desk.copy_to_clipboard = copied.append  # type: ignore[method-assign, assignment]  # what would go to the terminal
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3", "c")
        assert copied[0].startswith("EVIDENCE k6  BUY 0.01 BTCUSDT @ 61,790.00")
        assert "no answer            for 10 s" in copied[0]
        assert "copies" not in copied[0]
        assert "counts in risk: 617.90 USDT" in stage.screen()
        before = stage.desk.orders.evidence.size.height
        await stage.press(pilot, "v")
        await stage.settle(pilot)
        assert stage.desk.orders.evidence.size.height > 2 * before
        await stage.press(pilot, "escape")
        await stage.settle(pilot)
        assert stage.desk.orders.evidence.size.height == before
        assert stage.desk.current_mode == "orders"


async def test_an_unknown_order_is_asked_about_and_canceled_anyway(stage: Stage) -> None:
    order = lost(stage)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3", "r", "x")
        await stage.settle(pilot)
        assert stage.link.sent(api.ResolveOrder) == [
            api.ResolveOrder(order.order_id, api.Decision.ASK_NOW),
            api.ResolveOrder(order.order_id, api.Decision.CANCEL_ANYWAY),
        ]
        assert not stage.link.sent(api.CancelOrder)
        assert not stage.link.sent(api.Reconcile)


async def test_deciding_by_hand_needs_the_handle_typed(stage: Stage) -> None:
    order = lost(stage)
    stage.link.rest("61800.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        assert run_line(stage.desk, "resolve k3").startswith("k3 is OPEN: the venue has said so")
        assert not run_line(stage.desk, "resolve k6")
        await stage.settle(pilot)
        sheet = stage.desk.dialogs.sheet
        assert isinstance(sheet, ResolveSheet)
        for typed in ("", "never", "k3 never", "k6 maybe"):
            sheet.fields[WORD].clear()
            sheet.fields[WORD].write(typed)
            await stage.press(pilot, "enter")
            assert not stage.link.sent(api.ResolveOrder), typed
        sheet.fields[WORD].clear()
        sheet.fields[WORD].write("k6 never")
        await stage.press(pilot, "enter")
        await stage.settle(pilot)
        assert stage.link.sent(api.ResolveOrder) == [
            api.ResolveOrder(order.order_id, api.Decision.NEVER_ARRIVED, typed="k6")
        ]
        assert stage.desk.dialogs.sheet is None


async def test_done_orders_tell_price_slippage_latency_and_fees(stage: Stage) -> None:
    order = stage.link.rest("61804.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.link.changed(
            order.order_id,
            OrderStatus.FILLED,
            filled=Decimal("0.01"),
            cost=Decimal("618.10"),
            arrival_price=Decimal(61804),
            sent_ns=pane_facts.T0,
            acked_ns=pane_facts.T0 + 6_800_000,
            fees=(Fee("USDT", Decimal("0.62")),),
        )
        await stage.press(pilot, "f3", "right", "right")
        await stage.settle(pilot)
        row = next(line for line in stage.screen().splitlines() if " k3 " in line)
        assert "61,810.00" in row, "the average"
        assert " 1.0 " in row, "six in 61,804 is one basis point"
        assert "0.62 USDT" in row


async def test_enter_shows_the_fills_of_an_order_and_how_well_it_was_executed(stage: Stage) -> None:
    order = replace(stage.link.rest("61804.00", number=3), arrival_price=Decimal(61804))
    stage.link.orders[order.order_id] = order
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3", "enter")
        await stage.settle(pilot)
        assert "No fill yet." in stage.screen()
        assert stage.link.sent(api.ShowOrder) == [api.ShowOrder(str(order.order_id))]
        fill(stage, order)
        stage.link.changed(
            order.order_id, OrderStatus.PARTIALLY_FILLED, filled=Decimal("0.005"), cost=Decimal("309.01")
        )
        await stage.settle(pilot)
        screen = stage.screen()
        assert "FILLS k3  BUY 0.01 BTCUSDT @ 61,804.00  PART 50 %" in screen
        assert "0.005 @ 61,803.50   fee 0.0003 BNB   taker   slip -0.1 bp   trade 8812050" in screen
        await stage.press(pilot, "left", "left")
        await stage.settle(pilot)
        screen = stage.screen()
        assert "‹fills 1›" in screen  # noqa: RUF001  # the mark of an open tab
        assert "8812050" in screen or "0.0003 BNB" in screen


async def test_stops_and_targets_are_put_where_the_cursor_is_for_what_is_bare(stage: Stage) -> None:
    kinds = frozenset({OrderType.LIMIT, OrderType.MARKET, OrderType.LIMIT_MAKER, OrderType.STOP_LOSS})
    stage.link.instruments = tuple(replace(each, order_types=kinds) for each in stage.link.instruments)
    stage.link.hold("0.051")
    stop = pane_facts.stop()
    stage.link.orders[stop.order_id] = stop
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+t", "down", "down", "p", "p")
        placed = stage.placed[0]
        assert (placed.type, placed.side, placed.trigger_price) == (OrderType.STOP_LOSS, Side.SELL, Decimal(61802))
        assert placed.quantity == Decimal("0.02"), "0.031 of 0.051 has one"
        await stage.press(pilot, "p", "p")
        assert len(stage.placed) == 1
        assert stage.line == "All 0.051 BTC has a stop already."
        await stage.press(pilot, "p", "t")
        assert "through the market at 61,804.00" in stage.line
        await stage.press(pilot, "K", "p", "t")
        assert (stage.placed[1].type, stage.placed[1].quantity) == (OrderType.LIMIT, Decimal("0.051"))
        await stage.press(pilot, "p", "b")
        assert len(stage.placed) == 2
        assert stage.line.startswith("DISARMED. This would send: BUY 0.010 STOP at 61,81"), "an entry needs the switch"


async def test_a_stop_that_would_fire_at_once_is_refused(stage: Stage) -> None:
    kinds = frozenset({OrderType.LIMIT, OrderType.MARKET, OrderType.STOP_LOSS})
    stage.link.instruments = tuple(replace(each, order_types=kinds) for each in stage.link.instruments)
    stage.link.hold("0.051")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        for line, refused in (
            ("stop 61900", "61,900.00 is above the bid 61,804.00: this stop would fire at once. Nothing was sent."),
            ("tp 61700", "61,700.00 is through the market at 61,804.00: a target there fills at once. ff closes."),
            ("oco 62500 61500", "BTCUSDT takes no OCO. stop and tp place one each. Nothing was sent."),
            ("stop 61500 60%x", "60%x is no size"),
            ("stop", "stop where? stop 61500, stop -1%, stop be. Nothing was sent."),
        ):
            assert (run_line(stage.desk, line) or stage.line).startswith(refused), line
            assert not stage.placed, line
        assert not run_line(stage.desk, "stop -1% 50%")
        assert stage.placed[0].trigger_price == Decimal("61085.07")
        assert stage.placed[0].quantity == Decimal("0.0255")


async def test_oco_sends_both_as_one_list(stage: Stage) -> None:
    kinds = frozenset({OrderType.LIMIT, OrderType.MARKET, OrderType.LIMIT_MAKER, OrderType.STOP_LOSS})
    stage.link.instruments = tuple(
        replace(each, order_types=kinds, list_kinds=frozenset({ListKind.OCO})) for each in stage.link.instruments
    )
    stage.link.hold("0.051")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        assert not run_line(stage.desk, "oco 62500 61500")
        await stage.settle(pilot)
        (sent,) = stage.link.sent(api.PlaceList)
        assert sent.take_profit is not None
        assert sent.stop_loss is not None
        assert (sent.take_profit.price, sent.stop_loss.trigger_price) == (Decimal(62500), Decimal(61500))
        assert sent.take_profit.quantity == sent.stop_loss.quantity == Decimal("0.051")
        assert len({sent.list_id, sent.take_profit.order_id, sent.stop_loss.order_id}) == 3
        assert not stage.placed
