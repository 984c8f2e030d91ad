"""The desk's own record of an order that the worker has not answered for yet."""

from __future__ import annotations

from connectors.model.ids import ClientOrderId, Epoch
from connectors.model.order import Order, OrderStatus
from connectors.worker import api

NO_EPOCH = Epoch("")
UNSENT_REVISION = -1
"""Any record of the worker's is newer."""


def unsent(place: api.PlaceOrder, now_ns: int) -> Order:
    """The desk's own record of an order the worker has not answered for yet: painted in the frame of the key press."""
    return Order(
        order_id=place.order_id,
        account=place.account,
        epoch=NO_EPOCH,
        instrument=place.instrument,
        handle="⋯",
        client_order_ids=(ClientOrderId(place.order_id.hex),),
        side=place.side,
        type=place.type,
        status=OrderStatus.SUBMITTING,
        created_ns=now_ns,
        updated_ns=now_ns,
        quantity=place.quantity,
        quote_quantity=place.quote_quantity,
        price=place.price,
        trigger_price=place.trigger_price,
        trailing_delta=place.trailing_delta,
        time_in_force=place.time_in_force,
        reduce_only=place.reduce_only,
        revision=UNSENT_REVISION,
        seen_price=place.seen_price,
    )
