"""Risk: limits, what is used of them, the trading state and the loss lock (REQUIREMENTS H4)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.model.ids import AccountId, InstrumentId
from connectors.model.risk import LimitName, LimitScope
from connectors.worker.api.answers import TradingState


@dataclass(frozen=True, slots=True)
class LimitInForce:
    """One limit as it holds for one account, or one instrument of it."""

    name: LimitName
    value: Decimal | None
    """A share (0.05 is 5 %), a count, or an amount in the reporting currency, by the name; None: switched off."""
    scope: LimitScope
    """Where the value comes from."""
    used: Decimal | None = None
    """In the same unit; None where it cannot be told."""


@dataclass(frozen=True, slots=True)
class AccountRisk:
    """One account against its limits."""

    account: AccountId
    label: str
    currency: str
    """The quote currency amounts are in."""
    equity: Decimal | None
    """What the account holds, in ``currency``; None while balances or prices are missing."""
    realised: Decimal
    """Since the day began."""
    unrealised: Decimal | None
    fees: Decimal
    day_began_ns: int
    day_equity: Decimal | None
    """Equity when the day began: the loss lock is a share of it."""
    loss_limit: Decimal | None
    locked: bool
    """The loss lock is shut: only orders that reduce pass until a human unlocks it, typed."""
    locked_ns: int | None
    limits: tuple[LimitInForce, ...] = ()
    unpriced: tuple[str, ...] = ()
    """Assets without a price in ``currency``, which no sum here has."""


@dataclass(frozen=True, slots=True)
class GetRisk:
    """Reply: `RiskFacts`."""

    account: AccountId | None = None
    instrument: InstrumentId | None = None
    """Limits as they hold for this instrument."""


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """The trading state, and every account against its limits."""

    trading: TradingState
    reason: str
    since_ns: int
    accounts: tuple[AccountRisk, ...]


@dataclass(frozen=True, slots=True)
class SetLimit:
    """Change a limit. Audited, in force at once, survives a restart. Reply: `Done`."""

    name: LimitName
    value: Decimal | None
    """None takes back what was set there: the wider scope holds again."""
    account: AccountId | None = None
    instrument: InstrumentId | None = None
    off: bool = False
    """Switch the limit off there; ``value`` is None then."""
    venue: str | None = None
    """A registered venue: every account there."""


@dataclass(frozen=True, slots=True)
class UnlockLoss:
    """Open an account's loss lock until the next day begins. Audited. Reply: `Done`."""

    account: AccountId
    typed: str
    """``RESUME``"""


@dataclass(frozen=True, slots=True)
class RiskChanged:
    """An account's numbers moved enough to be shown, or its lock did. A numbered event."""

    risk: AccountRisk
