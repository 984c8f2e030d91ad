"""Orders on Binance spot. A create is sent at most once; what its loss means is the caller's to decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from connectors.errors import OrderNotFound
from connectors.model.change import FeeRates
from connectors.model.ids import ClientOrderId, InstrumentId, VenueOrderId
from connectors.model.order import OrderReport, OrderRequest, ReportSource
from connectors.venues.binance import change_reports, endpoints, order_schemas, orders, parse, schemas
from connectors.venues.binance.changes import Changes
from connectors.venues.binance.constants import CREATE_WINDOW_MS, MAX_ORDERS
from connectors.venues.binance.lists import Lists
from connectors.venues.binance.reports import order as report_of
from connectors.venues.binance.sending import after_sending
from connectors.wire.limiter import Priority

_MS = 1_000_000
_OPEN_WEIGHT_OF_ONE = 6
"""Weight of the open orders of one symbol; without a symbol it is 80."""
_TEST_WEIGHT_WITH_FEES = 20

_order = msgspec.json.Decoder(schemas.Order)
_orders = msgspec.json.Decoder(list[schemas.Order])
_rows = msgspec.json.Decoder(list[msgspec.Raw])
_list = msgspec.json.Decoder(order_schemas.OrderList)
_tested = msgspec.json.Decoder(order_schemas.Tested)


class BinanceTrading(Changes, Lists):
    """`connectors.ports.trading.Trading` of one account.

    Args:
        gate: The way to the venue.
        on_filter: Told when the venue refuses by a filter: the instruments known here may be out of date.
    """

    async def place(self, request: OrderRequest, on_sending: Callable[[], None] | None = None) -> OrderReport:
        """Create an order; see `connectors.ports.trading.Trading.place`.

        Raises:
            Refused: The order asks for something this venue does not have; nothing was sent.
        """
        operation = endpoints.PLACE.operation
        params = orders.create_params(request, self._gate.venue_ns())
        priority = Priority.CANCEL if request.reduce_only else Priority.ORDER
        with after_sending(operation, (request.client_order_id,)):
            body = await self._create(endpoints.PLACE, params, on_sending, priority)
            return _report(body, operation)

    async def test(self, request: OrderRequest, *, fees: bool = False) -> FeeRates | None:
        """Have an order judged without placing it; it does not reach the engine, so balances are not looked at.

        Raises:
            Refused: The order asks for something this venue does not have; nothing was sent.
        """
        operation = endpoints.TEST.operation
        params = orders.create_params(request, self._gate.venue_ns(), operation)
        if fees:
            params["computeCommissionRates"] = "true"
        body = await self._gate.ask(
            endpoints.TEST,
            params,
            priority=Priority.ACCOUNT,
            weight=_TEST_WEIGHT_WITH_FEES if fees else None,
            window_ms=CREATE_WINDOW_MS,
        )
        return change_reports.fee_rates(parse.decode(_tested, body, operation))

    async def cancel(
        self,
        instrument: InstrumentId,
        *,
        client_order_id: ClientOrderId | None = None,
        venue_order_id: VenueOrderId | None = None,
    ) -> OrderReport:
        """Cancel one order, by either id; one order of a list takes the list with it.

        The answer is then the whole list: the report is that of the order that was named.
        """
        operation = endpoints.CANCEL.operation
        params = {"symbol": instrument.symbol, **orders.either(client_order_id, venue_order_id, operation)}
        with after_sending(operation, (client_order_id,), (venue_order_id,)):
            body = await self._gate.ask(endpoints.CANCEL, params, priority=Priority.CANCEL)
            return _named(_reports(body, operation), client_order_id, venue_order_id) or _report(body, operation)

    async def cancel_all(self, instrument: InstrumentId) -> Sequence[OrderReport]:
        """Cancel all open orders of one instrument, those of lists included; none open is no failure."""
        operation = endpoints.CANCEL_ALL.operation
        with after_sending(operation):
            try:
                body = await self._gate.ask(
                    endpoints.CANCEL_ALL, {"symbol": instrument.symbol}, priority=Priority.CANCEL
                )
            except OrderNotFound:
                return []
            rows = parse.decode(_rows, body, operation)
            return [report for row in rows for report in _reports(bytes(row), operation)]

    async def order(
        self,
        instrument: InstrumentId,
        *,
        client_order_id: ClientOrderId | None = None,
        venue_order_id: VenueOrderId | None = None,
    ) -> OrderReport:
        """Look one order up; by the venue's own id where both are known, since client ids may be used again."""
        operation = endpoints.ORDER.operation
        params = {"symbol": instrument.symbol, **orders.either(client_order_id, venue_order_id, operation)}
        body = await self._gate.ask(endpoints.ORDER, params, priority=Priority.ACCOUNT)
        return report_of(parse.decode(_order, body, operation), ReportSource.LOOKUP)

    async def open_orders(self, instrument: InstrumentId | None = None) -> Sequence[OrderReport]:
        """All open orders, or those of one instrument."""
        params = {} if instrument is None else {"symbol": instrument.symbol}
        weight = endpoints.OPEN_ORDERS.weight if instrument is None else _OPEN_WEIGHT_OF_ONE
        body = await self._gate.ask(endpoints.OPEN_ORDERS, params, priority=Priority.ACCOUNT, weight=weight)
        rows = parse.decode(_orders, body, endpoints.OPEN_ORDERS.operation)
        return [report_of(row, ReportSource.OPEN_ORDERS) for row in rows]

    async def order_history(
        self,
        instrument: InstrumentId,
        *,
        start_ns: int | None = None,
        end_ns: int | None = None,
        after: VenueOrderId | None = None,
        limit: int = 500,
    ) -> Sequence[OrderReport]:
        """Orders of one instrument, open and finished, oldest first.

        Forwards, pages follow each other by order id: a span in time may be 24 h at most (facts §4.4), ids go on for
        ever. Without a beginning the newest are wanted, and pages go backwards in time.
        """
        if start_ns is None and after is None:
            return await self._newest(instrument, end_ns, limit)
        params: orders.Params = (
            {"orderId": int(after) + 1} if after is not None else {"startTime": (start_ns or 0) // _MS}
        )
        found: list[schemas.Order] = []
        while len(found) < limit:
            size = min(limit - len(found), MAX_ORDERS)
            rows = await self._history(instrument, {**params, "limit": size})
            found.extend(row for row in rows if end_ns is None or row.time * _MS <= end_ns)
            if len(rows) < size or (end_ns is not None and rows[-1].time * _MS > end_ns):
                break
            params = {"orderId": max(row.order_id for row in rows) + 1}
        return [report_of(row, ReportSource.HISTORY) for row in found]

    async def _newest(self, instrument: InstrumentId, end_ns: int | None, limit: int) -> list[OrderReport]:
        """The newest orders; pages overlap by the millisecond they end in, so what is known is passed over."""
        found: dict[int, schemas.Order] = {}
        params: orders.Params = {} if end_ns is None else {"endTime": end_ns // _MS}
        while len(found) < limit:
            rows = await self._history(instrument, {**params, "limit": min(limit, MAX_ORDERS)})
            fresh = {row.order_id: row for row in rows if row.order_id not in found}
            found.update(fresh)
            if len(rows) < MAX_ORDERS or not fresh:
                break
            params = {"endTime": min(row.time for row in rows)}
        newest = sorted(found.values(), key=lambda row: (row.time, row.order_id))[-limit:]
        return [report_of(row, ReportSource.HISTORY) for row in newest]

    async def _history(self, instrument: InstrumentId, params: orders.Params) -> list[schemas.Order]:
        body = await self._gate.ask(
            endpoints.ALL_ORDERS, {"symbol": instrument.symbol, **params}, priority=Priority.ACCOUNT
        )
        return parse.decode(_orders, body, endpoints.ALL_ORDERS.operation)


def _report(body: bytes, operation: str) -> OrderReport:
    return report_of(parse.decode(_order, body, operation), ReportSource.ACK)


def _reports(body: bytes, operation: str) -> list[OrderReport]:
    """The orders of an answer that is one order, or a list with its orders (facts §4.4)."""
    if order_schemas.is_list(body):
        return [report_of(row, ReportSource.ACK) for row in parse.decode(_list, body, operation).order_reports]
    return [_report(body, operation)]


def _named(
    reports: Sequence[OrderReport], client_order_id: ClientOrderId | None, venue_order_id: VenueOrderId | None
) -> OrderReport | None:
    """The one that was asked for; the venue's own id decides where both are known."""
    for report in reports:
        if venue_order_id in {report.venue_order_id, None} and client_order_id in {report.client_order_id, None}:
            return report
    return None
