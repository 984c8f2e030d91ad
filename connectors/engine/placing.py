"""Creates: judged, written, sent once, and never again."""

from __future__ import annotations

from connectors.engine.draft import Draft
from connectors.engine.effects import Accepted, Commit, Declined, Level, OrderNow, Send
from connectors.engine.expiry import KEPT_HERE
from connectors.engine.inputs import Answer, Place, PlaceFailed
from connectors.engine.leaving import not_sent, why_not
from connectors.engine.lookup import begin
from connectors.engine.orders import Verdict, judge, witness
from connectors.engine.requests import emulates_expiry, force_of, request_of
from connectors.engine.risk import SECOND_NS, refuse
from connectors.engine.state import Pending
from connectors.model.changed import replace
from connectors.model.ids import ClientOrderId
from connectors.model.order import (
    EvidenceKind,
    Order,
    OrderStatus,
)
from connectors.ports.archive import Batch, JournalEntry


def on_place(draft: Draft, place: Place) -> None:
    """Write the intent of a new order; the same ticket again gets the first order."""
    known = draft.order(place.order_id)
    if known is not None:
        draft.do(Accepted(known))
        return
    if any(pending.order.order_id == place.order_id for pending in draft.state.pending.values()):
        return
    refusal = refuse(draft.state, place)
    if refusal is not None:
        draft.do(Declined(place.order_id, refusal.sentence, refusal.code))
        return
    order = intent(draft, place)
    if place.panic:
        _send_at_once(draft, place, order)
        return
    draft.count_create(place.account)
    state = draft.state
    token = state.next_token
    now = draft.at.mono_ns
    draft.state = replace(
        state,
        pending={**state.pending, token: Pending(order, request_of(place))},
        sends=(*(sent for sent in state.sends if sent > now - SECOND_NS), now),
        next_token=token + 1,
        next_handle=state.next_handle + 1,
    )
    entry = JournalEntry(0, draft.at.time_ns, EvidenceKind.INTENT, order)
    draft.do(Commit(Batch(entries=(entry,)), token))


def _send_at_once(draft: Draft, place: Place, order: Order) -> None:
    """A close in a panic never waits for the archive: its intent is in the rescue log before a byte leaves.

    A worker killed in between knows it for its own after a restart.
    """
    draft.state = replace(draft.state, next_handle=draft.state.next_handle + 1)
    draft.know(order)
    _write_aside(draft, order)
    draft.do(Accepted(order))
    draft.do(OrderNow(order))
    draft.do(Send(order.account, order.order_id, request_of(place)))


def _write_aside(draft: Draft, order: Order) -> None:
    entry = JournalEntry(0, draft.at.time_ns, EvidenceKind.INTENT, order)
    draft.do(Commit(Batch(entries=(entry,)), aside=True))


def intent(draft: Draft, place: Place) -> Order:
    """The record of an order that is about to be written for the first time."""
    emulated = emulates_expiry(place.time_in_force, place.capabilities)
    order = Order(
        order_id=place.order_id,
        account=place.account,
        epoch=draft.state.accounts[place.account].epoch,
        instrument=place.instrument.id,
        handle=f"k{draft.state.next_handle}",
        client_order_ids=(ClientOrderId(place.order_id.hex),),
        side=place.side,
        type=place.type,
        status=OrderStatus.SUBMITTING,
        created_ns=draft.at.time_ns,
        updated_ns=draft.at.time_ns,
        quantity=place.quantity,
        quote_quantity=place.quote_quantity,
        price=place.price,
        trigger_price=place.trigger_price,
        time_in_force=force_of(place.type, place.time_in_force),
        reduce_only=place.reduce_only,
        seen_price=place.seen_price,
        arrival_price=place.market.mid,
        expire_time_ns=place.expire_time_ns,
        emulated_expiry=emulated,
        trailing_delta=place.trailing_delta,
        iceberg_quantity=place.iceberg_quantity,
        self_trade_prevention=place.self_trade_prevention,
    )
    text = f"intent written to the journal; {KEPT_HERE}" if emulated else "intent written to the journal"
    return witness(order, draft.at.time_ns, EvidenceKind.INTENT, text)


def written(draft: Draft, pending: Pending) -> None:
    """The intent is on disk: the order exists, and may leave."""
    order = pending.order
    draft.know(order)
    why = _not_any_more(draft, pending)
    if why:
        draft.do(Accepted(not_sent(draft, order, f"{why} before anything was sent")))
        return
    # First of all: who waits for the answer is told while the request leaves, not before.
    draft.do(Send(order.account, order.order_id, pending.request))
    draft.do(Accepted(order))
    draft.do(OrderNow(order))


def _not_any_more(draft: Draft, pending: Pending) -> str:
    return "canceled" if pending.canceled else why_not(draft, pending.order)


def on_place_failed(draft: Draft, failed: PlaceFailed) -> None:
    """No report came back: refused for certain, or nobody knows."""
    order = draft.order(failed.order_id)
    if order is None:
        return
    if failed.answer is Answer.REFUSED:
        refused(draft, order, failed.sentence)
    else:
        lost(draft, order, failed.sentence)


def refused(draft: Draft, order: Order, sentence: str) -> None:
    """Refused for certain, unless the venue shows it alive."""
    verdict, name = judge(order.status, OrderStatus.REJECTED)
    seen = witness(order, draft.at.time_ns, EvidenceKind.REFUSED, sentence)
    if verdict is Verdict.NAMED:
        draft.keep(
            replace(seen, status=OrderStatus.REJECTED, reason=sentence, canceling=False, next_check_ns=None),
            EvidenceKind.REFUSED,
        )
        draft.check(order.order_id, None)
        return
    seen = draft.keep(seen, EvidenceKind.REFUSED)
    label = draft.state.label(order.account)
    draft.warn(Level.WARN, f"{label} refused {order.handle}, yet it is {order.status} ({name}). It is looked up.", seen)
    begin(draft, seen)


def lost(draft: Draft, order: Order, sentence: str) -> None:
    """Never REJECTED: what may have left may have arrived."""
    seen = witness(order, draft.at.time_ns, EvidenceKind.NO_ANSWER, sentence)
    if order.status is not OrderStatus.SUBMITTING:
        # The stream was faster than the answer that never came: there is evidence already.
        draft.keep(seen, EvidenceKind.NO_ANSWER)
        return
    seen = draft.keep(
        replace(seen, status=OrderStatus.UNKNOWN, reason=sentence, next_check_ns=draft.at.time_ns),
        EvidenceKind.NO_ANSWER,
    )
    label = draft.state.label(order.account)
    draft.warn(
        Level.DANGER, f"{order.handle} UNKNOWN: no answer from {label}. Looking it up. Do not place it again.", seen
    )
    begin(draft, seen)
