"""Orders that hang together: one commit, one call, all or none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.bounds import Limits
from connectors.engine.inputs import Answer
from connectors.model.ids import ClientListId, VenueListId, VenueOrderId
from connectors.model.order import Kinship, Order, OrderStatus, OrderType, ReportSource
from connectors.model.order_list import ListedOrder, ListKind, ListRole, ListStatus, OrderListReport
from engine.change_world import ABLE, CHANGEABLE, change, commit, found, oco, otoco
from engine.world import ACCOUNT, BTC, CONCLUSIVE_MS, SECOND, D, Desk, order_id, report

S = OrderStatus
LIST = ClientListId(order_id(101).hex)


def placed(desk: Desk, wanted: inputs.PlaceList) -> list[Order]:
    desk.happen(wanted)
    commit(desk)
    (send,) = desk.wanted(fx.SendList)
    return [desk.order(one) for one in send.order_ids]


def listed(desk: Desk, orders: list[Order], status: ListStatus = ListStatus.EXECUTING) -> OrderListReport:
    said = tuple(
        report(
            one,
            S.PENDING_TRIGGER if one.list_role is not ListRole.TAKE_PROFIT else S.OPEN,
            venue_id=f"v{n}",
            type=one.type,
            side=one.side,
            price=one.price,
            source=ReportSource.ACK,
        )
        for n, one in enumerate(orders, 1)
    )
    names = tuple(ListedOrder(VenueOrderId(f"v{n}"), one.client_order_id) for n, one in enumerate(orders, 1))
    return OrderListReport(BTC, VenueListId("l1"), LIST, ListKind.OCO, status, ReportSource.ACK, SECOND, names, said)


def answered(desk: Desk, said: OrderListReport | None, answer: Answer | None = None) -> None:
    desk.happen(inputs.ListEnded(ACCOUNT, LIST, said, answer, "" if said else "No answer.", desk.now))


def test_all_intents_are_written_in_one_commit_and_sent_in_one_call() -> None:
    desk = Desk()
    desk.happen(oco())
    assert not desk.wanted(fx.SendList)
    (waited,) = desk.wanted(fx.Commit)
    assert [entry.order.list_role for entry in waited.batch.entries] == [ListRole.TAKE_PROFIT, ListRole.STOP_LOSS]
    assert desk.happen(oco()) == (), "the same list again, while it is being written"
    assert waited.token is not None
    desk.happen(inputs.Committed(waited.token, desk.now))
    (send,) = desk.wanted(fx.SendList)
    assert not desk.wanted(fx.Send)
    assert send.request.client_list_id == LIST
    assert {one.client_order_id for one in send.request.orders} == {order_id(1).hex, order_id(2).hex}
    desk.happen(oco())
    assert [type(effect) for effect in desk.done] == [fx.Accepted], "the same list again"


def test_the_answer_tells_of_every_order_of_it() -> None:
    desk = Desk()
    orders = placed(desk, oco())
    answered(desk, listed(desk, orders))
    target, stop = (desk.order(one.order_id) for one in orders)
    assert (target.status, stop.status) == (S.OPEN, S.PENDING_TRIGGER)
    assert not desk.state.checks


def test_an_order_the_answer_does_not_tell_of_is_looked_up() -> None:
    desk = Desk()
    orders = placed(desk, oco())
    whole = listed(desk, orders)
    answered(desk, replace(whole, reports=whole.reports[:1]))
    assert [one.order_id for one in desk.wanted(fx.LookUp)] == [orders[1].order_id]


@pytest.mark.parametrize("by_report", [True, False])
def test_a_refused_list_leaves_none_of_its_orders(by_report: bool) -> None:
    desk = Desk()
    orders = placed(desk, oco())
    if by_report:
        answered(desk, replace(listed(desk, orders, ListStatus.REJECTED), reports=()))
    else:
        answered(desk, None, Answer.REFUSED)
    assert {desk.order(one.order_id).status for one in orders} == {S.REJECTED}
    assert not desk.wanted(fx.LookUp)


def test_without_an_answer_every_order_is_unknown_and_asked_about_by_its_own_id_and_the_list_by_its() -> None:
    desk = Desk()
    orders = placed(desk, oco())
    answered(desk, None, Answer.LOST)
    assert {desk.order(one.order_id).status for one in orders} == {S.UNKNOWN}
    assert {one.client_order_id for one in desk.wanted(fx.LookUp)} == {one.client_order_id for one in orders}
    assert desk.wanted(fx.LookUpList) == [fx.LookUpList(ACCOUNT, LIST)]
    assert not desk.wanted(fx.SendList)
    desk.happen(inputs.ListLookedUp(ACCOUNT, LIST, listed(desk, orders), desk.now))
    assert [desk.order(one.order_id).venue_order_id for one in orders] == ["v1", "v2"]
    for one in orders:
        found(desk, one.order_id, report(one, S.OPEN, venue_id=desk.order(one.order_id).venue_order_id))
    assert {desk.order(one.order_id).status for one in orders} == {S.OPEN}


def test_a_list_that_is_nowhere_is_one_more_negative_and_its_orders_never_arrived() -> None:
    desk = Desk()
    orders = placed(desk, oco())
    answered(desk, None, Answer.LOST)
    desk.happen(inputs.ListLookedUp(ACCOUNT, LIST, None, desk.now))
    desk.wait(CONCLUSIVE_MS // 1000 + 1)
    for one in orders:
        assert desk.order(one.order_id).status is S.UNKNOWN
        found(desk, one.order_id, None)
    assert {desk.order(one.order_id).status for one in orders} == {S.NEVER_ARRIVED}


def test_an_intent_that_cannot_be_written_places_nothing_of_it() -> None:
    desk = Desk()
    desk.happen(oco())
    (waited,) = desk.wanted(fx.Commit)
    assert waited.token is not None
    desk.happen(inputs.CommitFailed(waited.token, "The disk is full.", desk.now))
    (declined,) = desk.done
    assert isinstance(declined, fx.Declined)
    assert (declined.ticket, declined.archive) == (order_id(101), True)
    assert (desk.state.pending, desk.state.lists, dict(desk.state.orders)) == ({}, {}, {})


def test_one_canceled_while_it_is_written_takes_the_list_along() -> None:
    desk = Desk()
    desk.happen(oco())
    (waited,) = desk.wanted(fx.Commit)
    desk.happen(inputs.Cancel(order_id(2), desk.now))
    assert waited.token is not None
    desk.happen(inputs.Committed(waited.token, desk.now))
    assert not desk.wanted(fx.SendList)
    assert {one.status for one in desk.state.orders.values()} == {S.CANCELED}


def test_a_cancel_of_one_shows_on_all_is_sent_once_and_a_refusal_takes_it_back_from_all() -> None:
    desk = Desk()
    orders = placed(desk, oco())
    answered(desk, listed(desk, orders))
    desk.happen(inputs.Cancel(orders[0].order_id, desk.now))
    assert len(desk.wanted(fx.SendCancel)) == 1
    assert all(desk.order(one.order_id).canceling for one in orders)
    desk.happen(inputs.CancelEnded(orders[0].order_id, None, Answer.REFUSED, "No.", desk.now))
    assert not any(desk.order(one.order_id).canceling for one in orders)
    desk.happen(inputs.Cancel(orders[0].order_id, desk.now))
    gone = report(orders[0], S.CANCELED, venue_id="v1")
    desk.happen(inputs.CancelEnded(orders[0].order_id, gone, None, "", desk.now))
    desk.wait(4)
    desk.happen(inputs.Tick(desk.now))
    assert [one.order_id for one in desk.wanted(fx.LookUp)] == [orders[1].order_id], "the stream may have lost it"


def test_the_other_leg_expires_when_one_is_filled() -> None:
    desk = Desk()
    orders = placed(desk, oco())
    answered(desk, listed(desk, orders))
    desk.say(report(orders[1], S.EXPIRED, venue_id="v2", reason="OCO_TRIGGER"))
    assert (desk.order(orders[1].order_id).status, desk.wanted(fx.Warn)) == (S.EXPIRED, [])


def test_exits_of_an_entry_are_its_children_and_need_no_coins_yet() -> None:
    desk = Desk(btc="0")
    entry, *exits = placed(desk, otoco())
    assert {(one.parent, one.kinship) for one in exits} == {(entry.order_id, Kinship.TRIGGERED)}
    assert [one.list_kind for one in exits] == [ListKind.OTOCO] * 2


@pytest.mark.parametrize(
    ("changes", "limits", "sentence"),
    [
        ({"take_profit": None}, {}, "An OCO list needs a take profit order."),
        ({"kind": ListKind.OTO}, {}, "An OTO list needs a entry order."),
        ({}, {"open_orders": 1}, "1 orders work in BTCUSDT; 1 is the limit."),
    ],
)
def test_a_list_that_is_not_whole_or_too_many_is_refused(
    changes: dict[str, object], limits: dict[str, int], sentence: str
) -> None:
    desk = Desk(limits=Limits(orders_per_second=100, open_orders=limits.get("open_orders", 10)))
    desk.happen(oco(**changes))  # type: ignore[arg-type]
    (declined,) = desk.done
    assert isinstance(declined, fx.Declined)
    assert declined.sentence.startswith(sentence)


def test_a_venue_without_such_lists_or_that_names_exits_itself_is_told_plainly() -> None:
    for able, told in (
        (replace(ABLE, list_kinds={}), "binance has no OCO lists."),
        (
            replace(ABLE, list_legs_named=False),
            "binance gives the exits of a list ids of its own: after a lost answer nobody could tell which are ours."
            " Nothing was sent. Place the entry, then each exit by itself.",
        ),
    ):
        wanted = oco()
        assert wanted.take_profit is not None and wanted.stop_loss is not None
        desk = Desk()
        desk.happen(
            replace(
                wanted,
                take_profit=replace(wanted.take_profit, capabilities=able),
                stop_loss=replace(wanted.stop_loss, capabilities=able),
            )
        )
        (declined,) = desk.done
        assert isinstance(declined, fx.Declined)
        assert declined.sentence.startswith(told)
        assert declined.ticket == wanted.list_id


def test_one_of_a_list_is_never_replaced_but_may_be_made_smaller() -> None:
    desk = Desk()
    orders = placed(desk, oco())
    answered(desk, listed(desk, orders))
    target = desk.order(orders[0].order_id)
    assert target.type is OrderType.LIMIT_MAKER
    desk.happen(change(target, 201, price=D("63100.00")))
    assert isinstance(desk.done[0], fx.Declined)
    desk.happen(change(target, 202, quantity=D("0.006"), instrument=CHANGEABLE))
    assert len(desk.wanted(fx.SendAmend)) == 1


def test_an_order_that_is_being_placed_by_itself_is_not_placed_in_a_list_too() -> None:
    desk = Desk()
    wanted = oco()
    assert wanted.take_profit is not None
    desk.happen(wanted.take_profit)
    desk.happen(wanted)
    (declined,) = desk.done
    assert isinstance(declined, fx.Declined)
    assert "being placed by itself" in declined.sentence
    assert desk.state.lists == {}
