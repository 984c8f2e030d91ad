"""Orders, fills, positions and balances: commands and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.model.balance import Balance
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId, InstrumentId, OrderId
from connectors.model.order import Order, OrderType, SelfTradePrevention, Side, TimeInForce
from connectors.model.position import Position
from connectors.worker.api.answers import TradingState


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Place one order.

    Reply: `OrderAccepted` once the intent is committed; what the venue says follows as `OrderChanged`.

    A second PlaceOrder with the same ``order_id`` never makes a second order: it answers with the first one.
    """

    order_id: OrderId
    """UUIDv7, minted by the client when the key was pressed: the ticket's identity."""
    account: AccountId
    instrument: InstrumentId
    side: Side
    type: OrderType
    quantity: Decimal | None = None
    quote_quantity: Decimal | None = None
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    time_in_force: TimeInForce | None = None
    reduce_only: bool = False
    seen_price: Decimal | None = None
    """Mid price that was painted when the key was pressed."""
    frame: int | None = None
    """`BookView.update_id` that was painted when the key was pressed.

    None for orders that take no price from a book.
    """
    expire_time_ns: int | None = None
    """End of a GTD order; at a venue without GTD the desk cancels it then, if the worker lives."""
    trailing_delta: int | None = None
    """Basis points (100 = 1 %)."""
    iceberg_quantity: Decimal | None = None
    """Base units shown at a time; None shows all."""
    self_trade_prevention: SelfTradePrevention = SelfTradePrevention.VENUE_DEFAULT


@dataclass(frozen=True, slots=True)
class OrderAccepted:
    """The intent is in the journal and on its way."""

    order: Order


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Cancel one order.

    Never waits for the archive. Reply: `Done` when sent; the confirmation follows as `OrderChanged`.
    """

    order_id: OrderId


@dataclass(frozen=True, slots=True)
class CancelOrders:
    """Cancel several working orders.

    Those of ``account`` (all if None), narrowed by instrument and side. Reply: `Canceling`.
    """

    account: AccountId | None = None
    instrument: InstrumentId | None = None
    side: Side | None = None
    external: bool = False
    """Also those of other tools."""


@dataclass(frozen=True, slots=True)
class Canceling:
    """How many cancels are on their way."""

    count: int


@dataclass(frozen=True, slots=True)
class SetTrading:
    """HALT new orders, or resume. Local and instant; survives a restart. Reply: `Done`."""

    state: TradingState


@dataclass(frozen=True, slots=True)
class GetOrders:
    """Reply: `Orders`. With ``handle`` only that one (handle, order id or client order id)."""

    account: AccountId | None = None
    working_only: bool = False
    handle: str | None = None
    limit: int = 200
    instrument: InstrumentId | None = None
    done_only: bool = False
    unknown_only: bool = False


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders, newest first."""

    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class GetFills:
    """Reply: `FillList`."""

    account: AccountId | None = None
    limit: int = 200
    instrument: InstrumentId | None = None
    since_ns: int = 0


@dataclass(frozen=True, slots=True)
class FillList:
    """Fills, newest first."""

    fills: tuple[RecordedFill, ...]


@dataclass(frozen=True, slots=True)
class GetPositions:
    """Reply: `Positions`."""

    account: AccountId | None = None


@dataclass(frozen=True, slots=True)
class Positions:
    """Positions from fills, flat ones left out."""

    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class GetBalances:
    """Reply: `Balances`, asked from the venue now."""

    account: AccountId


@dataclass(frozen=True, slots=True)
class Balances:
    """Balances that are not zero."""

    balances: tuple[Balance, ...]


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Ask the venue for orders, fills and balances now. Reply: `Done`, or `Reconciled` where more is wanted."""

    account: AccountId | None = None
    """None: every account that can be asked; the reply is `Reconciled`."""
    detailed: bool = False
    """Reply with what was asked and what differed."""
