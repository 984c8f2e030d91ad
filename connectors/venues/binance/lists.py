"""Order lists on Binance spot (facts §4.7): OCO, OTO and OTOCO."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from connectors.model.ids import ClientListId, InstrumentId, VenueListId
from connectors.model.order import ReportSource
from connectors.model.order_list import OrderListReport, OrderListRequest
from connectors.venues.binance import endpoints, order_schemas, orders, parse
from connectors.venues.binance.constants import MAX_ORDERS
from connectors.venues.binance.list_reports import order_list as list_of
from connectors.venues.binance.sending import Sender, after_sending
from connectors.wire.limiter import Priority

_MS = 1_000_000
_list = msgspec.json.Decoder(order_schemas.OrderList)
_lists = msgspec.json.Decoder(list[order_schemas.OrderList])


class Lists(Sender):
    """The part of `connectors.ports.trading.Trading` that knows order lists."""

    async def place_list(
        self, request: OrderListRequest, on_sending: Callable[[], None] | None = None
    ) -> OrderListReport:
        """Create a list, once. See `connectors.ports.trading.Trading.place_list`.

        Raises:
            Refused: The list cannot be said here, or is incomplete; nothing was sent.
            Unknown: Nobody answered; look the list up by its client id, and each order by its own.
        """
        endpoint, params = orders.list_call(request, self._gate.venue_ns())
        ids = tuple(order.client_order_id for order in request.orders)
        with after_sending(endpoint.operation, ids, client_list_id=request.client_list_id):
            body = await self._create(endpoint, params, on_sending)
            return list_of(parse.decode(_list, body, endpoint.operation), ReportSource.ACK)

    async def cancel_list(
        self,
        instrument: InstrumentId,
        *,
        client_list_id: ClientListId | None = None,
        venue_list_id: VenueListId | None = None,
    ) -> OrderListReport:
        """Cancel every order of a list, by either id.

        Raises:
            OrderNotFound: The venue knows no such open list.
            Unknown: Nobody answered; look the list up.
        """
        operation = endpoints.CANCEL_LIST.operation
        named = orders.either_list(client_list_id, venue_list_id, "listClientOrderId", operation)
        with after_sending(operation, client_list_id=client_list_id or ""):
            body = await self._gate.ask(
                endpoints.CANCEL_LIST, {"symbol": instrument.symbol, **named}, priority=Priority.CANCEL
            )
            return list_of(parse.decode(_list, body, operation), ReportSource.ACK)

    async def order_list(
        self, *, client_list_id: ClientListId | None = None, venue_list_id: VenueListId | None = None
    ) -> OrderListReport:
        """Look one list up; here its client id goes by the name of an order's.

        Raises:
            OrderNotFound: The venue knows no such list.
        """
        operation = endpoints.LIST.operation
        named = orders.either_list(client_list_id, venue_list_id, "origClientOrderId", operation)
        body = await self._gate.ask(endpoints.LIST, named, priority=Priority.ACCOUNT)
        return list_of(parse.decode(_list, body, operation), ReportSource.LOOKUP)

    async def open_lists(self) -> Sequence[OrderListReport]:
        """All open lists of the account."""
        body = await self._gate.ask(endpoints.OPEN_LISTS, {}, priority=Priority.ACCOUNT)
        rows = parse.decode(_lists, body, endpoints.OPEN_LISTS.operation)
        return [list_of(row, ReportSource.OPEN_ORDERS) for row in rows]

    async def list_history(self, *, start_ns: int | None = None, limit: int = 500) -> Sequence[OrderListReport]:
        """Lists, open and finished, oldest first; more than 1000 from a start on are fetched in pages."""
        found: list[OrderListReport] = []
        params: orders.Params = {} if start_ns is None else {"startTime": start_ns // _MS}
        while len(found) < limit:
            size = min(limit - len(found), MAX_ORDERS)
            body = await self._gate.ask(endpoints.ALL_LISTS, {**params, "limit": size}, priority=Priority.ACCOUNT)
            rows = parse.decode(_lists, body, endpoints.ALL_LISTS.operation)
            found.extend(list_of(row, ReportSource.HISTORY) for row in rows)
            if len(rows) < size or not params:
                break
            params = {"fromId": max(row.order_list_id for row in rows) + 1}
        return found
