"""Panics as a worker tells them, for the desk's tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from connectors.model.ids import AccountId, InstrumentId, Mode, OrderId
from connectors.model.order import Order
from connectors.worker import api
from support.pane_facts import ACCOUNT

_STEP, _STATE = api.PanicStep, api.StepState
_CENTI = 10_000_000
_ID = OrderId(UUID(int=77))
_OTHER = AccountId(UUID(int=78))


def answer(command: api.Command, orders: Iterable[Order], now_ns: int) -> api.Result:
    """What a worker answers to the first and the second press; to anything else that it is done."""
    if isinstance(command, api.PlanPanic):
        return plan(orders)
    return begun(command, orders, now_ns) if isinstance(command, api.StartPanic) else api.Done()


def plan(orders: Iterable[Order], *closes: tuple[InstrumentId, Decimal]) -> api.PanicPlan:
    """What a panic would send: the working orders, and what the test says."""
    working = [order for order in orders if order.working]
    policy = api.PanicPolicy.FLATTEN if closes else api.PanicPolicy.CANCEL
    return api.PanicPlan((api.PlannedAccount(ACCOUNT, "demo", Mode.SIM, policy, len(working), 0, 0, closes),))


def begun(command: api.StartPanic, orders: Iterable[Order], now_ns: int) -> api.PanicReport:
    """A panic that has just begun."""
    working = tuple(order.order_id for order in orders if order.working)
    steps = (
        api.StepReport(_STEP.REFUSED, _STATE.DONE, 1, 1, now_ns),
        api.StepReport(_STEP.ENTRIES, _STATE.RUNNING, 0, len(working)),
        *(api.StepReport(step, _STATE.WAITING) for step in (_STEP.POSITIONS, _STEP.STOPS, _STEP.ASKED)),
    )
    part = api.AccountPanic(ACCOUNT, "demo", Mode.SIM, api.PanicPolicy.CANCEL, steps, left=working)
    return api.PanicReport(command.panic_id, now_ns, command.external, (part,))


def over(report: api.PanicReport) -> api.PanicReport:
    """The same panic once the venue has said that nothing is left."""
    began = report.started_ns
    (part,) = report.accounts
    count = len(part.left)
    proof = api.VenueProof(began + 21 * _CENTI, "orders.open", "ok", 12, "u-1")
    steps = (
        part.steps[0],
        api.StepReport(_STEP.ENTRIES, _STATE.DONE, count, count, began + 5 * _CENTI),
        api.StepReport(_STEP.POSITIONS, _STATE.SKIPPED, sentence="kept: its panic cancels only"),
        api.StepReport(_STEP.STOPS, _STATE.SKIPPED),
        api.StepReport(_STEP.ASKED, _STATE.DONE, 1, 1, began + 21 * _CENTI, "0 orders", (proof,)),
    )
    ended = replace(part, steps=steps, left=(), proved_ns=began + 21 * _CENTI)
    return replace(report, accounts=(ended,), ended_ns=began + 21 * _CENTI)


def two_accounts(now_ns: int) -> api.PanicReport:
    """One account proved and flat, one whose stop's cancel got no answer: as UX-SPEC 1.10 has it."""
    first = over(begun(api.StartPanic(_ID), (), now_ns)).accounts[0]
    closed = api.StepReport(
        _STEP.POSITIONS, _STATE.DONE, 1, 1, now_ns + 11 * _CENTI, "BTCUSDT 0.051 avg 61803.71 -0.5 bp"
    )
    first = replace(
        first,
        policy=api.PanicPolicy.FLATTEN,
        steps=(first.steps[0], replace(first.steps[1], done=2, of=2), closed, *first.steps[3:]),
    )
    second = replace(
        first,
        account=_OTHER,
        label="main",
        mode=Mode.LIVE,
        steps=(
            *first.steps[:1],
            replace(first.steps[1], done=4, of=4, time_ns=now_ns + 21 * _CENTI),
            replace(closed, time_ns=now_ns + 47 * _CENTI, sentence="BTCUSDT 0.500 avg 61802.95 -1.7 bp"),
            api.StepReport(_STEP.STOPS, _STATE.RETRYING, 0, 1, None, "k9: cancelling, attempt 2"),
            api.StepReport(_STEP.ASKED, _STATE.WAITING),
        ),
        left=(_ID,),
        proved_ns=None,
    )
    return api.PanicReport(_ID, now_ns, False, (first, second))
