"""Amends, and cancel-and-replace, on Binance spot (facts §4.5, §4.6). Neither is ever sent twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from connectors.model.change import Amendment, AmendRequest, ReplaceReport, ReplaceRequest
from connectors.model.ids import InstrumentId, VenueOrderId
from connectors.model.order import OrderReport
from connectors.venues.binance import change_reports, endpoints, order_schemas, orders, parse, refusals
from connectors.venues.binance.constants import MAX_ORDERS
from connectors.venues.binance.sending import Sender, after_sending
from connectors.wire.limiter import Priority

_amended = msgspec.json.Decoder(order_schemas.Amended)
_amendments = msgspec.json.Decoder(list[order_schemas.AmendmentRow])


class Changes(Sender):
    """The part of `connectors.ports.trading.Trading` that changes orders."""

    async def amend(self, request: AmendRequest, on_sending: Callable[[], None] | None = None) -> OrderReport:
        """Lower an open order's quantity; it keeps its place. See `connectors.ports.trading.Trading.amend`.

        Raises:
            Refused: A price, or no quantity: nothing was sent.
            Unknown: Nobody answered; look it up by the venue's id or by either client id.
            Rejected: The venue refused (-2038): the order stands as it was.
        """
        params = orders.amend_params(request)
        ids = (request.client_order_id, request.new_client_order_id)
        with after_sending(endpoints.AMEND.operation, ids, (request.venue_order_id,)):
            body = await self._create(endpoints.AMEND, params, on_sending, Priority.CANCEL)
            return change_reports.amended(parse.decode(_amended, body, endpoints.AMEND.operation))

    async def amendments(
        self, instrument: InstrumentId, venue_order_id: VenueOrderId, *, limit: int = 500
    ) -> Sequence[Amendment]:
        """The amends of one order, oldest first."""
        found: list[Amendment] = []
        params: orders.Params = {"symbol": instrument.symbol, "orderId": venue_order_id}
        while len(found) < limit:
            size = min(limit - len(found), MAX_ORDERS)
            body = await self._gate.ask(endpoints.AMENDMENTS, {**params, "limit": size}, priority=Priority.ACCOUNT)
            rows = parse.decode(_amendments, body, endpoints.AMENDMENTS.operation)
            found.extend(change_reports.amendment(row) for row in rows)
            if len(rows) < size:
                break
            params["fromExecutionId"] = rows[-1].execution_id + 1
        return found

    async def replace(self, request: ReplaceRequest, on_sending: Callable[[], None] | None = None) -> ReplaceReport:
        """Cancel one order and create another. See `connectors.ports.trading.Trading.replace`.

        Raises:
            Refused: The new order cannot be said here; nothing was sent.
            Rejected: Refused before either half, since filters and counts come first: the old order stands.
            Unknown: Nobody answered; look up the old order and the new one.
        """
        operation = endpoints.REPLACE.operation
        params = orders.replace_params(request, self._gate.venue_ns())
        ids = (request.order.client_order_id, request.client_order_id)
        with after_sending(operation, ids, (request.venue_order_id,)):
            try:
                body = await self._create(endpoints.REPLACE, params, on_sending)
            except refusals.TwoOutcomes as halves:
                body = halves.data
            return change_reports.replaced(order_schemas.halves(body, operation), operation)
