"""A panic in words: the plan of the first press, the rows of the report, and the report as a file. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from connectors.model.ids import OrderId
from connectors.worker.api import AccountPanic, PanicPlan, PanicReport, PanicStep, StepReport, StepState
from tui.format import times
from tui.format.clean import clean

_NAMES = {
    PanicStep.REFUSED: "1 new orders refused",
    PanicStep.ENTRIES: "2 orders cancelled",
    PanicStep.POSITIONS: "3 positions closed",
    PanicStep.STOPS: "4 stops cancelled",
    PanicStep.ASKED: "5 asked again",
}
_SHORT = {
    PanicStep.REFUSED: "1 halted",
    PanicStep.ENTRIES: "2 cancelled",
    PanicStep.POSITIONS: "3 closed",
    PanicStep.STOPS: "4 stops",
    PanicStep.ASKED: "5 asked",
}
_GLYPHS = {
    StepState.WAITING: "–",
    StepState.RUNNING: "↻",
    StepState.RETRYING: "↻",
    StepState.DONE: "✓",
    StepState.SKIPPED: "–",
}
_CENTI = 10_000_000
_WIDE = 100


def step_name(step: PanicStep, *, short: bool) -> str:
    """What a step is called."""
    return (_SHORT if short else _NAMES)[step]


def plan_words(orders: int, closes: int | None, external: int, width: int) -> str:
    """What the first press says.

    Args:
        orders: How many a second press cancels.
        closes: How many positions it closes; None: not known yet.
        external: Orders of other tools, which it leaves.
        width: Of the window.
    """
    parts = [f"cancel {times.count(orders, 'order')}"]
    if closes:
        parts.append(f"close {times.count(closes, 'position')}")
    elif closes is not None:
        parts.append("positions stay")
    if external and width >= _WIDE:
        parts.append(f"{external} of other tools stay")
    end = "esc: stay halted, send none." if width >= _WIDE else "esc: send none."
    return f"HALTED. ^g again: {', '.join(parts)}. {end}"


def plan_of(plan: PanicPlan, width: int) -> str:
    """The same, as the worker says it."""
    accounts = plan.accounts
    return plan_words(
        sum(each.orders for each in accounts),
        sum(len(each.closes) for each in accounts),
        sum(each.external for each in accounts),
        width,
    )


def cell(step: StepReport, started_ns: int) -> str:
    """A step at one account: ``✓ 4 of 4  +0.21 s``."""
    parts = [_GLYPHS[step.state]]
    if step.step is PanicStep.REFUSED:
        return f"{parts[0]} {times.clock_ms(step.time_ns) if step.time_ns is not None else ''}".rstrip()
    if step.step is not PanicStep.ASKED and step.of:
        parts.append(f"{step.done} of {step.of}")
    if step.step is PanicStep.ASKED and step.state is StepState.DONE:
        parts.append("0 orders")
    if step.state is StepState.DONE and step.time_ns is not None:
        parts.append(f"{later(step.time_ns, started_ns):>8}")
    if step.state is StepState.SKIPPED and not step.sentence:
        parts.append("nothing to do" if step.step is not PanicStep.STOPS else "none apart")
    return " ".join(parts)


def later(time_ns: int, started_ns: int) -> str:
    """``+0.21 s`` since it began."""
    hundredths = max(time_ns - started_ns, 0) // _CENTI
    return f"+{hundredths // 100}.{hundredths % 100:02d} s"


def verdict(account: AccountPanic, working: Sequence[OrderId]) -> str:
    """``0 ORDERS, FLAT``; what is not proved is never said.

    Args:
        account: Its part of the report.
        working: What is left there now.
    """
    held = "FLAT" if not account.held else f"{times.count(len(account.held), 'POSITION')} HELD"
    if account.proved_ns is not None:
        return f"0 ORDERS, {held}"
    left = times.count(len(working), "ORDER")
    return f"{left} LEFT" if working else "NOT PROVED"


def account_words(account: AccountPanic, name_of: Callable[[OrderId], str]) -> str:
    """What stands behind the verdict: when it was proved, or what is missing and why."""
    if account.proved_ns is not None:
        held = ", ".join(f"{clean(each[0].symbol)} {each[1].normalize():f}" for each in account.held)
        stays = f"   holds {held}" if held else ""
        return f"proved {times.clock_cs(account.proved_ns)}{stays}"
    if account.sentence:
        return clean(account.sentence)
    asked = next((step.sentence for step in account.steps if step.state is StepState.RETRYING and step.sentence), "")
    names = ", ".join(name_of(order) for order in account.left[:3])
    return clean(asked) or names or "under way"


def ended_words(report: PanicReport) -> str:
    """One sentence once it is over."""
    proved = [each for each in report.accounts if each.proved_ns is not None]
    if len(proved) < len(report.accounts):
        missing = ", ".join(clean(each.label) or "a connection" for each in report.accounts if each not in proved)
        return f"PANIC ended, but {missing} did not prove it. ^g ^g tries again."
    held = sum(len(each.held) for each in report.accounts)
    what = "FLAT" if not held else f"{times.count(held, 'position')} kept"
    at = times.clock_ms(report.ended_ns) if report.ended_ns is not None else ""
    return f"PANIC done: 0 ORDERS, {what} at {at}. :resume trades again."


def as_json(report: PanicReport) -> str:
    """The whole report, for a file or another program; amounts as text."""
    return json.dumps(asdict(report), default=_plain, indent=2, sort_keys=True) + "\n"


def _plain(value: Any) -> str:
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a report")


def counts(report: PanicReport) -> tuple[int, int]:
    """How many orders were cancelled, of how many."""
    steps = [step for each in report.accounts for step in each.steps]
    wanted: Iterable[StepReport] = [step for step in steps if step.step in {PanicStep.ENTRIES, PanicStep.STOPS}]
    return sum(step.done for step in wanted), sum(step.of for step in wanted)
