"""What a human decides about an order that is stuck (REQUIREMENTS H8). The venue's later word outweighs it."""

from __future__ import annotations

from collections.abc import Callable

from connectors.engine.canceling import take_replacement
from connectors.engine.draft import Draft
from connectors.engine.effects import Accepted, Declined, Level
from connectors.engine.inputs import ByHand, ClockMeasured, Resolve
from connectors.engine.lookup import ask_due, conclusive_ns, in_flight
from connectors.engine.orders import witness
from connectors.engine.state import Check
from connectors.model.changed import replace
from connectors.model.order import FINAL, EvidenceKind, Order, OrderStatus

SECOND_NS = 1_000_000_000


def on_resolve(draft: Draft, wanted: Resolve) -> None:
    """Do what was decided, or say why not."""
    order = draft.order(wanted.order_id)
    if order is None:
        draft.do(Declined(wanted.order_id, "There is no such order here.", "UNKNOWN_ORDER"))
        return
    refusal = _refusal(draft, order, wanted)
    if refusal:
        draft.do(Declined(order.order_id, refusal))
        return
    _DEEDS[wanted.decision](draft, order)
    draft.do(Accepted(draft.state.orders[order.order_id]))


def on_clock_measured(draft: Draft, measured: ClockMeasured) -> None:
    """How wrong our reading of the venue's clock may be counts in what proves that an order never arrived."""
    known = draft.state.accounts.get(measured.account)
    if known is not None and known.clock_error_ns != measured.error_ns:
        account = replace(known, clock_error_ns=measured.error_ns)
        draft.state = replace(draft.state, accounts={**draft.state.accounts, measured.account: account})


def _refusal(draft: Draft, order: Order, wanted: Resolve) -> str:
    if not draft.state.in_its_life(order):
        return f"{order.handle} belongs to an earlier life of the venue: its ids mean nothing there now."
    over = order.status in FINAL and not _doubtful(order)
    if over:
        return f"{order.handle} is {order.status} by the venue's word: there is nothing to decide."
    if wanted.decision in {ByHand.ASK_NOW, ByHand.CANCEL_ANYWAY}:
        return ""
    if wanted.typed != order.handle:
        return f"Type {order.handle} to decide it by hand. Nothing was changed."
    return _too_early(draft, order, wanted.decision)


def _doubtful(order: Order) -> bool:
    """Whether an end was our conclusion, and not the venue's word."""
    return order.decided_by_hand or order.status is OrderStatus.NEVER_ARRIVED


def _too_early(draft: Draft, order: Order, decision: ByHand) -> str:
    """Why a human cannot end it yet: while it may still arrive, or a request about it is under way."""
    if order.status in FINAL:
        return f"{order.handle} is {order.status} already."
    if in_flight(order):
        return f"{order.handle} is still being sent: wait for its answer, or cancel it."
    waits = order.status is OrderStatus.UNKNOWN or order.canceling or order.amending is not None
    if not waits:
        return f"{order.handle} is {order.status} by the venue's word. Cancel it."
    if decision is ByHand.NEVER_ARRIVED and (order.venue_order_id is not None or order.filled):
        return f"{order.handle} was at the venue: decide that it is canceled, if it is."
    check = draft.state.checks.get(order.order_id)
    if order.status is OrderStatus.UNKNOWN and check is not None:
        left_ns = check.since_mono_ns + conclusive_ns(draft.state, order.account) - draft.at.mono_ns
        if left_ns > 0:
            return f"{order.handle} may still arrive: it can be decided in {-(-left_ns // SECOND_NS)} s."
    return ""


def _ask_now(draft: Draft, order: Order) -> None:
    now = draft.at
    check = draft.state.checks.get(order.order_id)
    if check is None:
        check = Check(now.mono_ns, now.mono_ns)
    seen = witness(order, now.time_ns, EvidenceKind.BY_HAND, "asked for a look-up, by hand")
    draft.keep(replace(seen, next_check_ns=now.time_ns), EvidenceKind.BY_HAND)
    draft.check(order.order_id, replace(check, due_mono_ns=now.mono_ns))
    ask_due(draft)


def _cancel_anyway(draft: Draft, order: Order) -> None:
    seen = witness(order, draft.at.time_ns, EvidenceKind.CANCEL_SENT, "cancel sent anyway, by hand")
    order = draft.keep(replace(seen, canceling=order.status not in FINAL), EvidenceKind.CANCEL_SENT)
    draft.canceling(order.order_id, under_way=False)
    draft.send_cancel(order)
    take_replacement(draft, order)


def _end(status: OrderStatus, text: str) -> Callable[[Draft, Order], None]:
    def end(draft: Draft, order: Order) -> None:
        seen = witness(order, draft.at.time_ns, EvidenceKind.BY_HAND, text)
        order = draft.keep(
            replace(
                seen,
                status=status,
                reason=f"{text.capitalize()}.",
                canceling=False,
                amending=None,
                next_check_ns=None,
                decided_by_hand=True,
            ),
            EvidenceKind.BY_HAND,
        )
        draft.check(order.order_id, None)
        label = draft.state.label(order.account)
        draft.warn(Level.WARN, f"{order.handle} at {label} is {status} by hand. The venue did not say so.", order)

    return end


_DEEDS: dict[ByHand, Callable[[Draft, Order], None]] = {
    ByHand.ASK_NOW: _ask_now,
    ByHand.CANCEL_ANYWAY: _cancel_anyway,
    ByHand.NEVER_ARRIVED: _end(OrderStatus.NEVER_ARRIVED, "decided by hand that it never arrived"),
    ByHand.CANCELED: _end(OrderStatus.CANCELED, "decided by hand that it is not at the venue any more"),
}
