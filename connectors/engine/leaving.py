"""What forbids that a request leaves: asked when its intent is on disk, and again exactly before its bytes leave.

Between a key press and the wire lie a commit, a wait for the venue's limits, a connection that is made anew, and the
one second send after a refusal of our clock. A halt, a lock, a cancel, a cover or a wipe may come in any of them, and
holds from then on. What only reduces risk is held back by none but those that make it something else.
"""

from __future__ import annotations

from collections.abc import Collection

from connectors.engine.draft import Draft
from connectors.engine.effects import Level, Withhold
from connectors.engine.inputs import Sending, Trading
from connectors.engine.orders import witness
from connectors.engine.risk.exposure import shrinks
from connectors.engine.state import State, UnderWay
from connectors.engine.underway import set_change
from connectors.model.changed import replace
from connectors.model.ids import OrderId
from connectors.model.order import EvidenceKind, Kinship, Order, OrderStatus


def why_not(draft: Draft, order: Order, without: Collection[OrderId] = ()) -> str:
    """Why an order may not leave now, in a few words; empty where nothing forbids it.

    Args:
        draft: The engine's step.
        order: As it would be sent.
        without: Other orders that do not count beside it: those of its list.
    """
    state = draft.state
    if order.emulated_expiry and (order.expire_time_ns or 0) <= draft.at.time_ns:
        return "expired"
    if not state.in_its_life(order):
        return "the venue began a new life"
    if not state.is_up(order.account):
        return f"{state.label(order.account)} could not be heard any more"
    if state.trading is Trading.HALTED and not order.reduce_only:
        return "halted"
    return why_only_less(state, order, without)


def why_only_less(state: State, order: Order, without: Collection[OrderId] = ()) -> str:
    """Why only an order that shrinks the position may leave, where this one does not; empty otherwise."""
    day = state.days.get(order.account)
    locked = day is not None and day.locked_ns is not None
    if not (locked or order.reduce_only or state.trading is not Trading.ACTIVE) or _waits_for_its_entry(order):
        return ""
    old = (order.parent,) if order.kinship is Kinship.REPLACED and order.parent is not None else ()
    if shrinks(state, order, {order.order_id, *old, *without}):
        return ""
    if locked:
        return "the loss lock shut"
    return "the position it reduces shrank" if order.reduce_only else "REDUCING was set"


def _waits_for_its_entry(order: Order) -> bool:
    """An exit of an entry sells what is not there yet: the entry is what is judged."""
    return order.kinship is Kinship.TRIGGERED


def why_not_whole(draft: Draft, orders: Collection[Order]) -> str:
    """The same of all orders that leave in one request: what forbids one of them forbids all."""
    ids = [order.order_id for order in orders]
    return next((why for order in orders if (why := why_not(draft, order, ids))), "")


def on_sending(draft: Draft, sending: Sending) -> None:
    """The first byte may leave now, unless something forbids it by now: then nothing leaves, and that is the end."""
    ids = (sending.order_id, *sending.others)
    orders = [order for order_id in ids if (order := draft.order(order_id)) is not None]
    over = any(order.status is not OrderStatus.SUBMITTING for order in orders)
    why = _why_held(draft, orders, sending.forbidden)
    if not (over or why):
        for order in orders:
            if order.sent_ns is None:
                seen = witness(order, draft.at.time_ns, EvidenceKind.SENT, "request sent")
                draft.keep(replace(seen, sent_ns=draft.at.time_ns), EvidenceKind.SENT)
        return
    for order in orders:
        # One that is known to be over, or to live, is not sent once more, and there is nothing to say of it.
        if order.status is OrderStatus.SUBMITTING:
            again = "not sent again after the venue refused it" if order.sent_ns is not None else "not sent"
            gone = not_sent(draft, order, f"{again}: {why}" if why else again)
            draft.warn(Level.WARN, f"{gone.handle} was {gone.reason}.", gone)
            _tell_parent(draft, order)
        draft.do(Withhold(order.order_id, why))


def _why_held(draft: Draft, orders: Collection[Order], forbidden: str) -> str:
    if any(order.canceling for order in orders):
        return "canceled"
    if forbidden and not all(order.reduce_only for order in orders):
        return forbidden
    return why_not_whole(draft, orders)


def _tell_parent(draft: Draft, fresh: Order) -> None:
    """The order in whose place it was to be created waits for no answer any more."""
    parent = draft.order(fresh.parent) if fresh.parent is not None else None
    if parent is not None and parent.amending is not None and parent.amending.replacement == fresh.order_id:
        set_change(draft, parent.order_id, UnderWay(draft.at.mono_ns, in_flight=False))


def not_sent(draft: Draft, order: Order, text: str) -> Order:
    """End an order of which nothing has left, or nothing that the venue took."""
    gone = witness(order, draft.at.time_ns, EvidenceKind.CANCEL_SENT, text)
    gone = replace(gone, status=OrderStatus.CANCELED, reason=text, canceling=False, next_check_ns=None)
    draft.check(order.order_id, None)
    return draft.keep(gone, EvidenceKind.CANCEL_SENT)
