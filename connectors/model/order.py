"""Orders: what is asked, and what the venue says of it (DESIGN §5)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.model.evidence import Evidence, EvidenceKind
from connectors.model.fill import Fill
from connectors.model.ids import ClientOrderId, InstrumentId, VenueListId, VenueOrderId
from connectors.model.order_record import Amending, Kinship, Order
from connectors.model.order_terms import (
    FINAL,
    WORKING,
    OrderOrigin,
    OrderStatus,
    OrderType,
    SelfTradePrevention,
    TimeInForce,
)
from connectors.model.side import Side

__all__ = [
    "FINAL",
    "WORKING",
    "Amending",
    "Evidence",
    "EvidenceKind",
    "Kinship",
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
