"""A new order's parameters and filters (§4.3, §4.4): what is refused before matching hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from secrets import token_urlsafe

from connectors.matching.terms import Prevention
from connectors.model.order import OrderType, TimeInForce
from connectors.model.side import Side
from connectors.simulator.errors import ApiError, filter_failure, illegal, rejected, unneeded
from connectors.simulator.parameters import CLIENT_ID, Parameters
from connectors.simulator.specs import (
    MAX_NOTIONAL,
    MAX_ORDERS,
    MAX_PRICE,
    MIN_NOTIONAL,
    MULTIPLIER_DOWN,
    MULTIPLIER_UP,
    STP_DEFAULT,
    SymbolSpec,
)

_UNSUPPORTED = {
    OrderType.STOP_LOSS: "Stop loss orders",
    OrderType.STOP_LOSS_LIMIT: "Stop loss limit orders",
    OrderType.TAKE_PROFIT: "Take profit orders",
    OrderType.TAKE_PROFIT_LIMIT: "Take profit limit orders",
}
_LIVES = {TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK}


class Answer(StrEnum):
    """How much of the order an answer tells (§4.4)."""

    ACK = "ACK"
    RESULT = "RESULT"
    FULL = "FULL"


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A new order whose parameters are well-formed; filters and balances come after."""

    spec: SymbolSpec
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    quantity: Decimal | None
    quote_quantity: Decimal | None
    price: Decimal | None
    client_id: str
    prevention: Prevention
    answer: Answer


def read(params: Parameters, spec: SymbolSpec) -> NewOrder:
    """The order that the parameters ask for; ``symbol`` has been read already."""
    params.need("side", "type")
    side = params.word("side", Side, ApiError(-1117, "Invalid side."))
    kind = params.word("type", OrderType, ApiError(-1116, "Invalid orderType."))
    life = params.word("timeInForce", TimeInForce, ApiError(-1115, "Invalid timeInForce."))
    if side is None or kind is None or kind in {OrderType.TRAILING, OrderType.UNKNOWN}:
        raise ApiError(-1116, "Invalid orderType.")
    if life is not None and life not in _LIVES:
        raise ApiError(-1115, "Invalid timeInForce.")
    if kind in _UNSUPPORTED:
        raise ApiError(-1013, f"{_UNSUPPORTED[kind]} are not supported for this symbol.")
    _shape(params, kind)
    if params.amount("icebergQty"):
        raise ApiError(-1013, "Iceberg orders are not supported for this symbol.")
    order = NewOrder(
        spec,
        side,
        kind,
        life or TimeInForce.GTC,
        params.amount("quantity"),
        params.amount("quoteOrderQty"),
        params.amount("price"),
        _client_id(params),
        _prevention(params),
        _answer(params, kind),
    )
    params.integer("strategyId")
    params.integer("strategyType")
    params.finish()
    return order


def check(order: NewOrder, last_price: Decimal, open_orders: int) -> None:
    """Filters, in the order exchangeInfo lists them; raises -1013 naming the one that failed."""
    if order.price is not None:
        _check_price(order, order.price, last_price)
    if order.quantity is not None:
        _check_quantity(order, order.quantity)
    notional = order.quote_quantity
    if notional is None and order.quantity is not None:
        notional = order.quantity * (order.price if order.price is not None else last_price)
    most = order.type is not OrderType.MARKET
    if notional is not None and (notional < MIN_NOTIONAL or (most and notional > MAX_NOTIONAL)):
        raise filter_failure("NOTIONAL")
    if order.type is not OrderType.MARKET and open_orders >= MAX_ORDERS:
        raise filter_failure("MAX_NUM_ORDERS")


def thin_book() -> ApiError:
    """A market order sized in quote that does not reach the smallest quantity."""
    return rejected("Order book liquidity is less than LOT_SIZE filter minimum quantity.")


def _shape(params: Parameters, kind: OrderType) -> None:
    """The table of §4.4: what a type needs and what it may not carry."""
    if kind is OrderType.MARKET:
        params.refuse("price", "timeInForce", "stopPrice", "trailingDelta")
        if params.raw("quoteOrderQty") is None:
            params.need("quantity")
        elif params.raw("quantity") is not None:
            raise unneeded("quoteOrderQty")
        return
    params.refuse("quoteOrderQty", "stopPrice", "trailingDelta")
    if kind is OrderType.LIMIT:
        params.need("timeInForce", "quantity", "price")
    else:
        params.refuse("timeInForce")
        params.need("quantity", "price")


def _check_price(order: NewOrder, price: Decimal, last_price: Decimal) -> None:
    tick = order.spec.tick
    if price < tick or price > MAX_PRICE or price % tick:
        raise filter_failure("PRICE_FILTER")
    if not last_price * MULTIPLIER_DOWN <= price <= last_price * MULTIPLIER_UP:
        raise filter_failure("PERCENT_PRICE_BY_SIDE")


def _check_quantity(order: NewOrder, quantity: Decimal) -> None:
    spec = order.spec
    if quantity < spec.step or quantity > spec.max_quantity or quantity % spec.step:
        raise filter_failure("LOT_SIZE")
    if order.type is OrderType.MARKET and quantity > spec.max_market_quantity:
        raise filter_failure("MARKET_LOT_SIZE")


def _client_id(params: Parameters) -> str:
    value = params.raw("newClientOrderId")
    if value == "":
        raise ApiError(-1118, "New client order ID was empty.")
    return params.text("newClientOrderId", CLIENT_ID) or token_urlsafe(16)


def _prevention(params: Parameters) -> Prevention:
    wrong = illegal("selfTradePreventionMode", f"^({'|'.join(Prevention)})$")
    return params.word("selfTradePreventionMode", Prevention, wrong) or STP_DEFAULT


def _answer(params: Parameters, kind: OrderType) -> Answer:
    """Default: FULL for LIMIT and MARKET, ACK for the rest (§4.4)."""
    wrong = illegal("newOrderRespType", "^(ACK|RESULT|FULL)$")
    usual = Answer.FULL if kind in {OrderType.LIMIT, OrderType.MARKET} else Answer.ACK
    return params.word("newOrderRespType", Answer, wrong) or usual
