"""Cancels: an overlay until the venue confirms; they never wait for the archive and never change a status alone."""

from __future__ import annotations

from connectors.engine.draft import Draft
from connectors.engine.effects import Accepted, Declined, Level
from connectors.engine.inputs import Answer, Cancel, CancelEnded
from connectors.engine.leaving import not_sent
from connectors.engine.lookup import begin
from connectors.engine.orders import witness
from connectors.engine.reporting import RECEIVED_GRACE_NS, take
from connectors.engine.state import Check
from connectors.engine.underway import set_change, stands
from connectors.model.changed import replace
from connectors.model.ids import OrderId
from connectors.model.order import FINAL, EvidenceKind, Order, OrderStatus

_UNKNOWN = "UNKNOWN_ORDER"


def on_cancel(draft: Draft, cancel: Cancel) -> None:
    """Send a cancel now; the status stays the venue's word."""
    order = draft.order(cancel.order_id)
    if order is None:
        pending = _cancel_pending(draft, cancel.order_id)
        draft.do(Accepted(pending) if pending else Declined(cancel.order_id, "There is no such order here.", _UNKNOWN))
        return
    if order.status in FINAL and not _is_coming(draft, order):
        draft.do(Declined(order.order_id, _nothing_left(draft, order), "FINAL"))
        return
    draft.do(Accepted(order))
    _cancel(draft, order)
    _drop_change(draft, order.order_id)
    take_replacement(draft, order)


def _cancel(draft: Draft, order: Order) -> None:
    if order.status in FINAL or order.order_id in draft.state.cancels:
        return
    seen = witness(order, draft.at.time_ns, EvidenceKind.CANCEL_SENT, "cancel sent")
    draft.send_cancel(draft.keep(replace(seen, canceling=True), EvidenceKind.CANCEL_SENT))


def _drop_change(draft: Draft, order_id: OrderId) -> None:
    """A change of it that is still being written is not sent any more, whatever becomes of the cancel."""
    order = draft.state.orders[order_id]
    if order.amending is not None and any(order_id == one for one, _change in draft.state.committing.values()):
        stands(draft, order, "it was canceled before its change was sent")


def _nothing_left(draft: Draft, order: Order) -> str:
    told = f"{order.handle} is {order.status}: there is nothing to cancel."
    fresh = draft.order(order.replacement) if order.replacement is not None else None
    return told if fresh is None or fresh.status in FINAL else f"{told} {fresh.handle} took its place: cancel that one."


def _cancel_pending(draft: Draft, order_id: OrderId) -> Order | None:
    """See that an order whose intent is being written is not sent; None where there is no such order."""
    for token, pending in draft.state.pending.items():
        if pending.order.order_id == order_id:
            held = {**draft.state.pending, token: replace(pending, canceled=True)}
            draft.state = replace(draft.state, pending=held)
            return pending.order
    return None


# --- an order that is being replaced: whoever cancels it wants none in its place


def _is_coming(draft: Draft, order: Order) -> bool:
    wanted = order.amending
    if wanted is None or wanted.replacement is None:
        return False
    fresh = draft.order(wanted.replacement)
    if fresh is not None:
        return fresh.status not in FINAL
    return any(pending.order.order_id == wanted.replacement for pending in draft.state.pending.values())


def take_replacement(draft: Draft, order: Order) -> None:
    """Cancel what is to take an order's place: before it is sent where it was not, else as soon as it can be found."""
    wanted = order.amending
    if wanted is None or wanted.replacement is None:
        return
    fresh = draft.order(wanted.replacement)
    if fresh is None:
        _cancel_pending(draft, wanted.replacement)
        return
    change = draft.state.changes.get(order.order_id)
    if change is None or not change.creates or fresh.status in FINAL:
        _cancel(draft, fresh)
        return
    set_change(draft, order.order_id, None)
    order = draft.state.orders[order.order_id]
    not_sent(draft, fresh, f"not sent: {order.handle} was canceled")
    text = f"not replaced: canceled, so {fresh.handle} is not sent"
    seen = witness(order, draft.at.time_ns, EvidenceKind.AMEND_REFUSED, text)
    draft.keep(replace(seen, amending=None), EvidenceKind.AMEND_REFUSED)


def on_cancel_ended(draft: Draft, ended: CancelEnded) -> None:
    """The venue answered a cancel, or did not."""
    draft.canceling(ended.order_id, under_way=False)
    order = draft.order(ended.order_id)
    if order is None or not draft.state.in_its_life(order):
        return
    if ended.report is not None:
        take(draft, order.account, ended.report)
        for sibling in draft.state.siblings(order):
            if sibling.canceling and sibling.order_id not in draft.state.checks:
                # The venue ends the whole list and says so of each; if that is lost, it is asked.
                now = draft.at.mono_ns
                draft.check(sibling.order_id, Check(now, now + RECEIVED_GRACE_NS))
        return
    if order.status in FINAL:
        return
    if ended.answer is Answer.REFUSED:
        _stands(draft, order, ended.sentence)
        return
    kind = EvidenceKind.NO_ANSWER if ended.answer is Answer.LOST else EvidenceKind.CANCEL_REFUSED
    seen = draft.keep(witness(order, draft.at.time_ns, kind, f"cancel: {ended.sentence}"), kind)
    # Without an answer, or "not found": the create may still be on its way, or the order may have just been filled.
    if order.status is not OrderStatus.SUBMITTING:
        begin(draft, seen)


def _stands(draft: Draft, order: Order, sentence: str) -> None:
    """The cancel failed for certain: the order is as it was."""
    seen = witness(order, draft.at.time_ns, EvidenceKind.CANCEL_REFUSED, f"cancel refused: {sentence}")
    seen = draft.keep(replace(seen, canceling=False), EvidenceKind.CANCEL_REFUSED)
    for sibling in draft.state.siblings(seen):
        if sibling.canceling and sibling.order_id not in draft.state.cancels:
            draft.keep(replace(sibling, canceling=False), EvidenceKind.CANCEL_REFUSED)
    draft.warn(Level.DANGER, f"{order.handle} was not canceled and is {order.status}. {sentence}", seen)
