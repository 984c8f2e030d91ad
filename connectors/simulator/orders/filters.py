"""Filters (§4.3): what exchangeInfo publishes of a symbol, enforced; -1013 names the one that failed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from connectors.model.order import OrderType
from connectors.simulator.account.records import CONDITIONAL, UNPRICED, UserOrder
from connectors.simulator.orders.rules import NewOrder
from connectors.simulator.protocol.errors import ApiError, filter_failure
from connectors.simulator.specs import (
    ICEBERG_PARTS,
    MAX_ALGO_ORDERS,
    MAX_NOTIONAL,
    MAX_ORDERS,
    MAX_PRICE,
    MAX_TRAILING_DELTA,
    MIN_NOTIONAL,
    MIN_TRAILING_DELTA,
    MULTIPLIER_DOWN,
    MULTIPLIER_UP,
    SymbolSpec,
)


def check(order: NewOrder, last_price: Decimal) -> None:
    """What the order and the market's last price tell, in the order exchangeInfo lists the filters."""
    if order.price is not None:
        _check_price(order.spec, order.price)
        if not last_price * MULTIPLIER_DOWN <= order.price <= last_price * MULTIPLIER_UP:
            raise filter_failure("PERCENT_PRICE_BY_SIDE")
    if order.stop_price:
        _check_price(order.spec, order.stop_price)
    if order.quantity is not None:
        check_quantity(order.spec, order.quantity, unpriced=order.type in UNPRICED)
    _check_iceberg(order)
    if order.trailing_delta and not MIN_TRAILING_DELTA <= order.trailing_delta <= MAX_TRAILING_DELTA:
        raise filter_failure("TRAILING_DELTA")
    value = order.quote_quantity
    if value is None and order.quantity is not None:
        value = order.quantity * order.worth(last_price)
    if value is not None:
        check_notional(value, unpriced=order.type in UNPRICED)


def check_count(new: Sequence[NewOrder], open_orders: Sequence[UserOrder]) -> None:
    """How many orders a symbol may have open: all, and those that wait for a price."""
    resting = [order for order in new if order.type is not OrderType.MARKET]
    if resting and len(open_orders) + len(resting) > MAX_ORDERS:
        raise filter_failure("MAX_NUM_ORDERS")
    waiting = sum(order.type in CONDITIONAL for order in new)
    if waiting and waiting + sum(order.type in CONDITIONAL for order in open_orders) > MAX_ALGO_ORDERS:
        raise filter_failure("MAX_NUM_ALGO_ORDERS")


def check_quantity(spec: SymbolSpec, quantity: Decimal, *, unpriced: bool) -> None:
    """LOT_SIZE, and MARKET_LOT_SIZE for what trades at any price."""
    if quantity < spec.step or quantity > spec.max_quantity or quantity % spec.step:
        raise filter_failure("LOT_SIZE")
    if unpriced and quantity > spec.max_market_quantity:
        raise filter_failure("MARKET_LOT_SIZE")


def check_notional(value: Decimal, *, unpriced: bool = False) -> None:
    """NOTIONAL: the upper bound is not for market orders."""
    if value < MIN_NOTIONAL or (not unpriced and value > MAX_NOTIONAL):
        raise filter_failure("NOTIONAL")


def _check_price(spec: SymbolSpec, price: Decimal) -> None:
    if price < spec.tick or price > MAX_PRICE or price % spec.tick:
        raise filter_failure("PRICE_FILTER")


def _check_iceberg(order: NewOrder) -> None:
    if not order.iceberg:
        return
    if order.iceberg < order.spec.step or order.iceberg % order.spec.step:
        raise filter_failure("LOT_SIZE")
    if order.quantity is not None:
        if order.iceberg > order.quantity:
            raise ApiError(-1013, "IcebergQty exceeds QTY.")
        if order.quantity > order.iceberg * ICEBERG_PARTS:
            raise filter_failure("ICEBERG_PARTS")
