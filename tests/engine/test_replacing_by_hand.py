"""A change in two calls, of which a human ends the old order before the venue said that it is over."""

from __future__ import annotations

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer, ByHand
from connectors.model.order import OrderStatus, ReportSource
from engine.change_world import TWO_CALLS, replacing
from engine.world import D, Desk, report

S = OrderStatus


@pytest.mark.parametrize("later", [S.CANCELED, S.OPEN])
def test_a_create_that_waits_for_a_cancel_ends_with_a_decision_by_hand_and_is_never_sent(later: OrderStatus) -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old, capabilities=TWO_CALLS)
    desk.happen(inputs.CancelEnded(old.order_id, None, Answer.LOST, "No answer.", desk.now))
    desk.wait(60)
    desk.happen(inputs.Resolve(old.order_id, ByHand.CANCELED, old.handle, desk.now))
    ended = desk.order(new.order_id)
    assert (ended.status, ended.reason) == (S.CANCELED, f"not sent: {old.handle} is not to be changed any more")
    assert not desk.state.live, "nothing counts any more"
    desk.say(report(old, later, source=ReportSource.LOOKUP))
    assert not desk.wanted(fx.Send)
    assert desk.order(new.order_id).status is S.CANCELED
    assert desk.order(old.order_id).filled == D(0)
