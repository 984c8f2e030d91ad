"""The connector contract (REQUIREMENTS A1, A4): what every venue offers, and what paper trading offers in its place.

All coroutines raise errors of `connectors.errors` only. Listeners are called on the worker's loop, synchronously, and
must not block or raise. Every ``watch_*`` may be called many times for one stream: `connectors.market` shares and
counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from connectors.model.balance import Balance
from connectors.model.book import BookSnapshot, BookState, BookTop, BookView
from connectors.model.candle import Candle, Interval
from connectors.model.capabilities import Capabilities
from connectors.model.connection import Connection, ConnectionStatus
from connectors.model.fill import Fill
from connectors.model.ids import (
    ClientOrderId,
    Epoch,
    InstrumentId,
    TradeId,
    VenueOrderId,
)
from connectors.model.instrument import Instrument
from connectors.model.order import OrderReport, OrderRequest
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer


class Subscription(Protocol):
    """A running stream. Closing it twice is allowed."""

    async def close(self) -> None:
        """Stop delivering; the venue is told when the last listener of a stream is gone."""
        ...


class LiveBook(Protocol):
    """A local order book that follows the venue's published rules.

    Read it inside the listener or at any time on the loop.
    """

    @property
    def instrument(self) -> InstrumentId:
        """What it is the book of."""
        ...

    @property
    def state(self) -> BookState:
        """How far it can be believed."""
        ...

    @property
    def update_id(self) -> int:
        """Id of the newest applied update; 0 while LOADING."""
        ...

    def top(self) -> BookTop:
        """The touch now."""
        ...

    def view(self, levels: int) -> BookView:
        """The ``levels`` best levels a side, best first."""
        ...


class MarketData(Protocol):
    """Public data. Needs no key."""

    async def instruments(self) -> Sequence[Instrument]:
        """All instruments of the connection's products, cached for the session and refreshed at intervals."""
        ...

    async def instrument(self, symbol: str) -> Instrument:
        """One instrument by the venue's symbol, any case.

        Raises:
            UnknownInstrument: The venue has none of that name.
        """
        ...

    async def candles(
        self,
        instrument: InstrumentId,
        interval: Interval,
        *,
        start_ns: int | None = None,
        end_ns: int | None = None,
        limit: int = 500,
    ) -> Sequence[Candle]:
        """Candles, oldest first, at most ``limit``; long ranges are paged. Without ``start_ns`` the newest ones."""
        ...

    async def ticker(self, instrument: InstrumentId) -> Ticker:
        """24-hour statistics."""
        ...

    async def book(self, instrument: InstrumentId, depth: int = 100) -> BookSnapshot:
        """One snapshot by REST."""
        ...

    async def trades(self, instrument: InstrumentId, limit: int = 100) -> Sequence[Trade]:
        """Newest public trades, oldest first."""
        ...

    async def watch_book(self, instrument: InstrumentId, listener: Callable[[LiveBook], None]) -> Subscription:
        """Follow the full book; the listener is called after each applied update and each change of state."""
        ...

    async def watch_trades(self, instrument: InstrumentId, listener: Callable[[Trade | Gap], None]) -> Subscription:
        """Follow public trades; a reconnect shows as a Gap."""
        ...

    async def watch_candles(
        self,
        instrument: InstrumentId,
        interval: Interval,
        listener: Callable[[Candle], None],
    ) -> Subscription:
        """Follow the candle in progress and its close."""
        ...

    async def watch_ticker(self, instrument: InstrumentId, listener: Callable[[Ticker], None]) -> Subscription:
        """Follow the 24-hour statistics."""
        ...


class Trading(Protocol):
    """Orders. A create is sent at most once; the caller decides what an `Unknown` means."""

    async def place(self, request: OrderRequest, on_sending: Callable[[], None] | None = None) -> OrderReport:
        """Create an order.

        Args:
            request: What to create; already legal on the venue's grid.
            on_sending: Called at the moment before the request's first byte may leave (for the journal's
            evidence and timing).

        Raises:
            Unknown: Bytes may have left and no answer came (time-out, 5xx, dropped connection, -1006, -1007).
            Rejected: A definitive refusal, or one of its kinds.
            Throttled: Nothing was sent, or the venue refused before its engine.
            ClockSkew: The venue refused our time before its engine.
            Retry: Provably nothing left (connect refused).
        """
        ...

    async def cancel(
        self,
        instrument: InstrumentId,
        *,
        client_order_id: ClientOrderId | None = None,
        venue_order_id: VenueOrderId | None = None,
    ) -> OrderReport:
        """Cancel one order, by either id.

        Raises:
            OrderNotFound: The venue knows no such open order: look it up, it may be filled.
            Unknown: No answer came.
        """
        ...

    async def cancel_all(self, instrument: InstrumentId) -> Sequence[OrderReport]:
        """Cancel all open orders of one instrument."""
        ...

    async def order(
        self,
        instrument: InstrumentId,
        *,
        client_order_id: ClientOrderId | None = None,
        venue_order_id: VenueOrderId | None = None,
    ) -> OrderReport:
        """Look one order up.

        Raises:
            OrderNotFound: The venue knows no such order.
        """
        ...

    async def open_orders(self, instrument: InstrumentId | None = None) -> Sequence[OrderReport]:
        """All open orders, or those of one instrument."""
        ...

    async def order_history(
        self, instrument: InstrumentId, *, start_ns: int | None = None, limit: int = 500
    ) -> Sequence[OrderReport]:
        """Orders of one instrument, open and finished, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class BalanceUpdate:
    """Balances that may have changed, absolute."""

    balances: tuple[Balance, ...]


@dataclass(frozen=True, slots=True)
class AccountStreamUp:
    """The user stream is subscribed (again): there is no replay, so reconcile now."""

    time_ns: int


@dataclass(frozen=True, slots=True)
class AccountStreamDown:
    """The user stream is gone; what is known of orders is as of ``time_ns``."""

    time_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class ExternalFlow:
    """A deposit, withdrawal or transfer: moves the external line of the asset ledger, not a position."""

    asset: str
    delta: Decimal
    time_ns: int


AccountEvent = OrderReport | BalanceUpdate | AccountStreamUp | AccountStreamDown | ExternalFlow


class Account(Protocol):
    """What the account has and may do."""

    async def balances(self) -> Sequence[Balance]:
        """All balances that are not zero."""
        ...

    async def fills(
        self,
        instrument: InstrumentId,
        *,
        after: TradeId | None = None,
        venue_order_id: VenueOrderId | None = None,
        start_ns: int | None = None,
        limit: int = 1000,
    ) -> Sequence[Fill]:
        """Own fills of one instrument, oldest first."""
        ...

    async def watch_account(self, listener: Callable[[AccountEvent], None]) -> Subscription:
        """Follow orders, fills and balances; AccountStreamUp comes first and after every reconnect."""
        ...


class Connector(Protocol):
    """One connection to one venue: the three parts and their life."""

    @property
    def connection(self) -> Connection:
        """The registration it was made from."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """Declared differences."""
        ...

    @property
    def market(self) -> MarketData:
        """Public data."""
        ...

    @property
    def trading(self) -> Trading | None:
        """None for a keyless connection."""
        ...

    @property
    def account(self) -> Account | None:
        """None for a keyless connection."""
        ...

    async def connect(self) -> None:
        """Ping, server time, clock offset, instruments, then permissions, then connected (REQUIREMENTS A6).

        Raises:
            TradedeskError: What failed, with a sentence; `status` says it too.
        """
        ...

    async def close(self) -> None:
        """Close every socket; may be called twice."""
        ...

    def status(self) -> ConnectionStatus:
        """State, round trip, clock offset, limits."""
        ...

    def on_status(self, listener: Callable[[ConnectionStatus], None]) -> None:
        """Be told of every change of state."""
        ...

    async def epoch(self) -> Epoch:
        """The venue's own life: constant for a live venue, new after a testnet's wipe or a simulator's new ledger."""
        ...

    async def server_time_ns(self) -> int:
        """The venue's clock."""
        ...


class ConnectorFactory(Protocol):
    """What a venue's room exports as ``create``."""

    def __call__(self, connection: Connection, signer: Signer | None, clock: Clock) -> Connector:
        """Make a connector without any I/O.

        Raises:
            Refused: The connection's mode, hosts or credential do not fit the venue.
        """
        ...
