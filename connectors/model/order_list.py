"""Orders that belong together at the venue: one cancels the other, or one waits until another is filled."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connectors.model.ids import ClientListId, ClientOrderId, InstrumentId, VenueListId, VenueOrderId
from connectors.model.list_terms import ListKind, ListRole
from connectors.model.order import OrderReport, OrderRequest, ReportSource

__all__ = [
    "ListKind",
    "ListRole",
    "ListStatus",
    "ListedOrder",
    "OrderListReport",
    "OrderListRequest",
]


class ListStatus(StrEnum):
    """What the venue says of the list as a whole; its orders have statuses of their own."""

    EXECUTING = "EXECUTING"
    DONE = "DONE"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class OrderListRequest:
    """A list to create. Every order has its own client order id; all are of one instrument. Sent at most once.

    A venue that attaches exits to the entry instead of listing them (`Capabilities.list_legs_named` False) names the
    exits itself and takes their triggers, prices and quantities from here.
    """

    kind: ListKind
    client_list_id: ClientListId
    entry: OrderRequest | None = None
    """The working order of an OTO or OTOCO."""
    take_profit: OrderRequest | None = None
    """LIMIT_MAKER, TAKE_PROFIT or TAKE_PROFIT_LIMIT of an OCO or OTOCO."""
    stop_loss: OrderRequest | None = None
    """STOP_LOSS, STOP_LOSS_LIMIT or TRAILING of an OCO or OTOCO."""
    exit: OrderRequest | None = None
    """The one pending order of an OTO, of any type."""

    @property
    def orders(self) -> tuple[OrderRequest, ...]:
        """Those that are there: entry, exit, take profit, stop loss."""
        listed = (self.entry, self.exit, self.take_profit, self.stop_loss)
        return tuple(order for order in listed if order is not None)


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """One order of a list, by name."""

    venue_order_id: VenueOrderId
    client_order_id: ClientOrderId


@dataclass(frozen=True, slots=True)
class OrderListReport:
    """The venue's word on one list. Quantities and fills stand in the reports of its orders."""

    instrument: InstrumentId
    venue_list_id: VenueListId
    client_list_id: ClientListId | None
    kind: ListKind
    """OTOCO reads OTO with three orders at venues that do not tell the two apart by name (Binance); said as OTOCO."""
    status: ListStatus
    source: ReportSource
    time_ns: int
    """The venue's time of this state."""
    orders: tuple[ListedOrder, ...] = ()
    reports: tuple[OrderReport, ...] = ()
    """Reports of its orders where the answer carries them: after placing and cancelling."""
    reason: str = ""
    """The venue's word for a refusal, cleaned."""
