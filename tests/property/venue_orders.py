"""Orders and lists as the model venue keeps them, for ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from connectors.model.fill import Fill
from connectors.model.ids import VenueListId, VenueOrderId
from connectors.model.order import OrderReport, OrderRequest, OrderStatus, ReportSource
from connectors.model.order_list import ListedOrder, ListStatus, OrderListReport, OrderListRequest

_TRADES = frozenset({OrderStatus.OPEN, OrderStatus.PARTIALLY_FILLED})
_OPEN = _TRADES | {OrderStatus.PENDING_TRIGGER}


@dataclass
class VenueList:
    """Orders that hang together."""

    request: OrderListRequest
    venue_id: VenueListId
    entry: VenueOrder | None = None
    legs: list[VenueOrder] = field(default_factory=list)
    """Exits; one cancels the other."""

    @property
    def orders(self) -> list[VenueOrder]:
        return [*([self.entry] if self.entry else []), *self.legs]


@dataclass
class VenueOrder:
    """An order as the venue keeps it, for ever."""

    request: OrderRequest
    venue_id: VenueOrderId
    status: OrderStatus
    time_ns: int
    filled: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    fills: list[Fill] = field(default_factory=list)
    prevented: Decimal = Decimal(0)
    listed: VenueList | None = None

    @property
    def is_open(self) -> bool:
        return self.status in _OPEN

    @property
    def trades(self) -> bool:
        return self.status in _TRADES

    @property
    def waits_for_price(self) -> bool:
        """A stop that may be triggered now: not one whose entry still works."""
        entry = self.listed.entry if self.listed is not None else None
        waits = self.status is OrderStatus.PENDING_TRIGGER and self.request.trigger_price is not None
        return waits and (entry is None or entry is self or entry.status is OrderStatus.FILLED)

    @property
    def remaining(self) -> Decimal:
        return (self.request.quantity or Decimal(0)) - self.filled - self.prevented


def list_report(made: VenueList, now_ns: int, reports: tuple[OrderReport, ...] = ()) -> OrderListReport:
    """The venue's word on a list."""
    alive = any(order.is_open for order in made.orders)
    return OrderListReport(
        made.orders[0].request.instrument,
        made.venue_id,
        made.request.client_list_id,
        made.request.kind,
        ListStatus.EXECUTING if alive else ListStatus.DONE,
        ReportSource.LOOKUP,
        now_ns,
        tuple(ListedOrder(order.venue_id, order.request.client_order_id) for order in made.orders),
        reports,
    )
