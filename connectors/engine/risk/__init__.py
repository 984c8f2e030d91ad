"""Pre-trade checks: what the desk refuses before anything is written or sent; each refusal names a way out."""

from __future__ import annotations

from collections.abc import Callable

from connectors.engine.inputs import Place
from connectors.engine.risk import limits, order, value, venue_counts
from connectors.engine.risk.exposure import UNSEEN
from connectors.engine.risk.limits import SECOND_NS
from connectors.engine.risk.refusal import Refusal
from connectors.engine.state import State

__all__ = ["SECOND_NS", "UNSEEN", "Refusal", "refuse", "refuse_form"]

_CHECKS: tuple[Callable[[State, Place], Refusal | None], ...] = (
    limits.trading,
    order.reachable,
    order.market_open,
    order.sized,
    order.supported,
    order.filters,
    order.complete,
    order.book_believed,
    limits.collar,
    limits.order_count,
    venue_counts.most_orders,
    venue_counts.most_held,
    limits.rate,
    limits.balance,
    value.order_value,
    value.order_amount,
    value.position_value,
)
"""In the order in which a trader can do something about them."""


_PANIC_CHECKS: tuple[Callable[[State, Place], Refusal | None], ...] = (
    limits.closes,
    order.reachable,
    order.market_open,
    order.sized,
    order.supported,
    order.filters,
    order.complete,
    limits.collar,
    limits.balance,
)
"""Of an order that closes in a panic: no halt, count or rate of the desk's own stops it, and it can only shrink."""


def refuse(state: State, place: Place) -> Refusal | None:
    """The first reason not to place an order; None when there is none."""
    for check in _PANIC_CHECKS if place.panic else _CHECKS:
        refusal = check(state, place)
        if refusal is not None:
            return refusal
    return None


_FORM_CHECKS: tuple[Callable[[State, Place], Refusal | None], ...] = (
    order.reachable,
    order.market_open,
    order.sized,
    order.supported,
    order.filters,
    order.complete,
)
"""What must hold of an order that raises no risk: one made smaller, or an exit that waits for its entry."""


def refuse_form(state: State, place: Place) -> Refusal | None:
    """The first reason why an order cannot be said at its venue, whatever the desk's own limits are."""
    return next((refusal for check in _FORM_CHECKS if (refusal := check(state, place)) is not None), None)
