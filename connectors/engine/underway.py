"""How far changes of orders are, remembered while they are under way."""

from __future__ import annotations

from dataclasses import replace

from connectors.engine.draft import Draft
from connectors.engine.state import UnderWay
from connectors.model.ids import OrderId


def set_change(draft: Draft, order_id: OrderId, change: UnderWay | None) -> None:
    """Remember how far a change is, or that it is decided."""
    changes = {other: known for other, known in draft.state.changes.items() if other != order_id}
    if change is not None:
        changes[order_id] = change
    draft.state = replace(draft.state, changes=changes)
