"""Fills: the only thing that moves a position."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.model.ids import (
    AccountId,
    ClientOrderId,
    Epoch,
    InstrumentId,
    OrderId,
    TradeId,
    VenueOrderId,
)
from connectors.model.side import Side


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee in one asset; negative for a rebate."""

    asset: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution as the venue tells it. Unique by (account, epoch, instrument, trade id)."""

    instrument: InstrumentId
    trade_id: TradeId
    venue_order_id: VenueOrderId
    side: Side
    price: Decimal
    quantity: Decimal
    """Base units, positive."""
    quote_quantity: Decimal
    """Quote units, positive."""
    fee: Fee | None
    time_ns: int
    maker: bool | None = None
    client_order_id: ClientOrderId | None = None
    provisional: bool = False
    """Derived from cumulative quantities (venues whose user channel has no fills); a real one replaces it."""


@dataclass(frozen=True, slots=True)
class RecordedFill:
    """A fill in the archive: whose it is and which order of ours it belongs to."""

    account: AccountId
    epoch: Epoch
    order_id: OrderId
    fill: Fill
