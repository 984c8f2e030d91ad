"""Cancel and create in one's place: two halves, each with its own outcome; never two orders where one is meant.

Natively both go in one call; else the cancel goes first, and the create only once the old order is known to be over.
The new order is for the wanted whole quantity less what is filled when it is sent. What was filled in between is taken
off the new one afterwards, by a change in place where the venue can, else by cancelling it.
"""

from __future__ import annotations

from connectors.engine.draft import Draft
from connectors.engine.effects import Accepted, Level, OrderNow, SendReplace
from connectors.engine.filters import plain
from connectors.engine.inputs import Amend, Answer, Place, ReplaceEnded
from connectors.engine.leaving import not_sent, why_not
from connectors.engine.lookup import begin
from connectors.engine.orders import witness
from connectors.engine.placing import intent, lost, refused
from connectors.engine.reporting import take
from connectors.engine.requests import request_again, request_of
from connectors.engine.state import Pending, UnderWay
from connectors.engine.terms import told
from connectors.engine.underway import set_change
from connectors.model.change import CancelOutcome, CreateOutcome, ReplaceReport, ReplaceRequest
from connectors.model.changed import replace
from connectors.model.order import FINAL, Amending, EvidenceKind, Kinship, Order
from connectors.ports.archive import JournalEntry


def begin_replacing(draft: Draft, order: Order, amend: Amend, place: Place, *, at_once: bool) -> None:
    """Write both intents: the old order's overlay and the new order, in one commit."""
    fresh = replace(intent(draft, place), parent=order.order_id, kinship=Kinship.REPLACED)
    whole = amend.quantity if amend.quantity is not None else order.quantity
    wanted = Amending(draft.at.time_ns, whole, amend.price, amend.trigger_price, None, fresh.order_id)
    digits = amend.instrument.size_decimals
    text = (
        f"to be canceled and replaced by {fresh.handle}: {told(order, wanted)}; {fresh.handle} is for what is not"
        f" filled when it is sent, now {plain(place.quantity or order.filled, digits)}; the place in the queue is lost"
    )
    seen = witness(order, draft.at.time_ns, EvidenceKind.AMEND_SENT, text)
    ids = (*order.amend_ids, amend.amend_id)
    draft.keep(replace(seen, amending=wanted, amend_ids=ids), EvidenceKind.AMEND_SENT)
    set_change(draft, order.order_id, UnderWay(draft.at.mono_ns))
    draft.count_create(order.account)
    token = draft.token()
    pending = Pending(fresh, request_of(place), replaces=order.order_id, at_once=at_once)
    draft.state = replace(
        draft.state,
        pending={**draft.state.pending, token: pending},
        next_handle=draft.state.next_handle + 1,
    )
    draft.commit(token, JournalEntry(0, draft.at.time_ns, EvidenceKind.INTENT, fresh))


def written(draft: Draft, pending: Pending) -> None:
    """Both intents are on disk: the replacement may leave, if the old order is still what it was."""
    fresh = pending.order
    order = draft.state.orders[pending.replaces or fresh.order_id]
    draft.know(fresh)
    why = _not_any_more(draft, order, pending)
    if why:
        draft.do(Accepted(not_sent(draft, fresh, f"not sent: {why}")))
        unchanged(draft, draft.state.orders[order.order_id], why)
        return
    fresh = _sized(draft, order, fresh)
    draft.do(Accepted(fresh))
    draft.do(OrderNow(fresh))
    if pending.at_once:
        request = ReplaceRequest(request_again(fresh), order.client_order_id, order.venue_order_id)
        set_change(draft, order.order_id, UnderWay(draft.at.mono_ns))
        draft.do(SendReplace(order.account, order.order_id, fresh.order_id, request))
        return
    set_change(draft, order.order_id, UnderWay(draft.at.mono_ns, in_flight=False, creates=True))
    seen = witness(order, draft.at.time_ns, EvidenceKind.CANCEL_SENT, f"cancel sent, {fresh.handle} takes its place")
    draft.send_cancel(draft.keep(replace(seen, canceling=True), EvidenceKind.CANCEL_SENT))


def _not_any_more(draft: Draft, order: Order, pending: Pending) -> str:
    """Why a replacement that was decided is not sent after all."""
    wanted = order.amending
    if pending.canceled:
        return "it was canceled before anything was sent"
    if why := why_not(draft, pending.order):
        return f"{why} meanwhile"
    if wanted is None or wanted.replacement != pending.order.order_id or not draft.state.in_its_life(order):
        return f"{order.handle} is not to be changed any more"
    if order.status in FINAL or order.canceling:
        return f"{order.handle} {'is being canceled' if order.canceling else f'is {order.status}'}"
    if wanted.quantity is not None and wanted.quantity <= order.filled:
        return f"{order.handle} has {plain(order.filled)} filled, all that was wanted"
    return ""


def _sized(draft: Draft, order: Order, fresh: Order) -> Order:
    """The new order for what is not filled now; it only ever gets smaller."""
    wanted = order.amending
    if wanted is None or wanted.quantity is None or fresh.quantity == wanted.quantity - order.filled:
        return fresh
    left = wanted.quantity - order.filled
    shown = None if fresh.iceberg_quantity is None else min(fresh.iceberg_quantity, left)
    text = f"made {plain(left)}: {order.handle} has {plain(order.filled)} of {plain(wanted.quantity)} filled by now"
    seen = witness(fresh, draft.at.time_ns, EvidenceKind.INTENT, text)
    return draft.keep(replace(seen, quantity=left, iceberg_quantity=shown), EvidenceKind.INTENT)


def create_next(draft: Draft, order: Order, fresh: Order) -> Order | None:
    """The old order is over: the new one as it is to be sent now, or None where it is not wanted any more."""
    wanted = order.amending
    if wanted is None or wanted.quantity is None or wanted.quantity <= order.filled:
        why = f"{order.handle} was filled to the wanted size"
    elif fresh.canceling:
        why = "it was canceled before anything was sent"
    elif forbidden := why_not(draft, fresh):
        why = f"{forbidden} meanwhile"
    else:
        return _sized(draft, order, fresh)
    not_sent(draft, fresh, f"not sent: {why}")
    return None


def on_replace_ended(draft: Draft, ended: ReplaceEnded) -> None:
    """The venue said what became of both halves, or nobody said anything."""
    order = draft.order(ended.order_id)
    wanted = order.amending if order is not None else None
    fresh = draft.order(wanted.replacement) if wanted is not None and wanted.replacement is not None else None
    if order is None or fresh is None or not draft.state.in_its_life(order):
        set_change(draft, ended.order_id, None)
        return
    set_change(draft, order.order_id, UnderWay(draft.at.mono_ns, in_flight=False))
    if ended.report is not None:
        _old_half(draft, order, ended.report)
        _new_half(draft, draft.state.orders[fresh.order_id], ended.report)
    elif ended.answer in {Answer.REFUSED, Answer.NOT_FOUND}:
        _look_up(draft, order, EvidenceKind.AMEND_REFUSED, f"change refused: {ended.sentence}")
        refused(draft, draft.state.orders[fresh.order_id], ended.sentence)
    else:
        _look_up(draft, order, EvidenceKind.NO_ANSWER, f"cancel and replace: {ended.sentence}")
        lost(draft, draft.state.orders[fresh.order_id], ended.sentence)


def _look_up(draft: Draft, order: Order, kind: EvidenceKind, text: str) -> None:
    if order.status in FINAL:
        return
    begin(draft, draft.keep(witness(order, draft.at.time_ns, kind, text), kind))


def _old_half(draft: Draft, order: Order, report: ReplaceReport) -> None:
    if report.cancelled is not None:
        take(draft, order.account, report.cancelled)
    order = draft.state.orders[order.order_id]
    if report.cancel is CancelOutcome.FAILED:
        _look_up(draft, order, EvidenceKind.CANCEL_REFUSED, f"not canceled: {report.cancel_reason}")
    elif report.cancel is CancelOutcome.UNKNOWN or report.cancelled is None:
        _look_up(draft, order, EvidenceKind.NO_ANSWER, f"no word on its cancel: {report.cancel_reason}")


def _new_half(draft: Draft, fresh: Order, report: ReplaceReport) -> None:
    match report.create:
        case CreateOutcome.ACCEPTED if report.created is not None:
            take(draft, fresh.account, report.created)
        case CreateOutcome.REFUSED | CreateOutcome.NOT_ATTEMPTED:
            reason = report.create_reason or report.cancel_reason
            tried = "refused" if report.create is CreateOutcome.REFUSED else "not tried"
            refused(draft, fresh, f"{tried}: {reason}" if reason else tried)
        case _:
            lost(draft, fresh, report.create_reason or "The venue did not say what became of it.")


def unchanged(draft: Draft, order: Order, why: str) -> None:
    """The replacement never came to life: tell how that leaves the old order, which is not changed any more."""
    set_change(draft, order.order_id, None)
    seen = witness(order, draft.at.time_ns, EvidenceKind.AMEND_REFUSED, f"not replaced: {why}")
    seen = draft.keep(replace(seen, amending=None), EvidenceKind.AMEND_REFUSED)
    gone = order.status in FINAL and bool(order.remaining)
    level = Level.DANGER if gone else Level.WARN
    left = "and nothing took its place" if gone else "and was not changed"
    draft.warn(level, f"{order.handle} is {order.status} {left}: {why}", seen)
