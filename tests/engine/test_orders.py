"""Every edge of an order's life, by its name; everything else is refused and recorded."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.orders import EDGES, EVIDENCE_KEPT, LATE_EDGES, Verdict, judge, take_report, witness
from connectors.engine.state import Booked
from connectors.model.fill import Fee
from connectors.model.ids import VenueOrderId
from connectors.model.order import FINAL, EvidenceKind, Order, OrderStatus, ReportSource
from engine.world import BTC, D, Desk, fill, report

S = OrderStatus


SAID = FINAL - {S.NEVER_ARRIVED} | {S.OPEN, S.PENDING_TRIGGER}
"""States a venue's report alone can bring about; of NEVER_ARRIVED two look-ups speak, of UNKNOWN nobody."""


def order_in(status: OrderStatus, **changes: object) -> Order:
    made = replace(Desk().place(), status=status, venue_order_id=VenueOrderId("v1"))
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("before", "after"), sorted(edge for edge in EDGES if edge[1] in SAID))
def test_a_report_takes_every_named_edge(before: OrderStatus, after: OrderStatus) -> None:
    filled = "0.01" if after is S.FILLED else "0"
    change = take_report(order_in(before), report(None, after, filled=filled), Booked(), 7)
    assert change.order.status is after
    assert change.verdict is Verdict.NAMED
    assert change.name == EDGES[before, after]
    assert change.order.evidence[-1].text.startswith(change.name)


@pytest.mark.parametrize(("before", "after"), sorted(LATE_EDGES))
def test_an_order_thought_dead_that_lives_is_believed_and_named_late(before: OrderStatus, after: OrderStatus) -> None:
    filled = {S.FILLED: "0.01", S.PARTIALLY_FILLED: "0.004"}.get(after, "0")
    change = take_report(order_in(before, venue_order_id=None), report(None, after, filled=filled), Booked(), 7)
    assert change.order.status is after
    assert change.verdict is Verdict.LATE
    assert change.order.evidence[-1].kind is EvidenceKind.LATE


def test_every_pair_of_states_has_exactly_one_verdict_and_final_states_are_left_by_late_edges_alone() -> None:
    for before, after in product(S, S):
        if before is after:
            continue
        verdict, name = judge(before, after)
        assert name
        assert (verdict is Verdict.NAMED) == ((before, after) in EDGES)
        if before in FINAL and verdict not in {Verdict.STALE, Verdict.IMPOSSIBLE}:
            assert (before, after) in LATE_EDGES


@pytest.mark.parametrize(
    ("before", "after"),
    [(S.FILLED, S.CANCELED), (S.CANCELED, S.EXPIRED), (S.EXPIRED, S.REJECTED), (S.OPEN, S.REJECTED)],
)
def test_an_impossible_edge_is_refused_recorded_once_and_told_once(before: OrderStatus, after: OrderStatus) -> None:
    desk = Desk()
    order = desk.open()
    filled = "0"
    if before is not S.OPEN:
        filled = "0.01" if before is S.FILLED else "0"
        desk.say(report(order, before, filled=filled))
    desk.say(report(order, after, filled=filled))
    assert desk.order(order.order_id).status is before
    assert len(desk.wanted(fx.Warn)) == 1
    assert "refused" in desk.order(order.order_id).evidence[-1].text
    desk.say(report(order, after, filled=filled))
    assert not desk.wanted(fx.Warn)
    assert not desk.wanted(fx.Commit)


def test_older_news_changes_nothing_and_is_not_written() -> None:
    desk = Desk()
    order = desk.open()
    desk.say(report(order, S.PARTIALLY_FILLED, filled="0.004", fills=(fill(1, "0.004"),)))
    for old in (report(order, S.OPEN), report(order, S.PARTIALLY_FILLED, filled="0.004"), report(order, S.SUBMITTING)):
        assert desk.say(old) == ()
    desk.say(report(order, S.FILLED, filled="0.01", fills=(fill(2, "0.006"),)))
    assert desk.say(report(order, S.PARTIALLY_FILLED, filled="0.004")) == ()
    assert desk.order(order.order_id).filled == D("0.01")


def test_the_fills_of_an_acknowledgement_and_of_the_stream_count_once_whichever_comes_first() -> None:
    for first, second in ((ReportSource.ACK, ReportSource.STREAM), (ReportSource.STREAM, ReportSource.ACK)):
        desk = Desk()
        order = desk.place()
        said = report(order, S.FILLED, filled="0.01", fills=(fill(1, "0.01", fee=Fee("BTC", D("0.00001"))),))
        desk.say(replace(said, source=first))
        assert len(desk.wanted(fx.FillNow)) == 1
        desk.say(replace(said, source=second))
        assert desk.wanted(fx.FillNow) == []
        (position,) = desk.state.positions.values()
        assert position.quantity == D("0.00999")
        assert desk.order(order.order_id).fees == (Fee("BTC", D("0.00001")),)
        assert desk.order(order.order_id).filled == D("0.01")


def test_fees_are_summed_by_asset() -> None:
    desk = Desk()
    order = desk.open()
    for number, asset in enumerate(("BTC", "BNB", "BTC"), 1):
        desk.say(
            report(
                order,
                S.PARTIALLY_FILLED,
                filled=f"0.00{number}",
                fills=(fill(number, "0.001", fee=Fee(asset, D("0.1"))),),
            )
        )
    assert desk.order(order.order_id).fees == (Fee("BTC", D("0.2")), Fee("BNB", D("0.1")))


def test_a_fill_after_the_cancel_counts_and_the_state_stays() -> None:
    desk = Desk()
    order = desk.open()
    desk.say(report(order, S.CANCELED))
    desk.say(report(order, S.FILLED, filled="0.01", fills=(fill(1, "0.01"),)))
    late = desk.order(order.order_id)
    assert (late.status, late.filled) == (S.CANCELED, D("0.01"))
    assert desk.state.positions[order.account, BTC].quantity == D("0.01")
    assert any("filled after" in sentence for sentence in desk.sentences())


def test_more_filled_than_ordered_is_told_once_and_the_order_stays_within_its_quantity() -> None:
    desk = Desk()
    order = desk.open()
    desk.say(report(order, S.FILLED, filled="0.02", fills=(fill(1, "0.02"),)))
    assert desk.order(order.order_id).filled <= D("0.01")
    assert any("more was filled than was ordered" in sentence for sentence in desk.sentences())
    desk.say(report(order, S.FILLED, filled="0.02"))
    assert not any("more was filled" in sentence for sentence in desk.sentences())


def test_a_cumulative_quantity_without_its_fills_asks_for_them_until_they_are_here() -> None:
    desk = Desk()
    order = desk.open()
    desk.say(report(order, S.PARTIALLY_FILLED, filled="0.004"))
    (ask,) = desk.wanted(fx.AskFills)
    assert ask.venue_order_id == "v1"
    assert order.order_id in desk.state.owed
    desk.happen(inputs.FillsAnswered(order.account, (fill(1, "0.004"),), desk.now))
    assert desk.state.owed == {}
    assert desk.state.positions[order.account, BTC].quantity == D("0.004")


def test_a_cumulative_quantity_never_falls_even_while_its_fills_are_missing() -> None:
    desk = Desk()
    order = desk.open()
    desk.say(report(order, S.PARTIALLY_FILLED, filled="0.006"))
    desk.say(report(order, S.PARTIALLY_FILLED, filled="0.004"))
    assert desk.order(order.order_id).filled == D("0.006")
    assert desk.wanted(fx.OrderNow) == []


def test_filled_of_less_than_was_ordered_is_not_believed_and_looked_up() -> None:
    desk = Desk()
    order = desk.open()
    desk.say(report(order, S.FILLED, filled="0.004", fills=(fill(1, "0.004"),)))
    assert desk.order(order.order_id).status is S.PARTIALLY_FILLED
    assert order.order_id in desk.state.checks


def test_an_order_made_smaller_at_the_venue_is_smaller_here_once_the_venue_says_so() -> None:
    desk = Desk()
    order = desk.open()
    desk.say(report(order, S.OPEN, quantity=D("0.006")))
    desk.say(report(order, S.FILLED, filled="0.006", quantity=D("0.006"), fills=(fill(1, "0.006"),)))
    smaller = desk.order(order.order_id)
    assert (smaller.status, smaller.quantity, smaller.remaining) == (S.FILLED, D("0.006"), D(0))


def test_evidence_is_kept_at_both_ends_when_there_is_too_much_of_it() -> None:
    order = order_in(S.OPEN)
    for number in range(200):
        order = witness(order, number, EvidenceKind.STREAM, str(number))
    assert len(order.evidence) == EVIDENCE_KEPT
    assert order.evidence[0].kind is EvidenceKind.INTENT
    assert order.evidence[-1].text == "199"


def test_an_order_of_another_tool_is_adopted_under_the_same_id_at_every_start() -> None:
    ids = set()
    for _ in range(2):
        desk = Desk()
        desk.say(report(None, S.OPEN, venue_id="77"))
        (order,) = desk.state.orders.values()
        ids.add(order.order_id)
        assert (order.handle, order.origin.value, order.status) == ("e1", "EXT", S.OPEN)
    assert len(ids) == 1


def test_another_order_under_the_client_id_of_a_finished_one_is_another_tools_and_told() -> None:
    desk = Desk()
    order = desk.open()
    desk.say(report(order, S.CANCELED))
    desk.say(report(order, S.OPEN, venue_id="other"))
    assert desk.order(order.order_id).status is S.CANCELED
    assert len(desk.state.orders) == 2
    assert any("client id of one of ours" in sentence for sentence in desk.sentences())
