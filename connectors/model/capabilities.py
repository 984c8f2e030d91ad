"""What a venue can do, declared so that the ticket can refuse the rest before sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from connectors.model.candle import Interval
from connectors.model.ids import Mode, Product
from connectors.model.order import OrderType, SelfTradePrevention, TimeInForce
from connectors.model.order_list import ListKind


class Support(StrEnum):
    """How a capability is met."""

    NATIVE = "native"
    EMULATED = "emulated"
    """By the desk, labelled, and only while the worker lives."""
    MISSING = "missing"


class CreateIdempotency(StrEnum):
    """What a second create with the same client order id does at the venue (nothing here re-sends either way)."""

    NONE = "none"
    WHILE_OPEN = "while_open"
    """Refused only while the first is open (Binance spot)."""
    FOREVER = "forever"
    """Always refused as a duplicate (Bybit)."""


class BookFeed(StrEnum):
    """How the venue publishes depth."""

    SNAPSHOT_AND_DELTA = "snapshot_and_delta"
    """Deltas on the stream, the snapshot by REST (Binance)."""
    STREAM_SNAPSHOT_AND_DELTA = "stream_snapshot_and_delta"
    """The stream begins with a snapshot and may send another at any time (Bybit, Coinbase, Bitget)."""
    SNAPSHOTS = "snapshots"


class FillFeed(StrEnum):
    """Where fills come from."""

    STREAM = "stream"
    CUMULATIVE = "cumulative"
    """The user channel has only cumulative quantities; fills are derived, then asked for (Coinbase Advanced)."""


class AckMeaning(StrEnum):
    """What a positive answer to a create says."""

    ACCEPTED = "accepted"
    RECEIVED = "received"
    """Not yet accepted: the stream or a look-up decides (Bybit)."""


class Amend(StrEnum):
    """How an order is changed."""

    NATIVE = "native"
    QUANTITY_DOWN_ONLY = "quantity_down_only"
    """Keeps its place (Binance spot: amend keep priority)."""
    CANCEL_REPLACE = "cancel_replace"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The declared differences between venues. Whatever is not named in a mapping is MISSING."""

    venue: str
    products: frozenset[Product]
    modes: frozenset[Mode]
    order_types: Mapping[OrderType, Support] = field(default_factory=dict)
    times_in_force: Mapping[TimeInForce, Support] = field(default_factory=dict)
    intervals: frozenset[Interval] = frozenset()
    """Native candle intervals; others are aggregated locally."""
    book_feed: BookFeed = BookFeed.SNAPSHOT_AND_DELTA
    fill_feed: FillFeed = FillFeed.STREAM
    ack: AckMeaning = AckMeaning.ACCEPTED
    amend: Amend = Amend.MISSING
    amend_price: bool = False
    """An amend may change the price, and the trigger where there is one (Bybit, Bitget, Coinbase)."""
    amend_renames: bool = False
    """An amend may give the order a new client order id (Binance, Bitget); elsewhere it keeps its own."""
    amendments: Support = Support.MISSING
    """The amends of one order can be asked for."""
    replace: Support = Support.MISSING
    """Cancel and create in one call with two outcomes; EMULATED is two calls."""
    create_idempotency: CreateIdempotency = CreateIdempotency.NONE
    lookup_by_client_id: bool = True
    """Whether one order can be asked for by its client order id; if not, lists are matched."""
    quote_sized_market_buy: bool = False
    """A market buy may be sized in quote."""
    quote_sized_market_only: bool = False
    """A market buy *must* be sized in quote (Bitget spot)."""
    quote_sized_market_sell: bool = False
    """A market sell may be sized in quote (Binance; Bybit by its market unit)."""
    trailing_types: frozenset[OrderType] = frozenset()
    """Trigger orders that may trail, beside `OrderType.TRAILING` itself."""
    iceberg: Support = Support.MISSING
    self_trade_prevention: frozenset[SelfTradePrevention] = frozenset()
    """Modes an order may ask for; `SelfTradePrevention.VENUE_DEFAULT` always may."""
    test_order: Support = Support.MISSING
    """An order can be judged by the venue without being placed."""
    fills_need_symbol: bool = False
    """Own fills can be asked for only per instrument (Binance spot)."""
    cancel_all: Support = Support.EMULATED
    order_lists: Support = Support.MISSING
    """Lists can be placed, cancelled, looked up and listed; `list_kinds` says which."""
    list_kinds: Mapping[ListKind, Support] = field(default_factory=dict)
    list_legs_named: bool = True
    """Each order of a list has its client order id; False where exits ride on the entry (Bybit, Bitget: attached)."""
    order_history: Support = Support.NATIVE
    """Finished orders can be listed; Bybit keeps cancelled ones for a day."""
    short: bool = False
    leverage: bool = False
    one_key_many_products: bool = False
    """One credential serves several products (Bybit, Bitget unified)."""
    conclusive_after_ms: int = 15_000
    """After this long, "not found" in open orders *and* history proves a create never arrived.

    Binance: recvWindow + 10 s server time-out + clock error (DESIGN §5).
    """

    def order_type(self, kind: OrderType) -> Support:
        """How an order type is met."""
        return self.order_types.get(kind, Support.MISSING)

    def time_in_force(self, kind: TimeInForce) -> Support:
        """How a time in force is met."""
        return self.times_in_force.get(kind, Support.MISSING)

    def list_kind(self, kind: ListKind) -> Support:
        """How a kind of order list is met."""
        return self.list_kinds.get(kind, Support.MISSING)
