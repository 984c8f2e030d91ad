"""Parameters of order lists (§4.7): which orders they ask for, and whether these can stand together."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from secrets import token_urlsafe

from connectors.model.order import OrderType
from connectors.model.side import Side
from connectors.simulator.account.records import ListKind
from connectors.simulator.orders.rules import Names, NewOrder, read_part
from connectors.simulator.orders.trading import NewList
from connectors.simulator.protocol.errors import ApiError, rejected
from connectors.simulator.protocol.parameters import CLIENT_ID, Parameters
from connectors.simulator.specs import SymbolSpec

_STOPS = {OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT}
_PROFITS = {OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT}
_WORKING = {OrderType.LIMIT, OrderType.LIMIT_MAKER}
_SHARED = {"side": "side", "quantity": "quantity"}
_PENDING = {"side": "pendingSide", "quantity": "pendingQuantity"}

Reader = Callable[[Parameters, SymbolSpec, Decimal], NewList]


def oco(params: Parameters, spec: SymbolSpec, last_price: Decimal) -> NewList:
    """Two orders of which one cancels the other: ``below…`` and ``above…``."""
    client_id = _list_id(params)
    pair = _pair(params, spec, Names("below", _SHARED), Names("above", _SHARED))
    params.finish()
    _around(pair, last_price)
    return NewList(ListKind.OCO, client_id, pair)


def old_oco(params: Parameters, spec: SymbolSpec, last_price: Decimal) -> NewList:
    """The deprecated ``POST order/oco``: a LIMIT_MAKER and a stop with the names of before 2024."""
    limit = params.text("stopLimitTimeInForce")
    names = {
        "type": "LIMIT_MAKER",
        "price": params.raw("price"),
        "clientOrderId": params.text("limitClientOrderId", CLIENT_ID),
        "icebergQty": params.raw("limitIcebergQty"),
        "strategyId": params.raw("limitStrategyId"),
        "strategyType": params.raw("limitStrategyType"),
    }
    stops = {
        "type": "STOP_LOSS" if params.raw("stopLimitPrice") is None else "STOP_LOSS_LIMIT",
        "price": params.raw("stopLimitPrice"),
        "timeInForce": limit,
        "stopPrice": params.raw("stopPrice"),
        "trailingDelta": params.raw("trailingDelta"),
        "clientOrderId": params.text("stopClientOrderId", CLIENT_ID),
        "icebergQty": params.raw("stopIcebergQty"),
        "strategyId": params.raw("stopStrategyId"),
        "strategyType": params.raw("stopStrategyType"),
    }
    params.need("side", "quantity", "price", "stopPrice")
    above, below = (names, stops) if params.raw("side") == Side.SELL else (stops, names)
    shared = ("side", "quantity", "listClientOrderId", "newOrderRespType", "selfTradePreventionMode")
    values = {name: params.raw(name) for name in shared}
    for place, part in (("above", above), ("below", below)):
        values |= {Names(place).of(name): value for name, value in part.items()}
    params.finish()
    return oco(Parameters({name: value for name, value in values.items() if value is not None}), spec, last_price)


def oto(params: Parameters, spec: SymbolSpec, last_price: Decimal) -> NewList:  # noqa: ARG001 - one kind of reader
    """A working order, and one that is placed when it has filled."""
    return _then_one(ListKind.OTO, params, spec)


def opo(params: Parameters, spec: SymbolSpec, last_price: Decimal) -> NewList:  # noqa: ARG001 - one kind of reader
    """The same where the pending order sells what the working one bought."""
    return _then_one(ListKind.OPO, params, spec)


def otoco(params: Parameters, spec: SymbolSpec, last_price: Decimal) -> NewList:  # noqa: ARG001 - one kind of reader
    """A working order, and a pair that is placed when it has filled."""
    return _then_pair(ListKind.OTOCO, params, spec)


def opoco(params: Parameters, spec: SymbolSpec, last_price: Decimal) -> NewList:  # noqa: ARG001 - one kind of reader
    """The same where the pair sells what the working order bought."""
    return _then_pair(ListKind.OPOCO, params, spec)


def _then_one(kind: ListKind, params: Parameters, spec: SymbolSpec) -> NewList:
    client_id = _list_id(params)
    working = _working(params, spec)
    pending = read_part(params, spec, Names("pending"), sized=not kind.pays)
    params.finish()
    return NewList(kind, client_id, _paying(kind, [working, pending]))


def _then_pair(kind: ListKind, params: Parameters, spec: SymbolSpec) -> NewList:
    client_id = _list_id(params)
    working = _working(params, spec)
    below, above = Names("pendingBelow", _PENDING), Names("pendingAbove", _PENDING)
    pair = _pair(params, spec, below, above, sized=not kind.pays)
    params.finish()
    if not _price(pair[0]) < _price(pair[1]) and _price(pair[0]) and _price(pair[1]):
        raise _unrelated()
    return NewList(kind, client_id, _paying(kind, [working, *pair]))


def _working(params: Parameters, spec: SymbolSpec) -> NewOrder:
    working = read_part(params, spec, Names("working"))
    if working.type not in _WORKING:
        raise ApiError(-1116, "Invalid orderType.")
    return working


def _paying(kind: ListKind, orders: list[NewOrder]) -> list[NewOrder]:
    """-1222, -1223: what pays is bought first and sold after."""
    if kind.pays and orders[0].side is not Side.BUY:
        raise ApiError(-1222, "Working order in an OPO list must be a bid.")
    if kind.pays and any(order.side is not Side.SELL for order in orders[1:]):
        raise ApiError(-1223, "Pending orders in an OPO list must be asks.")
    return orders


def _pair(params: Parameters, spec: SymbolSpec, below: Names, above: Names, *, sized: bool = True) -> list[NewOrder]:
    """The lower and the upper order; one takes a profit, the other stops a loss, each on its side of the market."""
    pair = [read_part(params, spec, names, sized=sized) for names in (below, above)]
    low, high = pair
    limits = [order.type is OrderType.LIMIT_MAKER for order in pair]
    if any(order.type not in _STOPS | _PROFITS | {OrderType.LIMIT_MAKER} for order in pair):
        raise ApiError(-1158, "Order type not supported in OCO.")
    if all(limits):
        raise ApiError(-1168, "At least one OCO order must be contingent.")
    if low.side is Side.BUY:
        wrong = [
            (limits[1], -1165, "A limit order in a buy OCO must be below."),
            (low.type in _STOPS, -1196, "A stop loss order in a buy OCO must be above."),
            (high.type in _PROFITS, -1198, "A take profit order in a buy OCO must be below."),
        ]
    else:
        wrong = [
            (limits[0], -1166, "A limit order in a sell OCO must be above."),
            (high.type in _STOPS, -1197, "A stop loss order in a sell OCO must be below."),
            (low.type in _PROFITS, -1199, "A take profit order in a sell OCO must be above."),
        ]
    for broken, code, text in wrong:
        if broken:
            raise ApiError(code, text)
    return pair


def _around(pair: list[NewOrder], last_price: Decimal) -> None:
    """-2010: the market must stand between the two (a trail without a stop price stands nowhere yet)."""
    low, high = (_price(order) for order in pair)
    if (low and low >= last_price) or (high and high <= last_price):
        raise _unrelated()


def _price(order: NewOrder) -> Decimal:
    """Where an order of a pair stands: a LIMIT_MAKER at its price, the others at their stop price."""
    return order.price if order.type is OrderType.LIMIT_MAKER and order.price is not None else order.stop_price


def _unrelated() -> ApiError:
    return rejected("The relationship of the prices for the orders is not correct.")


def _list_id(params: Parameters) -> str:
    return params.text("listClientOrderId", CLIENT_ID) or token_urlsafe(16)
