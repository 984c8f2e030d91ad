"""Positions from fills: (quantity, cost), both exact; averages are derived for display (DESIGN §4)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.model.ids import AccountId, InstrumentId


@dataclass(frozen=True, slots=True)
class Position:
    """A position of one account in one instrument, from its fills alone.

    Invariant: Σ realised + open cost = Σ cash flow, exactly.
    """

    account: AccountId
    instrument: InstrumentId
    quantity: Decimal = Decimal(0)
    """Signed base units (net of fees taken in base)."""
    cost: Decimal = Decimal(0)
    """Open cost in quote: what the open quantity was bought for (negative for a short)."""
    realised: Decimal = Decimal(0)
    """Realised P&L in quote, before fees in other assets."""
    fees_quote: Decimal = Decimal(0)
    """Fees paid, in quote, as far as they can be expressed in it."""
    updated_ns: int = 0

    @property
    def average_entry(self) -> Decimal | None:
        """Open cost ÷ quantity; None when flat."""
        return self.cost / self.quantity if self.quantity else None

    def unrealised(self, mark: Decimal) -> Decimal:
        """Unrealised P&L in quote at ``mark``."""
        return self.quantity * mark - self.cost


class PositionChange(StrEnum):
    """What a history row records."""

    OPEN = "OPEN"
    INCREASE = "INCREASE"
    DECREASE = "DECREASE"
    CLOSE = "CLOSE"
    FLIP = "FLIP"
    RECONCILE = "RECONCILE"


@dataclass(frozen=True, slots=True)
class PositionEvent:
    """One row of a position's history."""

    position: Position
    change: PositionChange
    delta: Decimal
    price: Decimal | None
    realised: Decimal
    time_ns: int
