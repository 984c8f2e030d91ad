"""One account's part of a panic's report: steps with their times, and the venue's answers as proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from connectors.model.foreign import harmless, redact
from connectors.model.ids import AccountId, InstrumentId, Mode, OrderId
from connectors.wire.proof import Answered
from connectors.worker.api.panic import (
    AccountPanic,
    PanicPlan,
    PanicPolicy,
    PanicReport,
    PanicStep,
    StepReport,
    StepState,
    VenueProof,
)
from connectors.worker.log import logger

PROOFS_KEPT = 64
"""Answers of one step; beyond it the oldest are dropped, as the worker's log has them all."""

_SAID = 160
_SUCCESS = range(200, 300)


class Steps:
    """What a run has done, step by step. Every change is a new frozen report.

    Attributes:
        account: Whose.
        label: What the user calls it.
        proved_ns: When the venue said that no order is left.
        sentence: What stands in the way, or what is to be known.
    """

    def __init__(self, account: AccountId, label: str, mode: Mode, policy: PanicPolicy) -> None:
        self.account, self.label, self._mode, self._policy = account, label, mode, policy
        self._steps: dict[PanicStep, StepReport] = {step: StepReport(step, StepState.WAITING) for step in PanicStep}
        self.proved_ns: int | None = None
        self.sentence = ""

    def __getitem__(self, step: PanicStep) -> StepReport:
        return self._steps[step]

    def note(self, step: PanicStep, state: StepState, **changes: object) -> None:
        """Restate a step."""
        before = self._steps[step]
        if state is StepState.DONE and before.state is StepState.DONE:
            changes.pop("time_ns", None)  # it keeps the time at which it was done first
        self._steps[step] = replace(before, state=state, **changes)  # type: ignore[arg-type]  # fields by name

    def heard(self, step: PanicStep, answered: Answered, time_ns: int) -> None:
        """Keep one answer of the venue, with the step that asked for it."""
        proof = VenueProof(
            time_ns, answered.operation, outcome_of(answered), answered.latency_ms, answered.request_id[:_SAID]
        )
        before = self._steps[step]
        kept = (*before.proofs, proof)[-PROOFS_KEPT:]
        self._steps[step] = replace(before, proofs=kept)
        logger().info(
            "panic_answer",
            label=self.label,
            step=step.value,
            operation=proof.operation,
            outcome=proof.outcome,
            request=proof.request_id,
        )

    def report(self, left: Iterable[OrderId], held: Mapping[InstrumentId, Decimal]) -> AccountPanic:
        """The account's part as it stands."""
        return AccountPanic(
            self.account,
            self.label,
            self._mode,
            self._policy,
            tuple(self._steps.values()),
            tuple(left),
            tuple(held.items()),
            self.proved_ns,
            self.sentence,
        )


def outcome_of(answered: Answered) -> str:
    """``ok``, or what the venue said, in words that may be shown to anybody."""
    if answered.status is None:
        return "no answer" if answered.left else "not sent"
    if answered.status in _SUCCESS:
        return "ok"
    said = harmless(redact(answered.body[: 4 * _SAID].decode("utf-8", "replace")), _SAID)
    return f"HTTP {answered.status} {said}".rstrip()


def covered_report(report: PanicReport) -> PanicReport:
    """What may be shown while the desk is covered: steps and counts; no label, position or price."""
    return replace(
        report,
        accounts=tuple(
            replace(
                each,
                label="",
                held=(),
                sentence="",
                steps=tuple(replace(step, sentence="", proofs=()) for step in each.steps),
            )
            for each in report.accounts
        ),
    )


def covered_plan(plan: PanicPlan) -> PanicPlan:
    """What may be shown while the desk is covered: counts."""
    return PanicPlan(tuple(replace(each, label="", closes=()) for each in plan.accounts))
