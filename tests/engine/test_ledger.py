"""Two ledgers: balance = what the desk's fills made + everything else, exactly, and the same after a restart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.ledger import NOT_SMALL, traded_of
from connectors.engine.state import State
from connectors.model.balance import Balance
from connectors.model.fill import Fee, Fill
from connectors.model.ids import Epoch, TradeId
from connectors.model.order import OrderOrigin, OrderStatus, ReportSource, Side
from connectors.model.position import PositionChange
from engine.world import ACCOUNT, BTC, EPOCH, D, Desk, fill, report

S = OrderStatus


def reconcile(
    desk: Desk, usdt: str = "100000", btc: str = "1", fills: Sequence[Fill] = (), more: Sequence[Balance] = ()
) -> None:
    money = (*desk.money(usdt, btc), *more)
    desk.happen(inputs.Snapshot(ACCOUNT, (), fills, money, desk.mono_ns, desk.now, missed=True))


def bought(desk: Desk, fee: Fee | None = None) -> None:
    """0.01 BTC for 618 USDT, heard of at once."""
    order = desk.open()
    desk.say(report(order, S.FILLED, filled="0.01", fills=(fill(1, "0.01", fee=fee),)))


def restarted(desk: Desk, *, kept: bool = True) -> Desk:
    """Another worker over what the first one had written."""
    orders = tuple(desk.state.orders.values())
    lines = {
        asset: (line.external, line.moved_ns)
        for (_owner, asset), line in desk.state.lines.items()
        if line.external is not None
    }
    fees = {key[1:]: paid for key, paid in desk.state.other_fees.items()}
    again = Desk.__new__(Desk)
    again.state, again.mono_ns, again.done = State(limits=desk.state.limits), desk.mono_ns, ()
    again.happen(
        inputs.Started(orders, (), tuple(desk.state.positions.values()), inputs.Trading.ACTIVE, 9, again.now),
        inputs.AssetsKnown({BTC: ("BTC", "USDT")}, again.now),
        again.opened(EPOCH, EPOCH),
        inputs.LedgerKept(ACCOUNT, fees, lines if kept else {}, again.now),
        inputs.AccountUp(ACCOUNT, again.now),
    )
    return again


def external(desk: Desk, asset: str) -> Decimal | None:
    return desk.state.lines[ACCOUNT, asset].external


def test_what_a_restart_finds_is_the_ledger_that_was_left_and_nothing_has_moved() -> None:
    desk = Desk()
    bought(desk, Fee("BNB", D("0.002")))
    reconcile(desk, "99382", "1.01", more=[Balance(ACCOUNT, "BNB", D("0.998"), D(0), desk.now.time_ns)])
    again = restarted(desk)
    assert {key: line.traded for key, line in again.state.lines.items()} == {
        (ACCOUNT, "BTC"): D("0.01"),
        (ACCOUNT, "USDT"): D("-618"),
        (ACCOUNT, "BNB"): D("-0.002"),
    }
    for _ in range(2):
        reconcile(again, "99382", "1.01", more=[Balance(ACCOUNT, "BNB", D("0.998"), D(0), again.now.time_ns)])
        assert again.wanted(fx.ExternalMoved) == []
        assert again.wanted(fx.Warn) == []
        assert again.wanted(fx.LinesMoved) == [], "nothing moved: nothing is written"
    assert [external(again, asset) for asset in ("BTC", "USDT", "BNB")] == [D(1), D(100_000), D(1)]


def test_a_deposit_made_while_no_worker_ran_is_found_at_the_next_start_and_told_once() -> None:
    again = restarted(Desk())
    told = []
    for _ in range(3):
        reconcile(again, usdt="100500")
        told += again.wanted(fx.ExternalMoved)
    assert told == [fx.ExternalMoved(ACCOUNT, "USDT", D(500))]
    assert external(again, "USDT") == D(100_500)


def test_a_fill_made_while_no_worker_ran_is_a_trade_and_no_transfer() -> None:
    again = restarted(Desk())
    for _ in range(2):
        reconcile(again, "99382", "1.01", fills=[fill(1, "0.01", venue_id="v9")])
        assert again.wanted(fx.ExternalMoved) == []
    assert again.state.lines[ACCOUNT, "BTC"].traded == D("0.01")


def test_without_a_kept_line_the_first_balance_explains_itself() -> None:
    again = restarted(Desk(), kept=False)
    for _ in range(2):
        reconcile(again, usdt="123456")
        assert again.wanted(fx.ExternalMoved) == []
    assert external(again, "USDT") == D(123_456)


def test_lines_are_handed_over_to_be_kept_when_one_moves_and_not_otherwise() -> None:
    desk = Desk()
    desk.happen(inputs.FlowSeen(ACCOUNT, "USDT", D(250), desk.now))
    reconcile(desk, usdt="100250")
    (moved,) = desk.wanted(fx.LinesMoved)
    assert (moved.account, moved.epoch) == (ACCOUNT, EPOCH)
    assert moved.lines == {"USDT": (D(100_250), desk.now.time_ns), "BTC": (D(1), None)}
    assert desk.wanted(fx.Warn) == [], "it was announced"
    reconcile(desk, usdt="100250")
    assert desk.wanted(fx.LinesMoved) == []


def test_moves_too_small_to_matter_are_told_once_they_are_not_small_together() -> None:
    desk = Desk()
    step = D(100_000) * NOT_SMALL * D("0.4")
    told = []
    for number in (1, 2, 3):
        for _ in range(2):
            reconcile(desk, usdt=str(D(100_000) + number * step))
        told.append(list(desk.sentences()))
        assert external(desk, "USDT") == D(100_000) + number * step, "the line moves though nobody is told"
    assert told == [[], [], ["USDT at demo moved by 120 outside the desk: a transfer or another tool."]]


def test_a_fee_in_a_third_asset_is_counted_in_that_asset_and_in_no_number_of_the_position() -> None:
    desk = Desk()
    bought(desk, Fee("BNB", D("0.002")))
    position = desk.state.positions[ACCOUNT, BTC]
    assert (position.quantity, position.cost, position.fees_quote) == (D("0.01"), D(618), D(0))
    assert desk.state.other_fees[ACCOUNT, BTC, "BNB"] == D("0.002")
    assert desk.state.lines[ACCOUNT, "BNB"].traded == D("-0.002")


def test_another_life_of_the_venue_has_a_ledger_of_its_own() -> None:
    desk = Desk()
    bought(desk, Fee("BNB", D("0.002")))
    desk.happen(desk.opened(Epoch("life-2")))
    assert dict(desk.state.other_fees) == {}
    assert [key for key in desk.state.lines if key[0] == ACCOUNT] == []
    desk.happen(inputs.LedgerKept(ACCOUNT, {}, {}, desk.now), inputs.AccountUp(ACCOUNT, desk.now))
    reconcile(desk, usdt="10000", btc="0")
    assert external(desk, "USDT") == D(10_000)


def test_a_ledger_that_is_brought_again_in_the_same_life_changes_nothing() -> None:
    desk = Desk()
    desk.happen(inputs.LedgerKept(ACCOUNT, {}, {"USDT": (D(5), None)}, desk.now))
    assert external(desk, "USDT") == D(100_000)


trades = st.lists(
    st.tuples(
        st.sampled_from(list(Side)),
        st.decimals(min_value=D("0.01"), max_value=D("200000"), places=2),
        st.decimals(min_value=D("0.00001"), max_value=D("50"), places=5),
        st.sampled_from(["BTC", "USDT", "BNB", ""]),
        st.decimals(min_value=D("-0.001"), max_value=D("0.001"), places=8),
    ),
    max_size=20,
)


@given(trades)
@settings(max_examples=40, deadline=None)
def test_what_fills_made_of_every_asset_follows_from_the_positions_and_the_fees_apart_exactly(
    made: list[tuple[Side, Decimal, Decimal, str, Decimal]],
) -> None:
    desk = Desk()
    money = {"BTC": D(0), "USDT": D(0), "BNB": D(0)}
    for number, (side, price, size, asset, amount) in enumerate(made, 1):
        fee = Fee(asset, amount) if asset else None
        one = fill(number, str(size), price=str(price), side=side, venue_id=f"x{number}", fee=fee)
        desk.happen(inputs.FillsAnswered(ACCOUNT, [one], desk.now))
        money["BTC"] += side.sign * size
        money["USDT"] -= side.sign * size * price
        if fee is not None:
            money[fee.asset] -= fee.amount
    state = desk.state
    derived = traded_of(state.positions.values(), state.assets, state.other_fees, ACCOUNT)
    for asset, amount in money.items():
        line = state.lines.get((ACCOUNT, asset))
        assert (line.traded if line else D(0)) == amount
        assert derived.get(asset, D(0)) == amount
    position = state.positions.get((ACCOUNT, BTC))
    if position is not None:
        flow = sum((-side.sign * price * size for side, price, size, _asset, _amount in made), D(0))
        assert position.realised - position.cost == flow


def test_what_a_comparison_found_is_written_as_such_and_told_in_one_sentence() -> None:
    desk = Desk()
    order = desk.open()
    missed = [fill(1, "0.004"), fill(2, "0.006"), fill(3, "0.5", venue_id="v9")]
    reconcile(desk, "68482", "1.51", missed)
    events = [event for effect in desk.wanted(fx.Commit) for event in effect.batch.positions]
    assert [event.change for event in events] == [PositionChange.RECONCILE] * 3
    known = desk.order(order.order_id)
    assert known.status is S.FILLED
    assert "0.01 filled, found by reconciliation" in [line.text for line in known.evidence]
    assert list(desk.sentences()) == [
        "demo: 3 fills, 1 order, 1 order of another tool unheard of; the venue's word holds."
    ]
    reconcile(desk, "68482", "1.51", missed)
    assert list(desk.sentences()) == []


def test_a_young_fill_that_a_routine_comparison_sees_before_the_stream_told_is_no_news() -> None:
    desk = Desk()
    order = desk.open()
    young = fill(1, "0.004", time_ns=desk.now.time_ns)
    desk.happen(inputs.Snapshot(ACCOUNT, (), [young], desk.money("100000", "1"), desk.mono_ns, desk.now))
    events = [event for effect in desk.wanted(fx.Commit) for event in effect.batch.positions]
    assert [event.change for event in events] == [PositionChange.OPEN]
    assert list(desk.sentences()) == []
    assert desk.order(order.order_id).filled == D("0.004")


def test_an_order_that_had_ended_while_nobody_listened_is_told_when_asking_finds_it() -> None:
    desk = Desk()
    order = desk.open()
    reconcile(desk)
    (ask,) = desk.wanted(fx.LookUp)
    gone = report(order, S.CANCELED, source=ReportSource.LOOKUP)
    desk.happen(inputs.LookUpEnded(ask.order_id, gone, None, None, desk.mono_ns, desk.now))
    assert list(desk.sentences()) == ["k1 at demo is CANCELED: found by asking, not heard of."]
    desk.say(report(None, S.OPEN, venue_id="v8"))
    reconcile(desk)
    (ask,) = desk.wanted(fx.LookUp)
    gone = report(None, S.CANCELED, venue_id="v8", source=ReportSource.LOOKUP)
    desk.happen(inputs.LookUpEnded(ask.order_id, gone, None, None, desk.mono_ns, desk.now))
    assert list(desk.sentences()) == [], "one alert for what other tools did, not one an order"


def test_provisional_fills_move_no_position_and_the_real_ones_count_once() -> None:
    desk = Desk()
    order = desk.open()
    guess = replace(fill(1, "0.004"), provisional=True, trade_id=TradeId("cumulative-1"))
    desk.say(report(order, S.PARTIALLY_FILLED, filled="0.004", fills=(guess,)))
    known = desk.order(order.order_id)
    assert (known.filled, known.remaining) == (D("0.004"), D("0.006")), (
        "the order's quantity is the venue's word at once"
    )
    assert (ACCOUNT, BTC) not in desk.state.positions
    (ask,) = desk.wanted(fx.AskFills)
    for _ in range(2):
        real = fill(7, "0.004", venue_id=ask.venue_order_id)
        desk.happen(inputs.FillsAnswered(ACCOUNT, [guess, real], desk.now))
    assert desk.state.positions[ACCOUNT, BTC].quantity == D("0.004")
    assert desk.order(order.order_id).filled == D("0.004")
    assert order.order_id not in desk.state.owed


def test_dust_that_is_left_after_fees_in_base_stays_a_position_with_its_cost() -> None:
    desk = Desk()
    bought(desk, Fee("BTC", D("0.00001")))
    order = desk.open(2, side=Side.SELL, price=D("61810.00"), quantity=D("0.00999"))
    sold = fill(2, "0.0099", price="61810.00", side=Side.SELL, venue_id="v2")
    desk.say(report(order, S.PARTIALLY_FILLED, filled="0.0099", venue_id="v2", fills=(sold,), side=Side.SELL))
    position = desk.state.positions[ACCOUNT, BTC]
    assert position.quantity == D("0.00009")
    assert position.cost > 0
    assert position.realised - position.cost == D("0.0099") * D(61_810) - D(618)


def test_orders_of_other_tools_have_the_same_ids_on_every_machine_and_can_be_canceled() -> None:
    seen = []
    for _ in range(2):
        desk = Desk()
        desk.say(report(None, S.OPEN, venue_id="v9"))
        (order,) = desk.state.orders.values()
        assert order.origin is OrderOrigin.EXT
        desk.happen(inputs.Cancel(order.order_id, desk.now))
        (cancel,) = desk.wanted(fx.SendCancel)
        assert cancel.venue_order_id == "v9"
        seen.append((order.order_id, order.handle))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("source", [ReportSource.ACK, ReportSource.STREAM])
def test_an_order_heard_of_after_the_venue_was_asked_is_not_missing_from_its_answer(source: ReportSource) -> None:
    desk = Desk()
    order = desk.place()
    desk.wait(1)
    asked_ns = desk.mono_ns
    desk.wait(1)
    desk.happen(inputs.Sending(order.order_id, desk.now))
    desk.say(report(order, S.OPEN, source=source))
    desk.happen(inputs.Snapshot(ACCOUNT, (), (), desk.money("100000", "1"), asked_ns, desk.now))
    assert desk.wanted(fx.LookUp) == []
    desk.wait(1)
    reconcile(desk)
    assert [ask.order_id for ask in desk.wanted(fx.LookUp)] == [order.order_id]
