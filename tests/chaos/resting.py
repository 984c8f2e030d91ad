"""An order that rests, and how to see that it stands or is over."""

from __future__ import annotations

from decimal import Decimal

from chaos.lane import Lane
from connectors.model.order import FINAL, Order, OrderStatus
from connectors.worker import api


def open_now(order: Order) -> bool:
    """Whether it rests at the venue."""
    return order.status is OrderStatus.OPEN


def over(order: Order) -> bool:
    """Whether nothing more becomes of it."""
    return order.status in FINAL


async def resting(lane: Lane, share: str = "0.95") -> api.PlaceOrder:
    """Place an order that rests, and see it open."""
    price = await lane.low_price() * Decimal(share)
    command = lane.desk.resting(price.quantize(Decimal("0.01")))
    await lane.place(command)
    await lane.order_when(command.order_id, lambda order: open_now(order) or over(order))
    return command
