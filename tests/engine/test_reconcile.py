"""The venue asked for everything: what differs is found, what is ours is not taken for another's, and money adds up."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer
from connectors.model.balance import Balance
from connectors.model.fill import Fee, Fill, RecordedFill
from connectors.model.order import OrderOrigin, OrderReport, OrderStatus, ReportSource
from engine.world import ACCOUNT, BTC, CONCLUSIVE_MS, D, Desk, fill, report

S = OrderStatus


def reconcile(
    desk: Desk,
    open_orders: Sequence[OrderReport] = (),
    fills: Sequence[Fill] = (),
    balances: Sequence[Balance] | None = None,
) -> None:
    money = desk.money("100000", "1") if balances is None else balances
    desk.happen(inputs.Snapshot(ACCOUNT, open_orders, fills, money, desk.mono_ns, desk.now))


def test_an_order_the_venue_does_not_list_any_more_is_looked_up_and_not_written_off() -> None:
    desk = Desk()
    order = desk.open()
    reconcile(desk)
    assert desk.order(order.order_id).status is S.OPEN
    assert len(desk.wanted(fx.LookUp)) == 1


def test_what_the_venue_says_unchanged_changes_nothing_and_is_not_written() -> None:
    desk = Desk()
    order = desk.open()
    for _ in range(2):
        reconcile(desk, [report(order, S.OPEN, source=ReportSource.OPEN_ORDERS)])
        assert desk.done == ()


def test_a_listed_fill_of_an_order_whose_answer_was_lost_waits_until_the_venue_says_whose_it_is() -> None:
    desk = Desk()
    order = desk.place()
    desk.happen(inputs.PlaceFailed(order.order_id, Answer.LOST, "No answer.", desk.now))
    reconcile(desk, fills=[fill(1, "0.01", venue_id="v9")])
    assert desk.wanted(fx.FillNow) == []
    asked = [ask for ask in desk.wanted(fx.LookUp) if ask.venue_order_id == "v9"]
    assert len(asked) == 1
    whose = report(order, S.FILLED, filled="0.01", venue_id="v9", source=ReportSource.LOOKUP)
    desk.happen(inputs.LookUpEnded(asked[0].order_id, whose, None, None, desk.mono_ns, desk.now))
    (ask,) = desk.wanted(fx.AskFills)
    desk.happen(inputs.FillsAnswered(ACCOUNT, [fill(1, "0.01", venue_id=ask.venue_order_id)], desk.now))
    (booked,) = desk.wanted(fx.FillNow)
    assert booked.fill.order_id == order.order_id
    assert [known.origin for known in desk.state.orders.values()] == [OrderOrigin.DESK]
    assert desk.state.strays == {}


def test_a_stray_fill_nobody_could_be_asked_about_is_asked_about_again() -> None:
    desk = Desk()
    order = desk.place()
    reconcile(desk, fills=[fill(1, "0.01", venue_id="v9")])
    (ask,) = desk.wanted(fx.LookUp)
    desk.happen(inputs.LookUpEnded(ask.order_id, None, None, None, desk.mono_ns, desk.now, "No answer."))
    reconcile(desk)
    assert [again.venue_order_id for again in desk.wanted(fx.LookUp)] == ["v9"]
    assert desk.order(order.order_id).filled == 0


def test_a_fill_of_another_tools_order_is_adopted_at_once_when_it_can_be_nobody_elses() -> None:
    desk = Desk()
    reconcile(desk, fills=[fill(1, "0.5", venue_id="v9")])
    (order,) = desk.state.orders.values()
    assert (order.origin, order.handle, order.filled) == (OrderOrigin.EXT, "e1", D("0.5"))
    assert desk.state.positions[ACCOUNT, BTC].quantity == D("0.5")
    (ask,) = desk.wanted(fx.LookUp)
    learnt = report(None, S.FILLED, filled="0.5", venue_id="v9", source=ReportSource.LOOKUP, quantity=D("0.5"))
    desk.happen(inputs.LookUpEnded(ask.order_id, learnt, None, None, desk.mono_ns, desk.now))
    (order,) = desk.state.orders.values()
    assert (order.status, order.quantity, order.price) == (S.FILLED, D("0.5"), D("61800.00"))


def test_a_deposit_is_told_once_two_snapshots_agree_on_it_and_an_announced_one_is_not() -> None:
    desk = Desk()
    more = desk.money("100500", "1")
    reconcile(desk, balances=more)
    assert desk.wanted(fx.ExternalMoved) == []
    reconcile(desk, balances=more)
    assert desk.wanted(fx.ExternalMoved) == [fx.ExternalMoved(ACCOUNT, "USDT", D(500))]
    assert any("USDT at demo moved by 500" in sentence for sentence in desk.sentences())
    desk.happen(inputs.FlowSeen(ACCOUNT, "USDT", D(250), desk.now))
    for _ in range(2):
        reconcile(desk, balances=desk.money("100750", "1"))
        assert desk.wanted(fx.ExternalMoved) == []


def test_a_trade_of_our_own_is_no_transfer_even_before_its_fill_is_here() -> None:
    desk = Desk()
    order = desk.open()
    desk.say(report(order, S.FILLED, filled="0.01"))
    assert order.order_id in desk.state.owed
    after = desk.money("99382", "1.00999")
    for _ in range(3):
        reconcile(desk, balances=after)
        assert desk.wanted(fx.ExternalMoved) == []
        assert len(desk.wanted(fx.AskFills)) == 1
    desk.happen(inputs.FillsAnswered(ACCOUNT, [fill(1, "0.01", fee=Fee("BTC", D("0.00001")))], desk.now))
    for _ in range(2):
        reconcile(desk, balances=after)
        assert desk.wanted(fx.ExternalMoved) == []
    assert desk.state.lines[ACCOUNT, "BTC"].traded == D("0.00999")
    assert desk.state.lines[ACCOUNT, "USDT"].traded == D("-618.00")


def test_a_balance_that_is_no_longer_listed_is_zero() -> None:
    desk = Desk()
    reconcile(desk, balances=desk.money("100000", "1")[:1])
    (told,) = desk.wanted(fx.BalancesNow)
    assert [(balance.asset, balance.total) for balance in told.balances] == [("BTC", D(0))]


def test_a_balance_older_than_the_one_known_is_not_believed() -> None:
    desk = Desk()
    old = Balance(ACCOUNT, "USDT", D(5), D(0), 1)
    desk.happen(inputs.BalancesSeen(ACCOUNT, [old], desk.now))
    assert desk.done == ()


def test_a_fill_older_than_the_fills_that_were_loaded_is_taken_for_booked() -> None:
    desk = Desk()
    order = desk.open()
    again = Desk()
    recorded = RecordedFill(ACCOUNT, order.epoch, order.order_id, fill(5, "0.001", time_ns=500))
    again.happen(
        inputs.Started(
            [order], [recorded], (), inputs.Trading.ACTIVE, 2, again.now, fills_since={(ACCOUNT, order.epoch): 500}
        ),
        inputs.FillsAnswered(ACCOUNT, [fill(4, "0.001", time_ns=499), fill(5, "0.001", time_ns=500)], again.now),
    )
    assert again.wanted(fx.FillNow) == []
    again.happen(inputs.FillsAnswered(ACCOUNT, [fill(6, "0.001", time_ns=501)], again.now))
    assert len(again.wanted(fx.FillNow)) == 1


@pytest.mark.parametrize("dead", [S.NEVER_ARRIVED, S.REJECTED])
def test_a_listed_fill_of_one_we_thought_dead_makes_no_order_of_another_tool(dead: OrderStatus) -> None:
    desk = Desk()
    order = desk.place()
    how = Answer.REFUSED if dead is S.REJECTED else Answer.LOST
    desk.happen(inputs.PlaceFailed(order.order_id, how, "No.", desk.now))
    if dead is S.NEVER_ARRIVED:
        desk.wait(CONCLUSIVE_MS // 1000 + 1)
        desk.happen(inputs.LookUpEnded(order.order_id, None, False, False, desk.mono_ns, desk.now))
    assert desk.order(order.order_id).status is dead
    desk.happen(inputs.FillsAnswered(ACCOUNT, [fill(1, "0.01")], desk.now))
    (asked,) = desk.wanted(fx.LookUp)
    said = report(order, S.FILLED, filled="0.01", source=ReportSource.LOOKUP)
    desk.happen(inputs.LookUpEnded(asked.order_id, said, None, None, desk.mono_ns, desk.now))
    assert list(desk.state.orders) == [order.order_id]
    assert desk.order(order.order_id).status is S.FILLED
    assert desk.wanted(fx.AskFills)
