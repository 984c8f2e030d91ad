"""What a human decides about an order that no evidence decides, and how far the venue's clock is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connectors.engine.inputs.moment import Moment
from connectors.model.ids import AccountId, OrderId


class ByHand(StrEnum):
    """What is decided."""

    ASK_NOW = "ASK_NOW"
    """Look it up now, whatever its countdown says."""
    CANCEL_ANYWAY = "CANCEL_ANYWAY"
    """Send a cancel, though one may be under way or the order may not exist."""
    NEVER_ARRIVED = "NEVER_ARRIVED"
    """It is not at the venue and never was."""
    CANCELED = "CANCELED"
    """It is not at the venue any more; what is known to be filled stays."""


@dataclass(frozen=True, slots=True)
class Resolve:
    """Someone decides about an order."""

    order_id: OrderId
    decision: ByHand
    typed: str
    """The order's handle, for the two that end it."""
    at: Moment


@dataclass(frozen=True, slots=True)
class ClockMeasured:
    """The venue's clock was held against ours: by so much its reading may be wrong."""

    account: AccountId
    error_ns: int
    at: Moment
