"""The user's balances: what is free, what open orders hold, and what fills move. Exact to the last digit."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from connectors.matching.fees import Fees
from connectors.simulator.account.records import Holding
from connectors.simulator.protocol.errors import rejected

OPENING = {"USDT": Decimal(100_000)}
"""What a new account holds."""

INSUFFICIENT = "Account has insufficient balance for requested action."


class Account:
    """Balances of the one user."""

    def __init__(self, assets: Iterable[str], kept: dict[str, Holding]) -> None:
        self.fees = Fees()
        self.holdings = {asset: kept.get(asset) or Holding(OPENING.get(asset, Decimal(0))) for asset in assets}
        self.updated_ms = 0

    def require(self, asset: str, amount: Decimal) -> None:
        """Refuse (-2010, §7.1) unless this much is free."""
        if self.holdings[asset].free < amount:
            raise rejected(INSUFFICIENT)

    def lock(self, asset: str, amount: Decimal) -> None:
        """Set aside for an order; refuses what is not there."""
        self.require(asset, amount)
        holding = self.holdings[asset]
        holding.free -= amount
        holding.locked += amount

    def unlock(self, asset: str, amount: Decimal) -> None:
        """Give back what an order no longer needs."""
        holding = self.holdings[asset]
        holding.free += amount
        holding.locked -= amount

    def spend(self, asset: str, amount: Decimal) -> None:
        """Pay out of what is set aside."""
        self.holdings[asset].locked -= amount

    def receive(self, asset: str, amount: Decimal) -> None:
        """Credit what a fill brought, commission already taken off."""
        self.holdings[asset].free += amount
