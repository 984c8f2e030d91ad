"""What is wanted of orders, and how requests about them ended."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.engine.inputs.moment import Moment
from connectors.model.book import BookLevel, BookState
from connectors.model.capabilities import Capabilities
from connectors.model.ids import AccountId, OrderId
from connectors.model.instrument import Instrument
from connectors.model.order import OrderReport, OrderType, SelfTradePrevention, Side, TimeInForce


@dataclass(frozen=True, slots=True)
class MarketNow:
    """What is known of a market when an order for it comes."""

    book: BookState | None = None
    """None: no book of it is followed."""
    bid: BookLevel | None = None
    ask: BookLevel | None = None
    reference: Decimal | None = None
    """A price to hold others against."""

    quoted: Decimal | None = None
    """Mid of the venue's newest quote, where no book is followed."""

    @property
    def mid(self) -> Decimal | None:
        """Between the best bid and ask; None where either is unknown."""
        if self.bid is None or self.ask is None:
            return self.quoted
        return (self.bid.price + self.ask.price) / 2


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
    expire_time_ns: int | None = None
    """End of a GTD order; at a venue without GTD the desk cancels it then, if the worker lives."""
    trailing_delta: int | None = None
    """Basis points (100 = 1 %)."""
    iceberg_quantity: Decimal | None = None
    """Base units shown at a time; None shows all."""
    self_trade_prevention: SelfTradePrevention = SelfTradePrevention.VENUE_DEFAULT
    panic: bool = False
    """Closes what the desk's own ledger holds, in a panic: passes a halt, and is sent without waiting for the disk."""


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
    """The first byte of a create may leave now; also once more, where the venue refused it before its engine."""

    order_id: OrderId
    at: Moment
    others: tuple[OrderId, ...] = ()
    """Created by the same request."""
    forbidden: str = ""
    """What the worker knows that forbids what is no reduce-only order, in a few words."""


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
    asked: str = ""  # which questions were asked, in words
