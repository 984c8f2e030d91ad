"""Orders on Binance spot. A create is sent at most once; what its loss means is the caller's to decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import msgspec

from connectors.errors import InvalidOrder, Malformed, OrderNotFound, Refused, Unknown
from connectors.model.ids import ClientOrderId, InstrumentId, VenueOrderId
from connectors.model.order import (
    OrderReport,
    OrderRequest,
    OrderType,
    ReportSource,
    SelfTradePrevention,
    TimeInForce,
)
from connectors.venues.binance import endpoints, parse, schemas
from connectors.venues.binance.constants import CREATE_WINDOW_MS, MAX_ORDERS, VENUE
from connectors.venues.binance.gate import Gate
from connectors.venues.binance.reports import order as report_of
from connectors.wire.limiter import Priority

_MS = 1_000_000
_OPEN_WEIGHT_OF_ONE = 6
"""Weight of the open orders of one symbol; without a symbol it is 80."""
_MAX_QUERY_SPAN_MS = 24 * 3600 * 1000

_LIMITED = frozenset({OrderType.LIMIT, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT_LIMIT, OrderType.LIMIT_MAKER})
_TIMED = _LIMITED - {OrderType.LIMIT_MAKER}
_TRIGGERED = frozenset(
    {OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT}
)
_KNOWN = _LIMITED | _TRIGGERED | {OrderType.MARKET}
_TIMES = frozenset({TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK})

_order = msgspec.json.Decoder(schemas.Order)
_orders = msgspec.json.Decoder(list[schemas.Order])
_cancelled = msgspec.json.Decoder(list[msgspec.Raw])


class BinanceTrading:
    """`connectors.ports.venue.Trading` of one account.

    Args:
        gate: The way to the venue.
        on_filter: Told when the venue refuses by a filter: the instruments known here may be out of date.
    """

    def __init__(self, gate: Gate, on_filter: Callable[[], None]) -> None:
        self._gate = gate
        self._on_filter = on_filter

    async def place(self, request: OrderRequest, on_sending: Callable[[], None] | None = None) -> OrderReport:
        """Create an order; see `connectors.ports.venue.Trading.place`.

        Raises:
            Refused: The order asks for something this venue does not have; nothing was sent.
        """
        params = create_params(request)
        try:
            body = await self._gate.ask(
                endpoints.PLACE,
                params,
                priority=Priority.CANCEL if request.reduce_only else Priority.ORDER,
                window_ms=CREATE_WINDOW_MS,
                on_sending=on_sending,
            )
        except InvalidOrder as refused:
            if refused.filter:
                self._on_filter()
            raise
        return _read(body, endpoints.PLACE.operation)

    async def cancel(
        self,
        instrument: InstrumentId,
        *,
        client_order_id: ClientOrderId | None = None,
        venue_order_id: VenueOrderId | None = None,
    ) -> OrderReport:
        """Cancel one order, by either id; by the venue's own where both are known, which is quicker."""
        params = {"symbol": instrument.symbol, **_either(client_order_id, venue_order_id)}
        body = await self._gate.ask(endpoints.CANCEL, params, priority=Priority.CANCEL)
        return _read(body, endpoints.CANCEL.operation)

    async def cancel_all(self, instrument: InstrumentId) -> Sequence[OrderReport]:
        """Cancel all open orders of one instrument; none open is no failure."""
        try:
            body = await self._gate.ask(endpoints.CANCEL_ALL, {"symbol": instrument.symbol}, priority=Priority.CANCEL)
        except OrderNotFound:
            return []
        # Order lists stand between the orders; their legs are reported by the user stream.
        rows = _after_sending(_cancelled, body, endpoints.CANCEL_ALL.operation)
        found = (_maybe_order(row) for row in rows)
        return [report_of(row, ReportSource.ACK) for row in found if row is not None]

    async def order(
        self,
        instrument: InstrumentId,
        *,
        client_order_id: ClientOrderId | None = None,
        venue_order_id: VenueOrderId | None = None,
    ) -> OrderReport:
        """Look one order up; by the venue's own id where both are known, since client ids may be used again."""
        params = {"symbol": instrument.symbol, **_either(client_order_id, venue_order_id)}
        body = await self._gate.ask(endpoints.ORDER, params, priority=Priority.ACCOUNT)
        return report_of(parse.decode(_order, body, endpoints.ORDER.operation), ReportSource.LOOKUP)

    async def open_orders(self, instrument: InstrumentId | None = None) -> Sequence[OrderReport]:
        """All open orders, or those of one instrument."""
        params = {} if instrument is None else {"symbol": instrument.symbol}
        weight = endpoints.OPEN_ORDERS.weight if instrument is None else _OPEN_WEIGHT_OF_ONE
        body = await self._gate.ask(endpoints.OPEN_ORDERS, params, priority=Priority.ACCOUNT, weight=weight)
        rows = parse.decode(_orders, body, endpoints.OPEN_ORDERS.operation)
        return [report_of(row, ReportSource.OPEN_ORDERS) for row in rows]

    async def order_history(
        self, instrument: InstrumentId, *, start_ns: int | None = None, limit: int = 500
    ) -> Sequence[OrderReport]:
        """Orders of one instrument, open and finished, oldest first."""
        params: dict[str, str | int] = {"symbol": instrument.symbol, "limit": min(limit, MAX_ORDERS)}
        if start_ns is not None:
            params["startTime"] = start_ns // _MS
        body = await self._gate.ask(endpoints.ALL_ORDERS, params, priority=Priority.ACCOUNT)
        rows = parse.decode(_orders, body, endpoints.ALL_ORDERS.operation)
        return [report_of(row, ReportSource.HISTORY) for row in rows]


def create_params(request: OrderRequest) -> dict[str, str | int]:
    """The parameters of a create (facts §4.4), in a fixed order.

    Raises:
        Refused: The order asks for something this venue does not have.
    """
    kind = request.type
    if kind not in _KNOWN:
        raise _refused(f"Binance spot has no {kind} orders in this release")
    if kind in _TIMED and request.time_in_force not in _TIMES:
        raise _refused(f"Binance spot does not take {request.time_in_force or 'no'} time in force; use GTC, IOC or FOK")
    if (request.quantity is None) == (request.quote_quantity is None):
        raise _refused("An order needs a size, either in base or in quote")
    if request.quote_quantity is not None and kind is not OrderType.MARKET:
        raise _refused("Only market orders can be sized in quote")
    params: dict[str, str | int] = {
        "symbol": request.instrument.symbol,
        "side": request.side.value,
        "type": kind.value,
    }
    if kind in _TIMED and request.time_in_force is not None:
        params["timeInForce"] = request.time_in_force.value
    for name, value, wanted in (
        ("quantity", request.quantity, request.quote_quantity is None),
        ("quoteOrderQty", request.quote_quantity, request.quantity is None),
        ("price", request.price, kind in _LIMITED),
        ("stopPrice", request.trigger_price, kind in _TRIGGERED),
    ):
        if wanted:
            if value is None:
                raise _refused(f"A {kind} order needs {name}")
            params[name] = plain(value)
    params["newClientOrderId"] = request.client_order_id
    params["newOrderRespType"] = "FULL"
    if request.self_trade_prevention is not SelfTradePrevention.VENUE_DEFAULT:
        params["selfTradePreventionMode"] = request.self_trade_prevention.value
    return params


def plain(number: Decimal) -> str:
    """Digits without an exponent, as the venue reads them."""
    return f"{number:f}"


def _refused(what: str) -> Refused:
    return Refused(f"{what}.", venue=VENUE, operation=endpoints.PLACE.operation)


def _either(client_order_id: ClientOrderId | None, venue_order_id: VenueOrderId | None) -> dict[str, str | int]:
    if venue_order_id is not None:
        return {"orderId": venue_order_id}
    if client_order_id is not None:
        return {"origClientOrderId": client_order_id}
    raise Refused("An order is named by its client order id or by the venue's; neither was given.", venue=VENUE)


def _read(body: bytes, operation: str) -> OrderReport:
    return report_of(_after_sending(_order, body, operation), ReportSource.ACK)


def _after_sending(decoder: msgspec.json.Decoder[parse.T], body: bytes, operation: str) -> parse.T:
    """Decode the answer to something that may have happened: unreadable means unknown, not refused."""
    unreadable = ""
    try:
        return parse.decode(decoder, body, operation)
    except Malformed as problem:
        unreadable = problem.text
    raise Unknown(
        f"Binance answered {operation} unreadably; it may have happened.",
        venue=VENUE,
        operation=operation,
        text=unreadable,
    )


def _maybe_order(row: msgspec.Raw) -> schemas.Order | None:
    """An order, or None for an order list."""
    try:
        return _order.decode(row)
    except msgspec.ValidationError:
        return None
