"""Cancel and create: two halves, each with an outcome of its own, and never two orders where one is meant."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer, Trading
from connectors.model.change import CancelOutcome, CreateOutcome, ReplaceMode
from connectors.model.ids import OrderId
from connectors.model.order import FINAL, Kinship, OrderStatus, ReportSource, TimeInForce
from engine.change_world import (
    ABLE,
    CHANGEABLE,
    change,
    commit,
    ended,
    found,
    replaced,
    replacing,
    since,
    unanswered,
)
from engine.world import ACCOUNT, CONCLUSIVE_MS, D, Desk, fill, order_id, report

S = OrderStatus
C = CancelOutcome
N = CreateOutcome


def test_both_intents_are_on_disk_in_one_commit_before_a_byte_leaves() -> None:
    desk = Desk()
    old = desk.open()
    desk.happen(change(old, price=D("61700.00")))
    assert not desk.wanted(fx.SendReplace)
    (waited,) = [one for one in desk.wanted(fx.Commit) if one.token is not None]
    first, second = (entry.order for entry in waited.batch.entries)
    assert first.amending is not None
    assert (first.amending.replacement, second.parent) == (second.order_id, old.order_id)
    commit(desk)
    (send,) = desk.wanted(fx.SendReplace)
    assert send.request.mode is ReplaceMode.STOP_ON_FAILURE
    assert (send.request.order.client_order_id, send.request.order.price) == (order_id(101).hex, D("61700.00"))
    assert send.request.venue_order_id == old.venue_order_id
    new = desk.order(order_id(101))
    assert (new.status, new.kinship, new.parent) == (S.SUBMITTING, Kinship.REPLACED, old.order_id)
    assert "the place in the queue is lost" in desk.order(old.order_id).evidence[-1].text


@pytest.mark.parametrize(("cancel", "create"), sorted(product(C, N)))
def test_every_pair_of_outcomes_ends_with_one_order_at_most_and_neither_half_is_sent_again(
    cancel: CancelOutcome, create: CreateOutcome
) -> None:
    """Whatever was said, the venue is then asked about what is not certain, and has its last word here."""
    for old_lives, new_lives in product((False, True), repeat=2):
        if (cancel is C.DONE and old_lives) or (create is N.ACCEPTED and not new_lives):
            continue
        if create in {N.REFUSED, N.NOT_ATTEMPTED} and new_lives:
            continue
        desk = Desk()
        old = desk.open()
        new = replacing(desk, old)
        ended(desk, old, replaced(desk, old, cancel, create))
        if create in {N.REFUSED, N.NOT_ATTEMPTED}:
            assert desk.order(new.order_id).status is S.REJECTED
        elif create is N.UNKNOWN:
            assert desk.order(new.order_id).status is S.UNKNOWN
        alive = {old.order_id: old_lives, new.order_id: new_lives}
        sent = until_quiet(desk, alive)
        assert not any(isinstance(effect, fx.SendReplace | fx.Send) for effect in sent)
        was, now = desk.order(old.order_id), desk.order(new.order_id)
        assert was.amending is None
        assert not (desk.state.changing or desk.state.changes or desk.state.checks)
        assert not (was.status is S.OPEN and now.status is S.OPEN), "two orders where one is meant"
        if now.venue_order_id is not None:
            assert (was.replacement, was.status) == (now.order_id, S.CANCELED)
        else:
            assert now.status in {S.REJECTED, S.NEVER_ARRIVED}
            assert was.status is (S.OPEN if alive[old.order_id] else S.CANCELED)


def until_quiet(desk: Desk, alive: dict[OrderId, bool]) -> list[fx.Effect]:
    """Answer look-ups and cancels as a venue where only these live would; all effects meanwhile."""
    sent: list[fx.Effect] = []
    for _ in range(12):
        desk.wait(5)
        sent += desk.happen(inputs.Tick(desk.now))
        for number, asked in enumerate(alive, 1):
            check = desk.state.checks.get(asked)
            if check is None or not check.asked:
                continue
            status = S.OPEN if alive[asked] else S.CANCELED
            known = number == 1 or alive[asked] or desk.order(asked).venue_order_id is not None
            said = report(desk.order(asked), status, venue_id=f"v{number}", source=ReportSource.LOOKUP)
            found(desk, asked, said if known else None)
            sent += desk.done
        for asked in tuple(desk.state.cancels):
            gone = report(desk.order(asked), S.CANCELED, venue_id=desk.order(asked).venue_order_id)
            alive[asked] = False
            sent += desk.happen(inputs.CancelEnded(asked, gone, None, "", desk.now))
    return sent


def test_a_refused_create_after_a_done_cancel_is_told_loudly() -> None:
    desk = Desk()
    old = desk.open()
    replacing(desk, old)
    ended(desk, old, replaced(desk, old, C.DONE, N.REFUSED))
    told = [warn.sentence for warn in desk.wanted(fx.Warn) if warn.level is fx.Level.DANGER]
    assert any("is CANCELED and nothing took its place: refused: No." in sentence for sentence in told)


def test_a_call_refused_as_a_whole_leaves_the_old_order_working() -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old)
    unanswered(desk, old, Answer.REFUSED)
    assert desk.order(new.order_id).status is S.REJECTED
    found(desk, old.order_id, report(old, S.OPEN, source=ReportSource.LOOKUP))
    assert (desk.order(old.order_id).status, desk.order(old.order_id).amending) == (S.OPEN, None)


def test_without_an_answer_both_are_looked_up_and_nothing_is_sent_again() -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old)
    unanswered(desk, old)
    assert {look_up.order_id for look_up in desk.wanted(fx.LookUp)} == {old.order_id, new.order_id}
    assert desk.order(new.order_id).status is S.UNKNOWN
    found(desk, old.order_id, report(old, S.CANCELED, source=ReportSource.LOOKUP))
    assert desk.order(old.order_id).amending is not None, "its other half is not decided"
    desk.wait(CONCLUSIVE_MS // 1000 + 1)
    found(desk, new.order_id, None)
    assert desk.order(new.order_id).status is S.NEVER_ARRIVED
    assert desk.order(old.order_id).amending is None
    assert any("nothing took its place" in sentence for sentence in desk.sentences())


def test_an_old_order_seen_open_before_the_venue_settled_is_asked_about_again_before_it_is_said_to_stand() -> None:
    """The cancel was done and the create refused, a moment after the first look-up; nobody heard of it."""
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old)
    unanswered(desk, old)
    found(desk, old.order_id, report(old, S.OPEN, source=ReportSource.LOOKUP))
    desk.wait(CONCLUSIVE_MS // 1000 + 1)
    found(desk, new.order_id, None)
    assert desk.order(new.order_id).status is S.NEVER_ARRIVED
    assert desk.order(old.order_id).amending is not None
    assert not any("was not changed" in sentence for sentence in desk.sentences()), "nobody knows that"
    assert [asked.order_id for asked in desk.wanted(fx.LookUp)] == [old.order_id]
    found(desk, old.order_id, report(old, S.CANCELED, source=ReportSource.LOOKUP))
    assert desk.order(old.order_id).amending is None
    assert any("is CANCELED and nothing took its place" in sentence for sentence in desk.sentences())


def test_the_stream_may_speak_of_both_before_the_answer_comes() -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old)
    desk.say(report(old, S.CANCELED))
    desk.say(report(new, S.OPEN, venue_id="v2", price=D("61700.00")))
    assert desk.wanted(fx.SendCancel) == []
    ended(desk, old, replaced(desk, old, C.DONE, N.ACCEPTED))
    assert (desk.order(old.order_id).replacement, desk.wanted(fx.SendCancel)) == (new.order_id, [])


def test_the_new_order_is_for_what_is_not_filled_when_it_is_sent() -> None:
    desk = Desk()
    old = desk.open()
    desk.happen(change(old, price=D("61700.00")))
    token = next(iter(desk.state.pending))
    desk.say(report(old, S.PARTIALLY_FILLED, filled="0.004", fills=(fill(1, "0.004"),)))
    desk.happen(inputs.Committed(token, desk.now))
    (send,) = desk.wanted(fx.SendReplace)
    assert send.request.order.quantity == D("0.006")
    assert desk.order(order_id(101)).quantity == D("0.006")
    assert "0.004 of 0.01 filled by now" in desk.order(order_id(101)).evidence[-1].text


@pytest.mark.parametrize("amend_works", [True, False])
def test_what_was_filled_between_is_taken_off_the_new_order(amend_works: bool) -> None:
    desk = Desk()
    old = desk.open()
    new = replacing(desk, old)
    desk.say(report(old, S.PARTIALLY_FILLED, filled="0.003", fills=(fill(1, "0.003"),)))
    ended(desk, old, replaced(desk, old, C.DONE, N.ACCEPTED, filled="0.003"))
    (lowered,) = desk.wanted(fx.SendAmend)
    assert (lowered.order_id, lowered.request.quantity) == (new.order_id, D("0.007"))
    said = report(new, S.OPEN, venue_id="v2", quantity=D("0.007"), price=D("61700.00"))
    answer = None if amend_works else Answer.REFUSED
    desk.happen(
        inputs.AmendEnded(new.order_id, since(desk, new), said if amend_works else None, answer, "No.", desk.now)
    )
    if not amend_works:
        assert [one.order_id for one in desk.wanted(fx.SendCancel)] == [new.order_id]
        desk.happen(inputs.CancelEnded(new.order_id, replace(said, status=S.CANCELED), None, "", desk.now))
    was, now = desk.order(old.order_id), desk.order(new.order_id)
    assert (was.amending, was.replacement) == (None, new.order_id)
    assert was.filled + (now.quantity or D(0)) <= D("0.01") or now.status in FINAL


def test_an_old_order_filled_whole_meanwhile_is_not_replaced() -> None:
    desk = Desk()
    old = desk.open()
    desk.happen(change(old, price=D("61700.00")))
    token = next(iter(desk.state.pending))
    desk.say(report(old, S.FILLED, filled="0.01", fills=(fill(1, "0.01"),)))
    desk.happen(inputs.Committed(token, desk.now))
    assert not desk.wanted(fx.SendReplace)
    assert [one.order.status for one in desk.wanted(fx.Accepted)] == [S.CANCELED]
    assert desk.order(old.order_id).amending is None


def test_a_cancel_of_the_new_order_before_it_is_written_sends_nothing() -> None:
    desk = Desk()
    old = desk.open()
    desk.happen(change(old, price=D("61700.00")))
    token = next(iter(desk.state.pending))
    desk.happen(inputs.Cancel(order_id(101), desk.now), inputs.Committed(token, desk.now))
    assert not desk.wanted(fx.SendReplace)
    assert (desk.order(order_id(101)).status, desk.order(old.order_id).status) == (S.CANCELED, S.OPEN)


def test_the_same_change_again_is_the_same_order_at_every_stage_and_over_a_restart() -> None:
    desk = Desk()
    old = desk.open()
    asked = change(old, price=D("61700.00"))
    desk.happen(asked)
    assert desk.happen(asked) == ()
    commit_tokens = list(desk.state.pending)
    desk.happen(inputs.Committed(commit_tokens[0], desk.now))
    desk.happen(asked)
    assert [type(effect) for effect in desk.done] == [fx.Accepted]
    records = tuple(desk.state.orders.values())
    again = Desk()
    again.happen(inputs.Started(records, (), (), Trading.ACTIVE, 3, again.now), inputs.AccountUp(ACCOUNT, again.now))
    assert {one.order_id for one in again.wanted(fx.LookUp)} == {old.order_id, order_id(101)}
    assert again.order(order_id(101)).status is S.UNKNOWN
    again.happen(asked)
    assert [type(effect) for effect in again.done] == [fx.Accepted]
    found(again, old.order_id, report(old, S.CANCELED, source=ReportSource.LOOKUP))
    found(again, order_id(101), report(again.order(order_id(101)), S.OPEN, venue_id="v2", source=ReportSource.LOOKUP))
    assert again.order(old.order_id).replacement == order_id(101)
    assert again.state.changing == {}


def test_intents_that_cannot_be_written_leave_the_old_order_as_it_was() -> None:
    desk = Desk()
    old = desk.open()
    desk.happen(change(old, price=D("61700.00")))
    token = next(iter(desk.state.pending))
    desk.happen(inputs.CommitFailed(token, "The disk is full.", desk.now))
    (declined,) = desk.wanted(fx.Declined)
    assert declined.archive
    assert (desk.order(old.order_id).amending, desk.order(old.order_id).status) == (None, S.OPEN)
    assert order_id(101) not in desk.state.orders


def test_a_stop_or_an_expiry_kept_by_the_desk_goes_over_to_the_new_order() -> None:
    desk = Desk()
    expires = desk.now.time_ns + 3_600_000_000_000
    old = desk.open(time_in_force=TimeInForce.GTD, expire_time_ns=expires, instrument=CHANGEABLE, capabilities=ABLE)
    new = replacing(desk, old)
    assert (new.emulated_expiry, new.expire_time_ns, new.time_in_force) == (True, expires, TimeInForce.GTD)
    (send,) = desk.wanted(fx.SendReplace)
    assert send.request.order.time_in_force is TimeInForce.GTC


# --- two calls
