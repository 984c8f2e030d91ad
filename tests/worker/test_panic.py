"""Panic over the real exchange: what is sent, in what order, and what is believed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from chaos.peers import BTC
from connectors.model.order import OrderOrigin, OrderStatus
from connectors.worker import api
from worker.house import until
from worker.owner import Owner
from worker.panicking import Panicking, panicking, step

pytestmark = pytest.mark.peers


@pytest.fixture
async def desk(home: Path) -> AsyncIterator[Panicking]:
    async with panicking(home) as made:
        yield made


async def test_a_panic_halts_cancels_and_lets_the_venue_say_that_nothing_is_left(desk: Panicking) -> None:
    placed = await desk.rest(3)
    began = await desk.start()
    joined = await desk.start()
    assert joined.panic_id == began.panic_id, "a second one joins the first"
    assert desk.house.worker.executor.state.trading == "HALTED"
    assert desk.house.worker.must_live
    assert step(began, api.PanicStep.REFUSED).state is api.StepState.DONE
    refused = await desk.desk.link.request(desk.desk.resting(desk.low))
    assert isinstance(refused, api.Failure)
    assert refused.code == "HALTED"
    report = await desk.ended()
    assert {desk.state[each].status for each in placed} == {OrderStatus.CANCELED}
    entries, asked = step(report, api.PanicStep.ENTRIES), step(report, api.PanicStep.ASKED)
    assert (entries.done, entries.of, entries.state) == (3, 3, api.StepState.DONE)
    assert asked.state is api.StepState.DONE
    assert report.accounts[0].proved_ns is not None
    assert report.accounts[0].left == ()
    assert {proof.outcome for proof in (*entries.proofs, *asked.proofs)} == {"ok"}
    assert [proof.operation for proof in asked.proofs] == ["orders.open"]
    assert len({proof.request_id for proof in entries.proofs}) == 3
    assert await desk.asked("DELETE", "/api/v3/order") == 3


async def test_a_panic_closes_what_the_ledger_holds_where_the_policy_says_so(desk: Panicking) -> None:
    await desk.policy(api.PanicPolicy.FLATTEN)
    await desk.buy("0.003")
    await desk.rest()
    plan = await desk.desk.link.request(api.PlanPanic())
    assert isinstance(plan, api.PanicPlan)
    assert plan.accounts[0].orders == 1
    assert plan.accounts[0].closes == ((BTC, desk.held()),)
    await desk.start()
    report = await desk.ended()
    assert step(report, api.PanicStep.POSITIONS).state is api.StepState.DONE, report
    assert desk.held() < Decimal("0.00001")
    assert report.accounts[0].proved_ns is not None


async def test_a_panic_closes_nothing_unless_told_and_leaves_orders_of_other_tools(desk: Panicking) -> None:
    await desk.buy("0.002")
    await desk.rest()
    theirs = await desk.exchange.signed(
        "POST", "order", symbol="BTCUSDT", side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.001",
        price=f"{desk.low}",
    )  # fmt: skip
    await until(lambda: any(order.origin is OrderOrigin.EXT for order in desk.state.values()))
    plan = await desk.desk.link.request(api.PlanPanic())
    assert isinstance(plan, api.PanicPlan)
    (planned,) = plan.accounts
    assert (planned.orders, planned.external, planned.closes) == (1, 1, ())
    held = desk.held()
    await desk.start()
    report = await desk.ended()
    assert report.accounts[0].proved_ns is not None
    assert report.accounts[0].sentence == "1 of other tools stay."
    assert desk.held() == held
    assert report.accounts[0].held == ((BTC, held),)
    open_now = await desk.exchange.signed("GET", "openOrders", symbol="BTCUSDT")
    assert [order["orderId"] for order in open_now] == [theirs["orderId"]]
    await desk.start(external=True)
    report = await desk.ended()
    assert report.accounts[0].proved_ns is not None
    assert await desk.exchange.signed("GET", "openOrders", symbol="BTCUSDT") == []


async def test_a_covered_desk_panics_is_shown_counts_and_keeps_its_positions(desk: Panicking) -> None:
    await desk.policy(api.PanicPolicy.FLATTEN)
    await desk.buy("0.002")
    await desk.rest(2)
    owner = Owner(desk.desk.link)
    await owner.create()
    assert await owner.link.request(api.CoverVault("test")) == api.Done()
    plan = await desk.desk.link.request(api.PlanPanic())
    assert isinstance(plan, api.PanicPlan)
    (planned,) = plan.accounts
    assert (planned.label, planned.orders, planned.closes) == ("", 2, ())
    began = await desk.start()
    assert began.accounts[0].label == ""
    report = await desk.ended()
    (account,) = report.accounts
    assert (account.label, account.held, account.sentence) == ("", (), "")
    assert account.proved_ns is not None
    assert step(report, api.PanicStep.POSITIONS).state is api.StepState.SKIPPED
    assert desk.held() > 0
    await owner.open()
    assert step(await desk.ended(), api.PanicStep.POSITIONS).sentence.startswith("kept: the desk is covered")
