"""Changing orders, placing them in lists, and deciding what no evidence decides: commands and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.model.ids import AccountId, InstrumentId, OrderId
from connectors.model.order import Order
from connectors.model.order_list import ListKind
from connectors.worker.api.account import PlaceOrder


@dataclass(frozen=True, slots=True)
class AmendOrder:
    """Change an open order; None leaves a field as it is. Reply: `OrderAccepted` with the order that stands then.

    Where the venue can, the order is changed in its place; else it is cancelled and another is created, whose
    ``order_id`` is ``amend_id``: the old order names it in ``replacement``, the new one the old in ``parent``. Either
    shows in `connectors.model.order.Order.amending` until the venue confirms. A second command with the same
    ``amend_id`` never makes a second change.
    """

    order_id: OrderId
    amend_id: OrderId
    """UUIDv7, minted by the client when the key was pressed."""
    quantity: Decimal | None = None
    """New whole quantity in base units, what is filled included."""
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    seen_price: Decimal | None = None
    """Mid price that was painted when the key was pressed."""
    frame: int | None = None
    """`BookView.update_id` that was painted when the key was pressed; None where no price came from a book."""


@dataclass(frozen=True, slots=True)
class PlaceList:
    """Place orders that hang together, all or none. Reply: `ListAccepted` once the intents are committed.

    Each order is a `PlaceOrder` with its own ``order_id``; all are of one account and instrument.
    """

    kind: ListKind
    list_id: OrderId
    """UUIDv7, minted by the client: the list's identity."""
    entry: PlaceOrder | None = None
    take_profit: PlaceOrder | None = None
    stop_loss: PlaceOrder | None = None
    exit: PlaceOrder | None = None


@dataclass(frozen=True, slots=True)
class ListAccepted:
    """The intents are in the journal and on their way."""

    orders: tuple[Order, ...]


class Decision(StrEnum):
    """What a human decides about a stuck order."""

    ASK_NOW = "ASK_NOW"
    """Look it up now, whatever its countdown says."""
    CANCEL_ANYWAY = "CANCEL_ANYWAY"
    """Send a cancel, though one may be under way or the order may not exist."""
    NEVER_ARRIVED = "NEVER_ARRIVED"
    """By hand: it is not at the venue and never was."""
    CANCELED = "CANCELED"
    """By hand: it is not at the venue any more; what is known to be filled stays."""


@dataclass(frozen=True, slots=True)
class ResolveOrder:
    """Decide about an order that is stuck. Reply: `OrderAccepted` with the order as it is then. Audited.

    The two that are decided by hand need ``typed``, the order's handle; the venue's later word outweighs them.
    """

    order_id: OrderId
    decision: Decision
    typed: str = ""


@dataclass(frozen=True, slots=True)
class GetStuck:
    """Orders that are UNKNOWN, SUBMITTING, CANCELING or changing for longer than they should. Reply: `StuckOrders`."""

    account: AccountId | None = None


@dataclass(frozen=True, slots=True)
class StuckOrder:
    """One of them."""

    order: Order
    since_ns: int
    """From when it has been so."""
    sentence: str
    """What it waits for, and what may be done."""


@dataclass(frozen=True, slots=True)
class StuckOrders:
    """Oldest first."""

    orders: tuple[StuckOrder, ...]


@dataclass(frozen=True, slots=True)
class GetOrderHistory:
    """Orders of one instrument as the venue lists them, finished ones too. Reply: `Orders`, newest first.

    What the venue lists and the archive did not know is adopted as EXT first.
    """

    account: AccountId
    instrument: InstrumentId
    limit: int = 100
