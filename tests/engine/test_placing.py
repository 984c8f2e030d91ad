"""Creates: the intent before the send, one send, and UNKNOWN whenever nobody knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer
from connectors.model.ids import Epoch
from connectors.model.order import EvidenceKind, Order, OrderStatus, ReportSource, Side
from engine.world import ACCOUNT, CONCLUSIVE_MS, EPOCH, D, Desk, fill, limit_buy, order_id, report

S = OrderStatus


def lost(desk: Desk, order: Order, answer: Answer = Answer.LOST) -> None:
    desk.happen(inputs.PlaceFailed(order.order_id, answer, "No answer for 10 s.", desk.now))


def not_found(desk: Desk, order: Order, *, asked: int | None = None) -> None:
    mono = desk.mono_ns if asked is None else asked
    desk.happen(inputs.LookUpEnded(order.order_id, None, False, False, mono, desk.now))


def test_nothing_is_sent_before_the_intent_is_on_disk() -> None:
    desk = Desk()
    desk.happen(limit_buy())
    assert [type(effect) for effect in desk.done] == [fx.Commit]
    assert order_id(1) not in desk.state.orders
    (commit,) = desk.wanted(fx.Commit)
    (entry,) = commit.batch.entries
    assert (entry.kind, entry.order.status) == (EvidenceKind.INTENT, S.SUBMITTING)
    assert commit.token is not None
    desk.happen(inputs.Committed(commit.token, desk.now))
    assert [type(effect) for effect in desk.done] == [fx.Send, fx.Accepted, fx.OrderNow]
    (send,) = desk.wanted(fx.Send)
    assert send.request.client_order_id == order_id(1).hex
    desk.happen(inputs.Committed(commit.token, desk.now))
    assert desk.done == ()


def test_an_intent_that_cannot_be_written_is_no_order_and_is_never_sent() -> None:
    desk = Desk()
    desk.happen(limit_buy())
    (commit,) = desk.wanted(fx.Commit)
    assert commit.token is not None
    desk.happen(inputs.CommitFailed(commit.token, "The disk is full.", desk.now))
    (declined,) = desk.wanted(fx.Declined)
    assert declined.archive
    assert "The disk is full." in declined.sentence
    assert len(desk.done) == 1
    assert dict(desk.state.orders) == {}
    assert desk.state.pending == {}


def test_the_same_ticket_again_is_the_first_order_at_every_stage() -> None:
    desk = Desk()
    desk.happen(limit_buy())
    (commit,) = desk.wanted(fx.Commit)
    assert desk.happen(limit_buy()) == ()
    assert commit.token is not None
    desk.happen(inputs.Committed(commit.token, desk.now))
    desk.happen(limit_buy())
    (accepted,) = desk.done
    assert isinstance(accepted, fx.Accepted)
    desk.say(report(accepted.order, S.FILLED, filled="0.01", fills=(fill(1, "0.01"),)))
    desk.happen(limit_buy(side=Side.SELL))
    (accepted,) = desk.done
    assert isinstance(accepted, fx.Accepted)
    assert accepted.order.side is Side.BUY


@pytest.mark.parametrize("answer", [Answer.LOST, Answer.DUPLICATE])
def test_without_an_answer_an_order_is_unknown_and_looked_up_at_once_never_rejected(answer: Answer) -> None:
    desk = Desk()
    order = desk.place()
    desk.happen(inputs.Sending(order.order_id, desk.now))
    lost(desk, order, answer)
    assert desk.order(order.order_id).status is S.UNKNOWN
    (look_up,) = desk.wanted(fx.LookUp)
    assert look_up.client_order_id == order.client_order_id
    assert desk.wanted(fx.Send) == []
    assert any("UNKNOWN" in sentence for sentence in desk.sentences())


def test_a_definite_refusal_rejects_and_says_why() -> None:
    desk = Desk()
    order = desk.place()
    desk.happen(inputs.PlaceFailed(order.order_id, Answer.REFUSED, "MIN_NOTIONAL, 3.09 under 5.00.", desk.now))
    refused = desk.order(order.order_id)
    assert (refused.status, refused.reason) == (S.REJECTED, "MIN_NOTIONAL, 3.09 under 5.00.")
    assert order.order_id not in desk.state.live


def test_an_answer_lost_after_the_stream_spoke_changes_nothing_but_the_evidence() -> None:
    desk = Desk()
    order = desk.place()
    desk.say(report(order, S.OPEN))
    lost(desk, order)
    assert desk.order(order.order_id).status is S.OPEN
    assert desk.order(order.order_id).evidence[-1].kind is EvidenceKind.NO_ANSWER


def test_a_refusal_of_an_order_the_stream_shows_alive_is_not_believed_but_looked_up() -> None:
    desk = Desk()
    order = desk.place()
    desk.say(report(order, S.OPEN))
    desk.happen(inputs.PlaceFailed(order.order_id, Answer.REFUSED, "No.", desk.now))
    assert desk.order(order.order_id).status is S.OPEN
    assert len(desk.wanted(fx.LookUp)) == 1


def test_not_found_proves_nothing_before_the_venue_has_settled_and_everything_after() -> None:
    desk = Desk()
    order = desk.place()
    lost(desk, order)
    waited = 0
    while waited * 1000 < CONCLUSIVE_MS:
        not_found(desk, order)
        assert desk.order(order.order_id).status is S.UNKNOWN
        desk.wait(1)
        waited += 1
        desk.happen(inputs.Tick(desk.now))
    desk.wait(1)
    desk.happen(inputs.Tick(desk.now))
    not_found(desk, order)
    gone = desk.order(order.order_id)
    assert gone.status is S.NEVER_ARRIVED
    assert "two independent negatives" in gone.evidence[-1].text
    assert desk.state.checks == {}


@pytest.mark.parametrize(("in_open", "in_history"), [(False, None), (None, False), (None, None)])
def test_one_negative_alone_never_proves_that_an_order_did_not_arrive(
    in_open: bool | None, in_history: bool | None
) -> None:
    desk = Desk()
    order = desk.place()
    lost(desk, order)
    desk.wait(3600)
    desk.happen(inputs.LookUpEnded(order.order_id, None, in_open, in_history, desk.mono_ns, desk.now))
    assert desk.order(order.order_id).status is S.UNKNOWN
    assert order.order_id in desk.state.checks


def test_a_look_up_that_was_asked_too_early_proves_nothing_however_late_it_ends() -> None:
    desk = Desk()
    order = desk.place()
    lost(desk, order)
    asked = desk.mono_ns
    desk.wait(3600)
    not_found(desk, order, asked=asked)
    assert desk.order(order.order_id).status is S.UNKNOWN


def test_look_ups_back_off_and_one_falls_just_after_not_found_becomes_conclusive() -> None:
    desk = Desk()
    desk.happen(replace(desk.opened(EPOCH), conclusive_after_ms=10_000))
    order = desk.place()
    lost(desk, order)
    began, asked_at = desk.mono_ns, [0.0]
    for _ in range(8):
        not_found(desk, order)
        due = desk.state.due_mono_ns()
        if due is None:
            break
        desk.mono_ns = due
        desk.happen(inputs.Tick(desk.now))
        assert len(desk.wanted(fx.LookUp)) == 1
        asked_at.append((due - began) / 1e9)
    assert asked_at == [0, 1, 3, 7, 10.5]
    assert desk.order(order.order_id).status is S.NEVER_ARRIVED


def test_a_look_up_that_finds_the_order_ends_the_doubt() -> None:
    desk = Desk()
    order = desk.place()
    lost(desk, order)
    found = report(order, S.FILLED, filled="0.01", source=ReportSource.LOOKUP)
    desk.happen(inputs.LookUpEnded(order.order_id, found, None, None, desk.mono_ns, desk.now))
    assert desk.order(order.order_id).status is S.FILLED
    assert desk.state.checks == {}
    assert len(desk.wanted(fx.AskFills)) == 1


def test_an_order_of_a_dead_worker_is_unknown_at_the_next_start_and_never_sent_again() -> None:
    desk = Desk()
    order = desk.place()
    again = Desk()
    again.happen(
        inputs.AccountDown(ACCOUNT, again.now),
        inputs.Started((order,), (), (), inputs.Trading.ACTIVE, 2, again.now),
    )
    assert again.order(order.order_id).status is S.UNKNOWN
    assert again.order(order.order_id).evidence[-1].kind is EvidenceKind.RECOVERED
    assert again.wanted(fx.Send) == []
    assert again.wanted(fx.LookUp) == []
    again.happen(inputs.AccountUp(ACCOUNT, again.now))
    assert len(again.wanted(fx.LookUp)) == 1
    assert again.wanted(fx.Send) == []


def test_a_cancel_while_the_intent_is_being_written_means_that_nothing_is_sent() -> None:
    desk = Desk()
    desk.happen(limit_buy())
    (commit,) = desk.wanted(fx.Commit)
    desk.happen(inputs.Cancel(order_id(1), desk.now))
    assert desk.wanted(fx.SendCancel) == []
    assert commit.token is not None
    desk.happen(inputs.Committed(commit.token, desk.now))
    assert desk.wanted(fx.Send) == []
    assert desk.order(order_id(1)).status is S.CANCELED


def test_a_new_life_of_the_venue_ends_its_old_orders_and_begins_positions_at_zero() -> None:
    desk = Desk()
    first = desk.open()
    desk.say(report(first, S.PARTIALLY_FILLED, filled="0.004", fills=(fill(1, "0.004"),)))
    desk.happen(desk.opened(Epoch("life-2")))
    assert desk.order(first.order_id).status is S.EXPIRED
    (position,) = desk.state.positions.values()
    assert (position.quantity, position.cost) == (D(0), D(0))
    (sentence,) = desk.sentences()
    assert "began a new life" in sentence
    desk.say(report(None, S.OPEN, venue_id="v1"))
    assert len(desk.state.orders) == 2, "ids begin anew in a new life"
