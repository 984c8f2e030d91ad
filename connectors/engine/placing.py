"""Creates: judged, written, sent once, and never again."""

from __future__ import annotations

from dataclasses import replace

from connectors.engine.draft import Draft
from connectors.engine.effects import Accepted, Commit, Declined, Level, OrderNow, Send
from connectors.engine.inputs import Answer, CommitFailed, Committed, Place, PlaceFailed, Sending
from connectors.engine.lookup import begin
from connectors.engine.orders import Verdict, judge, witness
from connectors.engine.risk import SECOND_NS, refuse
from connectors.engine.state import Pending
from connectors.model.ids import ClientOrderId, Product
from connectors.model.order import (
    EvidenceKind,
    Order,
    OrderRequest,
    OrderStatus,
    OrderType,
    TimeInForce,
)
from connectors.ports.archive import Batch, JournalEntry

_FORCED = frozenset({OrderType.LIMIT, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT_LIMIT})


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
    order = _intent(draft, place)
    if place.panic:
        _send_at_once(draft, place, order)
        return
    state = draft.state
    token = state.next_token
    now = draft.at.mono_ns
    draft.state = replace(
        state,
        pending={**state.pending, token: Pending(order, _request(place, order))},
        sends=(*(sent for sent in state.sends if sent > now - SECOND_NS), now),
        next_token=token + 1,
        next_handle=state.next_handle + 1,
    )
    entry = JournalEntry(0, draft.at.time_ns, EvidenceKind.INTENT, order)
    draft.do(Commit(Batch(entries=(entry,)), token))


def _send_at_once(draft: Draft, place: Place, order: Order) -> None:
    """A close in a panic never waits for the disk: written beside being sent, and kept elsewhere if it must be."""
    draft.state = replace(draft.state, next_handle=draft.state.next_handle + 1)
    order = draft.keep(order, EvidenceKind.INTENT)
    draft.do(Accepted(order))
    draft.do(Send(order.account, order.order_id, _request(place, order)))


def _intent(draft: Draft, place: Place) -> Order:
    force = place.time_in_force or (TimeInForce.GTC if place.type in _FORCED else None)
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
        time_in_force=force,
        reduce_only=place.reduce_only,
        seen_price=place.seen_price,
    )
    return witness(order, draft.at.time_ns, EvidenceKind.INTENT, "intent written to the journal")


def _request(place: Place, order: Order) -> OrderRequest:
    return OrderRequest(
        instrument=order.instrument,
        client_order_id=order.client_order_id,
        side=order.side,
        type=order.type,
        quantity=order.quantity,
        quote_quantity=order.quote_quantity,
        price=order.price,
        trigger_price=order.trigger_price,
        time_in_force=order.time_in_force,
        # On spot it is the desk's own rule; no venue knows the word there.
        reduce_only=place.reduce_only and place.instrument.id.product is not Product.SPOT,
    )


def _take_pending(draft: Draft, token: int) -> Pending | None:
    pending = dict(draft.state.pending)
    found = pending.pop(token, None)
    draft.state = replace(draft.state, pending=pending)
    return found


def on_committed(draft: Draft, committed: Committed) -> None:
    """The intent is on disk: the order exists, and may leave."""
    pending = _take_pending(draft, committed.token)
    if pending is None:
        return
    order = pending.order
    draft.know(order)
    if pending.canceled:
        text = "canceled before anything was sent"
        gone = witness(order, draft.at.time_ns, EvidenceKind.CANCEL_SENT, text)
        order = draft.keep(replace(gone, status=OrderStatus.CANCELED, reason=text), EvidenceKind.CANCEL_SENT)
        draft.do(Accepted(order))
        return
    draft.do(Accepted(order))
    draft.do(OrderNow(order))
    draft.do(Send(order.account, order.order_id, pending.request))


def on_commit_failed(draft: Draft, failed: CommitFailed) -> None:
    """The intent could not be written: there is no order, and nothing leaves."""
    pending = _take_pending(draft, failed.token)
    if pending is not None:
        sentence = f"The order was not sent, because it could not be written down first. {failed.sentence}"
        draft.do(Declined(pending.order.order_id, sentence, "ARCHIVE", archive=True))


def on_sending(draft: Draft, sending: Sending) -> None:
    """The first byte may leave."""
    order = draft.order(sending.order_id)
    if order is not None and order.sent_ns is None:
        seen = witness(order, draft.at.time_ns, EvidenceKind.SENT, "request sent")
        draft.keep(replace(seen, sent_ns=draft.at.time_ns), EvidenceKind.SENT)


def on_place_failed(draft: Draft, failed: PlaceFailed) -> None:
    """No report came back: refused for certain, or nobody knows."""
    order = draft.order(failed.order_id)
    if order is None:
        return
    if failed.answer is Answer.REFUSED:
        _refused(draft, order, failed.sentence)
    else:
        _lost(draft, order, failed)


def _refused(draft: Draft, order: Order, sentence: str) -> None:
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


def _lost(draft: Draft, order: Order, failed: PlaceFailed) -> None:
    """Never REJECTED: what may have left may have arrived."""
    seen = witness(order, draft.at.time_ns, EvidenceKind.NO_ANSWER, failed.sentence)
    if order.status is not OrderStatus.SUBMITTING:
        # The stream was faster than the answer that never came: there is evidence already.
        draft.keep(seen, EvidenceKind.NO_ANSWER)
        return
    seen = draft.keep(
        replace(seen, status=OrderStatus.UNKNOWN, reason=failed.sentence, next_check_ns=draft.at.time_ns),
        EvidenceKind.NO_ANSWER,
    )
    label = draft.state.label(order.account)
    draft.warn(
        Level.DANGER, f"{order.handle} UNKNOWN: no answer from {label}. Looking it up. Do not place it again.", seen
    )
    begin(draft, seen)
