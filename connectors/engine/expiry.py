"""Orders that expire at a venue which knows no GTD: the desk cancels them at their time, as long as the worker lives.

The status stays the venue's word: such an order ends CANCELED. One whose time passed while no worker lived, or while
its account could not be reached, is cancelled as soon as the account is up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connectors.engine.orders import witness
from connectors.model.changed import replace
from connectors.model.ids import OrderId
from connectors.model.order import FINAL, EvidenceKind, Order

if TYPE_CHECKING:
    from connectors.engine.draft import Draft

SECOND_NS = 1_000_000_000

LOOK_AGAIN_NS = 30 * SECOND_NS
"""The clock on the wall is looked at again after so long at the latest: it may be set, and machines sleep."""

KEPT_HERE = "its expiry is kept by the desk, not by the venue: it needs the worker alive"


def with_expiry(expiries: Mapping[OrderId, int], order: Order, time_ns: int, mono_ns: int) -> Mapping[OrderId, int]:
    """When each such order is to be looked at next, by the monotonic clock, with one order's newest record."""
    wanted = order.emulated_expiry and order.expire_time_ns is not None and order.status not in FINAL
    if not wanted:
        if order.order_id not in expiries:
            return expiries
        return {other: due for other, due in expiries.items() if other != order.order_id}
    if order.order_id in expiries:
        return expiries
    return {**expiries, order.order_id: _due(order, time_ns, mono_ns)}


def _due(order: Order, time_ns: int, mono_ns: int) -> int:
    left = (order.expire_time_ns or 0) - time_ns
    return mono_ns + min(max(left, 0), LOOK_AGAIN_NS)


def expire_due(draft: Draft) -> None:
    """Cancel what is due, of accounts that can be told; what was cancelled in vain is tried again after a while."""
    for order_id, due in draft.state.expiries.items():
        order = draft.state.orders[order_id]
        if due > draft.at.mono_ns or not draft.state.is_up(order.account):
            continue
        over = (order.expire_time_ns or 0) <= draft.at.time_ns
        later = draft.at.mono_ns + LOOK_AGAIN_NS if over else _due(order, draft.at.time_ns, draft.at.mono_ns)
        draft.state = replace(draft.state, expiries={**draft.state.expiries, order_id: later})
        if over and not order.canceling and draft.state.in_its_life(order):
            _expire(draft, order)


def _expire(draft: Draft, order: Order) -> None:
    late_s = (draft.at.time_ns - (order.expire_time_ns or 0)) // SECOND_NS
    text = "its time is over: cancel sent" if late_s <= 1 else f"its time was over {late_s} s ago: cancel sent"
    seen = witness(order, draft.at.time_ns, EvidenceKind.CANCEL_SENT, text)
    draft.send_cancel(draft.keep(replace(seen, canceling=True), EvidenceKind.CANCEL_SENT))
