"""The words of an order: type, time in force, status, origin."""

from __future__ import annotations

from enum import StrEnum


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
