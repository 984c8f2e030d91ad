"""Orders that wait too long, what a human decides about them, and the venue's later word, which wins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer, ByHand
from connectors.engine.stuck import AMENDING_NS, CANCELING_NS, SUBMITTING_NS, UNKNOWN_NS, stuck
from connectors.model.ids import Epoch
from connectors.model.order import Amending, EvidenceKind, Order, OrderStatus, ReportSource
from engine.world import ACCOUNT, CONCLUSIVE_MS, D, Desk, fill, report

S = OrderStatus


def lose(desk: Desk, order: Order) -> None:
    desk.happen(inputs.PlaceFailed(order.order_id, Answer.LOST, "No answer.", desk.now))


def decide(desk: Desk, order: Order, decision: ByHand, typed: str = "") -> Order:
    desk.happen(inputs.Resolve(order.order_id, decision, typed, desk.now))
    return desk.order(order.order_id)


def looked_in_vain(desk: Desk, order: Order, *, asked_ns: int | None = None) -> None:
    asked = desk.mono_ns if asked_ns is None else asked_ns
    desk.happen(
        inputs.LookUpEnded(order.order_id, None, False, False, asked, desk.now, asked="by its id, open orders, history")
    )


def unreachable(desk: Desk, order: Order) -> None:
    desk.happen(inputs.LookUpEnded(order.order_id, None, None, None, desk.mono_ns, desk.now, "No answer."))


def listed(desk: Desk) -> list[str]:
    return [one.order.handle for one in stuck(desk.state, desk.now.time_ns)]


def test_an_order_is_stuck_only_beyond_the_threshold_of_what_it_waits_for() -> None:
    desk = Desk()
    submitting = desk.place()
    desk.wait(SUBMITTING_NS // 10**9)
    assert listed(desk) == []
    desk.wait(1)
    (one,) = stuck(desk.state, desk.now.time_ns)
    assert (one.order.handle, one.since_ns) == ("k1", submitting.created_ns)
    assert one.sentence == "No answer to its create for 6 s. Ask now, or cancel it anyway."
    lose(desk, submitting)
    assert listed(desk) == []
    unreachable(desk, submitting)
    desk.wait(UNKNOWN_NS // 10**9 + 1)
    assert listed(desk) == ["k1"]
    assert "asked 1 times" in stuck(desk.state, desk.now.time_ns)[0].sentence


def test_a_cancel_and_a_change_nobody_confirms_are_stuck_after_ten_seconds() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(inputs.Cancel(order.order_id, desk.now))
    desk.wait(CANCELING_NS // 10**9)
    assert listed(desk) == []
    desk.wait(1)
    assert listed(desk) == ["k1"]
    desk.happen(inputs.CancelEnded(order.order_id, None, Answer.REFUSED, "No.", desk.now))
    assert listed(desk) == []
    changing = replace(desk.order(order.order_id), amending=Amending(since_ns=desk.now.time_ns))
    state = replace(desk.state, orders=desk.state.orders.put(order.order_id, changing))
    assert stuck(state, desk.now.time_ns + AMENDING_NS) == ()
    assert [one.order.handle for one in stuck(state, desk.now.time_ns + AMENDING_NS + 1)] == ["k1"]


def test_every_sentence_about_a_stuck_order_fits_a_line_of_the_screen() -> None:
    desk = Desk()
    order = desk.place()
    lose(desk, order)
    desk.wait(99_999)
    told = [one.sentence for one in stuck(desk.state, desk.now.time_ns)]
    desk.happen(inputs.AccountDown(ACCOUNT, desk.now))
    told += [one.sentence for one in stuck(desk.state, desk.now.time_ns)]
    assert len(told) == 2
    assert all(len(sentence) <= 78 for sentence in told)


def test_asked_by_hand_an_order_is_looked_up_at_once_whatever_its_countdown_says() -> None:
    desk = Desk()
    order = desk.place()
    lose(desk, order)
    for _ in range(4):
        unreachable(desk, order)
        desk.wait(1)
    assert desk.wanted(fx.LookUp) == []
    asked = decide(desk, order, ByHand.ASK_NOW)
    assert [ask.order_id for ask in desk.wanted(fx.LookUp)] == [order.order_id]
    assert asked.evidence[-1].kind is EvidenceKind.BY_HAND
    assert desk.wanted(fx.Accepted)


def test_an_open_order_asked_about_by_hand_is_asked_about_once_and_has_no_countdown_afterwards() -> None:
    desk = Desk()
    order = desk.open()
    decide(desk, order, ByHand.ASK_NOW)
    same = report(order, S.OPEN, source=ReportSource.LOOKUP)
    desk.happen(inputs.LookUpEnded(order.order_id, same, None, None, desk.mono_ns, desk.now))
    assert desk.state.checks == {}
    assert desk.order(order.order_id).next_check_ns is None


def test_a_create_under_way_is_not_called_unknown_because_a_look_up_by_hand_does_not_find_it() -> None:
    desk = Desk()
    order = desk.place()
    decide(desk, order, ByHand.ASK_NOW)
    desk.wait(3600)
    looked_in_vain(desk, order)
    assert desk.order(order.order_id).status is S.SUBMITTING
    assert desk.state.checks == {}
    lose(desk, order)
    looked_in_vain(desk, order)
    assert desk.order(order.order_id).status is S.UNKNOWN, "its window begins when its answer was lost"


def test_a_cancel_is_sent_anyway_though_one_is_under_way_and_though_nobody_knows_of_the_order() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(inputs.Cancel(order.order_id, desk.now))
    decide(desk, order, ByHand.CANCEL_ANYWAY)
    assert len(desk.wanted(fx.SendCancel)) == 1
    other = desk.place(replace_number(2))
    lose(desk, other)
    decide(desk, other, ByHand.CANCEL_ANYWAY)
    (cancel,) = desk.wanted(fx.SendCancel)
    assert cancel.client_order_id == other.client_order_id
    assert desk.order(other.order_id).status is S.UNKNOWN, "a cancel that was sent proves nothing"


def replace_number(number: int) -> inputs.Place:
    from engine.world import limit_buy

    return limit_buy(number)


@pytest.mark.parametrize("decision", [ByHand.NEVER_ARRIVED, ByHand.CANCELED])
def test_an_end_by_hand_needs_the_typed_handle_and_the_time_in_which_it_may_still_arrive_to_be_over(
    decision: ByHand,
) -> None:
    desk = Desk()
    order = desk.place()
    assert decide(desk, order, decision, "k1").status is S.SUBMITTING
    assert any("still being sent" in sentence for sentence in desk.sentences())
    lose(desk, order)
    unreachable(desk, order)
    assert decide(desk, order, decision, "k1").status is S.UNKNOWN
    assert any("may still arrive: it can be decided in 15 s" in sentence for sentence in desk.sentences())
    desk.wait(CONCLUSIVE_MS // 1000)
    assert decide(desk, order, decision, "yes").status is S.UNKNOWN
    assert any("Type k1" in sentence for sentence in desk.sentences())
    ended = decide(desk, order, decision, "k1")
    assert ended.status == decision.value
    assert ended.decided_by_hand
    assert ended.evidence[-1].kind is EvidenceKind.BY_HAND
    assert desk.state.checks == {}
    (told,) = desk.wanted(fx.Warn)
    assert "The venue did not say so" in told.sentence


def test_an_order_the_venue_had_is_not_decided_never_to_have_arrived() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(inputs.Cancel(order.order_id, desk.now))
    desk.wait(60)
    assert decide(desk, order, ByHand.NEVER_ARRIVED, "k1").status is S.OPEN
    assert decide(desk, order, ByHand.CANCELED, "k1").status is S.CANCELED


def test_an_order_that_waits_for_nothing_is_not_ended_by_hand() -> None:
    desk = Desk()
    order = desk.open()
    assert decide(desk, order, ByHand.CANCELED, "k1").status is S.OPEN
    assert any("by the venue's word. Cancel it." in sentence for sentence in desk.sentences())
    desk.say(report(order, S.FILLED, filled="0.01"))
    decide(desk, order, ByHand.CANCEL_ANYWAY)
    assert desk.wanted(fx.SendCancel) == []
    assert any("there is nothing to decide" in sentence for sentence in desk.sentences())


@pytest.mark.parametrize("decision", [ByHand.NEVER_ARRIVED, ByHand.CANCELED])
@pytest.mark.parametrize("status", [S.OPEN, S.PARTIALLY_FILLED, S.FILLED, S.EXPIRED])
def test_the_venues_late_word_wins_over_a_decision_by_hand_and_is_alerted(decision: ByHand, status: S) -> None:
    desk = Desk()
    order = desk.place()
    lose(desk, order)
    desk.wait(60)
    decide(desk, order, decision, "k1")
    filled = {"PARTIALLY_FILLED": "0.004", "FILLED": "0.01"}.get(status, "0")
    desk.say(report(order, status, filled=filled))
    after = desk.order(order.order_id)
    assert (after.status, after.decided_by_hand, after.filled) == (status, False, D(filled))
    assert after.evidence[-1].kind is EvidenceKind.LATE
    (told,) = desk.wanted(fx.Warn)
    assert (told.level, told.order_id) == (fx.Level.DANGER, order.order_id)
    assert (order.order_id in desk.state.live) is after.working


def test_the_venue_saying_what_was_decided_by_hand_settles_it_without_an_alert() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(inputs.Cancel(order.order_id, desk.now))
    decide(desk, order, ByHand.CANCELED, "k1")
    desk.say(report(order, S.CANCELED))
    assert desk.wanted(fx.Warn) == []
    assert not desk.order(order.order_id).decided_by_hand
    assert desk.order(order.order_id).status is S.CANCELED


def test_a_listed_fill_of_an_order_ended_by_hand_brings_it_back() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(inputs.Cancel(order.order_id, desk.now))
    decide(desk, order, ByHand.CANCELED, "k1")
    desk.happen(inputs.FillsAnswered(ACCOUNT, [fill(1, "0.01")], desk.now))
    assert desk.order(order.order_id).status is S.FILLED
    assert any("by hand" in sentence for sentence in desk.sentences())


def test_an_order_ended_by_hand_can_be_asked_about_again_and_a_negative_changes_nothing() -> None:
    desk = Desk()
    order = desk.place()
    lose(desk, order)
    desk.wait(60)
    decide(desk, order, ByHand.NEVER_ARRIVED, "k1")
    decide(desk, order, ByHand.ASK_NOW)
    looked_in_vain(desk, order)
    after = desk.order(order.order_id)
    assert (after.status, after.next_check_ns) == (S.NEVER_ARRIVED, None)
    assert desk.state.checks == {}


def test_an_order_of_an_earlier_life_cannot_be_asked_about() -> None:
    desk = Desk()
    order = desk.place()
    lose(desk, order)
    desk.happen(desk.opened(Epoch("life-2")))
    decide(desk, order, ByHand.ASK_NOW)
    assert any("earlier life" in sentence for sentence in desk.sentences())
    assert desk.wanted(fx.LookUp) == []


def test_what_the_clock_may_be_wrong_by_is_added_to_the_time_a_negative_needs() -> None:
    desk = Desk()
    desk.happen(inputs.ClockMeasured(ACCOUNT, 4 * 10**9, desk.now))
    order = desk.place()
    lose(desk, order)
    desk.wait(CONCLUSIVE_MS // 1000 + 3)
    looked_in_vain(desk, order)
    assert desk.order(order.order_id).status is S.UNKNOWN
    desk.wait(1)
    looked_in_vain(desk, order)
    gone = desk.order(order.order_id)
    assert gone.status is S.NEVER_ARRIVED
    assert "asked 19.0 s after its last byte may have left, 19.0 s are needed" in gone.evidence[-1].text


def test_the_evidence_says_what_was_asked_and_when_it_is_asked_again() -> None:
    desk = Desk()
    order = desk.place()
    lose(desk, order)
    looked_in_vain(desk, order)
    known = desk.order(order.order_id)
    assert known.evidence[-1].text == "asked by its id, open orders, history: not in open orders and history"
    assert known.next_check_ns == desk.now.time_ns + 10**9


def test_an_order_that_may_carry_another_id_is_asked_about_by_all_of_them() -> None:
    desk = Desk()
    order = desk.open()
    amending = Amending(since_ns=0, client_order_id=type(order.client_order_id)("renamed"))
    state = replace(desk.state, orders=desk.state.orders.put(order.order_id, replace(order, amending=amending)))
    desk.state = state
    decide(desk, order, ByHand.ASK_NOW)
    (ask,) = desk.wanted(fx.LookUp)
    assert ask.client_order_ids == ("renamed", order.client_order_id)
