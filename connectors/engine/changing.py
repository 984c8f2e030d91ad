"""What becomes of changes after each step: decided by evidence, and never more at the venue than was wanted."""

from __future__ import annotations

from decimal import Decimal

from connectors.engine.amending import lower
from connectors.engine.draft import Draft
from connectors.engine.effects import Level, Send
from connectors.engine.filters import plain
from connectors.engine.inputs import Input, LookUpEnded
from connectors.engine.leaving import not_sent
from connectors.engine.lookup import AFTER_CONCLUSIVE_NS, CANCELS_AGAIN, DELAYS_NS, begin, conclusive_ns, in_flight
from connectors.engine.orders import witness
from connectors.engine.replacing import create_next, unchanged
from connectors.engine.requests import request_again
from connectors.engine.state import Check, UnderWay
from connectors.engine.underway import set_change, stands
from connectors.model.changed import replace
from connectors.model.ids import OrderId
from connectors.model.order import FINAL, WORKING, Amending, EvidenceKind, Kinship, Order, OrderStatus


def follow_changes(draft: Draft, happened: Input) -> None:
    """See after each step how far the changes under way are."""
    for order_id, change in draft.state.changes.items():
        if order_id not in draft.state.changing:
            set_change(draft, order_id, None)
            if change.creates:
                _give_up(draft, order_id)
    for order_id in tuple(draft.state.changing):
        order = draft.state.orders[order_id]
        wanted = order.amending
        if wanted is None:
            continue
        if not draft.state.in_its_life(order):
            _forget(draft, order)
            continue
        change = draft.state.changes.get(order_id) or _picked_up(draft, order)
        if wanted.replacement is None:
            _follow_amend(draft, order, change, happened)
        else:
            _follow_replace(draft, order, wanted, wanted.replacement, change)


def _give_up(draft: Draft, old: OrderId) -> None:
    """A human ended the old order before its cancel was the venue's word: the new one is not sent any more."""
    order = draft.order(old)
    if order is None:
        return
    for order_id in draft.state.live:
        fresh = draft.state.orders[order_id]
        if fresh.parent == old and fresh.kinship is Kinship.REPLACED and in_flight(fresh):
            not_sent(draft, fresh, f"not sent: {order.handle} is not to be changed any more")


def _forget(draft: Draft, order: Order) -> None:
    set_change(draft, order.order_id, None)
    draft.keep(replace(order, amending=None), EvidenceKind.RECOVERED)


def _picked_up(draft: Draft, order: Order) -> UnderWay:
    """A change that an earlier worker asked for: nobody here knows how far it came, so the venue is asked."""
    change = UnderWay(draft.at.mono_ns, in_flight=False)
    set_change(draft, order.order_id, change)
    if order.status not in FINAL and order.order_id not in draft.state.checks:
        draft.check(order.order_id, Check(draft.at.mono_ns, draft.at.mono_ns))
    return change


def _follow_amend(draft: Draft, order: Order, change: UnderWay, happened: Input) -> None:
    if order.status in FINAL:
        set_change(draft, order.order_id, None)
        seen = witness(
            order, draft.at.time_ns, EvidenceKind.AMEND_REFUSED, f"{order.status} before its change was told"
        )
        draft.keep(replace(seen, amending=None), EvidenceKind.AMEND_REFUSED)
        return
    if change.in_flight:
        return
    conclusive = change.since_mono_ns + conclusive_ns(draft.state, order.account) if _known(draft, order) else None
    asked_ns = _found_when(happened, order)
    if asked_ns is not None and conclusive is not None and asked_ns >= conclusive:
        stands(draft, order, "the venue shows it as it was")
        return
    if order.order_id not in draft.state.checks:
        now = draft.at.mono_ns
        due = now + DELAYS_NS[min(change.tries, len(DELAYS_NS) - 1)]
        if conclusive is not None and now < conclusive + AFTER_CONCLUSIVE_NS < due:
            due = conclusive + AFTER_CONCLUSIVE_NS
        draft.check(order.order_id, Check(change.since_mono_ns, due))
        set_change(draft, order.order_id, replace(change, tries=change.tries + 1))


def _found_when(happened: Input, order: Order) -> int | None:
    """When the look-up was asked that has just found the order; None for anything else."""
    if isinstance(happened, LookUpEnded) and happened.order_id == order.order_id and happened.report is not None:
        return happened.asked_mono_ns
    return None


def _known(draft: Draft, order: Order) -> bool:
    return order.account in draft.state.accounts


# --- cancel and replace


def _follow_replace(draft: Draft, order: Order, wanted: Amending, new_id: OrderId, change: UnderWay) -> None:
    fresh = draft.order(new_id)
    if change.in_flight:
        return
    if fresh is None:
        unchanged(draft, order, "its replacement was never written down")
    elif change.creates:
        _create(draft, order, fresh, change)
    elif fresh.venue_order_id is None and fresh.status in FINAL:
        if fresh.status is OrderStatus.NEVER_ARRIVED and order.status not in FINAL and not change.tries:
            # It may have been seen open before the venue could no longer end it for a new one that it then refused.
            set_change(draft, order.order_id, replace(change, tries=1))
            begin(draft, order)
        elif order.order_id not in draft.state.checks or order.status in FINAL:
            unchanged(draft, order, fresh.reason or f"{fresh.handle} is {fresh.status}")
    elif fresh.venue_order_id is not None:
        _both(draft, order, fresh, wanted, change)


def _create(draft: Draft, order: Order, fresh: Order, change: UnderWay) -> None:
    """Send the create of a cancel-replace in two calls, once the cancel is the venue's word."""
    if order.status not in FINAL:
        if not order.canceling:
            gone = witness(fresh, draft.at.time_ns, EvidenceKind.REFUSED, f"not sent: {order.handle} was not canceled")
            draft.keep(
                replace(gone, status=OrderStatus.REJECTED, reason=f"{order.handle} was not canceled."),
                EvidenceKind.REFUSED,
            )
            unchanged(draft, order, "its cancel was refused")
        return
    set_change(draft, order.order_id, replace(change, creates=False))
    ready = create_next(draft, order, fresh)
    if ready is None:
        unchanged(draft, order, f"{fresh.handle} was not needed any more")
        return
    draft.do(Send(ready.account, ready.order_id, request_again(ready)))


def _both(draft: Draft, order: Order, fresh: Order, wanted: Amending, change: UnderWay) -> None:
    """The venue has, or had, the new order: the old one must be over, and both together no more than was wanted."""
    if order.status not in FINAL:
        _end_old(draft, order, fresh, change)
        return
    excess = order.filled + (fresh.quantity or Decimal(0)) - (wanted.quantity or Decimal(0))
    if excess > 0 and fresh.status not in FINAL:
        _trim(draft, order, fresh, excess)
        return
    set_change(draft, order.order_id, None)
    text = f"replaced by {fresh.handle}"
    seen = witness(order, draft.at.time_ns, EvidenceKind.AMENDED, text)
    seen = draft.keep(replace(seen, amending=None, replacement=fresh.order_id), EvidenceKind.AMENDED)
    if order.filled + fresh.filled > (wanted.quantity or Decimal(0)):
        both, whole = plain(order.filled + fresh.filled), plain(wanted.quantity or Decimal(0))
        told = f"{order.handle} and {fresh.handle} together filled {both}; {whole} was wanted."
        draft.warn(Level.DANGER, told, seen)


def _end_old(draft: Draft, order: Order, fresh: Order, change: UnderWay) -> None:
    """Both live: the old one goes, however its half was answered. A cancel twice is a cancel."""
    if order.canceling:
        return
    if change.tries > CANCELS_AGAIN:
        set_change(draft, order.order_id, None)
        seen = witness(order, draft.at.time_ns, EvidenceKind.AMEND_REFUSED, f"it works beside {fresh.handle}")
        seen = draft.keep(replace(seen, amending=None, replacement=fresh.order_id), EvidenceKind.AMEND_REFUSED)
        draft.warn(Level.DANGER, f"{order.handle} and {fresh.handle} both work: one was meant. Cancel one.", seen)
        return
    set_change(draft, order.order_id, replace(change, tries=change.tries + 1))
    text = f"{fresh.handle} took its place: cancel sent"
    seen = witness(order, draft.at.time_ns, EvidenceKind.CANCEL_SENT, text)
    draft.send_cancel(draft.keep(replace(seen, canceling=True), EvidenceKind.CANCEL_SENT))


def _trim(draft: Draft, order: Order, fresh: Order, excess: Decimal) -> None:
    """The old order filled more while it was replaced: the new one gives that up."""
    if fresh.status not in WORKING or fresh.canceling or fresh.amending is not None:
        return
    left = (fresh.quantity or Decimal(0)) - excess
    refused = any(line.kind is EvidenceKind.AMEND_REFUSED for line in fresh.evidence)
    told = f"{order.handle} filled {plain(excess)} more while it was replaced"
    if left > fresh.filled and not refused:
        draft.warn(Level.WARN, f"{told}: {fresh.handle} is lowered to {plain(left)}.", fresh)
        lower(draft, fresh, left)
        return
    draft.warn(Level.DANGER, f"{told}: {fresh.handle} is canceled, so that no more than wanted is filled.", fresh)
    seen = witness(fresh, draft.at.time_ns, EvidenceKind.CANCEL_SENT, f"{told}: cancel sent")
    draft.send_cancel(draft.keep(replace(seen, canceling=True), EvidenceKind.CANCEL_SENT))
