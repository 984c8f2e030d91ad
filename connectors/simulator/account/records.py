"""What the ledger keeps: the user's orders and trades, and what a session needs to go on from the last one."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from connectors.matching.terms import Prevention
from connectors.model.order import OrderType, TimeInForce
from connectors.model.side import Side
from connectors.simulator.past.bars import Bar
from connectors.simulator.past.history import Span

ZERO = Decimal(0)


class Status(StrEnum):
    """Order states as the exchange names them (§1.4)."""

    NEW = "NEW"
    PENDING_NEW = "PENDING_NEW"
    """Waits for the working order of its list to fill (§4.7)."""
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    EXPIRED_IN_MATCH = "EXPIRED_IN_MATCH"


OPEN = frozenset({Status.NEW, Status.PENDING_NEW, Status.PARTIALLY_FILLED})
CONDITIONAL = frozenset(
    {OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT}
)
"""Types that wait for a price before they work (§4.4)."""
UNPRICED = frozenset({OrderType.MARKET, OrderType.STOP_LOSS, OrderType.TAKE_PROFIT})
"""Types that trade at whatever price there is."""
NO_LIST = -1


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
    """Since when it is on the book; -1 while it waits for a price or for another order."""
    prevented: Decimal = ZERO
    prevented_match: int | None = None
    stop_price: Decimal = ZERO
    trailing_delta: int = 0
    """Basis points, 0 for an order that does not trail."""
    trailing_time: int = -1
    """Since when it follows the price, -1 before."""
    trail: Decimal = ZERO
    """The best price since then: the highest for a sell, the lowest for a buy."""
    iceberg: Decimal = ZERO
    list_id: int = NO_LIST
    strategy_id: int | None = None
    strategy_type: int | None = None
    reject_reason: str = "NONE"

    @property
    def open(self) -> bool:
        """Whether it may still trade."""
        return self.status in OPEN

    @property
    def working(self) -> bool:
        """Whether the book holds it."""
        return self.open and self.working_time >= 0

    @property
    def waiting(self) -> bool:
        """Whether it waits for a price."""
        return self.status is Status.NEW and self.working_time < 0 and self.type in CONDITIONAL

    @property
    def left(self) -> Decimal:
        """What may still trade, in base (0 for an order sized in quote)."""
        return self.quantity - self.filled - self.prevented


class ListKind(StrEnum):
    """The kinds of order list (§4.7)."""

    OCO = "OCO"
    OTO = "OTO"
    OTOCO = "OTOCO"
    OPO = "OPO"
    OPOCO = "OPOCO"

    @property
    def contingency(self) -> str:
        """What it is called on the wire: all but OCO are told as OTO (§1.4)."""
        return "OCO" if self is ListKind.OCO else "OTO"

    @property
    def pays(self) -> bool:
        """Whether what the working order bought is what the pending ones sell."""
        return self in {ListKind.OPO, ListKind.OPOCO}


class UserList(msgspec.Struct):
    """Orders that depend on each other; the working one first, of a pair the lower one first."""

    list_id: int
    symbol: str
    client_id: str
    kind: ListKind
    order_ids: list[int]
    time: int
    done: bool = False
    """Nothing more depends on anything (ALL_DONE)."""

    @property
    def working_id(self) -> int | None:
        """The order on which the others wait; None in a plain pair."""
        return None if self.kind is ListKind.OCO else self.order_ids[0]

    @property
    def pending_ids(self) -> list[int]:
        """The orders that wait for the working one."""
        return [] if self.kind is ListKind.OCO else self.order_ids[1:]

    @property
    def pair(self) -> list[int]:
        """The two orders of which one cancels the other; empty where there is no such pair."""
        found = self.order_ids if self.kind is ListKind.OCO else self.order_ids[1:]
        return found if len(found) > 1 else []


class PreventedMatch(msgspec.Struct, frozen=True):
    """A trade that self-trade prevention did not let happen; quantities are None where that side kept its own."""

    match_id: int
    symbol: str
    taker_id: int
    maker_id: int
    mode: Prevention
    price: Decimal
    taker_quantity: Decimal | None
    maker_quantity: Decimal | None
    time: int


class Amendment(msgspec.Struct, frozen=True):
    """One reduction of an order's quantity (§4.6)."""

    symbol: str
    order_id: int
    execution_id: int
    old_client_id: str
    new_client_id: str
    old_quantity: Decimal
    new_quantity: Decimal
    time: int


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
    list_id: int = 0
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
    lists: list[UserList] = []
    prevented: list[PreventedMatch] = []
    amendments: list[Amendment] = []
