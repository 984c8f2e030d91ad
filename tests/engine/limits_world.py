"""What the tests of limits say over and over: an account beside ours, other instruments, a refusal, a limit, coins."""

from __future__ import annotations

from uuid import UUID

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.bounds import LimitKey
from connectors.engine.inputs import Place
from connectors.model.ids import AccountId, InstrumentId, Product
from connectors.model.order import OrderStatus
from connectors.model.risk import LimitName
from engine.world import D, Desk, fill, limit_buy, report

OTHER = AccountId(UUID(int=2))
ETH = InstrumentId("binance", Product.SPOT, "ETHUSDT")
ETHBTC = InstrumentId("binance", Product.SPOT, "ETHBTC")


def refused(desk: Desk, place: Place) -> fx.Declined:
    """Ask for an order and see that it is declined."""
    desk.happen(place)
    (declined,) = desk.done
    assert isinstance(declined, fx.Declined), "it was not refused"
    return declined


def set_limit(desk: Desk, name: LimitName, value: str | None, **place: object) -> None:
    """Set a limit at a place; None switches it off."""
    key = LimitKey(name, **place)  # type: ignore[arg-type]
    desk.happen(inputs.LimitChanged(key, None if value is None else D(value), desk.now))


def holding(desk: Desk, quantity: str = "0.01") -> None:
    """Buy some, filled."""
    order = desk.place(limit_buy(900, quantity=D(quantity)))
    desk.say(report(order, OrderStatus.FILLED, filled=quantity, fills=(fill(900, quantity, venue_id="v1"),)))
