"""An order as its venue is asked for it: what the venue cannot say itself is left out, because the desk does it."""

from __future__ import annotations

from connectors.engine.inputs import Place
from connectors.model.capabilities import Capabilities, Support
from connectors.model.ids import ClientOrderId, Product
from connectors.model.legality import TIMED
from connectors.model.order import Order, OrderRequest, OrderType, TimeInForce


def force_of(kind: OrderType, wanted: TimeInForce | None) -> TimeInForce | None:
    """The time in force of an order for which none was named: it stays, where its type has one."""
    return wanted or (TimeInForce.GTC if kind in TIMED else None)


def emulates_expiry(force: TimeInForce | None, can: Capabilities) -> bool:
    """Whether the desk has to cancel an order at its expiry, because the venue has no GTD."""
    return force is TimeInForce.GTD and can.time_in_force(TimeInForce.GTD) is not Support.NATIVE


def request_of(place: Place) -> OrderRequest:
    """The request of a wanted order; an expiry that the desk keeps reads GTC here."""
    emulated = emulates_expiry(place.time_in_force, place.capabilities)
    return OrderRequest(
        instrument=place.instrument.id,
        client_order_id=ClientOrderId(place.order_id.hex),
        side=place.side,
        type=place.type,
        quantity=place.quantity,
        quote_quantity=place.quote_quantity,
        price=place.price,
        trigger_price=place.trigger_price,
        time_in_force=TimeInForce.GTC if emulated else force_of(place.type, place.time_in_force),
        expire_time_ns=None if emulated else place.expire_time_ns,
        # On spot it is the desk's own rule; no venue knows the word there.
        reduce_only=place.reduce_only and place.instrument.id.product is not Product.SPOT,
        self_trade_prevention=place.self_trade_prevention,
        trailing_delta=place.trailing_delta,
        iceberg_quantity=place.iceberg_quantity,
    )


def request_again(order: Order) -> OrderRequest:
    """The request of an order as its record has it now."""
    return OrderRequest(
        instrument=order.instrument,
        client_order_id=order.client_order_id,
        side=order.side,
        type=order.type,
        quantity=order.quantity,
        quote_quantity=order.quote_quantity,
        price=order.price,
        trigger_price=order.trigger_price,
        time_in_force=TimeInForce.GTC if order.emulated_expiry else order.time_in_force,
        expire_time_ns=None if order.emulated_expiry else order.expire_time_ns,
        reduce_only=order.reduce_only and order.instrument.product is not Product.SPOT,
        self_trade_prevention=order.self_trade_prevention,
        trailing_delta=order.trailing_delta,
        iceberg_quantity=order.iceberg_quantity,
    )
