"""Changes that were refused, by the worker or the venue, and one whose answer was lost."""

from __future__ import annotations

from connectors.model.order import Evidence, EvidenceKind, OrderStatus
from connectors.worker import api
from support import pane_facts
from support.desk_stage import Stage

SIZE = (120, 40)


async def test_a_refused_change_takes_the_overlay_away_and_says_why(stage: Stage) -> None:
    order = stage.link.rest("61804.00", number=3)
    stage.link.answers[api.AmendOrder] = api.Failure(api.FailureKind.REFUSED, "k3 is filled by now. Nothing was sent.")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "minus")
        await stage.settle(pilot)
        assert stage.line == "k3 is filled by now. Nothing was sent."
        assert stage.desk.store.orders[order.order_id].amending is None


async def test_a_lost_answer_to_a_change_leaves_the_overlay(stage: Stage) -> None:
    order = stage.link.rest("61804.00", number=3)
    stage.link.answers[api.AmendOrder] = api.Failure(api.FailureKind.UNKNOWN, "The connector worker stopped.")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "minus")
        await stage.settle(pilot)
        assert stage.desk.store.orders[order.order_id].amending is not None


async def test_the_venues_refusal_of_a_change_is_told_and_the_order_stands(stage: Stage) -> None:
    order = stage.link.rest("61804.00", number=3)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "minus")
        refused = Evidence(pane_facts.T0, EvidenceKind.AMEND_REFUSED, "too many changes [-2038]")
        stage.link.changed(order.order_id, OrderStatus.OPEN, amending=None, evidence=(*order.evidence, refused))
        await stage.settle(pilot)
        assert stage.line == "k3 BUY 0.010 @ 61,804.00 stays: too many changes [-2038]"
