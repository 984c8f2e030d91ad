"""What is wanted of orders that are there, and of orders that hang together; how requests about them ended."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.engine.inputs.moment import Moment
from connectors.engine.inputs.orders import Answer, MarketNow, Place
from connectors.model.capabilities import Capabilities
from connectors.model.change import ReplaceReport
from connectors.model.ids import AccountId, ClientListId, OrderId
from connectors.model.instrument import Instrument
from connectors.model.order import OrderReport
from connectors.model.order_list import ListKind, OrderListReport


@dataclass(frozen=True, slots=True)
class Amend:
    """Someone wants an open order changed; None leaves a field as it is."""

    order_id: OrderId
    amend_id: OrderId
    """Identity of the change; of the order that takes the place, where it is cancelled and replaced."""
    instrument: Instrument
    capabilities: Capabilities
    market: MarketNow
    at: Moment
    quantity: Decimal | None = None
    """New whole quantity in base units, what is filled included."""
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    seen_price: Decimal | None = None
    from_book: bool = False


@dataclass(frozen=True, slots=True)
class ChangeSending:
    """The first byte of a change in place may leave now."""

    order_id: OrderId
    since_ns: int
    """Of the change."""
    at: Moment
    forbidden: str = ""
    """As `connectors.engine.inputs.Sending.forbidden`."""


@dataclass(frozen=True, slots=True)
class AmendEnded:
    """A request to change an order in its place ended: with a report, or without one."""

    order_id: OrderId
    since_ns: int
    """Of the change that was sent."""
    report: OrderReport | None
    answer: Answer | None
    sentence: str
    at: Moment


@dataclass(frozen=True, slots=True)
class ReplaceEnded:
    """A cancel-and-create ended: with both outcomes, or without a word."""

    order_id: OrderId
    """The old one."""
    report: ReplaceReport | None
    answer: Answer | None
    sentence: str
    at: Moment
    new_id: OrderId | None = None


@dataclass(frozen=True, slots=True)
class PlaceList:
    """Someone wants orders that hang together, all or none."""

    list_id: OrderId
    kind: ListKind
    at: Moment
    entry: Place | None = None
    take_profit: Place | None = None
    stop_loss: Place | None = None
    exit: Place | None = None


@dataclass(frozen=True, slots=True)
class ListEnded:
    """The one request of a list ended: with a report, or without one."""

    account: AccountId
    client_list_id: ClientListId
    report: OrderListReport | None
    answer: Answer | None
    sentence: str
    at: Moment


@dataclass(frozen=True, slots=True)
class ListLookedUp:
    """A list was asked for by its client id. ``report`` None and no sentence: the venue knows no such list."""

    account: AccountId
    client_list_id: ClientListId
    report: OrderListReport | None
    at: Moment
    sentence: str = ""  # why it could not be asked
