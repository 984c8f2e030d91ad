"""What Binance is asked for: orders, amends, replaces and lists as parameters (facts §4.4–4.7). Pure, in a fixed order.

A test reads the same forms back and compares.
"""

from __future__ import annotations

import re
from decimal import Decimal

from connectors.errors import Refused
from connectors.model.change import AmendRequest, ReplaceRequest
from connectors.model.ids import ClientListId, ClientOrderId, VenueListId, VenueOrderId
from connectors.model.legality import judge, judge_list
from connectors.model.order import OrderRequest, OrderType, SelfTradePrevention
from connectors.model.order_list import ListKind, OrderListRequest
from connectors.model.side import Side
from connectors.venues.binance import endpoints
from connectors.venues.binance.capabilities import CAPABILITIES
from connectors.venues.binance.constants import VENUE
from connectors.venues.binance.endpoints import Endpoint

Params = dict[str, str | int]

_ID = re.compile(r"[a-zA-Z0-9_-]{1,36}")
"""What every interface of the venue takes as a client id (facts §4.4)."""

_LIST_ENDPOINTS = {
    ListKind.OCO: endpoints.PLACE_OCO,
    ListKind.OTO: endpoints.PLACE_OTO,
    ListKind.OTOCO: endpoints.PLACE_OTOCO,
}


def create_params(request: OrderRequest, now_ns: int = 0, operation: str = endpoints.PLACE.operation) -> Params:
    """The parameters of a create.

    Args:
        request: The order.
        now_ns: The venue's time.
        operation: What is attempted, for the refusal.

    Raises:
        Refused: The order asks for something this venue does not have; the sentence names what.
    """
    verdict = judge(request, CAPABILITIES, now_ns)
    if verdict.rule:
        raise _refused(verdict.rule, verdict.reason, operation)
    _check_id(request.client_order_id, operation)
    params: Params = {"symbol": request.instrument.symbol, "side": request.side.value, "type": wire_type(request)}
    if request.time_in_force is not None:
        params["timeInForce"] = request.time_in_force.value
    if request.quantity is not None:
        params["quantity"] = plain(request.quantity)
    if request.quote_quantity is not None:
        params["quoteOrderQty"] = plain(request.quote_quantity)
    params.update(_terms(request, ""))
    params["newClientOrderId"] = request.client_order_id
    params["newOrderRespType"] = "FULL"
    params.update(_prevention(request))
    return params


def replace_params(request: ReplaceRequest, now_ns: int) -> Params:
    """The parameters of a cancel-and-replace (facts §4.5). The order count is never bought with a lone cancel.

    Raises:
        Refused: The new order asks for something this venue does not have, or the old one is not named.
    """
    operation = endpoints.REPLACE.operation
    params = create_params(request.order, now_ns, operation)
    params["cancelReplaceMode"] = request.mode.value
    if request.venue_order_id is not None:
        params["cancelOrderId"] = request.venue_order_id
    elif request.client_order_id is not None:
        params["cancelOrigClientOrderId"] = request.client_order_id
    else:
        raise _unnamed(operation)
    return params


def amend_params(request: AmendRequest) -> Params:
    """The parameters of an amend that keeps its place (facts §4.6): the quantity, downwards.

    Raises:
        Refused: It asks for another change, or for none.
    """
    operation = endpoints.AMEND.operation
    if request.price is not None or request.trigger_price is not None:
        raise _refused("AMEND", "Binance spot cannot change a price in place; replace the order.", operation)
    quantity = request.quantity
    if quantity is None or not quantity.is_finite() or quantity <= 0:
        raise _refused("AMEND", "An amend needs the new quantity, a number above zero.", operation)
    named = either(request.client_order_id, request.venue_order_id, operation)
    params: Params = {"symbol": request.instrument.symbol, **named, "newQty": plain(quantity)}
    if request.new_client_order_id is not None:
        _check_id(request.new_client_order_id, operation)
        params["newClientOrderId"] = request.new_client_order_id
    return params


def list_call(request: OrderListRequest, now_ns: int) -> tuple[Endpoint, Params]:
    """Where a list is placed, and its parameters (facts §4.7).

    Raises:
        Refused: The list asks for something this venue does not have, or is incomplete.
    """
    operation = endpoints.PLACE_OCO.operation
    verdict = judge_list(request, CAPABILITIES, now_ns)
    if verdict.rule:
        raise _refused(verdict.rule, verdict.reason, operation)
    for given in (request.client_list_id, *(order.client_order_id for order in request.orders)):
        _check_id(given, operation)
    first = request.orders[0]
    params: Params = {"symbol": first.instrument.symbol, "listClientOrderId": request.client_list_id}
    entry, exit_, target, stop = request.entry, request.exit, request.take_profit, request.stop_loss
    if entry is not None:
        params.update(_leg(entry, "working", sized=True))
    if exit_ is not None:
        params.update(_leg(exit_, "pending", sized=True))
    if target is not None and stop is not None:
        pending = entry is not None
        for name, value in (("side", target.side.value), ("quantity", plain(target.quantity or Decimal(0)))):
            params[_joined("pending", name) if pending else name] = value
        above, below = (target, stop) if target.side is Side.SELL else (stop, target)
        params.update(_leg(above, "pendingAbove" if pending else "above"))
        params.update(_leg(below, "pendingBelow" if pending else "below"))
    params["newOrderRespType"] = "FULL"
    params.update(_prevention(first))
    return _LIST_ENDPOINTS[request.kind], params


def either(client_order_id: ClientOrderId | None, venue_order_id: VenueOrderId | None, operation: str) -> Params:
    """Names an order; by the venue's own id where both are known: it is quicker, and never used again.

    Raises:
        Refused: Neither is known.
    """
    if venue_order_id is not None:
        return {"orderId": venue_order_id}
    if client_order_id is not None:
        return {"origClientOrderId": client_order_id}
    raise _unnamed(operation)


def either_list(
    client_list_id: ClientListId | None, venue_list_id: VenueListId | None, name: str, operation: str
) -> Params:
    """Names a list; ``name`` is what this call names its client id.

    Raises:
        Refused: Neither id is known.
    """
    if venue_list_id is not None:
        return {"orderListId": venue_list_id}
    if client_list_id is not None:
        return {name: client_list_id}
    raise _unnamed(operation)


def wire_type(request: OrderRequest) -> str:
    """A trailing order is a stop-loss with a delta here (facts §4.4)."""
    return (OrderType.STOP_LOSS if request.type is OrderType.TRAILING else request.type).value


def plain(number: Decimal) -> str:
    """Digits without an exponent, as the venue reads them."""
    return f"{number:f}"


def _terms(order: OrderRequest, prefix: str) -> Params:
    """Price, trigger, trail and visible part."""
    terms: Params = {}
    for name, value in (
        ("price", order.price),
        ("stopPrice", order.trigger_price),
        ("icebergQty", order.iceberg_quantity),
    ):
        if value is not None:
            terms[_joined(prefix, name)] = plain(value)
    if order.trailing_delta is not None:
        terms[_joined(prefix, "trailingDelta")] = order.trailing_delta
    return terms


def _leg(order: OrderRequest, prefix: str, *, sized: bool = False) -> Params:
    """One order of a list, its names prefixed; ``sized`` where side and quantity are its own."""
    leg: Params = {_joined(prefix, "type"): wire_type(order)}
    if sized:
        leg[_joined(prefix, "side")] = order.side.value
        leg[_joined(prefix, "quantity")] = plain(order.quantity or Decimal(0))
    leg[_joined(prefix, "clientOrderId")] = order.client_order_id
    leg.update(_terms(order, prefix))
    if order.time_in_force is not None:
        leg[_joined(prefix, "timeInForce")] = order.time_in_force.value
    return leg


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}{name[0].upper()}{name[1:]}" if prefix else name


def _prevention(order: OrderRequest) -> Params:
    mode = order.self_trade_prevention
    return {} if mode is SelfTradePrevention.VENUE_DEFAULT else {"selfTradePreventionMode": mode.value}


def _check_id(given: str, operation: str) -> None:
    if not _ID.fullmatch(given):
        raise _refused("CLIENT_ID", "A client id has 1 to 36 letters, digits, hyphens and underscores.", operation)


def _refused(rule: str, reason: str, operation: str) -> Refused:
    return Refused(reason, venue=VENUE, operation=operation, code=rule)


def _unnamed(operation: str) -> Refused:
    sentence = "An order or a list is named by its client id or by the venue's; neither was given."
    return Refused(sentence, venue=VENUE, operation=operation)
