"""What forbids a new order holds up to its first byte, and up to that of its one second send."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.day import Day, began
from connectors.engine.inputs import Trading
from connectors.model.capabilities import Capabilities
from connectors.model.ids import Epoch
from connectors.model.order import Order, OrderStatus, Side, TimeInForce
from connectors.model.position import Position
from engine.change_world import ABLE, CHANGEABLE, FULL, TWO_CALLS, change, commit, oco, replacing, since
from engine.world import ACCOUNT, BTC, EPOCH, SECOND, D, Desk, fill, limit_buy, report

S = OrderStatus


def halted(desk: Desk, _order: Order) -> None:
    desk.happen(inputs.SetTrading(Trading.HALTED, "by you", desk.now))


def reducing(desk: Desk, _order: Order) -> None:
    desk.happen(inputs.SetTrading(Trading.REDUCING, "by you", desk.now))


def locked(desk: Desk, _order: Order) -> None:
    day = Day(began(desk.now.time_ns), EPOCH, "USDT", D(1000), locked_ns=desk.now.time_ns)
    desk.state = replace(desk.state, days={ACCOUNT: day})


def canceled(desk: Desk, order: Order) -> None:
    desk.happen(inputs.Cancel(order.order_id, desk.now))


def unheard(desk: Desk, _order: Order) -> None:
    desk.happen(inputs.AccountDown(ACCOUNT, desk.now))


def wiped(desk: Desk, _order: Order) -> None:
    desk.happen(desk.opened(Epoch("life-2")))


FORBIDDING = (
    (halted, "halted"),
    (reducing, "REDUCING was set"),
    (locked, "the loss lock shut"),
    (unheard, "demo could not be heard any more"),
)
Forbid = Callable[[Desk, Order], None]


def hold(desk: Desk, quantity: str) -> None:
    held = Position(ACCOUNT, BTC, D(quantity))
    desk.state = replace(desk.state, positions=desk.state.positions.put((ACCOUNT, BTC), held))


def leave(desk: Desk, order: Order, forbidden: str = "") -> list[str]:
    """Its first byte may leave; why it may not after all."""
    desk.happen(inputs.Sending(order.order_id, desk.now, forbidden=forbidden))
    return [held.why for held in desk.wanted(fx.Withhold)]


def pending(desk: Desk, wanted: inputs.Place) -> Order:
    desk.happen(wanted)
    return next(iter(desk.state.pending.values())).order


@pytest.mark.parametrize(("forbid", "why"), FORBIDDING)
def test_what_came_while_the_intent_was_written_holds_it_back(forbid: Forbid, why: str) -> None:
    desk = Desk()
    order = pending(desk, limit_buy())
    (waited,) = desk.wanted(fx.Commit)
    assert waited.token is not None
    forbid(desk, order)
    desk.happen(inputs.Committed(waited.token, desk.now))
    assert not desk.wanted(fx.Send)
    (accepted,) = desk.wanted(fx.Accepted)
    assert (accepted.order.status, accepted.order.reason) == (S.CANCELED, f"{why} before anything was sent")
    (written,) = desk.wanted(fx.Commit)
    assert [entry.order.status for entry in written.batch.entries] == [S.CANCELED], "it is in the journal"
    assert not desk.state.live


@pytest.mark.parametrize(("forbid", "why"), [*FORBIDDING, (canceled, "canceled")])
def test_what_came_before_the_first_byte_holds_it_back(forbid: Forbid, why: str) -> None:
    desk = Desk()
    order = desk.place()
    forbid(desk, order)
    assert leave(desk, order) == [why]
    kept = desk.order(order.order_id)
    assert (kept.status, kept.reason, kept.sent_ns) == (S.CANCELED, f"not sent: {why}", None)
    assert not (desk.state.live or desk.state.checks)
    assert desk.wanted(fx.Commit), "it is in the journal"
    assert f"k1 was not sent: {why}." in desk.sentences(), "whoever placed it had been told that it is on its way"


@pytest.mark.parametrize(("forbid", "why"), [*FORBIDDING, (canceled, "canceled")])
def test_what_came_before_a_second_send_holds_it_back(forbid: Forbid, why: str) -> None:
    desk = Desk()
    order = desk.place()
    assert leave(desk, order) == []
    forbid(desk, order)
    assert leave(desk, order) == [why]
    kept = desk.order(order.order_id)
    assert (kept.status, kept.reason) == (S.CANCELED, f"not sent again after the venue refused it: {why}")
    assert kept.sent_ns is not None, "its first bytes did leave"


@pytest.mark.parametrize("able", [ABLE, TWO_CALLS], ids=["one-call", "two-calls"])
def test_what_the_desk_lets_expire_does_not_leave_once_its_time_is_over(able: Capabilities) -> None:
    desk = Desk()
    until = {
        "time_in_force": TimeInForce.GTD,
        "expire_time_ns": desk.now.time_ns + 5 * SECOND,
        "instrument": CHANGEABLE,
        "capabilities": ABLE,
    }
    order = desk.place(limit_buy(1, **until))
    old = desk.open(2, **until)
    desk.happen(change(old, price=D("61700.00"), capabilities=able))
    new = next(iter(desk.state.pending.values())).order
    commit(desk)
    desk.wait(6)
    assert leave(desk, order) == ["expired"]
    if able is ABLE:
        assert leave(desk, new) == ["canceled"], "the desk has cancelled it for its time in the step before"
    else:
        desk.happen(inputs.CancelEnded(old.order_id, report(old, S.CANCELED, venue_id="v2"), None, "", desk.now))
        assert not desk.wanted(fx.Send)
    assert desk.order(new.order_id).status is S.CANCELED


def test_a_second_send_that_nothing_forbids_leaves_and_is_written_down_once() -> None:
    desk = Desk()
    order = desk.place()
    assert leave(desk, order) == leave(desk, order) == []
    assert [line.text for line in desk.order(order.order_id).evidence].count("request sent") == 1


def test_an_order_that_is_over_or_lives_already_does_not_leave_once_more() -> None:
    desk = Desk()
    order = desk.place()
    desk.say(report(order, S.OPEN))
    assert leave(desk, order) == [""]
    assert desk.order(order.order_id).status is S.OPEN
    gone = desk.place(limit_buy(2))
    wiped(desk, gone)
    assert leave(desk, gone) == ["the venue began a new life"]
    assert desk.order(gone.order_id).status is S.EXPIRED


def test_a_covered_desk_holds_back_what_does_not_only_reduce() -> None:
    desk = Desk()
    hold(desk, "0.5")
    assert leave(desk, desk.place(), "the desk was covered") == ["the desk was covered"]
    closing = desk.place(limit_buy(2, side=Side.SELL, price=D("61810.00"), reduce_only=True))
    assert leave(desk, closing, "the desk was covered") == []


@pytest.mark.parametrize("forbid", [halted, reducing, locked])
def test_what_shrinks_the_position_leaves_all_the_same(forbid: Forbid) -> None:
    desk = Desk()
    hold(desk, "0.5")
    order = desk.place(limit_buy(side=Side.SELL, price=D("61810.00"), reduce_only=True))
    forbid(desk, order)
    assert leave(desk, order) == []


def test_a_reduce_only_order_whose_position_is_gone_meanwhile_would_open_one_and_is_held_back() -> None:
    desk = Desk()
    hold(desk, "0.5")
    order = desk.place(limit_buy(side=Side.SELL, price=D("61810.00"), reduce_only=True))
    hold(desk, "0")
    assert leave(desk, order) == ["the position it reduces shrank"]


@pytest.mark.parametrize("forbid", [halted, reducing, locked])
def test_a_list_leaves_whole_or_not_at_all(forbid: Forbid) -> None:
    desk = Desk()
    desk.happen(oco())
    commit(desk)
    first, second = desk.wanted(fx.SendList)[0].order_ids
    forbid(desk, desk.order(first))
    desk.happen(inputs.Sending(first, desk.now, (second,)))
    assert [held.order_id for held in desk.wanted(fx.Withhold)] == [first, second]
    assert {desk.order(one).status for one in (first, second)} == {S.CANCELED}
    assert not desk.state.live


@pytest.mark.parametrize("forbid", [reducing, locked])
def test_a_pair_of_exits_shrinks_the_position_once_and_leaves(forbid: Forbid) -> None:
    desk = Desk()
    hold(desk, "0.01")
    desk.happen(oco())
    forbid(desk, desk.open(7))
    token = next(iter(desk.state.lists))
    desk.happen(inputs.Committed(token, desk.now))
    first, second = desk.wanted(fx.SendList)[0].order_ids
    desk.happen(inputs.Sending(first, desk.now, (second,)))
    assert not desk.wanted(fx.Withhold)


@pytest.mark.parametrize(("forbid", "why"), [*FORBIDDING, (canceled, "canceled")])
def test_a_replace_that_is_held_back_leaves_the_old_order_as_it_was(forbid: Forbid, why: str) -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old)
    forbid(desk, new)
    assert leave(desk, new) == [why]
    assert (desk.order(new.order_id).status, desk.order(new.order_id).reason) == (S.CANCELED, f"not sent: {why}")
    assert (desk.order(old.order_id).status, desk.order(old.order_id).amending) == (S.OPEN, None)
    assert not (desk.state.changing or desk.state.changes)


@pytest.mark.parametrize(("forbid", "why"), FORBIDDING)
def test_the_create_of_two_calls_is_held_back_after_the_cancel(forbid: Forbid, why: str) -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old, capabilities=TWO_CALLS)
    forbid(desk, new)
    desk.happen(inputs.CancelEnded(old.order_id, report(old, S.CANCELED), None, "", desk.now))
    assert not desk.wanted(fx.Send)
    assert desk.order(new.order_id).reason == f"not sent: {why} meanwhile"
    assert any("nothing took its place" in sentence for sentence in desk.sentences())
    assert not desk.state.live


@pytest.mark.parametrize(("forbid", "why"), [*FORBIDDING, (canceled, "before its change was sent")])
@pytest.mark.parametrize(("quantity", "price"), [(D("0.02"), None), (None, D("61790.00"))], ids=["larger", "moved"])
@pytest.mark.parametrize("written", [True, False])
def test_a_change_that_is_held_back_leaves_the_order_as_it_was(
    forbid: Forbid, why: str, quantity: Decimal | None, price: Decimal | None, written: bool
) -> None:
    desk = Desk()
    old = desk.open()
    desk.happen(change(old, capabilities=FULL, quantity=quantity, price=price))
    token = next(iter(desk.state.committing))
    if written:
        desk.happen(inputs.Committed(token, desk.now))
        assert desk.wanted(fx.SendAmend)
        asked = since(desk, old)
        forbid(desk, old)
        desk.happen(inputs.ChangeSending(old.order_id, asked, desk.now))
        assert desk.wanted(fx.Withhold)
    else:
        forbid(desk, old)
        desk.happen(inputs.Committed(token, desk.now))
        assert not desk.wanted(fx.SendAmend)
    now = desk.order(old.order_id)
    assert (now.status, now.amending, now.quantity, now.price) == (S.OPEN, None, old.quantity, old.price)
    assert why in now.evidence[-1].text


def test_what_makes_an_order_smaller_leaves_whatever_is_forbidden() -> None:
    desk = Desk()
    old = desk.open()
    halted(desk, old)
    desk.happen(change(old, capabilities=FULL, quantity=D("0.004")))
    desk.happen(inputs.ChangeSending(old.order_id, since(desk, old), desk.now, "the desk was covered"))
    assert not desk.wanted(fx.Withhold)


def test_a_change_decided_by_the_venues_word_meanwhile_does_not_leave() -> None:
    desk = Desk()
    old = desk.open()
    desk.happen(change(old, quantity=D("0.004")))
    asked = since(desk, old)
    desk.say(report(old, S.FILLED, filled="0.01", fills=(fill(1, "0.01"),)))
    desk.happen(inputs.ChangeSending(old.order_id, asked, desk.now))
    assert desk.wanted(fx.Withhold)
