"""Cancels: an overlay until the venue's word, retried where nobody answered, never a change of status by themselves."""

from __future__ import annotations

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer
from connectors.engine.lookup import CANCELS_AGAIN
from connectors.model.order import Order, OrderStatus, ReportSource
from engine.world import Desk, order_id, report

S = OrderStatus


def cancel(desk: Desk, order: Order) -> None:
    desk.happen(inputs.Cancel(order.order_id, desk.now))


def ended(desk: Desk, order: Order, answer: Answer) -> None:
    desk.happen(inputs.CancelEnded(order.order_id, None, answer, "Unknown order sent.", desk.now))


def looked_up(desk: Desk, order: Order, status: OrderStatus, filled: str = "0") -> None:
    found = report(order, status, filled=filled, source=ReportSource.LOOKUP)
    desk.happen(inputs.LookUpEnded(order.order_id, found, None, None, desk.mono_ns, desk.now))


def test_a_cancel_is_an_overlay_and_leaves_before_anything_is_written() -> None:
    desk = Desk()
    order = desk.open()
    cancel(desk, order)
    kinds = [type(effect) for effect in desk.done]
    assert kinds.index(fx.SendCancel) < kinds.index(fx.Commit)
    (commit,) = desk.wanted(fx.Commit)
    assert commit.token is None, "nobody waits for the archive"
    canceling = desk.order(order.order_id)
    assert canceling.canceling
    assert canceling.status is S.OPEN
    desk.say(report(order, S.CANCELED))
    assert (desk.order(order.order_id).status, desk.order(order.order_id).canceling) == (S.CANCELED, False)


def test_a_second_cancel_while_the_first_is_on_its_way_sends_nothing() -> None:
    desk = Desk()
    order = desk.open()
    cancel(desk, order)
    cancel(desk, order)
    assert [type(effect) for effect in desk.done] == [fx.Accepted]


def test_a_refused_cancel_leaves_the_order_as_it_was_and_says_so() -> None:
    desk = Desk()
    order = desk.open()
    cancel(desk, order)
    ended(desk, order, Answer.REFUSED)
    assert (desk.order(order.order_id).status, desk.order(order.order_id).canceling) == (S.OPEN, False)
    assert any("was not canceled" in sentence for sentence in desk.sentences())


@pytest.mark.parametrize("answer", [Answer.NOT_FOUND, Answer.LOST])
def test_a_cancel_that_found_nothing_or_got_no_answer_looks_the_order_up(answer: Answer) -> None:
    desk = Desk()
    order = desk.open()
    cancel(desk, order)
    ended(desk, order, answer)
    assert desk.order(order.order_id).status is S.OPEN
    assert len(desk.wanted(fx.LookUp)) == 1
    looked_up(desk, order, S.FILLED, "0.01")
    assert (desk.order(order.order_id).status, desk.order(order.order_id).canceling) == (S.FILLED, False)


def test_a_cancel_without_answer_is_sent_again_while_the_order_is_found_open_and_then_a_human_is_told() -> None:
    desk = Desk()
    order = desk.open()
    cancel(desk, order)
    sent = 1
    for _ in range(CANCELS_AGAIN + 1):
        ended(desk, order, Answer.LOST)
        looked_up(desk, order, S.OPEN)
        sent += len(desk.wanted(fx.SendCancel))
        desk.wait(60)
    assert sent == 1 + CANCELS_AGAIN
    assert not desk.order(order.order_id).canceling
    assert any("still open" in sentence for sentence in desk.sentences())


def test_a_cancel_that_came_before_its_order_is_sent_again_once_the_order_is_confirmed() -> None:
    desk = Desk()
    order = desk.place()
    cancel(desk, order)
    ended(desk, order, Answer.NOT_FOUND)
    assert desk.wanted(fx.LookUp) == []
    desk.say(report(order, S.OPEN, source=ReportSource.ACK))
    assert len(desk.wanted(fx.SendCancel)) == 1
    assert desk.order(order.order_id).canceling


def test_an_unknown_order_can_be_canceled_and_the_cancel_follows_it_when_it_is_found() -> None:
    desk = Desk()
    order = desk.place()
    desk.happen(inputs.PlaceFailed(order.order_id, Answer.LOST, "No answer.", desk.now))
    cancel(desk, order)
    assert len(desk.wanted(fx.SendCancel)) == 1
    ended(desk, order, Answer.NOT_FOUND)
    looked_up(desk, order, S.OPEN)
    assert len(desk.wanted(fx.SendCancel)) == 1


def test_what_is_finished_or_unknown_here_cannot_be_canceled() -> None:
    desk = Desk()
    order = desk.open()
    desk.say(report(order, S.CANCELED))
    cancel(desk, order)
    (declined,) = desk.done
    assert isinstance(declined, fx.Declined)
    assert declined.sentence == "k1 is CANCELED: there is nothing to cancel."
    desk.happen(inputs.Cancel(order_id(99), desk.now))
    (declined,) = desk.wanted(fx.Declined)
    assert declined.code == "UNKNOWN_ORDER"
