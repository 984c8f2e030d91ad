"""What protects a position, and what of it is bare: worked out from the orders that stand. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from connectors.model.order import Order, OrderType, Side
from connectors.model.position import Position
from tui.format import numbers
from tui.format.orders import STOPS

ZERO = Decimal(0)
HUNDRED = Decimal(100)


def exit_side(quantity: Decimal) -> Side:
    """The side that takes a position off."""
    return Side.SELL if quantity > 0 else Side.BUY


def stopped(position: Position, orders: Iterable[Order]) -> Decimal:
    """Base units of a position that stops stand for; those of one list count once, each by what is left of it.

    Args:
        position: What is held.
        orders: Orders of its account.
    """
    side = exit_side(position.quantity)
    found = [
        order.remaining or ZERO
        for order in orders
        if order.working and order.type in STOPS and order.side is side and order.instrument == position.instrument
    ]
    return min(sum(found, ZERO), abs(position.quantity))


def protected_words(position: Position, orders: Iterable[Order]) -> str:
    """``61 % stop``; empty where nothing protects it, or nothing is held."""
    covered = stopped(position, orders)
    if not position.quantity or not covered:
        return ""
    return f"{numbers.fixed(covered / abs(position.quantity) * HUNDRED, 0)} % stop"


def worst_case(position: Position, orders: Iterable[Order]) -> tuple[Decimal, Decimal, Decimal] | None:
    """What is lost if every stop fires at its trigger, before fees: (P&L there, what is covered, what is bare).

    Returns:
        None without a position or without a stop.
    """
    side, average = exit_side(position.quantity), position.average_entry
    left, gain = abs(position.quantity), ZERO
    for order in orders:
        if not (order.working and order.type in STOPS and order.side is side):
            continue
        if order.instrument != position.instrument or order.trigger_price is None or average is None:
            continue
        taken = min(order.remaining or ZERO, left)
        gain += (order.trigger_price - average) * taken * (1 if position.quantity > 0 else -1)
        left -= taken
    covered = abs(position.quantity) - left
    return (gain, covered, left) if covered else None


def stop_type(kinds: frozenset[OrderType]) -> OrderType | None:
    """How an instrument takes a stop: at market where it can; None where it takes none."""
    return next((kind for kind in (OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT) if kind in kinds), None)
