"""How an account begins, is reached and is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connectors.engine.inputs.moment import Moment, Trading
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId, Epoch, InstrumentId
from connectors.model.order import Order
from connectors.model.position import Position


@dataclass(frozen=True, slots=True)
class Started:
    """The archive's contents at start: newest first, as the archive gives them."""

    orders: Sequence[Order]
    fills: Sequence[RecordedFill]
    positions: Sequence[Position]
    trading: Trading
    next_handle: int
    at: Moment
    fills_since: Mapping[tuple[AccountId, Epoch], int] = field(default_factory=dict)
    """Older fills of a life (ns) were left in the archive, unless their order works; of other lives all are here."""
    next_external: int = 1
    """No order left in the archive has a handle of another tool's with this number, or a higher one."""
    trading_reason: str = ""
    trading_since_ns: int = 0


@dataclass(frozen=True, slots=True)
class Remembered:
    """An order of long ago that the archive still has, because the venue spoke of it."""

    order: Order
    fills: Sequence[RecordedFill]
    at: Moment


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """An account's connection learnt in which of the venue's lives it is."""

    account: AccountId
    label: str
    epoch: Epoch
    previous: Epoch | None  # the newest the archive had seen before
    conclusive_after_ms: int
    at: Moment
    fills: Sequence[RecordedFill] = ()  # of the epoch that begins, where it changed, in the order they were booked
    venue: str = ""


@dataclass(frozen=True, slots=True)
class AccountUp:
    """The account can be asked and told things."""

    account: AccountId
    at: Moment


@dataclass(frozen=True, slots=True)
class AccountDown:
    """The account cannot be reached; what is known of its orders is as of now."""

    account: AccountId
    at: Moment
    removed: bool = False  # it is not registered any more: nothing of it works here


@dataclass(frozen=True, slots=True)
class AssetsKnown:
    """Base and quote asset of instruments."""

    assets: Mapping[InstrumentId, tuple[str, str]]
    at: Moment
