"""Orders: what is asked, what the venue says of it, and the desk's record of its life (DESIGN §5)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.model.evidence import Evidence, EvidenceKind
from connectors.model.fill import Fee, Fill
from connectors.model.ids import (
    AccountId,
    ClientOrderId,
    Epoch,
    InstrumentId,
    OrderId,
    VenueListId,
    VenueOrderId,
)
from connectors.model.side import Side

__all__ = [
    "FINAL",
    "WORKING",
    "Evidence",
    "EvidenceKind",
    "Order",
    "OrderOrigin",
    "OrderReport",
    "OrderRequest",
    "OrderStatus",
    "OrderType",
    "ReportSource",
    "SelfTradePrevention",
    "Side",
    "TimeInForce",
]


class OrderType(StrEnum):
    """Order types by the names the field uses; a venue's spelling is mapped in its own room."""

    MARKET = "MARKET"
    LIMIT = "LIMIT"
    LIMIT_MAKER = "LIMIT_MAKER"
    """Post-only: refused when it would take."""
    STOP_LOSS = "STOP_LOSS"
    STOP_LOSS_LIMIT = "STOP_LOSS_LIMIT"
    TAKE_PROFIT = "TAKE_PROFIT"
    TAKE_PROFIT_LIMIT = "TAKE_PROFIT_LIMIT"
    TRAILING = "TRAILING"
    """A market order once the price came back from its best by ``trailing_delta``; a ``trigger_price`` arms it."""
    UNKNOWN = "UNKNOWN"
    """A type the venue added after this release; only ever seen on EXT orders."""


class TimeInForce(StrEnum):
    """How long an order stays."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"
    GTD = "GTD"
    UNKNOWN = "UNKNOWN"


class SelfTradePrevention(StrEnum):
    """What happens when an order would meet another of the same account."""

    VENUE_DEFAULT = "VENUE_DEFAULT"
    NONE = "NONE"
    EXPIRE_TAKER = "EXPIRE_TAKER"
    EXPIRE_MAKER = "EXPIRE_MAKER"
    EXPIRE_BOTH = "EXPIRE_BOTH"
    DECREMENT = "DECREMENT"
    TRANSFER = "TRANSFER"
    UNKNOWN = "UNKNOWN"
    """A mode the venue added after this release; only ever seen in reports."""


class OrderStatus(StrEnum):
    """DESIGN §5. UNKNOWN is a state of ours: bytes may have left and no evidence has come back."""

    DRAFT = "DRAFT"
    SUBMITTING = "SUBMITTING"
    PENDING_TRIGGER = "PENDING_TRIGGER"
    """Held by the venue off the book: a stop before its trigger, or an exit before its entry is filled."""
    OPEN = "OPEN"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"
    NEVER_ARRIVED = "NEVER_ARRIVED"


WORKING = frozenset({OrderStatus.PENDING_TRIGGER, OrderStatus.OPEN, OrderStatus.PARTIALLY_FILLED})
"""States in which the venue holds the order."""

FINAL = frozenset(
    {
        OrderStatus.FILLED,
        OrderStatus.CANCELED,
        OrderStatus.EXPIRED,
        OrderStatus.REJECTED,
        OrderStatus.NEVER_ARRIVED,
    }
)
"""States that end a life (late edges out of them are named in the engine and alerted)."""


class OrderOrigin(StrEnum):
    """Who placed the order."""

    DESK = "DESK"
    EXT = "EXT"
    """Another tool of the same account; adopted when seen."""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a connector is asked to create: legal on the venue's grid, with its client order id. Sent at most once."""

    instrument: InstrumentId
    client_order_id: ClientOrderId
    side: Side
    type: OrderType
    quantity: Decimal | None = None
    """Base units; None only for a quote-sized market order."""
    quote_quantity: Decimal | None = None
    """Quote units of a quote-sized market order."""
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    time_in_force: TimeInForce | None = None
    """None where the type has none (MARKET, LIMIT_MAKER)."""
    expire_time_ns: int | None = None
    reduce_only: bool = False
    self_trade_prevention: SelfTradePrevention = SelfTradePrevention.VENUE_DEFAULT
    trailing_delta: int | None = None
    """Distance of a trailing trigger in basis points (100 = 1 %) of the best price since it began."""
    iceberg_quantity: Decimal | None = None
    """Base units shown at a time; None shows all."""


class ReportSource(StrEnum):
    """Where the venue said it."""

    ACK = "ACK"
    STREAM = "STREAM"
    LOOKUP = "LOOKUP"
    OPEN_ORDERS = "OPEN_ORDERS"
    HISTORY = "HISTORY"


@dataclass(frozen=True, slots=True)
class OrderReport:
    """The venue's word on one order. Quantities are cumulative; ``fill`` is set where the report carries one.

    Some venues acknowledge receipt without accepting (Bybit): then ``status`` is SUBMITTING and the stream decides.
    Some send only cumulative quantities (Coinbase): then ``fill`` is None and the fills are asked for.
    """

    instrument: InstrumentId
    venue_order_id: VenueOrderId | None
    client_order_id: ClientOrderId | None
    """The id the *order* carries (on Binance's cancel events that is ``C``, not ``c``)."""
    status: OrderStatus
    source: ReportSource
    filled: Decimal
    """Cumulative base quantity filled."""
    cost: Decimal | None
    """Cumulative quote quantity; None where the venue does not say."""
    time_ns: int
    """The venue's time of this state."""
    side: Side | None = None
    type: OrderType | None = None
    quantity: Decimal | None = None
    quote_quantity: Decimal | None = None
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    time_in_force: TimeInForce | None = None
    reason: str = ""
    """The venue's word for a refusal or expiry, cleaned."""
    fill: Fill | None = None
    """The fill this report announces, if any."""
    fills: tuple[Fill, ...] = ()
    """Fills listed in an acknowledgement (Binance: newOrderRespType FULL)."""
    replaced_client_order_id: ClientOrderId | None = None
    """The id it carried until this amend; ``client_order_id`` is the new one."""
    venue_list_id: VenueListId | None = None
    """The order list it belongs to."""
    trailing_delta: int | None = None
    """Basis points."""
    trailing_since_ns: int | None = None
    """When a trailing trigger began to follow the price; None while it waits for its activation."""
    iceberg_quantity: Decimal | None = None
    self_trade_prevention: SelfTradePrevention | None = None
    """The mode in force; None where the venue does not say."""
    prevented: Decimal = Decimal(0)
    """Cumulative base quantity that self-trade prevention took off: filled + prevented + remaining = ordered."""


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
    revision: int = 0
    seen_price: Decimal | None = None
    """Mid price on the screen when the key was pressed, for slippage."""
    sent_ns: int | None = None
    """When the request's bytes left (worker's clock)."""
    acked_ns: int | None = None

    @property
    def client_order_id(self) -> ClientOrderId:
        """The client order id in force."""
        return self.client_order_ids[-1]

    @property
    def remaining(self) -> Decimal | None:
        """Base quantity not yet filled; None for a quote-sized order."""
        return None if self.quantity is None else self.quantity - self.filled

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
