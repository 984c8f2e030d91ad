"""The desk's record of an order's life (DESIGN §5)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.model.evidence import Evidence
from connectors.model.fill import Fee
from connectors.model.ids import (
    AccountId,
    ClientListId,
    ClientOrderId,
    Epoch,
    InstrumentId,
    OrderId,
    VenueListId,
    VenueOrderId,
)
from connectors.model.list_terms import ListKind, ListRole
from connectors.model.order_terms import (
    WORKING,
    OrderOrigin,
    OrderStatus,
    OrderType,
    SelfTradePrevention,
    TimeInForce,
)
from connectors.model.side import Side


class Kinship(StrEnum):
    """How an order comes from its parent."""

    REPLACED = "REPLACED"
    """It was created in the parent's place by a cancel-replace."""
    TRIGGERED = "TRIGGERED"
    """The venue created it when the parent's trigger was met."""


@dataclass(frozen=True, slots=True)
class Amending:
    """What an order is asked to become; None leaves a field as it is."""

    since_ns: int
    quantity: Decimal | None = None
    """New whole quantity in base units, what is filled included."""
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    client_order_id: ClientOrderId | None = None
    """The id it would carry afterwards, where the venue renames it."""
    replacement: OrderId | None = None
    """The order that takes its place, where it is cancelled and replaced: this loses the queue."""


@dataclass(frozen=True, slots=True)
class Order:
    """The desk's record of one order. A change is a new record with a higher ``revision``."""

    order_id: OrderId
    account: AccountId
    epoch: Epoch
    instrument: InstrumentId
    handle: str
    """Two or more characters, such as ``k3``; stable for the order's life, the same on every screen."""
    client_order_ids: tuple[ClientOrderId, ...]
    """Newest last; an amend adds one."""
    side: Side
    type: OrderType
    status: OrderStatus
    created_ns: int
    updated_ns: int
    quantity: Decimal | None = None
    quote_quantity: Decimal | None = None
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    time_in_force: TimeInForce | None = None
    reduce_only: bool = False
    origin: OrderOrigin = OrderOrigin.DESK
    venue_order_id: VenueOrderId | None = None
    filled: Decimal = Decimal(0)
    """Cumulative base quantity; never falls."""
    cost: Decimal = Decimal(0)
    """Cumulative quote quantity of the fills."""
    fees: tuple[Fee, ...] = ()
    """Fees so far, one entry an asset."""
    canceling: bool = False
    """Overlay: a cancel was sent and is not yet confirmed. The status is still the venue's word."""
    reason: str = ""
    """Why it was refused, expired or is unknown: one sentence."""
    evidence: tuple[Evidence, ...] = ()
    next_check_ns: int | None = None
    """When an UNKNOWN order is next asked about."""
    parent: OrderId | None = None
    """The order this one comes from, in the way ``kinship`` says."""
    kinship: Kinship | None = None
    revision: int = 0
    seen_price: Decimal | None = None
    """Mid price on the screen when the key was pressed, for slippage."""
    sent_ns: int | None = None
    """When the request's bytes left (worker's clock)."""
    acked_ns: int | None = None
    amending: Amending | None = None
    """Overlay: a change was asked for and is not yet confirmed. The record still has the values in force."""
    replacement: OrderId | None = None
    """The order that was created in this one's place."""
    list_id: ClientListId | None = None
    """The order list it is one of."""
    venue_list_id: VenueListId | None = None
    """The same by the venue's own id; of lists of other tools the only one known."""
    list_kind: ListKind | None = None
    list_role: ListRole | None = None
    expire_time_ns: int | None = None
    """End of a GTD order."""
    emulated_expiry: bool = False
    """The venue knows no GTD: the desk cancels it at ``expire_time_ns``, if the worker lives then."""
    trailing_delta: int | None = None
    """Basis points (100 = 1 %)."""
    iceberg_quantity: Decimal | None = None
    self_trade_prevention: SelfTradePrevention = SelfTradePrevention.VENUE_DEFAULT
    prevented: Decimal = Decimal(0)
    """Cumulative base quantity that self-trade prevention took off: filled + prevented + remaining = ordered."""
    arrival_price: Decimal | None = None
    """Mid price at the worker in the moment its first byte could leave, in quote per base: slippage counts from it."""
    amend_ids: tuple[OrderId, ...] = ()
    """Ids of the changes that were asked of it, oldest first: the same id never asks for a second change."""
    changed_ns: int = 0
    """The venue's time of the newest change of its size or prices that it confirmed: what is older says of neither."""
    decided_by_hand: bool = False
    """A human ended it, typed: no evidence did. A later word of the venue still outweighs this."""

    @property
    def client_order_id(self) -> ClientOrderId:
        """The client order id in force."""
        return self.client_order_ids[-1]

    @property
    def remaining(self) -> Decimal | None:
        """Base quantity that may still be filled; None for a quote-sized order."""
        return None if self.quantity is None else self.quantity - self.filled - self.prevented

    @property
    def average_price(self) -> Decimal | None:
        """Average fill price, derived for display; None before the first fill."""
        return self.cost / self.filled if self.filled else None

    @property
    def working(self) -> bool:
        """Whether the venue holds it, or may hold it."""
        return self.status in WORKING or self.status in {
            OrderStatus.SUBMITTING,
            OrderStatus.UNKNOWN,
        }
