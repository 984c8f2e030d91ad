"""What the ledger keeps: the user's orders and trades, and what a session needs to go on from the last one."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from connectors.matching.terms import Prevention
from connectors.model.order import OrderType, TimeInForce
from connectors.model.side import Side
from connectors.simulator.bars import Bar
from connectors.simulator.history import Span

ZERO = Decimal(0)


class Status(StrEnum):
    """Order states as the exchange names them (§1.4)."""

    NEW = "NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    EXPIRED_IN_MATCH = "EXPIRED_IN_MATCH"


OPEN = frozenset({Status.NEW, Status.PARTIALLY_FILLED})


class UserOrder(msgspec.Struct):
    """One order of the user. Amounts in base or quote as the exchange states them; times in ms."""

    order_id: int
    symbol: str
    client_id: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    price: Decimal
    quantity: Decimal
    time: int
    update_time: int
    quote_quantity: Decimal = ZERO
    """quoteOrderQty of a market order sized in quote, else 0."""
    filled: Decimal = ZERO
    cost: Decimal = ZERO
    status: Status = Status.NEW
    prevention: Prevention = Prevention.NONE
    expiry_reason: str | None = None
    locked: Decimal = ZERO
    """What of the balance it still holds: quote for a buy, base for a sell."""
    working_time: int = -1
    prevented: Decimal = ZERO
    prevented_match: int | None = None

    @property
    def open(self) -> bool:
        """Whether the book holds it."""
        return self.status in OPEN


class UserTrade(msgspec.Struct, frozen=True):
    """One fill of one of the user's orders."""

    trade_id: int
    symbol: str
    order_id: int
    price: Decimal
    quantity: Decimal
    quote: Decimal
    commission: Decimal
    commission_asset: str
    time: int
    buyer: bool
    maker: bool


class Holding(msgspec.Struct):
    """A balance: what can be used and what open orders hold."""

    free: Decimal = ZERO
    locked: Decimal = ZERO


class Mark(msgspec.Struct, frozen=True):
    """Where a symbol's market stands: last price in ticks, last trade id."""

    price: int
    trade_id: int


class Head(msgspec.Struct, frozen=True):
    """The ledger's birth certificate: ``instance`` changes only when the ledger is new."""

    instance: str
    seed: int
    created_ms: int


class Counters(msgspec.Struct):
    """Numbers that must never be given twice."""

    order_id: int = 0
    execution_id: int = 0
    prevented_match_id: int = 0
    sessions: int = 0


class Entry(msgspec.Struct, omit_defaults=True):
    """One line of the ledger: absolute values, so that applying a line twice changes nothing."""

    head: Head | None = None
    counters: Counters | None = None
    orders: list[UserOrder] = []
    trades: list[UserTrade] = []
    balances: dict[str, Holding] = {}
    marks: dict[str, Mark] = {}
    bars: list[tuple[str, int, Bar]] = []
    spans: list[tuple[str, Span]] = []
    account_time: int = 0
