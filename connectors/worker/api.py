"""Frozen commands and events between the worker and its clients (the desk and every ``tradedesk`` command).

A client sends commands and gets one reply each: a result of the type named in the command's docstring, or a `Failure`.
Beside the replies the worker pushes events in three lanes (DESIGN §3): *latest-wins* (pane pushes), *every update,
bounded, drops counted* (watches) and *never-drop* (numbered events). Nothing in this module is ever a secret:
credentials cross in an out-of-band frame of the link (`connectors.worker.link`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.model.balance import Balance
from connectors.model.book import BookTop, BookView
from connectors.model.candle import Candle, Interval
from connectors.model.connection import Connection, ConnectionStatus
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId, InstrumentId, OrderId
from connectors.model.instrument import Instrument
from connectors.model.order import Order, OrderType, Side, TimeInForce
from connectors.model.position import Position
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade

PROTOCOL = 1
"""Raised when a command or event changes shape; a client of another protocol is refused with a sentence."""


class TradingState(StrEnum):
    """Whether new orders pass."""

    ACTIVE = "ACTIVE"
    REDUCING = "REDUCING"
    HALTED = "HALTED"


class FailureKind(StrEnum):
    """Why a command failed: the class of `connectors.errors` it stands for."""

    REFUSED = "Refused"
    REJECTED = "Rejected"
    UNKNOWN = "Unknown"
    UNKNOWN_INSTRUMENT = "UnknownInstrument"
    ORDER_NOT_FOUND = "OrderNotFound"
    UNAUTHORISED = "Unauthorised"
    CLOCK_SKEW = "ClockSkew"
    THROTTLED = "Throttled"
    UNAVAILABLE = "Unavailable"
    RETRY = "Retry"
    MALFORMED = "Malformed"
    ARCHIVE_FAILED = "ArchiveFailed"
    UNEXPECTED = "Unexpected"
    """A fault of the worker; the log has its details under ``code``."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A command that did not do what it says; ``sentence`` is for the user."""

    kind: FailureKind
    sentence: str
    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has nothing to tell."""


# --- commands: the link itself ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hello:
    """First command of every client. Reply: `Welcome`."""

    client: str
    """``desk`` or the name of the command."""
    protocol: int = PROTOCOL


@dataclass(frozen=True, slots=True)
class Welcome:
    """The worker's answer to `Hello`."""

    worker_pid: int
    started_ns: int
    version: str
    protocol: int = PROTOCOL


@dataclass(frozen=True, slots=True)
class Attach:
    """Ask for the never-drop lane. Reply: `Picture`; numbered events after its number follow."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything a late client needs: the state as of event ``number``."""

    number: int
    time_ns: int
    trading: TradingState
    connections: tuple[Connection, ...]
    statuses: tuple[ConnectionStatus, ...]
    orders: tuple[Order, ...]
    """All working and UNKNOWN ones, and the newest finished ones; newest first."""
    positions: tuple[Position, ...]
    balances: tuple[Balance, ...]
    fills: tuple[RecordedFill, ...]
    """Newest first."""
    alerts: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Ask the worker to finish what is in flight and stop. Reply: `Done`."""


# --- commands: connections -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddConnection:
    """Register a keyless connection. Reply: `Done`."""

    connection: Connection


@dataclass(frozen=True, slots=True)
class RemoveConnection:
    """Forget a connection; orders and fills stay. Reply: `Done`."""

    account: AccountId


@dataclass(frozen=True, slots=True)
class TestConnection:
    """Connect as at start and say what each step found. Reply: `ConnectionTested`."""

    __test__ = False
    account: AccountId


@dataclass(frozen=True, slots=True)
class ConnectionTested:
    """Steps of a connection test in order: (step, passed, sentence)."""

    steps: tuple[tuple[str, bool, str], ...]


@dataclass(frozen=True, slots=True)
class ListConnections:
    """Reply: `ConnectionList`."""


@dataclass(frozen=True, slots=True)
class ConnectionList:
    """Registered connections and their states (a connection never opened has none)."""

    connections: tuple[Connection, ...]
    statuses: tuple[ConnectionStatus, ...]


# --- commands: market data -------------------------------------------------------------------------------------------


class PaneKind(StrEnum):
    """What a pane or a watch follows."""

    BOOK = "book"
    TICKER = "ticker"
    TRADES = "trades"
    CANDLES = "candles"


@dataclass(frozen=True, slots=True)
class OpenPane:
    """Follow something for a pane, latest-wins. Reply: `Done`; pushes carry the pane's number until `ClosePane`."""

    pane: int
    """Chosen by the client, unique per link."""
    account: AccountId
    symbol: str
    kind: PaneKind
    levels: int = 50
    """Levels a side, for BOOK."""
    interval: Interval | None = None
    history: int = 300
    """Candles of history pushed first, for CANDLES; trades of history for TRADES."""
    rate_hz: int = 20
    """At most so many pushes a second; 1 to 20."""


@dataclass(frozen=True, slots=True)
class PacePane:
    """Change how often a pane is pushed to (focus gained or lost). Reply: `Done`."""

    pane: int
    rate_hz: int


@dataclass(frozen=True, slots=True)
class ClosePane:
    """Stop following. Reply: `Done`; closing an unknown pane is allowed."""

    pane: int


@dataclass(frozen=True, slots=True)
class Watch:
    """Follow every update, bounded, drops counted. Reply: `Done`; items arrive as `WatchPushed` until `Unwatch`."""

    watch: int
    account: AccountId
    symbol: str
    kind: PaneKind
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Unwatch:
    """Stop a watch. Reply: `Done`."""

    watch: int


@dataclass(frozen=True, slots=True)
class GetInstruments:
    """Reply: `Instruments`. With ``symbol`` only that one."""

    account: AccountId
    symbol: str | None = None


@dataclass(frozen=True, slots=True)
class Instruments:
    """Instruments in the venue's order."""

    instruments: tuple[Instrument, ...]


@dataclass(frozen=True, slots=True)
class GetTicker:
    """Reply: `connectors.model.ticker.Ticker`."""

    account: AccountId
    symbol: str


@dataclass(frozen=True, slots=True)
class GetBook:
    """Reply: `connectors.model.book.BookView` from the local book once it is LIVE."""

    account: AccountId
    symbol: str
    levels: int = 20


@dataclass(frozen=True, slots=True)
class GetTrades:
    """Reply: `Trades`."""

    account: AccountId
    symbol: str
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Trades:
    """Public trades, oldest first."""

    trades: tuple[Trade, ...]


@dataclass(frozen=True, slots=True)
class GetCandles:
    """Reply: `Candles`."""

    account: AccountId
    symbol: str
    interval: Interval
    start_ns: int | None = None
    end_ns: int | None = None
    limit: int = 500


@dataclass(frozen=True, slots=True)
class Candles:
    """Candles, oldest first."""

    candles: tuple[Candle, ...]


# --- commands: the account -------------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders, newest first."""

    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class GetFills:
    """Reply: `FillList`."""

    account: AccountId | None = None
    limit: int = 200


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
    """Ask the venue for orders, fills and balances now. Reply: `Done` when it is done."""

    account: AccountId


# --- events: latest-wins ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BookPushed:
    """The newest picture of a book for a pane."""

    pane: int
    view: BookView


@dataclass(frozen=True, slots=True)
class TickerPushed:
    """The newest 24-hour statistics for a pane."""

    pane: int
    ticker: Ticker


@dataclass(frozen=True, slots=True)
class CandlesPushed:
    """History for a chart, oldest first; replaces what the pane had (also after a gap was refilled)."""

    pane: int
    candles: tuple[Candle, ...]


@dataclass(frozen=True, slots=True)
class CandlePushed:
    """The candle in progress, or its close."""

    pane: int
    candle: Candle


@dataclass(frozen=True, slots=True)
class TradesPushed:
    """Trades since the last push, oldest first, bounded; ``skipped`` were dropped."""

    pane: int
    trades: tuple[Trade, ...]
    skipped: int = 0
    replace: bool = False
    """History: the pane's tape begins anew with these."""


@dataclass(frozen=True, slots=True)
class GapPushed:
    """A hole in a pane's stream."""

    pane: int
    gap: Gap


@dataclass(frozen=True, slots=True)
class PaneFailed:
    """A pane's stream cannot be had (now); ``sentence`` says why. It comes back by itself if ``retrying``."""

    pane: int
    sentence: str
    retrying: bool


# --- events: every update, bounded -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WatchPushed:
    """One item of a watch; ``dropped`` counts what the bounded lane had to drop just before it."""

    watch: int
    item: BookTop | Trade | Candle | Ticker | Gap
    dropped: int = 0


# --- events: never-drop, numbered ------------------------------------------------------------------------------------


class AlertLevel(StrEnum):
    """How loud an alert is."""

    INFO = "INFO"
    WARN = "WARN"
    DANGER = "DANGER"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a human must see."""

    time_ns: int
    level: AlertLevel
    sentence: str
    account: AccountId | None = None
    order_id: OrderId | None = None


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """An order's new record."""

    order: Order


@dataclass(frozen=True, slots=True)
class FillRecorded:
    """A fill, once each."""

    fill: RecordedFill


@dataclass(frozen=True, slots=True)
class PositionChanged:
    """A position's new state, from fills."""

    position: Position


@dataclass(frozen=True, slots=True)
class BalancesChanged:
    """Balances that may have changed, absolute."""

    balances: tuple[Balance, ...]


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """A connection's new state; ``connection`` is None once it was removed."""

    status: ConnectionStatus
    connection: Connection | None


@dataclass(frozen=True, slots=True)
class InstrumentChanged:
    """Tick size, filters or status of an instrument changed."""

    account: AccountId
    instrument: Instrument


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """A new alert."""

    alert: Alert


@dataclass(frozen=True, slots=True)
class TradingChanged:
    """New orders are on or off now."""

    state: TradingState
    reason: str
    time_ns: int


NumberedEvent = (
    OrderChanged
    | FillRecorded
    | PositionChanged
    | BalancesChanged
    | ConnectionChanged
    | InstrumentChanged
    | AlertRaised
    | TradingChanged
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A never-drop event and its number: 1, 2, … per worker, without a hole for an attached client."""

    number: int
    event: NumberedEvent


PaneEvent = BookPushed | TickerPushed | CandlesPushed | CandlePushed | TradesPushed | GapPushed | PaneFailed
Event = PaneEvent | WatchPushed | Numbered

Command = (
    Hello
    | Attach
    | Shutdown
    | AddConnection
    | RemoveConnection
    | TestConnection
    | ListConnections
    | OpenPane
    | PacePane
    | ClosePane
    | Watch
    | Unwatch
    | GetInstruments
    | GetTicker
    | GetBook
    | GetTrades
    | GetCandles
    | PlaceOrder
    | CancelOrder
    | CancelOrders
    | SetTrading
    | GetOrders
    | GetFills
    | GetPositions
    | GetBalances
    | Reconcile
)

Result = (
    Done
    | Welcome
    | Picture
    | ConnectionTested
    | ConnectionList
    | Instruments
    | Ticker
    | BookView
    | Trades
    | Candles
    | OrderAccepted
    | Canceling
    | Orders
    | FillList
    | Positions
    | Balances
    | Failure
)
