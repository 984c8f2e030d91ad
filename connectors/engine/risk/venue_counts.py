"""Filters of the venue that count what is there already: orders, triggers, icebergs, and how much may be held.

Binance spot, "Filters": MAX_NUM_ORDERS, MAX_NUM_ALGO_ORDERS, MAX_NUM_ICEBERG_ORDERS, MAX_POSITION; zero is off. What
nobody knows the end of counts as working: the venue may hold it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal

from connectors.engine.filters import lot, plain
from connectors.engine.inputs import Place
from connectors.engine.risk.exposure import in_place_of, open_orders, reference, waiting
from connectors.engine.risk.refusal import Refusal
from connectors.engine.state import State
from connectors.model.legality import TRIGGERED
from connectors.model.order import Order, OrderType, Side

_TRIGGERS = TRIGGERED | {OrderType.TRAILING}


def most_orders(state: State, place: Place) -> Refusal | None:
    """Open orders of the instrument, of a kind where the order is of it."""
    filters, symbol = place.instrument.filters, place.instrument.symbol
    kinds: list[tuple[str, str, int, Callable[[Order | Place], bool]]] = [
        ("MAX_NUM_ORDERS", "orders", filters.max_open_orders, lambda _order: True),
        ("MAX_NUM_ALGO_ORDERS", "trigger orders", filters.max_trigger_orders, lambda order: order.type in _TRIGGERS),
        (
            "MAX_NUM_ICEBERG_ORDERS",
            "iceberg orders",
            filters.max_iceberg_orders,
            lambda order: order.iceberg_quantity is not None,
        ),
    ]
    working = open_orders(state, place)
    twice = in_place_of(working)
    working = [order for order in working if order.order_id not in twice]
    for name, what, most, counts in kinds:
        count = sum(counts(order) for order in working)
        if most and counts(place) and count >= most:
            return Refusal(f"{count} {what} work in {symbol}; {most} is the most ({name}). Cancel one first.", name)
    return None


def most_held(state: State, place: Place) -> Refusal | None:
    """What a buy could leave in the account, with everything else that buys."""
    filters, instrument = place.instrument.filters, place.instrument
    balances = state.balances.get(place.account)
    if not filters.max_position or place.side is not Side.BUY or balances is None:
        return None
    held = balances[instrument.base].total if instrument.base in balances else Decimal(0)
    price = reference(place)
    size = place.quantity
    if size is None and place.quote_quantity is not None and price:
        size = place.quote_quantity / price
    room = filters.max_position - held - waiting(state, place)
    if size is None or size <= room:
        return None
    _name, step, least, _most = lot(filters, place.type)
    fits = (room / step).to_integral_value(ROUND_FLOOR) * step
    digits = instrument.size_decimals
    way_out = (
        f"Largest size here: {plain(fits, digits)}." if fits >= max(least, step) else "No size here is small enough."
    )
    total = plain((filters.max_position - room + size).quantize(step), digits)
    return Refusal(
        f"This would make {total} {instrument.base}; {plain(filters.max_position, digits)} is the most"
        f" (MAX_POSITION). {way_out}",
        "MAX_POSITION",
    )
