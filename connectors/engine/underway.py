"""How far changes of orders are, remembered while they are under way."""

from __future__ import annotations

from connectors.engine.draft import Draft
from connectors.engine.effects import Level
from connectors.engine.orders import witness
from connectors.engine.state import UnderWay
from connectors.model.changed import replace
from connectors.model.ids import OrderId
from connectors.model.order import EvidenceKind, Order


def set_change(draft: Draft, order_id: OrderId, change: UnderWay | None) -> None:
    """Remember how far a change is, or that it is decided."""
    changes = {other: known for other, known in draft.state.changes.items() if other != order_id}
    if change is not None:
        changes[order_id] = change
    draft.state = replace(draft.state, changes=changes)


def stands(draft: Draft, order: Order, why: str, *, refused: bool = False) -> None:
    """A change did not take place: the order is as it was."""
    set_change(draft, order.order_id, None)
    text = f"change refused: {why}" if refused else f"not changed: {why}"
    seen = witness(order, draft.at.time_ns, EvidenceKind.AMEND_REFUSED, text)
    seen = draft.keep(replace(seen, amending=None), EvidenceKind.AMEND_REFUSED)
    draft.warn(Level.WARN, f"{order.handle} was not changed and is {order.status}: {why}", seen)
