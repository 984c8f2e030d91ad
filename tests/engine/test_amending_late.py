"""What comes late to a change: a report of before it, an intent written when it is decided, a cancel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer, Trading
from connectors.model.order import FINAL, Order, OrderStatus, ReportSource
from engine.change_world import FULL, change, commit, found, since
from engine.world import EPOCH, SECOND, D, Desk, fill, order_id, report

S = OrderStatus


def test_an_order_renamed_by_another_tool_goes_by_both_ids() -> None:
    desk = Desk()
    order = desk.open()
    said = report(order, S.OPEN, quantity=D("0.004"), client_id="theirs")
    desk.say(
        replace(
            said,
            client_order_id=report(None, S.OPEN, client_id="theirs").client_order_id,
            replaced_client_order_id=order.client_order_id,
        )
    )
    renamed = desk.order(order.order_id)
    assert (renamed.client_order_ids, renamed.quantity) == ((order.client_order_id, "theirs"), D("0.004"))
    for name in renamed.client_order_ids:
        desk.say(replace(report(None, S.OPEN, venue_id=None, client_id=name), quantity=D("0.004")))
        assert len(desk.state.orders) == 1
    again = Desk()
    again.happen(inputs.Started((renamed,), (), (), Trading.ACTIVE, 2, again.now), again.opened(EPOCH))
    again.say(report(None, S.CANCELED, venue_id=None, client_id=order.client_order_id, quantity=D("0.004")))
    assert again.order(order.order_id).status in FINAL


def test_an_intent_whose_change_is_decided_already_does_not_send_the_next_one() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(change(order, capabilities=FULL, quantity=D("0.02")))
    first = next(iter(desk.state.committing))
    desk.say(report(order, S.OPEN, quantity=D("0.02")))
    desk.wait(1)
    desk.happen(change(order, 102, capabilities=FULL, price=D("61810.00")))
    second = next(token for token in desk.state.committing if token != first)
    desk.happen(inputs.Committed(first, desk.now))
    assert not desk.wanted(fx.SendAmend)
    desk.happen(inputs.Committed(second, desk.now))
    assert len(desk.wanted(fx.SendAmend)) == 1


def raised(desk: Desk, order: Order, time_ns: int) -> None:
    """Its size is raised in its place, and the venue says when it was."""
    desk.happen(change(order, capabilities=FULL, quantity=D("0.02")))
    commit(desk)
    said = report(order, S.OPEN, source=ReportSource.ACK, quantity=D("0.02"), time_ns=time_ns)
    desk.happen(inputs.AmendEnded(order.order_id, since(desk, order), said, None, "", desk.now))


@pytest.mark.parametrize("source", [ReportSource.STREAM, ReportSource.LOOKUP, ReportSource.OPEN_ORDERS])
def test_a_late_report_of_before_a_raise_does_not_take_it_back(source: ReportSource) -> None:
    desk = Desk()
    order = desk.open()
    raised(desk, order, 5 * SECOND)
    late = report(
        order, S.PARTIALLY_FILLED, filled="0.002", fills=(fill(1, "0.002"),), source=source, time_ns=4 * SECOND
    )
    desk.say(late)
    now = desk.order(order.order_id)
    assert (now.quantity, now.filled, now.remaining) == (D("0.02"), D("0.002"), D("0.018"))
    desk.say(report(order, S.OPEN, quantity=D("0.015"), source=source, time_ns=6 * SECOND))
    assert desk.order(order.order_id).quantity == D("0.015"), "what is newer is believed, whoever asked for it"


def test_a_late_report_of_before_does_not_confirm_a_change_back_to_what_was() -> None:
    desk = Desk()
    order = desk.open()
    raised(desk, order, 5 * SECOND)
    desk.happen(change(order, 102, capabilities=FULL, quantity=D("0.01")))
    desk.say(report(order, S.OPEN, time_ns=4 * SECOND))
    assert (desk.order(order.order_id).quantity, desk.order(order.order_id).amending is None) == (D("0.02"), False)
    desk.say(report(order, S.OPEN, time_ns=6 * SECOND))
    assert (desk.order(order.order_id).quantity, desk.order(order.order_id).amending) == (D("0.01"), None)


@pytest.mark.parametrize("answer", [Answer.REFUSED, Answer.LOST])
def test_whoever_cancels_wants_no_change_that_is_still_being_written(answer: Answer) -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(change(order, capabilities=FULL, quantity=D("0.02")))
    token = next(iter(desk.state.committing))
    desk.happen(inputs.Cancel(order.order_id, desk.now))
    assert desk.order(order.order_id).amending is None
    desk.happen(inputs.CancelEnded(order.order_id, None, answer, "No.", desk.now))
    if answer is Answer.LOST:
        found(desk, order.order_id, report(order, S.OPEN, source=ReportSource.LOOKUP))
    desk.happen(inputs.Committed(token, desk.now))
    assert not desk.wanted(fx.SendAmend), "the cancel failed, and nobody asked for more any more"
    (accepted,) = desk.wanted(fx.Accepted)
    assert (accepted.ticket, accepted.order.quantity) == (order_id(101), D("0.01"))
