"""Whoever cancels an order that is being replaced wants none in its place, however far the replacement is."""

from __future__ import annotations

from itertools import product

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer, ByHand
from connectors.model.change import CancelOutcome, CreateOutcome
from connectors.model.order import FINAL, Order, OrderStatus, ReportSource
from engine.change_world import ABLE, TWO_CALLS, change, ended, found, replaced, replacing, unanswered
from engine.world import CONCLUSIVE_MS, D, Desk, order_id, report

S = OrderStatus
C = CancelOutcome
N = CreateOutcome


def cancel(desk: Desk, order: Order) -> None:
    desk.happen(inputs.Cancel(order.order_id, desk.now))


def cancels(desk: Desk) -> list[object]:
    return [sent.order_id for sent in desk.wanted(fx.SendCancel)]


@pytest.mark.parametrize("able", [ABLE, TWO_CALLS], ids=["one-call", "two-calls"])
def test_before_the_intents_are_written_nothing_but_the_cancel_leaves(able: object) -> None:
    desk = Desk()
    old = desk.open()
    desk.happen(change(old, price=D("61700.00"), capabilities=able))
    token = next(iter(desk.state.pending))
    cancel(desk, old)
    assert cancels(desk) == [old.order_id]
    desk.happen(inputs.CancelEnded(old.order_id, None, Answer.REFUSED, "No.", desk.now))
    desk.happen(inputs.Committed(token, desk.now))
    assert not desk.wanted(fx.SendReplace)
    assert not desk.wanted(fx.SendCancel), "it was refused, and nobody asked for it again"
    assert desk.order(order_id(101)).status is S.CANCELED
    assert (desk.order(old.order_id).status, desk.order(old.order_id).amending) == (S.OPEN, None)


@pytest.mark.parametrize("answer", [None, Answer.LOST, Answer.NOT_FOUND, Answer.REFUSED])
def test_in_two_calls_the_create_is_never_sent_whatever_becomes_of_the_cancel(answer: Answer | None) -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old, capabilities=TWO_CALLS)
    cancel(desk, old)
    gone = desk.order(new.order_id)
    assert (gone.status, gone.reason) == (S.CANCELED, f"not sent: {old.handle} was canceled")
    assert cancels(desk) == [], "the cancel of the replace is on its way, and the new order was never sent"
    said = report(old, S.CANCELED) if answer is None else None
    desk.happen(inputs.CancelEnded(old.order_id, said, answer, "No.", desk.now))
    if answer in {Answer.LOST, Answer.NOT_FOUND}:
        found(desk, old.order_id, report(old, S.CANCELED, source=ReportSource.LOOKUP))
    assert not desk.wanted(fx.Send)
    assert desk.order(old.order_id).status is (S.OPEN if answer is Answer.REFUSED else S.CANCELED)
    assert not (desk.state.changing or desk.state.changes or desk.state.checks)


def test_in_two_calls_a_create_on_its_way_is_canceled_though_the_old_order_is_over() -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old, capabilities=TWO_CALLS)
    desk.happen(inputs.CancelEnded(old.order_id, report(old, S.CANCELED), None, "", desk.now))
    assert [sent.order_id for sent in desk.wanted(fx.Send)] == [new.order_id]
    desk.happen(inputs.Sending(new.order_id, desk.now))
    cancel(desk, old)
    assert next(type(effect) for effect in desk.done) is fx.Accepted
    assert cancels(desk) == [new.order_id]
    desk.happen(inputs.CancelEnded(new.order_id, None, Answer.NOT_FOUND, "Unknown order sent.", desk.now))
    desk.say(report(new, S.OPEN, venue_id="v2", source=ReportSource.ACK))
    assert cancels(desk) == [new.order_id], "as soon as it is known to exist"


@pytest.mark.parametrize(("first", "create"), sorted(product((False, True), (*N, None)), key=str))
def test_in_one_call_the_new_order_is_canceled_as_soon_as_it_can_be_found(
    first: bool, create: CreateOutcome | None
) -> None:
    """The cancel overtakes the replace or not; the create is accepted, refused, lost or never answered."""
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old)
    desk.happen(inputs.Sending(new.order_id, desk.now))
    cancel(desk, old)
    assert set(cancels(desk)) == {old.order_id, new.order_id}
    desk.happen(inputs.CancelEnded(new.order_id, None, Answer.NOT_FOUND, "Unknown order sent.", desk.now))
    if first:
        desk.happen(inputs.CancelEnded(old.order_id, report(old, S.CANCELED), None, "", desk.now))
    if create is None:
        unanswered(desk, old)
    else:
        ended(desk, old, replaced(desk, old, C.FAILED if create is N.NOT_ATTEMPTED else C.DONE, create))
    lives = create in {None, N.ACCEPTED, N.UNKNOWN}
    if lives and create is not N.ACCEPTED:
        assert desk.order(new.order_id).status is S.UNKNOWN
        found(desk, new.order_id, report(new, S.OPEN, venue_id="v2", source=ReportSource.LOOKUP))
    if lives:
        assert new.order_id in cancels(desk)
        gone = report(new, S.CANCELED, venue_id="v2")
        desk.happen(inputs.CancelEnded(new.order_id, gone, None, "", desk.now))
    if desk.order(old.order_id).status not in FINAL:
        found(desk, old.order_id, report(old, S.CANCELED, source=ReportSource.LOOKUP))
    assert {desk.order(one).status for one in (old.order_id, new.order_id)} <= {S.CANCELED, S.REJECTED}
    assert not (desk.state.changing or desk.state.changes or desk.state.live)


def test_one_that_has_no_answer_at_all_is_proved_to_be_nowhere() -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old)
    desk.happen(inputs.Sending(new.order_id, desk.now))
    cancel(desk, old)
    for one in (old, new):
        desk.happen(inputs.CancelEnded(one.order_id, None, Answer.LOST, "No answer.", desk.now))
    unanswered(desk, old)
    found(desk, old.order_id, report(old, S.CANCELED, source=ReportSource.LOOKUP))
    desk.wait(CONCLUSIVE_MS // 1000 + 1)
    found(desk, new.order_id, None)
    assert desk.order(new.order_id).status is S.NEVER_ARRIVED
    assert not desk.state.live


def test_once_it_was_replaced_a_cancel_says_which_order_took_its_place() -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old)
    ended(desk, old, replaced(desk, old, C.DONE, N.ACCEPTED))
    cancel(desk, old)
    (declined,) = desk.wanted(fx.Declined)
    assert declined.sentence == "k1 is CANCELED: there is nothing to cancel. k2 took its place: cancel that one."
    assert not desk.wanted(fx.SendCancel)
    cancel(desk, new)
    assert cancels(desk) == [new.order_id]


def test_a_cancel_by_hand_of_a_stuck_one_takes_what_is_to_replace_it_too() -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old)
    unanswered(desk, old)
    desk.happen(inputs.Resolve(old.order_id, ByHand.CANCEL_ANYWAY, "", desk.now))
    assert set(cancels(desk)) == {old.order_id, new.order_id}
