"""Changes of open orders: judged as the orders they would make, in place where the venue can, one at a time.

The record changes on the venue's word alone; until then the change is an overlay, and risk counts the worse of both.
What only lowers a quantity does not wait for the archive. A change is asked for once: one that nobody answered is
looked up until an unchanged order, seen after the venue could no longer take it, proves that it never happened.
"""

from __future__ import annotations

from decimal import Decimal

from connectors.engine import replacing
from connectors.engine.draft import Draft
from connectors.engine.effects import Accepted, Declined, Level, SendAmend, Withhold
from connectors.engine.filters import plain
from connectors.engine.inputs import Amend, AmendEnded, Answer, ChangeSending, Place
from connectors.engine.leaving import why_not
from connectors.engine.lookup import begin
from connectors.engine.orders import witness
from connectors.engine.reporting import take
from connectors.engine.risk import Refusal, refuse, refuse_form
from connectors.engine.risk.exposure import cost, reference
from connectors.engine.state import State, UnderWay
from connectors.engine.terms import told
from connectors.engine.underway import set_change, stands
from connectors.model import capabilities
from connectors.model.capabilities import Support
from connectors.model.change import AmendRequest
from connectors.model.changed import replace
from connectors.model.ids import OrderId
from connectors.model.order import FINAL, Amending, EvidenceKind, Order, OrderStatus, Side

_IN_PLACE = frozenset({capabilities.Amend.NATIVE, capabilities.Amend.QUANTITY_DOWN_ONLY})


def on_amend(draft: Draft, amend: Amend) -> None:
    """Ask for a change; the same change again is answered with what became of the first."""
    order = draft.order(amend.order_id)
    if _asked_before(draft, order, amend):
        return
    if order is None:
        draft.do(Declined(amend.order_id, "There is no such order here.", "UNKNOWN_ORDER", ticket=amend.amend_id))
        return
    refusal = _not_now(draft.state, order) or _pointless(order, amend)
    in_place = _in_place(order, amend)
    if refusal is None and not in_place:
        refusal = _no_replace(order, amend)
    if refusal is None:
        refusal = _judge(draft.state, order, amend, in_place=in_place)
    if refusal is not None:
        draft.do(Declined(order.order_id, refusal.sentence, refusal.code, ticket=amend.amend_id))
    elif in_place:
        _change_in_place(draft, order, amend)
    else:
        at_once = amend.capabilities.replace is Support.NATIVE
        replacing.begin_replacing(draft, order, amend, _as_wanted(order, amend, in_place=False), at_once=at_once)


def _asked_before(draft: Draft, order: Order | None, amend: Amend) -> bool:
    if amend.amend_id in draft.state.orders:
        draft.do(Accepted(draft.state.orders[amend.amend_id], amend.amend_id))
        return True
    if order is None or amend.amend_id not in order.amend_ids:
        return False
    waiting = any(amend.amend_id == change for _order, change in draft.state.committing.values())
    if not waiting and not any(one.order.order_id == amend.amend_id for one in draft.state.pending.values()):
        draft.do(Accepted(order, amend.amend_id))
    return True


# --- what is refused


def _not_now(state: State, order: Order) -> Refusal | None:
    reasons = (
        ("LIFE", not state.in_its_life(order), "belongs to an earlier life of the venue: there is nothing to change"),
        ("FINAL", order.status in FINAL, f"is {order.status}: there is nothing to change"),
        ("UNKNOWN", order.status is OrderStatus.UNKNOWN, "is UNKNOWN and being looked up. Change it once it is found"),
        ("SUBMITTING", order.status is OrderStatus.SUBMITTING, "has no answer yet. Change it once the venue took it"),
        ("CANCELING", order.canceling, "is being canceled: it is not changed any more"),
        ("AMENDING", order.amending is not None, "is being changed already: one change at a time"),
        ("QUOTE_SIZE", order.quantity is None, "is sized in quote: it cannot be changed. Cancel it"),
    )
    return next((Refusal(f"{order.handle} {why}.", code) for code, true, why in reasons if true), None)


def _pointless(order: Order, amend: Amend) -> Refusal | None:
    wanted = (amend.quantity, amend.price, amend.trigger_price)
    now = (order.quantity, order.price, order.trigger_price)
    if all(new in {None, old} for new, old in zip(wanted, now, strict=True)):
        return Refusal(f"That changes nothing of {order.handle}. Nothing was sent.", "SAME")
    if amend.quantity is not None and amend.quantity <= order.filled + order.prevented:
        done = plain(order.filled + order.prevented, amend.instrument.size_decimals)
        return Refusal(
            f"{order.handle} has {done} {amend.instrument.base} done: its size must be above that. Or cancel it.",
            "FILLED",
        )
    return None


def _in_place(order: Order, amend: Amend) -> bool:
    """Whether the venue can change the order where it stands."""
    can = amend.capabilities
    if can.amend not in _IN_PLACE or not amend.instrument.amend:
        return False
    if _moves(order, amend) and not can.amend_price:
        return False
    raised = amend.quantity is not None and amend.quantity > (order.quantity or Decimal(0))
    return not (raised and can.amend is capabilities.Amend.QUANTITY_DOWN_ONLY)


def _no_replace(order: Order, amend: Amend) -> Refusal | None:
    can = amend.capabilities
    if can.replace is Support.MISSING or (can.replace is Support.NATIVE and not amend.instrument.replace):
        return Refusal(f"{can.venue} cannot change {order.handle} so. Cancel it, and place another.", "AMEND")
    if order.list_id is not None or order.venue_list_id is not None:
        return Refusal(f"{order.handle} is one of a list: replacing it would end the list. Cancel the list.", "LIST")
    return None


def _judge(state: State, order: Order, amend: Amend, *, in_place: bool) -> Refusal | None:
    """Hold the order as it would be against filters and, where it raises risk, the desk's limits."""
    place = _as_wanted(order, amend, in_place=in_place)
    if in_place and _lowers(order, amend):
        return refuse_form(state, place)
    return refuse(_without(state, order, place, in_place=in_place), place)


def _as_wanted(order: Order, amend: Amend, *, in_place: bool) -> Place:
    """The order as it would be: whole in its place, or what is not filled yet as a new one."""
    whole = amend.quantity if amend.quantity is not None else order.quantity or Decimal(0)
    return Place(
        order_id=amend.amend_id,
        account=order.account,
        instrument=amend.instrument,
        capabilities=amend.capabilities,
        market=amend.market,
        side=order.side,
        type=order.type,
        at=amend.at,
        quantity=whole if in_place else whole - order.filled,
        price=order.price if amend.price is None else amend.price,
        trigger_price=order.trigger_price if amend.trigger_price is None else amend.trigger_price,
        time_in_force=order.time_in_force,
        reduce_only=order.reduce_only,
        seen_price=amend.seen_price,
        from_book=amend.from_book,
        expire_time_ns=order.expire_time_ns,
        trailing_delta=order.trailing_delta,
        iceberg_quantity=order.iceberg_quantity,
        self_trade_prevention=order.self_trade_prevention,
    )


def _without(state: State, order: Order, place: Place, *, in_place: bool) -> State:
    """The state as if the order were not there, and what it locks free: the changed one takes its place."""
    live = {order_id: None for order_id in state.live if order_id != order.order_id}
    held = state.balances.get(order.account)
    asset = place.instrument.quote if order.side is Side.BUY else place.instrument.base
    kept = held.get(asset) if held is not None else None
    locked = cost(order if in_place else replace(order, quantity=order.remaining), reference(place))
    if held is None or kept is None or locked is None:
        return replace(state, live=live)
    freed = replace(kept, free=kept.free + locked)
    return replace(state, live=live, balances={**state.balances, order.account: {**held, asset: freed}})


# --- in place


def _change_in_place(draft: Draft, order: Order, amend: Amend) -> None:
    wanted = Amending(draft.at.time_ns, amend.quantity, amend.price, amend.trigger_price)
    order = _overlay(draft, order, wanted, amend.amend_id)
    if _lowers(order, amend):
        draft.do(Accepted(order, amend.amend_id))
        _send(draft, order)
        return
    token = draft.token()
    draft.state = replace(draft.state, committing={**draft.state.committing, token: (order.order_id, amend.amend_id)})
    draft.commit(token)


def _overlay(draft: Draft, order: Order, wanted: Amending, amend_id: OrderId | None) -> Order:
    seen = witness(order, draft.at.time_ns, EvidenceKind.AMEND_SENT, f"change asked: {told(order, wanted)}")
    ids = order.amend_ids if amend_id is None else (*order.amend_ids, amend_id)
    set_change(draft, order.order_id, UnderWay(draft.at.mono_ns))
    return draft.keep(replace(seen, amending=wanted, amend_ids=ids), EvidenceKind.AMEND_SENT)


def lower(draft: Draft, order: Order, quantity: Decimal) -> None:
    """Take some of an order's quantity away; it waits for nothing and keeps its client id."""
    order = _overlay(draft, order, Amending(draft.at.time_ns, quantity), None)
    _send(draft, order)


def _send(draft: Draft, order: Order) -> None:
    """Ask for it. The order keeps its client id: by another one the archive could not find it again."""
    wanted = order.amending
    if wanted is None:
        return
    request = AmendRequest(
        order.instrument,
        order.client_order_id,
        order.venue_order_id,
        order.client_order_id,
        wanted.quantity,
        wanted.price,
        wanted.trigger_price,
    )
    set_change(draft, order.order_id, UnderWay(draft.at.mono_ns))
    draft.do(SendAmend(order.account, order.order_id, request, wanted.since_ns))


def written(draft: Draft, order_id: OrderId, amend_id: OrderId) -> None:
    """The intent of a change in place is on disk: it may leave, if the order is still what it was."""
    order = draft.state.orders[order_id]
    wanted = order.amending
    if wanted is None or order.amend_ids[-1:] != (amend_id,):
        pass  # it was decided before it was sent, and another change may be under way by now
    elif why := _not_any_more(draft, order, wanted):
        stands(draft, order, why)
    else:
        _send(draft, order)
    draft.do(Accepted(draft.state.orders[order_id], amend_id))


def _not_any_more(draft: Draft, order: Order, wanted: Amending) -> str:
    """Why a change that was decided may not leave after all; empty where it may."""
    if order.status in FINAL or order.canceling or not draft.state.in_its_life(order):
        return "it ended before its change was sent"
    if wanted.quantity is not None and wanted.quantity <= order.filled:
        return "more was filled meanwhile than it was to be made"
    if _lowers(order, wanted):
        return ""
    larger = wanted.quantity is not None and wanted.quantity > (order.quantity or Decimal(0))
    why = why_not(draft, replace(order, quantity=wanted.quantity) if larger else order)
    return f"{why} meanwhile" if why else ""


def _moves(order: Order, wanted: Amending | Amend) -> bool:
    return wanted.price not in {None, order.price} or wanted.trigger_price not in {None, order.trigger_price}


def _lowers(order: Order, wanted: Amending | Amend) -> bool:
    return (
        not _moves(order, wanted) and wanted.quantity is not None and wanted.quantity < (order.quantity or Decimal(0))
    )


def on_change_sending(draft: Draft, sending: ChangeSending) -> None:
    """The first byte of a change may leave now, unless something forbids it by now: then the order stands."""
    order = draft.order(sending.order_id)
    wanted = order.amending if order is not None else None
    if order is None or wanted is None or wanted.since_ns != sending.since_ns:
        draft.do(Withhold(sending.order_id, ""))  # the venue's word decided it
        return
    why = _not_any_more(draft, order, wanted)
    if not why and sending.forbidden and not (order.reduce_only or _lowers(order, wanted)):
        why = sending.forbidden
    if why:
        stands(draft, order, why)
        draft.do(Withhold(order.order_id, why))


def unwritten(draft: Draft, order_id: OrderId, amend_id: OrderId, sentence: str) -> None:
    """The intent of a change could not be written: there is none, and the same may be asked again."""
    order = draft.state.orders[order_id]
    ids = tuple(known for known in order.amend_ids if known != amend_id)
    set_change(draft, order_id, None)
    seen = witness(
        order, draft.at.time_ns, EvidenceKind.AMEND_REFUSED, "not changed: it could not be written down first"
    )
    draft.keep(replace(seen, amending=None, amend_ids=ids), EvidenceKind.AMEND_REFUSED)
    told_why = f"{order.handle} was not changed, because it could not be written down first. {sentence}"
    draft.do(Declined(order_id, told_why, "ARCHIVE", archive=True, ticket=amend_id))


def on_amend_ended(draft: Draft, ended: AmendEnded) -> None:
    """The venue answered a change in place, or did not."""
    order = draft.order(ended.order_id)
    if order is None or not draft.state.in_its_life(order):
        return
    if ended.report is not None:
        take(draft, order.account, ended.report)
        order = draft.state.orders[ended.order_id]
    if order.amending is None or order.amending.since_ns != ended.since_ns:
        return  # decided already, maybe another one is under way by now
    if ended.answer is Answer.REFUSED:
        stands(draft, order, ended.sentence, refused=True)
        return
    set_change(draft, order.order_id, UnderWay(draft.at.mono_ns, in_flight=False))
    why = ended.sentence or "the answer shows it unchanged"
    seen = witness(order, draft.at.time_ns, EvidenceKind.NO_ANSWER, f"change: {why}")
    seen = draft.keep(seen, EvidenceKind.NO_ANSWER)
    label = draft.state.label(order.account)
    draft.warn(Level.DANGER, f"{order.handle}: no answer from {label} to its change. Looking it up.", seen)
    begin(draft, seen)
