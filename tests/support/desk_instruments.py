"""Instruments of the desk's tests."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from connectors.model.instrument import Instrument
from connectors.model.order import OrderType, TimeInForce
from support import pane_facts


def instruments() -> tuple[Instrument, ...]:
    """BTCUSDT and ETHUSDT with the filters of a real venue."""
    made = []
    for symbol, step in (("BTCUSDT", "0.00001"), ("ETHUSDT", "0.0001")):
        plain = pane_facts.instrument(symbol, step=step)
        filters = replace(
            plain.filters,
            min_price=Decimal("0.01"),
            max_price=Decimal(1_000_000),
            min_quantity=Decimal(step),
            max_quantity=Decimal(9_000),
            min_notional=Decimal(5),
        )
        kinds = frozenset({OrderType.LIMIT, OrderType.MARKET, OrderType.LIMIT_MAKER})
        times = frozenset({TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK})
        made.append(replace(plain, filters=filters, order_types=kinds, times_in_force=times))
    return tuple(made)
