"""How much stands before my order at its price: an estimate, and always written with ``~``.

At the acknowledgement the displayed size less my own is ahead. Trades at the price take from it; what else leaves the
level takes from it in proportion to the share that is ahead. It never grows and never exceeds what is displayed. An
order of another tool starts behind the whole level, because nobody here saw when it joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from connectors.model.ids import OrderId
from connectors.model.order import Order, OrderOrigin, OrderStatus
from connectors.model.side import Side
from connectors.model.trade import Trade

_ZERO = Decimal(0)
_RESTING = frozenset({OrderStatus.OPEN, OrderStatus.PARTIALLY_FILLED})


@dataclass(slots=True)
class _Place:
    """Where one order stands in its level."""

    price: Decimal
    side: Side
    ahead: Decimal
    shown: Decimal
    """Displayed size of the level when it was last seen."""
    traded: Decimal = _ZERO
    """Traded at the level since then: the book will show that much less."""
    sure: bool = True
    """False once the book was not LIVE while the order rested."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """An estimate, in base units."""

    size: Decimal
    sure: bool


class QueueEstimates:
    """Estimates for the resting limit orders of one instrument."""

    def __init__(self) -> None:
        self._places: dict[OrderId, _Place] = {}

    def of(self, order_id: OrderId) -> Ahead | None:
        """The estimate of an order; None when it does not rest in the book or its level was never seen."""
        place = self._places.get(order_id)
        return None if place is None else Ahead(place.ahead, place.sure)

    @property
    def prices(self) -> set[Decimal]:
        """Prices of the levels that are followed: of others no size is needed."""
        return {place.price for place in self._places.values()}

    def put_orders(self, orders: Iterable[Order], sizes: Mapping[Decimal, Decimal], *, live: bool) -> None:
        """Follow the orders: new ones join their level as it is displayed, gone ones are forgotten.

        Args:
            orders: All working orders of the instrument.
            sizes: Displayed size by exact price, both sides, at least where orders stand.
            live: Whether the book can be believed now.
        """
        resting = {
            order.order_id: order
            for order in orders
            if order.status in _RESTING and order.price is not None and order.trigger_price is None
        }
        for gone in self._places.keys() - resting.keys():
            del self._places[gone]
        for order_id, order in resting.items():
            place = self._places.get(order_id)
            if order.price is not None and (place is None or place.price != order.price):
                self._join(order, order.price, sizes, live)

    def put_book(self, sizes: Mapping[Decimal, Decimal], *, live: bool) -> None:
        """Take the displayed sizes of a new frame, at least those at `prices`."""
        for place in self._places.values():
            if not live:
                place.sure = False
                continue
            shown = sizes.get(place.price, _ZERO)
            left = max(place.shown - shown, _ZERO)
            by_trades = min(left, place.traded)
            others_left = left - by_trades
            if others_left and place.shown:
                share = min(place.ahead / place.shown, Decimal(1))
                place.ahead -= others_left * share
            place.ahead = max(min(place.ahead, shown), _ZERO)
            place.shown = shown
            place.traded = _ZERO

    def put_trade(self, trade: Trade) -> None:
        """Take a trade: it ate the front of the queue at its price."""
        for place in self._places.values():
            if trade.price == place.price and trade.aggressor is not place.side:
                place.ahead = max(place.ahead - trade.quantity, _ZERO)
                place.traded += trade.quantity

    def _join(self, order: Order, price: Decimal, sizes: Mapping[Decimal, Decimal], live: bool) -> None:
        shown = sizes.get(price, _ZERO)
        mine = order.remaining or _ZERO
        ahead = shown if order.origin is OrderOrigin.EXT else max(shown - mine, _ZERO)
        self._places[order.order_id] = _Place(price, order.side, ahead, shown, sure=live)
