"""Changes in place: an overlay until the venue's word, one at a time, and sent once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer, Trading
from connectors.model.ids import Epoch
from connectors.model.order import EvidenceKind, Order, OrderStatus, ReportSource
from engine.change_world import CHANGEABLE, FULL, change, commit, found, since
from engine.world import ACCOUNT, CONCLUSIVE_MS, D, Desk, fill, order_id, report

S = OrderStatus


def amended(desk: Desk, order: Order, quantity: str) -> None:
    """The venue's answer to the change."""
    said = report(order, S.OPEN, source=ReportSource.ACK, quantity=D(quantity))
    desk.happen(inputs.AmendEnded(order.order_id, since(desk, order), said, None, "", desk.now))


def no_answer(desk: Desk, order: Order, answer: Answer = Answer.LOST) -> None:
    desk.happen(inputs.AmendEnded(order.order_id, since(desk, order), None, answer, "Nobody answered.", desk.now))


def test_a_smaller_size_leaves_at_once_and_the_record_waits_for_the_venues_word() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(change(order, quantity=D("0.006")))
    (send,) = desk.wanted(fx.SendAmend)
    assert (send.request.quantity, send.request.new_client_order_id) == (D("0.006"), order.client_order_id)
    assert all(one.token is None for one in desk.wanted(fx.Commit)), "what lowers risk waits for no disk"
    (accepted,) = desk.wanted(fx.Accepted)
    assert accepted.ticket == order_id(101)
    waiting = desk.order(order.order_id)
    assert (waiting.quantity, waiting.status) == (D("0.01"), S.OPEN)
    assert waiting.amending is not None
    amended(desk, order, "0.006")
    done = desk.order(order.order_id)
    assert (done.quantity, done.amending, done.evidence[-1].kind) == (D("0.006"), None, EvidenceKind.AMENDED)
    assert "0.01 → 0.006" in done.evidence[-1].text
    assert desk.state.changing == desk.state.changes == {}


@pytest.mark.parametrize("wanted", [{"quantity": D("0.02")}, {"price": D("61810.00")}, {"price": D("61700.00")}])
def test_whatever_else_is_changed_leaves_only_once_its_intent_is_on_disk(wanted: dict[str, object]) -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(replace(change(order, capabilities=FULL), **wanted))  # type: ignore[arg-type]
    assert not desk.wanted(fx.SendAmend)
    (waited,) = [one for one in desk.wanted(fx.Commit) if one.token is not None]
    assert waited.batch.entries[-1].order.amending is not None, "the overlay is in the very commit that is waited for"
    commit(desk)
    assert len(desk.wanted(fx.SendAmend)) == 1


def test_an_intent_of_a_change_that_cannot_be_written_sends_nothing_and_may_be_asked_again() -> None:
    desk = Desk()
    order = desk.open()
    asked = change(order, capabilities=FULL, price=D("61810.00"))
    desk.happen(asked)
    (waited,) = [one for one in desk.wanted(fx.Commit) if one.token is not None]
    assert waited.token is not None
    desk.happen(inputs.CommitFailed(waited.token, "The disk is full.", desk.now))
    (declined,) = desk.wanted(fx.Declined)
    assert (declined.archive, declined.ticket) == (True, asked.amend_id)
    assert not desk.wanted(fx.SendAmend)
    assert desk.order(order.order_id).amending is None
    desk.happen(asked)
    commit(desk)
    assert len(desk.wanted(fx.SendAmend)) == 1


def test_the_same_change_again_is_answered_and_not_sent_again_at_any_stage() -> None:
    desk = Desk()
    order = desk.open()
    asked = change(order, capabilities=FULL, quantity=D("0.02"))
    desk.happen(asked)
    assert desk.happen(asked) == ()
    waiting = list(desk.state.committing)
    desk.happen(inputs.Committed(waiting[0], desk.now))
    assert len(desk.wanted(fx.SendAmend)) == 1
    for _ in range(2):
        desk.happen(asked)
        assert [type(effect) for effect in desk.done] == [fx.Accepted]
        amended(desk, order, "0.02")
    assert desk.order(order.order_id).quantity == D("0.02")
    desk.say(report(order, S.CANCELED, quantity=D("0.02")))
    desk.happen(asked)
    assert [type(effect) for effect in desk.done] == [fx.Accepted]


def test_a_refused_change_leaves_the_order_as_it_was_with_evidence_and_an_alert() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(change(order, quantity=D("0.006")))
    desk.happen(
        inputs.AmendEnded(order.order_id, since(desk, order), None, Answer.REFUSED, "Too many amends.", desk.now)
    )
    stands = desk.order(order.order_id)
    assert (stands.quantity, stands.status, stands.amending) == (D("0.01"), S.OPEN, None)
    assert stands.evidence[-1].kind is EvidenceKind.AMEND_REFUSED
    assert any("was not changed" in sentence for sentence in desk.sentences())


@pytest.mark.parametrize("answer", [Answer.LOST, Answer.NOT_FOUND])
def test_a_change_without_an_answer_keeps_its_overlay_until_evidence_decides(answer: Answer) -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(change(order, quantity=D("0.006")))
    no_answer(desk, order, answer)
    assert len(desk.wanted(fx.LookUp)) == 1
    assert desk.order(order.order_id).amending is not None
    desk.wait(2)
    found(desk, order.order_id, report(order, S.OPEN, source=ReportSource.LOOKUP))
    assert desk.order(order.order_id).amending is not None, "it may still be on its way"
    desk.wait(CONCLUSIVE_MS // 1000 + 1)
    desk.happen(inputs.Tick(desk.now))
    assert len(desk.wanted(fx.LookUp)) == 1
    assert not desk.wanted(fx.SendAmend), "a change is never sent again"
    found(desk, order.order_id, report(order, S.OPEN, source=ReportSource.LOOKUP))
    stands = desk.order(order.order_id)
    assert (stands.amending, stands.quantity) == (None, D("0.01"))
    assert any("was not changed" in sentence for sentence in desk.sentences())


def test_a_change_without_an_answer_that_took_place_is_found_by_its_terms() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(change(order, quantity=D("0.006")))
    no_answer(desk, order)
    found(desk, order.order_id, report(order, S.OPEN, source=ReportSource.LOOKUP, quantity=D("0.006")))
    done = desk.order(order.order_id)
    assert (done.amending, done.quantity) == (None, D("0.006"))
    assert desk.state.checks == {}


def test_a_restart_asks_the_venue_what_became_of_a_change_and_sends_nothing() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(change(order, quantity=D("0.006")))
    kept = desk.order(order.order_id)
    again = Desk()
    again.happen(
        inputs.Started((kept,), (), (), Trading.ACTIVE, 2, again.now),
        inputs.AccountUp(ACCOUNT, again.now),
    )
    assert len(again.wanted(fx.LookUp)) == 1
    assert not again.wanted(fx.SendAmend)
    found(again, order.order_id, report(order, S.OPEN, source=ReportSource.LOOKUP, quantity=D("0.006")))
    assert again.order(order.order_id).amending is None
    again.happen(change(order, quantity=D("0.006")))
    assert [type(effect) for effect in again.done] == [fx.Accepted], "the same change over a restart"


def test_a_fill_that_overtakes_the_change_counts_once_and_decides_it() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(change(order, quantity=D("0.006")))
    desk.say(report(order, S.FILLED, filled="0.01", fills=(fill(1, "0.01"),)))
    desk.happen(inputs.AmendEnded(order.order_id, since(desk, order), None, Answer.REFUSED, "Unknown order.", desk.now))
    done = desk.order(order.order_id)
    assert (done.status, done.filled, done.quantity, done.amending) == (S.FILLED, D("0.01"), D("0.01"), None)


def test_a_fill_at_the_new_size_ends_the_order_before_the_answer_comes() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(change(order, quantity=D("0.006")))
    desk.say(report(order, S.FILLED, filled="0.006", quantity=D("0.006"), fills=(fill(1, "0.006"),)))
    done = desk.order(order.order_id)
    assert (done.status, done.quantity, done.amending) == (S.FILLED, D("0.006"), None)


def test_a_cancel_goes_before_a_change_that_is_under_way() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(change(order, quantity=D("0.006")))
    desk.happen(inputs.Cancel(order.order_id, desk.now))
    assert len(desk.wanted(fx.SendCancel)) == 1
    desk.say(report(order, S.CANCELED))
    no_answer(desk, order)
    done = desk.order(order.order_id)
    assert (done.status, done.amending, desk.state.changing) == (S.CANCELED, None, {})


def test_an_intent_written_after_the_order_ended_is_not_sent() -> None:
    for said in (S.CANCELED, S.FILLED):
        desk = Desk()
        order = desk.open()
        desk.happen(change(order, capabilities=FULL, quantity=D("0.02")))
        token = next(iter(desk.state.committing))
        desk.say(report(order, said, filled="0.01" if said is S.FILLED else "0"))
        desk.happen(inputs.Committed(token, desk.now))
        assert not desk.wanted(fx.SendAmend)
        assert len(desk.wanted(fx.Accepted)) == 1, "who asked is answered all the same"


@pytest.mark.parametrize(
    ("before", "wanted", "sentence"),
    [
        ({}, {}, "That changes nothing of k1."),
        ({}, {"quantity": D("0.01")}, "That changes nothing of k1."),
        ({"status": S.UNKNOWN}, {"quantity": D("0.006")}, "k1 is UNKNOWN and being looked up."),
        ({"status": S.SUBMITTING}, {"quantity": D("0.006")}, "k1 has no answer yet."),
        ({"status": S.FILLED}, {"quantity": D("0.006")}, "k1 is FILLED: there is nothing to change."),
        ({"canceling": True}, {"quantity": D("0.006")}, "k1 is being canceled"),
        ({"filled": D("0.006")}, {"quantity": D("0.006")}, "k1 has 0.00600 BTC done: its size must be above that."),
        ({"quantity": None}, {"quantity": D("0.006")}, "k1 is sized in quote"),
        ({"epoch": Epoch("another life")}, {"quantity": D("0.006")}, "k1 belongs to an earlier life"),
        ({}, {"quantity": D("0.0060005")}, "Size 0.0060005 BTC is between steps (0.00001). Nearest: 0.00600"),
        ({}, {"quantity": D("0.00005")}, "Order value 3.09 USDT is under 5.00"),
        ({}, {"price": D("70000.00")}, "Price 70,000.00 goes more than 1 % through the ask"),
        ({}, {"trigger_price": D("60000.00")}, "A LIMIT order has no trigger price."),
        ({}, {"quantity": D("5")}, "This order needs 309,000 USDT; 100,618 is free."),
    ],
)
def test_what_cannot_be_changed_is_refused_with_the_reason_and_a_way_out(
    before: dict[str, object], wanted: dict[str, object], sentence: str
) -> None:
    desk = Desk()
    order = desk.open()
    desk.state = replace(desk.state, orders=desk.state.orders.put(order.order_id, replace(order, **before)))  # type: ignore[arg-type]
    desk.happen(replace(change(order), **wanted))  # type: ignore[arg-type]
    (declined,) = desk.done
    assert isinstance(declined, fx.Declined)
    assert declined.sentence.startswith(sentence)


def test_one_change_at_a_time() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(change(order, quantity=D("0.006")))
    desk.happen(change(order, 102, quantity=D("0.005")))
    (declined,) = desk.done
    assert isinstance(declined, fx.Declined)
    assert declined.sentence == "k1 is being changed already: one change at a time."


def test_halted_lets_sizes_fall_and_nothing_else() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(inputs.SetTrading(Trading.HALTED, "by you", desk.now))
    desk.happen(change(order, capabilities=FULL, price=D("61810.00")))
    assert isinstance(desk.done[0], fx.Declined)
    desk.happen(change(order, quantity=D("0.006")))
    assert len(desk.wanted(fx.SendAmend)) == 1


def test_a_venue_that_can_neither_change_nor_replace_says_so() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(change(order, price=D("61810.00"), instrument=replace(CHANGEABLE, replace=False)))
    (declined,) = desk.done
    assert isinstance(declined, fx.Declined)
    assert declined.sentence == "binance cannot change k1 so. Cancel it, and place another."
