"""REST answers about the user's account and orders (§4.4)."""

from __future__ import annotations

from enum import StrEnum
from secrets import token_urlsafe
from typing import Any, TypeVar

from connectors.simulator.account.records import Status, UserOrder
from connectors.simulator.exchange import Exchange
from connectors.simulator.orders import rules
from connectors.simulator.protocol import list_shapes, shapes
from connectors.simulator.protocol.errors import ApiError, unknown_order
from connectors.simulator.protocol.parameters import CLIENT_ID, SYMBOL, Parameters
from connectors.simulator.rest.public import symbol
from connectors.simulator.specs import amount

_DAY_MS = 86_400_000
_BASIS_POINTS = 10

Row = TypeVar("Row")


class Restriction(StrEnum):
    """When a cancel may go through (§4.4)."""

    ONLY_NEW = "ONLY_NEW"
    ONLY_PARTIALLY_FILLED = "ONLY_PARTIALLY_FILLED"


def account(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """Balances and what the account may do."""
    omit = params.flag("omitZeroBalances")
    params.finish()
    rate = amount(exchange.account.fees.maker)
    return {
        "makerCommission": _BASIS_POINTS,
        "takerCommission": _BASIS_POINTS,
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": {"maker": rate, "taker": rate, "buyer": "0.00000000", "seller": "0.00000000"},
        "canTrade": True,
        "canWithdraw": False,
        "canDeposit": False,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": exchange.account.updated_ms,
        "accountType": "SPOT",
        "balances": shapes.balances(exchange.account.holdings, omit_zero=omit),
        "permissions": ["SPOT"],
        "uid": 1,
    }


def place(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """A new order."""
    spec = exchange.feed(symbol(exchange, params)).spec
    new = rules.read(params, spec)
    done = exchange.trading.place(new)
    return shapes.placed(done.order, new.answer, done.fills, done.halted)


def cancel(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """Cancel one order; -2011 when it is not open (§4.4). With one order of a list the whole list goes (§4.7)."""
    name = symbol(exchange, params)
    order_id, client_id = either_id(params)
    restriction = restricted(params)
    cancel_id = params.text("newClientOrderId", CLIENT_ID) or token_urlsafe(16)
    params.finish()
    order = cancellable(exchange, name, order_id, client_id, restriction)
    return shapes.canceled(exchange.trading.cancel(order, cancel_id), cancel_id)


def restricted(params: Parameters) -> Restriction | None:
    """``cancelRestrictions``; -1145 for another word."""
    return params.word("cancelRestrictions", Restriction, ApiError(-1145, "Invalid cancelRestrictions"))


def cancellable(
    exchange: Exchange, name: str, order_id: int | None, client_id: str | None, restriction: Restriction | None
) -> UserOrder:
    """An open order that may be cancelled; -2011 for any other (§4.4)."""
    try:
        order = exchange.find(name, order_id, client_id)
    except ApiError as absent:
        if absent.code == -2013:  # noqa: PLR2004 - a query's code becomes the cancel's own
            raise unknown_order() from absent
        raise
    if not order.open:
        raise unknown_order()
    wanted = Status.NEW if restriction is Restriction.ONLY_NEW else Status.PARTIALLY_FILLED
    if restriction is not None and order.status is not wanted:
        raise ApiError(-2011, "Order was not canceled due to cancel restrictions.")
    return order


def query(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """One order, open or not; -2013 when there never was one."""
    name = symbol(exchange, params)
    order_id, client_id = either_id(params)
    params.finish()
    return shapes.queried(exchange.find(name, order_id, client_id))


def open_orders(exchange: Exchange, params: Parameters) -> list[dict[str, Any]]:
    """Open orders of one symbol, or of all."""
    name = params.text("symbol", SYMBOL)
    params.finish()
    if name is not None:
        exchange.feed(name)
    return [shapes.queried(order) for order in exchange.open_orders(name)]


def cancel_all(exchange: Exchange, params: Parameters) -> list[dict[str, Any]]:
    """Cancel all open orders of a symbol; -2011 when there is none. Lists are told as lists, after the orders."""
    name = symbol(exchange, params)
    params.finish()
    found = exchange.open_orders(name)
    if not found:
        raise unknown_order()
    cancel_id = token_urlsafe(16)
    lists = exchange.trading.lists.open
    groups = [lists[number] for number in dict.fromkeys(order.list_id for order in found) if number in lists]
    alone = [order for order in found if order.list_id not in lists]
    rows = [shapes.canceled(exchange.trading.cancel(order, cancel_id), cancel_id) for order in alone]
    return rows + [
        list_shapes.canceled(one, exchange.trading.cancel_list(one, cancel_id), exchange.orders, cancel_id)
        for one in groups
    ]


def all_orders(exchange: Exchange, params: Parameters) -> list[dict[str, Any]]:
    """All orders of a symbol: from an order id, within at most a day, or the newest."""
    name = symbol(exchange, params)
    order_id = params.integer("orderId")
    start, end = span(params)
    limit = params.limit(500, 1000)
    params.finish()
    found: list[UserOrder] = exchange.all_orders(name)
    if order_id is not None:
        found = [order for order in found if order.order_id >= order_id]
    found = [order for order in found if within(order.time, start, end)]
    return [shapes.queried(order) for order in page(found, limit, oldest=order_id is not None or start is not None)]


def my_trades(exchange: Exchange, params: Parameters) -> list[dict[str, Any]]:
    """The user's fills, in one of the combinations of §4.4."""
    name = symbol(exchange, params)
    order_id, from_id = params.integer("orderId"), params.integer("fromId")
    start, end = span(params)
    limit = params.limit(500, 1000)
    params.finish()
    timed = start is not None or end is not None
    if timed and (order_id is not None or from_id is not None):
        raise ApiError(-1128, "Combination of optional parameters invalid.")
    found = [
        fill
        for fill in exchange.trades(name)
        if (order_id is None or fill.order_id == order_id)
        and (from_id is None or fill.trade_id >= from_id)
        and within(fill.time, start, end)
    ]
    return [
        shapes.trade(fill, exchange.orders[fill.order_id].list_id)
        for fill in page(found, limit, oldest=from_id is not None or start is not None)
    ]


def open_weight(params: Parameters) -> int:
    """6 with a symbol, 80 without (§3.3)."""
    return 6 if params.raw("symbol") is not None else 80


def trades_weight(params: Parameters) -> int:
    """20, or 5 with an order id (§3.3)."""
    return 5 if params.raw("orderId") is not None else 20


def either_id(params: Parameters) -> tuple[int | None, str | None]:
    """``orderId`` and ``origClientOrderId``; -1102 when neither was sent."""
    order_id = params.integer("orderId")
    if params.raw("origClientOrderId") == "":
        raise ApiError(-1119, "Original client order ID was empty.")
    client_id = params.text("origClientOrderId", CLIENT_ID)
    if order_id is None and client_id is None:
        raise ApiError(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!")
    return order_id, client_id


def span(params: Parameters) -> tuple[int | None, int | None]:
    """``startTime`` and ``endTime``; -1127 when they are more than a day apart."""
    start, end = params.integer("startTime"), params.integer("endTime")
    if start is not None and end is not None:
        if end < start:
            raise ApiError(-1128, "Combination of optional parameters invalid.")
        if end - start > _DAY_MS:
            raise ApiError(-1127, "More than 24 hours between startTime and endTime.")
    return start, end


def within(time_ms: int, start: int | None, end: int | None) -> bool:
    """Whether a moment lies between two, both included; None is open."""
    return (start is None or time_ms >= start) and (end is None or time_ms <= end)


def page(rows: list[Row], limit: int, *, oldest: bool) -> list[Row]:
    """§4.1: with a beginning the oldest from there, else the newest; always oldest first."""
    return rows[:limit] if oldest else rows[-limit:]
