"""When a conditional order acts (§4.4): stop prices, and prices that are trailed. Pure; prices are those of trades."""

from __future__ import annotations

from decimal import Decimal

from connectors.model.order import OrderType
from connectors.model.side import Side
from connectors.simulator.account.records import UserOrder

_WHOLE = 10_000
"""Basis points of one."""
_STOPS = frozenset({OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT})


def above(kind: OrderType, side: Side) -> bool:
    """Whether the stop price lies above the market: STOP_LOSS BUY and TAKE_PROFIT SELL (§4.4)."""
    return (kind in _STOPS) is (side is Side.BUY)


def reached(order: UserOrder, price: Decimal) -> bool:
    """Whether a trade at this price is at or beyond the order's stop price."""
    return price >= order.stop_price if above(order.type, order.side) else price <= order.stop_price


def start(order: UserOrder, last_price: Decimal, now_ms: int) -> None:
    """An order that trails without a stop price follows from the market's last price on."""
    if order.trailing_delta and not order.stop_price:
        order.trail, order.trailing_time = last_price, now_ms


def follow(order: UserOrder, price: Decimal, now_ms: int) -> bool:
    """Look at one trade; whether the order acts now.

    A trailing order with a stop price begins to follow with the first trade that reaches it. A sell remembers the
    highest price since then and acts when a trade is ``trailing_delta`` basis points below it; a buy the lowest, above.
    """
    if not order.trailing_delta:
        return reached(order, price)
    if order.trailing_time < 0:
        if reached(order, price):
            order.trail, order.trailing_time = price, now_ms
        return False
    if order.side is Side.SELL:
        order.trail = max(order.trail, price)
        return price * _WHOLE <= order.trail * (_WHOLE - order.trailing_delta)
    order.trail = min(order.trail, price)
    return price * _WHOLE >= order.trail * (_WHOLE + order.trailing_delta)
