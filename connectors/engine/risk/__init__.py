"""Pre-trade checks: what the desk refuses before anything is written or sent; each refusal names a way out."""

from __future__ import annotations

from collections.abc import Callable

from connectors.engine.inputs import Place
from connectors.engine.risk import limits, order
from connectors.engine.risk.exposure import UNSEEN
from connectors.engine.risk.limits import SECOND_NS
from connectors.engine.risk.refusal import Refusal
from connectors.engine.state import State

__all__ = ["SECOND_NS", "UNSEEN", "Refusal", "refuse"]

_CHECKS: tuple[Callable[[State, Place], Refusal | None], ...] = (
    limits.trading,
    order.reachable,
    order.market_open,
    order.sized,
    order.complete,
    order.supported,
    order.filters,
    order.book_believed,
    limits.collar,
    limits.order_count,
    limits.rate,
    limits.balance,
    limits.hard_line,
)
"""In the order in which a trader can do something about them."""


_PANIC_CHECKS: tuple[Callable[[State, Place], Refusal | None], ...] = (
    limits.closes,
    order.reachable,
    order.market_open,
    order.sized,
    order.complete,
    order.supported,
    order.filters,
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
