"""Which orders are listed, and in what order. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum

from connectors.model.order import Order, OrderStatus


class OrderTab(Enum):
    """Which orders are listed."""

    WORKING = "working"
    UNKNOWN = "unknown"
    DONE = "done"
    ALL = "all"
    FILLS = "fills"
    """Their fills, in a list of their own."""
    STATISTICS = "stats"
    """How well they were executed, by day or instrument."""

    @property
    def lists_orders(self) -> bool:
        """Whether its list is one of orders."""
        return self not in {OrderTab.FILLS, OrderTab.STATISTICS}

    def holds(self, order: Order) -> bool:
        """Whether an order is listed under this tab."""
        if self is OrderTab.WORKING:
            return order.working
        if self is OrderTab.UNKNOWN:
            return order.status is OrderStatus.UNKNOWN
        return self is OrderTab.ALL or (self is OrderTab.DONE and not order.working)


class OrderSort(Enum):
    """What the list is sorted by; UNKNOWN ones stand first all the same: they are the worry."""

    NEWEST = "time ↓"
    OLDEST = "time ↑"
    INSTRUMENT = "instrument"
    PRICE = "price ↓"
    STATE = "state"

    def sorted(self, orders: Sequence[Order]) -> list[Order]:
        """In this order; orders come newest first, and equal ones stay so."""
        listed = list(reversed(orders)) if self is OrderSort.OLDEST else list(orders)
        if self is OrderSort.INSTRUMENT:
            listed.sort(key=lambda order: (order.instrument.symbol, order.side.value))
        elif self is OrderSort.PRICE:
            listed.sort(key=lambda order: order.trigger_price or order.price or Decimal(0), reverse=True)
        elif self is OrderSort.STATE:
            listed.sort(key=lambda order: order.status.value)
        listed.sort(key=lambda order: order.status is not OrderStatus.UNKNOWN)
        return listed
