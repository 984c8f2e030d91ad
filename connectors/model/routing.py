"""Where an order goes when several venues could take it: the policy, and what was decided and came of it (I1, I2)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from connectors.model.ids import AccountId, InstrumentId, OrderId
from connectors.model.side import Side


class RoutingPolicy(StrEnum):
    """What a route is chosen by."""

    BEST_PRICE = "BEST_PRICE"
    """Least paid, or most received, for the whole quantity, fees included."""
    LOWEST_FEES = "LOWEST_FEES"
    HIGHEST_LIQUIDITY = "HIGHEST_LIQUIDITY"
    """Most quantity within the limit, or within the collar for a market order."""
    USER_PREFERENCE = "USER_PREFERENCE"
    """The first in the user's own order that can take it."""


@dataclass(frozen=True, slots=True)
class RoutingSettings:
    """How orders of one pair are routed."""

    scope: str
    """The pair, such as ``BTC/USDT``; empty: every pair without settings of its own."""
    policy: RoutingPolicy
    updated_ns: int
    accounts: tuple[AccountId, ...] = ()
    """Those that may be used, in the user's order; none named: all that are connected."""
    most_parts: int = 1
    """Above 1, an order may be split."""


@dataclass(frozen=True, slots=True)
class RouteCandidate:
    """One account as the decision saw it."""

    account: AccountId
    instrument: InstrumentId
    available: bool
    reason: str
    """Why it was chosen, or was not: one sentence."""
    price: Decimal | None = None
    """Average for the whole quantity from its live book, in quote, before fees; None where the book has too little."""
    fee_rate: Decimal | None = None
    """Taker's, as a share of the quote amount."""
    liquidity: Decimal | None = None
    """Base quantity its book had within the limit."""
    spread: Decimal | None = None
    """In quote."""
    round_trip_ms: int | None = None


@dataclass(frozen=True, slots=True)
class RoutePart:
    """What one account was given, and what came of it."""

    account: AccountId
    instrument: InstrumentId
    quantity: Decimal
    """Base units, legal there; those of a decision sum to its quantity exactly."""
    order_id: OrderId | None = None
    """The order it became; None before it was sent."""
    filled: Decimal | None = None
    cost: Decimal | None = None
    """Quote paid or received for ``filled``."""
    outcome: str = ""
    """How it ended: the order's last status, or why there was none; empty while it is open."""
    outcome_ns: int | None = None


@dataclass(frozen=True, slots=True)
class RoutingDecision:
    """One order routed: what was seen, what was chosen, and why."""

    decision_id: UUID
    """UUIDv7."""
    time_ns: int
    policy: RoutingPolicy
    base: str
    quote: str
    side: Side
    quantity: Decimal
    """Base units."""
    limit_price: Decimal | None
    reason: str
    candidates: tuple[RouteCandidate, ...]
    parts: tuple[RoutePart, ...]
