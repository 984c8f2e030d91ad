"""What can happen to the engine. Every input carries its moment: the engine asks no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.model.balance import Balance
from connectors.model.book import BookLevel, BookState
from connectors.model.capabilities import Capabilities
from connectors.model.fill import Fill, RecordedFill
from connectors.model.ids import AccountId, Epoch, InstrumentId, OrderId
from connectors.model.instrument import Instrument
from connectors.model.order import Order, OrderReport, OrderType, Side, TimeInForce
from connectors.model.position import Position


class Trading(StrEnum):
    """Whether new orders pass."""

    ACTIVE = "ACTIVE"
    REDUCING = "REDUCING"
    HALTED = "HALTED"


@dataclass(frozen=True, slots=True)
class Moment:
    """When an input came: wall time for what is written, monotonic time for what is measured."""

    time_ns: int
    mono_ns: int


@dataclass(frozen=True, slots=True)
class Started:
    """The archive's contents at start: newest first, as the archive gives them."""

    orders: Sequence[Order]
    fills: Sequence[RecordedFill]
    positions: Sequence[Position]
    trading: Trading
    next_handle: int
    at: Moment
    fills_since_ns: int = 0
    """Older fills were left in the archive; 0: all are here."""


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


@dataclass(frozen=True, slots=True)
class MarketNow:
    """What is known of a market when an order for it comes."""

    book: BookState | None = None
    """None: no book of it is followed."""
    bid: BookLevel | None = None
    ask: BookLevel | None = None
    reference: Decimal | None = None
    """A price to hold others against."""


@dataclass(frozen=True, slots=True)
class Place:
    """Someone wants an order."""

    order_id: OrderId
    account: AccountId
    instrument: Instrument
    capabilities: Capabilities
    market: MarketNow
    side: Side
    type: OrderType
    at: Moment
    quantity: Decimal | None = None
    quote_quantity: Decimal | None = None
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    time_in_force: TimeInForce | None = None
    reduce_only: bool = False
    seen_price: Decimal | None = None
    from_book: bool = False
    """The price was taken from a painted book."""


@dataclass(frozen=True, slots=True)
class Committed:
    """The archive has the batch of this token on disk."""

    token: int
    at: Moment


@dataclass(frozen=True, slots=True)
class CommitFailed:
    """The archive could not write the batch of this token."""

    token: int
    sentence: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Sending:
    """The first byte of a create may leave now."""

    order_id: OrderId
    at: Moment


class Answer(StrEnum):
    """How a request that got no report ended."""

    REFUSED = "REFUSED"
    """Definitively: nothing happened at the venue."""
    LOST = "LOST"
    """Bytes may have left and no answer came."""
    DUPLICATE = "DUPLICATE"
    """The client order id is taken: the order is there already."""
    NOT_FOUND = "NOT_FOUND"


@dataclass(frozen=True, slots=True)
class PlaceFailed:
    """A create ended without a report."""

    order_id: OrderId
    answer: Answer
    sentence: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Reported:
    """The venue's word on one order, wherever it said it."""

    account: AccountId
    report: OrderReport
    at: Moment


@dataclass(frozen=True, slots=True)
class Cancel:
    """Someone wants an order gone."""

    order_id: OrderId
    at: Moment


@dataclass(frozen=True, slots=True)
class CancelEnded:
    """A cancel request ended: with a report, or without one."""

    order_id: OrderId
    report: OrderReport | None
    answer: Answer | None
    sentence: str
    at: Moment


@dataclass(frozen=True, slots=True)
class LookUpEnded:
    """A look-up ended. ``in_open``, ``in_history``: whether it was found there; None where that was not asked."""

    order_id: OrderId
    report: OrderReport | None
    in_open: bool | None
    in_history: bool | None
    asked_mono_ns: int
    """When the first of its questions left."""
    at: Moment
    sentence: str = ""  # why it could not be asked


@dataclass(frozen=True, slots=True)
class FillsAnswered:
    """Own fills the venue listed, oldest first; those already booked are among them."""

    account: AccountId
    fills: Sequence[Fill]
    at: Moment


@dataclass(frozen=True, slots=True)
class BalancesSeen:
    """Balances that may have changed, absolute."""

    account: AccountId
    balances: Sequence[Balance]
    at: Moment


@dataclass(frozen=True, slots=True)
class FlowSeen:
    """A deposit, withdrawal or transfer."""

    account: AccountId
    asset: str
    delta: Decimal
    at: Moment


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The venue asked for everything: open orders, then own fills, then balances."""

    account: AccountId
    open_orders: Sequence[OrderReport]
    fills: Sequence[Fill]
    balances: Sequence[Balance]
    asked_mono_ns: int
    """When the first of its questions left."""
    at: Moment


@dataclass(frozen=True, slots=True)
class SetTrading:
    """New orders on or off."""

    trading: Trading
    reason: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""

    at: Moment


Input = (
    Started
    | Remembered
    | AccountOpened
    | AccountUp
    | AccountDown
    | AssetsKnown
    | Place
    | Committed
    | CommitFailed
    | Sending
    | PlaceFailed
    | Reported
    | Cancel
    | CancelEnded
    | LookUpEnded
    | FillsAnswered
    | BalancesSeen
    | FlowSeen
    | Snapshot
    | SetTrading
    | Tick
)
