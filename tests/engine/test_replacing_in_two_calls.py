"""Replacing an order at a venue that takes two calls for it: the create waits for the cancel."""

from __future__ import annotations

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer, Trading
from connectors.model.order import EvidenceKind, OrderStatus, ReportSource
from engine.change_world import (
    TWO_CALLS,
    replacing,
)
from engine.world import D, Desk, fill, report

S = OrderStatus


def test_where_it_takes_two_calls_the_create_waits_for_the_venues_word_on_the_cancel() -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old, capabilities=TWO_CALLS)
    assert [one.order_id for one in desk.wanted(fx.SendCancel)] == [old.order_id]
    assert not desk.wanted(fx.Send)
    gone = report(old, S.CANCELED, filled="0.004", fills=(fill(1, "0.004"),))
    desk.happen(inputs.CancelEnded(old.order_id, gone, None, "", desk.now))
    (send,) = desk.wanted(fx.Send)
    assert (send.order_id, send.request.quantity) == (new.order_id, D("0.006"))
    desk.say(gone)
    assert not desk.wanted(fx.Send), "a create is sent once"
    desk.say(report(new, S.OPEN, venue_id="v2", quantity=D("0.006"), source=ReportSource.ACK))
    assert desk.order(old.order_id).replacement == new.order_id


@pytest.mark.parametrize("halted", [True, False])
def test_the_create_of_two_calls_is_given_up_where_it_is_not_wanted_any_more(halted: bool) -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old, capabilities=TWO_CALLS)
    if halted:
        desk.happen(inputs.SetTrading(Trading.HALTED, "by you", desk.now))
    else:
        desk.happen(inputs.Cancel(new.order_id, desk.now))
    desk.happen(inputs.CancelEnded(old.order_id, report(old, S.CANCELED), None, "", desk.now))
    assert not desk.wanted(fx.Send)
    assert desk.order(new.order_id).status is S.CANCELED
    assert desk.state.changing == {}


def test_a_cancel_of_two_calls_that_is_refused_creates_nothing() -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old, capabilities=TWO_CALLS)
    desk.happen(inputs.CancelEnded(old.order_id, None, Answer.REFUSED, "No.", desk.now))
    assert not desk.wanted(fx.Send)
    assert desk.order(new.order_id).status is S.REJECTED
    stands = desk.order(old.order_id)
    assert (stands.status, stands.canceling, stands.amending) == (S.OPEN, False, None)
    assert EvidenceKind.AMEND_REFUSED in {line.kind for line in stands.evidence}
