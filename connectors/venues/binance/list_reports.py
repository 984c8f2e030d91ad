"""Binance's words on order lists as facts of the house (facts §1.4, §4.7): pure."""

from __future__ import annotations

from connectors.model.ids import ClientListId, ClientOrderId, VenueListId, VenueOrderId
from connectors.model.order import ReportSource
from connectors.model.order_list import ListedOrder, ListKind, ListStatus, OrderListReport
from connectors.venues.binance import frames, order_schemas, reports
from connectors.venues.binance.parse import nanos
from connectors.venues.binance.symbols import instrument_id

_STATUS = {
    "EXECUTING": ListStatus.EXECUTING,
    "EXEC_STARTED": ListStatus.EXECUTING,
    "ALL_DONE": ListStatus.DONE,
    "REJECT": ListStatus.REJECTED,
}
_ENTRY_TARGET_STOP = 3


def kind(word: str, orders: int) -> ListKind:
    """The kind of a list; an OTO of three orders is an OTOCO, which the venue calls OTO too (facts §1.4)."""
    if word == "OTO" and orders >= _ENTRY_TARGET_STOP:
        return ListKind.OTOCO
    return ListKind(word) if word in {"OCO", "OTO"} else ListKind.UNKNOWN


def order_list(row: order_schemas.OrderList, source: ReportSource) -> OrderListReport:
    """A list of a REST answer; ``reports`` where the answer carries them.

    Raises:
        Malformed: A number in it is none.
    """
    return OrderListReport(
        instrument=instrument_id(row.symbol),
        venue_list_id=VenueListId(str(row.order_list_id)),
        client_list_id=_client_id(row.list_client_order_id),
        kind=kind(row.contingency_type, len(row.orders)),
        status=_STATUS.get(row.list_order_status, ListStatus.UNKNOWN),
        source=source,
        time_ns=nanos(row.transaction_time),
        orders=tuple(
            ListedOrder(VenueOrderId(str(each.order_id)), ClientOrderId(each.client_order_id)) for each in row.orders
        ),
        reports=tuple(reports.order(each, source) for each in row.order_reports),
    )


def list_status(event: frames.ListStatusEvent) -> OrderListReport:
    """A list event of the user stream; its orders have execution reports of their own."""
    return OrderListReport(
        instrument=instrument_id(event.s),
        venue_list_id=VenueListId(str(event.g)),
        client_list_id=_client_id(event.C),
        kind=kind(event.c, len(event.O)),
        status=_STATUS.get(event.L, ListStatus.UNKNOWN),
        source=ReportSource.STREAM,
        time_ns=nanos(event.T),
        orders=tuple(ListedOrder(VenueOrderId(str(each.i)), ClientOrderId(each.c)) for each in event.O),
        reason="" if event.r in {"", "NONE"} else reports.clean(event.r),
    )


def _client_id(word: str) -> ClientListId | None:
    return ClientListId(word) if word else None
