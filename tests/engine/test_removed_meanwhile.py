"""A connection removed while a change of one of its orders is being written: nothing leaves, all is answered."""

from __future__ import annotations

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.model.capabilities import Capabilities
from connectors.model.order import OrderStatus
from engine.change_world import ABLE, FULL, TWO_CALLS, change
from engine.world import ACCOUNT, D, Desk, order_id


@pytest.mark.parametrize("able", [ABLE, TWO_CALLS, FULL], ids=["one-call", "two-calls", "in-place"])
@pytest.mark.parametrize("written", [True, False])
def test_a_change_of_an_order_that_is_gone_is_answered_and_leaves_nothing_to_end(
    able: Capabilities, written: bool
) -> None:
    desk = Desk()
    old = desk.open()
    desk.happen(change(old, price=D("61700.00"), capabilities=able))
    token = next(iter({**desk.state.pending, **desk.state.committing}))
    desk.happen(inputs.AccountDown(ACCOUNT, desk.now, removed=True))
    ended = inputs.Committed(token, desk.now) if written else inputs.CommitFailed(token, "The disk is full.", desk.now)
    desk.happen(ended)
    assert not [one for one in desk.done if isinstance(one, fx.SendReplace | fx.SendAmend | fx.SendCancel | fx.Send)]
    replaced = written and able is not FULL
    if replaced:
        (accepted,) = desk.wanted(fx.Accepted)
        assert (accepted.order.order_id, accepted.order.status) == (order_id(101), OrderStatus.CANCELED)
        (kept,) = desk.wanted(fx.Commit)
        assert [entry.order.status for entry in kept.batch.entries] == [OrderStatus.CANCELED], "its intent is on disk"
    else:
        (declined,) = desk.wanted(fx.Declined)
        assert declined.ticket == order_id(101)
        assert declined.sentence == "Nothing was sent: its connection was removed meanwhile."
    assert not (desk.state.live or desk.state.pending or desk.state.committing)
