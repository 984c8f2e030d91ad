"""Balances as the venue states them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.model.ids import AccountId


@dataclass(frozen=True, slots=True)
class Balance:
    """One asset of one account, in units of that asset."""

    account: AccountId
    asset: str
    free: Decimal
    locked: Decimal
    time_ns: int

    @property
    def total(self) -> Decimal:
        """Free and locked together."""
        return self.free + self.locked
